"""Notebooks as files: the chapters of a project, what their parameters cell names, what they import."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ParameterError
from toolkit.params.chapter import ChapterParams
from toolkit.terms import Lang

CHAPTER_NAME = re.compile(r"\d\d_[\w-]+")
PARAMETERS_TAG = "parameters"
ABOUT, SCRATCH = "gradelab", "scratch"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing that is wrong in a notebook.

    Attributes
    ----------
    file : str
        As the user named it.
    cell : int
        Counted from 1 over all cells; 0 for the notebook as a whole.
    zh, en : str
        What is wrong and what to do.
    """

    file: str
    cell: int
    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The problem as one line."""
        if lang == "zh":
            return f"{self.file}{f' 第 {self.cell} 个单元' if self.cell else ''}：{self.zh}"
        return f"{self.file}{f', cell {self.cell}' if self.cell else ''}: {self.en}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it lies in the file.

    Attributes
    ----------
    code : bool
        Whether it is a code cell.
    source, id : str
    tags : tuple of str
    has_results : bool
        Whether outputs or an execution count are kept.
    """

    code: bool
    source: str
    id: str
    tags: tuple[str, ...]
    has_results: bool


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook as it lies in the file.

    Attributes
    ----------
    kernel : str
        Name in ``metadata.kernelspec``; empty where there is none.
    cells : tuple of Cell
    page : str
        The language of a page to be read at the screen (``metadata.gradelab.page``), which is never a chapter; empty
        for a chapter or a notebook that may become one.
    scratch : bool
        Whether it is scratch paper for what-ifs, which no report may hold.
    """

    kernel: str
    cells: tuple[Cell, ...]
    page: str = ""
    scratch: bool = False

    @property
    def parameters(self) -> list[Cell]:
        """Cells tagged ``parameters``; there should be one."""
        return [cell for cell in self.cells if cell.code and PARAMETERS_TAG in cell.tags]


def chapters(root: Path) -> tuple[Path, ...]:
    """The chapters of the project at ``root``, in reading order.

    Raises
    ------
    ParameterError
        When there is none.
    """
    found = sorted(path for path in (root / "notebooks").glob("*.ipynb") if CHAPTER_NAME.fullmatch(path.stem))
    if not found:
        raise ParameterError(
            zh="notebooks/ 中没有章节；章节应命名为 01_名称.ipynb、02_名称.ipynb。",
            en="There is no chapter in notebooks/; chapters are named 01_name.ipynb, 02_name.ipynb.",
        )
    return tuple(found)


def read_notebook(path: Path) -> Notebook:
    """Read a notebook of format 4.

    Raises
    ------
    ParameterError
        When the file is missing or is not such a notebook.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        kernel = content["metadata"].get("kernelspec", {}).get("name", "")
        page = content["metadata"].get("gradelab", {}).get("page", "")
        cells = tuple(_cell(cell) for cell in content["cells"])
        return Notebook(str(kernel), cells, str(page), is_scratch(content))
    except FileNotFoundError:
        raise ParameterError(zh=f"找不到笔记本 {path}。", en=f"There is no notebook {path}.") from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        raise ParameterError(
            zh=f"{path} 不是 Jupyter 笔记本（第 4 版格式），或已损坏；请从版本库恢复，或在 JupyterLab 中另存一次。",
            en=f"{path} is not a Jupyter notebook (format 4), or it is damaged; restore it, or save it anew in JupyterLab.",
        ) from None


def is_scratch(content: Mapping[str, Any]) -> bool:
    """Whether a notebook, as it lies in its file, bears the mark of scratch paper for what-ifs."""
    about = content["metadata"].get(ABOUT)
    return isinstance(about, Mapping) and about.get(SCRATCH) is True


def parameter_problems(path: Path, shown: str) -> list[CellProblem]:
    """What keeps the chapter at ``path`` from being given exactly the parameters of a chapter."""
    names = [name for cell in read_notebook(path).parameters for name in _assigned(cell.source)]
    wanted = list(ChapterParams.model_fields)
    if sorted(names) == sorted(wanted):
        return []
    missing = [name for name in wanted if name not in names]
    unknown = [name for name in names if name not in wanted]
    listed = ", ".join(wanted)
    zh = f"参数单元（标签 parameters）应恰好有 {listed}；缺少 {missing}，多出 {unknown}"
    en = f"the cell tagged parameters must have exactly {listed}; missing {missing}, unknown {unknown}"
    return [CellProblem(shown, 0, zh, en)]


def unloaded_parameters(path: Path) -> list[str]:
    """Names that the parameters cell sets and no other code cell loads; none where a cell is not valid Python."""
    cells = read_notebook(path)
    names = [name for cell in cells.parameters for name in _assigned(cell.source)]
    rest = [cell.source for cell in cells.cells if cell.code and PARAMETERS_TAG not in cell.tags]
    try:
        nodes = [node for source in rest for node in ast.walk(ast.parse(source))]
    except SyntaxError:
        return []
    loaded = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return [name for name in names if name not in loaded]


def imported_modules(paths: tuple[Path, ...]) -> list[str]:
    """Modules that the notebooks import, in order; a name imported from a package may itself be one."""
    found: dict[str, None] = {}
    for path in paths:
        sources = [cell.source for cell in read_notebook(path).cells if cell.code]
        for node in (node for source in sources for node in ast.walk(_tree(source))):
            if isinstance(node, ast.Import):
                found.update((alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module] = None
                found.update((f"{node.module}.{alias.name}", None) for alias in node.names)
    return list(found)


def _cell(cell: dict[str, Any]) -> Cell:
    source = cell["source"]
    return Cell(
        code=cell["cell_type"] == "code",
        source=source if isinstance(source, str) else "".join(source),
        id=str(cell.get("id", "")),
        tags=tuple(cell["metadata"].get("tags", ())),
        has_results=bool(cell.get("outputs") or cell.get("execution_count")),
    )


def _assigned(source: str) -> list[str]:
    targets = []
    for node in _tree(source).body:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AnnAssign):
            targets.append(node.target)
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])
