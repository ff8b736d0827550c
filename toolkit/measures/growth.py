"""How a customer develops from one window to the next."""

from __future__ import annotations

import numpy as np

from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure
from toolkit.measures.spending import spend
from toolkit.terms import Label


@measure(
    Label("消费增长", "growth of spend"),
    "index",
    "higher",
    About(
        "F21",
        Label(
            "本窗口与前一窗口消费额之差除以两者之和，介于 −1 与 1；两者皆为 0 时为 0；前一窗口首季末尚未购买则缺失；代替发展潜力。",
            "Spend of the window less that of the one before, over their sum: −1 to 1, 0 where both are 0; missing "
            "where the customer had not bought by the end of the first quarter of the earlier window; stands in for potential.",
        ),
        proxy=True,
    ),
)
def growth(cube: Cube, window: int) -> np.ndarray:
    """(this - before) / (this + before) of spend, with the window before of equal length; -1 to 1.

    0 where both are 0. Missing unless the first purchase lies in or before the first quarter of
    the earlier window: a customer who joined later would seem to grow, and so would everybody
    where the history does not reach back two windows.
    """
    this = spend(cube, window)
    before = np.zeros_like(this)
    before[:, window:] = this[:, :-window]
    total = this + before
    change = np.divide(this - before, total, out=np.zeros_like(this), where=total > 0)
    return np.where(cube.quarters_since_joining() >= 2 * window, change, np.nan)
