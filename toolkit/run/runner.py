"""The walk of a run: data, chapters, facts, reports; what became of it is always recorded."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from toolkit.errors import GradelabError
from toolkit.params.chapter import ChapterParams
from toolkit.run import plan as steps
from toolkit.run import provenance
from toolkit.run.execution import CELL_SECONDS, Execution
from toolkit.run.facts import merge_facts
from toolkit.run.files import Places, write_whole
from toolkit.run.folder import RunFolder, sweep
from toolkit.run.index import write_index
from toolkit.run.kernels import Kernels
from toolkit.run.plan import Plan
from toolkit.run.record import RunRecord, Watcher
from toolkit.run.reports import make_reports
from toolkit.run.rooms import Rooms, rooms
from toolkit.run.signals import Interrupted, stoppable, undisturbed
from toolkit.run.speech import internal
from toolkit.terms import Label

RESOLVED = "params.resolved.yaml"
STOPPED = Label("运行被要求停止。", "The run was asked to stop.")


class Run:
    """One run of a plan.

    Parameters
    ----------
    plan : Plan
    kernels : Kernels
        Entered already, so that the server of warm kernels imports while the data are read.
    watcher : Watcher
    below : Rooms, optional
    cell_seconds : int
        Time limit of one cell.
    """

    def __init__(
        self,
        plan: Plan,
        kernels: Kernels,
        watcher: Watcher,
        below: Rooms | None = None,
        cell_seconds: int = CELL_SECONDS,
    ) -> None:
        self.plan = plan
        self._kernels = kernels
        self._rooms = below or rooms()
        self._cell_seconds = cell_seconds
        self._places = Places(plan.root)
        sweep(plan.out)
        resolved = steps.as_yaml(plan.resolved())
        folder = RunFolder.begin(plan.out, plan.files.study.id, resolved)
        write_whole(folder.path / RESOLVED, resolved)
        self._record = RunRecord(folder, steps.steps(plan), self._about(), self._places, watcher)

    @property
    def folder(self) -> Path:
        """Folder of the run; it is renamed when the run ends."""
        return self._record.path

    def go(self) -> dict[str, Path]:
        """Carry out the run.

        Returns
        -------
        dict
            Name of each report -> file.

        Raises
        ------
        HistoryError, ChapterError, ReportError
            When a step fails; the folder then ends in ``.failed`` and its manifest says why.
        Interrupted
            When the process is asked to stop; the folder then ends in ``.interrupted``.
        """
        try:
            with stoppable():
                self._walk()
        except Interrupted:
            self._end("interrupted", STOPPED)
            raise
        except GradelabError as error:
            self._end("failed", Label(error.zh, error.en))
            raise
        except BaseException as error:
            self._end("failed", Label(**internal(error)))
            raise
        with undisturbed():
            self._record.finish("succeeded")
            self._record.folder.point_here()
            write_index(self.plan.out)
        return {name: self.folder / name for name in self.plan.reports}

    def _walk(self) -> None:
        plan, record = self.plan, self._record
        with record.step(steps.DATA):
            quarter = self._read_data()
        executed = self._execution(quarter).run(plan.chapters)
        with record.step(steps.FACTS):
            merge_facts(record.path)
        make_reports(plan, record, self._rooms, executed, quarter)

    def _read_data(self) -> str:
        """Open the study once, so that its data are known to be usable and are cached for the chapters."""
        study = self._rooms.open_study(self.plan.files.path, self.plan.quarter, self.plan.data)
        quarter = str(study.quarter)
        self._record.know(quarter=quarter, data=study.provenance(), fonts=self._rooms.fonts())
        self._record.folder.settle(quarter)
        return quarter

    def _execution(self, quarter: str) -> Execution:
        plan, folder = self.plan, self._record.folder
        lang = "both" if len(plan.languages) > 1 else plan.languages[0]
        study = os.path.relpath(plan.files.path.resolve(), plan.root)
        name = self._places.name
        given = ChapterParams(
            study=study, quarter=quarter, data=self._short(plan.data), out=self._short(folder.path), lang=lang
        )
        kept = given.model_copy(
            update={"data": name(plan.data), "out": name(folder.path.with_name(folder.run))}
        )
        return Execution(self._record, self._kernels, self._places, given, kept, self._cell_seconds)

    def _short(self, path: Path) -> str:
        """``path`` as a kernel in the project finds it."""
        inside = path.is_relative_to(self.plan.root)
        return path.relative_to(self.plan.root).as_posix() if inside else str(path)

    def _about(self) -> dict[str, object]:
        """What is known before anything has run."""
        plan, study = self.plan, self.plan.files.study
        return {
            "study": study.id,
            "title": study.title.model_dump(),
            "company": study.company.model_dump(),
            "quarter": None,
            "code": provenance.code(plan.root),
            "python": provenance.interpreter(),
            "fonts": [],
            "data": None,
            "parameters": provenance.digests(plan.files.files, self._places),
            "chapters": provenance.digests(plan.chapters, self._places),
        }

    def _end(self, state: str, reason: Label) -> None:
        with undisturbed():
            self._record.finish(state, reason)
            with suppress(OSError):
                write_index(self.plan.out)
