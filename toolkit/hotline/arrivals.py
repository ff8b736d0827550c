"""Calls by class and interval, and how they come from counts already made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError, ParameterError
from toolkit.hotline.erlang import HOUR
from toolkit.hotline.refusals import HANDLING, above_zero
from toolkit.shown import shown
from toolkit.terms import Label

DAY_MINUTES = 24 * 60
SHARES_SUM = 1e-9


@shown("classes", "calls", "minutes")
@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Calls by class and interval.

    Attributes
    ----------
    calls : DataFrame, index ``interval`` (start of each, in order, without a time zone), columns class
        Calls offered in the interval, first class first; expected numbers need not be whole.
    handling : Series, index class
        Mean handling time in seconds.
    minutes : int
        Length of an interval; divides a day.
    """

    calls: pd.DataFrame
    handling: pd.Series
    minutes: int

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, first class first."""
        return tuple(self.calls.columns)

    @property
    def per_hour(self) -> pd.DataFrame:
        """Calls per hour, same shape as ``calls``."""
        return self.calls * (60 / self.minutes)

    @property
    def load(self) -> pd.DataFrame:
        """Erlangs by interval and class."""
        return self.per_hour * self.handling / HOUR

    @property
    def carried(self) -> pd.DataFrame:
        """Erlangs that unlimited seats would have in hand, mean of each interval; same shape as ``load``.

        Calls in hand pass from one interval to the next, so that the load follows the calls with the
        delay of a handling time (Eick, Massey and Whitt 1993, Management Science 39:241). Empty at first.
        """
        length, index = 60.0 * self.minutes, self.calls.index
        rests = np.append(np.diff(index) / pd.Timedelta(seconds=1) - length, 0.0)
        x, steady = length / self.handling.to_numpy(), self.load.to_numpy()
        means, now = np.empty(steady.shape), np.zeros(steady.shape[1])
        for row, (level, rest) in enumerate(zip(steady, rests, strict=True)):
            means[row] = level + (now - level) * -np.expm1(-x) / x
            now = (level + (now - level) * np.exp(-x)) * np.exp(-rest / length * x)
        return pd.DataFrame(means, index=index, columns=self.calls.columns)

    @property
    def pooled_handling(self) -> pd.Series:
        """Mean handling time in seconds of all classes together, by interval; NaN without calls."""
        total = self.calls.sum(axis=1)
        return (self.calls @ self.handling) / total.where(total > 0)

    def between(self, first: date, end: date) -> Arrivals:
        """The intervals from the day ``first`` up to, not including, the day ``end``."""
        index = self.calls.index
        kept = self.calls[(index >= pd.Timestamp(first)) & (index < pd.Timestamp(end))]
        if kept.empty:
            raise HistoryError(
                zh=f"{first} 至 {end}（不含）没有任何时段；已有数据自 {index[0].date()} 至 {index[-1].date()}。请更正日期。",
                en=f"There is no interval from {first} up to {end}; the data run from {index[0].date()} to "
                f"{index[-1].date()}. Correct the dates.",
            )
        return replace(self, calls=kept)

    def typical(self, span: Literal["day", "week"]) -> Arrivals:
        """Mean calls by time of day, or by weekday and time; days without a call are left out.

        The result is dated on the first day with calls, or on the Monday before it and the days after.
        """
        index = self.calls.index
        open_days = self.calls.sum(axis=1).groupby(index.normalize()).transform("sum") > 0
        calls = self.calls[open_days.to_numpy()]
        day = calls.index.normalize()
        weekday = calls.index.day_of_week if span == "week" else pd.Index(np.zeros(len(calls), dtype=int))
        days = pd.Series(day).groupby(np.asarray(weekday)).nunique()
        start = day[0] - pd.Timedelta(days=day[0].day_of_week if span == "week" else 0)
        mean = calls.groupby([np.asarray(weekday), calls.index - day]).sum()
        places = mean.index.get_level_values(0)
        divided = mean.div(days.reindex(places).to_numpy(), axis=0)
        divided.index = start + pd.to_timedelta(places, unit="D") + mean.index.get_level_values(1)
        return replace(self, calls=divided.rename_axis("interval"))


def arrivals_from_counts(
    counts: pd.Series | pd.DataFrame,
    handling: Mapping[str, float],
    minutes: int,
    shares: Mapping[str, float] | None = None,
) -> Arrivals:
    """Calls that were counted already.

    Parameters
    ----------
    counts : Series or DataFrame, index start of each interval
        A DataFrame has one column for each class of ``handling``. A Series has the calls of all
        classes, and ``shares`` says what part each class makes.
    handling : mapping of class to mean seconds
        First class first.
    minutes : int
        Length of an interval; divides a day.
    shares : mapping of class to share, optional
        Sums to 1; an assumption that the reader must be told.

    Raises
    ------
    HistoryError
        Where nothing was counted, a count is negative or missing, or an interval is given twice or not at a multiple of ``minutes``.
    ParameterError
        Where shares, classes or handling times do not fit.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> day = pd.date_range("2026-09-01 09:00", periods=2, freq="30min")
    >>> calls = pd.Series([10, 20], index=day)
    >>> arrivals = toolkit.hotline.arrivals_from_counts(calls, {"all": 180.0}, minutes=30)
    >>> arrivals
    Arrivals(classes all, 2 intervals, minutes of an interval 30)
    >>> arrivals.per_hour["all"].tolist(), arrivals.load["all"].tolist()
    ([20.0, 40.0], [1.0, 2.0])
    """
    divides_a_day(minutes)
    for name, seconds in handling.items():
        above_zero(seconds, HANDLING, name)
    table = _split(counts, tuple(handling), shares)
    _check_counts(table, minutes)
    seconds = pd.Series(dict(handling), dtype=float).rename_axis("class")
    return Arrivals(framed(table.sort_index()), seconds, minutes)


def _split(
    counts: pd.Series | pd.DataFrame, classes: tuple[str, ...], shares: Mapping[str, float] | None
) -> pd.DataFrame:
    if isinstance(counts, pd.DataFrame):
        found, given = set(counts.columns), set(classes)
    else:
        found, given = set(shares or {classes[0]: 1.0}), set(classes)
    if found != given:
        odd = sorted(map(str, found ^ given))
        raise ParameterError(
            zh=f"类别对不上：{len(odd)} 个只出现在一处，第一个是“{odd[0]}”。来电、占比和处理时长须使用相同的类别。",
            en=f"The classes do not match: {len(odd)} appear in one place only, first {odd[0]}. Calls, shares and "
            "handling times must name the same classes.",
        )
    if isinstance(counts, pd.DataFrame):
        return counts[list(classes)].astype(float)
    part = shares or {classes[0]: 1.0}
    if abs(sum(part.values()) - 1) > SHARES_SUM or min(part.values()) < 0:
        raise ParameterError(
            zh=f"各类来电占比合计为 {sum(part.values()):.2%}，应合计 100%，且都不小于 0。请更正占比。",
            en=f"The shares of the classes sum to {sum(part.values()):.2%}; they must sum to 100%, none below 0. Correct "
            "the shares.",
        )
    return pd.DataFrame({name: counts.astype(float) * part[name] for name in classes})


def _check_counts(table: pd.DataFrame, minutes: int) -> None:
    wrong = table.isna().any(axis=1) | (table < 0).any(axis=1)
    _refuse_intervals(table.index[wrong], Label("的来电数为负或缺失", "have negative or missing counts"))
    _refuse_intervals(table.index[table.index.duplicated()], Label("重复出现", "appear twice"))
    off = table.index != table.index.floor(f"{minutes}min")
    _refuse_intervals(
        table.index[off],
        Label(f"不在 {minutes} 分钟的整点上", f"do not start at a multiple of {minutes} minutes"),
    )
    if not table.to_numpy().sum() > 0:
        raise HistoryError(
            zh=f"{len(table)} 个时段中没有任何来电。请检查来电表。",
            en=f"There is no call in {len(table)} intervals. Check the table of calls.",
        )


def _refuse_intervals(wrong: pd.DatetimeIndex, what: Label) -> None:
    if len(wrong):
        raise HistoryError(
            zh=f"{len(wrong)} 个时段{what.zh}，第一个是 {wrong[0]:%Y-%m-%d %H:%M}。请更正来电表。",
            en=f"{len(wrong)} intervals {what.en}, first {wrong[0]:%Y-%m-%d %H:%M}. Correct the table of calls.",
        )


def divides_a_day(minutes: int) -> None:
    """Refuse an interval that does not fit a whole number of times into a day."""
    if not (isinstance(minutes, int) and 0 < minutes <= DAY_MINUTES and DAY_MINUTES % minutes == 0):
        raise ParameterError(
            zh=f"时段长度为 {minutes} 分钟，应能整除一天（如 5、15、30、60）。请更正。",
            en=f"Intervals of {minutes} minutes do not divide a day; choose such as 5, 15, 30 or 60.",
        )


def framed(calls: pd.DataFrame) -> pd.DataFrame:
    """Counts with the names that :class:`Arrivals` gives its axes."""
    return calls.astype(float).rename_axis(index="interval", columns="class")
