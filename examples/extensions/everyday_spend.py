"""日常消费额：消费额减去最大的一单，免得一次大单换来高等级。 Everyday spend: spend without the largest order."""

import numpy as np

from toolkit.extending import About, Label, measure

NOTE = Label(
    "窗口内购买金额减去最大一单，不低于 0。", "Purchases of the window less the largest order, at least 0."
)


@measure(Label("日常消费额", "everyday spend"), "money", "higher", About("F01", NOTE))
def everyday_spend(cube, window):
    """Purchases of the window less the largest order; 0 where there is none."""
    largest = cube.trailing_max("largest_order", window)
    return np.maximum(cube.trailing_sum("gross", window) - np.where(np.isfinite(largest), largest, 0), 0)
