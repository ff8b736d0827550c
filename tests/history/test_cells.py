"""Reading of single cells: text, identifiers, numbers, flags, dates."""

from __future__ import annotations

from datetime import datetime

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from toolkit.errors import ParameterError
from toolkit.history import cells, dates
from toolkit.history.source import connect


@pytest.fixture(scope="module")
def engine() -> ibis.BaseBackend:
    return connect("Asia/Shanghai")


@pytest.fixture(scope="module")
def seen(engine):
    """What a reading makes of a list of cells."""

    def _seen(reading, values, *more):
        table = ibis.memtable(pa.table({"cell": pa.array(values)}))
        rows = engine.create_table(ibis.util.gen_name("cells"), table, temp=True)
        return rows.select(read=reading(cells.trimmed(rows.cell), *more)).to_pyarrow()["read"].to_pylist()

    return _seen


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["17850.0", " 17850\u3000", "00123", "A.0", "1.5"], ["17850", "17850", "00123", "A.0", "1.5"]),
        ([17850.0, 0.5, None], ["17850", "0.5", None]),
        ([17850, -1], ["17850", "-1"]),
        (["", "  ", "NaN", "NULL", "n/a", None], [None] * 6),
    ],
)
def test_identifiers_are_the_same_however_a_file_stores_them(seen, values, expected):
    assert seen(cells.identifier, values) == expected


def test_numbers_are_plain_numbers_only(seen):
    values = ["12", " 12.5 ", "-.5", "+5", "1e3", "1_000", "0x10", "１２", "1,234", "¥88", "--5", "NULL", ""]
    assert seen(cells.number, values) == [12, 12.5, -0.5, 5, 1000, *[None] * 8]
    assert seen(cells.number, ["inf", "-Infinity", "1e400"]) == [float("inf"), float("-inf"), float("inf")]


def test_numbers_written_for_people_are_told_from_words(seen):
    dressed = ["1,234.50", "¥88", "88元", "12%", "2,55", "(50)", "-¥1,000", "$ 5"]
    assert seen(cells.formatted, [*dressed, "abc", "1.2.3", "x5"]) == [True] * len(dressed) + [False] * 3


def test_flags_are_read_in_both_languages(seen):
    assert seen(cells.flag, ["是", "TRUE", "1", "y", "否", "0", "No", "perhaps"]) == [True] * 4 + [
        False
    ] * 3 + [None]
    assert seen(cells.flag, [True, False]) == [True, False]


def test_year_first_dates_are_read_without_a_format(seen):
    values = [
        "2026-09-30", "2026/9/3 8:05", "2026年9月3日", "20260930", "2026.9.3 08:05:07", "2026-09-30T08:05:07.5",
        "2026-02-29", "30/09/2026", "0000-01-01", "infinity", "2026-09-30 25:00", "soon",
    ]  # fmt: skip
    expected = [
        datetime(2026, 9, 30), datetime(2026, 9, 3, 8, 5), datetime(2026, 9, 3), datetime(2026, 9, 30),
        datetime(2026, 9, 3, 8, 5, 7), datetime(2026, 9, 30, 8, 5, 7, 500000), *[None] * 6,
    ]  # fmt: skip
    assert seen(dates.timestamp, values) == expected


def test_times_that_state_an_offset_become_local_time(seen):
    """China is eight hours ahead of UTC all year."""
    values = ["2026-09-30T20:00:00Z", "2026-09-30 20:00:00+02:00", "2026-09-30 20:00+0800"]
    local = [datetime(2026, 10, 1, 4), datetime(2026, 10, 1, 2), datetime(2026, 9, 30, 20)]
    assert seen(dates.timestamp, values) == local


def test_typed_times_with_a_zone_become_local_time(engine):
    moments = pa.array([datetime(2026, 9, 30, 20)], pa.timestamp("us", "UTC"))
    rows = engine.create_table("aware", ibis.memtable(pa.table({"cell": moments})), temp=True)
    assert rows.select(t=dates.timestamp(rows.cell)).to_pyarrow()["t"].to_pylist() == [
        datetime(2026, 10, 1, 4)
    ]


@pytest.mark.parametrize(
    ("date_format", "values"),
    [
        ("%d/%m/%Y", ["05/04/2026", "5/4/2026 ", "30/02/2026", "2026-04-05", "x"]),
        ("%m/%d/%y %H:%M", ["4/5/26 08:30", "04/05/69 8:30", "13/5/26 8:30"]),
        (
            "%d-%b-%Y %I:%M %p",
            ["05-Apr-2026 12:05 AM", "5-APRIL-2026 1:05 pm", "5-foo-2026 1:05 pm", "5-Apr-2026 13:05 pm"],
        ),
        ("%Y年%m月%d日 %H时%M分%S", ["2026年4月5日 8时30分7", "2026年4月5日 8时30分61"]),
    ],
)
def test_date_formats_agree_with_python(seen, date_format, values):
    """Slow twin: datetime.strptime, with the month name cut to the three letters it knows."""

    def twin(value: str) -> datetime | None:
        try:
            return datetime.strptime(value.strip().replace("APRIL", "APR"), date_format)
        except ValueError:
            return None

    assert seen(dates.timestamp, values, date_format) == [twin(value) for value in values]


def test_day_numbers_of_a_spreadsheet_are_read_when_asked_for(seen):
    """Day 40513 is 1 December 2010: openpyxl.utils.datetime.from_excel and Excel agree."""
    days = [datetime(2010, 12, 1), datetime(2010, 12, 1, 12), None]
    assert seen(dates.timestamp, ["40513", "40513.5", "soon"], "excel") == days
    assert seen(dates.timestamp, [40513.0, 40513.5], "excel") == days[:2]
    assert seen(dates.looks_like_serial, ["40513", "20101201", "2010"]) == [True, False, False]


@pytest.mark.parametrize("date_format", ["%Y-%m", "%Y/%m/%d %Z", "%d.%d.%Y", "yyyy-mm-dd"])
def test_a_date_format_without_a_day_month_and_year_is_refused(seen, date_format):
    with pytest.raises(ParameterError) as refusal:
        seen(dates.timestamp, ["2026-01-01"], date_format)
    assert date_format in refusal.value.zh and date_format in refusal.value.en


def test_an_unknown_time_zone_is_refused():
    for zone in ("Asia/Peking", "../etc", "'; DROP TABLE x"):
        with pytest.raises(ParameterError, match="Asia/Shanghai"):
            connect(zone)


def test_typed_columns_read_like_their_text(seen):
    day = pd.Timestamp("2026-09-30").date()
    assert seen(dates.timestamp, [day]) == [datetime(2026, 9, 30)]
    assert seen(dates.timestamp, [20260930, None]) == seen(dates.timestamp, ["20260930", None])
    assert seen(dates.timestamp, [20260930.0, None]) == [datetime(2026, 9, 30), None]
