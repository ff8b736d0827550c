"""``gradelab run`` as a scheduler sees it. Expected: exit codes and JSON as the help text promises."""

from __future__ import annotations

import json
import sys

import pytest

from toolkit.cli import main


@pytest.fixture
def gradelab(monkeypatch, capfd, below):
    """Call the command in this process; returns exit code, standard output and standard error."""
    monkeypatch.setattr("toolkit.run.runner.rooms", below)
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
