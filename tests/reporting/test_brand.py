"""The look of a report. Expected: what a file says is shown; what could not be read or trusted is refused with its line."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell, new_notebook
from PIL import Image

from toolkit.errors import ParameterError, ReportError
from toolkit.params.problems import FileProblems
from toolkit.reporting import brand, brand_file, document, html, pdf
from toolkit.reporting.contrast import contrast
from toolkit.reporting.exporters import render_html

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}'
    '<rect width="40" height="20" fill="#7a0019"/></svg>'
)
NAMED = "name: {zh: 青禾百货, en: Qinghe Stores}\n"


@pytest.fixture
def own(tmp_path):
    """Write a brand file, perhaps with pictures beside it."""

    def write(text: str, **pictures: bytes | str) -> Path:
        for name, data in pictures.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        (tmp_path / "brand.yaml").write_text(text, "utf-8")
        return tmp_path / "brand.yaml"

    return write


def png(width=80, height=20) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (width, height), "#7a001980").save(stream, "PNG")
    return stream.getvalue()


def page(path, lang="zh") -> BeautifulSoup:
    return BeautifulSoup(html.render(read(lang), brand.load(path)), "html.parser")


def read(lang="zh"):
    notebook = new_notebook(cells=[new_markdown_cell("# 报告\n\n正文")])
    return document.read(notebook, lang, name="x")


def refused(path) -> FileProblems:
    with pytest.raises(FileProblems) as refusal:
        brand.load(path)
    return refusal.value


def test_the_file_of_the_project_is_the_built_in_look(root):
    """What an analyst finds there and leaves alone changes nothing."""
    assert brand.load(root / brand.PLACE) == brand.load()


def test_the_papers_are_those_of_the_style_sheet():
    """Contrast is held against the ground that is really there."""
    sheet = (brand.TEMPLATE / "style.css").read_text("utf-8")
    assert re.findall(r"--paper: (#\w{6})", sheet) == [*brand_file.PAPERS.values()]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#ff0000", "#ffffff", 4.0),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_that_of_the_guidelines(one, other, expected):
    """White on black is 21; pure red on white 4.0 and #767676 4.54 are the examples everybody gives."""
    assert contrast(one, other) == contrast(other, one) == pytest.approx(expected, abs=0.005)


def test_colours_and_imprint_are_shown(own):
    found = page(own('accent: {light: "#7a0019", dark: "#ff9aa8"}\nimprint: {zh: 青禾百货策略部}\n'))
    assert "--accent:#7a0019" in found.style.string and "--accent:#ff9aa8" in found.style.string
    assert "青禾百货策略部" in found.footer.get_text()


def test_a_name_stands_above_the_title_and_becomes_the_words_of_the_logo(own):
    """In the language of the reader; never twice."""
    [mark] = page(own(NAMED)).select(".masthead .mark")
    assert mark.get_text() == "青禾百货" and not mark.img
    [mark] = page(own(NAMED + "logo: a.svg", a_svg=SVG.format("")), "en").select(".masthead .mark")
    assert mark.get_text(strip=True) == "" and mark.img["alt"] == "Qinghe Stores"
    assert mark.img["src"].startswith("data:image/svg+xml;base64,") and "plated" in mark["class"]
    assert not page(None).select(".mark")


def test_a_second_logo_is_for_dark_screens_only(own):
    """Not for a print from a dark desktop."""
    path = own(NAMED + "logo: {light: a.svg, dark: b.png}", a_svg=SVG.format(""), b_png=png())
    [mark] = page(path).select(".mark")
    assert mark.source["media"] == "screen and (prefers-color-scheme: dark)"
    assert mark.source["srcset"].startswith("data:image/png;base64,") and " " not in mark.source["srcset"]
    assert "plated" not in mark["class"]


@pytest.mark.parametrize("logo", ["a.svg", "a.png"])
def test_the_cover_of_the_pdf_has_the_logo_with_its_words(own, logo):
    path = own(NAMED + f"logo: {logo}", a_svg=SVG.format(""), a_png=png())
    sheet = pdf.render(read("en"), brand.load(path))
    assert sheet == pdf.render(read("en"), brand.load(path))
    assert "Qinghe Stores" in alternatives(sheet) and "Qinghe Stores" not in alternatives(
        pdf.render(read(), brand.load())
    )


def alternatives(sheet: bytes) -> list[str]:
    """Alternative texts of a tagged PDF."""
    with pikepdf.open(io.BytesIO(sheet)) as opened:
        return [
            str(one["/Alt"])
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]


