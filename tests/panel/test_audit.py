"""Every column of a grade carries its latest date. By hand, against a slow twin, and with a measure that looks ahead."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import HistoryError
from toolkit.measures import MEASURES, About, measure
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.panel.audit import Entered, audited
from toolkit.params.schemes.needs import (
    AttributeNeed,
    EventNeed,
    JudgedNeed,
    ListNeed,
    MeasureNeed,
    ReviewDayNeed,
)
from toolkit.terms import Label
from toolkit.window import Quarter

Q1, Q2, Q3, Q4 = QUARTERS = [Quarter.parse("2024Q1") + i for i in range(4)]
START = date(2024, 1, 1)
WHO = ["ann", "bob"]


def days(*written: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(written), format="ISO8601")


LEDGER = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "bob"],
        "paid_at": days("2024-01-10", "2024-09-30", "2024-02-20"),
        "amount": [100.0, 40.0, 10.0],
        "order_id": ["o1", "o2", "o3"],
        "is_return": False,
    }
)
TABLES = {
    "customers": pd.DataFrame({"customer_id": WHO, "brand": ["gold", "silver"]}),
    "contacts": pd.DataFrame(
        {"customer_id": WHO * 2, "at": days("2024-02-25", "2024-06-30 23:59", "2024-07-01", "2024-11-11"), "kind": "call"}
    ),
    "payments": pd.DataFrame(
        {"customer_id": ["ann", "bob"], "due_on": days("2024-04-01", "2024-06-25"), "paid_on": days("2024-05-20", "2024-06-28"),
         "amount": [1.0, 2.0]}
    ),
    "lists": pd.DataFrame(
        {"customer_id": WHO, "list": "red", "from_on": days("2024-03-03", "2024-01-02"), "to_on": days(None, "2024-06-01")}
    ),
    "grades": pd.DataFrame(
        {"customer_id": WHO * 2, "from_on": days("2024-01-01", "2024-05-05", "2024-07-01", "2024-07-01"), "grade": "A"}
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel(build_cube(ibis.memtable(pa.Table.from_pandas(LEDGER)), quarters=QUARTERS), TABLES)


def test_the_dates_of_every_kind_of_column(panel):
    """At the end of June, by hand: what is dated 1 July or later has not entered; the customers table has no date."""
    needs = {
        MeasureNeed("spend"): "2024-02-20",
        MeasureNeed("potential"): None,
        AttributeNeed("brand"): None,
        AttributeNeed("relationship_status"): "2024-02-20",
        EventNeed("contacts"): "2024-06-30",
        EventNeed("contacts", where=(("kind", ("visit",)),)): None,
        EventNeed("payments", overdue_days=30): "2024-05-20",
        ListNeed("red"): "2024-06-01",
        ListNeed("black"): None,
        JudgedNeed("grade"): "2024-05-05",
        ReviewDayNeed(): None,
    }
    tables = TABLES | {"customers": TABLES["customers"].assign(potential=[1.0, 2.0])}
    found = Panel(panel.cube, tables).audit(list(needs), Q2, 4)
    assert found.index.tolist() == [need.column for need in needs] and found.index.name == "column"
    expected = pd.Series([pd.Timestamp(day) for day in needs.values()], index=found.index)
    assert found["latest"].fillna(pd.Timestamp(0)).tolist() == expected.fillna(pd.Timestamp(0)).tolist()
    assert (found["review"] == pd.Timestamp("2024-07-01")).all()
    assert found.index[~found["dated"]].tolist() == ["potential", "customers.brand"]


@pytest.fixture
def peeking():
    """A measure that uses the spend of the quarter after."""
    before = dict(MEASURES)

    @measure(Label("偷看", "peeking"), "money", "higher", About("F01", Label("偷看", "peeking")))
    def peeking(cube, window):
        gross = cube.cells["gross"]
        return np.concatenate([gross[:, 1:], gross[:, -1:]], axis=1)

    yield MeasureNeed("peeking")
    MEASURES.clear()
    MEASURES.update(before)


def test_a_measure_that_looks_ahead_is_refused(panel, peeking):
    """At Q2 it takes Ann's purchase of 30 September; both dates are named."""
    with pytest.raises(HistoryError) as refused:
        panel.audit([MeasureNeed("spend"), peeking], Q2, 4)
    for words in (refused.value.zh, refused.value.en):
        assert "peeking" in words and "2024-09-30" in words and "2024-07-01" in words


