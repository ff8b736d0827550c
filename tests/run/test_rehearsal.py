"""A dry run. Expected: what a run would meet and do, with its exit codes; nothing is written."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import ReportError, UsageError
from toolkit.run.lock import LOCK
from toolkit.run.processes import myself
from toolkit.run.rehearsal import rehearse


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch):
    """The kernel is proved in one test only."""
    monkeypatch.setattr("toolkit.run.kernels.Kernels.prove", lambda self: None)


def told(found):
    """Step -> run that would be reused, and reason."""
    return {one.step.id: (one.reuse, one.why.en) for one in found.steps}


def test_each_step_is_foreseen_with_its_reason_and_nothing_is_written(project, kernels, below):
    """Before the first run, after it, after a change of a notebook, of a parameter, and by force."""
    project.chapter("01_a", project.fact("01_a", verdict="keep"))
    project.chapter("02_b", "x = 1")
    first = rehearse(project.plan(), below=below())
    assert first.exit_code == 0 and not (project.folder / "reports").exists()
    assert told(first)["data"] == (None, "never done") and told(first)["facts"] == (None, "depends on data")

    run = project.run(kernels)
    run.go()
    there = sorted((project.folder / "reports").rglob("*"))
    name = run.folder.name
    assert set(told(rehearse(project.plan(), below=below())).values()) == {(name, "nothing changed")}
    forced = told(rehearse(project.plan(), ("chapter:01_a",), below()))
    assert forced["chapter:01_a"] == (None, "forced") and forced["chapter:02_b"][0] == name

    project.chapter("02_b", "x = 2")
    changed = told(rehearse(project.plan(), below=below()))
    assert changed["chapter:02_b"] == (None, "notebook changed") and changed["chapter:01_a"][0] == name
    assert changed["report:report.zh.pdf"] == (None, "depends on chapter:02_b")

    rule = project.folder / "params" / "decision_rules" / "board_2026.yaml"
    text = rule.read_text("utf-8")
    rule.write_text(text.replace("horizon_quarters: 4", "horizon_quarters: 5"), "utf-8")
    assert rule.read_text("utf-8") != text
    changed = told(rehearse(project.plan(), below=below()))
    assert changed["data"][0] == name
    assert changed["chapter:01_a"] == (None, "parameters changed: decision_rule.horizon_quarters")
    assert sorted((project.folder / "reports").rglob("*")) == there
    with pytest.raises(UsageError):
        rehearse(project.plan(), ("chapter:1",), below())


def test_what_a_run_would_meet_is_told_with_its_exit_code(project, below, monkeypatch):
    """Fonts, lock, disk, folder; the first failure gives the exit code, and all are listed."""
    project.chapter("01_a", "x = 1")
    place = project.folder / "reports" / "demo"
    place.mkdir(parents=True)
    (place / LOCK).write_text(json.dumps(myself().as_json() | {"run": "other"}))

    def no_font() -> None:
        raise ReportError(zh="没有字体。", en="No font.")

    monkeypatch.setattr("toolkit.run.space.free", lambda folder: 1000)
    found = rehearse(project.plan(), below=below(fonts=no_font))
    codes = {check.name.en: check.exit_code for check in found.checks}
    assert codes == {
        "parameters and notebooks": 0,
        "fonts": 8,
        "data": 0,
        "folder of reports": 0,
        "disk space": 74,
        "lock": 75,
        "kernel": 0,
    }
    assert found.exit_code == 8 and found.as_json()["exit_code"] == 8
    assert any(line.startswith("✗ fonts: No font.") for line in found.lines("en"))
    monkeypatch.setattr("toolkit.run.space.free", lambda folder: 10**12)
    (place / LOCK).unlink()
    place.rmdir()
    place.parent.rmdir()
    place.parent.write_text("a file")
    assert rehearse(project.plan(), below=below()).exit_code == 74


@pytest.mark.parametrize(
    ("header", "code", "word"),
    [
        ("CustomerID,InvoiceNo,InvoiceDate,Quantity,UnitPrice,StockCode,Country", 0, "1 rows"),
        ("CustomerID,InvoiceNo,InvoiceDate,Quantity,Price,StockCode,Country", 7, "UnitPrice"),
        (None, 7, "missing"),
    ],
)
def test_data_files_are_really_read(project, root, below, header, code, word):
    """There, with the columns the study names; a simulated history needs none."""
    from toolkit.measures.registry import names
    from toolkit.run.plan import make_plan

    project.chapter("01_a", "x = 1")
    study = project.folder / "params" / "studies" / "online_retail.yaml"
    text = study.read_text("utf-8")
    study.write_text(text.replace("online_retail_2010_2011/online_retail.csv.gz", "data.csv"), "utf-8")
    (project.folder / "data").mkdir()
    if header:
        row = "1,2,2011-01-01,3,4.0,5,UK"
        (project.folder / "data" / "data.csv").write_text(f"{header}\n{row}\n", "utf-8")
    found = rehearse(make_plan(study, known_measures=names()), below=below())
    [data] = [check for check in found.checks if check.name.en == "data"]
    assert data.exit_code == code and word in data.found.en
