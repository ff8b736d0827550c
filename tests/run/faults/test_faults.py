"""Faults let loose on runs. Expected: the contract of a run that nobody watches.

State and exit code say what happened; the last good report lies there as it did; nothing under a final name is
half-written; running again completes, with the facts of an undisturbed run.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress

import pytest
from faultlab import Lab
from faultlist import DONE, FAULTS, Fault

pytestmark = pytest.mark.slow

KILLS = 5
LONGEST_WAIT = 2.5


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.fast], ids=lambda fault: fault.name.replace(" ", "-")
)
def test_a_fault_is_told_truly_and_harms_nothing(lab, fault: Fault):
    """Each fault alone."""
    assert judged(lab("a", idle=fault.idle), fault) == []


def judged(lab: Lab, fault: Fault) -> list[str]:
    """What is not as it must be."""
    good = lab.good()
    outcome = fault.inject(lab)
    wrong = []
    if (outcome.code, outcome.state) != (fault.code, fault.state):
        wrong.append(f"ended with {outcome.code} {outcome.state!r}: {outcome.said}")
    if fault.said not in outcome.said:
        wrong.append(f"said {outcome.said!r}")
    if fault.state != DONE and not good.is_unharmed():
        wrong.append("the last good report was touched")
    store = not fault.spoils
    wrong += lab.unsound(store=store)
    fault.mend(lab)
    return wrong + resumed(lab, good.facts, store=store)


def resumed(lab: Lab, facts: dict, *, store: bool = True) -> list[str]:
    """Run again, without a fault: what is not as it must be."""
    again = lab.run()
    wrong = (
        [] if (again.code, again.state) == (0, DONE) else [f"resume ended with {again.code}: {again.said}"]
    )
    if not wrong and lab.facts() != facts:
        wrong.append("the facts of the resumed run differ")
    return wrong + lab.unsound(store=store) + [str(path) for path in lab.out.rglob(".lock.json")]


def test_a_resumed_run_does_only_what_failed_and_what_needs_it(lab, monkeypatch):
    """Chapters and data are not read again; what the failed run did, after the failure too, counts as done."""
    monkeypatch.setattr("toolkit.run.execution.jobs_here", lambda: 1)
    one = lab("a")
    for chapter in ("01_a", "03_c"):
        one.change(chapter, "changed too")
    one.fault("01_a", "1 / 0")
    failed = one.run()
    assert failed.code == 4 and failed.reused() == {"data"}
    one.mend()
    again = one.run()
    assert again.reused() == {"data", "chapter:02_b", "chapter:03_c", "facts"}, "equal facts are equal facts"
    by_step = {step["id"]: step for step in again.manifest["steps"]}
    assert by_step["chapter:03_c"]["reused"] == failed.manifest["run"]
    third = one.run()
    assert third.reused() == {step["id"] for step in third.manifest["steps"]}
    assert third.folder != again.folder and one.good().folder == third.folder


def test_power_cuts_before_and_after_a_rename(lab, zygote):
    """Killed at some renames of the run, spread over it; the long form takes every one."""
    one = lab("a")
    count = renames(one, zygote)
    for turn, place in enumerate((2, count // 2, count - 2, count)):
        assert cut(one, zygote, place, before=turn % 2 == 0, mark=f"cut {turn}") == []


def renames(lab: Lab, zygote) -> int:
    """How often a run that has one chapter to execute renames a file or folder."""
    lab.change("02_b", "counted")
    zygote.start(lab)
    assert zygote.wait() == 0
    return int((lab.folder / "renames.txt").read_text())


def cut(lab: Lab, zygote, place: int, *, before: bool, mark: str) -> list[str] | None:
    """Kill a run at a rename: what is not as it must be; None where the run had fewer and was done by then."""
    lab.change("02_b", mark)
    facts = lab.facts()
    zygote.start(lab, kill_at=place, before=before)
    code = zygote.wait()
    if code == 0:
        return None
    wrong = [] if code == -signal.SIGKILL else [f"was not killed but ended with {code}"]
    return wrong + lab.unsound() + resumed(lab, facts)


def test_kills_at_random_moments(lab, zygote):
    """Whenever it happens, nothing half-written is seen and the next run completes."""
    one, draw = lab("a"), random.Random(20261122)
    for turn in range(KILLS):
        assert killed(one, zygote, draw.uniform(0, LONGEST_WAIT), f"kill {turn}") == []


def killed(lab: Lab, zygote, seconds: float, mark: str) -> list[str]:
    """Kill a run after ``seconds``: what is not as it must be."""
    lab.change("02_b", mark)
    facts = lab.facts()
    child = zygote.start(lab)
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    zygote.wait()
    return lab.unsound() + resumed(lab, facts)