@pytest.mark.parametrize(
    ("text", "line", "zh", "en"),
    [
        ('\naccent: "#7a00"', 2, "#rrggbb", "#rrggbb"),
        ("ink: #1f4e79", 1, "会被当作注释", "is a comment"),
        ("ink:\n  light: red\n  dark: '#ffffff'", 2, "#rrggbb", "#rrggbb"),
        ("ink: {light: '#111111'}", 1, "必须填写", "required"),
        ("\n\ncolour: 1", 3, "没有这一项", "no such key"),
        ("tones: {maybe: '#000000'}", 1, "adopt、keep", "adopt, keep"),
        ("ink: {light: '#949494', dark: '#ffffff'}", 1, "对比度是 3.03，至少要 4.5", "is 3.03, at least 4.5"),
        ("ink: {light: '#000000', dark: '#555555'}", 1, "更浅的颜色", "a lighter colour"),
        ("tones:\n  adopt: {light: '#cccccc', dark: '#ffffff'}", 2, "至少要 3，", "at least 3 "),
        ("imprint: 青禾", 1, "一组内容", "block of"),
        (NAMED + "logo: a.svg", 2, "没有这个文件", "no such file"),
        (NAMED + "logo: a.gif", 2, ".svg 或 .png", ".svg or .png"),
        (NAMED + "logo:\n  dark: b.png", 2, "必须有 light", "needs light"),
        ("logo: b.png", 1, "必须写名称", "needs the name"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_in_both_languages(own, text, line, zh, en):
    """A grey #949494 on white has a contrast of 3.03, as the published calculators say."""
    found = refused(own(text, b_png=png()))
    assert found.problems[0].line == line and found.exit_code == 3
    assert zh in found.zh and en in found.en


def test_a_verdict_in_large_type_may_be_paler_than_text(own):
    """3.03 is enough for a large word and not for text."""
    shade = "{light: '#949494', dark: '#ffffff'}"
    assert brand.load(own(f"tones: {{adopt: {shade}}}")).tones["adopt"].light == "#949494"
    refused(own(f"neutral: {shade}"))


@pytest.mark.parametrize("text", [b"accent: [", b"imprint: \xff", b"ink: '#000000'\nink: '#000000'"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path, text):
    (tmp_path / "brand.yaml").write_bytes(text)
    with pytest.raises(ParameterError) as found:
        brand.load(tmp_path / "brand.yaml")
    assert found.value.zh and found.value.en


@pytest.mark.parametrize(
    ("inside", "zh"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<animate/>", "<animate>"),
        ('<image href="data:image/png;base64,xx"/>', "<image>"),
        ('<x:div xmlns:x="http://www.w3.org/1999/xhtml"/>', "<div>"),
        ('<path onload="alert(1)"/>', "脚本（onload）"),
        ('<use xlink:href="https://example.org/a.svg#a"/>', "图外"),
        ('<path fill="url(https://example.org/a)"/>', "图外"),
        ("<path style=\"fill:URL( '//example.org/a')\"/>", "图外"),
        ("<style>@import 'a.css';</style>", "图外"),
        ("<text>青禾</text>", "转为路径"),
        ("<g>", "完好的 SVG"),
    ],
)
def test_a_drawing_that_runs_asks_or_speaks_is_refused(own, inside, zh):
    assert zh in refused(own(NAMED + "logo: a.svg", a_svg=SVG.format(inside))).zh


@pytest.mark.parametrize("inside", ['<defs><g id="a"/></defs><use xlink:href="#a"/>', "<style>.a{fill:#123456}</style>",
                                    '<path fill="url(#a)"/>'])  # fmt: skip
def test_a_still_drawing_is_taken(own, inside):
    assert brand.load(own(NAMED + "logo: a.svg", a_svg=SVG.format(inside))).logo


@pytest.mark.parametrize(
    ("data", "zh"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format(""), "DOCTYPE"),
        ("<?xml-stylesheet href='a.css'?>" + SVG.format(""), "样式表"),
        ("<html/>", "不是 SVG"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "看不出标志的大小"),
        (SVG.format("").replace("40 20", "400 20"), "20.0 倍"),
        (SVG.format("<desc>" + "x" * 200_000 + "</desc>"), "最多 200 KB"),
    ],
)
def test_a_file_that_cannot_be_a_logo_is_refused(own, data, zh):
    assert zh in refused(own(NAMED + "logo: a.svg", a_svg=data)).zh


def test_a_bitmap_must_be_whole_and_of_a_size_that_fits(own):
    broken = bytearray(png())
    broken[40] ^= 255
    for data, zh in (
        (b"GIF89a", "完好的 PNG"),
        (bytes(broken), "完好的 PNG"),
        (png(4001, 1000), "4000"),
        (png(10, 40), "0.2 倍"),
    ):
        assert zh in refused(own(NAMED + "logo: a.png", a_png=data)).zh
    assert brand.load(own(NAMED + "logo: a.png", a_png=png())).logo.light.data == png()


def test_a_name_that_the_font_cannot_draw_is_refused_where_the_report_is_made(own, tmp_path):
    path = own('imprint: {zh: "\U0001f600"}\n')
    with pytest.raises(ReportError) as found:
        render_html(new_notebook(cells=[new_markdown_cell("x")]), "zh", tmp_path / "a.html", brand=str(path))
    assert "U+1F600" in found.value.zh and not (tmp_path / "a.html").exists()
