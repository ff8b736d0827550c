"""The plan of a run. Expected: whatever can be refused is refused before anything starts."""

from __future__ import annotations

import os

import pytest
from ruamel.yaml import YAML

from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.params.chapter import ChapterParams
from toolkit.params.places import data_folder, project_root
from toolkit.run.plan import as_yaml, make_plan


def test_the_plan_knows_project_chapters_and_reports(project, tmp_path, monkeypatch):
    """Chapters by name; what is no chapter is left alone; paths given from another folder hold."""
    for name in ("02_b", "01_a", "scratch"):
        project.chapter(name, "x = 1")
    monkeypatch.chdir(tmp_path)
    plan = make_plan(project.study.relative_to(tmp_path), known_measures=names(), quarter="2025Q4")
    assert plan.root == project.folder
    assert [path.stem for path in plan.chapters] == ["01_a", "02_b"]
    assert plan.quarter == "2025Q4" and plan.resolved()["study"]["quarter"] == "2025Q4"
    assert (plan.data, plan.out) == (project.folder / "data", project.folder / "reports")
    assert plan.reports == ["report.zh.html", "report.zh.pdf", "report.en.html", "report.en.pdf"]


def test_resolved_parameters_are_complete_and_readable(project):
    """Chinese as written, defaults filled in, readable by another YAML reader."""
    project.chapter("01_a", "x = 1")
    text = as_yaml(project.plan().resolved())
    assert "客户分级政策季度报告" in text and "\\u" not in text
    back = YAML(typ="safe").load(text)
    assert back["study"]["fiscal_start_month"] == 1
    assert back["baseline"]["id"] == "vip_2022" and len(back["alternatives"]) == 3
    assert back["decision_rule"]["horizon_quarters"] >= 1


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "下季度"])
def test_a_quarter_that_is_none_is_refused(project, quarter):
    """Exit 3, before data are read."""
    project.chapter("01_a", "x = 1")
    with pytest.raises(ParameterError):
        make_plan(project.study, known_measures=names(), quarter=quarter)


def test_a_project_without_chapters_or_a_study_outside_is_refused(project, tmp_path):
    """Both messages say what is expected."""
    with pytest.raises(ParameterError, match="no chapter in notebooks/"):
        project.plan()
    with pytest.raises(ParameterError, match="has notebooks/"):
        project_root(tmp_path / "a.yaml")


def test_data_come_from_the_option_the_environment_or_the_project(tmp_path, monkeypatch):
    """In this order."""
    monkeypatch.setenv("GRADELAB_DATA", str(tmp_path / "environment"))
    assert data_folder(tmp_path, tmp_path / "option") == tmp_path / "option"
    assert data_folder(tmp_path) == tmp_path / "environment"
    monkeypatch.delenv("GRADELAB_DATA")
    assert data_folder(tmp_path) == tmp_path / "data"


def test_the_parameters_cell_is_valid_python_with_the_defaults(project):
    """One line for each field: name, type, literal, meaning in both languages."""
    scope: dict[str, object] = {}
    exec(ChapterParams.cell_source(), scope)
    assert {name: scope[name] for name in ChapterParams.model_fields} == ChapterParams().model_dump()
    lines = ChapterParams.cell_source().splitlines()
    assert len(lines) == 5 and all(" / " in line.split("#")[1] and line.count("=") == 1 for line in lines)
    assert os.path.normpath(project.folder / "notebooks" / ChapterParams().study).startswith(
        str(project.folder)
    )
