"""``gradelab run`` as a scheduler sees it. Expected: exit codes and JSON as the help text promises."""

from __future__ import annotations

import json
import sys

import pytest

from toolkit.cli import main
from toolkit.run.lock import LOCK
from toolkit.run.processes import myself


@pytest.fixture
def gradelab(monkeypatch, capfd, below):
    """Call the command in this process; returns exit code, standard output and standard error."""
    monkeypatch.setattr("toolkit.run.runner.rooms", lambda look: below())
    monkeypatch.setenv("GRADELAB_LANG", "en")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["gradelab", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return ended.value.code or 0, told.out, told.err

    return call


def test_a_good_run_answers_people_and_schedulers(project, gradelab, monkeypatch):
    """Standard output ends with one JSON object; progress is on standard error."""
    monkeypatch.chdir(project.folder)
    noise = "import atexit, os, sys\natexit.register(os.write, 1, b'noise')\nos.write(2, b'noise'); print('noise')"
    project.chapter("01_a", noise)
    code, out, err = gradelab("run", "params/studies/演示.yaml", "--json")
    told = json.loads(out.splitlines()[-1])
    assert code == 0 and told["exit_code"] == 0 and told["state"] == "succeeded" and told["reason"] is None
    assert told["run_folder"].startswith("reports/demo/2026Q3/")
    assert list(told["reports"]) == ["report.zh.html", "report.zh.pdf", "report.en.html", "report.en.pdf"]
    assert all((project.folder / path).is_file() for path in told["reports"].values())
    assert "noise" not in out + err and "done" in err and "chapter 01_a" in err


def test_a_failed_chapter_ends_with_4_and_says_where_to_look(project, gradelab, tmp_path):
    """The answer names the folder of the failed run; the sentence is in the language asked for."""
    project.chapter("01_a", "1 / 0")
    code, out, err = gradelab("run", project.study, "--out", tmp_path / "out", "--json", "--lang", "zh")
    told = json.loads(out.splitlines()[-1])
    assert code == 4 == told["exit_code"] and told["state"] == "failed" and told["reports"] == {}
    assert told["run_folder"].endswith(".failed")
    assert told["reason"]["zh"] in err and "ZeroDivisionError" in err and "Traceback" not in err


def test_a_refused_run_has_no_folder(project, gradelab):
    """Exit 3 before anything started."""
    project.chapter("01_a", "x = 1")
    code, out, _ = gradelab("run", project.study, "--quarter", "2026", "--json")
    told = json.loads(out)
    assert code == 3 and told["run_folder"] is None and "2026Q3" in told["reason"]["en"]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(project, gradelab, monkeypatch, below):
    """Text for people, JSON for schedulers, the exit code of a run."""
    monkeypatch.setattr("toolkit.run.rehearsal.rooms", below)
    monkeypatch.setattr("toolkit.run.kernels.Kernels.prove", lambda self: None)
    project.chapter("01_a", "x = 1")
    code, out, _ = gradelab("run", project.study, "--dry-run", "--force", "chapter:01_a")
    assert code == 0 and "✓ lock: no other run" in out and "chapter:01_a  depends on data" in out
    monkeypatch.setattr("toolkit.run.space.free", lambda folder: 0)
    code, out, _ = gradelab("run", project.study, "--dry-run", "--json")
    told = json.loads(out)
    assert code == 74 == told["exit_code"] and told["steps"][0] == {
        "id": "data",
        "reuse": None,
        "why": {"zh": "还没有做过", "en": "never done"},
    }
    assert not (project.folder / "reports").exists()


def test_limits_locks_and_unknown_steps_have_their_exit_codes(project, gradelab):
    """6, 75 and 2; a refused run leaves no folder."""
    project.chapter("01_a", "import time; time.sleep(60)")
    code, out, err = gradelab("run", project.study, "--json", "--time-limit", "0.02")
    told = json.loads(out.splitlines()[-1])
    assert code == 6 == told["exit_code"] and told["run_folder"].endswith(".failed") and "0.02 min" in err
    place = project.folder / "reports" / "demo"
    (place / LOCK).write_text(json.dumps(myself().as_json() | {"run": "other"}))
    code, out, err = gradelab("run", project.study, "--json", "--wait", "0.3", "--lang", "zh")
    assert (
        code == 75 and json.loads(out.splitlines()[-1])["run_folder"] is None and err.count("正在运行") == 2
    )
    code, _, err = gradelab("run", project.study, "--force", "chapter:1")
    assert code == 2 and "chapter:01_a" in err
