"""The faults: what is done to a run, and how it must end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import faulthands as do
from faultlab import ENDLESS, STUDY, Lab, Outcome, Silent

from toolkit.run.runner import Settings

FAILED, STOPPED, REFUSED, DONE = "failed", "interrupted", "", "succeeded"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes
    ----------
    name : str
    inject : callable (Lab) -> Outcome
        Lets the fault loose on a run of the lab, in which chapter 02_b is to be executed.
    code : int
        Exit code that the run must end with.
    state : str
        State that its manifest must have; empty where no run may begin.
    said : str
        Part of the message.
    mend : callable (Lab)
        What a person does before running again.
    fast : bool
        Whether it belongs to the fast form.
    spoils : bool
        Whether it damages stored steps, so that damaged ones may be left.
    idle : bool
        Whether it needs no chapter to be executed, so that the fast form leaves all as it is.
    """

    name: str
    inject: Callable[[Lab], Outcome]
    code: int
    state: str = FAILED
    said: str = ""
    mend: Callable[[Lab], None] = Lab.mend
    fast: bool = True
    spoils: bool = False
    idle: bool = False


def at_boundary(when: str, step: str) -> Fault:
    """A request to stop as a step begins or ends."""

    def inject(lab: Lab) -> Outcome:
        def act(now: str, at: str) -> None:
            if (now, at) == (when, step):
                os.kill(os.getpid(), signal.SIGTERM)

        return lab.run(Settings(force=(step,), cell_seconds=30), Silent(act))

    return Fault(f"SIGTERM at the {when} of {step}", inject, 143, STOPPED, fast=False)


TWICE = "facts = {'verdict': {'value': 1, 'unit': 'count', 'zh': '一', 'en': 'one'}}\n"
ENDLESS_NUMBER = "facts = {'x': {'value': float('inf'), 'unit': 'count', 'zh': '一', 'en': 'one'}}\n"
WRITE = "_ = (place / 'facts' / '02_b.json').write_text(json.dumps(facts), 'utf-8')"
BOUNDARIES = ("data", "chapter:01_a", "chapter:02_b", "facts", "report:report.zh.html")
NOTEBOOK = f"notebooks/{do.DO_02}.ipynb"
POLICY = "params/policies/online_retail/floors.yaml"

FAULTS = (
    Fault("kernel killed in a cell", do.in_a_cell("os.kill(os.getpid(), 9)"), 5, said="kernel died"),
    Fault("os._exit(0) in a cell", do.in_a_cell("os._exit(0)"), 5, said="kernel died", fast=False),
    Fault("sys.exit(0) in a cell", do.in_a_cell("import sys; sys.exit(0)"), 4, said="SystemExit"),
    Fault("exception in a cell", do.in_a_cell("1 / 0"), 4, said="ZeroDivisionError"),
    Fault("cell time-out", do.in_a_cell(ENDLESS, Settings(cell_seconds=1)), 6, said="longer than 1 s"),
    Fault("run time-out", do.in_a_cell(ENDLESS, Settings(limit=2.5, cell_seconds=30)), 6, said="its limit of"),
    Fault("SIGTERM in a cell", do.signalled(signal.SIGTERM), 143, STOPPED),
    Fault("SIGINT in a cell", do.signalled(signal.SIGINT), 130, STOPPED, fast=False),
    *(at_boundary(when, step) for step in BOUNDARIES for when in ("begin", "end")),
    Fault("disk full as the manifest is written", do.full_disk("manifest.json"), 74, said="a run needs about", idle=True),
    Fault("disk full as a notebook is written", do.full_disk(f"*.partial/{NOTEBOOK}"), 74, said="a run needs about"),
    Fault("disk full as a report is written", do.no_room_for_report, 74, said="a run needs about"),
    Fault("disk full as a step is stored", do.full_disk(".steps/*/*/*"), 74, said="a run needs about", fast=False),
    Fault("disk full as latest.json is written", do.full_disk("latest.json"), 74, said="a run needs about", idle=True),
    Fault("disk full in a cell", do.in_a_cell("raise OSError(28, 'No space left on device')"), 74, said="needs about", fast=False),
    Fault("read-only folder of reports", do.closed_folder, 74, REFUSED, "cannot be written", idle=True),
    Fault("input file lost before the run", do.lost_before, 7, said="cannot be read", mend=do.data_back, fast=False),
    Fault("input file lost between steps", do.lost_between_steps, 7, said="vanished", mend=do.data_back),
    Fault("unreadable input", do.unreadable, 7, said="cannot be read", mend=do.data_back, idle=True),
    Fault("parameters changed during the run", do.changed_while_at_work(POLICY), 3, said="changed", mend=do.restored(POLICY)),
    Fault("notebook changed during the run", do.changed_while_at_work(NOTEBOOK), 3, said="changed", mend=do.restored(NOTEBOOK), fast=False),
    Fault("code changed during the run", do.changed_code, 0, DONE),
    Fault("unknown parameter", do.broken_file(STUDY, lambda t: t + "colour: red\n"), 3, REFUSED, "colour", do.restored(STUDY), idle=True),
    Fault("parameter of the wrong type", do.broken_file(STUDY, lambda t: t.replace("active_quarters: 2", "active_quarters: two")), 3, REFUSED, "active_quarters", do.restored(STUDY), fast=False),
    Fault("broken notebook JSON", do.broken_file(NOTEBOOK, lambda t: t[: len(t) // 2]), 3, REFUSED, "damaged", do.restored(NOTEBOOK), idle=True),
    Fault("notebook without parameters cell", do.broken_file(NOTEBOOK, do.without_parameters), 3, REFUSED, "parameters", do.restored(NOTEBOOK), idle=True),
    Fault("missing font", do.no_font, 8, said="font is missing", idle=True),
    Fault("character without a glyph", do.no_glyph, 8, said="cannot draw", fast=False),
    Fault("renderer fails in one language only", do.one_language, 8, said="English caption"),
    Fault("fact recorded twice", do.in_a_cell(TWICE + WRITE), 8, said="recorded by both", mend=do.rewritten),
    Fault("fact that is no finite number", do.in_a_cell(ENDLESS_NUMBER + WRITE), 8, said="not a finite number", mend=do.rewritten),
    Fault("clock moved back", do.clock_back, 0, DONE, idle=True),
    Fault("two runs at once", do.held_lock, 75, REFUSED, "is being run already", mend=do.released, idle=True),
    Fault("stale lock", do.stale_lock, 0, DONE, idle=True),
    Fault("stored step with a wrong byte", do.damaged_store(do.spoil_file), 0, DONE, spoils=True),
    Fault("stored step cut in half", do.damaged_store(do.halve), 0, DONE, spoils=True, fast=False),
    Fault("executed notebook lost from the store", do.damaged_store(do.lose_notebook), 0, DONE, spoils=True),
    Fault("truncated manifest of a vanished run", do.truncated_manifest, 0, DONE, idle=True),
    Fault("corrupted latest.json", do.corrupted_pointer, 4),
    Fault("corrupted cache of the history", do.damaged_history, 0, DONE),
    Fault("leftover partial folders", do.leftovers, 0, DONE, idle=True),
    Fault("mistake of ours", do.ours, 1, said="KeyError", idle=True),
)  # fmt: skip
