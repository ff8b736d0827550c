"""The HTML file in a real browser without a network: no request, no complaint, no overflow."""

from __future__ import annotations

import json

import pytest

PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def addresses(pages, tmp_path_factory):
    """The sample on disk, by language."""
    folder = tmp_path_factory.mktemp("browser")
    for lang, page in pages.items():
        (folder / f"report.{lang}.html").write_text(page, "utf-8")
    return {lang: (folder / f"report.{lang}.html").as_uri() for lang in pages}


@pytest.fixture
def screen(driver):
    """Opens an address on a screen of a given width and dark or light."""

    def opened(address: str, width: int = DESK, scheme: str = "light"):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        driver.get_log("performance")
        driver.get_log("browser")
        driver.get(address)
        driver.execute_async_script("document.fonts.ready.then(arguments[0])")
        return driver

    return opened


def requested(driver) -> set[str]:
    """Addresses asked for since the last look, data addresses aside."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
    return {address for address in asked if not address.startswith("data:")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_the_file_itself_is_asked_for_and_nothing_is_complained_about(screen, addresses, lang):
    driver = screen(addresses[lang])
    assert requested(driver) == {addresses[lang]}
    assert driver.get_log("browser") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_shows_the_page_without_scrolling_sideways(screen, addresses, lang):
    driver = screen(addresses[lang], PHONE)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= PHONE
    outside = """return [...document.querySelectorAll('.masthead *, .front *, main > *, .table, figure')]
        .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    assert driver.execute_script(outside) == []
    wide = "return [...document.querySelectorAll('.box')].some(e => e.scrollWidth > e.clientWidth)"
    assert driver.execute_script(wide), "the wide table scrolls in its own box"


def test_the_longest_verdict_stands_on_one_line(screen, addresses):
    """The word is broken nowhere, on a desk as on a small screen."""
    lines = (
        "const e = document.querySelector('.verdict .word'); e.textContent = 'Undecided';"
        "const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length"
    )
    for width in (1200, 1000, 900, 600):
        assert screen(addresses["en"], width).execute_script(lines) == 1


def test_the_embedded_fonts_are_used_and_figures_are_drawn(screen, addresses):
    driver = screen(addresses["zh"])
    loaded = "return [...document.fonts].filter(f => f.status == 'loaded').map(f => f.family + f.weight)"
    assert {"Report Sans400", "Report Sans700"} <= {
        name.replace('"', "") for name in driver.execute_script(loaded)
    }
    assert driver.execute_script("return [...document.images].every(i => i.complete && i.naturalWidth > 0)")


def test_the_switch_opens_and_hides_all_code_from_the_keyboard(screen, addresses):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    driver = screen(addresses["en"])
    button = driver.find_element(By.CSS_SELECTOR, ".code-switch")
    cells = driver.find_elements(By.CSS_SELECTOR, "details.source")
    assert button.text == "Show code" and not any(cell.is_displayed() for cell in cells)
    button.send_keys(Keys.ENTER)
    assert button.text == "Hide code" and all(
        cell.is_displayed() and cell.get_attribute("open") for cell in cells
    )
    button.send_keys(Keys.SPACE)
    assert not any(cell.is_displayed() for cell in cells)


LUMINANCE = """
const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
const paper = getComputedStyle(document.documentElement).backgroundColor;
return arguments[0].map(s => [s, getComputedStyle(document.querySelector(s)).color]).map(([s, c]) => {
    const [a, b] = [light(c), light(paper)].sort((x, y) => y - x); return [s, (a + .05) / (b + .05)]; });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper_by_day_and_by_night(screen, addresses, scheme):
    """Source: WCAG 2.2 success criterion 1.4.3, contrast at least 4.5 to 1 (3 to 1 for large words)."""
    driver = screen(addresses["zh"], scheme=scheme)
    small = [
        "main p",
        ".label",
        ".remark",
        ".contents .level-2 a",
        "main a",
        ".cards .value",
        "td",
        ".colophon",
        "summary",
    ]
    ratios = dict(driver.execute_script(LUMINANCE, [*small, ".verdict .word", "main h2"]))
    assert all(ratios[name] >= 4.5 for name in small), ratios
    assert min(ratios.values()) >= 3.0, ratios
    card = driver.execute_script("return getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert card in ("rgb(255, 255, 255)", "rgb(247, 249, 251)"), "figures keep a light card by night"
