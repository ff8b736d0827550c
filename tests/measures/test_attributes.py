"""Attributes: what is said of each, slow twins of those made from dated rows, and nothing looks ahead."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.canonical import TABLES
from toolkit.measures import ATTRIBUTES, FACTORS, About, Attribute, attribute, find_attribute
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cells import REQUIRED
from toolkit.measures.dated import known_by
from toolkit.measures.needs import Need
from toolkit.terms import Label
from toolkit.window import Quarter

QUARTERS = [Quarter.parse("2024Q1") + i for i in range(4)]
LEDGER = [
    ("ann", "a1", "2024-01-10", 100.0, "store", "tea"),
    ("ann", "a2", "2024-07-10", 20.0, "online", "cups"),
    ("ann", "a2", "2024-07-10", 20.0, "online", "tea"),
    ("bob", "b1", "2024-05-10", 50.0, "store", "rice"),
    ("cat", "k1", "2024-02-01", 10.0, None, "tea"),
    ("cat", "k2", "2024-05-01", 40.0, None, None),
    ("dan", "d1", "2024-12-01", 5.0, "phone", "tea"),
]
CONTACTS = [
    ("ann", "2024-02-01", "complaint", True),
    ("ann", "2024-05-01", "visit", None),
    ("bob", "2024-11-01", "complaint", True),
    ("cat", "2024-05-01", "complaint", False),
    ("cat", "2024-05-02", "call", None),
]


@pytest.fixture(scope="module")
def cube(table_of):
    frame = pd.DataFrame(
        LEDGER, columns=["customer_id", "order_id", "paid_at", "amount", "channel", "category"]
    )
    return build_cube(
        table_of(frame.assign(paid_at=pd.to_datetime(frame.paid_at), is_return=False)), quarters=QUARTERS
    )


@pytest.fixture(scope="module")
def tables():
    contacts = pd.DataFrame(CONTACTS, columns=["customer_id", "at", "kind", "justified"])
    file = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cat", "eve"],
            "source": ["竞争对手", "sales", None, "competitor"],
            "key_person": [True, False, True, False],
            "firm_size": [3.0, 12.0, np.nan, 1.0],
            "industry_position": ["leader", "minor", None, "known"],
        }
    )
    lists = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bob"],
            "list": ["red", "black", "red"],
            "from_on": pd.to_datetime(["2024-01-01", "2024-05-01", "2024-04-01"]),
            "to_on": pd.to_datetime([None, "2024-09-30", "2024-06-30"]),
        }
    )
    return {"contacts": contacts.assign(at=pd.to_datetime(contacts["at"])), "customers": file, "lists": lists}


N = None


@pytest.mark.parametrize(
    ("name", "window", "expected"),
    [  # ann, bob, cat, dan; one column per quarter
        ("relationship_status", 2, ["eeee", "pnne", "eeee", "pppn"]),
        ("new_customer", 1, ["nnnn", "nynn", "nnnn", "nnny"]),
        ("lifecycle_stage", 1, ["sdgd", "pndd", "sgdd", "pppn"]),  # ann: 40 against 0; cat: 40 against 10
        ("one_off", 4, ["nynn", "-nyy", "nnnn", "---n"]),
        ("lapsed", 1, ["nyny", "-nyy", "nnyy", "---n"]),
        ("prior_supplier_ok", 4, ["nnnn", "-nyn", "nyyy", "---n"]),
        ("main_channel", 2, ["ssoo", "-ss-", "----", "---p"]),
        ("main_category", 4, ["tttt", "-rrr", "tttt", "---t"]),
        ("main_contact_kind", 2, ["ccv-", "---c", "-cc-", "----"]),
        ("list_flag", 4, ["rbrr", "nnnn", "nnnn", "nnnn"]),  # removal on the last day of a quarter ends it
        ("switched_from_competitor", 4, ["yyyy", "nnnn", "----", "----"]),
        ("key_person", 4, ["yyyy", "nnnn", "yyyy", "----"]),
        ("industry_position", 4, ["llll", "mmmm", "----", "----"]),
    ],
)
def test_classes_worked_by_hand(cube, tables, name, window, expected) -> None:
    """Expected classes, by first letter, - where nothing can be said: the ledger and the tables above."""
    found = [find_attribute(name).at(cube, quarter, window, tables) for quarter in QUARTERS]
    letters = ["".join("-" if q[who] is None else q[who][0] for q in found) for who in cube.customers]
    assert letters == expected
    assert found[0].index.equals(cube.customers)


def test_numbers_and_codes(cube, tables) -> None:
    """Whole numbers are written without a point; an order of classes gives 0, 1, 2."""
    assert find_attribute("firm_class").at(cube, QUARTERS[0], 4, tables).tolist() == ["3", "12", None, None]
    position = find_attribute("industry_position")
    codes = position.codes(position.at(cube, QUARTERS[0], 4, tables))
    np.testing.assert_array_equal(codes, [2, 0, np.nan, np.nan])


@pytest.mark.parametrize("entry", ATTRIBUTES.values(), ids=lambda a: a.id)
def test_every_attribute_is_described(entry: Attribute) -> None:
    """Factor of the catalogue, both languages, a docstring, needs that the history knows."""
    assert entry.factor in FACTORS and entry.compute.__doc__
    for words in (entry.label, entry.about.note, *entry.classes.words.values()):
        assert (
            re.search("[\u4e00-\u9fff]", words.zh) and words.en and not re.search("[\u4e00-\u9fff]", words.en)
        )
    for need in map(Need.parse, entry.needs):
        assert TABLES[need.table].column(need.column) is not None
    if entry.about.proxy:
        assert "代替" in entry.about.note.zh and "stands in for" in entry.about.note.en
    assert entry.about.dated == (not any(need.startswith("customers.") for need in entry.needs))


@pytest.mark.parametrize(("seed", "length", "window"), [(51, 2, 1), (52, 4, 4), (53, 6, 2)])
def test_later_rows_change_no_class(
    history_of, table_of, tables_of, eight_quarters, seed, length, window
) -> None:
    """Cube and tables as they stood at the end of a quarter give the classes of the whole history."""
    whole = build_cube(table_of(history_of(seed)), quarters=eight_quarters)
    tables, quarter = tables_of(seed), eight_quarters[length - 1]
    then, known = whole.upto(quarter), known_by(tables, quarter.last_day())
    tested = [entry for entry in ATTRIBUTES.values() if entry.about.dated]
    assert len(tested) > 8
    for entry in tested:
        late = entry.at(whole, quarter, window, tables)[then.customers]
        early = entry.compute(then, length - 1, window, known)
        assert late.tolist() == early.tolist(), entry.id


@pytest.mark.parametrize("window", [1, 3])
def test_main_classes_equal_counting(history_of, table_of, eight_quarters, window) -> None:
    """Slow twin: value counts of a customer's purchase lines in the window, the first by name of equals."""
    frame = history_of(54)
    cube = build_cube(table_of(frame), quarters=eight_quarters)
    for name, column in (("main_channel", "channel"), ("main_category", "category")):
        for k, quarter in enumerate(eight_quarters):
            start = pd.Timestamp(eight_quarters[max(k - window + 1, 0)].start())
            rows = frame[
                ~frame.is_return & (frame.paid_at >= start) & (frame.paid_at < pd.Timestamp(quarter.end()))
            ]
            found = find_attribute(name).at(cube, quarter, window, {})
            for who in cube.customers:
                counts = rows.loc[rows.customer_id == who, column].value_counts()
                best = min(counts.index[counts == counts.max()]) if len(counts) else None
                assert found[who] == best


