"""Cleaning up. Expected: the rule of the help text, recomputed by hand; what must stay stays under any rule."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from toolkit.run import housekeeping
from toolkit.run.folder import RunFolder
from toolkit.run.housekeeping import Rule, clean, removals
from toolkit.run.set_page import FOLDER
from toolkit.run.signing import sign
from toolkit.run.store import Store, step_key

ALL = Rule(keep=1, days=0)


def named(days: float, mark: str = "00000a") -> str:
    """Identifier of a run that began so many days ago."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}-{mark}"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "reports"


def left(out) -> set[str]:
    """Names of the run folders that are there."""
    return {path.parent.name for path in out.glob("*/*/*/manifest.json")}


def test_the_newest_good_runs_stay_and_bad_ones_go_first(past_run, out):
    good = [past_run("2026Q2", named(days)).name for days in (90, 80, 70, 60)]
    failed = past_run("2026Q2", named(50), "failed").name
    stopped = past_run("2026Q1", named(55, "00000b"), "interrupted").name
    order = [one.folder.name for one in clean(out, Rule(keep=2, days=30))]
    assert order == [stopped, failed, good[0], good[1]]
    assert left(out) == {good[2], good[3]}
    index = (out / "index.html").read_text("utf-8")
    assert good[3] in index and failed.removesuffix(".failed") not in index


def test_the_last_good_run_stays_also_where_bad_ones_are_newer_or_the_pointer_is_lost(past_run, out):
    first, second = past_run("2026Q1", named(400)).name, past_run("2026Q2", named(390)).name
    past_run("2026Q2", named(10), "failed")
    (out / "demo" / "2026Q1" / "latest.json").unlink()
    clean(out, ALL)
    assert left(out) == {first, second}


def test_a_run_that_the_pointer_names_stays_though_newer_ones_exist(past_run, out):
    """Somebody went back to an earlier report."""
    old, new = past_run("2026Q1", named(40)).name, past_run("2026Q1", named(30)).name
    (out / "demo" / "2026Q1" / "latest.json").write_text(json.dumps({"run": old}))
    clean(out, ALL)
    assert left(out) == {old, new}


def test_what_ifs_take_no_place_of_reports(past_run, out):
    """Newer what-ifs of two scenarios; the lost pointer makes the report depend on the rule alone."""
    report = past_run("2026Q1", named(50)).name
    kept = {past_run("2026Q1", named(days), scenario=name).name for days, name in ((20, "a"), (40, "b"))}
    gone = past_run("2026Q1", named(45, "00000b"), scenario="b").name
    (out / "demo" / "2026Q1" / "latest.json").unlink()
    clean(out, ALL)
    assert {report, *kept} <= left(out) and gone not in left(out)


def test_runs_that_the_table_of_a_set_shows_stay(past_run, out):
    """Its links would lead nowhere."""
    past_run("2026Q1", named(50))
    shown, other = (past_run("2026Q1", named(days), scenario="b") for days in (45, 44))
    past_run("2026Q1", named(43), scenario="b")
    (out / "demo" / FOLDER).mkdir()
    table = {"results": [{"member": "b", "run": shown.name}]}
    (out / "demo" / FOLDER / "grid.2026Q1.json").write_text(json.dumps(table))
    clean(out, ALL)
    assert shown.is_dir() and not other.exists()


def test_young_runs_stay(past_run, out):
    young, old = past_run("2026Q1", named(5), "failed").name, past_run("2026Q1", named(15), "failed").name
    past_run("2026Q1", named(1))
    clean(out, Rule(keep=1, days=10))
    assert young in left(out) and old not in left(out)


def test_a_signed_run_stays_even_when_void(past_run, out):
    held, void = past_run("2026Q1", named(60)), past_run("2026Q1", named(50))
    past_run("2026Q1", named(40))
    for run in (held, void):
        sign(run, "approver", "Li")
    (void / "facts.json").write_text("{}")
    clean(out, ALL)
    assert {held.name, void.name} <= left(out)


def test_what_a_kept_record_names_stays_and_what_that_names(past_run, out):
    """A reused step names a run, whose stored step named an earlier report."""
    oldest, middle = named(300, "00000c"), named(200, "00000d")
    past_run("2026Q1", oldest)
    past_run("2026Q1", named(290, "00000e"))
    ingredients = {"earlier": {"2026Q1": {"run": oldest, "outputs": "x"}}}
    key = step_key("chapter:01", ingredients)
    donor = past_run("2026Q2", middle, steps=[{"id": "chapter:01", "key": key, "reused": None}])
    Store(out / ".steps" / "demo").keep(
        "chapter:01", ingredients, run=donor, name=middle, files=["facts.json"], known={}
    )
    unnamed = past_run("2026Q2", named(150, "00000f")).name
    past_run("2026Q2", named(100), steps=[{"id": "data", "key": "k", "reused": middle}])
    clean(out, ALL)
    assert {oldest, middle} <= left(out) and unnamed not in left(out)


