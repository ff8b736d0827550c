"""Whether a notebook is thin and clean, so that what it does can be read, tested and compared.

Thin: a cell chooses, calls and shows; it defines nothing, loops over nothing, and is short.
Bound: its headings and paragraphs type no figure; figures come from facts.
Clean: committed without outputs, with the generated parameters cell and the kernel ``python3``.

A page, such as the start page, is held to the same in its one language; its parameters are its own, each with a type and a word of help.
"""

from __future__ import annotations

import ast
import re
from itertools import zip_longest
from pathlib import Path

from toolkit.params.chapter import ChapterParams
from toolkit.reporting.nodes import language
from toolkit.reporting.typed import typed_in_markdown
from toolkit.run.notebooks import (
    PARAMETERS_TAG,
    Cell,
    CellProblem,
    Notebook,
    read_notebook,
    unloaded_parameters,
)
from toolkit.run.pages import explained_problems, title_problems
from toolkit.terms import LANGS

CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST_CELL = 12
LANGUAGES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
HEADING = re.compile(r"#\s")
PICTURE = re.compile(r"!\[\s*\]\([^)]*\)")
IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"\balt\s*=\s*[\"'][^\"']*[^\"'\s]", re.IGNORECASE)
SCRATCH = (
    "这是推演草稿，它的数字不进入正式报告，不能作为章节；要留用，请把所调的数字存为情景，用 gradelab run --with 运行",
    "this is scratch paper for what-ifs, whose figures enter no report, so it cannot be a chapter; save what was turned "
    "as a scenario and run it with gradelab run --with",
)
OPENED = re.compile(r"\bopen_chapter\(\s*[\"']([^\"']*)[\"']")
BELONGS_IN_TOOLKIT = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.AsyncWith,
)

Words = tuple[str, str]


def notebook_problems(path: Path, shown: str) -> list[CellProblem]:
    """Every way in which the notebook at ``path`` is not thin or not clean; ``shown`` is its name to the user."""
    notebook = read_notebook(path)
    found = [CellProblem(shown, 0, zh, en) for zh, en in _whole(notebook)]
    found += [
        CellProblem(shown, 0, f"没有单元用到参数 {name}", f"no cell uses the parameter {name}")
        for name in unloaded_parameters(path)
    ]
    for number, cell in enumerate(notebook.cells, 1):
        words = [
            *_parameters(cell, notebook.page),
            *_identity(cell),
            *_code(cell),
            *_figures(cell, notebook.page),
            *_pictures(cell),
            *_name(cell, path.stem),
        ]
        found += [CellProblem(shown, number, zh, en) for zh, en in words]
    return found


def _whole(notebook: Notebook) -> list[Words]:
    found: list[Words] = [SCRATCH] if notebook.scratch else []
    tagged = len(notebook.parameters)
    if tagged != 1:
        found.append(
            (
                f"应恰好有一个标签为 parameters 的单元，现在有 {tagged} 个",
                f"needs exactly one cell tagged parameters, has {tagged}",
            )
        )
    if notebook.kernel != "python3":
        found.append(
            (
                f"内核应为 python3，现在是“{notebook.kernel}”",
                f"the kernel must be python3, it is {notebook.kernel!r}",
            )
        )
    if not all(cell.code for cell in notebook.cells):
        found += _headings(notebook)
    ids = [cell.id for cell in notebook.cells]
    if len(set(ids)) < len(ids):
        found.append(("有的单元编号相同", "some cells have the same id"))
    return found


def heading_problems(path: Path, shown: str) -> list[CellProblem]:
    """What is wrong with the headings that make the notebook at ``path`` a chapter of the report."""
    return [CellProblem(shown, 0, zh, en) for zh, en in _headings(read_notebook(path))]


def _headings(notebook: Notebook) -> list[Words]:
    if notebook.page:
        return title_problems(notebook)
    found = []
    for lang, (zh, en) in LANGUAGES.items():
        heads = [
            c for c in notebook.cells if not c.code and f"lang-{lang}" in c.tags and HEADING.match(c.source)
        ]
        if len(heads) != 1:
            found.append(
                (
                    f"应恰好有一个{zh}一级标题（Markdown 单元，标签 lang-{lang}），现在有 {len(heads)} 个",
                    f"needs exactly one {en} heading of level 1 (a Markdown cell tagged lang-{lang}), has {len(heads)}",
                )
            )
    return found


