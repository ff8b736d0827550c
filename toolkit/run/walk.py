"""The steps of a run in order: data, chapters, facts, reports; each done, or taken from where it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import ChapterError
from toolkit.params.chapter import ChapterParams
from toolkit.run import plan as steps
from toolkit.run.bench import Bench
from toolkit.run.desk import Decision
from toolkit.run.facts import FACTS, merge_facts
from toolkit.run.files import Places, write_whole
from toolkit.run.given import keep_given
from toolkit.run.keys import Keys
from toolkit.run.lock import RunLock
from toolkit.run.merged import about
from toolkit.run.plan import Plan
from toolkit.run.record import RunRecord
from toolkit.run.reports import make_reports
from toolkit.run.rooms import Rooms
from toolkit.run.store import Entry
from toolkit.run.unread import warn_unread

if TYPE_CHECKING:
    from toolkit.run.execution import Done
    from toolkit.run.kernels import Kernels


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk through the steps of a plan.

    Attributes
    ----------
    plan : Plan
    record : RunRecord
    bench : Bench
    keys : Keys
    rooms : Rooms
    lock : RunLock
    places : Places
    ready : callable () -> Kernels
        Kernels, started when they are first asked for.
    cell_seconds : float
    jobs : int or None
        Chapters side by side at most; None leaves it to the number of cores.
    """

    plan: Plan
    record: RunRecord
    bench: Bench
    keys: Keys
    rooms: Rooms
    lock: RunLock
    places: Places
    ready: Callable[[], Kernels]
    cell_seconds: float
    jobs: int | None = None

    def go(self) -> None:
        """Carry out every step.

        Raises
        ------
        HistoryError, ParameterError, ChapterError, ReportError, Locked
        """
        keep_given(self.plan, self.record, self.places)
        data = self._data()
        quarter = data.known["quarter"]
        try:
            chapters = self._chapters(quarter, data)
        except ChapterError:
            self.bench.refuse_changed()
            raise
        warn_unread(self.plan, self.record)
        facts = self._facts(quarter, chapters)
        self._reports(chapters, facts)

    def _data(self) -> Entry:
        """Open the study once, so that its data are known to be usable and are cached for the chapters."""
        decision = self.bench.decide(steps.DATA, self.keys.data())
        if decision.entry:
            entry = self.bench.reuse(steps.DATA, decision.entry)
            self._know(**entry.known)
            return entry
        self.ready()
        with self.record.step(steps.DATA):
            named, reports = self.plan.study_named(str), self.record.folder.study_folder
            study = self.rooms.open_study(named, self.plan.quarter, self.plan.data, reports)
            known = {
                "quarter": str(study.quarter),
                "data": study.provenance(),
                "pilots": study.pilots_read(),
            }
            self._know(**known)
            return self.bench.keep(steps.DATA, decision, (), known)

    def _know(self, quarter: str, data: object, pilots: list[dict[str, Any]]) -> None:
        self.lock.take(quarter)
        if pilots:
            resolved = self.plan.resolved() | {"pilots": pilots}
            write_whole(self.record.path / steps.RESOLVED, steps.as_yaml(resolved))
        told = {"earlier": self.keys.earlier(quarter), "package": self.keys.sources.code()}
        self.record.know(quarter=quarter, data=data, fonts=self.keys.fonts, **told)
        self.record.folder.settle(quarter)

    def _chapters(self, quarter: str, data: Entry) -> dict[str, Entry]:
        """Every chapter, executed or reused, by name."""
        decided = {
            path: self.bench.decide(steps.chapter_step(path), self.keys.chapter(path, quarter, data.key))
            for path in self.plan.chapters
        }
        missing = [path for path, decision in decided.items() if not decision.entry]
        if missing:
            self.ready().given = self.keys.sources.handed_down()
        made = {
            path: self.bench.reuse(steps.chapter_step(path), decision.entry)
            for path, decision in decided.items()
            if decision.entry
        }
        if missing:
            self._execute(missing, quarter, partial(self._keep_chapter, quarter, decided, made))
        return {path.stem: made[path] for path in self.plan.chapters}

    def _keep_chapter(
        self,
        quarter: str,
        decided: dict[Path, Decision],
        made: dict[Path, Entry],
        path: Path,
        done: Done,
    ) -> None:
        from toolkit.run.executed import content_digest

        decision, run = decided[path], self.record.folder.run
        if decision.ingredients["earlier"] != self.keys.earlier(quarter):
            unsure = decision.ingredients | {"earlier": {"changed while the chapter ran": run}}
            decision = replace(decision, ingredients=unsure)
        known = {
            "warnings": list(done.warnings),
            "digest": content_digest(done.notebook, run),
        }
        made[path] = self.bench.keep(steps.chapter_step(path), decision, done.files, known)

    def _execute(self, missing: list[Path], quarter: str, done: Callable[[Path, Done], None]) -> None:
        from toolkit.run.execution import Execution

        plan, folder = self.plan, self.record.folder
        given = ChapterParams(
            study=plan.study_named(self._short),
            quarter=quarter,
            data=self._short(plan.data),
            lang=plan.chapter_language,
        )
        name = self.places.name
        lasting = {"data": name(plan.data), "out": name(folder.path.with_name(folder.run))}
        kept = given.model_copy(update=lasting)
        execution = Execution(
            self.record,
            self.ready(),
            self.places,
            given,
            kept,
            self._short,
            done,
            self.cell_seconds,
            self.jobs,
        )
        execution.run(missing)

    def _facts(self, quarter: str, chapters: dict[str, Entry]) -> Entry:
        """The facts of all chapters, and the closing of the report, which needs them all."""
        decision = self.bench.decide(steps.FACTS, self.keys.facts(quarter, chapters))
        if decision.entry:
            return self.bench.reuse(steps.FACTS, decision.entry)
        with self.record.step(steps.FACTS):
            told = merge_facts(self.record.path)
            left = self.rooms.close(self.record.path, told, quarter, self.plan.files.study)
            merge_facts(self.record.path)
            return self.bench.keep(steps.FACTS, decision, [FACTS, *left], {})

    def _reports(self, chapters: dict[str, Entry], facts: Entry) -> None:
        first_page = about(self.record.manifest())
        decided = {
            name: self.bench.decide(
                steps.report_step(name), self.keys.report(name, chapters, facts, first_page)
            )
            for name in self.plan.reports
        }
        for name, decision in decided.items():
            if decision.entry:
                self.bench.reuse(steps.report_step(name), decision.entry)
        missing = [name for name, decision in decided.items() if not decision.entry]
        if missing:

            def done(name: str) -> None:
                self.bench.keep(steps.report_step(name), decided[name], [name], {})

            make_reports(self.plan, self.record, self.rooms, missing, done)

    def _short(self, path: Path) -> str:
        """``path`` as a kernel in the project finds it."""
        inside = path.is_relative_to(self.plan.root)
        return path.relative_to(self.plan.root).as_posix() if inside else str(path)
