"""The pilot that replaces an adjusted design: lots among customers near the line between the grades.

There is no bar to be near to. Customers are ranked by how their recorded factors speak for the better grade; the line
is the last place that is given, and a band of 30% reaches from 70% to 130% of the places.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np

from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.pilot import BANDS, SHARES, Pilot, PilotBasis
from toolkit.terms import Label, figure


def pilot_basis(sample: AdjustedSample, design: AdjustedDesign) -> PilotBasis:
    """Spread of the outcome and customers within each band of places, for one review of the sample.

    Where no outcome is known yet, a share is given its largest variance, anything else none.
    """
    known = sample.outcome[np.isfinite(sample.outcome)]
    reviews = 1 if sample.review is None else max(1, len(np.unique(sample.review)))
    places, others = np.count_nonzero(sample.received), np.count_nonzero(~sample.received)
    near = {band: int((min(places, band * places) + min(others, band * places)) // reviews) for band in BANDS}
    unknown = 0.25 if design.unit in SHARES else float("nan")
    return PilotBasis(float(np.var(known)) if len(known) else unknown, near)


def reworded(pilot: Pilot) -> Pilot:
    """The pilot, with its proposal said in places instead of distances from a bar."""
    if not pilot.reviews:
        text = Label(
            "尚无客户享受该等级，无法设计试点；请先确定名额。",
            "Nobody has the grade yet, so no pilot can be designed; settle on the number of places first.",
        )
        return replace(pilot, text=text)
    zh = (
        f"按记录的因素为客户排序，在最后一个名额上下 {pilot.band:.0%} 的名次内抽签，每次复评约 {pilot.customers:,} 位客户，"
        f"一半享受该等级；共 {pilot.reviews} 次复评，{pilot.quarters} 个季度后"
    )
    en = (
        f"Rank customers by their recorded factors and draw lots within {pilot.band:.0%} of the last place given: about "
        f"{pilot.customers:,} customers at each review, half of them with the grade; {pilot.reviews} "
        f"review{'s' * (pilot.reviews > 1)}, and after {pilot.quarters} quarters "
    )
    if not isfinite(pilot.detectable):
        return replace(pilot, text=Label(f"{zh}有结果。", f"{en}the outcome is known."))
    found = {lang: figure(pilot.detectable, pilot.unit, lang) for lang in ("zh", "en")}
    text = Label(f"{zh}可检出 {found['zh']}的变化。", f"{en}a change of {found['en']} would be found.")
    return replace(pilot, text=text)
