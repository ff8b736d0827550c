"""``gradelab lab``: JupyterLab on the start page, its address said in the user's language.

The server is told nothing that a user's own Jupyter settings could not also say, except: the folder of the project, the
page it opens on, a token, and kernels of the interpreter we run in.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.paths import jupyter_runtime_dir

from toolkit.errors import GradelabError, UsageError
from toolkit.params.places import project_root
from toolkit.run.kernels import import_path
from toolkit.run.signals import Interrupted
from toolkit.terms import Lang

SETTINGS = Path(__file__).with_name("settings")
START = "start.{lang}.ipynb"
HERE = "127.0.0.1"
TOKEN = "JUPYTER_TOKEN"
EVERY = 0.2
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Lab:
    """How JupyterLab is asked for.

    Attributes
    ----------
    root : Path
        The project: what is seen in the list of files.
    lang : "zh" or "en"
    port : int or None
        None for the usual one; the next free one is taken where it is not free.
    browser : bool
        Whether a browser is opened.
    """

    root: Path
    lang: Lang
    port: int | None = None
    browser: bool = True

    @property
    def page(self) -> str:
        """What is opened, below the address of the server: the start page, else the notebooks.

        >>> Lab(Path("nowhere"), "zh").page
        '/lab/tree/notebooks'
        """
        start = Path("notebooks") / START.format(lang=self.lang)
        return "/lab/tree/" + quote((start if (self.root / start).is_file() else start.parent).as_posix())

    def command(self) -> list[str]:
        """Words with which the server is started."""
        words = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--ServerApp.answer_yes=True",
            "--log-level=ERROR",
            "--LabApp.log_level=ERROR",
        ]
        words += [
            f"--ServerApp.ip={HERE}",
            f"--ServerApp.root_dir={self.root}",
            f"--LabApp.default_url={self.page}",
        ]
        words += [f"--ServerApp.port={self.port}"] if self.port else []
        words += [] if self.browser and _has_browser() else ["--no-browser"]
        return words + (["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])

    def environment(self) -> dict[str, str]:
        """Environment of the server and its kernels."""
        settings = os.pathsep.join(filter(None, [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]))
        return {
            **os.environ,
            **import_path(),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_CONFIG_PATH": settings,
            TOKEN: os.environ.get(TOKEN) or secrets.token_hex(24),
            "GRADELAB_LANG": self.lang,
        }


def project_here() -> Path:
    """The project that the working folder belongs to.

    Raises
    ------
    UsageError
    """
    try:
        return project_root(Path.cwd() / "here")
    except GradelabError:
        raise UsageError(
            zh="这里不是项目文件夹：它和上级文件夹里都没有 notebooks/。请先 cd 到项目文件夹。",
            en="This is no project: neither this folder nor one above has notebooks/. Change to the project's folder first.",
        ) from None


def serve(lab: Lab, tell: Callable[[str], None]) -> None:
    """Start JupyterLab, tell its address, and stay until it ends or Ctrl-C is pressed.

    Raises
    ------
    GradelabError
        Where it does not start.
    """
    child = subprocess.Popen(lab.command(), cwd=lab.root, env=lab.environment())
    try:
        tell(address(_answered(child), lab.page))
        child.wait()
    except Interrupted as asked:
        _end(child)
        if asked.exit_code != 128 + signal.SIGINT:
            raise
    finally:
        _end(child)


def address(server: dict[str, Any], page: str) -> str:
    """The address of ``page`` on a running server, as its file of particulars describes it.

    >>> address({"url": "http://127.0.0.1:8889/", "token": "ab"}, "/lab/tree/a.ipynb")
    'http://127.0.0.1:8889/lab/tree/a.ipynb?token=ab'
    """
    token = f"?token={server['token']}" if server.get("token") else ""
    return f"{server['url'].rstrip('/')}{page}{token}"


def _answered(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What the server writes about itself once it listens."""
    file = Path(jupyter_runtime_dir()) / f"jpserver-{child.pid}.json"
    until = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < until:
        try:
            return json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            time.sleep(EVERY)
    raise GradelabError(
        zh=f"JupyterLab 没有启动起来（退出码 {child.poll()}）；请看上面的信息，或运行 gradelab doctor 检查环境。",
        en=f"JupyterLab did not start (exit code {child.poll()}); see above, or examine this machine with gradelab doctor.",
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the server and with it its kernels."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
