"""Signing off. Expected: a signature holds exactly as long as the files it was given for are the same, byte for byte."""

from __future__ import annotations

import hashlib
import json

import pytest

from toolkit.errors import UsageError
from toolkit.run.found import find_run
from toolkit.run.index import write_index
from toolkit.run.signing import SIGNATURES, Unsigned, refuse_void, run_hash, sign, signatures, signed_roles

RUN = "20260701T080000Z-00000a"


def test_the_hash_is_that_of_names_digests_and_facts():
    """Recomputed by hand from the definition."""
    told = '[[["a", "1"], ["facts.json", "2"]], "2"]'
    assert run_hash({"facts.json": "2", "a": "1"}) == hashlib.sha256(told.encode()).hexdigest()


def test_a_signature_holds_until_a_file_changes_and_again_when_it_is_restored(past_run):
    folder = past_run("2026Q2", RUN)
    before = (folder / "manifest.json").read_bytes()
    sign(folder, "analyst", "李 雷", "已核对")
    assert [(one.signature.role, one.valid) for one in signatures(folder)] == [("analyst", True)]
    assert (folder / "manifest.json").read_bytes() == before
    table = folder / "tables" / "grades.csv"
    kept = table.read_bytes()
    for change in (lambda: table.write_bytes(kept + b"B,1\n"), table.unlink):
        change()
        assert [one.valid for one in signatures(folder)] == [False] and signed_roles(folder) is None
        with pytest.raises(Unsigned) as refused:
            refuse_void(signatures(folder))
        assert refused.value.exit_code == 9 and "分析师" in refused.value.zh and "analyst" in refused.value.en
        table.write_bytes(kept)
    assert signed_roles(folder).zh == "已签署：分析师"


@pytest.mark.parametrize("field", ["name", "at", "note", "run", "hash", "bound"])
def test_an_altered_signature_is_void(past_run, field):
    """Role, name, time and note are bound to the run."""
    folder = past_run("2026Q2", RUN)
    sign(folder, "approver", "Han", "yes")
    told = json.loads((folder / SIGNATURES).read_text("utf-8"))
    told["signatures"]["approver"][field] += "x"
    (folder / SIGNATURES).write_text(json.dumps(told), "utf-8")
    assert [one.valid for one in signatures(folder)] == [False]


def test_one_signature_for_each_role_and_the_old_one_is_history(past_run):
    folder = past_run("2026Q2", RUN)
    first = sign(folder, "assurer", "Old")
    sign(folder, "commissioner", "Boss")
    sign(folder, "assurer", "New")
    assert [one.signature.name for one in signatures(folder)] == ["Boss", "New"]
    history = json.loads((folder / SIGNATURES).read_text("utf-8"))["history"]
    assert [(one["name"], one["bound"]) for one in history] == [("Old", first.bound)]


@pytest.mark.parametrize("state", ["failed", "interrupted", "abandoned"])
def test_a_bad_run_is_not_signed(past_run, state):
    folder = past_run("2026Q2", RUN, state)
    with pytest.raises(UsageError) as refused:
        sign(folder, "analyst", "Li")
    assert state in refused.value.en and "不能签署" in refused.value.zh and not (folder / SIGNATURES).exists()


def test_a_run_with_missing_or_altered_files_is_not_signed(past_run):
    folder = past_run("2026Q2", RUN)
    (folder / "report.zh.html").unlink()
    with pytest.raises(UsageError) as refused:
        sign(folder, "analyst", "Li")
    assert "report.zh.html" in refused.value.en and "report.zh.html" in refused.value.zh
    with pytest.raises(UsageError, match="Say with --name"):
        sign(folder, "analyst", "  ")
    with pytest.raises(UsageError, match="commissioner, analyst, assurer, approver"):
        sign(folder, "king", "Li")


def test_a_run_is_found_by_folder_quarter_study_and_study_file(past_run, root, tmp_path):
    first, second = past_run("2026Q1", "20260401T080000Z-00000a"), past_run("2026Q2", RUN)
    out = tmp_path / "reports"
    study = root / "params" / "studies" / "demo.yaml"
    for wanted, quarter, found in (
        (first, None, first),
        (second.parent, None, second),
        (out / "demo", None, second),
        (out / "demo", "2026Q1", first),
        (study, "last", second),
        (study, "2026Q1", first),
    ):
        assert find_run(wanted, out, quarter) == found
    with pytest.raises(UsageError, match="2026Q1, 2026Q2"):
        find_run(study, out, "2025Q1")
    with pytest.raises(UsageError, match="no run folder"):
        find_run(tmp_path, out)


def test_the_command_signs_checks_and_shows_roles_in_the_index(past_run, tmp_path, monkeypatch, capsys):
    """Exit 0 while valid, 9 when void or unsigned."""
    from toolkit.cli import main

    folder = past_run("2026Q2", RUN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADELAB_LANG", "en")

    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["gradelab", "sign", "demo/2026Q2", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out + told.err

    assert call("--check")[0] == 9
    assert call("--role", "analyst")[0] == 2
    code, text = call("--role", "analyst", "--name", "李雷")
    assert code == 0 and "李雷" in text
    assert call("--check") == (0, text)
    assert "已签署：分析师" in write_index(tmp_path / "reports").read_text("utf-8")
    (folder / "facts.json").write_text("{}", "utf-8")
    code, text = call("--check")
    assert code == 9 and "void" in text
    assert "已签署" not in write_index(tmp_path / "reports").read_text("utf-8")