def test_steps_that_no_kept_run_names_go(past_run, out):
    store = Store(out / ".steps" / "demo")
    keys = {name: step_key("data", {"name": name}) for name in ("kept", "gone", "nobody")}
    run = past_run("2026Q1", named(50), steps=[{"id": "data", "key": keys["kept"], "reused": None}])
    past_run("2026Q1", named(60), "failed", steps=[{"id": "data", "key": keys["gone"], "reused": None}])
    for name in keys:
        store.keep("data", {"name": name}, run=run, name=run.name, files=["facts.json"], known={})
    clean(out, ALL)
    assert {name for name, key in keys.items() if store.find("data", key)} == {"kept"}


def test_reports_made_anew_go_with_their_run(past_run, out):
    """What was rendered again of a run that stays, stays; of a run that goes or is gone, it goes."""
    old, new = past_run("2026Q1", named(60)).name, past_run("2026Q1", named(30)).name
    place = out / "demo" / "2026Q1" / "rendered"
    for name in (old, new, "20200101T000000Z-00000f"):
        (place / name).mkdir(parents=True)
        (place / name / "report.en.html").write_text("anew", "utf-8")
    clean(out, Rule(keep=1, days=1))
    assert left(out) == {new}
    assert [path.name for path in place.iterdir()] == [new]


def test_a_run_at_work_loses_nothing(past_run, out):
    """Neither its folder, nor a run it names, nor any stored step of its study."""
    named_by_it, other = past_run("2026Q1", named(60)), past_run("2026Q1", named(50, "00000b"))
    past_run("2026Q1", named(40))
    Store(out / ".steps" / "demo").keep(
        "data", {"a": 1}, run=named_by_it, name=named_by_it.name, files=["facts.json"], known={}
    )
    working = RunFolder.begin(out, "demo", named(45, "00000d"))
    told = {"study": "demo", "steps": [{"id": "data", "reused": named_by_it.name}]}
    (working.path / "manifest.json").write_text(json.dumps(told))
    clean(out, ALL)
    assert working.path.is_dir() and named_by_it.is_dir() and not other.exists()
    assert Store(out / ".steps" / "demo").find("data", step_key("data", {"a": 1}))


def test_a_rehearsal_touches_nothing_and_foresees_all(past_run, out):
    for days in (60, 50):
        past_run("2026Q1", named(days))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    foreseen = clean(out, ALL, dry_run=True)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert [one.folder for one in clean(out, ALL)] == [one.folder for one in foreseen] != []
    assert removals(out, ALL) == []


def test_removal_is_whole_or_not_at_all(past_run, out, monkeypatch):
    """Deleting stops half-way: no half run is to be seen, and the next cleaning takes the rest."""
    run = past_run("2026Q1", named(60))
    past_run("2026Q1", named(50))
    monkeypatch.setattr(housekeeping.shutil, "rmtree", lambda path, **_: os.unlink(path / "facts.json"))
    clean(out, ALL)
    assert not run.exists() and (hidden := run.with_name(f".{run.name}.gone")).is_dir()
    monkeypatch.undo()
    clean(out, ALL)
    assert not hidden.exists()


def test_what_is_no_run_of_ours_is_left_alone(past_run, out):
    past_run("2026Q1", named(50))
    stranger = out / "demo" / "2026Q1" / "my notes"
    stranger.mkdir()
    (stranger / "manifest.json").write_text(json.dumps({"run": named(90), "state": "failed"}))
    clean(out, ALL)
    assert stranger.is_dir()


def test_the_command_says_what_and_how_much(past_run, tmp_path, out, monkeypatch, capsys):
    from toolkit.cli import main

    gone = past_run("2026Q1", named(60), "failed")
    past_run("2026Q1", named(50))
    monkeypatch.setattr("sys.argv", ["gradelab", "clean", "--out", str(out), "--days", "1", "--lang", "zh"])
    with pytest.raises(SystemExit) as ended:
        main()
    text = capsys.readouterr().out
    assert not ended.value.code and gone.name in text and "失败" in text and "已删除 1 项，共 0.0 MB" in text
    monkeypatch.setattr("sys.argv", ["gradelab", "clean", "--out", str(tmp_path / "no")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
