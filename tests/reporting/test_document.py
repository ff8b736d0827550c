"""From cells to a document: tags, languages, titles, refusals."""

from __future__ import annotations

import base64

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.errors import ReportError
from toolkit.reporting import document
from toolkit.reporting.blocks import Figure, Folded, Printed, Source, Table
from toolkit.reporting.first_page import MIME
from toolkit.reporting.nodes import plain, walk

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def read(*cells, lang="zh", metadata=None, **options):
    notebook = new_notebook(cells=list(cells))
    if metadata:
        notebook.metadata["gradelab"] = metadata
    return document.read(notebook, lang, **options)


def printed(text: str, *tags: str, **metadata):
    return new_code_cell(
        "code()", metadata={"tags": list(tags), **metadata}, outputs=[new_output("stream", text=text)]
    )


def kinds(read_document) -> list[str]:
    return [block.kind for block in read_document.blocks]


def test_only_the_cells_of_the_language_are_read():
    cells = (
        new_markdown_cell("中文", metadata={"tags": ["lang-zh"]}),
        new_markdown_cell("English", metadata={"tags": ["lang-en"]}),
        new_markdown_cell("both 二者"),
    )
    assert plain(read(*cells).blocks) == "中文both 二者"
    assert plain(read(*cells, lang="en").blocks) == "Englishboth 二者"


def test_outputs_of_another_language_are_dropped_and_unmarked_ones_kept():
    outputs = [
        new_output(
            "display_data",
            data={"text/markdown": text},
            metadata={"gradelab": {"lang": lang}} if lang else {},
        )
        for text, lang in (("甲", "zh"), ("B", "en"), ("丙 C", ""))
    ]
    cell = new_code_cell("", outputs=outputs)
    assert plain(read(cell).blocks) == "甲丙 C"
    assert plain(read(cell, lang="en").blocks) == "B丙 C"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("", ["source", "printed"]),
        ("hide-input", ["source", "printed"]),
        ("remove-input", ["printed"]),
        ("remove_input", ["printed"]),
        ("remove-output", ["source"]),
        ("remove-stdout", ["source"]),
        ("remove-cell", []),
        ("parameters", []),
        ("injected-parameters", []),
        ("hide-output", ["source", "folded"]),
    ],
)
def test_tags_mean_what_jupyter_book_means(tag, expected):
    assert kinds(read(printed("out", *filter(None, [tag])))) == expected


def test_pieces_of_a_stream_are_joined_and_colours_stripped():
    outputs = [new_output("stream", text="\x1b[31mre"), new_output("stream", text="d\x1b[0m\n")]
    blocks = read(new_code_cell("", outputs=outputs)).blocks
    assert blocks == (Printed("red"),)


def test_the_best_form_of_an_output_is_chosen():
    png = base64.b64encode(PIXEL).decode()
    svg = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    forms = [
        {"image/png": png, "image/svg+xml": svg, "text/plain": "x"},
        {"image/png": png, "text/html": "<table><tr><td>1</td></tr></table>"},
        {"text/html": "<b>only html</b>", "text/plain": "HTML"},
        {"text/plain": "plain"},
    ]
    made = [
        read(new_code_cell("", outputs=[new_output("display_data", data=data)])).blocks[0] for data in forms
    ]
    assert isinstance(made[0], Figure) and made[0].mime == "image/svg+xml"
    assert isinstance(made[1], Table)
    assert made[2].kind == "paragraph" and plain(made[2]) == "only html"
    assert made[3] == Printed("plain")


def test_a_widget_leaves_nothing_behind():
    data = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "HBox()"}
    assert read(new_code_cell("", outputs=[new_output("display_data", data=data)])).blocks == ()


def test_the_title_is_stated_or_the_only_first_heading_or_the_name():
    one, two = new_markdown_cell("# 谁留下来\n\n## 节"), new_markdown_cell("# 又一章")
    plain_title = read(one)
    assert plain_title.title == "谁留下来"
    assert [(h.level, plain(h.children)) for h in plain_title.headings] == [(1, "节")]
    stated = read(one, two, metadata={"title": {"zh": "报告", "en": "Report"}})
    assert stated.title == "报告"
    assert [plain(h.children) for h in stated.headings] == ["谁留下来", "节", "又一章"]
    assert read(new_markdown_cell("无标题"), name="03_who").title == "03_who"


def test_headings_start_at_one_and_skip_no_level():
    """Source: PDF/UA-1 (ISO 14289-1) 7.4.2, heading levels descend without gaps."""
    made = read(new_markdown_cell("## a\n\n#### b\n\n### c\n\n###### d\n\n## e"), metadata={"title": "t"})
    assert [heading.level for heading in made.headings] == [1, 2, 2, 3, 1]


