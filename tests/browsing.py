"""A page in a real browser: what it asks for, what it complains of, what keeps a reader with a keyboard or a voice out."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

PHONE, DESK, FIRST_SCREEN = 390, 1280, 844
SERIOUS = ("serious", "critical")
AXE = "axe-core/axe.min.js"
RUN_AXE = "axe.run(document, {resultTypes: ['violations']}).then(arguments[0], e => arguments[0]({violations: [], error: String(e)}))"
OUTSIDE = """return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('.box, .equation, .skip') && getComputedStyle(e).position !== 'absolute' && e.getClientRects().length)
    .map(e => e.outerHTML.slice(0, 90))"""
HEADINGS = "return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => [+e.tagName[1], e.textContent.trim()])"
BROKEN = """const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
    const lost = [...document.querySelectorAll('a[href^="#"]')].map(a => decodeURIComponent(a.hash.slice(1)))
        .filter(id => !document.getElementById(id));
    return [...twice, ...lost]"""


def axe_source() -> str | None:
    """The checker's script, from the package that carries it; None where it is not installed."""
    found = importlib.util.find_spec("selenium_axe_python")
    if found is None or not found.submodule_search_locations:
        return None
    return (Path(next(iter(found.submodule_search_locations))) / AXE).read_text("utf-8")


def show(driver: Any, address: str, width: int = DESK, scheme: str = "light", media: str = "screen") -> Any:
    """The page at ``address`` on a screen of a width, by day or night, or as printed."""
    metrics = {"width": width, "height": FIRST_SCREEN, "deviceScaleFactor": 1, "mobile": width == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features, "media": media})
    for log in ("performance", "browser"):
        driver.get_log(log)
    driver.set_script_timeout(120)
    driver.get(address)
    driver.execute_async_script("document.fonts.ready.then(arguments[0])")
    return driver


def requests(driver: Any) -> set[str]:
    """Addresses asked for since the page was opened, data addresses aside."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
    return {address for address in asked if not address.startswith("data:")}


def violations(driver: Any, script: str) -> list[str]:
    """Serious and critical findings of axe-core on the page that is open, each with its first place."""
    driver.execute_script(script)
    found = driver.execute_async_script(RUN_AXE)
    assert "error" not in found, found["error"]
    return [
        f"{one['impact']} {one['id']} x {len(one['nodes'])}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


def skipped_levels(driver: Any) -> list[str]:
    """Headings that stand more than one level below the one before; the first must be the title."""
    found, level = [], 0
    for depth, words in driver.execute_script(HEADINGS):
        if depth > level + 1:
            found.append(f"h{depth} after h{level}: {words}")
        level = depth
    return found


def unseen(driver: Any, selector: str) -> bool:
    """Whether nothing that the selector names takes any room."""
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].every(e => !e.getClientRects().length)", selector
    )


def visited(driver: Any, steps: int) -> list[str]:
    """Classes, or else names, of what the tabulator key reaches, one after the other."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    driver.find_element(By.TAG_NAME, "body").send_keys("")
    reached = []
    for _ in range(steps):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            driver.execute_script(
                "const e = document.activeElement; return e.className || e.tagName.toLowerCase()"
            )
        )
    return reached
