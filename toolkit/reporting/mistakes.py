"""A mistake made in a notebook is answered with a sentence instead of a traceback.

The output stays an error, so that a run that meets it fails as before; with ``GRADELAB_DEBUG`` the traceback is shown.
"""

from __future__ import annotations

import os
from types import FrameType, TracebackType
from typing import Any

from IPython import get_ipython

from toolkit.errors import GradelabError
from toolkit.params.problems import suggested
from toolkit.terms import LANGS, Label

DEBUG = "GRADELAB_DEBUG"
NEARBY = ("；请核对写法", "; check how it is written")


def answer_mistakes(lang: str) -> None:
    """From now on answer mistakes of this notebook in ``lang`` (``zh``, ``en`` or ``both``); nothing outside IPython."""
    shell = get_ipython()
    if shell is None:
        return
    langs = [one for one in LANGS if lang in (one, "both")] or list(LANGS)

    def answer(
        shell: Any,
        kind: type[BaseException],
        value: BaseException,
        tb: TracebackType,
        tb_offset: int | None = None,
    ) -> None:
        told = None if os.environ.get(DEBUG) else told_of(value, tb, shell.user_ns)
        if told is not None:
            value._render_traceback_ = lambda: ["\n".join(told.text(one) for one in langs)]
        shell.showtraceback((kind, value, tb), tb_offset=tb_offset)

    shell.set_custom_exc((Exception,), answer)


def told_of(value: BaseException, tb: TracebackType | None, cell: dict[str, Any]) -> Label | None:
    """What to say of an error in one sentence; None where it is no mistake of who wrote the cell.

    Parameters
    ----------
    value : BaseException
    tb : TracebackType or None
    cell : dict
        Names of the notebook: an error raised by a line of a cell itself has them as its globals.

    Examples
    --------
    >>> told_of(GradelabError("没有这一季度。", "There is no such quarter."), None, {}).en
    'There is no such quarter.'
    >>> told_of(FileNotFoundError(2, "No such file", "sales.csv"), None, {}).en
    'There is no file sales.csv; check its name and its folder.'
    >>> told_of(ZeroDivisionError(), None, {})
    """
    if isinstance(value, GradelabError):
        return Label(value.zh, value.en)
    if isinstance(value, FileNotFoundError) and value.filename:
        name = os.fspath(value.filename)
        return Label(
            f"找不到文件 {name}；请核对文件名和文件夹。",
            f"There is no file {name}; check its name and its folder.",
        )
    frame = _last(tb)
    return _misspelt(value, frame) if frame is not None and frame.f_globals is cell else None


def _last(tb: TracebackType | None) -> FrameType | None:
    """The frame in which the error was raised."""
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    return tb.tb_frame if tb is not None else None


def _misspelt(value: BaseException, frame: FrameType) -> Label | None:
    """A name, a key or an argument that does not exist, written in the cell itself."""
    if isinstance(value, NameError):
        zh, en = suggested(value.name or "", [name for name in frame.f_globals if name[:1] != "_"], NEARBY)
        return Label(
            f"名称 {value.name} 还没有定义{zh}；若它出自上面的单元，请先运行那些单元。",
            f"The name {value.name} is not defined yet{en}; if a cell above makes it, run that cell first.",
        )
    if isinstance(value, AttributeError) and value.name:
        zh, en = suggested(value.name, [name for name in dir(value.obj) if name[:1] != "_"], NEARBY)
        return Label(f"没有 {value.name}{zh}。", f"There is no {value.name}{en}.")
    if isinstance(value, KeyError) and value.args:
        return Label(
            f"没有 {value.args[0]!r} 这一项{NEARBY[0]}。", f"There is no entry {value.args[0]!r}{NEARBY[1]}."
        )
    if isinstance(value, TypeError) and "argument" in str(value):
        return Label(
            f"函数的参数不对（{value}）；把光标放在函数名后按 Shift+Tab 可看用法。",
            f"The arguments do not fit ({value}); put the cursor behind the name of the function and press Shift+Tab to see its use.",
        )
    return None