def _parameters(cell: Cell, page: str) -> list[Words]:
    if not (cell.code and PARAMETERS_TAG in cell.tags):
        return []
    if page:
        return explained_problems(cell)
    wanted, found = ChapterParams.cell_source().splitlines(), cell.source.strip().splitlines()
    if found == wanted:
        return []
    pairs = zip_longest(found, wanted, fillvalue="")
    number, right = next((n, right) for n, (line, right) in enumerate(pairs, 1) if line != right)
    if not right:
        return [
            (
                f"参数单元第 {number} 行是多出来的；请删去，参数只写在研究文件里",
                f"line {number} of the parameters cell is not generated; delete it, parameters belong in the study file",
            )
        ]
    return [
        (
            f"参数单元第 {number} 行与生成的不同，应为 {right}",
            f"line {number} of the parameters cell is not the generated one, it must read {right}",
        )
    ]


def _identity(cell: Cell) -> list[Words]:
    if CELL_ID.fullmatch(cell.id):
        return []
    return [("没有固定编号；请在 JupyterLab 中保存一次", "has no stable id; save it once in JupyterLab")]


def _pictures(cell: Cell) -> list[Words]:
    """Pictures of a text that somebody who cannot see them would miss."""
    if cell.code:
        return []
    blind = [*PICTURE.findall(cell.source), *(tag for tag in IMG.findall(cell.source) if not ALT.search(tag))]
    said = (
        "图片没有替代文字；请写 ![图中说了什么](文件)",
        "a picture has no text for those who cannot see it; write ![what it shows](file)",
    )
    return [said for _ in blind]


def _name(cell: Cell, stem: str) -> list[Words]:
    """The name under which a chapter records its facts is that of its file."""
    opened = OPENED.search(cell.source) if cell.code else None
    if opened is None or opened[1] == stem:
        return []
    return [
        (
            f'open_chapter 的第一个参数应与文件同名，请写 "{stem}"',
            f'the first argument of open_chapter must be the name of the file, write "{stem}"',
        )
    ]


def _code(cell: Cell) -> list[Words]:
    if not cell.code:
        return []
    found: list[Words] = []
    lines = len(cell.source.splitlines())
    if cell.has_results:
        found.append(("带有运行结果；请先清除输出再保存", "holds results; clear the outputs before saving"))
    if lines > LONGEST_CELL:
        found.append(
            (
                f"有 {lines} 行，最多 {LONGEST_CELL} 行；请写成 toolkit/ 中的函数",
                f"has {lines} lines, at most {LONGEST_CELL}; make it a function in toolkit/",
            )
        )
    if "raises-exception" in cell.tags:
        found.append(
            ("章节中不允许 raises-exception 标签", "the tag raises-exception is not allowed in a chapter")
        )
    return found + _definitions(cell.source)


def _figures(cell: Cell, page: str) -> list[Words]:
    """Figures typed into a heading or a paragraph."""
    if cell.code:
        return []
    tagged = [lang for lang in LANGS if f"lang-{lang}" in cell.tags]
    lang = page if page in LANGS else tagged[0] if len(tagged) == 1 else language(cell.source, "en")
    return [
        (
            f"第 {line} 行写死了“{figure}”；数字请用 chapter.say 从数据要点引用，或放进代码字体",
            f"line {line} types “{figure}”; take a figure from a fact by chapter.say, or set it as code",
        )
        for line, figure in typed_in_markdown(cell.source, lang)
    ]


def _definitions(source: str) -> list[Words]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [(f"第 {error.lineno} 行不是有效的 Python", f"line {error.lineno} is not valid Python")]
    made = [node for node in ast.walk(tree) if isinstance(node, BELONGS_IN_TOOLKIT)]
    shown = [ast.unparse(node).splitlines()[0][:80] for node in made]
    return [
        (
            f"单元只选择、调用和展示；请移到 toolkit/ 或自己的模块：{line}",
            f"a cell chooses, calls and shows; move this to toolkit/ or a module of your own: {line}",
        )
        for line in shown
    ]
