"""A run from lock to pointer; whatever becomes of it is recorded, and the last good report stays in place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import GradelabError
from toolkit.params.history import FilesParams
from toolkit.reporting.brand import brand_files
from toolkit.run import plan as steps
from toolkit.run import provenance, space
from toolkit.run.bench import Bench
from toolkit.run.desk import Desk, check_forced
from toolkit.run.failures import CannotWrite, Locked, TimeLimit, cannot_write, no_space
from toolkit.run.files import Places, write_whole
from toolkit.run.folder import RunFolder, new_run
from toolkit.run.index import write_index
from toolkit.run.keys import Keys, make_sources
from toolkit.run.lock import RunLock, guard
from toolkit.run.plan import Plan
from toolkit.run.record import RunRecord, Watcher
from toolkit.run.rooms import Rooms, rooms
from toolkit.run.signals import Interrupted, stoppable, undisturbed
from toolkit.run.speech import internal, say, words
from toolkit.run.store import STEPS, Store
from toolkit.run.sweep import sweep
from toolkit.run.walk import Walk
from toolkit.run.watchdog import limited
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.run.kernels import Kernels

CELL_SECONDS = 900
STOPPED = Label("运行被要求停止。", "The run was asked to stop.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is carried out; none of it changes a figure.

    Attributes
    ----------
    force : tuple of str
        Steps that are done although nothing changed.
    limit : float or None
        Time limit of the run, in seconds.
    wait : float
        Seconds to wait for another run of the same study and quarter.
    cell_seconds : float
        Time limit of one cell.
    hooks : bool
        Whether the hooks of the study are called at the end; those of a what-if never are.
    jobs : int or None
        Chapters run side by side at most; None leaves it to the number of cores.
    """

    force: tuple[str, ...] = ()
    limit: float | None = None
    wait: float = 0.0
    cell_seconds: float = CELL_SECONDS
    hooks: bool = True
    jobs: int | None = None


