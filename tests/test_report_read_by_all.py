"""The report of a whole run as its readers meet it: on a desk, a phone and paper, by keyboard, by voice, by night."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow

LANGS = ("zh", "en")
TONGUES = {"zh": "zh-CN", "en": "en"}
MOST_BYTES, FIGURES = 2_000_000, 20


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory) -> Path:
    """A run of the demo on 1,500 customers."""
    project = tmp_path_factory.mktemp("read")
    for part in ("params", "notebooks"):
        shutil.copytree(root / part, project / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    study = project / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    words = ["run", "params/studies/demo.yaml", "--json", "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return project / json.loads(done.stdout.strip().splitlines()[-1])["run_folder"]


@pytest.fixture(scope="module", params=LANGS)
def lang(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(folder, lang) -> Path:
    return folder / f"report.{lang}.html"


@pytest.fixture(scope="module")
def sheet(folder, lang) -> Path:
    return folder / f"report.{lang}.pdf"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_by_day_or_night(driver, browsing, axe, page, scheme):
    """Source: the rules of axe-core, WCAG 2.2 A and AA among them."""
    browsing.show(driver, page.as_uri(), scheme=scheme)
    assert browsing.violations(driver, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_has_no_serious_barrier(driver, browsing, axe, folder, scheme):
    browsing.show(driver, (folder.parents[2] / "index.html").as_uri(), scheme=scheme)
    assert browsing.violations(driver, axe) == [] and browsing.skipped_levels(driver) == []


def test_the_checker_sees_a_barrier(driver, browsing, axe, tmp_path):
    """A picture without words and grey words on grey; so that silence means something."""
    bad = tmp_path / "bad.html"
    bad.write_text('<html lang="en"><title>t</title><main><h1>t</h1><h3>x</h3><img src="data:,"><p style="color:#bbb;background:#fff">hardly to be read</p></main>', "utf-8")  # fmt: skip
    browsing.show(driver, bad.as_uri())
    found = " ".join(browsing.violations(driver, axe))
    assert "image-alt" in found and "color-contrast" in found
    assert browsing.skipped_levels(driver) == ["h3 after h1: x"]


def test_only_the_file_is_asked_for_and_nothing_is_complained_of(driver, browsing, page):
    browsing.show(driver, page.as_uri())
    assert browsing.requests(driver) == {page.as_uri()} and driver.get_log("browser") == []


def test_anchors_are_unique_and_headings_leave_no_gap(driver, browsing, page):
    browsing.show(driver, page.as_uri())
    assert driver.execute_script(browsing.BROKEN) == []
    assert browsing.skipped_levels(driver) == []
    assert len(driver.execute_script("return [...document.querySelectorAll('h1')]")) == 1


def test_the_keyboard_begins_with_the_way_past_the_contents(driver, browsing, page):
    """First stop: the link that skips to the text; then the contents from top to bottom; nothing traps."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browsing.show(driver, page.as_uri())
    assert browsing.visited(driver, 1) == ["skip"]
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert driver.execute_script("return document.activeElement.id") == "text"
    browsing.show(driver, page.as_uri())
    browsing.visited(driver, 1)
    links = [one.get_attribute("href") for one in driver.find_elements(By.CSS_SELECTOR, ".contents a")]
    reached = []
    while len(reached) < len(links) + 20:
        browsing.visited(driver, 1)
        reached.append(driver.execute_script("return document.activeElement.href || ''"))
        if reached[-1] == links[-1]:
            break
    assert [one for one in reached if one in links] == links


def test_the_page_says_which_language_it_speaks(page, lang):
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert soup.html["lang"] == TONGUES[lang]
    others = {one["lang"] for one in soup.select("[lang]")} - {TONGUES[lang]}
    assert others <= set(TONGUES.values())
    assert soup.title.get_text().strip()


def test_a_phone_shows_decision_and_key_figures_on_its_first_screen(driver, browsing, page):
    """390 by 844 points, the usual phone: the word, the sentence and four key figures without scrolling, nothing sideways."""
    browsing.show(driver, page.as_uri(), browsing.PHONE)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= browsing.PHONE
    assert driver.execute_script(browsing.OUTSIDE) == []
    ends = driver.execute_script(
        "return [...document.querySelectorAll('.verdict .sentence, .cards li:nth-child(-n+4) .value')]"
        ".map(e => e.getBoundingClientRect().bottom)"
    )
    assert len(ends) == 5 and max(ends) <= browsing.FIRST_SCREEN, ends


def test_paper_shows_no_code_and_nothing_folded(driver, browsing, page):
    browsing.show(driver, page.as_uri(), media="print")
    assert browsing.unseen(driver, "details, summary, .code-switch, .skip, .source")
    assert driver.execute_script(
        "return [...document.querySelectorAll('main img')].every(e => e.getClientRects().length)"
    )


def test_the_page_is_small_with_all_its_figures(page):
    assert page.read_text("utf-8").count("<img ") >= FIGURES
    assert page.stat().st_size < MOST_BYTES


def test_the_tags_of_the_pdf_are_complete(sheet, structure):
    assert structure.faults(sheet) == []


def test_bookmarks_are_the_headings(sheet, page, structure):
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    headings = [
        structure.squeezed(one.get_text())
        for one in soup.select("main h2, main h3, main h4, main h5, main h6")
    ]
    assert structure.bookmarks(sheet) == headings and len(headings) > 30


def test_no_table_loses_a_row(sheet, page, structure):
    """Rows and cells of every table, and the first cell of every row in the order of the text."""
    told = structure.tables_of_page(page.read_text("utf-8"))
    assert len(told) > 40
    assert structure.tables(sheet) == [(len(rows), sum(map(len, rows))) for rows in told]
    said, at = structure.text(sheet), 0
    for rows in told:
        for first, *_ in rows:
            found = said.find(first, at)
            assert found >= 0, first
            at = found


def test_page_one_of_the_pdf_is_one_sheet(sheet, structure):
    """The rule stands at its foot, the contents begin on the next sheet."""
    import pypdf

    pages = [structure.squeezed(one.extract_text()) for one in pypdf.PdfReader(sheet).pages[:3]]
    rule, contents = {"zh": ("事先约定的规则", "目录"), "en": ("Theruleagreedbeforehand", "Contents")}[
        sheet.name.split(".")[1]
    ]
    assert rule in pages[0] and contents not in pages[0] and contents in pages[1]
