"""The HTML file: alone, legible, escaped, the same twice."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections import Counter
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.errors import ReportError
from toolkit.reporting import brand, document, html, svg
from toolkit.reporting.exporters import GradelabHTMLExporter

LIMIT = 2_000_000


@pytest.fixture(scope="module")
def soups(pages):
    return {lang: BeautifulSoup(page, "html.parser") for lang, page in pages.items()}


@pytest.fixture(params=["zh", "en"])
def soup(request, soups):
    return soups[request.param]


def test_nothing_in_the_file_asks_the_network(soup, pages):
    """Every loading attribute is a data address; web addresses may only be links a reader clicks."""
    for name in ("src", "srcset", "data", "poster", "background", "action"):
        assert all(str(tag[name]).startswith("data:") for tag in soup.find_all(attrs={name: True}))
    assert not soup.find_all(["link", "iframe", "object", "embed", "base"])
    for page in pages.values():
        assert "@import" not in page
        addresses = re.findall(r"url\(([^)]*)\)", page)
        assert all(address.startswith(("data:", "#hatch", "%23")) for address in addresses)


def test_the_policy_forbids_all_but_what_is_inside(soup):
    """Source: Content Security Policy Level 3, hash sources."""
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["img-src"] == rules["font-src"] == "data:"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        found = soup.find_all(tag)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].string.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not soup.find_all(style=True), "style attributes would be blocked"
    assert not [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


def test_ids_are_unique_and_every_inner_link_arrives(soup):
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    assert max(ids.values()) == 1
    targets = [tag["href"][1:] for tag in soup.find_all("a", href=re.compile("^#"))]
    assert targets and set(targets) <= set(ids)


def test_the_contents_list_the_headings(soups):
    links = soups["zh"].select("nav.contents a")
    assert [link.get_text() for link in links] == ["谁留下来", "分等级的留存"]
    assert [h["id"] for h in soups["zh"].select("main h4")] == ["说明", "说明-2"]


def test_names_and_dollars_stay_text(soup):
    cells = [cell.get_text() for cell in soup.find_all("td")]
    assert cells.count("<script>alert(1)</script>") == 2 and cells.count("$x_1$") == 2
    assert "alert(1)" not in "".join(script.string for script in soup.find_all("script"))


def test_every_picture_has_words_and_a_caption(soup):
    pictures = soup.find_all("img")
    assert pictures and all(picture.get("alt", "").strip() for picture in pictures)
    assert soup.find("figcaption").get_text().startswith(("图 1", "Figure 1"))


def test_tables_have_scopes_captions_and_a_box_of_their_own(soup):
    for table in soup.find_all("table"):
        assert all(th.get("scope") in ("col", "row", "colgroup", "rowgroup") for th in table.find_all("th"))
        assert "box" in table.parent["class"] and table.parent["tabindex"] == "0"
    assert sum(1 for table in soup.find_all("table") if table.caption) == 2


def test_no_row_of_a_long_table_is_lost(soup):
    text = soup.get_text()
    assert all(f"K{i:04d}" in text for i in range(220))


def test_formulas_are_mathml(soup):
    formulas = soup.find_all("math")
    assert len(formulas) == 4
    assert formulas[0]["display"] == "block"


def test_the_page_says_its_language_and_that_it_is_simulated(soups):
    assert soups["zh"].html["lang"] == "zh-CN" and soups["en"].html["lang"] == "en"
    assert soups["zh"].select_one(".simulated").get_text().startswith("模拟数据")
    assert soups["en"].select_one(".simulated").get_text().startswith("Simulated data")
    assert "English" not in soups["zh"].get_text() and "谁留下来" not in soups["en"].get_text()


def test_page_one_says_everything_before_the_contents(soups):
    front = soups["zh"].select_one("section.front")
    for words in (
        "先试点",
        "+0.8个百分点",
        "34%",
        "竞争对手的反应",
        "降级通知",
        "2,400",
        "上一季度",
        "只有当",
    ):
        assert words in front.get_text()
    assert "tone-pilot" in front.select_one(".verdict")["class"]
    assert front.find_next("nav") is not None and front.find_previous("nav") is None


def test_code_is_folded_and_parameters_are_gone(soup):
    folded = soup.find_all("details", class_="source")
    assert folded and not any(cell.has_attr("open") for cell in folded)
    text = soup.get_text()
    assert "quarter = " not in text and "secret" not in text and "never seen" not in text
    assert soup.select_one("button.code-switch")["aria-pressed"] == "false"


def test_the_embedded_fonts_draw_every_character_of_the_page(soup, pages):
    page = pages["zh" if soup.html["lang"] == "zh-CN" else "en"]
    faces = re.findall(
        r"font-family:'Report Sans';font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]*)\)", page
    )
    assert [weight for weight, _ in faces] == ["400", "700"]
    for math in soup.find_all("math"):
        math.decompose()
    wanted = {ord(c) for c in soup.get_text() + soup.title.string if not c.isspace()}
    for _, data in faces:
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            assert wanted <= set(font.getBestCmap())


def test_the_same_notebook_gives_the_same_bytes(sample, pages):
    again, _ = GradelabHTMLExporter(lang="zh", strict=True).from_notebook_node(sample)
    assert again == pages["zh"]


def test_twenty_figures_stay_under_two_megabytes(sample):
    figure = next(cell for cell in sample.cells if "charts.retention" in cell.source)
    notebook = new_notebook(cells=[NotebookNode({**figure, "id": f"f{i}"}) for i in range(20)])
    page, _ = GradelabHTMLExporter(lang="zh").from_notebook_node(notebook)
    assert page.count("<img ") == 20
    assert len(page.encode()) < LIMIT


def test_a_notebook_of_anybody_renders():
    cells = [
        new_markdown_cell("Only a line."),
        new_code_cell(
            "1/0", outputs=[new_output("error", ename="E", evalue="x", traceback=["\x1b[31mboom\x1b[0m"])]
        ),
    ]
    page, resources = GradelabHTMLExporter().from_notebook_node(
        new_notebook(cells=cells), {"metadata": {"name": "my_note", "path": ""}}
    )
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1.get_text() == "my_note" and "boom" in soup.get_text()
    assert soup.find("nav") is None and resources["output_extension"] == ".html"


def test_markup_in_titles_and_captions_is_text():
    evil = "</title><script>alert(1)</script>"
    notebook = new_notebook(cells=[new_markdown_cell("## x\n\n## y")])
    notebook.metadata["gradelab"] = {
        "title": evil,
        "company": evil,
        "subtitle": evil,
        "run_id": evil,
        "date": evil,
    }
    page = html.render(document.read(notebook, "zh"), brand.load())
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1.get_text() == evil and soup.title.get_text().startswith(evil)
    assert not soup.find_all("script")


def test_a_company_may_bring_its_own_colours(tmp_path):
    own = tmp_path / "brand.yaml"
    own.write_text('accent: {light: "#7a0019", dark: "#ff9aa8"}\nimprint: {zh: "青禾百货策略部"}\n', "utf-8")
    page = html.render(document.read(new_notebook(cells=[new_markdown_cell("x")]), "zh"), brand.load(own))
    assert "--accent:#7a0019" in page and "青禾百货策略部" in page


def test_a_page_too_large_for_mail_is_refused_in_both_languages(sample, monkeypatch):
    """The promise is two megabytes for twenty figures; nobody can open a page of a hundred on a phone."""
    monkeypatch.setattr(html, "MOST_BYTES", 50_000)
    with pytest.raises(ReportError) as refused:
        GradelabHTMLExporter(lang="en").from_notebook_node(sample)
    for words in (refused.value.zh, refused.value.en):
        assert re.search(r"\d\.\d MB", words) and "Gold customers stay longest" in words


def test_a_drawing_keeps_every_stroke_and_loses_its_comments():
    """The numbers of each path are the same, in the same order; comments, which may quote names, are gone."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot(range(400), [n**0.5 for n in range(400)])
    stream = io.StringIO()
    figure.savefig(stream, format="svg")
    drawn = stream.getvalue()
    address = unquote(svg.address(drawn.encode()))
    numbers = [
        re.findall(r"[-\d.]+", " ".join(re.findall(r"\sd=[\"']([^\"']*)", text))) for text in (drawn, address)
    ]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 500
    assert "<!--" in drawn and "<!--" not in address and len(address) < len(drawn)
