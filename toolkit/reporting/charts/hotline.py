"""Chart of the hotline: calls of a day and the seats that they need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.hotline.staffing import ONE_POOL
from toolkit.policy import Policy
from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, MUTED, WARN, grade_colours
from toolkit.reporting.words import word
from toolkit.study.hotline import StudyHotline
from toolkit.terms import Lang, number

STYLES = ("-", "--", ":", "-.")
TICK_HOURS = 2


def hotline(result: StudyHotline, shown: Policy, *, lang: Lang) -> Chart:
    """The busiest day of the typical week under one policy: calls by class as bars, seats by pool as steps."""
    policy = shown.id
    day, arrivals = result.busiest_day(policy), result.arrivals[policy]
    calls = arrivals.calls[arrivals.calls.index.normalize() == day]
    hours = (calls.index - day) / pd.Timedelta(hours=1)
    axes = canvas()
    seats_axes = axes.twinx()
    below, width = np.zeros(len(calls)), arrivals.minutes / 60
    for one, colour in grade_colours(tuple(calls.columns)).items():
        said = word("chart.hotline.calls_of", lang).format(name=result.titles[one].text(lang))
        axes.bar(
            hours,
            calls[one],
            width,
            bottom=below,
            align="edge",
            color=colour,
            alpha=0.55,
            label=said,
            linewidth=0,
        )
        below += calls[one].to_numpy()
    said, top = [], 0
    for place, (name, seats) in enumerate(_lines(result, policy, day, lang)):
        ends, steps = np.append(hours, hours[-1] + width), np.append(seats, seats[-1])
        colour = (WARN, INK, MUTED, ACCENT)[place % 4]
        seats_axes.step(
            ends, steps, where="post", color=colour, linestyle=STYLES[place % 4], linewidth=2, label=name
        )
        said.append(f"{name} {_span(seats)}")
        top = max(top, int(max(seats)))
    _dress(axes, seats_axes, (hours[0], hours[-1] + width, top), lang)
    weekday = word(f"weekday.{day.day_of_week}", lang)
    caption = word("chart.hotline.caption", lang).format(policy=shown.title.text(lang), day=weekday)
    total = "; ".join(f"{result.titles[one].text(lang)} {number(n)}" for one, n in calls.sum().items())
    return Chart(axes, caption, f"{caption}. {word('chart.hotline.calls', lang)}: {total}. {'; '.join(said)}")


def _lines(result: StudyHotline, policy: str, day: pd.Timestamp, lang: Lang) -> list[tuple[str, np.ndarray]]:
    """Name and seats by interval of every pool of every arrangement."""
    found = []
    for pools in result.params.arrangements:
        seats = result.plans[policy, pools].seats
        own = seats[seats.index.normalize() == day]
        for pool, column in own.items():
            kind = word(f"hotline.pools.{pools}", lang)
            name = kind if pool == ONE_POOL else f"{kind} · {result.titles[pool].text(lang)}"
            found.append((word("chart.hotline.seats_of", lang).format(name=name), column.to_numpy()))
    return found


def _span(seats: np.ndarray) -> str:
    low, high = number(seats.min()), number(seats.max())
    return low if low == high else f"{low}–{high}"


def _dress(axes: object, seats_axes: object, limits: tuple[float, float, int], lang: Lang) -> None:
    first, last, top = limits
    ticks = np.arange(np.ceil(first), last + 0.01, TICK_HOURS)
    axes.set_xticks(ticks, [f"{int(t):02d}:00" for t in ticks])
    axes.set(xlim=(first, last), ylabel=word("chart.hotline.calls", lang))
    seats_axes.set(ylim=(0, top + 1), ylabel=word("chart.hotline.seats", lang))
    seats_axes.yaxis.get_major_locator().set_params(integer=True)
    seats_axes.tick_params(labelsize=9, labelcolor=INK)
    seats_axes.yaxis.label.set_fontsize(9)
    axes.grid(visible=False)
    seats_axes.grid(visible=False)
    seats_axes.spines["right"].set_color(MUTED)
    for side in ("top", "left"):
        seats_axes.spines[side].set_visible(False)
    handles = [
        part for one in (axes, seats_axes) for part in zip(*one.get_legend_handles_labels(), strict=True)
    ]
    axes.figure.legend(
        [h for h, _ in handles],
        [name for _, name in handles],
        loc="outside lower center",
        ncols=3,
        frameon=False,
        fontsize=8.5,
    )