def test_refusals(table_of, history_of, eight_quarters, cube) -> None:
    """Missing columns, unknown names, windows of nothing and quarters outside are named."""
    plain = build_cube(table_of(history_of(55)[list(REQUIRED)]), quarters=eight_quarters)
    with pytest.raises(
        HistoryError, match="Attribute 'main_channel' needs column channel of table transactions"
    ) as no:
        find_attribute("main_channel").at(plain, eight_quarters[0], 4, {})
    assert "属性“主要渠道”" in no.value.zh and "表 transactions 的列 channel" in no.value.zh
    with pytest.raises(HistoryError, match="column brand of table customers"):
        find_attribute("brand").at(cube, QUARTERS[0], 4, {})
    with pytest.raises(ParameterError, match="Did you mean 'main_channel'"):
        find_attribute("main_chanel")
    with pytest.raises(ParameterError, match="at least 1"):
        find_attribute("lapsed").at(cube, QUARTERS[0], 0, {})
    with pytest.raises(HistoryError, match="runs from"):
        find_attribute("lapsed").at(cube, QUARTERS[0] - 1, 4, {})


def test_names_are_unique() -> None:
    """A second ``lapsed`` is a mistake of the author."""

    def lapsed(cube, place, window, tables): ...

    with pytest.raises(ValueError, match="twice"):
        attribute(Label("甲", "a"), About("F73", Label("甲", "a")))(lapsed)


def test_personal_attributes_are_marked() -> None:
    """Gender, age, work and schooling may explain needs but must not decide a grade."""
    marked = {name for name, entry in ATTRIBUTES.items() if entry.classes.sensitive}
    assert marked == {"gender", "age_band", "occupation", "education"}
    assert all(ATTRIBUTES[name].factor == "F58" for name in marked)
