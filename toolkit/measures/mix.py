"""How much of a customer's purchases falls on its main category and its main channel."""

from __future__ import annotations

import numpy as np

from toolkit.measures.categories import Categories
from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure
from toolkit.terms import Label


@measure(
    Label("主要品类占比", "share of the main category"),
    "share",
    "higher",
    About(
        "F59",
        Label(
            "购买行中主要品类所占比例，没有品类的行不计；窗口内没有这样的行则缺失。",
            "Share of the purchase lines in the category with most of them, lines without a category aside; missing without one.",
        ),
        needs=("transactions.category",),
    ),
)
def main_category_share(cube: Cube, window: int) -> np.ndarray:
    """Share of the purchase lines that fall on the customer's main category."""
    return _main_share(cube.categories, cube, window)


@measure(
    Label("主要渠道占比", "share of the main channel"),
    "share",
    "higher",
    About(
        "F12",
        Label(
            "购买行中主要渠道所占比例，没有渠道的行不计；窗口内没有这样的行则缺失。",
            "Share of the purchase lines in the channel with most of them, lines without a channel aside; missing without one.",
        ),
        needs=("transactions.channel",),
    ),
)
def main_channel_share(cube: Cube, window: int) -> np.ndarray:
    """Share of the purchase lines that fall on the customer's main channel."""
    return _main_share(cube.channels, cube, window)


@measure(
    Label("渠道数", "channels used"),
    "count",
    "higher",
    About(
        "F12",
        Label("窗口内购买用过的不同渠道数。", "Distinct channels of the window's purchases."),
        needs=("transactions.channel",),
    ),
)
def channel_breadth(cube: Cube, window: int) -> np.ndarray:
    """Distinct channels bought through in the window, returns ignored."""
    return cube.channels.breadth(window, *cube.shape)


def _main_share(entries: Categories, cube: Cube, window: int) -> np.ndarray:
    customers, quarters = cube.shape
    return np.stack([entries.main(place, window, customers)[1] for place in range(quarters)], axis=1)
