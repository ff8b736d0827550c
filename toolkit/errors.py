"""The ways a study can be refused.

Every message exists in Chinese and in English and says what happened, to how many, the
first one, what was expected and what to do. Messages carry no personal data.
"""

from __future__ import annotations


class GradelabError(Exception):
    """A refusal that a user can act on; the command line prints it without a traceback.

    Parameters
    ----------
    zh, en : str
        The same message in both languages.

    Examples
    --------
    >>> import toolkit
    >>> error = toolkit.ParameterError(zh="门槛缺失。", en="The floor is missing.")
    >>> error.text("zh"), error.exit_code
    ('门槛缺失。', 3)
    """

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def text(self, lang: str) -> str:
        """The message in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def __reduce__(self) -> tuple:
        return type(self), (self.zh, self.en)


class UsageError(GradelabError):
    """The command was called with words it does not know."""

    exit_code = 2


class ParameterError(GradelabError):
    """A parameter file is not acceptable."""

    exit_code = 3


class ChapterError(GradelabError):
    """A notebook did not run to its end."""

    exit_code = 4


class HistoryError(GradelabError):
    """The history cannot be used."""

    exit_code = 7


class ReportError(GradelabError):
    """A report cannot be rendered as promised."""

    exit_code = 8
