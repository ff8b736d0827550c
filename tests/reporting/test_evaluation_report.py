"""Tables, charts and the catalogue page of an evaluation."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import numpy as np
import pandas as pd
import pytest

from toolkit.outcomes.evaluation import COLUMNS, Evaluation
from toolkit.reporting import charts, findings, fonts, tables
from toolkit.reporting.catalogue_page import FIGURES, WORDS, catalogue_page
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence, sentences
from toolkit.terms import Label

POLICIES = 88
TITLES = {"p00": Label("现行办法 <甲>", "In force <a>"), "p01": Label("加权评分", "Weighted score")}


def row(policy: str, seed: int, **known: float) -> dict:
    """A row with plausible figures."""
    drawn = dict(zip(COLUMNS[1:], np.random.default_rng(seed).random(len(COLUMNS) - 1), strict=True))
    drawn |= {"policy": policy, "moves": 150.4 + seed, "noise_moves": 120.6, "keep_moves": 99.7}
    drawn |= {f"{name}_{end}": drawn[f"{name}_d"] + d for name in ("margin", "retention") for end, d in (("low", -0.1), ("high", 0.1))}  # fmt: skip
    return drawn | known


@pytest.fixture(scope="module")
def result():
    """Two policies; the second has no single score."""
    nothing = dict.fromkeys(("noise_moves", "keep_moves", "psi_score", "flip", "kappa", "margin_d", "margin_low", "margin_high"), np.nan)  # fmt: skip
    frame = pd.DataFrame([row("p00", 1), row("p01", 2, **nothing)], columns=list(COLUMNS))
    return Evaluation("p00", frame, {}, {})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", [tables.stability, tables.foresight])
def test_tables_say_every_figure_and_leave_out_what_is_not_there(result, table, lang):
    made = table(result, TITLES, lang=lang)
    assert len(made.rows) == 2 and all(len(one) == len(made.heads) for one in made.rows)
    assert made.rows[0][0] == TITLES["p00"].text(lang) and "—" in made.rows[1] and "nan" not in made.html()
    assert "&lt;" in made.html() and list(made.numbers["policy"]) == ["p00", "p01"]


def test_intervals_stand_beside_their_figure(result):
    made = tables.foresight(result, TITLES, lang="en")
    said = made.rows[0][4]
    value, low, high = map(float, re.fullmatch(r"([\d.]+) \(([−\d.]+) – ([\d.]+)\)", said).groups())
    assert low == pytest.approx(value - 0.1, abs=0.011) and high == pytest.approx(value + 0.1, abs=0.011)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_have_words_for_those_who_cannot_see_them(result, lang):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    fonts.use_fonts()
    for chart in (charts.moves_and_noise, charts.foresight):
        made = chart(result, TITLES, lang=lang)
        made.axes.figure.canvas.draw()
        assert made.caption in made.alt and TITLES["p00"].text(lang) in made.alt
    assert "151" in charts.moves_and_noise(result, TITLES, lang=lang).alt
    plt.close("all")


@pytest.mark.parametrize(
    "key", sorted(k for k in sentences() if k.startswith(("evaluation", "chart.evaluation", "catalogue")))
)
def test_the_words_describe(key):
    words = sentences()[key]
    assert "影响" not in words.zh and "effect" not in words.en.lower() and "impact" not in words.en.lower()


def test_facts_fill_the_sentences_and_leave_out_what_is_not_there(result):
    facts = Facts("CNY")
    facts.extend(findings.evaluation(result, TITLES))
    names = {"policy": TITLES["p00"]}
    for lang in ("zh", "en"):
        said = sentence("evaluation.moved", facts, lang, "p00", names)
        assert all(figure in said for figure in ("151", "121", "100")) and TITLES["p00"].text(lang) in said
        assert "%" in sentence("evaluation.weights_matter", facts, lang, "p00", names)
    assert "evaluation.flip.p01" not in facts and "evaluation.moves.p01" in facts


def catalogue() -> list[dict]:
    """88 rows with missing figures and two kinds."""
    rows = []
    for place in range(POLICIES):
        told = {"title": Label(f"方案 {place}", f"Policy {place}"), "source": f"S{place} <b>"}
        told["kind"] = Label("门槛", "thresholds") if place % 2 else Label("评分", "scored")
        told["of"] = Label("场所", "sites") if place == 3 else Label("客户", "customers")
        told["filled"] = tuple(Label(f"第 {i} 处", f"value {i} <i>") for i in range(place % 7))
        told |= {"unreached": (), "marks": None, "rule_is_ours": place in (5, 6)}
        told |= {"trigger_moves": float(place) if place % 2 else None, "appeal_moves": None}
        rows.append(
            row(f"p{place:02d}", place, kappa=None if place % 5 == 0 else (place * 37 % 88) / 88) | told
        )
    return rows


@pytest.fixture(scope="module")
def page():
    return catalogue_page(catalogue(), Label("方案总表", "Catalogue of policies"), simulated=True)


def test_the_page_allows_nothing_but_itself(page):
    """The hashes in the policy are those of the one style and the one script of the file."""
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(r'(?:src|href)="', page) and "http:" not in page and "https:" not in page
    assert len(page.encode()) < 1_000_000


def test_the_page_holds_every_row_in_both_languages(page):
    again = catalogue_page(catalogue(), Label("方案总表", "Catalogue of policies"), simulated=True)
    assert again == page and page.count('<th scope="row">') == POLICIES
    assert "方案 87" in page and "Policy 87" in page and "<b>" not in page.split("<body>")[1]
    assert page.count('aria-sort="none"') == len(WORDS) + len(FIGURES)
    assert "nan" not in re.sub(r"base64,[^)]*", "", page)


def test_a_count_holds_its_list_and_a_rule_of_ours_is_marked(page):
    """One list for each row with values of ours, one part for each value; two rules are marked."""
    counts = [place % 7 for place in range(POLICIES)]
    assert page.count("<details>") == sum(n > 0 for n in counts) and page.count("<li>") == sum(counts)
    assert "value 5 &lt;i&gt;" in page and page.count('class="mark"') == 2
    assert "规则代拟" in page and "rule is ours" in page


@pytest.fixture(scope="module")
def driver(driver, page, tmp_path_factory):
    """The page in a headless browser."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.html"
    path.write_text(page, "utf-8")
    driver.get(path.as_uri())
    driver.execute_async_script("document.fonts.ready.then(arguments[0])")
    return driver


