"""Chapters of a company's own. Expected: the template, copied as it says, stands in every report where the study puts it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pypdf
import pytest

from toolkit.cli import main
from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study
from toolkit.run.check import check
from toolkit.run.plan import make_plan

TEMPLATE = "notebooks/templates/own_chapter.ipynb"
SHIPPED = ("01_is_the_history_sound", "07_were_we_right")
TITLES = {
    "zh": ("数据可靠吗", "我们自己的问题", "上次说对了吗"),
    "en": ("Is the history sound?", "A question of our own", "Were we right?"),
}


def copied(root: Path, project, name: str) -> Path:
    """The template under a name of its own, as it asks."""
    path = project.folder / "notebooks" / "own" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text((root / TEMPLATE).read_text("utf-8").replace("own_chapter", name), "utf-8")
    return path


def named(project, *chapters: str) -> None:
    """The study with ``chapters``."""
    text = project.study.read_text("utf-8").partition("\nchapters:")[0].rstrip("\n")
    listed = "".join(f"\n  - {{notebook: ../../notebooks/own/{one}}}" for one in chapters)
    project.study.write_text(f"{text}\nchapters:{listed}\n", "utf-8")


def refused(project) -> str:
    """What is wrong with the study, in English."""
    with pytest.raises(FileProblems) as error:
        make_plan(project.study, known_measures=names())
    with pytest.raises(ParameterError) as same:
        check([project.study], names())
    for problem in error.value.problems:
        assert problem.text("en") in same.value.en and problem.text("zh") in same.value.zh
    return "\n".join(problem.text("en") for problem in error.value.problems)


def test_a_chapter_stands_last_or_where_it_is_put(project, root):
    """After a shipped chapter, or after another of one's own."""
    for name in ("01_a", "02_b"):
        project.chapter(name, "x = 1")
    copied(root, project, "north"), copied(root, project, "south")
    named(project, "north.ipynb", "south.ipynb, after: 01_a")
    assert [path.stem for path in project.plan().chapters] == ["01_a", "south", "02_b", "north"]
    named(project, "north.ipynb, after: 01_a", "south.ipynb, after: north")
    assert [path.stem for path in project.plan().chapters] == ["01_a", "north", "south", "02_b"]
    assert check([project.study], names()) == len(read_study(project.study, names()).files)


def test_what_is_no_chapter_is_refused_where_it_is_named(project, root):
    """Missing, outside, not thin, named as another, misplaced: each at its line of the study."""
    project.chapter("01_a", "x = 1")
    north = copied(root, project, "north")
    line = len(project.study.read_text("utf-8").rstrip("\n").splitlines()) + 2

    named(project, "nort.ipynb")
    assert (
        f"line {line}, chapters.0.notebook: there is no such notebook; did you mean north.ipynb"
        in refused(project)
    )
    named(project, "north.ipynb, after: 01_b")
    assert f"line {line}, chapters.0.after: there is no such chapter; did you mean 01_a" in refused(project)
    named(project, "north.ipynb", "north.ipynb")
    assert f"line {line + 1}, chapters.1.notebook: a chapter is called north already" in refused(project)
    named(project, f"../../../{project.folder.name}.ipynb")
    assert "must lie inside the project" in refused(project)

    good = north.read_text("utf-8")
    named(project, "north.ipynb")
    for right, wrong, word in (
        (
            'open_chapter(\\"north\\"',
            'open_chapter(\\"own_chapter\\"',
            'must be the name of the file, write "north"',
        ),
        ("# A question of our own", "A question of our own", "one English heading of level 1"),
        ("this = opened", "for x in []: this = opened", "move this to toolkit/"),
        ("## Quarter by quarter", "![](picture.png)", "no text for those who cannot see it"),
        ("## Quarter by quarter", "<img src='a.png' alt=''>", "no text for those who cannot see it"),
    ):
        assert right in good
        north.write_text(good.replace(right, wrong, 1), "utf-8")
        assert word in refused(project)
        with pytest.raises(ParameterError, match="1 problem"):
            check([north], names())
    north.write_text(good, "utf-8")
    assert check([north], names()) == 1


@pytest.mark.slow
def test_the_template_stands_in_every_report(project, root, monkeypatch, capfd):
    """A real run of two shipped chapters with one's own between them, then the same with it at the end."""
    for name in SHIPPED:
        shutil.copy(root / "notebooks" / f"{name}.ipynb", project.folder / "notebooks")
    copied(root, project, "north")
    small = project.study.read_text("utf-8").replace("customers: 8000", "customers: 1500")
    project.study.write_text(small, "utf-8")
    monkeypatch.chdir(project.folder)

    def run() -> Path:
        monkeypatch.setattr(sys, "argv", ["gradelab", "run", str(project.study), "--json", "--lang", "en"])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        assert not ended.value.code, told.err
        return project.folder / json.loads(told.out.splitlines()[-1])["run_folder"]

    named(project, f"north.ipynb, after: {SHIPPED[0]}")
    between = run()
    assert {lang: order(between, lang) for lang in TITLES} == {
        lang: [list(t), list(t)] for lang, t in TITLES.items()
    }
    manifest = json.loads((between / "manifest.json").read_text("utf-8"))
    assert "notebooks/own/north.ipynb" in json.dumps(manifest)
    facts = json.loads((between / "facts.json").read_text("utf-8"))
    text = json.dumps(facts, ensure_ascii=False)
    assert "north.active" in text and "north.each" in text

    named(project, "north.ipynb")
    last = run()
    for lang, (first, own, second) in TITLES.items():
        assert order(last, lang) == [[first, second, own]] * 2


def order(run: Path, lang: str) -> list[list[str]]:
    """Titles of the chapters as they follow each other in the HTML and in the PDF report."""
    page = (run / f"report.{lang}.html").read_text("utf-8")
    sheets = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(run / f"report.{lang}.pdf").pages)
    return [sorted(TITLES[lang], key=text.rindex) for text in (page, sheets)]
