"""Which policies give more customers for no more money: retained customers against the change in cost.

A policy is on the frontier where no other retains at least as many customers at no higher cost and is strictly
better in one of the two. Policies at the same point do not dominate each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.standing import rankable_parts
from toolkit.shown import shown


@shown("definition", "line", "frame")
@dataclass(frozen=True, slots=True)
class Frontier:
    """The baseline and the alternatives by what they retain and what they cost.

    Attributes
    ----------
    frame : DataFrame, index ``policy``, baseline first, then the alternatives as compared
        ``rankable`` (bool); ``retained`` (customers per year), ``cost`` (money per year), both against the baseline;
        ``efficient`` (bool, on the frontier); ``dominated_by`` (tuple of policies); ``probability`` (share of draws in
        which it is on the frontier). NaN, False and empty where the policy is not rankable.
    definition : str or None
        Definition of retention, the headline; None where nothing is rankable.
    line : str
        Line of extrapolation.
    """

    frame: pd.DataFrame
    definition: str | None
    line: str


def frontier(comparison: Comparison, share: float, line: str = LINES[0]) -> Frontier:
    """The frontier of the baseline and the rankable alternatives under the headline definition.

    Parameters
    ----------
    comparison : Comparison
    share : float
        Lowest share of the switchers' margin that must be identified, 0..1.
    line : str
        One of :data:`toolkit.comparison.evidence.LINES`.

    Examples
    --------
    >>> import toolkit
    >>> comparison = toolkit.example_study().comparison
    >>> found = toolkit.frontier(comparison, share=0.8)
    >>> found.frame[["rankable", "efficient"]]
               rankable  efficient
    policy
    vip            True      False
    lower_bar     False      False
    abc            True       True
    points        False      False
    """
    policies = [comparison.baseline, *(change.policy for change in comparison.changes)]
    definition, parts = next(iter(rankable_parts(comparison, share).items()), (None, ()))
    names = [comparison.baseline, *(p.policy for p in parts)]
    retained, cost = [p.retained[line] for p in parts], [p.costs.total for p in parts]
    size = len(retained[0].draws) if parts else 1
    points = np.array([[0.0, *(x.value for x in retained)], [0.0, *(x.value for x in cost)]])
    gains = np.column_stack([np.zeros(size), *(x.draws for x in retained)])
    costs = np.column_stack([np.zeros(size), *(x.draws for x in cost)])
    beaten = dominated(*points)
    frame = pd.DataFrame(
        {
            "retained": points[0],
            "cost": points[1],
            "probability": (~dominated(gains, costs).any(axis=-1)).mean(axis=0),
        },
        index=pd.Index(names, name="policy"),
    )
    whole = frame.reindex(policies)
    whole.insert(0, "rankable", whole.index.isin(names))
    by = {name: tuple(np.array(names)[row]) for name, row in zip(names, beaten, strict=True)}
    whole.insert(3, "dominated_by", [by.get(policy, ()) for policy in policies])
    whole.insert(3, "efficient", [policy in by and not by[policy] for policy in policies])
    return Frontier(whole, definition, line)


def dominated(gain: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Whether each point is dominated by each other one.

    Parameters
    ----------
    gain, cost : array, shape (..., points)

    Returns
    -------
    array of bool, shape (..., points, points)
        True where the point of the row is dominated by that of the column.

    Examples
    --------
    >>> import numpy as np
    >>> from toolkit import dominated
    >>> dominated(np.array([0.0, 1.0]), np.array([0.0, 0.0])).tolist()
    [[False, True], [False, False]]
    """
    more = gain[..., None, :] - gain[..., :, None]
    dearer = cost[..., None, :] - cost[..., :, None]
    return (more >= 0) & (dearer <= 0) & ((more > 0) | (dearer < 0))
