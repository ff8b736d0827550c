"""Figures from the other tables on a day: nothing dated later may enter. Worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from toolkit.errors import HistoryError
from toolkit.panel import known
from toolkit.params.schemes import EventNeed, JudgedNeed, ListNeed

EVERYBODY = pd.Index(["a", "b", "c"], name="customer_id")
DAY = date(2026, 7, 1)
SPAN = (date(2026, 1, 1), DAY)


def days(*written: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(written), format="ISO8601")


TABLES = {
    "customers": pd.DataFrame({"customer_id": ["b", "a"], "brand": ["金", "银"]}),
    "lists": pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "list": ["red", "black", "red", "red"],
            "from_on": days("2026-01-01", "2026-01-01", "2026-01-01", "2026-07-01"),
            "to_on": days(None, None, "2026-06-30", None),
        }
    ),
    "contacts": pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "at": days("2025-12-31 23:59", "2026-01-01", "2026-06-30 23:59", "2026-07-01"),
            "kind": ["complaint", "complaint", "survey", "complaint"],
            "score": [1.0, 2.0, 4.0, 5.0],
        }
    ),
    "payments": pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "c"],
            "due_on": days("2026-05-01", "2026-05-01", "2026-06-15", "2026-05-01", "2026-05-01"),
            "paid_on": days(None, "2026-05-31", None, "2026-07-20", "2026-06-02"),
            "amount": [10.0, 20.0, 40.0, 80.0, 160.0],
        }
    ),
    "grades": pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "from_on": days("2025-01-01", "2026-02-01", "2025-01-01", "2026-07-01"),
            "grade": ["B", "A", "C", "A"],
        }
    ),
}


def test_attributes_follow_the_order_of_the_customers():
    assert known.attribute(TABLES, "brand", EVERYBODY).fillna("-").tolist() == ["银", "金", "-"]


def test_a_list_holds_from_its_first_to_its_last_day():
    def red(day: date) -> list[bool]:
        return known.on_list(TABLES, ListNeed("red"), EVERYBODY, (date.min, day)).tolist()

    assert red(DAY) == [True, False, False]
    assert red(date(2026, 7, 2)) == [True, False, True]
    assert red(date(2026, 6, 30)) == [True, True, False]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (EventNeed("contacts"), [2, 0, 0]),
        (EventNeed("contacts", where=(("kind", ("complaint",)),)), [1, 0, 0]),
        (EventNeed("contacts", "sum", "score"), [6, 0, 0]),
        (EventNeed("contacts", "mean", "score"), [3, -1, -1]),
        (EventNeed("contacts", "days_since"), [0, -1, -1]),
        (EventNeed("payments", overdue_days=30), [1, 1, 1]),
        (EventNeed("payments", "sum", "amount", overdue_days=30), [10, 80, 160]),
        (EventNeed("payments", "sum", "amount", overdue_days=10), [30, 120, 160]),
    ],
)
def test_events_count_within_a_half_open_window(need, expected):
    assert known.event(TABLES, need, EVERYBODY, SPAN).fillna(-1).tolist() == expected


def test_the_latest_judgement_before_the_day_counts():
    ever, lately = (date(1970, 1, 1), DAY), SPAN
    assert known.judged(TABLES, JudgedNeed("grade"), EVERYBODY, ever).fillna("-").tolist() == ["A", "C", "-"]
    assert known.judged(TABLES, JudgedNeed("grade", 2), EVERYBODY, lately).fillna("-").tolist() == [
        "A",
        "-",
        "-",
    ]


def test_a_missing_table_or_column_is_named():
    with pytest.raises(HistoryError, match="customers"):
        known.attribute({}, "brand", EVERYBODY)
    with pytest.raises(HistoryError, match="colour"):
        known.attribute(TABLES, "colour", EVERYBODY)
    with pytest.raises(HistoryError, match="justified"):
        known.event(TABLES, EventNeed("contacts", where=(("justified", (True,)),)), EVERYBODY, SPAN)
