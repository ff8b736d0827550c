"""Lots in a band around the bar; the rule is kept outside it.

Source: Owen & Varian (2020), "Optimizing the tie-breaker regression discontinuity design", EJS 14:4004.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toolkit.effects.pilot import BANDS, HAIR
from toolkit.effects.power import error_of_difference
from toolkit.pilots.design import Design, designed
from toolkit.pilots.question import OpenQuestion


def tie_breakers(question: OpenQuestion) -> Iterator[Design]:
    """One design per width of the band; none where the policy does not grade along the bar's measure alone.

    Everybody in the band draws, also those whom the alternative would leave as they are.
    """
    if question.score is None:
        return
    for width in BANDS:
        ratio = question.score.ratio
        drawn = question.drawable & (np.abs(ratio - 1) <= width + HAIR)
        n = int(drawn.sum())
        error = error_of_difference(question.variance, n) if n else float("inf")
        yield designed(question, "tie_breaker", drawn, error, band=(1 - width, 1 + width))
