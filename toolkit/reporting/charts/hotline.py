"""Chart of the hotline: calls of a day and the seats that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.hotline.staffing import ONE_POOL
from toolkit.policy import Policy
from toolkit.reporting.chart import Chart, stacked
from toolkit.reporting.palette import ACCENT, INK, MUTED, WARN, grade_colours
from toolkit.reporting.words import word
from toolkit.study.hotline import StudyHotline
from toolkit.terms import Lang, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("-", "--", ":", "-.")
TICK_HOURS = 2


def hotline(result: StudyHotline, shown: Policy, *, lang: Lang) -> Chart:
    """The busiest day of the typical week under one policy: calls by class above, seats by pool below.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.hotline(study.hotline, study.baseline, lang="en")
    >>> print(chart.alt)
    Calls and seats needed under “VIP rules in force” on the busiest day of the typical week
    (Wednesday). calls per interval: VIP 2; others 3. shared 1; separate · VIP 1; separate · others 1
    >>> plt.close()
    """
    policy = shown.id
    day, arrivals = result.busiest_day(policy), result.arrivals[policy]
    calls = arrivals.calls[arrivals.calls.index.normalize() == day]
    hours, width = (calls.index - day) / pd.Timedelta(hours=1), arrivals.minutes / 60
    above, below = stacked((1.0, 1.0), 4.2)
    bottom = np.zeros(len(calls))
    for one, colour in grade_colours(tuple(calls.columns)).items():
        look = {"color": colour, "label": result.titles[one].text(lang), "linewidth": 0}
        above.bar(hours, calls[one], width, bottom=bottom, align="edge", **look)
        bottom += calls[one].to_numpy()
    said, top = [], 0
    for place, (name, seats) in enumerate(_lines(result, policy, day, lang)):
        ends, steps = np.append(hours, hours[-1] + width), np.append(seats, seats[-1])
        colour, style = (WARN, INK, MUTED, ACCENT)[place % 4], STYLES[place % 4]
        below.step(ends, steps, where="post", color=colour, linestyle=style, linewidth=2, label=name)
        said.append(f"{name} {_span(seats)}")
        top = max(top, int(max(seats)))
    _dress(above, below, (hours[0], hours[-1] + width, top), lang)
    weekday = word(f"weekday.{day.day_of_week}", lang)
    caption = word("chart.hotline.caption", lang).format(policy=shown.title.text(lang), day=weekday)
    total = "; ".join(f"{result.titles[one].text(lang)} {number(n)}" for one, n in calls.sum().items())
    return Chart(
        above, caption, f"{caption}. {word('chart.hotline.calls', lang)}: {total}. {'; '.join(said)}"
    )


def _lines(result: StudyHotline, policy: str, day: pd.Timestamp, lang: Lang) -> list[tuple[str, np.ndarray]]:
    """Name and seats by interval of every pool of every arrangement."""
    found = []
    for pools in result.params.arrangements:
        seats = result.plans[policy, pools].seats
        own = seats[seats.index.normalize() == day]
        for pool, column in own.items():
            kind = word(f"hotline.pools.{pools}", lang)
            name = kind if pool == ONE_POOL else f"{kind} · {result.titles[pool].text(lang)}"
            found.append((name, column.to_numpy()))
    return found


def _span(seats: np.ndarray) -> str:
    low, high = number(seats.min()), number(seats.max())
    return low if low == high else f"{low}–{high}"


def _dress(above: Axes, below: Axes, limits: tuple[float, float, int], lang: Lang) -> None:
    first, last, top = limits
    ticks = np.arange(np.ceil(first), last + 0.01, TICK_HOURS)
    below.set_xticks(ticks, [f"{int(t):02d}:00" for t in ticks])
    below.set(xlim=(first, last), ylim=(0, top + 0.6), ylabel=word("chart.hotline.seats", lang))
    below.yaxis.get_major_locator().set_params(integer=True)
    above.set(ylabel=word("chart.hotline.calls", lang))
    for axes in (above, below):
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8.5, borderaxespad=0.2
        )
