"""The register of measures: what is said of each, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.measures import MEASURES, About, Measure, find, measure, names
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cells import REQUIRED
from toolkit.promises.of_measures import described
from toolkit.terms import UNITS, Label

FACTORS = {f"F{number:02d}" for number in range(1, 78)}


@pytest.fixture(scope="module")
def plain_cube(history_of, table_of, eight_quarters):
    """A cube from the required columns alone."""
    return build_cube(table_of(history_of(21)[list(REQUIRED)]), quarters=eight_quarters)


@pytest.fixture
def extra():
    """Register a measure for the length of a test."""
    before = dict(MEASURES)
    yield measure
    MEASURES.clear()
    MEASURES.update(before)


@pytest.mark.parametrize("entry", MEASURES.values(), ids=lambda m: m.id)
def test_every_measure_is_described(entry: Measure) -> None:
    """Unit, factor of the catalogue, both languages, a docstring of its own: as asked of extensions, and that they are 77."""
    assert entry.unit in UNITS and entry.factor in FACTORS
    assert described(entry, None) is None


def test_missing_column_is_named(plain_cube) -> None:
    """A measure whose data is absent is refused, the others are not."""
    with pytest.raises(HistoryError, match="column margin of table transactions") as refused:
        MEASURES["margin_rate"].values(plain_cube, 4, {})
    assert "表 transactions 的列 margin" in refused.value.zh
    lacking = {name for name in names() if MEASURES[name].missing(plain_cube, {})}
    of_columns = {
        "margin",
        "margin_rate",
        "quantity",
        "promotion_share",
        "category_breadth",
        "channel_breadth",
    }
    of_columns |= {"clv", "profit_share", "goods_cost", "price_sensitivity", "main_category_share"}
    of_tables = {
        name for name in names() if {n.split(".")[0] for n in MEASURES[name].needs} - {"transactions"}
    }
    assert lacking == of_columns | {"main_channel_share"} | of_tables
    for name in set(names()) - lacking:
        assert MEASURES[name].values(plain_cube, 4, {}).shape == plain_cube.shape


def test_measure_of_another_table_receives_it(plain_cube, extra) -> None:
    """A measure that names another table is given the tables, and refused without them."""

    @extra(Label("已欠", "owed"), "money", "lower", About("F18", Label("欠", "owed"), ("payments.open",)))
    def owed(cube, window, tables):
        own = tables["payments"].groupby("customer_id")["open"].sum().reindex(cube.customers)
        return np.repeat(own.to_numpy()[:, None], cube.shape[1], axis=1)

    payments = pd.DataFrame({"customer_id": plain_cube.customers[:1], "open": [7.0]})
    assert find("owed").values(plain_cube, 1, {"payments": payments})[0, 0] == 7
    for tables in ({}, {"payments": payments[["customer_id"]]}):
        with pytest.raises(HistoryError, match="column open of table payments"):
            find("owed").values(plain_cube, 1, tables)


def test_names_are_unique_and_units_known(extra) -> None:
    """A second ``spend`` and an unknown unit are mistakes of the author."""

    def spend(cube, window): ...

    about = About("F01", Label("甲", "a"))
    with pytest.raises(ValueError, match="twice"):
        extra(Label("甲", "a"), "money", "higher", about)(spend)
    spend.__name__ = "other"
    with pytest.raises(ValueError, match="unknown unit"):
        extra(Label("甲", "a"), "yuan", "higher", about)(spend)


def test_unknown_name_proposes_the_nearest() -> None:
    """The analyst's slip is answered with the likely name, in both languages."""
    with pytest.raises(ParameterError, match="Did you mean 'recency_days'") as refused:
        find("recency_day")
    assert "recency_days" in refused.value.zh
    with pytest.raises(ParameterError, match="no measure 'zzz'"):
        find("zzz")


def test_window_of_no_quarter_is_refused(plain_cube) -> None:
    """A window holds at least one quarter."""
    with pytest.raises(ParameterError, match="at least 1"):
        MEASURES["spend"].values(plain_cube, 0, {})
