"""A project as a fresh checkout has it, with a small simulated company."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)(/lab/tree/\S+)\?token=(\w+)")


@pytest.fixture(scope="session")
def checkout(root, tmp_path_factory):
    """Parameters, notebooks and documents of this project in a folder of its own."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("params", "notebooks", "docs"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("own", "scratch", ".*"))
    shutil.copy(root / "pyproject.toml", folder)
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return folder


@pytest.fixture
def start(checkout, monkeypatch):
    """What the cells of the start page call, the study of the project open, in English."""
    from toolkit.lab.start import open_start

    monkeypatch.chdir(checkout / "notebooks")
    monkeypatch.setenv("GRADELAB_LANG", "en")
    opened = open_start("en")
    opened.bring(study="params/studies/demo.yaml")
    return opened


@pytest.fixture
def lab(checkout, tmp_path):
    """Starts the command in a folder of the project and gives the process and its address.

    Kernels talk through sockets of files, for ports that look free may be taken by tests beside this one.
    """
    begun, runtime = [], tempfile.mkdtemp(prefix="lab-")
    (tmp_path / "jupyter_server_config.json").write_text('{"KernelManager": {"transport": "ipc"}}', "utf-8")

    def start(*words, folder="notebooks", **environment):
        foreign = ("GRADELAB_LANG", "LC_", "LANG", "JUPYTER")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {
            "JUPYTER_CONFIG_DIR": str(tmp_path),
            "JUPYTER_DATA_DIR": str(tmp_path),
            "JUPYTER_RUNTIME_DIR": runtime,
        }
        own["JUPYTERLAB_WORKSPACES_DIR"] = own["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path)
        child = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "lab", "--no-browser", *words], cwd=checkout / folder,
            env={**clean, **own, "PYTHONUTF8": "1", **environment}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        begun.append(child)
        for line in child.stdout:
            if found := ADDRESS.search(line):
                return child, found
        raise AssertionError("no address was told")

    yield start
    for child in begun:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            child.wait(30)
        child.stdout.close()
    shutil.rmtree(runtime, ignore_errors=True)
