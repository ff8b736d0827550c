"""Calls by class and interval from a table of contacts and the callers' grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.hotline.arrivals import Arrivals, divides_a_day, framed
from toolkit.hotline.refusals import HANDLING, above_zero

COLUMNS = ("customer_id", "at", "kind", "minutes")


@dataclass(frozen=True, slots=True)
class CallReading:
    """Which contacts are calls, and which class a caller's grade belongs to.

    Attributes
    ----------
    classes : mapping of grade to class
        Classes come in the order of first mention, first class first.
    otherwise : str
        Class of callers whose grade is not mentioned or who have none.
    kinds : tuple of str
        Values of ``kind`` that are calls to the hotline.
    minutes : int
        Length of an interval; divides a day.
    handling_seconds : float or None
        Handling time of classes without any recorded minutes; None refuses them.
    """

    classes: Mapping[str, str]
    otherwise: str
    kinds: tuple[str, ...] = ("call",)
    minutes: int = 30
    handling_seconds: float | None = None

    def __post_init__(self) -> None:
        divides_a_day(self.minutes)
        if self.handling_seconds is not None:
            above_zero(self.handling_seconds, HANDLING)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes, first class first."""
        return tuple(dict.fromkeys([*self.classes.values(), self.otherwise]))


def arrivals_from_contacts(contacts: pd.DataFrame, grades: pd.Series, reading: CallReading) -> Arrivals:
    """Calls of a table of contacts.

    Parameters
    ----------
    contacts : DataFrame
        Columns ``customer_id``, ``at`` (time, no time zone), ``kind``, ``minutes`` (handling; may be
        missing, never negative).
    grades : Series, index customer_id
    reading : CallReading

    Returns
    -------
    Arrivals
        Every interval from the first call's day to the last call's, empty ones included.

    Raises
    ------
    HistoryError
        Without a needed column, without a call, with a handling time that cannot be, or with two grades of a
        customer.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> at = pd.to_datetime(["2026-09-01 09:05", "2026-09-01 09:10", "2026-09-01 09:40"])
    >>> contacts = pd.DataFrame({"customer_id": ["a", "b", "a"], "at": at, "minutes": [3.0, 5.0, 4.0]})
    >>> contacts["kind"] = "call"
    >>> grades = pd.Series({"a": "VIP", "b": "basic"})
    >>> reading = toolkit.hotline.CallReading({"VIP": "first"}, otherwise="others")
    >>> arrivals = toolkit.hotline.arrivals_from_contacts(contacts, grades, reading)
    >>> arrivals.calls.loc["2026-09-01 09:00":"2026-09-01 09:30"]
    class                first  others
    interval
    2026-09-01 09:00:00    1.0     1.0
    2026-09-01 09:30:00    1.0     0.0
    >>> arrivals.handling.to_dict()
    {'first': 210.0, 'others': 300.0}
    """
    calls = _calls(contacts, reading)
    twice = int(grades.index.duplicated().sum())
    if twice:
        raise HistoryError(
            zh=f"等级表中有 {twice} 行的客户重复出现；每位客户应只有一个等级。请只取一次复评的等级。",
            en=f"{twice} rows of the grades repeat a customer; each customer must have one grade. Take the grades of one "
            "review.",
        )
    grade = calls["customer_id"].map(grades)
    kind = grade.astype(object).map(dict(reading.classes)).fillna(reading.otherwise)
    start = calls["at"].dt.floor(f"{reading.minutes}min").rename("interval")
    counts = pd.crosstab(start, kind.rename("class")).reindex(columns=list(reading.names), fill_value=0)
    first, last = start.min().normalize(), start.max().normalize() + pd.Timedelta(days=1)
    grid = pd.date_range(first, last, freq=f"{reading.minutes}min", inclusive="left", name="interval")
    seconds = (calls["minutes"].astype(float) * 60).groupby(kind).mean().reindex(list(reading.names))
    seconds = seconds.where(seconds > 0)
    handling = seconds if reading.handling_seconds is None else seconds.fillna(reading.handling_seconds)
    unknown = [name for name in reading.names if np.isnan(handling[name]) and counts[name].sum() > 0]
    if unknown:
        raise HistoryError(
            zh=f"{len(unknown)} 个类别的来电都没有登记处理分钟数，第一个是“{unknown[0]}”。请补登，或给出 handling_seconds。",
            en=f"No call of {len(unknown)} classes has recorded minutes, first {unknown[0]}. Record them, or state "
            "handling_seconds.",
        )
    handling = handling.fillna(calls["minutes"].mean() * 60).rename_axis("class")
    return Arrivals(framed(counts.reindex(grid, fill_value=0)), handling, reading.minutes)


def _calls(contacts: pd.DataFrame, reading: CallReading) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in contacts]
    if missing:
        raise HistoryError(
            zh=f"接触表缺少 {len(missing)} 列，第一列是 {missing[0]}；需要 {'、'.join(COLUMNS)}。请补充映射。",
            en=f"The contacts lack {len(missing)} columns, first {missing[0]}; {', '.join(COLUMNS)} are needed. "
            "Complete the mapping.",
        )
    calls = contacts[contacts["kind"].isin(reading.kinds) & contacts["at"].notna()]
    if calls.empty:
        raise HistoryError(
            zh=f"{len(contacts)} 条接触中没有来电（类型为 {'、'.join(reading.kinds)}）。请检查 kinds 或接触表。",
            en=f"None of {len(contacts)} contacts is a call (kind {', '.join(reading.kinds)}). Check kinds or the contacts.",
        )
    wrong = int((calls["minutes"] < 0).sum())
    if wrong:
        raise HistoryError(
            zh=f"{wrong} 通来电的处理分钟数为负数；应不小于 0，未知时留空。请更正接触表。",
            en=f"{wrong} calls have negative minutes; they must be at least 0, or empty where unknown. Correct "
            "the contacts.",
        )
    return calls
