"""A project as a fresh checkout has it, with a small simulated company."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

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
    """Starts the command in a folder of the project and gives the process and its address."""
    begun = []

    def start(*words, folder="notebooks", **environment):
        clean = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("GRADELAB_LANG", "LC_", "LANG", "JUPYTER"))
        }
        own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        child = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "lab", "--no-browser", *words], cwd=checkout / folder,
            env={**clean, **own, "PYTHONUTF8": "1", "BROWSER": "none", **environment}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        begun.append(child)
        for line in child.stdout:
            if found := ADDRESS.search(line):
                return child, found
        raise AssertionError("no address was told")

    yield start
    for child in begun:
        child.kill() if child.poll() is None else None
        child.stdout.close()
