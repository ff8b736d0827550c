"""Members of a set side by side. Expected: each in a process of its own, none in the way of another, all heard to the end."""

from __future__ import annotations

import json
import stat
import sys
import textwrap
import time
from importlib import import_module
from pathlib import Path

import pytest

from toolkit.run.failures import Locked
from toolkit.run.jobs import jobs_here, runs_at_once
from toolkit.run.lock import RunLock, locks
from toolkit.run.members import SideBySide
from toolkit.run.workers import Workers

STAND_IN = """
    #!{python}
    import json, pathlib, signal, sys, time
    words = sys.argv[1:]
    assert words[:3] == ["-m", "toolkit", "run"], words
    laid = [words[place + 1] for place, word in enumerate(words) if word == "--with"]
    name = laid[-1].partition("#")[2]
    here = pathlib.Path({here!r})
    (here / f"{{name}}.words").write_text(json.dumps(words))
    def stopped(number, frame):
        (here / f"{{name}}.stopped").write_text("")
        sys.exit(143)
    signal.signal(signal.SIGTERM, stopped)
    if name.startswith("pair"):
        other = here / ("pair_b.words" if name == "pair_a" else "pair_a.words")
        for _ in range(600):
            if other.exists():
                break
            time.sleep(0.05)
        else:
            sys.exit("nobody beside me")
    if name == "endless":
        time.sleep(60)
    if name == "killed":
        print("a last word", file=sys.stderr)
        sys.exit(9)
    reason = {{"zh": "不行", "en": "no"}} if name == "refused" else None
    print("some chatter")
    print(json.dumps({{"run_folder": None if reason else "runs/" + name, "reason": reason}}))
    sys.exit(3 if reason else 0)
"""


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """A command that stands in for the interpreter and answers as ``gradelab run --json`` does; its folder.

    joblib is loaded before: whoever loads multiprocessing first fixes the interpreter of its helpers for good.
    """
    import_module("joblib")
    script = tmp_path / "python"
    script.write_text(textwrap.dedent(STAND_IN).strip().format(python=sys.executable, here=str(tmp_path)))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_members_are_at_work_at_once_and_answer_in_order(beside):
    """Each of the pair waits until the other has begun; what is laid over the study and the options reach both."""
    apart = SideBySide(Path("s.yaml"), ["--quarter", "2026Q3"], Workers(2))
    ends = list(apart.run([["base.yaml", "set.yaml#pair_a"], ["set.yaml#pair_b"]]))
    assert ends == [beside / "runs" / "pair_a", beside / "runs" / "pair_b"]
    words = json.loads((beside / "pair_a.words").read_text())[3:]
    assert words[:5] == ["s.yaml", "--with", "base.yaml", "--with", "set.yaml#pair_a"]
    assert words[5:] == ["--quarter", "2026Q3", "--jobs", "2", "--json"]


def test_failures_are_told_and_stop_nobody(beside):
    """A refusal keeps its reason in both languages; a process that vanished is told with its last word."""
    apart = SideBySide(Path("s.yaml"), [], Workers(1))
    refused, killed, good = apart.run([["x#refused"], ["x#killed"], ["x#good"]])
    assert (refused.zh, refused.en) == ("不行", "no")
    assert "9" in killed.en and "a last word" in killed.en and "a last word" in killed.zh
    assert good == beside / "runs" / "good"


def test_an_interrupted_set_stops_its_members(beside):
    """The one at work is asked to stop, the next one never begins."""
    apart = SideBySide(Path("s.yaml"), [], Workers(1))
    ends = apart.run([["x#good"], ["x#endless"], ["x#never"]])
    assert next(ends) == beside / "runs" / "good"
    while not (beside / "endless.words").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    ends.close()
    assert (beside / "endless.stopped").exists() and not (beside / "never.words").exists()


def test_what_ifs_are_in_nobodys_way_but_their_own(tmp_path):
    """Another scenario and the study as it is may run at the same time; the same scenario may not, and no lock stays."""

    def lock(run: str, scenario: str = "") -> RunLock:
        return RunLock(tmp_path / "demo", run, scenario=scenario)

    with lock("r1") as plain, lock("r2", "few") as few, lock("r3", "many/及其他") as many:
        for one in (plain, few, many):
            one.take()
            one.take("2026Q3")
        with pytest.raises(Locked):
            lock("r4", "few").take("2026Q3")
        assert len(locks(tmp_path / "demo")) == 3
    assert locks(tmp_path / "demo") == []


def test_runs_share_the_processes(monkeypatch):
    """One run keeps two busy: two cores run one member at a time, eight run three."""
    for cores, jobs, runs in [(1, 1, 1), (2, 2, 1), (4, 3, 1), (8, 7, 3)]:
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert (jobs_here(), runs_at_once(jobs_here())) == (jobs, runs)
