"""The best rule of at most two questions: every tree over the measures and round bounds is compared.

Method
------
Bounds are quantiles of each measure, rounded to two significant digits before anything is evaluated, so that the
rule that is printed is the rule that was valued. For every pair of bounds the gain below both is one entry of a
matrix, and the gain in each leaf of every tree is a sum of its entries: the search is exhaustive and exact on these
bounds, also under a cap.

Source: Athey & Wager (2021), "Policy learning with observational data"; Zhou, Athey & Wager (2023) for exact trees.

Does not show
-------------
What the rule is worth: that is asked of other customers (:mod:`toolkit.search.learning`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10

import numpy as np

from toolkit.search.tree import Leaf, Node, Split, pruned
from toolkit.shown import shown

FIGURES = 2
STEPS = 20
BLOCK = 8192
EQUAL = 1e-12
DEEPEST = 2
NOBODY, EVERYBODY, FIRST_CUT = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """How much serving may take in all.

    Attributes
    ----------
    use : array, shape (customers,), >= 0
        What serving each takes: one each for a number of customers, money for a budget.
    most : float
    """

    use: np.ndarray
    most: float

    def take(self, rows: np.ndarray, share: float) -> Limit:
        """The customers at ``rows`` with ``share`` (0..1) of what there is."""
        return Limit(self.use[rows], self.most * share)


@shown("measure", "at_least")
@dataclass(frozen=True, slots=True)
class Cut:
    """A bound on one measure; this value and more are above it."""

    measure: str
    at_least: float


def rounded(value: float, figures: int = FIGURES) -> float:
    """``value`` to so many significant digits.

    >>> rounded(83_456.0), rounded(0.0349), rounded(-7.25), rounded(0.0)
    (83000.0, 0.035, -7.2, 0.0)
    """
    return float(round(value, figures - 1 - floor(log10(abs(value))))) if value else 0.0


def cuts_of(measures: Mapping[str, np.ndarray], steps: int = STEPS) -> tuple[Cut, ...]:
    """Round bounds at the quantiles of each measure that part somebody from somebody else, lowest first.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> spend = np.array([10.0, 20.0, 30.0, 40.0])
    >>> toolkit.search.cuts_of({"spend": spend}, steps=2)
    (Cut(spend, at least 25),)
    """
    found = []
    for name, column in measures.items():
        known = column[np.isfinite(column)]
        at = np.quantile(known, np.arange(1, steps) / steps) if len(known) else []
        for value in sorted({rounded(float(one)) for one in at}):
            above = column >= value
            if above.any() and not above.all():
                found.append(Cut(name, value))
    return tuple(found)


def best_tree(
    measures: Mapping[str, np.ndarray],
    gain: np.ndarray,
    *,
    deepest: int = DEEPEST,
    limit: Limit | None = None,
    cuts: tuple[Cut, ...] | None = None,
) -> Node:
    """The tree with the largest sum of gains over those it serves; of equally good ones the shallowest.

    Parameters
    ----------
    measures : mapping of measure to array, shape (customers,); NaN is missing and lies below every bound
    gain : array, shape (customers,)
        What serving each customer brings, money.
    deepest : 0, 1 or 2
        Questions one above the other.
    limit : Limit, optional
        Trees that take more are left out.
    cuts : tuple of Cut, optional
        Bounds to try; left out, those of :func:`cuts_of`.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> spend = np.array([10.0, 20.0, 30.0, 40.0])
    >>> gain = np.array([-5.0, -1.0, 2.0, 8.0])
    >>> toolkit.search.best_tree({"spend": spend}, gain)
    Split(spend, at least 22, high (served yes), low (served no))
    """
    if not 0 <= deepest <= DEEPEST:
        raise ValueError(f"deepest must lie in 0..{DEEPEST}, got {deepest}")
    if limit is not None and (limit.use < 0).any():
        raise ValueError("use must be >= 0")
    cuts = cuts_of(measures) if cuts is None else cuts
    most = np.inf if limit is None else limit.most
    columns = np.column_stack([gain, np.zeros(len(gain)) if limit is None else limit.use]).astype(float)
    tables = _Tables(columns.sum(axis=0), _below_both(measures, cuts, columns))
    scale = EQUAL * float(np.abs(gain).sum())
    best, found = tables.leaf(most)
    for level in range(1, deepest + 1):
        value, tree = tables.one_question(cuts, most) if level == 1 else tables.two_questions(cuts, most)
        if value > best + scale:
            best, found = value, tree
    return pruned(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Gain and use of everybody, shape (2,), and of those below both of two bounds, shape (2, cuts, cuts)."""

    total: np.ndarray
    below: np.ndarray

    def leaf(self, most: float) -> tuple[float, Node]:
        everybody = self.total[0] > 0 and _within(self.total[1], most)
        return (float(self.total[0]), Leaf(True)) if everybody else (0.0, Leaf(False))

    def one_question(self, cuts: tuple[Cut, ...], most: float) -> tuple[float, Node]:
        single = np.einsum("tcc->tc", self.below)
        gain, use = _options(self.total[:, None], single[:, None, :])
        worth = np.where(_within(use[0], most), gain[0], -np.inf)
        return float(worth.max()), _side(cuts, int(worth.argmax()))

    def two_questions(self, cuts: tuple[Cut, ...], most: float) -> tuple[float, Node]:
        single = np.einsum("tcc->tc", self.below)
        low = _options(single, self.below)
        high = _options(self.total[:, None] - single, single[:, None, :] - self.below)
        best, found = 0.0, (0, NOBODY, NOBODY)
        for root in range(len(cuts)):
            value, below, above = _pair((low[0][root], low[1][root]), (high[0][root], high[1][root]), most)
            if value > best:
                best, found = value, (root, below, above)
        if not cuts:
            return 0.0, Leaf(False)
        root, below, above = found
        cut = cuts[root]
        return best, Split(cut.measure, cut.at_least, _side(cuts, above), _side(cuts, below))


