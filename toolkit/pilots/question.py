"""The open question of an alternative: what nobody knows, about whom, and how much of it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.shown import shown
from toolkit.terms import Label


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """What both policies grade by, where that is one measure with one bar.

    Attributes
    ----------
    measure : str
    bar : float
        The bar in force.
    window_quarters : int
    ratio : array, shape (n,)
        Score of each customer over the bar.
    """

    measure: str
    bar: float
    window_quarters: int
    ratio: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """An attribute of the customers that could be drawn whole, and how alike customers of one branch were.

    Attributes
    ----------
    name : str
    of : array of object, shape (n,)
        Branch of each customer; None where unknown.
    icc : float
        Share of the variance of the outcome that lies between branches, from history.
    """

    name: str
    of: np.ndarray
    icc: float


@shown("policy", "definition", "package", "otherwise")
@dataclass(frozen=True, slots=True, eq=False)
class OpenQuestion:
    """Whether an alternative is worth its cost, as far as history leaves it open.

    What is asked is the *change of retention that the policy brings to those it moves*: served minus not for
    the raised, not minus served for the lowered, each direction weighted by its margin.

    Attributes
    ----------
    policy : str
    title : Label
    package, otherwise : str
        The contrast in question.
    definition : str
    outcome : Label
        Title of that definition of retention.
    quarters : int
        Length of its outcome window.
    customers : Index, length n
    held : array of bool, shape (n,)
        Who has ``package`` today.
    direction : array of int, shape (n,)
        +1 where the alternative gives ``package`` instead of ``otherwise``, -1 where it takes it away, 0 elsewhere.
    drawable : array of bool, shape (n,)
        Who has one of the two packages today.
    margin : array, shape (n,)
        Margin per quarter, money.
    service : array, shape (n,)
        What ``package`` costs more than ``otherwise``, per quarter, money.
    factor : float
        Quarters of margin that a retained customer brings, in today's money.
    cost : float
        Change in cost of the whole alternative, per year, money.
    elsewhere : float
        Margin per quarter of switchers outside the contrast.
    retained : float
        Expected retention, 0..1.
    low, high : float
        Changes of retention by ``package`` that are taken for possible.
    expected : float or None
        The change that history estimates; None where nothing is identified.
    score : Score or None
    groupings : tuple of Grouping
    controls : tuple of str
        Measures from before the draw that make the answer more precise.
    """

    policy: str
    title: Label
    package: str
    otherwise: str
    definition: str
    outcome: Label
    quarters: int
    customers: pd.Index
    held: np.ndarray
    direction: np.ndarray
    drawable: np.ndarray
    margin: np.ndarray
    service: np.ndarray
    factor: float
    cost: float
    elsewhere: float
    retained: float
    low: float
    high: float
    expected: float | None = None
    score: Score | None = None
    groupings: tuple[Grouping, ...] = ()
    controls: tuple[str, ...] = field(default=())

    @property
    def variance(self) -> float:
        """Of the outcome of one customer: p (1 - p)."""
        return self.retained * (1 - self.retained)

    @property
    def stakes(self) -> Mapping[int, float]:
        """Margin over the horizon of the raised (+1) and of the lowered (-1), money."""
        worth = np.maximum(self.margin, 0) * self.factor
        return {sign: float(worth[self.direction == sign].sum()) for sign in (1, -1)}

    @property
    def weights(self) -> Mapping[int, float]:
        """Share of the stake in each direction; sums to one."""
        stakes = self.stakes
        total = sum(stakes.values())
        counts = {sign: float((self.direction == sign).sum()) for sign in (1, -1)}
        parts = stakes if total > 0 else counts
        return {sign: part / max(sum(parts.values()), 1e-12) for sign, part in parts.items()}

    @property
    def break_even(self) -> float:
        """Change of retention, brought to those it moves, at which the alternative pays for itself."""
        total = sum(self.stakes.values())
        return self.cost / total if total > 0 else float("inf") * np.sign(self.cost or 1)

    def brought(self, raised: float, lowered: float) -> float:
        """The change that the policy brings where ``package`` changes retention by so much in each direction."""
        return self.weights[1] * raised - self.weights[-1] * lowered

    @property
    def most(self) -> float:
        """The most that the policy can be thought to bring to those it moves."""
        return self.brought(self.high, self.low)

    @property
    def distance(self) -> float:
        """How far the change to be expected, or else the most that is possible, lies from breaking even."""
        if self.expected is not None:
            return abs(self.brought(self.expected, self.expected) - self.break_even)
        return abs(self.most - self.break_even)

    def covered(self, drawn: np.ndarray) -> float:
        """Share of the margin of all switchers that a draw among ``drawn`` (bool, shape (n,)) would identify."""
        size = np.abs(self.margin)
        total = size[self.direction != 0].sum() + self.elsewhere
        return float(size[(self.direction != 0) & drawn].sum() / total) if total > 0 else 0.0
