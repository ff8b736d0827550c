"""Who moves, as files: nothing in them is run by a spreadsheet, and Parquet holds every text as it is."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.comparison.movers import COLUMNS
from toolkit.reporting.chapter import Chapter
from toolkit.reporting.movers_file import write_movers

RUN_BY_A_SPREADSHEET = tuple("=+-@\t\r\n＝＋－＠")
AWKWARD = ("=1+1", "@x", "+86 139", "-5", "\tx", "\rx", "\n=2", "＝1", '=cmd|"/c calc"!A1', "'quoted")
HARMLESS = ("客户甲", "C0000057", "123456789012345678901234567890", "a,b", 'say "hi"', "O'Neil", "0012")


def frame_of(ids, words=None):
    n = len(ids)
    columns = {name: np.array(words or ["金"] * n, dtype=object) for name in COLUMNS}
    columns |= {"margin_per_year": np.arange(n) - 1.5, "cost_change_per_year": -np.ones(n)}
    return pd.DataFrame(columns, index=pd.Index(ids, name="customer_id"))


def cells(path):
    """Every cell as a spreadsheet gets it, the header apart: the standard library's reader, no type guessing."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_awkward_ids_and_words_are_disarmed_in_the_csv_and_whole_in_parquet(tmp_path):
    ids = [*AWKWARD, *HARMLESS]
    frame = frame_of(ids, ids)
    assert write_movers(frame, tmp_path / "p") == len(ids)
    rows = cells(tmp_path / "p.csv")
    assert [row[0] for row in rows] == [f"'{x}" if x.startswith(RUN_BY_A_SPREADSHEET) else x for x in ids]
    columns = ["customer_id", *COLUMNS]
    for row in rows:
        for name, text in zip(columns, row, strict=True):
            assert is_number(text) if name.endswith("per_year") else not text.startswith(RUN_BY_A_SPREADSHEET)
    whole = pd.read_parquet(tmp_path / "p.parquet")
    assert whole["customer_id"].tolist() == ids and whole["reason_zh"].tolist() == ids
    assert whole.columns.tolist() == columns


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(alphabet="=+-@\t\r\n＝＋－＠'\",;0a甲 ", min_size=1, max_size=8), min_size=1, max_size=8)
)
def test_no_text_begins_as_a_formula_and_none_is_lost(tmp_path_factory, ids):
    path = tmp_path_factory.mktemp("m") / "p"
    write_movers(frame_of(ids, ids), path)
    rows = cells(path.with_name("p.csv"))
    assert len(rows) == len(ids)
    for row, own in zip(rows, ids, strict=True):
        assert not row[0].startswith(RUN_BY_A_SPREADSHEET)
        assert row[0].replace("\r\n", "\n").replace("\r", "\n") in (
            text.replace("\r\n", "\n").replace("\r", "\n") for text in (own, f"'{own}")
        )
    assert pd.read_parquet(path.with_name("p.parquet"))["customer_id"].tolist() == ids


def test_ids_that_are_numbers_stay_text(tmp_path):
    write_movers(frame_of([17, 123456789012345678]), tmp_path / "p")
    assert [row[0] for row in cells(tmp_path / "p.csv")] == ["17", "123456789012345678"]
    assert pd.read_parquet(tmp_path / "p.parquet")["customer_id"].tolist() == ["17", "123456789012345678"]


def test_nobody_moves(tmp_path):
    assert write_movers(frame_of([]), tmp_path / "p") == 0
    assert cells(tmp_path / "p.csv") == [] and len(pd.read_parquet(tmp_path / "p.parquet")) == 0


def test_a_spreadsheet_knows_the_csv_for_utf8(tmp_path):
    write_movers(frame_of(["客户"]), tmp_path / "p")
    assert (tmp_path / "p.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_run_keeps_one_pair_of_files_for_each_alternative(demo, tmp_path):
    Chapter("06", demo, str(tmp_path)).keep_movers()
    names = sorted(path.name for path in (tmp_path / "who_moves").iterdir())
    assert names == sorted(f"{p.id}.{end}" for p in demo.alternatives for end in ("csv", "parquet"))
    kept = pd.read_csv(tmp_path / "who_moves" / "weighted_2027.csv", dtype={"customer_id": str})
    assert kept["customer_id"].tolist() == demo.movers["weighted_2027"].frame.index.tolist()
    assert not {"name", "title"} & set(kept.columns)


def test_outside_a_run_nothing_is_written(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Chapter("06", demo).keep_movers()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", AWKWARD[:-1])
def test_each_awkward_id_begins_as_a_formula(text):
    """Otherwise the cases above would prove nothing."""
    assert text.startswith(RUN_BY_A_SPREADSHEET)
