"""One colour per grade through all chapters and quarters, distinguishable without colour vision and in grey.

The steps run from dark (best grade) to light in equal lightness, so that the order of grades survives a
black-and-white print. Colours of evidence are those of page one.
"""

from __future__ import annotations

import numpy as np

INK = "#1d2733"
MUTED = "#6b7683"
GRID = "#dfe4ea"
ACCENT = "#1f4e79"
WARN = "#b5541c"
EVIDENCE_COLOURS = {
    "identified": "#1f4e79",
    "extrapolated": "#7d98b1",
    "assumed": "#c2cfdb",
    "not_identified": "#f5f7f9",
}
NO_EVIDENCE_HATCH = "////"
STEPS = ("#09365e", "#27608e", "#578db5", "#94bad3", "#dbe7f0")
COSTS = ("#1f4e79", "#7fa6c9", "#e6d9c3")
POLICIES = ("#1f4e79", "#c46a1b", "#3f8f6b", "#8a5a9e", "#7a7a7a", "#b04a5a")
MARKS = ("o", "s", "^", "D", "v", "P")


def grade_colours(grades: tuple[str, ...]) -> dict[str, str]:
    """Colour of each grade of a scale, best first.

    Examples
    --------
    >>> import toolkit
    >>> toolkit.grade_colours(("VIP", "basic"))
    {'VIP': '#09365e', 'basic': '#dbe7f0'}
    """
    places = np.linspace(0, len(STEPS) - 1, max(len(grades), 2))
    return {grade: _between(place) for grade, place in zip(grades, places, strict=False)}


def policy_colours(policies: list[str]) -> dict[str, str]:
    """Colour of each policy, baseline first."""
    return {policy: POLICIES[i % len(POLICIES)] for i, policy in enumerate(policies)}


def _between(place: float) -> str:
    low = int(np.floor(place))
    high = min(low + 1, len(STEPS) - 1)
    mixed = [
        round(
            int(STEPS[low][i : i + 2], 16) * (1 - place + low)
            + int(STEPS[high][i : i + 2], 16) * (place - low)
        )
        for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
