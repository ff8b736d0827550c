"""Scratch notebooks for what-ifs. Expected: written once, kept where somebody worked in them, and in no report."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from toolkit.cli import main
from toolkit.errors import UsageError
from toolkit.measures.registry import names
from toolkit.params.problems import FileProblems
from toolkit.run.check import check
from toolkit.run.plan import make_plan
from toolkit.run.scratch import write_scratch


@pytest.fixture
def place(root, tmp_path):
    """A project with the demo study."""
    shutil.copytree(root / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "01_is_the_history_sound.ipynb", tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def write(place):
    def made(**given):
        asked = {"quarter": "last", "data": None, "out": None, "lang": "en", **given}
        return write_scratch(place / "params" / "studies" / "demo.yaml", **asked)

    return made


def cells(path):
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]}


def test_it_lies_where_git_looks_away_and_names_study_and_quarter(write, place, root):
    path = write(quarter="2026Q2")
    assert path == place / "notebooks" / "scratch" / "whatif_demo.ipynb"
    ignored = subprocess.run(["git", "check-ignore", "-q", "notebooks/scratch/x.ipynb"], cwd=root)
    assert ignored.returncode in (0, 128)
    assert (root / ".gitignore").read_text("utf-8").splitlines().count("notebooks/scratch/") == 1
    given: dict = {}
    exec(cells(path)["parameters"], given)
    assert (given["study"], given["quarter"], given["data"], given["lang"]) == (
        "params/studies/demo.yaml",
        "2026Q2",
        "",
        "en",
    )
    assert (
        "no figure here enters a report" in cells(path)["title"]
        and "不进入任何正式报告" in cells(write(lang="zh"))["title"]
    )


def test_outside_the_project_the_study_is_named_whole(write, place, tmp_path_factory):
    path = write(out=tmp_path_factory.mktemp("elsewhere") / "a.ipynb")
    assert f'study: str = "{place}/params/studies/demo.yaml"' in cells(path)["parameters"]


def test_one_that_was_only_run_is_written_anew_and_one_that_was_edited_is_kept(write):
    path = write()
    content = json.loads(path.read_text("utf-8"))
    content["cells"][3] |= {
        "execution_count": 4,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1"]}],
    }
    path.write_text(json.dumps(content), "utf-8")
    assert '"lang: str = \\"zh\\"' in write(lang="zh").read_text("utf-8")
    content = json.loads(path.read_text("utf-8"))
    content["cells"][4]["source"] = ["bench.save_as('mine')"]
    path.write_text(json.dumps(content), "utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="has been edited"):
        write()
    assert path.read_bytes() == before
    assert write(force=True).read_bytes() != before


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"metadata": {"gradelab": {"scratch": true}}, "cells": 3}']
)
def test_what_is_no_scratch_notebook_is_not_replaced(write, place, content):
    path = place / "other.ipynb"
    path.write_text(content, "utf-8")
    with pytest.raises(UsageError, match="was not replaced"):
        write(out=path)
    with pytest.raises(UsageError, match="ends in"):
        write(out=place / "other.txt")


@pytest.mark.parametrize("folder", ["notebooks/scratch", "notebooks/own"])
def test_no_study_can_name_one_as_a_chapter(write, place, folder):
    """By its mark, wherever it was copied to."""
    path = place / folder / "trial.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(write(), path)
    study = place / "params" / "studies" / "demo.yaml"
    study.write_text(
        f"{study.read_text('utf-8')}\nchapters: [{{notebook: ../../{folder}/trial.ipynb}}]\n", "utf-8"
    )
    for refuse in (lambda: make_plan(study, known_measures=names()), lambda: check([study], names())):
        with pytest.raises(Exception, match="scratch paper for what-ifs") as error:
            refuse()
        assert "推演草稿" in error.value.zh
    with pytest.raises(FileProblems) as told:
        make_plan(study, known_measures=names())
    assert [problem.key for problem in told.value.problems] == ["chapters.0.notebook"]


def test_checking_the_notebooks_passes_scratch_paper_by_but_not_a_copy_of_it(write, place):
    path = write()
    assert check([place / "notebooks"], names()) == 1
    shutil.copy(path, place / "notebooks" / "09_trial.ipynb")
    with pytest.raises(Exception, match="scratch paper"):
        check([place / "notebooks"], names())


def test_the_command_says_how_to_open_it(place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "argv", ["gradelab", "whatif", "params/studies/demo.yaml", "--lang", "zh"])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    said = capsys.readouterr().out
    assert "notebooks/scratch/whatif_demo.ipynb" in said and "make lab" in said
    monkeypatch.setattr(sys, "argv", ["gradelab", "whatif", "params/studies/absent.yaml", "--lang", "en"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 3 and "absent.yaml" in capsys.readouterr().err