class Run:
    """One run of a plan.

    Parameters
    ----------
    plan : Plan
    kernels : callable () -> context manager of Kernels
        Entered when the first chapter is known to be executed, while the data are still to be read.
    watcher : Watcher
    below : Rooms, optional
    settings : Settings

    Attributes
    ----------
    folder : Path or None
        Folder of the run; it is renamed when the run ends. None before the run has begun.
    """

    def __init__(
        self,
        plan: Plan,
        kernels: Callable[[], AbstractContextManager[Kernels]],
        watcher: Watcher,
        below: Rooms | None = None,
        settings: Settings = Settings(),
    ) -> None:
        check_forced(settings.force, steps.steps(plan))
        self.plan = plan
        self._start = kernels
        self._kernels: Kernels | None = None
        self._watcher = watcher
        self._rooms = below or rooms(plan.brand)
        self._settings = settings
        self._places = Places(plan.root)
        self._study = plan.out / plan.files.study.id
        self._open = ExitStack()
        self._record: RunRecord | None = None

    @property
    def folder(self) -> Path | None:
        return self._record.path if self._record else None

    def go(self) -> dict[str, Path]:
        """Carry out the run.

        Returns
        -------
        dict
            Name of each report -> file.

        Raises
        ------
        HistoryError, ChapterError, ReportError, TimeLimit, CannotWrite
            When a step fails; the folder then ends in ``.failed`` and its manifest says why.
        Interrupted
            When the process is asked to stop; the folder then ends in ``.interrupted``.
        Locked
            When another run of the same study and quarter is at work; nothing was begun, unless the
            quarter became known only with the data.
        """
        plan = self.plan
        resolved = steps.as_yaml(plan.resolved())
        run = new_run(resolved)
        self._lock = RunLock(self._study, run, self._settings.wait, _say_waiting, plan.scenario)
        try:
            with self._lock, self._open:
                self._enter(run, resolved)
                self._carry_out()
        finally:
            self._call_hooks()
        return {name: self.folder / name for name in plan.reports}

    def _enter(self, run: str, resolved: str) -> None:
        """Take the lock, put right what earlier runs left, and begin."""
        plan = self.plan
        try:
            self._lock.take("" if plan.quarter == "last" else plan.quarter)
            with guard(plan.out):
                sweep(plan.out)
            self._begin(run, resolved)
        except OSError as error:
            refused = self._unwritten(error)
            if refused is None:
                raise
            raise refused from error

    def _begin(self, run: str, resolved: str) -> None:
        folder = RunFolder.begin(self.plan.out, self.plan.files.study.id, run)
        write_whole(folder.path / steps.RESOLVED, resolved)
        packages = provenance.interpreter()
        self._record = RunRecord(
            folder, steps.steps(self.plan), self._about(packages), self._places, self._watcher
        )
        self._sources = make_sources(self.plan, self._places)
        store = Store(self.plan.out / STEPS / self.plan.files.study.id)
        desk = Desk(store, self._settings.force)
        self._bench = Bench(self._record, store, desk, self._sources)
        self._packages = packages["packages"]

    def _carry_out(self) -> None:
        try:
            with stoppable(), limited(self._settings.limit, self._kill_kernels, self._last_words):
                self._walk().go()
                self._refuse_leaks()
            with undisturbed():
                self._succeed()
        except Interrupted:
            self._end("interrupted", STOPPED)
            raise
        except GradelabError as error:
            told = self._with_sizes(error)
            self._end("failed", Label(told.zh, told.en))
            if told is error:
                raise
            raise told from error
        except BaseException as error:
            refused = self._unwritten(error)
            reason = Label(refused.zh, refused.en) if refused else Label(**internal(error))
            self._end("failed", reason)
            if refused is None:
                raise
            raise refused from error

    def _walk(self) -> Walk:
        keys = Keys(self.plan, self._sources, self._rooms.fonts(), self._packages)
        return Walk(
            self.plan,
            self._record,
            self._bench,
            keys,
            self._rooms,
            self._lock,
            self._places,
            self._ready,
            self._settings.cell_seconds,
            self._settings.jobs,
        )

    def _ready(self) -> Kernels:
        """Kernels, started when they are first asked for."""
        if self._kernels is None:
            self._kernels = self._open.enter_context(self._start())
        return self._kernels

    def _kill_kernels(self) -> None:
        if self._kernels is not None:
            self._kernels.kill()

    def _about(self, interpreter: dict[str, object]) -> dict[str, object]:
        """What is known before anything has run."""
        plan, study = self.plan, self.plan.files.study
        return {
            "study": study.id,
            "title": study.title.model_dump(),
            "company": study.company.model_dump(),
            "quarter": None,
            "code": provenance.code(plan.root),
            "python": interpreter,
            "fonts": [],
            "data": None,
            "parameters": provenance.digests(plan.files.files, self._places),
            "extensions": [one.as_json() for one in plan.files.extensions],
            "chapters": provenance.digests(plan.chapters, self._places),
            "brand": provenance.digests(brand_files(plan.brand), self._places),
        }

    def _refuse_leaks(self) -> None:
        """Publish nothing that holds a secret; only a history on files can refer to one."""
        history = self.plan.files.study.history
        if isinstance(history, FilesParams):
            from toolkit.run.secrets import refuse_leaks

            refuse_leaks(history, self._record.path)

    def _succeed(self) -> None:
        folder = self._record.folder
        self._record.finish("succeeded")
        folder.point_here()
        folder.release()
        with suppress(OSError):
            write_index(self.plan.out)

    def _end(self, state: str, reason: Label) -> None:
        """Record how the run ended; where not even that can be written, the next run records it."""
        with undisturbed(), suppress(OSError):
            folder = self._record.folder
            folder.spend_reserve()
            self._record.finish(state, reason)
            folder.release()
            write_index(self.plan.out)

    def _last_words(self, error: TimeLimit) -> None:
        self._record.finish("failed", Label(error.zh, error.en))
        self._record.folder.release()
        self._lock.release()
        say(words(error.zh, error.en))
        self._call_hooks()

    def _call_hooks(self) -> None:
        """Tell those who asked to be told; a what-if is nobody's news."""
        study = self.plan.files.study
        if self._record and self._settings.hooks and study.hooks and not self.plan.scenario:
            from toolkit.run.hooks import call_hooks

            call_hooks(study, self.folder, self.plan.root)

    def _unwritten(self, error: BaseException) -> CannotWrite | None:
        out = self.plan.out
        return cannot_write(error, out, space.needed(self._study), space.free(out))

    def _with_sizes(self, error: GradelabError) -> GradelabError:
        """A full disk that a cell met says how much is needed."""
        if not isinstance(error, CannotWrite):
            return error
        out = self.plan.out
        more = no_space(out, space.needed(self._study), space.free(out))
        return CannotWrite(zh=f"{error.zh}{more.zh}", en=f"{error.en} {more.en}")


def _say_waiting(held: Locked) -> None:
    say(words(held.zh, held.en))
