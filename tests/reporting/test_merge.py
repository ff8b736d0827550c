"""Chapters become one report."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from toolkit.reporting import document
from toolkit.reporting.merge import merge_chapters
from toolkit.reporting.nodes import plain


def chapter(*sources: str, **about):
    cells = [new_markdown_cell(source, id=f"same-{i}") for i, source in enumerate(sources)]
    notebook = new_notebook(cells=cells)
    notebook.metadata["gradelab"] = about
    return notebook


def outline(notebook, lang: str = "zh") -> list[tuple[int, str]]:
    return [(h.level, plain(h.children)) for h in document.read(notebook, lang).headings]


def test_each_chapter_has_one_heading_of_level_one():
    chapters = [
        chapter("# 一\n\n## 甲", "# 又一个一级"),
        chapter("## 二\n\n### 乙"),
        chapter("没有标题", title={"zh": "三", "en": "Three"}),
    ]
    merged = merge_chapters(chapters, {"title": "报告"})
    assert outline(merged) == [(1, "一"), (2, "甲"), (2, "又一个一级"), (1, "二"), (2, "乙"), (1, "三")]
    assert outline(merged, "en")[-1] == (1, "Three")


def test_cell_ids_are_unique_and_the_file_is_valid(sample):
    merged = merge_chapters([sample, sample, chapter("# 一")], {"title": "报告"})
    ids = [cell["id"] for cell in merged.cells]
    assert len(ids) == len(set(ids))
    nbformat.validate(merged)


def test_the_chapters_themselves_stay_as_they_are(sample):
    before = nbformat.writes(sample)
    merge_chapters([sample], {"title": "报告"})
    assert nbformat.writes(sample) == before


def test_the_front_page_stands_first(sample):
    merged = merge_chapters([chapter("# 一"), sample], {"title": "报告"})
    assert "report-summary" in merged.cells[0].metadata.tags
    assert document.read(merged, "zh").front.word == "先试点"


def test_a_hash_in_code_is_no_heading():
    source = "# 一\n\n```python\n# comment\n```\n\n### 甲"
    merged = merge_chapters([chapter(source)], {"title": "报告"})
    assert "\n# comment\n" in merged.cells[0].source
    assert outline(merged) == [(1, "一"), (2, "甲")]


def test_code_cells_and_metadata_are_carried_over():
    first = chapter("# 一")
    first.cells.append(new_code_cell("x", id="code"))
    first.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    merged = merge_chapters([first], {"title": {"zh": "报告"}, "simulated": True})
    assert merged.metadata.gradelab.simulated is True
    assert merged.metadata.kernelspec.name == "python3"
    assert merged.cells[-1].source == "x"
