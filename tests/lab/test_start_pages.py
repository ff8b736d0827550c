"""The start page in both languages: as it lies in the checkout, and executed from top to bottom in a fresh one."""

from __future__ import annotations

import re
from urllib.parse import unquote

import nbformat
import pytest
from nbclient import NotebookClient

from toolkit.run.notebooks import chapters
from toolkit.terms import LANGS

LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)\)")
NAMED = re.compile(r"`((?:params|notebooks|docs|data)/[^`]*)`|(?:^|\s)((?:params|docs|notebooks)/[\w./-]+)")
TERMINAL = re.compile(r"`\.venv/bin/gradelab (\w+) ([^`]*)`")


def page(folder, lang):
    return nbformat.read(folder / "notebooks" / f"start.{lang}.ipynb", as_version=4)


def code(notebook):
    """Sources of the code cells, comments aside."""
    return [re.sub(r"\s+#.*", "", cell.source) for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_both_languages_do_the_same(root):
    """Cell for cell, but for the language itself."""
    zh, en = (page(root, lang) for lang in LANGS)
    assert [source.replace('"zh"', '"en"') for source in code(zh)] == code(en)
    assert [cell.id for cell in zh.cells] == [cell.id for cell in en.cells]
    assert len(texts(zh)) == len(texts(en)) and len(code(en)) > 8


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_and_path_leads_somewhere(root, lang):
    """Links from the folder of the page; names of files and folders from the project."""
    told = "\n".join(texts(page(root, lang)))
    links = [unquote(one) for one in LINK.findall(told)]
    assert f"start.{'en' if lang == 'zh' else 'zh'}.ipynb" in links and len(links) > 6
    assert [one for one in links if not (root / "notebooks" / one).exists()] == []
    named = {first or second for first, second in NAMED.findall(told)} - {"data/"}
    assert named and [one for one in named if not (root / one).exists()] == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_exists(root, lang):
    """What it says to type in a terminal is a command of this program, on a study that is there."""
    from typer.main import get_command

    from toolkit.cli import app

    commands = TERMINAL.findall("\n".join(texts(page(root, lang))))
    assert {"import", "check", "run"} <= {name for name, _ in commands}
    assert {name for name, _ in commands} <= set(get_command(app).commands)


def test_the_start_page_is_no_chapter(root):
    assert not [path for path in chapters(root) if path.stem.startswith("start")]


@pytest.fixture(scope="module")
def executed(checkout):
    """Both pages, run through in the same fresh project; the second finds the steps of the report done."""
    found = {}
    for lang in LANGS:
        notebook = page(checkout, lang)
        place = {"metadata": {"path": str(checkout / "notebooks")}}
        NotebookClient(notebook, timeout=900, resources=place).execute()
        found[lang] = notebook
    return found


def shown(notebook, cell: str) -> list[str]:
    """Texts that a cell shows."""
    outputs = next(one for one in notebook.cells if one.id == cell).outputs
    return [out.data["text/plain"] for out in outputs if "data" in out]


@pytest.mark.slow
def test_every_cell_runs_and_shows_something(executed):
    """No error, nothing on standard error, no trace of how figures are linked in reports."""
    for notebook in executed.values():
        quiet = {"parameters", "opening"}
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert [cell.id for cell in cells if not cell.outputs] == [c.id for c in cells if c.id in quiet]
        kinds = {out.output_type for cell in cells for out in cell.outputs}
        assert kinds == {"display_data"}, kinds
        assert "#fact:" not in nbformat.writes(notebook)


@pytest.mark.slow
def test_who_moves_is_who_stands_between_the_floors(executed, checkout):
    """Counted by hand from the purchases: the floor of 100,000 is lowered by a tenth; who is active and between moves."""
    from toolkit.study import open_study

    opened = open_study(checkout / "params" / "studies" / "demo.yaml")
    spend = opened.panel.values("spend", 4)[:, opened.panel.quarters.index(opened.quarter)]
    bought = opened.panel.values("orders", 1)[:, opened.panel.quarters.index(opened.quarter)] > 0
    between = int(((spend >= 90_000) & (spend < 100_000) & bought).sum())
    assert between > 10
    said = shown(executed["en"], "moves")[0]
    assert f"service rises for {between} customers and falls for 0 customers" in said


@pytest.mark.slow
def test_the_reports_are_where_the_links_lead(executed, checkout):
    for lang, notebook in executed.items():
        links = [unquote(one) for one in LINK.findall("\n".join(shown(notebook, "run")))]
        assert [one.rpartition("/")[2] for one in links] == [
            "report.zh.html", "report.zh.pdf", "report.en.html", "report.en.pdf", "index.html",
        ], lang  # fmt: skip
        assert all((checkout / "notebooks" / one).is_file() for one in links)
    assert "14 步沿用了上次的结果" not in shown(executed["zh"], "run")[0]
    assert "14 steps were reused" in shown(executed["en"], "run")[0]


@pytest.mark.slow
def test_the_copy_is_a_policy_of_the_project(executed, checkout):
    from toolkit.params.policy import read_policy

    copy = checkout / "params" / "policies" / "own" / "vip_2022_mine.yaml"
    assert read_policy(copy).scheme.floors["VIP"].value == 90_000
    assert (copy.parent / re.search(r"\$schema=(\S+)", copy.read_text("utf-8"))[1]).is_file()
