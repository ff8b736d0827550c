"""Pages, such as the start page. Expected: the start page as it is, and one broken copy for each rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.run.notebooks import chapters
from toolkit.run.plan import make_plan
from toolkit.run.thin import notebook_problems

START = Path(__file__).resolve().parents[2] / "notebooks" / "start.en.ipynb"


def broken(tmp_path, change):
    """The start page with something else in it."""
    notebook = json.loads(START.read_text("utf-8"))
    change(notebook)
    path = tmp_path / START.name
    path.write_text(json.dumps(notebook), "utf-8")
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_start_page_is_thin_and_clean(lang):
    path = START.with_name(f"start.{lang}.ipynb")
    assert [problem.text("en") for problem in notebook_problems(path, path.name)] == []


@pytest.mark.parametrize(
    ("change", "cell", "said"),
    [
        (lambda n: n["cells"][0].update(source="## No title"), 0, "the one heading of level 1"),
        (lambda n: n["cells"][3].update(source="# A second title"), 0, "those of level 1 are [1, 4]"),
        (lambda n: n["cells"][1]["source"].append("\nmore: int = 1"), 2, "must read name: type = value  # what it is"),
        (lambda n: n["cells"][1].update(metadata={}), 0, "exactly one cell tagged parameters, has 0"),
        (lambda n: n["cells"][3].update(source="Retention rose by 12%"), 4, "types “12%”"),
        (lambda n: n["cells"][4].update(source="def f(): pass"), 5, "a cell chooses, calls and shows"),
        (lambda n: n["cells"][4].update(execution_count=1), 5, "holds results"),
        (lambda n: n["metadata"]["gradelab"].update(page="fr"), 0, "must be zh or en, it is 'fr'"),
        (lambda n: n["metadata"]["kernelspec"].update(name="mine"), 0, "must be python3"),
    ],
)  # fmt: skip
def test_each_rule_is_named_with_its_cell(tmp_path, change, cell, said):
    """Besides what else the change leads to, such as a parameter that nobody uses."""
    problems = notebook_problems(broken(tmp_path, change), "start")
    assert any(said in problem.en and problem.cell == cell for problem in problems), problems
    assert all(problem.zh != problem.en for problem in problems)


def test_a_chapter_is_held_to_its_own_rules(tmp_path):
    """Without the mark of a page the same notebook lacks the parameters and both headings of a chapter."""
    path = broken(tmp_path, lambda n: n["metadata"].pop("gradelab"))
    said = " ".join(problem.en for problem in notebook_problems(path, "start"))
    assert "is not the generated one" in said and "one Chinese heading" in said


def test_a_page_cannot_become_a_chapter_by_its_name(project):
    """It would be given parameters that it does not have."""
    project.chapter("01_a", "x = 1")
    (project.folder / "notebooks" / "02_start.ipynb").write_bytes(START.read_bytes())
    assert len(chapters(project.folder)) == 2
    with pytest.raises(ParameterError, match=r"02_start\.ipynb.*must have exactly study"):
        make_plan(project.study, known_measures=names())
