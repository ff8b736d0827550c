"""A run whose chapters contradict its facts ends without a report. Expected: both planted by hand."""

from __future__ import annotations

import pytest

from toolkit.errors import ReportError
from toolkit.run.rooms import rooms

SHOW = (
    "from IPython.display import Markdown, display\n"
    "display(Markdown('[{}](#fact:verdict)'), metadata={{'gradelab': {{'lang': 'zh', 'kind': 'text'}}}})\n"
    "display(Markdown('[{}](#fact:verdict)'), metadata={{'gradelab': {{'lang': 'en', 'kind': 'text'}}}})"
)


def carried_out(project, kernels, said: str):
    """A run with the real reports: the first chapter records the verdict, the second prints it."""
    project.chapter("01_a", project.fact("01_a", verdict="keep 3"))
    project.chapter("02_b", SHOW.format(said, said))
    real = rooms()
    return project.run(kernels, merge=real.merge, render=real.render)


def test_a_chapter_that_says_its_facts_is_reported(project, kernels, manifest):
    run = carried_out(project, kernels, "keep 3")
    run.go()
    assert manifest(run.folder)["state"] == "succeeded"
    page = (run.folder / "report.zh.html").read_text("utf-8")
    assert 'data-fact="verdict"' in page and "verdict（中文）" in page


def test_a_chapter_that_contradicts_a_fact_stops_the_run(project, kernels, manifest):
    """No report is left, the manifest says why in both languages, the last good report stays the latest."""
    run = carried_out(project, kernels, "keep 4")
    with pytest.raises(ReportError) as refused:
        run.go()
    assert refused.value.exit_code == 8
    for words in (refused.value.zh, refused.value.en):
        assert all(part in words for part in ("verdict", "keep 4", "keep 3"))
    told = manifest(run.folder)
    assert told["state"] == "failed" and "keep 4" in told["reason"]["zh"] and "keep 4" in told["reason"]["en"]
    assert not list(run.folder.glob("report.*")) and not (run.folder.parent / "latest.json").exists()
