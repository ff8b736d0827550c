"""The ways a file of the company's own can be refused before anything of it is used."""

from __future__ import annotations

import traceback

from toolkit.errors import ParameterError

NOUNS = {"measure": "指标", "scheme": "方案种类", "attribute": "属性"}


def unreadable(name: str, why: str | None) -> ParameterError:
    """The file is not there or cannot be read."""
    return ParameterError(
        zh=f"读不了扩展文件 {name}（{why}）；路径相对于写它的参数文件，请检查。",
        en=f"The extension {name} cannot be read ({why}); its path is relative to the parameter file that names it.",
    )


def taken(file: str, kind: str, name: str, by: str | None) -> ParameterError:
    """The name is taken by another extension, by gradelab (empty) or by the same file (None)."""
    zh = "同一文件" if by is None else by or "gradelab 自带"
    en = "the same file" if by is None else by or "gradelab itself"
    return ParameterError(
        zh=f"扩展文件 {file} 声明的{NOUNS[kind]} {name} 已被占用（{zh}）；请换一个名字。",
        en=f"The extension {file} declares the {kind} {name!r}, a name that is taken by {en}; choose another.",
    )


def failed(name: str, error: Exception) -> ParameterError:
    """Running the file raised ``error``."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.name == "<module>"]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else 0
    told = f"{type(error).__name__}: {error}"
    return ParameterError(
        zh=f"扩展文件 {name} 第 {line} 行运行失败（{told}）；请改正后再运行 gradelab check {name}。",
        en=f"The extension {name} failed at line {line} ({told}); mend it and try gradelab check {name}.",
    )


def says_nothing(name: str, kind: str | None = None) -> ParameterError:
    """The file declares nothing, or nothing of one kind."""
    zh, en = (NOUNS[kind], kind) if kind else ("指标或方案种类", "measure or kind of scheme")
    return ParameterError(
        zh=f"扩展 {name} 没有声明任何{zh}；请用 toolkit.extending 的 measure 或 scheme 声明。",
        en=f"The extension {name} declares no {en}; use measure or scheme of toolkit.extending.",
    )
