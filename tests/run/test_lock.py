"""One run of a study and quarter at a time. Expected: never two owners, never a lock that outlives its owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from toolkit.run.failures import Locked
from toolkit.run.lock import LOCK, RunLock, holder
from toolkit.run.processes import is_alive, myself


def test_the_second_run_is_told_who_and_for_how_long(tmp_path):
    """Exit code 75, both languages, age; afterwards the lock is free."""
    with RunLock(tmp_path / "demo", "r1") as first:
        first.take("2026Q3")
        held = json.loads((tmp_path / "demo" / "2026Q3" / LOCK).read_text())
        taken = datetime.now(UTC) - timedelta(minutes=3, seconds=7)
        (tmp_path / "demo" / "2026Q3" / LOCK).write_text(json.dumps(held | {"taken": taken.isoformat()}))
        with pytest.raises(Locked) as refused:
            RunLock(tmp_path / "demo", "r2").take("2026Q3")
    assert refused.value.exit_code == 75
    assert "demo/2026Q3" in refused.value.en and "3 min 7 s" in refused.value.en and "r1" in refused.value.zh
    assert held["process"] == os.getpid() and set(held) == {
        "process",
        "since",
        "machine",
        "boot",
        "run",
        "taken",
    }
    assert not (tmp_path / "demo" / "2026Q3" / LOCK).exists()


def test_other_studies_and_quarters_are_free_and_the_study_is_given_back(tmp_path):
    """The study is locked until the quarter is known."""
    with (
        RunLock(tmp_path / "a", "r1") as one,
        RunLock(tmp_path / "b", "r2") as two,
        RunLock(tmp_path / "a", "r3") as other,
    ):
        one.take()
        two.take()
        with pytest.raises(Locked):
            other.take()
        one.take("2026Q3")
        assert holder(tmp_path / "a" / LOCK) is None
        other.take()
        other.take("2026Q2")
        with pytest.raises(Locked):
            RunLock(tmp_path / "a", "r4").take("2026Q3")
    assert not list(tmp_path.rglob(LOCK))


def test_a_lock_of_a_process_that_is_gone_is_taken_over(tmp_path):
    """A dead process id, the id of another process, another start of the machine, a file that is no lock."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    me = myself().as_json()
    stale = [me | {"process": gone.pid}, me | {"since": 1.0}, me | {"boot": "earlier"}]
    for told in [*map(json.dumps, stale), "", "{", "[]"]:
        (tmp_path / LOCK).write_text(told)
        with RunLock(tmp_path, "new") as lock:
            lock.take()
            assert holder(tmp_path / LOCK)["run"] == "new"


def test_a_lock_of_another_machine_is_left_and_the_message_says_what_to_do(tmp_path):
    """Nobody here can tell whether that run is at work."""
    (tmp_path / LOCK).write_text(json.dumps(myself().as_json() | {"machine": "other", "run": "r"}))
    with pytest.raises(Locked, match="on another machine; if you know that it has stopped, delete"):
        RunLock(tmp_path, "new").take()


def test_waiting_ends_when_the_other_run_ends(tmp_path):
    """Told once that it waits."""
    told = []
    first = RunLock(tmp_path, "r1")
    first.take()
    threading.Timer(0.5, first.release).start()
    with RunLock(tmp_path, "r2", wait=20, waiting=told.append) as second:
        second.take()
        assert len(told) == 1 and holder(tmp_path / LOCK)["run"] == "r2"


def test_of_many_that_start_together_one_gets_it(tmp_path):
    """Looked at and taken under one guard."""

    def take(number: int) -> int:
        try:
            RunLock(tmp_path, f"r{number}").take()
        except Locked:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 1


def test_a_moved_clock_does_not_make_a_live_process_look_dead(monkeypatch):
    """psutil derives start times from the clock; the kernel's own count since the start of the machine does not move."""
    if not sys.platform.startswith("linux"):
        pytest.skip("start times without a clock are known on Linux only")
    me = myself().as_json()
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: 0.0)
    assert is_alive(me)