def test_the_day_of_the_review_itself_is_too_late():
    """Windows are half-open: the day before is the last that counts."""
    for day, late in (("2024-06-30", False), ("2024-07-01", True)):
        entered = {"x": Entered(pd.Timestamp(day), True)}
        if late:
            with pytest.raises(HistoryError, match="1 column"):
                audited(entered, date(2024, 7, 1))
        else:
            assert audited(entered, date(2024, 7, 1)).loc["x", "latest"] == pd.Timestamp(day)


ROWS = st.lists(st.tuples(st.sampled_from(WHO), st.integers(-60, 420), st.integers(0, 1439)), max_size=12)


@given(ROWS, st.integers(0, 3), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_nothing_dated_at_or_after_the_review_enters(panel, rows, place, window):
    """Later rows change no column, and the audit says the last day that a slow twin finds before the close."""
    quarter = Q1 + place
    moments = [pd.Timestamp(START) + timedelta(days=day, minutes=minute) for _, day, minute in rows]
    who = [name for name, *_ in rows]
    begin, end = (pd.Timestamp(day) for day in ((quarter + 1 - window).start(), quarter.end()))

    def tables(keep) -> dict:
        frame = pd.DataFrame(
            {"customer_id": who, "at": pd.to_datetime(moments), "kind": "call", "grade": "A"}
        )
        frame = frame[np.array([keep(moment) for moment in moments], bool)].astype({"customer_id": "str"})
        lists = frame.rename(columns={"at": "from_on"}).assign(list="red", to_on=pd.NaT)
        return {"contacts": frame, "lists": lists, "grades": lists}

    needs = [
        EventNeed("contacts"),
        EventNeed("contacts", "days_since"),
        ListNeed("red"),
        JudgedNeed("from_on"),
    ]
    whole = Panel(panel.cube, tables(lambda moment: True))
    cut = Panel(panel.cube, tables(lambda moment: moment < end))
    found, expected = (one.snapshot(quarter, needs, window, 4) for one in (whole, cut))
    pd.testing.assert_frame_equal(found, expected)
    for name in found.index:
        inside = [m for n, m in zip(who, moments, strict=True) if n == name and begin <= m < end]
        assert found.loc[name, needs[0].column] == len(inside)
        since = found.loc[name, needs[1].column]
        assert since == (end.normalize() - max(inside).normalize()).days - 1 if inside else np.isnan(since)
    inside = [m.normalize() for m in moments if begin <= m < end]
    latest = whole.audit(needs, quarter, window)["latest"]
    assert latest.iloc[0] is pd.NaT if not inside else latest.iloc[0] == max(inside)
    assert (latest.dropna() < end).all()


def test_the_company_s_own_column_comes_before_the_computed_one(panel):
    """S18 reads points or revenue by {attribute: x}: the column of the customers table where there is one."""
    need = AttributeNeed("relationship_status")
    own = TABLES["customers"].assign(relationship_status=["partner", "stranger"])
    both = Panel(panel.cube, TABLES | {"customers": own})
    assert both.snapshot(Q2, [need], 4)[need.column].tolist() == ["partner", "stranger"]
    assert not both.audit([need], Q2, 4)["dated"].any()
    assert panel.snapshot(Q2, [need], 4)[need.column].tolist() == ["existing", "existing"]
    assert panel.audit([need], Q2, 4)["dated"].all()


def test_an_attribute_is_proved_before_its_first_record(panel):
    """The first complaint comes in November: at Q1 there is none yet, and the figure is proved all the same."""
    contacts = TABLES["contacts"].iloc[3:].assign(kind="complaint", justified=True)
    own = Panel(panel.cube, TABLES | {"contacts": contacts})
    found = own.audit([AttributeNeed("prior_supplier_ok")], Q1, 4)
    assert found["latest"].tolist() == [pd.Timestamp("2024-02-20")] and found["dated"].all()


def test_every_policy_of_a_study_is_audited(demo):
    """Each column of each policy once, none of a day on or after the close of its review."""
    found = demo.audit
    assert found.index.names == ["policy", "column"]
    for policy in demo.policies:
        assert found.loc[policy.id].index.tolist() == [need.column for need in policy.needs]
    assert (found["latest"].dropna() < found["review"]).all() and found["dated"].all()
