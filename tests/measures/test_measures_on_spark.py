"""Every registered measure on DuckDB, on Spark and by its slow twin; the cube in every bit."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from toolkit.measures import MEASURES, names
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cells import CELLS


def beside(name: str) -> ModuleType:
    """A test module beside this one, for its twins."""
    spec = importlib.util.spec_from_file_location(f"twins_of_{name}", Path(__file__).with_name(f"{name}.py"))
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


OF_ROWS, OF_TABLES = beside("test_measure_values"), beside("test_table_measures")
ODD = ("客户 ", "客户", "a", "B", "b", "ß", "😀", "10", "9", "\u00e9", "e\u0301", "")
SAME = {"rtol": 1e-9, "atol": 1e-6}


def same_cube(one, other) -> None:
    assert one.customers.equals(other.customers) and one.quarters == other.quarters
    assert list(one.cells) == list(other.cells)
    for name, cell in one.cells.items():
        assert cell.dtype == other.cells[name].dtype and cell.tobytes() == other.cells[name].tobytes(), name
    for mine, its in ((one.categories, other.categories), (one.channels, other.channels)):
        assert (mine is None) == (its is None)
        for part in ("customer", "category", "quarter", "lines") if mine is not None else ():
            assert getattr(mine, part).tobytes() == getattr(its, part).tobytes()
        assert mine is None or mine.names == its.names


@pytest.mark.parametrize(
    ("seed", "window", "fiscal", "returns"), [(1, 4, 1, "netted"), (2, 2, 4, "separate")]
)
def test_every_measure_on_both_engines_equals_its_slow_twin(
    history_of, tables_of, table_of, spark_table_of, eight_quarters, seed, window, fiscal, returns
) -> None:
    """Expected values: the twins, from the raw rows; every registered measure is among them."""
    frame, tables = history_of(seed), OF_TABLES.with_numbers(tables_of(seed))
    keys = {"quarters": eight_quarters, "fiscal_start_month": fiscal, "returns": returns}
    here, there = build_cube(table_of(frame), **keys), build_cube(spark_table_of(frame), **keys)
    slow = OF_ROWS.slow_values(frame, eight_quarters, window, fiscal, returns == "netted")
    slow |= OF_TABLES.slow_values(here, tables, window)
    assert set(slow) == set(names())
    for name in names():
        for cube in (here, there):
            found = MEASURES[name].values(cube, window, tables)
            np.testing.assert_allclose(found, slow[name], **SAME, err_msg=name)


def test_the_cube_is_the_same_in_every_bit(history_of, table_of, spark_table_of, eight_quarters) -> None:
    """Ids that collate, fold or trim alike stay apart; every cell is filled on both engines."""
    frame = pd.concat([history_of(seed, customers=12) for seed in (31, 32, 33)], ignore_index=True)
    frame["customer_id"] = frame.customer_id.map({f"c{place}": name for place, name in enumerate(ODD)})
    frame["order_id"] = frame.customer_id + frame.order_id
    here = build_cube(table_of(frame), quarters=eight_quarters)
    there = build_cube(spark_table_of(frame), quarters=eight_quarters)
    assert set(here.cells) == set(CELLS) and len(here.customers) == len(ODD)
    same_cube(here, there)


@pytest.mark.parametrize(
    "amounts", [(0.1,) * 10, (0.00145,) * 3, (0.01045, 0.00015, 1.00005), (1e9 + 0.01,) * 4]
)
def test_money_is_rounded_and_added_alike(amounts, table_of, spark_table_of, eight_quarters) -> None:
    """Halves of the fourth place, where a decimal made of a double is rounded by engine."""
    frame = pd.DataFrame({
        "customer_id": "c", "order_id": [f"o{k}" for k in range(len(amounts))], "amount": amounts, "is_return": False,
        "paid_at": pd.Timestamp("2024-03-31 23:59:59.999999"),
    })  # fmt: skip
    same_cube(*(build_cube(table(frame), quarters=eight_quarters) for table in (table_of, spark_table_of)))
