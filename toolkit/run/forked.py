"""Kernels by fork: each notebook has a process of its own, and nobody imports the same modules again.

The processes come from the standard library's forkserver, which has imported what the chapters
import. Linux only.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from typing import IO, Any

from jupyter_client.provisioning import LocalProvisioner


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by a fork of the server, or in the ordinary way where that fails."""

    starting = threading.Lock()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel of ``cmd``."""
        context = multiprocessing.get_context("forkserver")
        output: IO[bytes] = kwargs["stdout"]
        process = context.Process(target=serve, args=(cmd[3:], kwargs["env"], kwargs["cwd"], output.name))
        try:
            with self.starting:
                process.start()
        except (OSError, EOFError):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = ForkedKernel(process)
        self.pid = self.pgid = process.pid
        return self.connection_info


class ForkedKernel:
    """A forked kernel, spoken to as ``subprocess.Popen`` is."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Exit code, once it has ended."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        """Send a signal."""
        os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


def serve(arguments: list[str], environment: dict[str, str], folder: str, output: str) -> None:
    """Be a kernel: runs in the forked process, until the notebook is done or the run is gone."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with open(output, "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *arguments]
    sys.path.insert(0, "")
    threading.Thread(target=_leave_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=arguments)
    atexit._run_exitfuncs()


def _leave_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
