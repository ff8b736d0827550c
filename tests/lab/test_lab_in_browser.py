"""The start page in a real JupyterLab in a real browser: opened, run through the menu, read without an error."""

from __future__ import annotations

import time

import nbformat
import pytest

PATIENCE = 150
COMMAND = '.lm-Menu-item[data-command="{}"]'
PROMPTS = "return [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(e => e.textContent)"
ERRORS = """return [...document.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"],[data-mime-type="application/vnd.jupyter.stderr"]')]
    .map(e => e.textContent.slice(0, 300))"""
OUTPUTS = (
    "return [...document.querySelectorAll('.jp-CodeCell .jp-OutputArea-output')].map(e => e.textContent)"
)
WIDE = """const page = document.querySelector('.jp-NotebookPanel'); const right = page.getBoundingClientRect().right;
    return [...page.querySelectorAll('.jp-OutputArea-output table, .jp-OutputArea-output svg, .jp-OutputArea-output img')]
        .filter(e => e.getBoundingClientRect().right > right).map(e => e.outerHTML.slice(0, 90))"""


def until(wanted, seconds=PATIENCE):
    """What ``wanted`` gives once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.5)
    raise AssertionError("it did not come in time")


@pytest.fixture
def shortened(checkout):
    """The start page without its last step, which other tests take and which takes the longest."""
    path = checkout / "notebooks" / "start.en.ipynb"
    whole = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "run"]
    nbformat.write(notebook, path)
    yield
    path.write_bytes(whole)


@pytest.mark.slow
def test_the_page_that_lab_opens_runs_through_the_menu(driver, browsing, lab, shortened):
    """Its title is seen without a dialogue in front of it; every cell runs; nothing is an error; nothing is cut off."""
    from selenium.webdriver.common.by import By

    _, found = lab("--lang", "en")
    driver.set_page_load_timeout(PATIENCE)
    browsing.show(driver, found[0])
    title = until(lambda: driver.find_elements(By.CSS_SELECTOR, ".jp-MarkdownOutput h1"))[0]
    assert title.text.startswith("Start here")
    until(lambda: "Idle" in driver.find_element(By.ID, "jp-main-statusbar").text)
    assert not driver.find_elements(By.CSS_SELECTOR, ".jp-Dialog, .jp-toastContainer .jp-Notification-Toast")
    menu = [
        one for one in driver.find_elements(By.CSS_SELECTOR, ".lm-MenuBar-itemLabel") if one.text == "Run"
    ]
    menu[0].click()
    until(lambda: driver.find_elements(By.CSS_SELECTOR, COMMAND.format("runmenu:run-all")))[0].click()
    until(lambda: all(prompt.strip("[]: \u200b").isdigit() for prompt in driver.execute_script(PROMPTS)))
    assert len(driver.execute_script(PROMPTS)) >= 10 and driver.execute_script(ERRORS) == []
    said = " ".join(driver.execute_script(OUTPUTS))
    assert "1 file(s) checked, no problem" in said and "service rises for" in said
    assert driver.execute_script(WIDE) == []
