"""Secrets. Expected: they are referred to, looked up at the door, and found wherever they got out."""

from __future__ import annotations

import html
import json
import sys
from types import ModuleType
from urllib.parse import quote

import pandas as pd
import pytest

from toolkit.errors import ParameterError
from toolkit.history.vault import files_of, opened
from toolkit.params.history import FilesParams
from toolkit.params.problems import FileProblems
from toolkit.params.references import Reference, masked, references
from toolkit.params.study_files import read_study
from toolkit.run.hooks import call_hooks
from toolkit.run.secrets import SecretFound, hidden, refuse_leaks, resolve, scan

SECRET = 'Tr0ub4dor&3 "密码"/x'
PASSWORD = Reference("env", "GRADELAB_TEST_PASSWORD")
KNOWN = {PASSWORD: SECRET}


@pytest.fixture
def history() -> FilesParams:
    """A history whose file lies where only the environment knows."""
    columns = {"customer_id": "c", "paid_at": "d", "amount": "a"}
    table = {"path": "${env:GRADELAB_TEST_PASSWORD}/orders.csv", "columns": columns}
    return FilesParams.model_validate({"kind": "files", "transactions": table})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("orders/2026_*.csv.gz", "orders/2026_*.csv.gz"),
        ("C:/exports/a.csv", "C:/exports/a.csv"),
        ("postgresql://bi@db/sales", "postgresql://bi@db/sales"),
        ("postgresql://bi:hunter2@db:5432/sales", "postgresql://bi:***@db:5432/sales"),
        ("postgresql://bi:${env:PW}@db/sales", "postgresql://bi:${env:PW}@db/sales"),
        ("postgresql://bi:a${env:PW}@db/sales", "postgresql://bi:***@db/sales"),
        (
            "postgresql://db/sales?user=bi&password=hunter2&x=1",
            "postgresql://db/sales?user=bi&password=***&x=1",
        ),
        ("host=db PASSWORD = 'hunter 2' user=bi", "host=db PASSWORD = *** user=bi"),
        ("md:sales?motherduck_token=abc.def", "md:sales?motherduck_token=***"),
        ("md:sales?motherduck_token=${keyring:md/bi}", "md:sales?motherduck_token=${keyring:md/bi}"),
        ("redis://:hunter2@db", "redis://:***@db"),
    ],
)
def test_a_literal_password_is_masked_and_a_reference_stays(written, kept):
    """Each way in which addresses carry passwords (libpq URI and key words, DuckDB/MotherDuck token)."""
    assert masked(written) == kept
    assert hidden(f"see {written}", ["hunter2"]).count("hunter2") == 0


