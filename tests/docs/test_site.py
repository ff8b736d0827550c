"""The documentation as its reader has it: built without a warning, every link alive, nothing asked of a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from toolkit.terms import HAN

pytestmark = pytest.mark.slow

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "audio": "src", "video": "src"}
STYLES = ("stylesheet", "icon", "preload", "preconnect", "manifest", "prefetch")
OUTSIDE = ("http", "https", "mailto")
BESIDE = ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", "notebooks/README.md", "reports/README.md",
          "reports/template/README.md", "examples/README.md", "params/README.md")  # fmt: skip


class Page(HTMLParser):
    """What a page links to, what it loads, and what can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.math = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {found[name] for name in ("id", "name") if found.get(name)}
        self.math += tag == "math"
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag in LOADING and found.get(LOADING[tag]):
            self.loads.append(found[LOADING[tag]])
        if tag == "link" and found.get("rel") in STYLES:
            self.loads.append(found["href"])


@pytest.fixture(scope="session")
def built(root, tmp_path_factory, cache) -> tuple[Path, subprocess.CompletedProcess]:
    """The site, built as ``make docs`` does it but for the folder."""
    folder = tmp_path_factory.mktemp("site")
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=root, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return folder, done


@pytest.fixture(scope="session")
def site(built) -> dict[str, Page]:
    """Every page by its path in the site."""
    folder, done = built
    assert done.returncode == 0, done.stderr[-3000:]
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
        if path.name != "404.html"
    }


def dead(pages: dict[str, Page], folder: Path) -> list[tuple[str, str]]:
    """Links of ``pages`` that lead nowhere."""
    found = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in OUTSIDE:
                continue
            target = (
                os.path.normpath(os.path.join(os.path.dirname(name), unquote(parts.path)))
                if parts.path
                else name
            )
            target = f"{target}/index.html".removeprefix("./") if (folder / target).is_dir() else target
            known = pages.get(target)
            anchor = unquote(parts.fragment)
            if not (folder / target).is_file() or (
                anchor and known and anchor not in known.anchors | {"__skip"}
            ):
                found.append((name, link))
    return found


def test_it_is_built_without_a_warning(built):
    _, done = built
    assert done.returncode == 0, done.stderr[-3000:]
    assert [line for line in done.stderr.splitlines() if re.search("WARN|ERROR", line)] == []


def test_make_docs_builds_the_same(root):
    text = (root / "Makefile").read_text("utf-8")
    assert "-m mkdocs build --strict\n" in text and re.search(r"^docs: \$\(VENV\)/ready-test ##", text, re.M)
    assert "site/" in (root / ".gitignore").read_text("utf-8").split()


def test_every_link_leads_somewhere(site, built):
    folder, _ = built
    assert dead(site, folder) == []
    outside = Counter(
        urlsplit(link).hostname for page in site.values() for link in page.links if "://" in link
    )
    print(
        f"{sum(len(page.links) for page in site.values())} links on {len(site)} pages; outside: {dict(outside)}"
    )


def test_a_dead_link_is_noticed(built):
    folder, _ = built
    pages = {
        "index.html": Page(
            '<p id="here"><a href="#here">1</a><a href="#gone">2</a><a href="gone.html">3</a></p>'
        )
    }
    assert dead(pages, folder) == [("index.html", "#gone"), ("index.html", "gone.html")]


def test_nothing_is_asked_of_a_network(site, built):
    """Neither by a page nor by a style sheet."""
    folder, _ = built
    assert [(name, load) for name, page in site.items() for load in page.loads if urlsplit(load).netloc] == []
    styles = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]+", styles) == []


def test_every_page_has_its_place_and_its_translation(root, site):
    listed = re.findall(r"[\w/-]+\.md", (root / "mkdocs.yml").read_text("utf-8"))
    written = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    english = {name for name in written if not name.endswith(".zh.md")}
    assert english - set(listed) == set()
    generated = {"coverage.md", "choice.md", "staffing.md", "faults.md", "mistakes.md", "benchmarks.md"}
    alone = {name for name in english - generated if name.replace(".md", ".zh.md") not in written}
    titles = {name: (root / "docs" / name).read_text("utf-8").partition("\n")[0] for name in alone}
    assert [name for name, title in titles.items() if not re.search(f"[{HAN}]", title)] == [], (
        "only in English"
    )
    for name in english:
        assert name.replace(".md", ".html") in site and f"zh/{name.replace('.md', '.html')}" in site, name


