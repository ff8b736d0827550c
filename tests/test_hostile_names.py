"""A whole run in which everything that a company may name is named to break something.

Customers, policies, grades, definitions, the study and the company: each is shown as the characters that it is, and
nothing of it runs, in the page, in the PDF, in the index or in a spreadsheet.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from toolkit.reporting.methods import methods

pytestmark = pytest.mark.slow

SCRIPT = "<script>alert(1)</script>"
LINK = '=HYPERLINK("http://e.invalid","x")'
MATH = "$x_1$"
RARE = "喆堃垚镕"
MARKS = "a|b **c** {} {net} _d_ `e` [f](#g) \\"
LONG = "很长的名字" * 80
CUSTOMERS = (SCRIPT, LINK, MATH, RARE, MARKS, LONG, "客户😀", "@SUM(1)", "+1", "-2", "\tx", "a\rb")
RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")
LANGS = ("zh", "en")


def both(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def policy(id: str, title: str, floors: dict, status: str) -> dict:
    service = {
        grade: {"package": f"p{place}", "promise": both(MATH), "cost_per_quarter": 30 - 10 * place}
        | ({"span": 100} if place == 0 else {})
        for place, grade in enumerate(floors)
    }
    return {
        "id": id, "title": both(title), "status": status, "effective": date(2022, 10, 1), "source": MARKS, "why": SCRIPT,
        "scheme": {"kind": "thresholds", "measure": "spend", "floors": floors},
        "review": {"every_quarters": 4, "in_quarter": 3, "hold_quarters": 0, "window_quarters": 4},
        "manager_cost_per_quarter": 58_000, "service": service,
    }  # fmt: skip


def study() -> dict:
    columns = {name: name for name in ("customer_id", "order_id", "paid_at", "amount")}
    definitions = [
        ("next", "bought_within", 1, LINK),
        ("year", "bought_in", 4, RARE + SCRIPT),
        ("half", "bought_within", 2, MATH),
    ]
    return {
        "id": "hostile", "title": both(MATH + RARE), "company": both(SCRIPT + LINK),
        "history": {
            "kind": "files", "currency": "CNY", "time_zone": "Asia/Shanghai", "duplicates": "keep", "returns": "separate",
            "latest": date(2026, 11, 21), "margin": {"rate": 0.3, "source": SCRIPT},
            "transactions": {"path": "sales.csv", "columns": columns, "keep": []},
        },
        "quarter": "last", "active_quarters": 4,
        "retention": [{"id": id, "kind": kind, "quarters": n, "title": both(title)} for id, kind, n, title in definitions],
        "policies": {"baseline": "../policies/h/now.yaml", "alternatives": ["../policies/h/one.yaml", "../policies/h/two.yaml"]},
        "decision_rule": "../decision_rules/board_2026.yaml", "bootstrap": {"draws": 200, "seed": 1}, "languages": list(LANGS),
    }  # fmt: skip


@pytest.fixture(scope="module")
def project(root, tmp_path_factory) -> Path:
    from toolkit.synthetic.company import simulate

    folder = tmp_path_factory.mktemp("hostile") / "a b"
    for part in ("params", "notebooks"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    sales = simulate(customers=400).tables["transactions"]
    known = sorted(sales["customer_id"].unique())
    sales["customer_id"] = sales["customer_id"].replace(dict(zip(known, CUSTOMERS, strict=False)))
    (folder / "data").mkdir()
    sales.to_csv(folder / "data" / "sales.csv", index=False)
    files = {
        "policies/h/now": policy("now", MARKS, {SCRIPT: 100_000, LINK: 50_000, RARE: "rest"}, "current"),
        "policies/h/one": policy("one", SCRIPT, {MATH: 80_000, MARKS: "rest"}, "proposed"),
        "policies/h/two": policy("two", "很长的名字" * 16, {MATH: 150_000, MARKS: "rest"}, "proposed"),
        "studies/hostile": study(),
    }
    (folder / "params" / "policies" / "h").mkdir()
    for name, content in files.items():
        with (folder / "params" / f"{name}.yaml").open("w", encoding="utf-8") as stream:
            YAML().dump(content, stream)
    return folder


@pytest.fixture(scope="module")
def folder(project) -> Path:
    words = ["run", "params/studies/hostile.yaml", "--data", "data", "--json", "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return project / json.loads(done.stdout.strip().splitlines()[-1])["run_folder"]


@pytest.fixture(scope="module", params=LANGS)
def page(request, folder) -> Path:
    return folder / f"report.{request.param}.html"


@pytest.fixture(scope="module", params=LANGS)
def sheet(request, folder) -> Path:
    return folder / f"report.{request.param}.pdf"


def test_every_name_is_shown_as_it_is_written(page):
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for selector, names in {
        "h1": (MATH + RARE,),
        ".kicker": (SCRIPT + LINK,),
        ".front": (MARKS, SCRIPT, LINK),
        "main p": (MARKS, SCRIPT, LINK, MATH, RARE),
        "main caption": (MARKS, SCRIPT),
        "main th": (MARKS, SCRIPT, LINK, MATH, RARE),
    }.items():
        texts = [" ".join(one.get_text().split()) for one in soup.select(selector)]
        for name in names:
            assert any(name in text for text in texts), (selector, name)
    alts = " ".join(image["alt"] for image in soup.select("main img"))
    assert all(name in alts for name in (SCRIPT, LINK, MATH, RARE, MARKS))


def test_no_name_becomes_markup(page):
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert len(soup.find_all("script")) <= 1
    marked = [one.get_text() for one in soup.select("main math, main code:not(pre code)")]
    assert not [text for text in marked if "alert" in text or "x_1" in text or "HYPERLINK" in text]
    formulas = {method.formula for method in methods().values()}
    assert len(soup.select("main math")) <= len(formulas)
    assert not [one for one in soup.select("main strong") if one.get_text() in ("c", "**c**")]
    assert not [link for link in soup.find_all("a", href=True) if not link["href"].startswith("#")]


def test_the_pdf_shows_the_same_names_and_is_whole(sheet, structure):
    said = structure.text(sheet)
    for name in (SCRIPT, LINK, MATH, RARE, MARKS):
        assert structure.squeezed(name) in said, name
    assert structure.faults(sheet) == []


def test_drawings_hold_no_script_and_no_formula(folder):
    """In a drawing names are outlines; a formula would have lost its dollars, a script would be an element."""
    drawings = list((folder / "figures").glob("*.svg"))
    assert len(drawings) >= 20
    for drawing in drawings:
        assert not re.search(r"<script|<foreignObject|\son\w+=|href=\"(?!#)", drawing.read_text("utf-8")), (
            drawing.name
        )


def test_nothing_runs_and_nothing_is_asked_for_in_a_browser(driver, browsing, page):
    """An alert would be a dialog; what the policy stops would be a complaint."""
    from selenium.common.exceptions import NoAlertPresentException

    address = page.as_uri()
    for one in (address, (page.parents[3] / "index.html").as_uri()):
        browsing.show(driver, one)
        with pytest.raises(NoAlertPresentException):
            _ = driver.switch_to.alert
        assert browsing.requests(driver) == {one} and driver.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(driver, browsing, axe, page, scheme):
    for one in (page, page.parents[3] / "index.html"):
        browsing.show(driver, one.as_uri(), scheme=scheme)
        assert browsing.violations(driver, axe) == [], one.name


def test_page_one_fits_a_phone_whatever_the_names(driver, browsing, page):
    browsing.show(driver, page.as_uri(), browsing.PHONE)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= browsing.PHONE
    assert driver.execute_script(browsing.OUTSIDE) == []


def test_no_exported_cell_is_a_formula(folder):
    """Heads and cells alike, in every file that a spreadsheet opens."""
    files = [*folder.rglob("*.csv")]
    assert any("who_moves" in file.parts for file in files) and any("tables" in file.parts for file in files)
    names = set()
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert not cell.startswith(RUNS_IN_A_SPREADSHEET) or _is_number(cell), (file.name, cell)
                    names.add(cell)
    assert f"'{LINK}" in names and RARE in names and SCRIPT in names


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_customers_keep_their_names_in_the_files_and_stay_out_of_the_report(folder, page):
    moved = pd.read_parquet(folder / "who_moves" / "one.parquet")["customer_id"]
    told = set(moved)
    assert told & set(CUSTOMERS), "none of the hostile customers moved, so the test shows nothing"
    words = BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text()
    assert "客户😀" not in words and LONG not in words
    assert not [path.name for path in folder.rglob("*") if set(path.name) & set("<>$|*=\\")]


def test_a_name_of_four_hundred_characters_or_an_emoji_is_refused_before_anything_runs(project, folder):
    file = project / "params" / "policies" / "h" / "two.yaml"
    good = file.read_text("utf-8")
    runs = len(list((project / "reports" / "hostile").glob("*/*/manifest.json")))
    for bad, words in ((LONG, ("at most 80", "two.yaml")), ("😀", ("U+1F600", "two.yaml"))):
        file.write_text(good.replace("很长的名字" * 16, bad), "utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "toolkit", "run", "params/studies/hostile.yaml", "--data", "data", "--lang", "en"],
                cwd=project, capture_output=True, text=True, check=False,
            )  # fmt: skip
        finally:
            file.write_text(good, "utf-8")
        assert done.returncode == 3 and "Traceback" not in done.stderr
        assert all(word in done.stderr for word in words), done.stderr
    assert len(list((project / "reports" / "hostile").glob("*/*/manifest.json"))) == runs
