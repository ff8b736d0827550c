"""Value that a weighted score captures when its weights are uncertain, and how sure its lead over others is.

Method
------
Weights are drawn as in :mod:`toolkit.weights.stress`. Under each draw the share of value held by the
customers of the best grade is found, and the share held by the fifth of customers with the best scores.
The second does not depend on where floors lie, so schemes are ranked by it: the share of draws in which
a scheme captures most is its rank acceptability (Lahdelma, Hokkanen and Salminen 1998, European Journal
of Operational Research 106).

Does not show
-------------
What serving those customers brings about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.shown import shown
from toolkit.weights.regression import TOP
from toolkit.weights.stress import CELLS, NEAR, StressPlan, draw_weights
from toolkit.weights.weighting import matrix_of

TAIL = 0.05
DIGITS = 9


@shown("in_force", "drawn")
@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """Share of value held by the customers of the best grade.

    Attributes
    ----------
    in_force : float
        Under the weights in force; NaN where there is no value to share.
    drawn : DataFrame, index concentration
        columns ``low``, ``middle``, ``high``: exceeded in 95, 50 and 5 of a hundred draws.
    """

    in_force: float
    drawn: pd.DataFrame


def captured_value(
    points: object, weights: Sequence[float], value: np.ndarray, floor: float, plan: StressPlan
) -> Captured:
    """How much of the value the best grade holds under weights drawn around those in force.

    Parameters
    ----------
    points : DataFrame or array, shape (customers, factors)
    weights : sequence of float
    value : array, shape (customers,)
    floor : float
        Least score of the best grade.
    plan : StressPlan
    """
    found, _ = matrix_of(points)
    kept = np.asarray(weights, dtype=float)
    drawn = draw_weights(kept, plan)
    shares = held_by_top(found, drawn.reshape(-1, len(kept)), value, floor).reshape(drawn.shape[:2])
    ends = np.quantile(shares, [TAIL, 0.5, 1 - TAIL], axis=1).T
    index = pd.Index(list(plan.concentrations), name="concentration")
    return Captured(
        float(held_by_top(found, kept[None], value, floor)[0]),
        pd.DataFrame(ends, index=index, columns=["low", "middle", "high"]),
    )


def held_by_top(points: np.ndarray, drawn: np.ndarray, value: np.ndarray, floor: float) -> np.ndarray:
    """Share of ``value`` held by scores of at least ``floor``, per row of ``drawn``; shape (draws,)."""
    total = value.sum()
    if total <= 0:
        return np.full(len(drawn), np.nan)
    return np.concatenate([value @ (scores >= floor - NEAR) for scores in _scores(points, drawn)]) / total


def held_by_fifth(points: object, drawn: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Share of ``value`` held by the best-scored fifth of the customers, per row of ``drawn``; shape (draws,).

    Customers tied at the border of the fifth count in proportion.
    """
    found, _ = matrix_of(points)
    total = value.sum()
    if total <= 0:
        return np.full(len(drawn), np.nan)
    held = [_fifth(score, value) for scores in _scores(found, drawn) for score in scores.T]
    return np.array(held) / total


def acceptability(held: Mapping[str, np.ndarray], concentrations: Sequence[float]) -> pd.DataFrame:
    """Share of draws in which each scheme captures most; equal captures share the draw.

    Parameters
    ----------
    held : mapping of policy to array, shape (concentrations, draws)
    concentrations : sequence of float

    Returns
    -------
    DataFrame, index concentration, columns policies; rows sum to 1.

    >>> acceptability({"a": np.array([[0.5, 0.4]]), "b": np.array([[0.3, 0.4]])}, [50.0]).loc[50.0].tolist()
    [0.75, 0.25]
    """
    stacked = np.stack(list(held.values()))
    best = stacked >= stacked.max(axis=0) - NEAR
    shares = (best / best.sum(axis=0)).mean(axis=2)
    return pd.DataFrame(
        shares.T, index=pd.Index(list(concentrations), name="concentration"), columns=list(held)
    )


def _scores(points: np.ndarray, drawn: np.ndarray) -> Iterator[np.ndarray]:
    """Scores of blocks of draws, each of shape (customers, draws of the block)."""
    block = max(1, CELLS // len(points))
    for start in range(0, len(drawn), block):
        yield points @ drawn[start : start + block].T


def _fifth(score: np.ndarray, value: np.ndarray) -> float:
    rounded, places = np.round(score, DIGITS), TOP * len(score)
    whole = int(np.ceil(places - NEAR))
    cut = np.partition(rounded, len(score) - whole)[len(score) - whole]
    above, tied = rounded > cut, rounded == cut
    return float(value[above].sum() + value[tied].sum() * (places - above.sum()) / tied.sum())
