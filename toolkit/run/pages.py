"""What is asked of a page, a notebook to be read at the screen in one language that is never a chapter.

Its ``metadata.gradelab.page`` names the language; the start page is one.
"""

from __future__ import annotations

import re

from toolkit.run.notebooks import Cell, Notebook
from toolkit.terms import LANGS

HEADING = re.compile(r"#\s")
EXPLAINED = re.compile(r"[a-z_]+: \w+ = [^#]+  # \S.*")

Words = tuple[str, str]


def title_problems(notebook: Notebook) -> list[Words]:
    """A page is in one known language and has one title, at its top."""
    if notebook.page not in LANGS:
        return [
            (
                f"metadata.gradelab.page 应为 zh 或 en，现在是“{notebook.page}”",
                f"metadata.gradelab.page must be zh or en, it is {notebook.page!r}",
            )
        ]
    heads = [place for place, c in enumerate(notebook.cells) if not c.code and HEADING.match(c.source)]
    if heads == [0]:
        return []
    return [
        (
            f"第一个单元应是唯一的一级标题，现在一级标题在 {[place + 1 for place in heads]}",
            f"the first cell must hold the one heading of level 1; those of level 1 are {[place + 1 for place in heads]}",
        )
    ]


def explained_problems(cell: Cell) -> list[Words]:
    """Parameters of a page: ``name: type = value  # what it is``, one a line."""
    return [
        (
            f"参数单元第 {number} 行应写作 名称: 类型 = 值  # 说明",
            f"line {number} of the parameters cell must read name: type = value  # what it is",
        )
        for number, line in enumerate(cell.source.strip().splitlines(), 1)
        if not EXPLAINED.fullmatch(line)
    ]
