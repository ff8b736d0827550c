"""One way to cut a table at a day: half-open, whole days. Against a slow twin."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.measures.dated import known_by, within

START = datetime(2024, 1, 1)
MINUTES = st.integers(-50 * 1440, 50 * 1440)
ROWS = st.lists(st.tuples(MINUTES, st.one_of(st.none(), MINUTES)), max_size=10)


def table(rows: list[tuple[int, int | None]]) -> pd.DataFrame:
    moments = [[None if m is None else START + timedelta(minutes=m) for m in row] for row in rows]
    frame = pd.DataFrame(moments, columns=["from_on", "to_on"])
    return frame.apply(pd.to_datetime).assign(row=range(len(rows)))


@given(ROWS, st.integers(-40, 40), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_a_slow_twin_agrees(rows, begins, length):
    """A row counts by its day; an entry made on or after the last day is not known."""
    begin = START.date() + timedelta(days=begins)
    end = begin + timedelta(days=length)
    found = within("lists", table(rows), (begin, end))
    expected = []
    for place, (on, off) in enumerate(rows):
        if begin <= (START + timedelta(minutes=on)).date() < end:
            ended = None if off is None else START + timedelta(minutes=off)
            expected.append((place, ended if ended is not None and ended.date() < end else None))
    entries = [None if pd.isna(cell) else cell.to_pydatetime() for cell in found["to_on"]]
    assert list(zip(found["row"], entries, strict=True)) == expected


@given(ROWS, st.integers(-40, 40))
@settings(max_examples=40, deadline=None)
def test_what_is_known_by_a_day_is_the_window_that_ends_after_it(rows, after):
    day = START.date() + timedelta(days=after)
    known = known_by({"lists": table(rows)}, day)["lists"]
    pd.testing.assert_frame_equal(known, within("lists", table(rows), (date.min, day + timedelta(days=1))))


def test_rows_without_a_day_are_known_but_in_no_window():
    """The company says nothing of when: they stay in a table as it stood, and count in no window."""
    undated = pd.DataFrame({"since": pd.to_datetime([None, "2024-05-05"]), "x": [1, 2]})
    assert known_by({"customers": undated}, date(2024, 1, 1))["customers"]["x"].tolist() == [1]
    assert within("customers", undated, (date.min, date(2025, 1, 1)))["x"].tolist() == [2]
