"""All 77 factors of the catalogue: on the simulated company, and on a history of transactions alone."""

from __future__ import annotations

import re

import pytest

from toolkit.errors import HistoryError
from toolkit.history.history import from_tables
from toolkit.measures import ATTRIBUTES, FACTORS, MEASURES, factor_coverage
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cells import REQUIRED
from toolkit.measures.coverage import COLUMNS, entries
from toolkit.params.history import SimulatedParams
from toolkit.synthetic.company import simulate
from toolkit.terms import UNITS

FROM_TRANSACTIONS = {f"F{n:02d}" for n in (1, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 34)}
"""Factors that transactions alone can give, by section 2.1 of the catalogue."""


@pytest.fixture(scope="module")
def company():
    tables = simulate(customers=400).tables
    params = SimulatedParams.model_construct(currency="CNY", returns="netted")
    history = from_tables(tables, params)
    return build_cube(history.transactions, quarters=history.quarters), history.tables


@pytest.fixture(scope="module")
def bare(history_of, table_of, eight_quarters):
    return build_cube(table_of(history_of(61)[list(REQUIRED)]), quarters=eight_quarters)


def test_every_factor_has_a_measure_or_an_attribute() -> None:
    """77 factors, named in both languages; every registered entry belongs to one."""
    assert list(FACTORS) == [f"F{number:02d}" for number in range(1, 78)]
    assert all(entries(factor) for factor in FACTORS)
    assert not set(MEASURES) & set(ATTRIBUTES)
    for name in FACTORS.values():
        assert re.search("[\u4e00-\u9fff]", name.zh) and not re.search("[\u4e00-\u9fff]", name.en)


def test_the_simulated_company_supplies_every_factor(company) -> None:
    """Nothing is missing; what stands in for a factor, and what is undated, is said."""
    cube, tables = company
    table = factor_coverage(cube, tables)
    assert list(table.index) == list(FACTORS) and tuple(table.columns) == COLUMNS
    assert table["available"].all() and (table["missing"] == "").all()
    assert set(table["kind"]) == {"measure", "attribute"} and set(table["unit"]) <= set(UNITS)
    assert set(table.index[table["proxy"]]) == {"F10", "F27", "F55", "F65", "F66", "F73", "F76"}
    for row in table[table["proxy"]].itertuples():
        assert "代替" in row.note_zh and "stands in for" in row.note_en
    assert not table.loc["F19", "dated"] and table.loc["F17", "dated"]
    assert table.loc["F02", "id"] == "net_contribution" and "margin" in table.loc["F02", "others"]


def test_every_entry_of_the_simulated_company_has_values(company) -> None:
    """Every measure says something about someone in the last complete quarter, every attribute too."""
    cube, tables = company
    for name, measure in MEASURES.items():
        values = measure.values(cube, 8, tables)[:, -2]
        assert (values == values).any(), name
    for name, attribute in ATTRIBUTES.items():
        found = attribute.at(cube, cube.quarters[-2], 8, tables)
        assert found.notna().any(), name
        assert not attribute.classes.words or set(found.dropna()) <= set(attribute.classes.words), name


def test_transactions_alone_supply_what_the_catalogue_says(
    history_of, table_of, eight_quarters, bare
) -> None:
    """Of the catalogue's list nothing is missing with all columns; the rest names table and column."""
    full = build_cube(table_of(history_of(61)), quarters=eight_quarters)
    table = factor_coverage(full, {})
    assert table.loc[sorted(FROM_TRANSACTIONS), "available"].all()
    lacking = table[~table["available"]]
    assert lacking["missing"].str.match(r"\w+\.\w+").all()
    assert lacking.loc["F17", "missing"] == "payments.due_on, payments.paid_on, payments.amount"
    assert lacking.loc["F44", "missing"] == "customers.deposit_balance:number"
    poor = factor_coverage(bare, {})
    assert poor.loc["F11", "missing"] == "transactions.category" and not poor.loc["F11", "available"]
    assert set(poor.index[poor["available"]]) < set(table.index[table["available"]])
    assert poor.loc["F37", ["id", "proxy", "available"]].tolist() == ["points_from_spend", True, True]


def test_what_coverage_calls_available_can_be_computed(
    history_of, table_of, tables_of, eight_quarters
) -> None:
    """Available means that the entry answers, unavailable that it refuses."""
    cube, tables = build_cube(table_of(history_of(62)), quarters=eight_quarters), tables_of(62)
    for row in factor_coverage(cube, tables).itertuples():
        ask = {
            "measure": lambda name: MEASURES[name].values(cube, 4, tables),
            "attribute": lambda name: ATTRIBUTES[name].at(cube, eight_quarters[-1], 4, tables),
        }[row.kind]
        if row.available:
            assert len(ask(row.id)) == len(cube.customers)
        else:
            with pytest.raises(HistoryError, match="does not have"):
                ask(row.id)