def test_equal_headings_get_different_anchors_and_links_find_them():
    made = read(new_markdown_cell("## 说明\n\n## 说明\n\n[去](#说明) [不](#没有)"), metadata={"title": "t"})
    assert [heading.anchor for heading in made.headings] == ["说明", "说明-2"]
    assert made.target("#%E8%AF%B4%E6%98%8E") == "说明"
    assert made.target("#没有") is None


def test_a_figure_without_words_is_refused_when_strict_and_described_otherwise():
    data = {"image/png": base64.b64encode(PIXEL).decode()}
    cells = (
        new_markdown_cell("## 留存\n\n## x"),
        new_code_cell("", outputs=[new_output("display_data", data=data)]),
    )
    with pytest.raises(ReportError) as refusal:
        read(*cells, strict=True)
    assert "1 幅图" in refusal.value.zh and "1 figure" in refusal.value.en and "“x”" in refusal.value.en
    figure = next(node for node in walk(read(*cells).blocks) if isinstance(node, Figure))
    assert figure.alt


@pytest.mark.parametrize("place", ["output", "mime", "cell"])
def test_alternative_text_is_found_wherever_jupyter_keeps_it(place):
    about = {"output": {"gradelab": {"alt": "一条线"}}, "mime": {"image/png": {"alt": "一条线"}}, "cell": {}}[
        place
    ]
    output = new_output("display_data", data={"image/png": base64.b64encode(PIXEL).decode()}, metadata=about)
    cell = new_code_cell("", outputs=[output], metadata={"alt": "一条线"} if place == "cell" else {})
    assert (
        next(node.alt for node in walk(read(cell, strict=True).blocks) if isinstance(node, Figure))
        == "一条线"
    )


def test_a_character_the_font_lacks_is_refused_with_its_place():
    cells = (new_markdown_cell("前文。"), new_markdown_cell("客户很满意😀，真的"))
    with pytest.raises(ReportError) as refusal:
        read(*cells, strict=True)
    for text in (refusal.value.zh, refusal.value.en):
        assert "😀" in text and "U+1F600" in text and "很满意" in text
    assert "😀" in plain(read(*cells).blocks)


def test_code_may_hold_any_character():
    cell = new_code_cell("x = '😀'")
    assert read(cell, strict=True).blocks == (Source("x = '😀'"),)


def test_the_front_page_is_lifted_out_of_the_flow(sample):
    made = document.read(sample, "en")
    assert made.front.word == "Pilot first" and made.front.lang == "en"
    assert len(made.front.figures) == 4
    assert "fallback" not in plain(made.blocks) and "chapter.front" not in plain(made.blocks)


@pytest.mark.parametrize(
    "payload",
    [
        {"decision": {"word": "采用", "tone": "adopt"}},
        {"decision": {"word": "采用", "tone": "green", "sentence": "好。"}},
        {
            "decision": {"word": "采用", "tone": "adopt", "sentence": "好。"},
            "evidence": [{"label": "甲", "share": 34, "class": "identified"}],
        },
        {
            "decision": {"word": "采用", "tone": "adopt", "sentence": "好。"},
            "evidence": [{"label": "甲", "share": 0.3, "class": "guessed"}],
        },
        {"decision": {"word": "采用", "tone": "adopt", "sentence": "好。"}, "figures": [{"label": "n"}] * 7},
    ],
)
def test_a_malformed_front_page_is_refused(payload):
    cell = new_code_cell("", outputs=[new_output("display_data", data={MIME: payload})])
    with pytest.raises(ReportError) as refusal:
        read(cell)
    assert refusal.value.zh and refusal.value.en


def test_pictures_come_from_the_notebook_or_its_folder_never_from_elsewhere(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a.png").write_bytes(PIXEL)
    (tmp_path / "outside.png").write_bytes(PIXEL)
    attached = new_markdown_cell("![附](attachment:b.png)")
    attached["attachments"] = {"b.png": {"image/png": base64.b64encode(PIXEL).decode()}}
    cells = (
        attached,
        new_markdown_cell("![内](a.png)"),
        new_markdown_cell("![外](../outside.png)"),
        new_markdown_cell("![网](https://example.org/x.png)"),
    )
    blocks = read(*cells, folder=tmp_path / "inside").blocks
    assert [(type(block).__name__, getattr(block, "alt", "")) for block in blocks] == [
        ("Figure", "附"),
        ("Figure", "内"),
        ("Paragraph", ""),
        ("Paragraph", ""),
    ]


def test_folded_outputs_hold_their_blocks():
    made = read(printed("long log", "hide-output"))
    assert isinstance(made.blocks[1], Folded) and made.blocks[1].blocks == (Printed("long log"),)