@pytest.mark.parametrize(
    "path",
    ["postgresql://bi:hunter2@db/sales", "host=db password=hunter2", "${vault:hunter2}", "x/${env:hunter-2}"],
)
def test_a_literal_password_is_refused_without_being_repeated(project, path):
    text = project.study.read_text("utf-8")
    table = {"path": path, "columns": {"customer_id": "c", "paid_at": "d", "amount": "a"}}
    simulated = text[text.index("history:") :].splitlines()
    end = next(i for i, line in enumerate(simulated[1:], 1) if line[:1].strip())
    block = "\n".join(simulated[:end])
    files = json.dumps({"kind": "files", "transactions": table}, ensure_ascii=False)
    project.study.write_text(text.replace(block, f"history: {files}"), "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(project.study)
    for told in (refused.value.zh, refused.value.en):
        assert "hunter" not in told and "${env:NAME}" in told and "history.transactions.path" in told


def test_a_misplaced_password_is_not_repeated(project):
    text = project.study.read_text("utf-8")
    project.study.write_text(f"{text}\npassword: hunter2\n", "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(project.study)
    assert "password" in refused.value.en and "hunter2" not in refused.value.en + refused.value.zh


def test_references_are_found_and_resolved(monkeypatch):
    monkeypatch.setenv("GRADELAB_TEST_PASSWORD", SECRET)
    assert references(["a", {"b": "${env:GRADELAB_TEST_PASSWORD}:${keyring:s p/u@x}"}]) == [
        PASSWORD,
        Reference("keyring", "s p", "u@x"),
    ]
    assert resolve([PASSWORD]) == KNOWN
    assert opened("${env:GRADELAB_TEST_PASSWORD}/a.csv") == f"{SECRET}/a.csv"
    monkeypatch.delenv("GRADELAB_TEST_PASSWORD")
    with pytest.raises(ParameterError, match="GRADELAB_TEST_PASSWORD is not set"):
        resolve([PASSWORD])


def test_the_key_ring_is_asked_where_it_is_installed(monkeypatch):
    """A stand-in for the optional package; then its absence."""
    ring = ModuleType("keyring")
    ring.errors = type("errors", (), {"KeyringError": type("KeyringError", (Exception,), {})})
    ring.get_password = lambda service, user: {("db", "bi"): SECRET}.get((service, user))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert opened("${keyring:db/bi}") == SECRET
    with pytest.raises(ParameterError, match="keyring set db me"):
        opened("${keyring:db/me}")

    def locked(service, user):
        raise ring.errors.KeyringError("no back end")

    ring.get_password = locked
    with pytest.raises(ParameterError, match="cannot be read"):
        opened("${keyring:db/bi}")
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ParameterError, match="pip install keyring"):
        opened("${keyring:db/bi}")


def test_files_are_named_by_their_reference(tmp_path, monkeypatch):
    """One file, several, an absolute one; what stands there is in no name."""
    monkeypatch.setenv("GRADELAB_TEST_PASSWORD", "hidden_share")
    (tmp_path / "hidden_share").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "hidden_share" / name).write_text("x", "utf-8")
    told = files_of(f"{PASSWORD}/*.csv", tmp_path)
    assert [name for name, _ in told] == [f"{PASSWORD}/a.csv", f"{PASSWORD}/b.csv"]
    assert [path.name for _, path in told] == ["a.csv", "b.csv"]
    monkeypatch.setenv("GRADELAB_TEST_PASSWORD", str(tmp_path / "hidden_share"))
    assert files_of(f"{PASSWORD}/a.csv", tmp_path / "elsewhere") == [
        (f"{PASSWORD}/a.csv", tmp_path / "hidden_share" / "a.csv")
    ]
    assert files_of("nothing.csv", tmp_path) == [] and files_of("/nothing/*.csv", tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest.json", json.dumps({"a": f"x{SECRET}"})),
        ("events.jsonl", json.dumps({"a": SECRET}, ensure_ascii=False)),
        ("params.resolved.yaml", f"a: {SECRET}"),
        ("tables/a.csv", SECRET),
        ("report.zh.html", f"<p>{html.escape(SECRET)}</p>"),
        ("figures/a.svg", f"<text>{html.escape(SECRET, quote=False)}</text>"),
        ("notebooks/a.ipynb", json.dumps({"cells": [{"source": [SECRET]}]})),
        ("report.en.html", f'<a href="x?p={quote(SECRET, safe="")}">'),
    ],
)
def test_a_value_is_found_in_every_text(tmp_path, name, text):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / "clean.json").write_text("{}", "utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    [leak] = scan(tmp_path, KNOWN)
    assert (leak.file, leak.reference) == (name, PASSWORD)


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_a_value_is_found_in_parquet(tmp_path, dtype):
    frame = pd.DataFrame({"n": [1, 2], "note": pd.Series(["fine", f"at {SECRET}"], dtype=dtype)})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.assign(note="fine").to_parquet(tmp_path / "b.parquet")
    assert [leak.file for leak in scan(tmp_path, KNOWN)] == ["a.parquet"]


def test_a_value_is_found_in_a_pdf(tmp_path):
    """Typst writes glyph numbers into compressed streams; the words are read back."""
    typst = pytest.importorskip("typst")
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(typst.compile(b"Password Xyzzy2026Plugh is here", format="pdf"))
    (tmp_path / "b.pdf").write_bytes(typst.compile(b"Nothing is here", format="pdf"))
    assert [leak.file for leak in scan(tmp_path, {PASSWORD: "Xyzzy2026Plugh"})] == ["a.pdf"]


def test_nothing_is_published_that_holds_a_value(tmp_path, history, monkeypatch):
    monkeypatch.setenv("GRADELAB_TEST_PASSWORD", SECRET)
    (tmp_path / "facts.json").write_text("{}", "utf-8")
    refuse_leaks(history, tmp_path)
    (tmp_path / "facts.json").write_text(json.dumps(SECRET), "utf-8")
    with pytest.raises(SecretFound) as refused:
        refuse_leaks(history, tmp_path)
    assert refused.value.exit_code == 8
    for told in (refused.value.zh, refused.value.en):
        assert "facts.json" in told and str(PASSWORD) in told and SECRET not in told


def test_a_run_that_prints_a_value_fails(project, kernels, manifest, monkeypatch, history):
    """Through the runner: the chapter prints it, the run fails, the record names file and reference."""
    monkeypatch.setenv("GRADELAB_TEST_PASSWORD", "Xyzzy2026Plugh")
    project.chapter(
        "01_one",
        project.fact("01_one", verdict="keep"),
        "import os\nprint(os.environ['GRADELAB_TEST_PASSWORD'])",
    )
    run = project.run(kernels)
    study = run.plan.files.study.model_copy(update={"history": history})
    object.__setattr__(run.plan.files, "study", study)
    with pytest.raises(SecretFound):
        run.go()
    told = manifest(run.folder)
    assert told["state"] == "failed" and "notebooks/01_one.ipynb" in told["reason"]["en"]
    assert "Xyzzy2026Plugh" not in json.dumps(told) and not (run.folder.parent / "latest.json").exists()


def test_a_reference_to_nothing_is_refused_by_the_data_and_on_record(project, kernels, manifest, history):
    """Not by a crash before the run has begun: its hooks must hear of it."""
    project.chapter("01_one", project.fact("01_one", verdict="keep"))

    def read(path, quarter, data, reports):
        return resolve(references(history.model_dump(mode="json")))

    run = project.run(kernels, open_study=read)
    object.__setattr__(run.plan.files, "study", run.plan.files.study.model_copy(update={"history": history}))
    with pytest.raises(ParameterError, match="GRADELAB_TEST_PASSWORD is not set"):
        run.go()
    assert manifest(run.folder)["state"] == "failed" and "没有设置" in manifest(run.folder)["reason"]["zh"]


def test_what_a_hook_prints_is_recorded_without_secrets(past_run, tmp_path, root, monkeypatch):
    monkeypatch.setenv("GRADELAB_MAIL_PASSWORD", "Xyzzy2026Plugh")
    study = read_study(root / "params" / "studies" / "demo.yaml").study
    hook = {"on": "success", "command": ("echo", "refused Xyzzy2026Plugh")}
    study = type(study).model_validate(study.model_dump() | {"hooks": (hook,)})
    [told] = call_hooks(study, past_run("2026Q2", "20260701T080000Z-00000a"), tmp_path)
    assert told.said == "refused ***"


def test_a_study_whose_files_lie_where_only_the_environment_knows(project, monkeypatch, tmp_path, cache):
    """Opened for real: rows are read, every record names the reference; another place is another history."""
    from toolkit.study import open_study

    text = project.study.read_text("utf-8")
    begin = text.index("history:")
    end = begin + text[begin:].index("\nquarter") if "\nquarter" in text[begin:] else None
    rows = "\n".join(
        f"c{day % 7},2026-{month:02}-{day:02},{day}" for month in (1, 2, 3) for day in range(1, 29)
    )
    for share in ("share_one", "share_two"):
        (tmp_path / share).mkdir()
        (tmp_path / share / "orders_1.csv").write_text(f"c,d,a\n{rows}\n{rows}\n2,2026-03-31,1\n", "utf-8")
    table = {
        "path": "${env:GRADELAB_TEST_PASSWORD}/orders_*.csv",
        "columns": {"customer_id": "c", "paid_at": "d", "amount": "a"},
    }
    history = json.dumps({"kind": "files", "transactions": table})
    kept = [line for line in (text[:begin] + (text[end:] if end else "")).splitlines() if line]
    study = project.study.with_name("shared.yaml")
    study.write_text(
        "\n".join(
            [
                *_without(kept, "programme", "designs", "hotline", "capacity", "scenarios"),
                f"history: {history}",
            ]
        ),
        "utf-8",
    )
    for share in ("share_one", "share_two"):
        monkeypatch.setenv("GRADELAB_TEST_PASSWORD", share)
        told = json.dumps(open_study(study, data=tmp_path).provenance(), default=str)
        assert "${env:GRADELAB_TEST_PASSWORD}/orders_1.csv" in told and share not in told


def _without(lines: list[str], *blocks: str) -> list[str]:
    """The lines of a study without some of its blocks."""
    kept, leaving = [], False
    for line in lines:
        if line[:1].strip() and not line.startswith("#"):
            leaving = line.split(":")[0] in blocks
        if not leaving:
            kept.append(line)
    return kept
