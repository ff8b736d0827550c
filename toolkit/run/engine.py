"""The papermill engine of this project: what it writes about a cell is true, whatever ends the kernel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.translators import papermill_translators

from toolkit.run.kernels import Kernels
from toolkit.run.translator import ReadableTranslator

ENGINE = "gradelab"
INJECTED_ID = "injected-parameters"
SAVE_SECONDS = 5.0
IOPUB_SECONDS = 60
START_SECONDS = 120

CellWatch = Callable[[int, str, float], None]


@cache
def engine_name() -> str:
    """Name of the engine, made known to papermill together with the translator on first use."""
    papermill_engines.register(ENGINE, TruthfulEngine)
    papermill_translators.register("python", ReadableTranslator)
    return ENGINE


class CellStates(NotebookExecutionManager):
    """States of the cells of one notebook: pending, running, completed or failed.

    No clock time is written into the notebook, so that two equal runs leave equal notebooks; a cell
    that never ran stays pending. Saves are spread out, for saving after every cell is quadratic.
    """

    def __init__(self, nb: nbformat.NotebookNode, output_path: str | None, watch: CellWatch) -> None:
        super().__init__(nb, output_path=output_path, progress_bar=False, autosave_cell_every=0)
        self._watch = watch
        self._saved = self._started = 0.0

    def notebook_start(self, **kwargs: Any) -> None:
        """Mark every cell as pending and forget old outputs."""
        for cell in self.nb.cells:
            cell.metadata.papermill = {"status": self.PENDING, "exception": None}
            if "injected-parameters" in cell.metadata.tags:
                cell.id = INJECTED_ID
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = None, []
        self.nb.metadata.papermill["exception"] = None
        self.save()

    def cell_start(self, cell: nbformat.NotebookNode, cell_index: int | None = None, **kwargs: Any) -> None:
        """Mark ``cell`` as running."""
        self._started = time.monotonic()
        cell.metadata.papermill = {"status": self.RUNNING, "exception": False}
        self._save_at_times()

    def cell_exception(
        self, cell: nbformat.NotebookNode, cell_index: int | None = None, **kwargs: Any
    ) -> None:
        """Mark ``cell`` as failed, and show why where the kernel could not."""
        error = kwargs["exception"]
        cell.metadata.papermill = {"status": self.FAILED, "exception": True}
        self.nb.metadata.papermill["exception"] = True
        if cell.cell_type == "code" and not isinstance(error, CellExecutionError):
            kind, text = type(error).__name__, str(error).strip()
            cell.outputs.append(
                nbformat.v4.new_output("error", ename=kind, evalue=text, traceback=[f"{kind}: {text}"])
            )

    def cell_complete(
        self, cell: nbformat.NotebookNode, cell_index: int | None = None, **kwargs: Any
    ) -> None:
        """Mark ``cell`` as completed unless it failed."""
        if cell.metadata.papermill["status"] != self.FAILED:
            cell.metadata.papermill["status"] = self.COMPLETED
        self._watch(cell_index or 0, cell.metadata.papermill["status"], time.monotonic() - self._started)
        self._save_at_times()

    def notebook_complete(self, **kwargs: Any) -> None:
        """Write the notebook as it stands."""
        self.save()

    def _save_at_times(self) -> None:
        if time.monotonic() - self._saved > SAVE_SECONDS:
            self.save()
            self._saved = time.monotonic()


class ChapterClient(PapermillNotebookClient):
    """Runs the cells of one notebook in a kernel of ours."""

    def __init__(self, states: CellStates, kernels: Kernels, **settings: Any) -> None:
        super().__init__(states, **settings)
        self._kernels = kernels

    def create_kernel_manager(self) -> Any:
        """A manager for a fresh kernel of the interpreter we run in."""
        self.km = self._kernels.manager()
        return self.km

    def papermill_execute_cells(self) -> None:
        """Run the cells in order until one fails."""
        for index, cell in enumerate(self.nb.cells):
            self.nb_man.cell_start(cell, index)
            try:
                if self._kernels.ended:
                    raise DeadKernelError("the run was ended")
                self.execute_cell(cell, index)
            except BaseException as error:
                self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                if isinstance(error, CellExecutionError):
                    break
                raise
            finally:
                self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)


class TruthfulEngine(NBClientEngine):
    """nbclient's engine with truthful states and kernels of ours."""

    @classmethod
    def execute_notebook(
        cls, nb: nbformat.NotebookNode, kernel_name: str, **given: Any
    ) -> nbformat.NotebookNode:
        """Run ``nb``; ``given`` holds ``kernels``, ``cell_seconds`` and ``watch`` beside papermill's own."""
        kernels: Kernels = given["kernels"]
        states = CellStates(nb, given["output_path"], given["watch"])
        states.notebook_start()
        client = ChapterClient(
            states,
            kernels,
            kernel_name=kernel_name,
            timeout=given["cell_seconds"],
            startup_timeout=START_SECONDS,
            iopub_timeout=IOPUB_SECONDS,
            record_timing=False,
            resources={"metadata": {"path": str(kernels.folder)}},
            log=_quiet(),
        )
        try:
            with kernels.watched(client):
                client.execute(**kernels.launch())
        finally:
            states.notebook_complete()
        return states.nb


@cache
def _quiet() -> logging.Logger:
    log = logging.getLogger("toolkit.run.chapters")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
