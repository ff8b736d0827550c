"""The chapters of this project are thin and clean. Expected: style.md, example 16, and the generated parameters cell."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from toolkit.run.notebooks import CHAPTER_NAME, read_notebook
from toolkit.run.thin import notebook_problems

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.glob("*.ipynb") if not path.stem.startswith("start."))


def test_there_are_chapters():
    """A pattern that finds nothing would pass every other test here."""
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{i:02d}" for i in range(1, len(NOTEBOOKS) + 1)]
    assert len(NOTEBOOKS) >= 7 and all(CHAPTER_NAME.fullmatch(path.stem) for path in NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin_and_clean(path):
    """No definition, loop, output or count; short cells; the parameters cell as generated; kernel python3."""
    assert [problem.text("en") for problem in notebook_problems(path, path.name)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_parameter_is_read(path):
    """A parameter that is bound but never read would be ignored in silence."""
    notebook = read_notebook(path)
    given = {node.id for cell in notebook.parameters for node in _names(cell.source, ast.Store)}
    others = [cell.source for cell in notebook.cells if cell.code and cell not in notebook.parameters]
    read = {node.id for source in others for node in _names(source, ast.Load)}
    assert given <= read


def _names(source: str, context: type[ast.expr_context]) -> list[ast.Name]:
    return [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and isinstance(n.ctx, context)]
