"""Make every mistake of ``tests/mistakes/``, ask what is answered, and write the table to ``docs/mistakes.md``.

``make mistakes``: about a minute.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "mistakes")]

from mistakelab import Lab, answered  # noqa: E402
from mistakelist import MISTAKES  # noqa: E402
from mistakepage import page  # noqa: E402


def main() -> None:
    """Write the page."""
    told = {}
    with tempfile.TemporaryDirectory(prefix="gradelab-mistakes-") as folder:
        os.environ["GRADELAB_CACHE"] = f"{folder}/cache"
        base = Lab(Path(folder) / "none").build()
        for mistake in MISTAKES:
            place = Path(folder) / mistake.id
            shutil.copytree(base.folder, place)
            told[mistake.id] = answered(Lab(place), mistake)
    (ROOT / "docs" / "mistakes.md").write_text(page(told), "utf-8")


if __name__ == "__main__":
    main()
