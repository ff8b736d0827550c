from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.hotline.arrivals import arrivals_from_counts
from toolkit.hotline.contacts import CallReading, arrivals_from_contacts

GRADES = pd.Series({"a": "gold", "b": "silver", "c": "basic"})
READING = CallReading({"gold": "VIP", "silver": "VIP"}, "others")
CONTACTS = pd.DataFrame(
    [
        ("a", "2026-07-01 09:00", "call", 4.0),
        ("b", "2026-07-01 09:29:59", "call", 6.0),
        ("c", "2026-07-01 09:30", "call", 2.0),
        ("x", "2026-07-02 23:59", "call", np.nan),
        ("a", "2026-07-01 09:10", "visit", 90.0),
    ],
    columns=["customer_id", "at", "kind", "minutes"],
).assign(at=lambda table: pd.to_datetime(table["at"], format="ISO8601"))
HANDLING, SHARES = {"VIP": 300.0, "others": 200.0}, {"VIP": 0.1, "others": 0.9}


def counted(days: int = 14, minutes: int = 30) -> pd.Series:
    index = pd.date_range("2026-07-01 08:00", periods=days * 1440 // minutes, freq=f"{minutes}min")
    calls = np.where(
        (index.hour >= 8) & (index.hour < 18) & (index.day_of_week < 5), 10.0 * (index.day_of_week + 1), 0
    )
    return pd.Series(calls, index=index)


def test_calls_of_contacts_by_hand():
    """Counted by hand: intervals are half-open, an unknown caller is one of the others, visits are no calls."""
    found = arrivals_from_contacts(CONTACTS, GRADES, READING)
    assert found.classes == ("VIP", "others") and len(found.calls) == 96
    busy = found.calls[found.calls.sum(axis=1) > 0]
    assert busy.index.strftime("%d %H:%M").tolist() == ["01 09:00", "01 09:30", "02 23:30"]
    assert busy.to_numpy().tolist() == [[2, 0], [0, 1], [0, 1]]
    assert found.handling.to_dict() == {"VIP": 300, "others": 120}
    assert found.load.loc["2026-07-01 09:00", "VIP"] == pytest.approx(2 * 300 / 1800)
    assert found.pooled_handling.dropna().tolist() == [300, 120, 120]


def test_counts_split_by_stated_shares_or_given_by_class():
    """Definition: either way the same calls; loads in erlangs are calls x seconds / length."""
    calls = counted()
    split = arrivals_from_counts(calls, HANDLING, 30, SHARES)
    given = arrivals_from_counts(pd.DataFrame({"others": calls * 0.9, "VIP": calls * 0.1}), HANDLING, 30)
    assert np.allclose(split.calls, given.calls) and split.classes == given.classes == ("VIP", "others")
    first = split.calls.sum(axis=1).idxmax()
    assert split.load.loc[first].to_dict() == pytest.approx(
        {"VIP": 5 * 300 / 1800, "others": 45 * 200 / 1800}
    )
    assert split.per_hour.loc[first].sum() == pytest.approx(100)


def test_load_carried_over_solves_its_differential_equation():
    """Independent twin: m' = calls per second - m / handling, by small steps; nights empty the load, and what
    is carried adds up to the minutes of all calls but those in hand at the end."""
    calls = counted(days=3, minutes=60).iloc[:60].drop(counted(days=3, minutes=60).index[12:20])
    found = arrivals_from_counts(calls, {"VIP": 1800.0, "others": 600.0}, 60, SHARES).carried
    seconds = np.arange(0, 60 * 3600, 2)
    start = pd.DatetimeIndex(found.index)
    hour = pd.Series((start - start[0]) // pd.Timedelta(hours=1))
    for name, handling in (("VIP", 1800.0), ("others", 600.0)):
        rate = pd.Series(calls.to_numpy() * SHARES[name] / 3600, index=hour).reindex(range(60), fill_value=0)
        m, mean = 0.0, np.zeros(60)
        for second in seconds:
            mean[second // 3600] += m / 1800
            m += 2 * (rate[second // 3600] - m / handling)
        assert found[name].to_numpy() == pytest.approx(mean[hour], abs=0.01)
    steady = arrivals_from_counts(calls * 0 + 60, {"one": 600.0}, 60).carried
    assert steady["one"].iloc[-1] == pytest.approx(10)


def test_typical_day_and_week_leave_out_days_without_calls():
    """By construction: 10 calls per interval on Mondays up to 50 on Fridays, none at weekends."""
    found = arrivals_from_counts(counted(), HANDLING, 30, SHARES)
    week = found.typical("week").calls.sum(axis=1)
    assert week.groupby(week.index.day_of_week).max().tolist() == pytest.approx([10, 20, 30, 40, 50])
    assert week.index.is_monotonic_increasing and week.index[0].day_of_week == 0
    day = found.typical("day").calls.sum(axis=1)
    assert day.max() == pytest.approx(30) and day.index.normalize().nunique() == 1
    one = found.between(date(2026, 7, 3), date(2026, 7, 4))
    assert one.calls.index.normalize().unique().tolist() == [pd.Timestamp("2026-07-03")]


@pytest.mark.parametrize(
    "change, word",
    [
        (lambda t: t.drop(columns="minutes"), "lack 1 columns, first minutes"),
        (lambda t: t[t["kind"] == "visit"], "None of 1 contacts is a call"),
        (lambda t: t.iloc[:0], "None of 0 contacts"),
        (lambda t: t.assign(minutes=-1.0), "4 calls have negative minutes"),
        (lambda t: t.assign(minutes=0.0), "No call of 2 classes has recorded minutes, first VIP"),
        (
            lambda t: t.assign(minutes=t["minutes"].where(t["customer_id"] != "c")),
            "has recorded minutes, first others",
        ),
    ],
)
def test_contacts_that_cannot_be_read_are_refused(change, word):
    """Each message counts and names the first; none holds a customer's number."""
    with pytest.raises(HistoryError, match=word) as found:
        arrivals_from_contacts(change(CONTACTS), GRADES, READING)
    assert found.value.zh


def test_two_grades_of_a_customer_are_refused():
    """One review gives one grade."""
    with pytest.raises(HistoryError, match="1 rows of the grades repeat a customer"):
        arrivals_from_contacts(CONTACTS, pd.concat([GRADES, GRADES[:1]]), READING)


def test_a_stated_handling_time_stands_in():
    """Definition of ``handling_seconds``."""
    table = CONTACTS.assign(minutes=CONTACTS["minutes"].where(CONTACTS["customer_id"] != "c"))
    found = arrivals_from_contacts(table, GRADES, CallReading(READING.classes, "others", handling_seconds=77))
    assert found.handling.to_dict() == {"VIP": 300, "others": 77}


@pytest.mark.parametrize(
    "change, word",
    [
        (lambda s: s * 0, "no call in 672 intervals"),
        (lambda s: s.where(s.index != s.index[3], -1), "1 intervals have negative or missing"),
        (lambda s: s.where(s.index != s.index[3]), "1 intervals have negative or missing"),
        (lambda s: pd.concat([s, s.iloc[:2]]), "appear twice"),
        (lambda s: s.rename(lambda at: at + pd.Timedelta(minutes=7)), "multiple of 30 minutes"),
    ],
)
def test_counts_that_cannot_be_used_are_refused(change, word):
    """Each message counts and names the first interval."""
    with pytest.raises(HistoryError, match=word):
        arrivals_from_counts(change(counted()), HANDLING, 30, SHARES)


def test_parameters_that_do_not_fit_are_refused():
    """Shares sum to 1, classes match, intervals divide a day, handling times are above 0."""
    for handling, minutes, shares, word in (
        (HANDLING, 30, {"VIP": 0.3, "others": 0.9}, "sum to 120.00%"),
        (HANDLING, 30, {"VIP": 1.0}, "first others"),
        (HANDLING, 30, None, "first others"),
        (HANDLING, 7, SHARES, "do not divide a day"),
        ({"VIP": -3, "others": 200}, 30, SHARES, "of VIP is -3"),
    ):
        with pytest.raises(ParameterError, match=word):
            arrivals_from_counts(counted(), handling, minutes, shares)
    with pytest.raises(HistoryError, match="run from 2026-07-01 to"):
        arrivals_from_counts(counted(), HANDLING, 30, SHARES).between(date(2027, 1, 1), date(2027, 2, 1))


def test_the_bank_table(data_folder):
    """SOURCE.md of the data: 27,716 intervals of 5 minutes, 5,323,661 calls."""
    raw = pd.read_csv(data_folder / "bank_calls_5min" / "bank_calls.csv.gz")
    counts = pd.Series(raw["Calls"].to_numpy(), index=pd.to_datetime(raw["DateTime"]).dt.tz_localize(None))
    found = arrivals_from_counts(counts, HANDLING, 5, SHARES)
    assert len(found.calls) == 27_716 and found.calls.to_numpy().sum() == pytest.approx(5_323_661)
