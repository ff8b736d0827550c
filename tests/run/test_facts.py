"""Facts of all chapters in one file. Expected: each id once, each value finite (DESIGN.md, section 6)."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import ReportError
from toolkit.run.facts import merge_facts


def write(folder, chapter, **facts):
    """Write what a chapter would."""
    (folder / "facts").mkdir(exist_ok=True)
    (folder / "facts" / f"{chapter}.json").write_text(json.dumps(facts), "utf-8")


def test_facts_keep_their_order_and_their_chapter(tmp_path):
    """Chapters in reading order, facts as recorded."""
    write(tmp_path, "02_b", z={"value": 1}, a={"value": None})
    write(tmp_path, "01_a", m={"value": "甲"})
    merged = merge_facts(tmp_path)
    assert list(merged) == ["m", "z", "a"] and merged["a"] == {"value": None, "chapter": "02_b"}
    assert json.loads((tmp_path / "facts.json").read_text("utf-8")) == merged


def test_an_id_of_two_chapters_is_refused(tmp_path):
    """Even with equal values: an id has one home."""
    write(tmp_path, "01_a", m={"value": 1})
    write(tmp_path, "02_b", m={"value": 1})
    with pytest.raises(ReportError) as refused:
        merge_facts(tmp_path)
    assert refused.value.exit_code == 8
    assert all(word in refused.value.zh for word in ("m", "01_a", "02_b"))
    assert not (tmp_path / "facts.json").exists()


def test_a_value_that_is_no_number_is_refused(tmp_path):
    """Python writes NaN into JSON; a report must not."""
    write(tmp_path, "01_a", m={"value": float("nan"), "low": 0.1})
    with pytest.raises(ReportError, match=r"m of chapter 01_a is not a finite number \(value\)"):
        merge_facts(tmp_path)
