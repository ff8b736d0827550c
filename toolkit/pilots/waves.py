"""A start in batches: everybody is served in the end, a lot decides who comes first.

The first batch is held against the last, which starts when the answer is known; the batches between them
show how the change grows and are not counted in the expected error.
"""

from __future__ import annotations

import numpy as np

from toolkit.pilots.design import Design, Served, designed, error_by_direction
from toolkit.pilots.question import OpenQuestion
from toolkit.terms import Label

MOST_WAVES = 5
LOWERED = Label(
    "方案会降低部分客户的服务，降低不宜分批试行",
    "the alternative lowers some customers, and lowering is not tried out in batches",
)


def waves(question: OpenQuestion) -> Design:
    """All switchers in batches of equal size, evenly spread over the outcome window."""
    drawn = question.direction != 0
    starts = starting_quarters(question.quarters)
    later = np.asarray(starts) / question.quarters
    more: dict[str, object] = {"refused": LOWERED} if (question.direction < 0).any() else {}
    return designed(
        question,
        "waves",
        drawn,
        error_by_direction(question, drawn, usable=2 / len(starts)),
        share=Served(without=float(1 - later.mean()), holders=float(later.mean())),
        waves=starts,
        **more,
    )


def starting_quarters(quarters: int) -> tuple[int, ...]:
    """Quarters after the first day at which the batches start.

    >>> from toolkit.pilots import starting_quarters
    >>> starting_quarters(4), starting_quarters(1), starting_quarters(12)
    ((0, 1, 2, 3, 4), (0, 1), (0, 3, 6, 9, 12))
    """
    count = min(quarters + 1, MOST_WAVES)
    return tuple(int(x) for x in np.round(np.linspace(0, quarters, count)))
