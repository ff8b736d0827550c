"""The bench of a run: a step is taken from the store where it was done before, and kept there when it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.run.desk import Decision, Desk
from toolkit.run.record import RunRecord, Step
from toolkit.run.sources import Sources
from toolkit.run.store import Entry, Store

CODE_CHANGED = "程序在运行期间被改动，结果不留作下次沿用 / the code was changed during the run, its results are not reused: {}"


class Bench:
    """Steps of one run.

    Parameters
    ----------
    record : RunRecord
    store : Store
    desk : Desk
    sources : Sources
        Checked to be unchanged before anything is kept.
    """

    def __init__(self, record: RunRecord, store: Store, desk: Desk, sources: Sources) -> None:
        self._record, self._store, self._desk, self._sources = record, store, desk, sources

    def decide(self, step: Step, ingredients: dict[str, Any]) -> Decision:
        """Whether ``step`` was done before; recorded with the reason."""
        decision = self._desk.decide(step, ingredients)
        self._record.explain(step, decision.key, decision.why, decision.entry and decision.entry.run)
        return decision

    def reuse(self, step: Step, entry: Entry) -> Entry:
        """Put what ``step`` left before into this run."""
        with self._record.step(step):
            entry.copy_to(self._record.path)
            for text in entry.known.get("warnings", ()):
                self._record.warn(step.id.partition(":")[2], text)
        return entry

    def refuse_changed(self) -> None:
        """Stop where what the run reads is not what it was.

        Raises
        ------
        HistoryError, ParameterError
        """
        self._sources.refuse_changed()

    def keep(self, step: Step, decision: Decision, files: Iterable[str], known: dict[str, Any]) -> Entry:
        """Keep what ``step`` has left in this run; where the code was changed meanwhile, for this run only.

        Raises
        ------
        HistoryError, ParameterError
            Where what the run reads is not what it was.
        """
        self._sources.refuse_changed()
        record, ingredients = self._record, decision.ingredients
        name = record.folder.run
        changed = self._sources.changed_code()
        if changed:
            ingredients = ingredients | {"code": f"changed while {name} was at work"}
            record.warn("code", CODE_CHANGED.format(changed))
        return self._store.keep(step.id, ingredients, run=record.path, name=name, files=files, known=known)
