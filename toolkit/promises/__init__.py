"""What every measure and every kind of scheme promises, whoever wrote it, and whether it holds.

The project's own suite and ``gradelab check FILE.py`` ask these same functions; each returns None where the promise
holds, else what was found, in both languages.
"""

from toolkit.promises.examination import Broken, Examined, examine

__all__ = ["Broken", "Examined", "examine"]
