"""Thin and clean notebooks. Expected: style.md, example 16, and one broken notebook for each rule."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import ParameterError
from toolkit.run.notebooks import imported_modules
from toolkit.run.thin import notebook_problems


def change(path, **cells):
    """Change the first cell after the parameters, and the notebook's metadata by ``metadata``."""
    notebook = json.loads(path.read_text("utf-8"))
    if "cell_type" not in cells:
        notebook["metadata"].update(cells.pop("metadata", {}))
    notebook["cells"][1].update(cells)
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def test_a_thin_notebook_has_no_problem(project):
    """Comprehensions and calls are what a cell is for."""
    path = project.chapter("01_a", "rows = [x for x in range(3)]\nprint(rows)")
    assert notebook_problems(path, "a") == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("def f(): pass", "def f():"),
        ("async def f(): pass", "async def f():"),
        ("class A: pass", "class A:"),
        ("for x in y: print(x)", "for x in y:"),
        ("while x: pass", "while x:"),
        ("try:\n    x\nexcept ValueError:\n    pass", "try:"),
        ("with open('a') as f: f", "with open('a') as f:"),
        ("if x:\n    def f(): pass", "def f():"),
        ("x = (", "line 1 is not valid Python"),
        ("\n" * 11 + "x = 1", "has 13 lines, at most 12"),
    ],
)
def test_what_belongs_in_toolkit_is_named(project, source, word):
    """Each rule, broken once, is the only problem and names cell and line."""
    [problem] = notebook_problems(project.chapter("01_a", source), "notebooks/01_a.ipynb")
    assert problem.cell == 2 and word in problem.en
    assert problem.text("zh").startswith("notebooks/01_a.ipynb 第 2 个单元：")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}, "holds results"),
        ({"execution_count": 3}, "holds results"),
        ({"id": ""}, "no stable id"),
        ({"id": "parameters"}, "the same id"),
        ({"metadata": {"kernelspec": {"name": "mine"}}}, "must be python3, it is 'mine'"),
    ],
)
def test_what_must_not_be_committed_is_named(project, changed, word):
    """Results, lost ids, kernels of one person's environment."""
    path = change(project.chapter("01_a", "x = 1"), **changed)
    assert [word in problem.en for problem in notebook_problems(path, "a")] == [True]


def test_the_parameters_cell_is_the_generated_one(project):
    """Exactly one, word for word."""
    other = project.chapter("01_a", "x = 1", parameters='study: str = "a"  # b')
    assert ["must read" in problem.en for problem in notebook_problems(other, "a")] == [True]
    none = change(project.chapter("02_b", "x = 1"))
    notebook = json.loads(none.read_text("utf-8"))
    notebook["cells"][0]["metadata"] = {}
    none.write_text(json.dumps(notebook), "utf-8")
    assert ["has 0" in problem.en for problem in notebook_problems(none, "a")] == [True]


@pytest.mark.parametrize(
    ("source", "tags", "line", "figure"),
    [
        ("# Costs\n\nThey fell by 8% this year.", ["lang-en"], 3, "8%"),
        ("# 成本\n\n约三成客户流失。", ["lang-zh"], 3, "三成"),
        ("## 留存提高了 12%", [], 1, "12%"),
    ],
)
def test_a_figure_typed_into_markdown_is_named_with_its_line(project, source, tags, line, figure):
    """In the language of the cell, tagged or not; the same without the figure is fine."""
    path = change(
        project.chapter("01_a", "x = 1"), cell_type="markdown", source=source, metadata={"tags": tags}
    )
    notebook = json.loads(path.read_text("utf-8"))
    del notebook["cells"][1]["outputs"], notebook["cells"][1]["execution_count"]
    path.write_text(json.dumps(notebook), "utf-8")
    found = [one for one in notebook_problems(path, "notebooks/01_a.ipynb") if one.cell == 2]
    assert [f"line {line} types “{figure}”" in one.en for one in found] == [True]
    assert found[0].text("zh").startswith(f"notebooks/01_a.ipynb 第 2 个单元：第 {line} 行写死了“{figure}”")
    change(path, source=source.replace(figure, "`x`"))
    assert [one for one in notebook_problems(path, "a") if one.cell == 2] == []


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    """Also one of the format before version 4."""
    for text in ("", "[]", '{"worksheets": [], "metadata": {}}', '{"cells": [{}], "metadata": {}}'):
        (tmp_path / "a.ipynb").write_text(text)
        with pytest.raises(ParameterError, match="is not a Jupyter notebook"):
            notebook_problems(tmp_path / "a.ipynb", "a")
    with pytest.raises(ParameterError, match="There is no notebook"):
        notebook_problems(tmp_path / "b.ipynb", "b")


def test_imports_are_found_for_the_server(project):
    """Packages, modules in packages, and names that may be modules."""
    a = project.chapter("01_a", "import numpy as np, os.path\nfrom toolkit.reporting import charts", "%magic")
    b = project.chapter("02_b", "from toolkit.reporting import charts, tables")
    assert imported_modules((a, b)) == [
        "numpy",
        "os.path",
        "toolkit.reporting",
        "toolkit.reporting.charts",
        "toolkit.reporting.tables",
    ]
