"""What a page in JupyterLab shows besides results: sentences of its own, and links that open where the page lies."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from IPython.display import DisplayHandle, display

from toolkit.reporting.quoting import escaped


def link(path: Path, here: Path, words: str = "") -> str:
    """A Markdown link to ``path`` from a page in the folder ``here``.

    >>> link(Path("/p/my reports/a.html"), Path("/p/notebooks"), "the report")
    '[the report](../my%20reports/a.html)'
    """
    target = Path(os.path.relpath(path, here)).as_posix()
    return f"[{escaped(words or path.name)}]({quote(target)})"


def show(text: str, handle: DisplayHandle | None = None) -> DisplayHandle:
    """Show Markdown, in place of what ``handle`` shows where there is one."""
    data = {"text/markdown": text, "text/plain": text}
    if handle is None:
        return display(data, raw=True, display_id=True)
    handle.update(data, raw=True)
    return handle
