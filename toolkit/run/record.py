"""The record of a run: a manifest that says what is true now, and a log of what happened."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from toolkit.run.failures import Halted
from toolkit.run.files import Places, digest, make_lasting, write_json
from toolkit.run.folder import EVENTS, MANIFEST, OWNER, RESERVE, RunFolder
from toolkit.terms import Label

SCHEMA = 1
NOT_OUTPUTS = (MANIFEST, EVENTS, OWNER, RESERVE)
REUSED = "reused"
FILES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run.

    Attributes
    ----------
    id : str
        Unique in the run, such as ``chapter:03_who_stays``.
    label : Label
        For people.
    """

    id: str
    label: Label


class Watcher(Protocol):
    """Somebody who is told how a run goes."""

    def begin(self, step: Step) -> None:
        """``step`` begins."""

    def end(self, step: Step, state: str, seconds: float) -> None:
        """``step`` ended as ``state``, which is ``reused`` where an earlier run had done it."""


class RunRecord:
    """Manifest and events of one run; every change is on disk before the run goes on.

    Parameters
    ----------
    folder : RunFolder
    steps : list of Step
        All steps, in order; they stand as ``planned`` until they begin.
    about : dict
        What is known at the start: study, title, parameters, code.
    places : Places
        What must not be named.
    watcher : Watcher
    """

    def __init__(
        self, folder: RunFolder, steps: list[Step], about: dict[str, Any], places: Places, watcher: Watcher
    ) -> None:
        self.folder = folder
        self._places = places
        self._watcher = watcher
        self._lock = threading.Lock()
        blank = {"state": "planned", "seconds": None, "key": None, "reused": None, "why": None}
        self._steps = {step.id: {"id": step.id, **blank} for step in steps}
        self._manifest: dict[str, Any] = {
            "schema": SCHEMA,
            "run": folder.run,
            "state": "planned",
            "reason": None,
            "started": _now(),
            "finished": None,
            **places.cleaned(about),
            "steps": list(self._steps.values()),
            "warnings": [],
            "outputs": {},
        }
        self._write(lasting=True)

    @property
    def path(self) -> Path:
        """Folder of the run."""
        return self.folder.path

    def explain(self, step: Step, key: str, why: Label, reused: str | None = None) -> None:
        """Note the key of ``step``, why it is done or reused, and the run that had done it."""
        told = {"key": key, "why": {"zh": why.zh, "en": why.en}, "reused": reused}
        with self._lock:
            self._steps[step.id].update(told)
        self.event("decision", step=step.id, **told)

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Record that ``step`` begins, and how it ends."""
        begun = time.monotonic()
        self._change(step, "running", None)
        self._watcher.begin(step)
        state = "failed"
        try:
            yield
            state = "succeeded"
        except BaseException as error:
            if isinstance(error, Halted) or not isinstance(error, Exception):
                state = "interrupted"
            raise
        finally:
            seconds = round(time.monotonic() - begun, 2)
            self._change(step, state, seconds)
            reused = state == "succeeded" and self._steps[step.id]["reused"]
            self._watcher.end(step, REUSED if reused else state, seconds)

    def know(self, **facts: Any) -> None:
        """Add to the manifest what has become known."""
        with self._lock:
            self._manifest.update(self._places.cleaned(facts))
            self._write()

    def warn(self, where: str, text: str) -> None:
        """Add a warning, once."""
        entry = {"where": where, "text": self._places.cleaned(text)}
        with self._lock:
            if entry not in self._manifest["warnings"]:
                self._manifest["warnings"].append(entry)

    def event(self, event: str, **about: Any) -> None:
        """Add a line to the log."""
        line = json.dumps({"at": _now(), "event": event, **self._places.cleaned(about)}, ensure_ascii=False)
        with self._lock, (self.path / EVENTS).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def finish(self, state: str, reason: Label | None = None) -> None:
        """Close the record and give the folder its lasting name; all that it holds is on the disk before."""
        words = self._places.cleaned({"zh": reason.zh, "en": reason.en}) if reason else None
        self.event(f"run_{state}", **({"reason": words["en"]} if words else {}))
        with self._lock:
            for step in self._steps.values():
                if step["state"] == "running":
                    step["state"] = state
            kept = [path for path in sorted(self.path.rglob("*")) if path.is_file()]
            outputs = {
                path.relative_to(self.path).as_posix(): digest(path)
                for path in kept
                if path.name not in NOT_OUTPUTS
            }
            with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
                list(pool.map(make_lasting, [*kept, *{path.parent for path in kept}]))
            finished = max(_now(), self._manifest["started"])
            self._manifest.update(state=state, reason=words, finished=finished, outputs=outputs)
            self._write(lasting=True)
            self.folder.finish(state)

    def manifest(self) -> dict[str, Any]:
        """The manifest as it stands."""
        with self._lock:
            return json.loads(json.dumps(self._manifest))

    def _change(self, step: Step, state: str, seconds: float | None) -> None:
        with self._lock:
            self._manifest["state"] = "running"
            self._steps[step.id].update(state=state, seconds=seconds)
            self._write()
        self.event("step", step=step.id, state=state, seconds=seconds)

    def _write(self, *, lasting: bool = False) -> None:
        write_json(self.path / MANIFEST, self._manifest, lasting=lasting)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
