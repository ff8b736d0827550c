"""The closing as a step of a run. Expected: it looks back at the last good report, and is written again exactly when it must be."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from toolkit.measures.registry import names
from toolkit.run.plan import make_plan
from toolkit.run.rooms import rooms

CHAPTER = "01_a"


@pytest.fixture
def report(project, kernels, monkeypatch):
    """One report of a quarter: verdict and a figure, recorded by a chapter of one line; the closing is the real one."""

    def make(quarter, verdict, value):
        source = project.fact(CHAPTER, verdict=verdict, figure=value)
        project.chapter(CHAPTER, source)
        study = SimpleNamespace(quarter=quarter, provenance=dict, pilots_read=list)
        real = {"open_study": lambda *_: study, "close": rooms().close}
        plan = make_plan(project.study, known_measures=names(), quarter=quarter)
        monkeypatch.setattr(project, "plan", lambda: plan)
        run = project.run(kernels, **real)
        run.go()
        return run.folder

    return make


def steps(folder):
    """What became of every step, and why."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {
        one["id"]: ("reused" if one["reused"] else one["state"], one["why"]["en"])
        for one in manifest["steps"]
    }


def test_two_quarters_in_a_row(report):
    """The first says so; the second holds its figures against the first and finds the planted flip."""
    first = report("2026Q1", "keep", "1")
    assert "first report" in (first / "notebooks" / "98_what_has_changed.ipynb").read_text("utf-8")
    assert not (first / "tables" / "result_differences.csv").exists()
    second = report("2026Q2", "pilot", "1")
    facts = json.loads((second / "facts.json").read_text("utf-8"))
    assert facts["since.quarter"]["value"] == "2026Q1" and facts["since.turned"]["value"] == 1
    assert facts["since.moved"]["chapter"] == "98_what_has_changed"
    table = pd.read_parquet(second / "tables" / "result_differences.parquet").set_index("id")
    assert list(table.index) == ["verdict"] and bool(table.loc["verdict", "turned"])
    third = report("2026Q3", "pilot", "2")
    facts = json.loads((third / "facts.json").read_text("utf-8"))
    assert facts["since.quarter"]["value"] == "2026Q2" and facts["since.turned"]["value"] == 0
    assert list(pd.read_parquet(third / "tables" / "result_differences.parquet")["id"]) == ["figure"]


def test_the_comparison_is_made_again_when_the_earlier_report_is_another(report):
    """The same quarter twice: reused. The quarter before run again with another verdict: made again, and so are the reports."""
    report("2026Q1", "keep", "1")
    report("2026Q2", "keep", "1")
    again = report("2026Q2", "keep", "1")
    assert {state for state, _ in steps(again).values()} == {"reused"}
    assert json.loads((again / "facts.json").read_text("utf-8"))["since.turned"]["value"] == 0
    report("2026Q1", "adopt", "1")
    anew = report("2026Q2", "keep", "1")
    told = steps(anew)
    assert told["facts"][0] == "succeeded" and "earlier quarters" in told["facts"][1]
    assert {told[name][0] for name in told if name.startswith("report:")} == {"succeeded"}
    assert json.loads((anew / "facts.json").read_text("utf-8"))["since.turned"]["value"] == 1


def test_another_signatory_renders_the_reports_and_no_more_than_that_is_lost(report, project):
    """Names stand in the study file, whose every change is read again by the chapters."""
    first = report("2026Q1", "keep", "1")
    project.study.write_text(
        project.study.read_text("utf-8") + "sign_off: {assurer: {name: 李雷}}\n", "utf-8"
    )
    second = report("2026Q1", "keep", "1")
    name = "notebooks/99_sign_off.ipynb"
    assert "李雷" in (second / name).read_text("utf-8") and "李雷" not in (first / name).read_text("utf-8")
    told = steps(second)
    assert told["facts"][0] == "succeeded" and "signatories changed" in told["facts"][1]
    assert {told[one][0] for one in told if one.startswith("report:")} == {"succeeded"}


def test_the_closing_stands_after_the_chapters_in_every_report(project, kernels, below):
    """What is merged: chapters in reading order, then what has changed, then the sign-off."""
    seen = []

    def merge(notebooks, about):
        seen.append([one.metadata.get("gradelab", {}).get("chapter") for one in notebooks])
        return below().merge(notebooks, about)

    project.chapter("02_b", "1")
    project.chapter(CHAPTER, project.fact(CHAPTER, verdict="keep"))
    project.run(kernels, close=rooms().close, merge=merge).go()
    assert seen == [[None, None, "98_what_has_changed", "99_sign_off"]]
