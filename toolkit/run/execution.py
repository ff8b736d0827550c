"""Running the chapters: two at a time, each in a kernel of its own, each leaving an executed notebook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from toolkit.errors import ChapterError
from toolkit.params.chapter import ChapterParams
from toolkit.run.engine import engine_name
from toolkit.run.executed import complaints, failure, is_complete, keep, stopped
from toolkit.run.files import Places
from toolkit.run.kernels import Kernels
from toolkit.run.plan import chapter_step
from toolkit.run.record import RunRecord
from toolkit.run.storage import SCHEME, storage

NOTEBOOKS = "notebooks"
CELL_SECONDS = 900
MOST_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Execution:
    """How the chapters of a run are executed.

    Attributes
    ----------
    record : RunRecord
    kernels : Kernels
    places : Places
    given : ChapterParams
        What every chapter is given.
    kept : ChapterParams
        The same as it stands in the executed notebook, naming no folder of this machine.
    cell_seconds : int
        Time limit of one cell.
    """

    record: RunRecord
    kernels: Kernels
    places: Places
    given: ChapterParams
    kept: ChapterParams
    cell_seconds: int = CELL_SECONDS

    def run(self, chapters: Sequence[Path]) -> list[nbformat.NotebookNode]:
        """Execute ``chapters`` and return them in order.

        After a failure no further chapter begins; those at work are finished first.

        Raises
        ------
        ChapterError
            With every chapter that failed.
        """
        target = self.record.path / NOTEBOOKS
        target.mkdir()
        folders = {self._source: chapters[0].parent, self._target: target}
        pool = ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, os.cpu_count() or 1))
        with storage().holding(folders):
            begun = [pool.submit(self._run_one, chapter) for chapter in chapters]
            try:
                wait(begun, return_when=FIRST_EXCEPTION)
                pool.shutdown(cancel_futures=True)
            except BaseException:
                self.kernels.kill()
                pool.shutdown(cancel_futures=True)
                raise
        return _results(begun)

    def _run_one(self, chapter: Path) -> nbformat.NotebookNode:
        with self.record.step(chapter_step(chapter)):
            problem = self._execute(chapter)
            done = keep(self.record.path / NOTEBOOKS / chapter.name, self.kept.model_dump(), self.places)
            for text in complaints(done):
                self.record.warn(chapter.stem, text)
            if problem:
                raise problem
            if not is_complete(done):
                raise failure(chapter.stem, done)
        return done

    def _execute(self, chapter: Path) -> ChapterError | None:
        """Send ``chapter`` through papermill; a cell that failed is read from the notebook afterwards."""

        def watch(cell: int, state: str, seconds: float) -> None:
            self.record.event("cell", chapter=chapter.stem, cell=cell, state=state, seconds=round(seconds, 2))

        try:
            papermill.execute_notebook(
                f"{SCHEME}{self._source}/{chapter.name}",
                f"{SCHEME}{self._target}/{chapter.name}",
                self.given.model_dump(),
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
            limit = self.cell_seconds
            return stopped(chapter.stem, f"有单元超过时限 {limit} 秒", f"a cell took longer than {limit} s")
        except (DeadKernelError, RuntimeError) as error:
            kind = type(error).__name__
            return stopped(
                chapter.stem,
                f"内核中途消失或没有启动（{kind}），可能是内存不足",
                f"its kernel died or did not start ({kind}), perhaps for lack of memory",
            )
        return None

    @property
    def _source(self) -> str:
        return f"{self.record.folder.run}.source"

    @property
    def _target(self) -> str:
        return f"{self.record.folder.run}.notebooks"


def _results(begun: list[Future[nbformat.NotebookNode]]) -> list[nbformat.NotebookNode]:
    failures = [error for future in begun if not future.cancelled() and (error := future.exception())]
    for error in failures:
        if not isinstance(error, ChapterError):
            raise error
    if failures:
        raise ChapterError(zh="\n".join(e.zh for e in failures), en="\n".join(e.en for e in failures))
    return [future.result() for future in begun]
