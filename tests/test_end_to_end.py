"""The main job as a scheduler starts it: one command, eight chapters and a closing, four reports, one truthful record."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pikepdf
import pypdf
import pytest
from proof import executed, in_pdf, named, prove, shows
from ruamel.yaml import YAML

from toolkit.errors import ReportError
from toolkit.reporting.agreement import contradictions
from toolkit.reporting.exporters import render_html, render_pdf
from toolkit.reporting.merge import merge_chapters

pytestmark = pytest.mark.slow

REPORTS = ("report.zh.html", "report.en.html", "report.zh.pdf", "report.en.pdf")


@pytest.fixture(scope="module")
def project(root, tmp_path_factory) -> Path:
    """A project of its own: the chapters, and the demo on 1,500 customers."""
    folder = tmp_path_factory.mktemp("end") / "to end"
    for part in ("params", "notebooks"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return folder


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess:
    """``gradelab`` with ``words``."""
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def answer(project, tmp_path_factory) -> dict:
    """The JSON that ``run --json`` ends with."""
    done = command("run", "params/studies/demo.yaml", "--json", "--lang", "en", cwd=project)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def folder(answer, project) -> Path:
    return project / answer["run_folder"]


@pytest.fixture(scope="module")
def facts(folder) -> dict:
    return json.loads((folder / "facts.json").read_text("utf-8"))


def text_of(folder: Path, name: str) -> str:
    """What a reader can read, without blanks (and the joiner that Typst puts where a line must not break)."""
    if name.endswith(".pdf"):
        said = "".join(page.extract_text() for page in pypdf.PdfReader(folder / name).pages)
    else:
        page = re.sub(
            r"<(style|script)\b.*?</\1>|data:[a-z/+;-]+,[^\"']+",
            "",
            (folder / name).read_text("utf-8"),
            flags=re.S,
        )
        said = html.unescape(re.sub(r"<[^>]+>", "", page))
    return re.sub(r"[\s\u2060]+", "", said)


def test_the_run_folder_is_whole(answer, folder):
    assert answer["state"] == "succeeded" and set(answer["reports"]) == set(REPORTS)
    for name in (
        "manifest.json",
        "params.resolved.yaml",
        "facts.json",
        "notebooks",
        "tables",
        "figures",
        *REPORTS,
    ):
        assert (folder / name).exists(), name
    made = sorted(path.stem for path in (folder / "notebooks").glob("*.ipynb"))
    assert len(made) == 10 and made[-2:] == ["98_what_has_changed", "99_sign_off"]
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["state"] == "succeeded"


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_the_facts_of_page_one(folder, facts, name):
    """Prose and page one print facts; the reader must find them as the registry prints them."""
    lang = name.split(".")[1]
    said = text_of(folder, name)
    for fact in (
        "verdict",
        "history.rows_accepted",
        "history.customers",
        "gap.programme",
        "comparisons",
        "truth.late",
    ):
        printed = re.sub(r"\s+", "", facts[fact]["text"][lang])
        assert printed in said, (fact, printed)
    assert {"zh": "模拟数据", "en": "Simulateddata"}[lang] in said


def test_every_figure_of_all_four_files_is_its_fact(folder, facts):
    """All of them, on page one and in every paragraph; and no figure stands in prose that is neither fact nor name."""
    proof = prove(folder)
    print(", ".join(f"{name}: {count} figures" for name, count in proof.compared.items()))
    assert proof.wrong == []
    assert set(proof.compared) == set(REPORTS) and min(proof.compared.values()) > 200
    assert len(set(proof.compared.values())) == 1, "the four files say the same facts"


def edited(folder: Path, right: str, wrong: str):
    """The executed chapters with one figure changed behind the back of the facts."""
    texts = [path.read_text("utf-8") for path in sorted((folder / "notebooks").glob("*.ipynb"))]
    assert sum(text.count(right) for text in texts) == 1
    return merge_chapters([nbformat.reads(text.replace(right, wrong), as_version=4) for text in texts], {})


def test_a_planted_contradiction_is_caught_in_each_kind_of_file(folder, facts, tmp_path):
    """In the chapters it stops the report; in a file that was made all the same, the proof finds it."""
    customers = facts["history.customers"]["text"]["en"]
    right, wrong = (
        f"[**{customers}**](#fact:history.customers)",
        "[**99 customers**](#fact:history.customers)",
    )
    notebook = edited(folder, right, wrong)
    render_pdf(notebook, "en", tmp_path / "report.en.pdf")
    names = named(YAML(typ="safe").load((folder / "params.resolved.yaml").read_text("utf-8")))
    said, _ = in_pdf(tmp_path / "report.en.pdf", executed(folder, "en"), names)
    [found] = contradictions(said, facts, "en")
    assert (found.quote.id, found.quote.said, found.expected) == (
        "history.customers",
        "99customers",
        customers,
    )

    copy = shutil.copytree(
        folder, tmp_path / "run", ignore=shutil.ignore_patterns("*.pdf", "*.zh.html", "quarantine")
    )
    page = (copy / "report.en.html").read_text("utf-8")
    (copy / "report.en.html").write_text(
        page.replace(f">{customers}</span></strong></a>", ">99 customers</span></strong></a>", 1), "utf-8"
    )
    assert [one for one in prove(copy).wrong if "history.customers says “99 customers”" in one]
    (copy / "report.en.html").write_text(
        page.replace("adds up to all of them", "adds up to 7 of them"), "utf-8"
    )
    assert [one for one in prove(copy).wrong if "“7” is no fact" in one]

    notebook.metadata["gradelab"] = {"facts": facts}
    with pytest.raises(ReportError, match=r"history\.customers says “99 customers”"):
        render_html(notebook, "en", tmp_path / "never.html")
    assert not (tmp_path / "never.html").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_stands_in_the_table_to_which_it_leads(folder, facts, lang):
    """As printed, or unrounded in the numbers beside the table; and no declared table is missing from the demo."""
    document = executed(folder, lang)
    quoted = {quote.id: quote for quote in document.quotes if quote.is_figure}
    assert set(document.homes) == set(quoted)
    astray = [id for id in quoted if not shows(folder, document, document.homes[id], facts[id])]
    assert astray == []


def test_the_two_languages_print_the_same_figures(folder):
    """Tables of both reports come from the same numbers: digit for digit, where neither counts in 万 or millions."""

    def tables(name: str) -> list[str]:
        found = re.findall(r"<table.*?</table>", (folder / name).read_text("utf-8"), flags=re.S)
        return [html.unescape(re.sub(r"<[^>]+>", " ", table)) for table in found]

    zh, en = tables("report.zh.html"), tables("report.en.html")
    assert len(zh) == len(en)
    compared = [(a, b) for a, b in zip(zh, en, strict=True) if "万" not in a and "million" not in b]
    assert len(compared) >= 8
    for a, b in compared:
        assert re.sub(r"\D", "", a) == re.sub(r"\D", "", b), (a, b)


DESCRIBING = ("01", "02", "03", "04", "07")


def shown(notebook: Path) -> str:
    """Everything a chapter displays in words."""
    outputs = [
        o for cell in json.loads(notebook.read_text("utf-8"))["cells"] for o in cell.get("outputs", ())
    ]
    texts = [o["data"][kind] for o in outputs for kind in o.get("data", ()) if kind.startswith("text/")]
    return re.sub(r"<[^>]+>", " ", "\n".join("".join(text) for text in texts))


def test_the_word_effect_needs_a_design(folder, facts):
    """Chapters that describe never use it; the others print a figure only for what is identified."""
    for notebook in sorted((folder / "notebooks").glob("*.ipynb")):
        if notebook.name.startswith(DESCRIBING):
            assert not re.search(r"影响|\b[Ee]ffects?\b", shown(notebook)), notebook.name
    statuses = {name: fact for name, fact in facts.items() if name.startswith("effect.status.")}
    assert len(statuses) >= 6
    for name, fact in statuses.items():
        figure = name.replace("effect.status.", "effect.")
        assert (figure in facts) == (fact["value"] != "not_identified"), name


def test_html_asks_for_nothing_and_pdf_carries_its_fonts(folder):
    for name in REPORTS[:2]:
        page = html.unescape((folder / name).read_text("utf-8"))
        assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
        assert "default-src 'none'" in page
    for name in REPORTS[2:]:
        with pikepdf.open(folder / name) as pdf:
            assert pdf.Root.MarkInfo.Marked and len(pdf.open_outline().root) >= 7
            fonts = [f for page in pdf.pages for f in page.Resources.get("/Font", {}).values()]
            assert fonts and all("+" in str(f.BaseFont) for f in fonts)


def test_no_path_of_this_machine_is_in_the_record(folder, project):
    for path in (
        folder / "manifest.json",
        folder / "params.resolved.yaml",
        *(folder / "notebooks").glob("*.ipynb"),
    ):
        assert str(project) not in path.read_text("utf-8"), path.name


def test_a_mistake_in_a_policy_stops_before_anything_runs(project, answer):
    policy = project / "params" / "policies" / "demo" / "vip_80k.yaml"
    good = policy.read_text("utf-8")
    wrong = good.replace("every_quarters: 4", "every_quarters: 0").replace("measure: spend", "measure: spnd")
    policy.write_text(wrong.replace(", hours: 1.5,", ", hours: -1.5,"), "utf-8")
    try:
        for lang, words in (
            ("zh", ("应不小于", "是否想写 spend")),
            ("en", ("must be at least", "did you mean spend")),
        ):
            done = command("run", "params/studies/demo.yaml", "--lang", lang, cwd=project)
            assert done.returncode == 3 and "Traceback" not in done.stderr
            assert done.stderr.count("vip_80k.yaml") == 3 and all(word in done.stderr for word in words)
    finally:
        policy.write_text(good, "utf-8")
    assert (project / answer["run_folder"]).is_dir()


def test_a_chapter_runs_under_plain_papermill(root, tmp_path):
    """An analyst's own call: no run folder, one language, nothing written beside the notebook."""
    target = tmp_path / "out.ipynb"
    words = ["-k", "python3", "-p", "lang", "en", "notebooks/04_what_does_service_cost.ipynb", str(target)]
    done = subprocess.run(
        [sys.executable, "-m", "papermill", "--no-progress-bar", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    executed = json.loads(target.read_text("utf-8"))
    langs = {
        o["metadata"]["gradelab"]["lang"]
        for c in executed["cells"]
        for o in c.get("outputs", [])
        if "gradelab" in o["metadata"]
    }
    assert langs == {"en"} and list(tmp_path.iterdir()) == [target]


def test_grade_writes_the_register(project, tmp_path):
    target = tmp_path / "register.csv"
    done = command(
        "grade",
        "params/policies/demo/abc_2027.yaml",
        "--study",
        "params/studies/demo.yaml",
        "--out",
        str(target),
        cwd=project,
    )
    assert done.returncode == 0, done.stderr
    head = target.read_text("utf-8-sig").splitlines()
    assert head[0] == '"customer_id","quarter","grade","reason"' and len(head) > 1000
