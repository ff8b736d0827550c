"""Running the chapters: side by side, each in a kernel of its own, each leaving an executed notebook."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from toolkit.errors import ChapterError, ReportError
from toolkit.params.chapter import ChapterParams
from toolkit.run.engine import engine_name
from toolkit.run.executed import complaints, died, failure, halted, is_complete, keep, timed_out
from toolkit.run.failures import worst
from toolkit.run.files import Places, digest
from toolkit.run.jobs import jobs_here
from toolkit.run.kernels import Kernels
from toolkit.run.plan import chapter_step
from toolkit.run.record import RunRecord
from toolkit.run.storage import SCHEME, storage

NOTEBOOKS = "notebooks"
CELL_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Done:
    """What a chapter left.

    Attributes
    ----------
    notebook : NotebookNode
        Executed, cleaned.
    files : tuple of str
        Its notebook and everything it kept, below the run folder.
    warnings : tuple of str
    """

    notebook: nbformat.NotebookNode
    files: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Execution:
    """How the chapters of a run are executed.

    Attributes
    ----------
    record : RunRecord
    kernels : Kernels
    places : Places
    given : ChapterParams
        What every chapter is given, but for the folder in which it writes.
    kept : ChapterParams
        The same as it stands in the executed notebook, naming no folder of this machine.
    short : callable (Path) -> str
        A folder as a kernel in the project finds it.
    done : callable (chapter, Done)
        Told of each chapter that ran to its end, before its step counts as succeeded.
    cell_seconds : float
        Time limit of one cell.
    jobs : int or None
        Chapters side by side at most; None leaves it to the number of cores.
    """

    record: RunRecord
    kernels: Kernels
    places: Places
    given: ChapterParams
    kept: ChapterParams
    short: Callable[[Path], str]
    done: Callable[[Path, Done], None]
    cell_seconds: float = CELL_SECONDS
    jobs: int | None = None

    def run(self, chapters: Sequence[Path]) -> None:
        """Execute ``chapters``, ``jobs`` of them at once.

        A chapter that fails does not keep the others, which do not need it, from running.

        Raises
        ------
        ChapterError
            With every chapter that failed.
        """
        target = self.record.path / NOTEBOOKS
        target.mkdir(exist_ok=True)
        folders = {self._source(chapter): chapter.parent for chapter in chapters} | {self._target: target}
        pool = ThreadPoolExecutor(max_workers=min(self.jobs or jobs_here(), len(chapters)))
        with storage().holding(folders):
            begun: list[Future[None]] = []
            try:
                begun.extend(pool.submit(self._run_one, chapter) for chapter in chapters)
                _wait(begun)
                pool.shutdown(cancel_futures=True)
            except BaseException:
                self.kernels.kill()
                pool.shutdown(cancel_futures=True)
                raise
        _raise_failures(begun)

    def _run_one(self, chapter: Path) -> None:
        with self.record.step(chapter_step(chapter)):
            work = self.record.folder.work(chapter.stem)
            try:
                problem = self._execute(chapter, work)
            finally:
                files = self._gather(chapter, work)
            notebook = keep(
                self.record.path / NOTEBOOKS / chapter.name,
                self.kept.model_dump(),
                self.places,
                self._words(work),
            )
            warnings = tuple(complaints(notebook))
            for text in warnings:
                self.record.warn(chapter.stem, text)
            if self.kernels.ended:
                raise halted(chapter.stem)
            if problem or not is_complete(notebook):
                raise problem or failure(chapter.stem, notebook)
            self.done(chapter, Done(notebook, files, warnings))

    def _execute(self, chapter: Path, work: Path) -> ChapterError | None:
        """Send ``chapter`` through papermill; a cell that failed is read from the notebook afterwards."""

        def watch(cell: int, state: str, seconds: float) -> None:
            self.record.event("cell", chapter=chapter.stem, cell=cell, state=state, seconds=round(seconds, 2))

        try:
            papermill.execute_notebook(
                f"{SCHEME}{self._source(chapter)}/{chapter.name}",
                f"{SCHEME}{self._target}/{chapter.name}",
                self.given.model_dump() | {"out": self.short(work)},
                engine_name=engine_name(),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                kernels=self.kernels,
                cell_seconds=self.cell_seconds,
                watch=watch,
            )
        except PapermillExecutionError:
            return None
        except CellTimeoutError:
            return timed_out(chapter.stem, self.cell_seconds)
        except (DeadKernelError, RuntimeError) as error:
            return died(chapter.stem, error)
        return None

    def _gather(self, chapter: Path, work: Path) -> tuple[str, ...]:
        """Move what the chapter wrote into the run folder.

        Raises
        ------
        ReportError
            When another chapter has written other content under the same name.
        """
        names = [f"{NOTEBOOKS}/{chapter.name}"]
        for source in sorted(path for path in work.rglob("*") if path.is_file()):
            name = source.relative_to(work).as_posix()
            target = self.record.path / name
            if target.exists() and digest(target) != digest(source):
                raise _written_twice(chapter.stem, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)
            names.append(name)
        shutil.rmtree(work, ignore_errors=True)
        return tuple(names)

    def _words(self, work: Path) -> dict[str, str]:
        """Names under which the run is at work -> the name under which it is kept."""
        run = self.record.folder.run
        return {work.name: run, self.record.path.name: run}

    def _source(self, chapter: Path) -> str:
        """Name of the folder in which ``chapter`` lies."""
        folder = self.places.name(chapter.parent)
        below = "" if folder == NOTEBOOKS else f".{folder.replace('/', '.')}"
        return f"{self.record.folder.run}.source{below}"

    @property
    def _target(self) -> str:
        return f"{self.record.folder.run}.notebooks"


def _wait(begun: Sequence[Future[None]]) -> None:
    """Wait for all, unless one fails in a way that is no chapter's own."""
    left = set(begun)
    while left:
        over, left = wait(left, return_when=FIRST_EXCEPTION)
        if any(error and not isinstance(error, ChapterError) for error in map(Future.exception, over)):
            for future in left:
                future.cancel()
            wait(left)
            return


def _raise_failures(begun: Sequence[Future[None]]) -> None:
    failures = [error for future in begun if not future.cancelled() and (error := future.exception())]
    for error in failures:
        if not isinstance(error, ChapterError):
            raise error
    if failures:
        raise worst(failures)


def _written_twice(chapter: str, name: str) -> ReportError:
    return ReportError(
        zh=f"章节 {chapter} 要写的文件 {name} 已由另一章写过，内容不同；请改其中一个的编号。",
        en=f"Chapter {chapter} writes the file {name}, which another chapter has written with other content; "
        "rename one of them.",
    )
