"""The cube: what may not change it, what it refuses, and that it comes back from disk bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.config import Config

from toolkit.errors import HistoryError
from toolkit.measures import MEASURES, Cube, names, read_cube
from toolkit.measures.aggregation import build_cube, grains, quarterly
from toolkit.measures.arrays import trailing_sum
from toolkit.measures.categories import Categories
from toolkit.measures.cells import CELLS, REQUIRED, cells_for
from toolkit.measures.lines import accepted_lines
from toolkit.window import Quarter

LINE_MEASURES = {"lines_per_order"}
SPEND_POINTS = {"points_from_spend"}  # a point per unit of money, whatever the unit
OF_TRANSACTIONS = [
    name for name in names() if all(n.startswith("transactions.") for n in MEASURES[name].needs)
]


@pytest.fixture(scope="module")
def built(history_of, table_of, eight_quarters) -> Callable[..., Cube]:
    """Build a cube from a frame, by default over eight quarters."""
    return lambda frame, quarters=eight_quarters, **keys: build_cube(
        table_of(frame), quarters=quarters, **keys
    )


def same_bits(first: np.ndarray, second: np.ndarray) -> bool:
    return first.dtype == second.dtype and first.tobytes() == second.tobytes()


def assert_same(first: Cube, second: Cube) -> None:
    """Equal in every bit."""
    assert first.customers.equals(second.customers) and first.customers.name == second.customers.name
    assert (first.quarters, first.returns) == (second.quarters, second.returns)
    assert first.fiscal_start_month == second.fiscal_start_month
    assert list(first.cells) == list(second.cells)
    assert all(same_bits(first.cells[name], second.cells[name]) for name in first.cells)
    for one, other in ((first.categories, second.categories), (first.channels, second.channels)):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.names == other.names
            for part in ("customer", "category", "quarter", "lines"):
                assert same_bits(getattr(one, part), getattr(other, part))


@pytest.mark.parametrize("with_category", [True, False])
def test_written_cube_comes_back_bit_for_bit(history_of, built, tmp_path: Path, with_category: bool) -> None:
    """Oracle: the cube before writing."""
    frame = history_of(11) if with_category else history_of(11)[list(REQUIRED)]
    cube = built(frame, fiscal_start_month=4, returns="separate")
    cube.write(tmp_path / "cube")
    assert_same(read_cube(tmp_path / "cube"), cube)


def test_folder_without_usable_cube_is_refused(history_of, built, tmp_path: Path, monkeypatch) -> None:
    """An empty folder, a lost file and a cube of another version: the message says what to do."""
    built(history_of(11)).write(tmp_path / "lost")
    (tmp_path / "lost" / "category" / "2024Q3.parquet").unlink()
    built(history_of(11)).write(tmp_path / "older")
    monkeypatch.delitem(CELLS, "promoted")
    for folder in ("empty", "lost", "older"):
        with pytest.raises(HistoryError, match="Build it again") as refused:
            read_cube(tmp_path / folder)
        assert "重新" in refused.value.zh


def test_row_order_does_not_matter(history_of, built) -> None:
    """The same rows in another order give the same bits."""
    frame = history_of(12)
    assert_same(built(frame.sample(frac=1, random_state=5)), built(frame))


def test_splitting_lines_changes_line_measures_only(history_of, built) -> None:
    """One line paid as two halves is the same purchase."""
    frame = history_of(13)
    half = frame.assign(**{c: frame[c] / 2 for c in ("amount", "margin", "quantity")})
    whole, split = built(frame), built(pd.concat([half, half]))
    for name in set(OF_TRANSACTIONS) - LINE_MEASURES:
        first, second = (MEASURES[name].values(c, 3, {}) for c in (whole, split))
        np.testing.assert_allclose(second, first, rtol=1e-9, atol=1e-9, err_msg=name)


def test_currency_scales_money_and_nothing_else(history_of, built) -> None:
    """Yuan to fen: money measures times 100, all others unchanged."""
    frame = history_of(14)
    yuan, fen = built(frame), built(frame.assign(amount=frame.amount * 100, margin=frame.margin * 100))
    for name in OF_TRANSACTIONS:
        measure = MEASURES[name]
        scale = 100 if measure.unit == "money" or name in SPEND_POINTS else 1
        first, second = (measure.values(c, 4, {}) for c in (yuan, fen))
        np.testing.assert_allclose(second, first * scale, rtol=1e-9, atol=1e-12, err_msg=name)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(1, 7), window=st.integers(1, 5))
def test_nothing_looks_ahead(built, history_of, eight_quarters, seed, length, window) -> None:
    """Transactions after a quarter change no value at it: the history cut there, and the cube cut there, agree."""
    frame = history_of(seed)
    quarters = eight_quarters[:length]
    known = frame[frame.paid_at < pd.Timestamp(quarters[-1].end())]
    whole = built(frame)
    early, cut = built(known, quarters=quarters), whole.upto(quarters[-1])
    assert early.customers.equals(cut.customers)
    assert all(same_bits(early.cells[name], cut.cells[name]) for name in CELLS)
    rows = whole.customers.isin(early.customers)
    for name in OF_TRANSACTIONS:
        measure = MEASURES[name]
        late = measure.values(whole, window, {})[rows, :length]
        for then in (early, cut):
            np.testing.assert_array_equal(measure.values(then, window, {}), late, err_msg=name)


@settings(max_examples=30, deadline=None)
@given(
    entries=st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 5)), max_size=25),
    window=st.integers(1, 8),
)
def test_breadth_equals_counting_sets(entries, window) -> None:
    """Slow twin: a set per customer and window."""
    customer, category, quarter = np.array([*entries], dtype=np.int32).reshape(-1, 3).T
    kept = Categories.of("xyz", (customer, category, quarter), np.ones_like(customer))
    slow = [
        [len({x for c, x, q in entries if c == i and k - window < q <= k}) for k in range(6)]
        for i in range(3)
    ]
    assert kept.breadth(window, 3, 6).tolist() == slow


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.integers(-9, 9), min_size=1, max_size=9), window=st.integers(1, 12))
def test_trailing_sums_equal_plain_sums(values, window) -> None:
    """Slow twin: a slice per quarter."""
    slow = [sum(values[max(k - window + 1, 0) : k + 1]) for k in range(len(values))]
    assert trailing_sum(np.array([values]), window).tolist() == [slow]
    assert trailing_sum(np.array([values]) / 10, window).tolist() == [[s / 10 for s in slow]]


def test_optional_cells_need_their_column(history_of, built) -> None:
    """Without optional columns the cells that need them are absent and no others."""
    plain = built(history_of(15)[list(REQUIRED)])
    assert set(plain.cells) == {c.name for c in CELLS.values() if c.column is None}
    assert plain.columns == frozenset() and plain.categories is None and plain.channels is None
    assert built(history_of(15)).columns == {"category", "channel", "is_promotion", "margin", "quantity"}


def test_rows_outside_the_quarters_do_not_enter(history_of, built, eight_quarters) -> None:
    """A history that begins and ends within the rows is the history of the rows between."""
    frame, inner = history_of(16), eight_quarters[2:5]
    between = frame.paid_at.between(
        pd.Timestamp(inner[0].start()), pd.Timestamp(inner[-1].end()), inclusive="left"
    )
    assert_same(built(frame, quarters=inner), built(frame[between], quarters=inner))


def test_arrays_are_read_only_and_narrow(history_of, built) -> None:
    """Counts and days take four bytes; nobody writes into the cube."""
    cube = built(history_of(17))
    assert {name: str(array.dtype) for name, array in cube.cells.items()} == {
        c.name: c.dtype for c in CELLS.values()
    }
    with pytest.raises(ValueError, match="read-only"):
        cube.cells["gross"][0, 0] = 1


def test_unusable_input_is_refused(history_of, built, eight_quarters) -> None:
    """Holes, empty ranges and missing columns are named in both languages."""
    frame = history_of(18)
    cases = {
        "followed by 2024Q4": lambda: built(frame, quarters=[eight_quarters[0], eight_quarters[3]]),
        "at least one": lambda: built(frame, quarters=[]),
        "No accepted transaction": lambda: built(frame, quarters=[Quarter.parse("1999Q1")]),
        "order_id, is_return": lambda: built(frame.drop(columns=["order_id", "is_return"])),
        "runs from 2024Q1 to 2025Q4": lambda: built(frame).position(Quarter.parse("2026Q1")),
    }
    for text, build in cases.items():
        with pytest.raises(HistoryError, match=text) as refused:
            build()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.zh)


def test_cells_compile_for_spark(history_of, table_of, eight_quarters, monkeypatch) -> None:
    """The same expressions have a Spark translation, without a Spark at hand."""

    class SparkOptions(Config):
        treat_nan_as_null: bool = False

    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    table = table_of(history_of(19))
    for grain, rows in grains(accepted_lines(table, eight_quarters, 1)).items():
        wanted = [cell for cell in cells_for(table.columns) if cell.grain == grain]
        text = ibis.to_sql(quarterly(rows, wanted), dialect="pyspark")
        assert wanted and all(f"`{cell.name}`" in text for cell in wanted)
