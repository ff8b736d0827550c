"""Every quoted figure leads to the table in which it stands. Expected: written by hand, in both languages."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdf
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.reporting import document
from toolkit.reporting.blocks import Heading, Table
from toolkit.reporting.exporters import GradelabHTMLExporter, GradelabPDFExporter
from toolkit.reporting.first_page import MIME
from toolkit.reporting.nodes import plain

FACTS = {
    "net": {"unit": "money", "zh": "净值", "en": "net value", "table": "comparison",
            "text": {"zh": "+¥52.6 万", "en": "+¥526,000"}},
    "moved": {"unit": "customers", "zh": "变动客户", "en": "switchers", "table": "movers",
              "text": {"zh": "796 位客户", "en": "796 customers"}},
    "gap": {"unit": "points_share", "zh": "差距", "en": "gap", "text": {"zh": "+2.0 个百分点", "en": "+2.0 pp"},
            "interval": {"zh": "95% 区间 +1.0 个百分点至 +3.0 个百分点", "en": "95% interval +1.0 pp to +3.0 pp"}},
}  # fmt: skip
SAID = {
    "zh": '净值 [+¥52.6 万](#fact:net)，差距 [+2.0 个百分点](#fact:gap)（<span data-fact="gap">95% 区间 +1.0 个百分点至 +3.0 个百分点</span>）。',
    "en": 'The net value is [+¥526,000](#fact:net), the gap [+2.0 pp](#fact:gap) (<span data-fact="gap">95% interval +1.0 pp to +3.0 pp</span>).',
}
MORE = {"zh": "有 [796 位客户](#fact:moved) 变动。", "en": "[796 customers](#fact:moved) move."}
CAPTIONS = {"comparison": {"zh": "比较", "en": "Comparison"}, "movers": {"zh": "谁变动", "en": "Who moves"}}
WORDS = {"zh": ("表", "文中引用的数字"), "en": ("Table", "Figures quoted in the text")}


def output(data: dict, lang: str, kind: str, **about):
    return new_output("display_data", data=data, metadata={"gradelab": {"lang": lang, "kind": kind, **about}})


def said(lang: str, text: dict[str, str]):
    return output({"text/markdown": text[lang]}, lang, "text", facts=FACTS)


def table(lang: str, id: str):
    html = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>+¥526,000</td></tr></tbody></table>"
    return output({"text/html": html}, lang, "table", id=id, caption=CAPTIONS[id][lang])


def front(lang: str):
    page = {
        "lang": lang,
        "decision": {"word": "采用", "tone": "adopt", "sentence": SAID[lang]},
        "figures": [{"id": "net", "label": "净值", "value": SAID[lang].split("，" if lang == "zh" else ",")[0]}],
    }  # fmt: skip
    return output({MIME: page}, lang, "front", facts=FACTS)


def report(*, hidden: bool = False, page_one: bool = False):
    """Two chapters; the first shows the table of one fact, perhaps folded; nothing shows the others."""
    each = ("zh", "en")
    cells = [
        new_markdown_cell("# 应当怎么办", metadata={"tags": ["lang-zh"]}),
        new_markdown_cell("# What should we do?", metadata={"tags": ["lang-en"]}),
        new_code_cell("say()", outputs=[said(lang, SAID) for lang in each]),
        new_code_cell(
            "table()",
            outputs=[table(lang, "comparison") for lang in each],
            metadata={"tags": ["hide-output"] if hidden else []},
        ),
        new_markdown_cell("# 谁会变动", metadata={"tags": ["lang-zh"]}),
        new_markdown_cell("# Who moves?", metadata={"tags": ["lang-en"]}),
        new_code_cell("say()", outputs=[said(lang, MORE) for lang in each]),
    ]
    if page_one:
        cells.insert(0, new_code_cell("front()", outputs=[front(lang) for lang in each]))
    return new_notebook(cells=cells)


def page(lang: str, **how) -> BeautifulSoup:
    return BeautifulSoup(GradelabHTMLExporter(lang=lang).from_notebook_node(report(**how))[0], "html.parser")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page_one", [False, True])
def test_every_link_leads_to_the_row_or_table_that_shows_the_figure(lang, page_one):
    soup = page(lang, page_one=page_one)
    found = {link["data-fact"]: link for link in soup.select("a.fact")}
    assert set(found) == {"net", "gap", "moved"}
    shown = {id: soup.find(id=link["href"].removeprefix("#")) for id, link in found.items()}
    assert shown["net"].find("caption").get_text().startswith(f"{WORDS[lang][0]} 1")
    assert "+¥526,000" in shown["net"].get_text()
    for id in ("gap", "moved"):
        row = shown[id].find_parent("tr").get_text()
        assert FACTS[id][lang] in row and FACTS[id]["text"][lang] in row and id in row
    assert FACTS["gap"]["interval"][lang] in shown["gap"].find_parent("tr").get_text()
    assert len(soup.select("[id]")) == len({tag["id"] for tag in soup.select("[id]")})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_closing_table_holds_what_no_table_shows_and_is_numbered(lang):
    """Grouped by the chapter that quotes first; headed, captioned and counted like the others."""
    read = document.read(report(), lang)
    heading, closing = read.blocks[-2:]
    assert isinstance(heading, Heading) and plain(heading.children) == WORDS[lang][1]
    assert isinstance(closing, Table) and closing.number == 2 and closing.caption and closing.note
    chapters = {"zh": ["应当怎么办", "谁会变动"], "en": ["What should we do?", "Who moves?"]}[lang]
    assert [plain(row[0].children) for row in closing.body] == [
        chapters[0],
        FACTS["gap"][lang],
        chapters[1],
        FACTS["moved"][lang],
    ]


def test_a_report_whose_tables_show_everything_has_no_closing_table():
    notebook = report()
    notebook.cells = notebook.cells[:2] + notebook.cells[3:4]
    assert [block.kind for block in document.read(notebook, "en").blocks] == ["source", "table"]


def test_a_folded_table_is_no_home():
    """The PDF leaves it out, and in HTML a reader would land on nothing to see."""
    assert "net" in {
        tag["data-fact"] for tag in page("en", hidden=True).select("a.fact") if "fact.net" in tag["href"]
    }
    GradelabPDFExporter(lang="en").from_notebook_node(report(hidden=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_names_the_table_and_every_link_resolves(lang):
    data, _ = GradelabPDFExporter(lang=lang).from_notebook_node(report(page_one=True))
    text = re.sub(
        r"[\s\u2060]+", "", "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(data)).pages)
    )
    word = WORDS[lang][0]
    ends = {"zh": f"）。{word}1·{word}2", "en": f").{word}1·{word}2"}[lang]
    assert text.count(ends) == 2, "on page one and in the chapter, each table once"
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {one.objgen for one in pdf.pages}
        links = [a for one in pdf.pages for a in one.get("/Annots", []) if a.Subtype == "/Link"]
        named = destinations(pdf)
        goals = [a.get("/Dest", a.get("/A", {}).get("/D")) for a in links if "/URI" not in a.get("/A", {})]
        reached = [named[str(goal)] if not isinstance(goal, pikepdf.Array) else goal for goal in goals]
        assert len(reached) >= 9 and all(goal[0].objgen in pages for goal in reached)


def destinations(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Array]:
    """Named places of a PDF."""
    tree = pdf.Root.get("/Names", {}).get("/Dests")
    if tree is None:
        return {}
    return {name: goal.get("/D", goal) if isinstance(goal, pikepdf.Dictionary) else goal
            for name, goal in pikepdf.NameTree(tree).items()}  # fmt: skip


def test_links_of_headings_keep_their_colour_and_anchors_of_tables_stay_apart():
    """A chapter called “table.comparison” would otherwise take the place of the table."""
    notebook = report()
    notebook.cells.insert(0, new_markdown_cell("# table.comparison"))
    read = document.read(notebook, "en")
    assert read.homes["net"].anchor == "table.comparison"
    assert "table.comparison" not in {heading.anchor for heading in read.headings}
