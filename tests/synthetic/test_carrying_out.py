"""A company with a pilot against the same company without it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.company import Company, simulate
from toolkit.synthetic.pilots import Arm, Pilot
from toolkit.window import Quarter

BEGAN, ENDED = date(2025, 1, 1), date(2026, 1, 1)
DATED = {"transactions": "paid_at", "contacts": "at", "service": "delivered_on", "appeals": "filed_on",
         "judgements": "judged_on", "grades": "from_on", "lists": "from_on", "customers": "since"}  # fmt: skip
NUMBERS = {"transactions": ["order_id", "line"], "payments": ["order_id"], "contacts": ["contact_id"],
           "service": ["service_id"]}  # fmt: skip


def drawn(company: Company, near: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    """Customers reviewed in 2024Q3 near the bar, half of them drawn."""
    reviewed = company.oracle[company.oracle["review"] == "2024Q3"]
    ids = reviewed.loc[reviewed["x"].between(-near, near), "customer_id"].to_numpy(str)
    chosen = np.random.default_rng(1).random(len(ids)) < 0.5
    return ids[chosen], ids[~chosen]


def pilot_of(served, others, name: str = "p1", began: date = BEGAN, ended: date = ENDED) -> Pilot:
    return Pilot(
        name,
        began,
        ended,
        (Arm(f"{name}_yes", tuple(served), began), Arm(f"{name}_no", tuple(others), None)),
    )


@pytest.fixture(scope="module")
def without() -> Company:
    return simulate(3000, 5)


@pytest.fixture(scope="module")
def arms(without) -> tuple[np.ndarray, np.ndarray]:
    return drawn(without)


@pytest.fixture(scope="module")
def company(arms) -> Company:
    return simulate(3000, 5, pilots=[pilot_of(*arms)])


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(a.reset_index(drop=True), b.reset_index(drop=True), check_exact=True)


def test_everything_before_the_pilot_and_about_others_is_as_without_it(without, company, arms):
    """Row by row, every table; payments belong to the day of their document."""
    mine = np.concatenate(arms)
    for name, table in without.tables.items():
        other = company.tables[name]
        assert (table.dtypes == other.dtypes).all() and list(table.columns) == list(other.columns)
        if name in DATED:
            early = [one[one[DATED[name]] < pd.Timestamp(BEGAN)] for one in (table, other)]
            pd.testing.assert_frame_equal(*early, check_exact=True)
        if "customer_id" in table:
            same(*(one[~one["customer_id"].isin(mine)] for one in (table, other)))
        else:
            same(table, other)
    early = [
        one.tables["payments"][
            one.tables["payments"]["order_id"].isin(
                one.tables["transactions"].loc[
                    one.tables["transactions"]["paid_at"] < pd.Timestamp(BEGAN), "order_id"
                ]
            )
        ]
        for one in (without, company)
    ]
    same(*early)
    assert not without.tables["transactions"].equals(company.tables["transactions"])


def test_numbers_stay_unique_and_every_document_is_paid_for_once(company):
    tables = company.tables
    for name, columns in NUMBERS.items():
        assert not tables[name].duplicated(columns).any(), name
    orders = tables["transactions"].groupby("order_id")["amount"].sum().round(2)
    payments = tables["payments"].set_index("order_id")
    assert (payments["amount"] == orders.loc[payments.index]).all() and len(payments) == len(orders)
    returned = tables["transactions"]["returns_order_id"].dropna()
    assert set(returned) <= set(orders.index)


def test_the_grade_follows_the_lot_between_its_days(company, arms):
    """On record from its first day on, whatever the review of 2025Q3 says; the review of 2026Q3 grades all again."""
    grades = company.tables["grades"]
    served, others = (set(arm) for arm in arms)
    for day in ("2025-01-01", "2025-10-01"):
        rows = grades[grades["from_on"] == day]
        lot = rows[rows["customer_id"].isin(served | others)]
        assert len(lot) > 200 and (lot["decided_by"] == "pilot").all()
        assert (lot["grade"].eq("VIP") == lot["customer_id"].isin(served)).all()
        assert not rows.loc[~rows["customer_id"].isin(served | others), "decided_by"].eq("pilot").any()
    back = grades[grades["from_on"] == "2026-01-01"]
    assert not back["decided_by"].eq("pilot").any() and back["grade"].nunique() == 2
    assert not grades[grades["from_on"] > "2026-01-01"]["decided_by"].eq("pilot").any()
    service = company.tables["service"]
    during = service[service["delivered_on"].between("2025-01-01", "2025-12-31")]
    mine = during[during["customer_id"].isin(served | others)]
    assert (mine["grade"].eq("VIP") == mine["customer_id"].isin(served)).all()


def test_the_lists_say_who_was_drawn(company, arms):
    lists = company.tables["lists"]
    for name, arm in zip(("p1_yes", "p1_no"), arms, strict=True):
        rows = lists[lists["list"] == name]
        assert sorted(rows["customer_id"]) == sorted(arm)
        assert (rows["from_on"] == "2025-01-01").all() and (rows["to_on"] == "2026-01-01").all()
        assert set(rows["reason"]) == {"pilot"}
    assert not lists.duplicated(["customer_id", "list"]).any()


def test_what_follows_is_what_the_equations_say():
    """Share still buying a year on, drawn for minus drawn against, within 4 errors of the truth; and not at 0."""
    base = simulate(6_000, 8)
    arms = drawn(base, near=np.inf)
    company = simulate(6_000, 8, pilots=[pilot_of(*arms)])
    known = company.truth["pilots"]["p1"]
    assert known["drawn"] == sum(map(len, arms)) and list(known["effect"]) == ["1", "2", "3", "4"]
    sales = company.tables["transactions"]
    year_on = sales[sales["paid_at"].between("2025-10-01", "2025-12-31 23:59:59")]["customer_id"].unique()
    stayed = [np.isin(arm, year_on) for arm in arms]
    error = np.sqrt(sum(one.var() / len(one) for one in stayed))
    assert abs(stayed[0].mean() - stayed[1].mean() - known["effect"]["4"]) < 4 * error
    assert known["effect"]["4"] > 2 * error


def test_a_second_pilot_changes_nothing_that_is_dated_before_it(company, arms):
    later = pilot_of(arms[0][:150], arms[1][:150], "p2", date(2026, 1, 1), date(2026, 10, 1))
    both = simulate(3000, 5, pilots=[later, pilot_of(*arms)])
    for name, day in DATED.items():
        one, other = company.tables[name], both.tables[name]
        early = [table[table[day] < pd.Timestamp("2026-01-01")] for table in (one, other)]
        pd.testing.assert_frame_equal(*early, check_exact=True)
    assert list(both.truth["pilots"]) == ["p1", "p2"]
    assert both.truth["pilots"]["p1"] == company.truth["pilots"]["p1"]


def test_batches_start_one_after_the_other(without, arms):
    """Each is entered and holds the grade from its own day on; the last, which waits to the end, from the first."""
    early, late, last = arms[0][:100], arms[0][100:200], arms[1][:100]
    pilot = Pilot("w", BEGAN, ENDED, (
        Arm("w1", tuple(early), BEGAN), Arm("w2", tuple(late), date(2025, 4, 1)), Arm("w3", tuple(last), ENDED),
    ))  # fmt: skip
    tables = simulate(3000, 5, pilots=[pilot]).tables
    grades = tables["grades"]
    for day, holders, started in (
        ("2025-01-01", set(early), {*early, *late, *last}),
        ("2025-04-01", set(late), set(late)),
    ):
        rows = grades[(grades["from_on"] == day) & (grades["decided_by"] == "pilot")]
        assert len(rows) > 80 and set(rows["customer_id"]) <= started
        assert (rows["grade"].eq("VIP") == rows["customer_id"].isin(holders)).all()
    lists = tables["lists"]
    days = {name: set(lists.loc[lists["list"] == name, "from_on"].astype(str)) for name in ("w1", "w2", "w3")}
    assert days == {"w1": {"2025-01-01"}, "w2": {"2025-04-01"}, "w3": {"2025-01-01"}}


def test_a_pilot_beyond_the_days_shown_leaves_no_trace(without, arms):
    """The company is then the one without it, to the bit; so is one that carries out nothing."""
    future = pilot_of(*arms, began=date(2027, 1, 1), ended=date(2028, 1, 1))
    for pilots in ((), (future,)):
        tables = simulate(3000, 5, pilots=pilots).tables
        for name, table in without.tables.items():
            pd.testing.assert_frame_equal(table, tables[name], check_exact=True)


def test_the_oracle_knows_whose_grade_a_lot_decided(company, arms):
    oracle = company.oracle
    during = oracle[(oracle["review"] == "2025Q3") & oracle["customer_id"].isin(np.concatenate(arms))]
    assert during["randomised"].all() and (during["complier"] == 0).all()
    assert (during["treated"] == during["customer_id"].isin(arms[0])).all()
    assert not oracle.loc[oracle["review"] != "2025Q3", "randomised"].any()


def test_the_first_quarter_is_the_first_that_begins_on_the_day_or_later():
    calendar = Calendar()
    for day, quarter in (
        (date(2025, 1, 1), "2025Q1"),
        (date(2025, 1, 2), "2025Q2"),
        (date(2024, 12, 31), "2025Q1"),
    ):
        pilot = Pilot("p", day, date(2026, 1, 1), ())
        assert calendar.first + pilot.first(calendar) == Quarter.parse(quarter)
