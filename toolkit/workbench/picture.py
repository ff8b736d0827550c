"""A small picture of the grades: now filled, production outlined; drawn as SVG, so that it keeps up with a slider."""

from __future__ import annotations

from html import escape

import pandas as pd

from toolkit.reporting.columns import em
from toolkit.reporting.palette import ACCENT, grade_colours
from toolkit.terms import number

WIDTH, ROW, GAP, FONT = 560, 22, 8, 13
FIGURES, LEAST_NAME = 90, 40


def grades_picture(now: pd.Series, before: pd.Series, said: str) -> str:
    """One bar for each grade, best first.

    Parameters
    ----------
    now, before : Series of customers, index grade
    said : str
        Text for those who cannot see it.
    """
    most = max(float(now.max()), float(before.max()), 1.0)
    colours = grade_colours(tuple(map(str, now.index)))
    named = max(LEAST_NAME, max(em(str(grade)) for grade in now.index) * FONT + GAP)
    wide = WIDTH - named - FIGURES
    rows = []
    for place, grade in enumerate(now.index):
        top = place * (ROW + GAP)
        here, there = (wide * float(one[grade]) / most for one in (now, before))
        middle = top + ROW * 0.7
        rows.append(
            f'<text x="{named - GAP:.0f}" y="{middle:.0f}" text-anchor="end">{escape(str(grade))}</text>'
            f'<rect x="{named:.0f}" y="{top + 3}" width="{here:.1f}" height="{ROW - 6}" fill="{colours[str(grade)]}"/>'
            f'<rect x="{named:.0f}" y="{top + 0.5}" width="{there:.1f}" height="{ROW - 1}" fill="none" stroke="{ACCENT}" stroke-dasharray="3 2"/>'
            f'<text x="{named + max(here, there) + 6:.0f}" y="{middle:.0f}">{number(float(now[grade]))}</text>'
        )
    high = len(now) * (ROW + GAP)
    return (
        f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {WIDTH} {high}" width="100%" style="max-width:{WIDTH}px" '
        f'font-size="{FONT}" fill="currentColor">{"".join(rows)}</svg><small>{escape(said)}</small>'
    )
