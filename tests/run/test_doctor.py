"""The doctor. Expected: a sound machine has no problem; each illness is named, with what to do, in both languages."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.run import doctor, machine, remains
from toolkit.run.doctor import Patient, examine
from toolkit.run.finding import OK, PROBLEM, WARNING, Finding
from toolkit.run.folder import RunFolder
from toolkit.run.lock import LOCK
from toolkit.run.processes import myself
from toolkit.terms import Label

NAMES = (
    "Python",
    "packages",
    "locale",
    "time zone",
    "memory and cores",
    "reports",
    "cache",
    "data",
    "fonts",
    "typesetting",
    "kernel",
    "clock",
    "leftovers",
)


@pytest.fixture
def quick(monkeypatch):
    """Without what takes seconds."""
    for look in ("fonts", "typesetting", "kernel"):
        monkeypatch.setattr(machine, look, lambda *_: Finding(OK, Label("好", "fine")))


@pytest.fixture
def patient(tmp_path):
    for name in ("reports", "data", "cache"):
        (tmp_path / name).mkdir()
    return Patient(tmp_path, tmp_path / "reports", tmp_path / "data", tmp_path / "cache")


def test_this_machine_is_sound(patient, root, cache):
    """Everything is really tried: fonts, a typeset line, a kernel."""
    found = list(examine(Patient(root, patient.out, patient.data, patient.cache)))
    assert [one.name.en for one in found] == list(NAMES)
    problems = [one for one in found if one.level == PROBLEM]
    assert problems == [] and doctor.exit_code(found) == 0
    for one in found:
        text = doctor.line(one, "zh") + doctor.line(one, "en")
        assert str(Path.home()) not in text and str(patient.root) not in text.replace("<tmp>", "")
        assert one.level == OK or one.advice


def test_a_problem_is_an_exit_code_and_keeps_nothing_else_from_being_seen(patient, quick, monkeypatch):
    def refused():
        raise ReportError(zh="字体没了。", en="The font is gone.")

    def broken():
        raise RuntimeError(f"in {Path.home()}/x")

    monkeypatch.setattr(machine, "fonts", refused)
    monkeypatch.setattr(machine, "typesetting", broken)
    found = list(examine(patient))
    by_name = {one.name.en: one for one in found}
    assert len(found) == len(NAMES) and doctor.exit_code(found) == 78
    assert by_name["fonts"].level == PROBLEM and by_name["fonts"].found.zh == "字体没了。"
    assert by_name["typesetting"].found.en == "RuntimeError: in ~/x"
    told = doctor.as_json(found)
    assert told["exit_code"] == 78 and {one["level"] for one in told["findings"]} >= {OK, PROBLEM}


def test_packages_are_held_against_the_lock(tmp_path):
    """Another version, a missing package, one for another machine, hashes in between."""
    version = metadata.version("pydantic")
    pins = [f"pydantic=={version} \\\n    --hash=sha256:00", "never==1 ; python_full_version == '2.7.*'"]
    lock = tmp_path / "requirements.lock"
    lock.write_text("\n".join(pins))
    assert machine.packages(tmp_path).level == OK
    lock.write_text("\n".join([*pins, "typer==0.0.1 ; python_version >= '3'"]))
    other = machine.packages(tmp_path)
    assert other.level == WARNING and f"typer {metadata.version('typer')} ≠ 0.0.1" in other.found.zh
    lock.write_text("\n".join([*pins, "typer==0.0.1", "no-such-package==2"]))
    missing = machine.packages(tmp_path)
    assert missing.level == PROBLEM and "no-such-package" in missing.found.en
    lock.unlink()
    assert machine.packages(tmp_path).level == WARNING


def test_a_locale_that_cannot_write_chinese_is_a_warning(monkeypatch):
    monkeypatch.setattr(machine.locale, "getpreferredencoding", lambda _: "ANSI_X3.4-1968")
    assert machine.locales().level == WARNING and "PYTHONUTF8=1" in machine.locales().advice.en


def test_folders(tmp_path, monkeypatch):
    """Writable or not, roomy or not; no folder is made."""
    assert machine.room(tmp_path / "a" / "b", "b").level == OK and not (tmp_path / "a").exists()
    for free, level in ((10**6, PROBLEM), (10**8, WARNING)):
        monkeypatch.setattr(machine.space, "free", lambda _, free=free: free)
        assert machine.room(tmp_path, "x").level == level

    def closed(**_):
        raise PermissionError

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", closed)
    assert machine.room(tmp_path, "x").level == PROBLEM
    assert machine.data(tmp_path / "none", "none").level == WARNING
    assert machine.data(tmp_path, "empty").level == WARNING
    (tmp_path / "a.csv").write_text("x")
    assert machine.data(tmp_path, "data").found.en == "data, 1 data file(s)"
    monkeypatch.setattr(machine.os, "access", lambda *_: False)
    assert machine.data(tmp_path, "data").level == PROBLEM


def test_little_memory_is_a_warning(monkeypatch):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("M", (), {"available": 2**28}))
    assert machine.memory().level == WARNING


def test_a_typeface_without_a_rare_character_is_a_warning(monkeypatch, cache):
    monkeypatch.setattr(machine, "RARE", "好\U0001f600")
    assert machine.fonts().level == WARNING and "\U0001f600" in machine.fonts().found.en


def test_a_clock_before_the_last_run_is_a_problem(past_run, tmp_path):
    past_run("2026Q2", "20260701T080000Z-00000a")
    before, after = datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)
    assert remains.clock(tmp_path / "reports", before).level == PROBLEM
    assert "2026-07-01T08:00:00Z" in remains.clock(tmp_path / "reports", before).found.zh
    assert remains.clock(tmp_path / "reports", after).level == OK
    assert remains.clock(tmp_path / "none", before).level == OK


def test_leftovers_are_counted_and_runs_at_work_are_none(tmp_path):
    working = RunFolder.begin(tmp_path, "demo", "20260701T080000Z-00000a")
    (tmp_path / "demo" / LOCK).write_text(json.dumps({**myself().as_json(), "run": "r", "taken": ""}))
    assert remains.leftovers(tmp_path).found.en == "none; 1 run(s) at work"
    gone = {**myself().as_json(), "process": 2**22 - 7, "since": 1}
    (working.path / "owner.json").write_text(json.dumps(gone))
    (tmp_path / "demo" / LOCK).write_text(json.dumps({**gone, "run": "r", "taken": ""}))
    found = remains.leftovers(tmp_path)
    assert found.level == WARNING and found.found.en == "1 stale lock(s), 1 unfinished run(s)."
    assert "gradelab index" in found.advice.zh


def test_the_command(quick, tmp_path, monkeypatch, capsys):
    """Lines for people, one object for programs; exit code 0 or 78."""
    from toolkit.cli import main

    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["gradelab", "doctor", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    code, text = call("--lang", "zh")
    assert code == 0 and len(text.splitlines()) == len(NAMES) and "✓ 内核：好" in text
    monkeypatch.setattr(
        machine, "kernel", lambda _: Finding(PROBLEM, Label("坏", "bad"), Label("修", "mend it"))
    )
    code, text = call("--json")
    assert code == 78 and json.loads(text)["exit_code"] == 78
    assert "✗ kernel: bad mend it" in call("--lang", "en")[1]
