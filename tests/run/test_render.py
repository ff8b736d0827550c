"""Reports made anew. Expected: the run's own bytes, no chapter run, the run untouched, plain refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolkit.cli import main
from toolkit.errors import ReportError, UsageError
from toolkit.reporting.brand import PLACE, brand_files
from toolkit.run.files import Places
from toolkit.run.render import render
from toolkit.run.rooms import rooms
from toolkit.run.signing import sign, signatures

RED = 'accent: {light: "#7a0019", dark: "#ff9aa8"}\nink: {light: "#330000", dark: "#ffffff"}\n'
HEADING = "from IPython.display import Markdown, display\ndisplay(Markdown('正文 text'))"


@pytest.fixture
def real():
    """Merging and rendering as a run does it."""

    def made(look=None) -> dict:
        found = rooms(look)
        return {"merge": found.merge, "render": found.render, "fonts": found.fonts}

    return made


@pytest.fixture
def again(project):
    """Render a run anew with real rooms."""

    def call(run: Path, look: Path | None = None, **wanted):
        return render(run, rooms(look), brand_files(look), Places(project.folder), **wanted)

    return call


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def brand(project, text: str) -> Path:
    path = project.folder / PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_the_same_run_gives_the_same_bytes_and_is_not_touched(project, kernels, real, again):
    """HTML and PDF in both languages, from the folder alone; also when its reports bear the run that first made them."""
    project.chapter("01_a", HEADING, project.fact("01_a", verdict="keep"))
    first = project.run(kernels, **real())
    first.go()
    second = project.run(kernels, **real())
    second.go()
    sign(second.folder, "analyst", "李雷")
    shutil.rmtree(project.folder / "params")
    shutil.rmtree(project.folder / "notebooks")
    before = everything(second.folder)
    found = again(second.folder)
    assert sorted(found.files) == [
        f"report.{lang}.{kind}" for lang in ("en", "zh") for kind in ("html", "pdf")
    ]
    for name, path in found.files.items():
        assert path.read_bytes() == (second.folder / name).read_bytes()
        assert not path.is_relative_to(second.folder)
    assert {label.en for label in found.compared.values()} == {
        "the same as the run left"
    } and not found.traced
    assert everything(second.folder) == before and signatures(second.folder)[0].valid


def test_another_look_is_said(project, kernels, real, again):
    """The reports differ, and why is told."""
    project.chapter("01_a", HEADING)
    run = project.run(kernels, **real())
    run.go()
    found = again(run.folder, brand(project, RED), to=project.folder / "new")
    assert (project.folder / "new" / "report.en.html").read_text("utf-8").count("#7a0019")
    assert {label.en for label in found.compared.values()} == {"not the same as the run left"}
    told = "\n".join(found.lines("zh", str))
    assert "与运行留下的不同" in told and "样式 reports/template/brand.yaml: – →" in told


def test_only_what_was_asked_for(project, kernels, again):
    project.chapter("01_a", HEADING)
    run = project.run(kernels)
    run.go()
    assert [*again(run.folder, lang="en").files] == ["report.en.html", "report.en.pdf"]
    assert [*again(run.folder, lang="zh", kind="pdf").files] == ["report.zh.pdf"]
    with pytest.raises(UsageError, match=r"report\.zh\.html"):
        again(run.folder, lang="fr")


def test_a_run_that_failed_after_its_chapters_can_be_rendered(project, kernels, again):
    """What broke was the report; the executed chapters are there."""

    def broken(notebook, lang, kind, target):
        raise ReportError(zh="坏了", en="broken")

    project.chapter("01_a", HEADING)
    run = project.run(kernels, render=broken)
    with pytest.raises(ReportError):
        run.go()
    found = again(run.folder, kind="html")
    assert {label.zh for label in found.compared.values()} == {"运行没有留下"}
    assert "正文" in found.files["report.zh.html"].read_text("utf-8")


def test_a_run_whose_chapters_failed_is_refused(project, kernels, again):
    """With the chapter that is missing, and what to do."""
    project.chapter("01_a", HEADING)
    project.chapter("02_b", "1 / 0")
    run = project.run(kernels)
    with pytest.raises(Exception, match="ZeroDivision"):
        run.go()
    with pytest.raises(UsageError, match=r"1 chapter\(s\).*02_b\.ipynb") as refused:
        again(run.folder)
    assert "1 章没有跑完" in refused.value.zh


def test_a_missing_or_damaged_notebook_is_refused(project, kernels, again):
    project.chapter("01_a", HEADING)
    run = project.run(kernels)
    run.go()
    for damage in ("{", "[]", "{}", None):
        notebook = run.folder / "notebooks" / "01_a.ipynb"
        notebook.unlink() if damage is None else notebook.write_text(damage)
        with pytest.raises(UsageError, match=r"notebooks/01_a\.ipynb"):
            again(run.folder)
    assert not (run.folder.parent / "rendered").exists()


def test_nothing_is_written_into_any_run(project, kernels, again):
    """Neither into this run nor into another, nor below one."""
    project.chapter("01_a", HEADING)
    run = project.run(kernels)
    run.go()
    for inside in (run.folder, run.folder / "tables" / "new"):
        with pytest.raises(UsageError, match="inside the run folder"):
            again(run.folder, to=inside)


def test_the_command_names_the_files(project, kernels, real, monkeypatch, capsys):
    """In the project of the run, with its look; a fault in the look is refused before anything is written."""
    project.chapter("01_a", HEADING)
    run = project.run(kernels, **real())
    run.go()
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("GRADELAB_LANG", "en")

    def call(*words) -> int:
        monkeypatch.setattr("sys.argv", ["gradelab", "render", "demo/2026Q3", *words])
        try:
            main()
        except SystemExit as ended:
            return ended.code or 0
        return 0

    assert call("--lang", "zh", "--format", "html") == 0
    out = capsys.readouterr().out
    assert f"rendered/{run.folder.name}/report.zh.html  the same as the run left" in out
    brand(project, "accent: '#eeeeee'")
    assert call("--to", "other") == 3 and "contrast" in capsys.readouterr().err
    assert not (project.folder / "other").exists()


def test_a_changed_colour_makes_the_reports_anew_and_nothing_else(project, kernels, manifest, real):
    """Chapters, data and facts are reused; the record holds the look by digest, and says why."""
    project.chapter("01_a", HEADING, project.fact("01_a", verdict="keep"))
    path = brand(project, RED)
    first = project.run(kernels, **real(path))
    first.go()
    brand(project, RED.replace("7a0019", "19007a"))
    second = project.run(kernels, **real(path))
    second.go()
    told = manifest(second.folder)
    reused = {step["id"].partition(":")[0]: bool(step["reused"]) for step in told["steps"]}
    assert reused == {"data": True, "chapter": True, "facts": True, "report": False}
    why = {step["why"]["en"] for step in told["steps"] if step["id"].startswith("report:")}
    assert why == {"the look changed: reports/template/brand.yaml"}
    assert "#19007a" in (second.folder / "report.zh.html").read_text("utf-8")
    was, now = (manifest(run.folder)["brand"] for run in (first, second))
    assert [one["file"] for one in now] == ["reports/template/brand.yaml"] and was != now


def test_the_logo_belongs_to_the_look(project, kernels, manifest, real):
    """Its bytes are part of the record and of what the reports depend on."""
    project.chapter("01_a", HEADING)
    path = brand(project, "name: {zh: 青禾, en: Qinghe}\nlogo: logo.svg\n")
    for colour in ("#7a0019", "#19007a"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path fill="{colour}" d="M0 0h4v2z"/></svg>'
        path.with_name("logo.svg").write_text(svg)
        run = project.run(kernels, **real(path))
        run.go()
    told = manifest(run.folder)
    assert [one["file"] for one in told["brand"]][1:] == ["reports/template/logo.svg"]
    assert not any(step["reused"] for step in told["steps"] if step["id"].startswith("report:"))


def test_a_fault_in_the_look_is_refused_before_anything_begins(project, kernels):
    """No kernel, no run folder."""
    brand(project, "accent: red\n")
    project.chapter("01_a", HEADING)
    with pytest.raises(Exception, match=r"brand\.yaml, line 1, accent"):
        project.run(kernels)
    assert not (project.folder / "reports" / "demo").exists()


def test_yesterdays_manifest_is_enough(project, kernels, real, again):
    """A run that was kept before looks were recorded renders in the built-in one."""
    project.chapter("01_a", HEADING)
    run = project.run(kernels, **real())
    run.go()
    path = run.folder / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    del told["brand"]
    path.write_text(json.dumps(told), "utf-8")
    assert not again(run.folder, kind="html").traced
