"""Kernels of a run: always the interpreter we run in, always the same environment, known until they end.

On Linux a kernel may be forked from a server that has imported, once, what the chapters import;
elsewhere, and where the server does not answer, it is started in the ordinary way.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import site
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from toolkit.run.failures import KernelDied
from toolkit.run.forked import ForkProvisioner

FIXED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "agg",
    "TZ": "UTC",
}
KERNEL_MODULES = ("ipykernel.kernelapp", "ipykernel.zmqshell", "toolkit.run.forked", "toolkit.cli")
GOODBYE_SECONDS = 2.0
ANSWER_SECONDS = 60


class OwnInterpreter(KernelSpecManager):
    """Knows one kernel, the interpreter we run in, whatever is installed or shadowed elsewhere."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel under whichever name."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=command,
            name=kernel_name,
            display_name="Python 3",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )


class Kernels:
    """The kernels of one run; a context manager.

    Parameters
    ----------
    folder : Path
    modules : sequence of str
        What the chapters import.
    warm : bool
        Fork kernels from a server that has imported ``modules``. Heeded on Linux only; ask for it only
        where importing the main module a second time does no harm.

    Attributes
    ----------
    folder : Path
        Working directory of every kernel.
    ended : bool
        Whether the run wants no more cells to be started.
    """

    def __init__(self, folder: Path, modules: Sequence[str] = (), *, warm: bool = False) -> None:
        self.folder = folder
        self.ended = False
        self.given: dict[str, str] = {}
        self._modules = list(modules)
        self._warm = warm and sys.platform == "linux"
        self._clients: set[Any] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Kernels:
        self._scratch = Path(tempfile.mkdtemp(prefix="gradelab-"))
        self._output = (self._scratch / "kernels.log").open("ab")
        if self._warm:
            self._start_server()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        self._output.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """Environment of every kernel: nothing of a user's Jupyter or IPython settings reaches a run."""
        own = {
            name: str(self._scratch / folder)
            for name, folder in {
                "IPYTHONDIR": "ipython",
                "JUPYTER_CONFIG_DIR": "config",
                "JUPYTER_DATA_DIR": "data",
                "JUPYTER_RUNTIME_DIR": "runtime",
            }.items()
        }
        return {**os.environ, **FIXED, **own, **import_path(), **self.given}

    def manager(self) -> AsyncKernelManager:
        """A manager for one kernel that is not started yet."""
        handle, connection_file = tempfile.mkstemp(suffix=".json", dir=self._scratch)
        os.close(handle)
        Path(connection_file).unlink()
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=OwnInterpreter(),
            connection_file=connection_file,
            transport_encryption="auto",
            shutdown_wait_time=GOODBYE_SECONDS,
        )
        if self._warm:
            manager.provisioner = ForkProvisioner(
                kernel_id=Path(connection_file).stem, kernel_spec=manager.kernel_spec, parent=manager
            )
        return manager

    def launch(self) -> dict[str, Any]:
        """Arguments with which nbclient starts a kernel."""
        return {"env": self.environment(), "stdout": self._output, "stderr": self._output}

    def prove(self) -> None:
        """Start a kernel, wait until it answers, and end it.

        Raises
        ------
        KernelDied
            Where it does not.
        """
        try:
            asyncio.run(self._answer())
        except (RuntimeError, OSError) as error:
            raise KernelDied(
                zh=f"内核启动不了（{error}）；请检查环境：python -m ipykernel --version。",
                en=f"No kernel can be started ({error}); check the environment: python -m ipykernel --version.",
            ) from None

    async def _answer(self) -> None:
        manager = self.manager()
        await manager.start_kernel(**self.launch())
        client = manager.client()
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=ANSWER_SECONDS)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    @contextmanager
    def watched(self, client: Any) -> Iterator[None]:
        """Remember the kernel of ``client`` while it runs."""
        with self._lock:
            self._clients.add(client)
        try:
            yield
        finally:
            with self._lock:
                self._clients.discard(client)

    def kill(self) -> None:
        """End every kernel at once, and start none any more."""
        self.ended = True
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            pid = getattr(getattr(client.km, "provisioner", None), "pid", None)
            if pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _start_server(self) -> None:
        """Start the server that imports while the data are read; Ctrl-C is for us, not for it."""
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload([*KERNEL_MODULES, *self._modules])
        before = dict(os.environ)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.environ.update(self.environment())
        try:
            forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def import_path() -> dict[str, str]:
    """``PYTHONPATH`` that finds this package when it runs from a checkout."""
    code = str(Path(__file__).resolve().parents[2])
    installed = {os.path.realpath(folder) for folder in [*site.getsitepackages(), site.getusersitepackages()]}
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    wanted = [] if code in installed else [code]
    path = os.pathsep.join(dict.fromkeys(folder for folder in [*wanted, *before] if folder))
    return {"PYTHONPATH": path} if path else {}
