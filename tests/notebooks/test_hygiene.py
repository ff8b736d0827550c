"""Notebooks in version control. Expected: what is committed is what is there without having been run, byte for byte."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A repository with the attributes and the configuration of this project, as the documented line switches them on."""
    for name in (".gitattributes", ".gitconfig"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)

    def run(*words: str) -> bytes:
        done = subprocess.run(["git", *words], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return done.stdout

    run("init", "--quiet")
    run("config", "include.path", "../.gitconfig")
    return run


def executed(path: Path) -> str:
    """``path`` as papermill and JupyterLab leave it: outputs, counts, times, a cell of given parameters, their metadata."""
    notebook = nbformat.read(path, as_version=4)
    times = {
        "start_time": "2026-11-22T08:00:00",
        "end_time": "2026-11-22T08:00:01",
        "duration": 1.0,
        "status": "completed",
    }
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="结果 1,234\n")]
        cell.metadata["execution"] = {"iopub.execute_input": "2026-11-22T08:00:00Z"}
    for cell in notebook.cells:
        cell.metadata["papermill"] = times
    given = nbformat.v4.new_code_cell(
        'study = "own.yaml"', metadata={"tags": ["injected-parameters"]}, id="injected-parameters"
    )
    notebook.cells.insert(3, given)
    notebook.metadata["papermill"] = {**times, "parameters": {"study": "own.yaml"}, "version": "2.7.0"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    notebook.metadata["language_info"] = {
        "name": "python", "version": "3.11.7", "mimetype": "text/x-python", "file_extension": ".py",
        "codemirror_mode": {"name": "ipython", "version": 3}, "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
    }  # fmt: skip
    return nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_was_run_is_committed_as_if_it_had_not_been(git, tmp_path, path):
    """Through the filter that git really calls."""
    dirty = executed(path)
    assert dirty != path.read_text("utf-8")
    (tmp_path / path.name).write_text(dirty, "utf-8")
    git("add", path.name)
    assert git("show", f":{path.name}") == path.read_bytes()
    assert (tmp_path / path.name).read_text("utf-8") == dirty, "the analyst keeps the results on the screen"
    assert not git("status", "--porcelain", "--", path.name).startswith(b" M")


def test_the_hook_strips_what_the_filter_strips():
    """Two places that must say the same."""
    hook = re.search(r"entry: (nbstripout .*)", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))[1]
    filters = (ROOT / ".gitconfig").read_text("utf-8").replace('\\"', '"')
    assert filters.count(hook) == 2


def test_make_switches_it_on():
    """The line that the file documents is the one that making the environment runs."""
    line = re.search(r"git config (include\.path \S+)", (ROOT / ".gitconfig").read_text("utf-8"))[1]
    assert f"git config --local {line}" in (ROOT / "Makefile").read_text("utf-8")
    assert "nbstripout" in (ROOT / "requirements.lock").read_text("utf-8")


def test_the_samples_are_read_as_written():
    """Pairing is off as shipped, and works once its signs are taken away; what nbdime leaves out is valid JSON."""
    import tomllib

    sample = (ROOT / "jupytext.toml").read_text("utf-8")
    assert tomllib.loads(sample) == {}
    switched = "\n".join(line[2:] for line in sample.splitlines() if re.match(r'# (\[|")', line))
    assert tomllib.loads(switched)["formats"] == {"notebooks/": "ipynb", "notebooks/scripts/": "py:percent"}
    assert json.loads((ROOT / "nbdime_config.json").read_text("utf-8"))