def _below_both(measures: Mapping[str, np.ndarray], cuts: tuple[Cut, ...], columns: np.ndarray) -> np.ndarray:
    """Sums of each column over those below both of two bounds; shape (columns, cuts, cuts)."""
    found = np.zeros((columns.shape[1], len(cuts), len(cuts)))
    for start in range(0, len(columns), BLOCK):
        rows = slice(start, start + BLOCK)
        below = np.zeros((len(columns[rows]), len(cuts)))
        for place, cut in enumerate(cuts):
            below[:, place] = ~(measures[cut.measure][rows] >= cut.at_least)
        for place in range(columns.shape[1]):
            found[place] += below.T @ (below * columns[rows, place, None])
    return found


def _options(total: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gain and use of each way to serve a group; shape (groups, options).

    Nobody, everybody, those below each bound, those above each bound. ``total`` has shape (2, groups), ``low``
    (2, groups, cuts).
    """
    whole = total[:, :, None]
    every = np.concatenate([np.zeros_like(whole), whole, low, whole - low], axis=2)
    return every[0], every[1]


def _within(use: np.ndarray | float, most: float) -> np.ndarray | bool:
    return use <= most * (1 + EQUAL) + EQUAL


def _pair(
    low: tuple[np.ndarray, np.ndarray], high: tuple[np.ndarray, np.ndarray], most: float
) -> tuple[float, int, int]:
    """The best option of each side, within ``most`` together."""
    if np.isinf(most):
        below, above = int(low[0].argmax()), int(high[0].argmax())
        return float(low[0][below] + high[0][above]), below, above
    order = np.argsort(low[1], kind="stable")
    use, gain = low[1][order], low[0][order]
    leads = np.maximum.accumulate(gain)
    leads_anew = np.append(True, gain[1:] > leads[:-1])
    leader = np.maximum.accumulate(np.where(leads_anew, np.arange(len(gain)), 0))
    room = most * (1 + EQUAL) + EQUAL - high[1]
    place = np.searchsorted(use, room, side="right") - 1
    worth = np.where(place >= 0, leads[place] + high[0], -np.inf)
    above = int(worth.argmax())
    return float(worth[above]), int(order[leader[place[above]]]), above


def _side(cuts: tuple[Cut, ...], option: int) -> Node:
    """The option of :func:`_options` as a tree."""
    if option in (NOBODY, EVERYBODY):
        return Leaf(option == EVERYBODY)
    place, above = option - FIRST_CUT, False
    if place >= len(cuts):
        place, above = place - len(cuts), True
    cut = cuts[place]
    return Split(cut.measure, cut.at_least, Leaf(above), Leaf(not above))
