"""Lines made ready for the aggregation: in files of a few customers each, and summed up in marks."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from toolkit.history.source import connect
from toolkit.measures.earlier import ahead_of
from toolkit.measures.lines import accepted_lines
from toolkit.measures.staging import marks_of, staged
from toolkit.window import Quarter

SPILL = "day=3 of O'Brien [1]*"


def told(con: ibis.BaseBackend, frame: pd.DataFrame) -> ir.Table:
    """A frame as a table of the engine."""
    rows = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    return con.create_table(ibis.util.gen_name("told"), rows, temp=True)


@pytest.mark.parametrize("limit", [None, "1GB"])
def test_each_step_has_a_file_of_its_customers(history_of, eight_quarters, tmp_path, limit) -> None:
    """Oracle: the rows of those customers. The files lie in the spill folder while they are used, one for each step."""
    con, frame = connect("UTC", limit, tmp_path / SPILL), history_of(11)
    lines = accepted_lines(told(con, frame), eight_quarters, 1, marks=True)
    inside = frame[frame["paid_at"] < pd.Timestamp(eight_quarters[-1].end())]
    ids = sorted(inside["customer_id"].unique())
    step = -(-len(ids) // 3)
    with staged(lines, lambda customers: -(-customers // 3)) as stage:
        parts = sorted((tmp_path / SPILL).glob("gradelab_parts_*/*/*.parquet"))
        assert [path.parent.name for path in parts] == ["part=0", "part=1", "part=2"]
        assert stage.customers.to_pylist() == ids and set(stage.lines.columns) == set(lines.columns)
        for first in range(0, len(ids), step):
            found = stage.among(first, first + step).to_pandas()
            mine = inside[inside["customer_id"].isin(ids[first : first + step])]
            assert sorted(found["amount"].astype(float)) == pytest.approx(sorted(mine["amount"]))
            assert set(found["customer_id"]) == set(range(first, min(first + step, len(ids))))
            held = pd.read_parquet(parts[first // step])
            pd.testing.assert_frame_equal(held[list(found)], found, check_dtype=False)
    assert not list((tmp_path / SPILL).glob("gradelab_parts_*"))
    kept = con.raw_sql("SELECT current_setting('preserve_insertion_order')").fetchall()
    assert kept[0][0] is (limit is None)


def test_an_engine_that_names_no_folder_has_its_parts_in_that_of_the_system(
    history_of, eight_quarters, tmp_path, monkeypatch
) -> None:
    """DuckDB alone would spill into the working folder; nothing is left there."""
    monkeypatch.chdir(tmp_path)
    lines = accepted_lines(told(ibis.duckdb.connect(), history_of(12)), eight_quarters, 1, marks=True)
    with staged(lines, lambda customers: 2) as stage:
        assert stage.among(0, 2).count().to_pyarrow().as_py() and not list(tmp_path.iterdir())


@pytest.mark.parametrize("month", [1, 4, 12])
def test_marks_count_the_rows_of_each_quarter(history_of, eight_quarters, month) -> None:
    """Slow twin: quarters of pandas. The order of the rows does not matter; a changed row changes its quarter alone."""
    con = ibis.duckdb.connect()
    frame = history_of(13)
    frame = frame[frame["paid_at"] >= pd.Timestamp(eight_quarters[0].start(month))].reset_index(drop=True)
    own = [Quarter.containing(day.date(), month).ordinal for day in frame["paid_at"]]

    def marks(of: pd.DataFrame) -> dict[int, tuple[int, str]]:
        return marks_of(accepted_lines(told(con, of), eight_quarters, month, marks=True), month)

    found = marks(frame)
    held = {one for one in own if one <= eight_quarters[-1].ordinal}
    assert {one: rows for one, (rows, _) in found.items()} == {one: own.count(one) for one in held}
    assert marks(frame.sample(frac=1, random_state=1)) == found
    changed = frame.assign(amount=np.where(frame.index == 0, frame["amount"] + 0.01, frame["amount"]))
    now = marks(changed)
    assert {one for one in found if found[one] != now[one]} == {own[0]}


@pytest.mark.parametrize("length", [0, 1, 2, 7, 64])
def test_places_among_sorted_texts(length: int) -> None:
    """Slow twin: counting one by one, in the order of Python's texts."""
    rng = np.random.default_rng(length)
    letters = ["a", "B", "客", "户", "é", "0", "😀"]

    def texts(size: int) -> list[str]:
        return ["".join(rng.choice(letters, rng.integers(0, 4))) for _ in range(size)]

    rising, names = sorted(set(texts(length))), texts(30)
    found = ahead_of(pa.array(rising, pa.string()), pa.array(names, pa.string()))
    assert found.tolist() == [sum(one < name for one in rising) for name in names]
    assert len(ahead_of(pa.array(rising, pa.string()), pa.array([], pa.string()))) == 0
