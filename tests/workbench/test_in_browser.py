"""The workbench in JupyterLab in a real browser. Expected: what a person sees who turns a slider with the keyboard and saves."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.study import open_study
from toolkit.terms import number

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1500,1200",
         "host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")  # fmt: skip
RUN, CHAPTER = "en", "02_how_do_the_schemes_grade.ipynb"
WATCH = """window.answers = 0;
    new MutationObserver(() => { window.answers += 1; }).observe(document.querySelector('.gl-answers'),
        {childList: true, subtree: true, characterData: true});"""
CELL = """return [...document.querySelectorAll('.gl-answers tbody tr')].map(
    row => [...row.children].map(cell => cell.textContent))"""


@pytest.fixture(scope="module")
def lab_module():
    spec = importlib.util.spec_from_file_location("lab", Path(__file__).with_name("lab.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def screen():
    """A headless browser that knows no address but this machine."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    service = shutil.which("chromedriver")
    if browser is None or service is None:
        pytest.skip("no chromium with chromedriver on this machine: the workbench is not seen in a browser")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    started = webdriver.Chrome(options=options, service=Service(service))
    yield started
    started.quit()


@pytest.fixture(scope="module")
def project(root, tmp_path_factory, cache):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(root / "params", folder / "params")
    shutil.copytree(root / "reports" / "template", folder / "reports" / "template")
    (folder / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / CHAPTER, folder / "notebooks")
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def gradelab(root, project):
    """The command in the project."""

    def call(*words: str) -> str:
        env = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *words], cwd=project, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="module")
def lab(root, project, lab_module, screen):
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
    own = {name: str(project / ".jupyter" / folder) for name, folder in folders.items()}
    started = lab_module.Lab(project, {"PYTHONPATH": str(root), **own})
    yield started
    started.close()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slider_is_turned_answered_and_saved(lab, lab_module, screen, gradelab, project, lang):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    until = lab_module.until
    gradelab("whatif", "params/studies/demo.yaml", "--out", f"notebooks/scratch/{lang}.ipynb", "--lang", lang)
    lab.open(screen, f"notebooks/scratch/{lang}.ipynb")
    lab.run_all(screen)
    assert milliseconds(until(lambda: text_of(screen, ".gl-status .gl-time"), "the first answer")) > 0
    band = screen.find_element(By.CSS_SELECTOR, ".gl-band").text
    assert ("不进入任何正式报告" if lang == "zh" else "no figure here enters a report") in band

    before = screen.execute_script(CELL)
    screen.execute_script(WATCH)
    handle = screen.find_element(By.CSS_SELECTOR, ".gl-knob .noUi-handle")
    for turn in range(1, 4):
        handle.send_keys(Keys.ARROW_RIGHT)
        until(lambda turn=turn: screen.execute_script("return window.answers") >= turn, f"answer {turn}")
    after = screen.execute_script(CELL)
    assert (
        after != before
        and milliseconds(until(lambda: text_of(screen, ".gl-status .gl-time"), "how long it took")) > 0
    )

    name = screen.find_element(By.CSS_SELECTOR, ".gl-name input")
    name.send_keys(Keys.CONTROL, "a")
    name.send_keys(f"seen_{lang}")
    assert name.get_attribute("value") == f"seen_{lang}"
    screen.find_element(By.CSS_SELECTOR, "button.gl-save").click()
    saved = project / "params" / "scenarios" / f"seen_{lang}.yaml"
    until(saved.exists, "the scenario is saved")
    until(
        lambda: saved.name in text_of(screen, ".gl-saved"),
        "the workbench says where",
    )

    gradelab("check", str(saved))
    gradelab("run", "params/studies/demo.yaml", "--with", str(saved), *([] if lang == RUN else ["--dry-run"]))
    assert lang != RUN or list(project.glob("reports/demo/*/*/report.en.html"))
    assert not list(project.rglob("latest.json"))
    slow = open_study(f"{project / 'params/studies/demo.yaml'} + {saved}")
    counts = slow.registers["vip_80k"].counts(slow.quarter)
    shown = {row[0]: row[1] for row in after}
    assert {grade: shown[grade] for grade in counts.index} == {g: number(c) for g, c in counts.items()}
    assert slow.policies[1].params.scheme.floors["VIP"].value != 80_000


def text_of(screen, selector: str) -> str:
    """What a person reads there; nothing while the page is being drawn anew."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.common.by import By

    try:
        return screen.find_element(By.CSS_SELECTOR, selector).text
    except (NoSuchElementException, StaleElementReferenceException):
        return ""


def milliseconds(text: str) -> int:
    """The figure of the line that says how long the answer took."""
    return int("".join(sign for sign in text.split("·")[0] if sign.isdigit()))