def test_every_method_has_its_formula_and_no_formula_is_left_as_text(site, built):
    folder, _ = built
    for name, page in site.items():
        assert "$$" not in re.sub(
            r"<(code|script)\b.*?</\1>", "", (folder / name).read_text("utf-8"), flags=re.S
        ), name
        if "methods/" in name and not name.endswith("index.html"):
            assert page.math > 0, name


def test_pages_say_the_methods_as_the_reports_do(built):
    """Every method that a report may use stands on a page, in both languages, word for word."""
    from toolkit.reporting.methods import methods

    folder, _ = built
    for lang, below in (("en", "methods"), ("zh", "zh/methods")):
        said = "".join(page.read_text("utf-8") for page in (folder / below).glob("*.html"))
        said = re.sub(r"\s+", "", re.sub("<[^>]+>", "", said))
        for one in methods().values():
            for text in (one.estimates.text(lang), one.holds.text(lang)):
                bare = re.sub(r"\s+", "", text).replace("&", "&amp;")
                assert bare in said, (lang, one.id)


def test_every_reason_of_a_refusal_stands_on_a_page(built):
    from toolkit.effects.reasons import REASONS

    folder, _ = built
    for below in ("methods", "zh/methods"):
        said = "".join(page.read_text("utf-8") for page in (folder / below).glob("*.html"))
        assert [code for code in REASONS if f"<code>{code}</code>" not in said] == []


@pytest.mark.parametrize("name", BESIDE)
def test_links_between_files_of_the_project_lead_somewhere(root, name):
    """The front pages, and the guides beside what they explain, as a code host shows them."""
    missing = [link for link in links(root / name) if not (root / name).parent.joinpath(link).exists()]
    assert missing == []


def test_links_of_pages_lead_to_files_or_to_generated_pages(root, built):
    folder, _ = built
    for page in sorted((root / "docs").rglob("*.md")):
        for link in links(page):
            below = os.path.relpath((page.parent / link).resolve(), root / "docs")
            made = folder / re.sub(r"(\.zh)?\.md$", ".html", below)
            assert (page.parent / link).exists() or made.is_file(), (page.name, link)


def links(page: Path) -> list[str]:
    """Relative links of Markdown, without their anchors."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"`[^`\n]*`", "", text))
    return [unquote(link) for link in found if not re.match(r"\w+:", link)]


def test_the_notebook_is_thin_and_was_executed(root, built):
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", "docs/tutorial/notebook.ipynb"],
        cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    folder, _ = built
    for name in ("tutorial/notebook.html", "zh/tutorial/notebook.html"):
        shown = (folder / name).read_text("utf-8")
        assert (
            shown.count('class="shown figure"') == 2
            and 'class="shown table"' in shown
            and "#fact:" not in shown
        )


def test_python_pages_follow_the_surface(root):
    """Where the toolkit names what may be called, the reference has those names and no other."""
    import toolkit

    sys.path.insert(0, str(root / "docs" / "making"))
    try:
        import reference
    finally:
        sys.path.pop(0)
    rooms = reference.surface(root)
    assert set(rooms) >= {"effects", "measures", "outcomes", "schemes", "study"}
    named = getattr(toolkit, "SURFACE", None)
    if named is not None:
        assert {room: {name.rpartition(".")[2] for name in names} for room, names in rooms.items()} == {
            room: set(names) for room, names in named.items()
        }


def test_the_search_finds_in_both_languages_from_the_disk(driver, built):
    from selenium.webdriver.common.by import By

    folder, _ = built
    driver.set_window_size(1280, 900)
    for page, word, wanted in (("index.html", "overlay", "overlay"), ("zh/index.html", "走势", "分批推行")):
        driver.get((folder / page).as_uri())
        field = driver.find_element(By.CSS_SELECTOR, ".md-search__input")
        field.click()
        field.send_keys(word)
        end = time.monotonic() + 30
        found = ""
        while wanted not in found.lower() and time.monotonic() < end:
            time.sleep(0.2)
            found = " ".join(
                one.text for one in driver.find_elements(By.CSS_SELECTOR, ".md-search-result__list")
            )
        assert wanted in found.lower(), word


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(driver, built, width):
    folder, _ = built
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wide = []
    for name in (
        "index",
        "tutorial/notebook",
        "tutorial/own-data",
        "methods/cutoff",
        "reference/systems",
        "coverage",
    ):
        for lang in ("", "zh/"):
            driver.get((folder / f"{lang}{name}.html").as_uri())
            if driver.execute_script("return document.documentElement.scrollWidth") > width:
                wide.append(f"{lang}{name}")
    assert wide == []