def column(driver, place: int) -> list[str]:
    """Sort keys of the shown rows, top to bottom."""
    return driver.execute_script(
        "return [...document.querySelectorAll('tbody tr:not([hidden])')].map(r => r.cells[arguments[0]].dataset.key)",
        place,
    )


def press(driver, place: int, key: str) -> str:
    """Press a key on a column's head; how the column is sorted then."""
    head = driver.find_elements("css selector", "thead th")[place]
    head.find_element("css selector", "button").send_keys(key)
    return head.get_attribute("aria-sort")


def test_nothing_is_asked_for_and_nothing_is_complained_about(driver):
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
    assert {address for address in asked if not address.startswith("data:")} == {driver.current_url}
    assert driver.get_log("browser") == []
    assert "Report Sans400" in driver.execute_script(
        "return [...document.fonts].filter(f => f.status == 'loaded').map(f => f.family.replaceAll('\"', '') + f.weight)"
    )


def test_every_column_sorts_from_the_keyboard(driver):
    """Figures fall first, then rise; what is missing comes last both ways; only one column is marked."""
    from selenium.webdriver.common.keys import Keys

    for place in range(len(WORDS), len(WORDS) + len(FIGURES)):
        for key, way in ((Keys.ENTER, "descending"), (Keys.SPACE, "ascending")):
            assert press(driver, place, key) == way
            keys = column(driver, place)
            known = [float(k) for k in keys if k]
            assert known == sorted(known, reverse=way == "descending")
            assert keys[len(known) :] == [""] * (POLICIES - len(known))
    sorted_heads = driver.find_elements("css selector", "thead th:not([aria-sort=none])")
    assert len(sorted_heads) == 1


def test_words_sort_by_what_is_shown(driver):
    from selenium.webdriver.common.keys import Keys

    assert press(driver, 0, Keys.ENTER) == "ascending"
    first = "return [...document.querySelectorAll('tbody th')].slice(0, 3).map(c => c.innerText.trim())"
    assert driver.execute_script(first) == ["方案 0", "方案 1", "方案 2"]
    assert press(driver, 0, Keys.ENTER) == "descending"
    assert driver.execute_script(first)[0] == f"方案 {POLICIES - 1}"


def test_the_filter_takes_words_of_either_language(driver):
    field = driver.find_element("id", "filter")
    count = driver.find_element("id", "count")
    for wanted, shown in (
        ("Thresholds", POLICIES // 2),
        ("评分 policy", POLICIES // 2),
        ("s87", 1),
        ("场所", 1),
        ("rule is ours", 2),
        ("value", 0),
        ("nowhere", 0),
    ):
        field.clear()
        field.send_keys(wanted)
        visible = driver.execute_script("return document.querySelectorAll('tbody tr:not([hidden])').length")
        assert visible == shown == int(count.text)
    field.clear()
    field.send_keys(" ")
    assert int(count.text) == POLICIES


def test_the_reader_may_switch_the_language(driver):
    from selenium.webdriver.common.keys import Keys

    heading = driver.find_element("tag name", "h1")
    assert heading.text == "方案总表"
    chinese, english = driver.find_elements("css selector", "[data-lang]")
    english.send_keys(Keys.ENTER)
    assert heading.text == driver.title == "Catalogue of policies"
    assert driver.execute_script("return document.documentElement.lang") == "en"
    assert (
        english.get_attribute("aria-pressed") == "true" and chinese.get_attribute("aria-pressed") == "false"
    )
    shown = (
        driver.find_element("css selector", "main").text + driver.find_element("css selector", ".tools").text
    )
    assert not re.search(r"[\u4e00-\u9fff]", shown.replace("中文", ""))
    chinese.send_keys(Keys.SPACE)
    assert heading.text == "方案总表"


def test_a_count_opens_its_list_and_moves_no_row(driver):
    """The list lies over the table; closed again it is gone."""
    height = "return document.querySelector('tbody').offsetHeight"
    count = driver.find_elements("css selector", "summary")[0]
    before = driver.execute_script(height)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", count)
    count.click()
    listed = driver.find_elements("css selector", "details[open] li")
    assert [part.text for part in listed] == [f"第 {i} 处" for i in range(int(count.text))]
    assert driver.execute_script(height) == before
    count.click()
    assert not driver.find_elements("css selector", "details[open]")


def test_a_phone_scrolls_the_table_in_its_box_only(driver):
    metrics = {"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
    assert driver.execute_script(
        "const b = document.querySelector('.box'); return b.scrollWidth > b.clientWidth"
    )
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
