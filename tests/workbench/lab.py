"""JupyterLab in a headless browser: a server on a free port of this machine, a notebook opened and run in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

PATIENCE = 120
EXPOSED = "return !!(window.jupyterapp && window.jupyterapp.shell && document.querySelector('.jp-Notebook .jp-Cell'))"
KERNEL = """const panel = window.jupyterapp.shell.currentWidget;
    const kernel = panel && panel.sessionContext && panel.sessionContext.session && panel.sessionContext.session.kernel;
    return kernel ? kernel.status : ''"""


class Lab:
    """A server of JupyterLab for one folder; ``close`` ends it with its kernels."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ["--no-browser", "--allow-root", f"--port={self.port}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True",
                 f"--ServerApp.root_dir={folder}", "--ip=127.0.0.1", "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
        self._log = (folder / "lab.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            cwd=folder,
            env={**os.environ, **env},
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def open(self, driver: Any, notebook: str) -> None:
        """Open a notebook alone, without the tabs of before, and wait for its kernel."""
        driver.get(f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?reset")
        until(lambda: driver.execute_script(EXPOSED), "JupyterLab shows the notebook")
        until(lambda: driver.execute_script(KERNEL) == "idle", "the kernel is ready")

    def run_all(self, driver: Any) -> None:
        """Run every cell."""
        driver.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _wait(self) -> None:
        def answers() -> bool:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/api", timeout=2) as told:
                    return told.status == 200
            except OSError:
                return False

        until(answers, "the server answers")


def until(holds: Any, what: str, patience: float = PATIENCE) -> Any:
    """What ``holds`` gives as soon as it gives something; fails by name when patience is out."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {patience:.0f} s: {what}")
