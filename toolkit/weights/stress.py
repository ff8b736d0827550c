"""How much hangs on the weights of a score.

Method
------
Weights are drawn from a Dirichlet distribution around those in force; grades are decided again under
each draw. The larger the concentration, the closer the draws: the standard deviation of a weight w is
√(w (1 − w) / (concentration + 1)). Each factor is also dropped in turn, the others taking its weight in
proportion. Points stay as they are, because they are measured against a frozen reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.shown import shown
from toolkit.weights.weighting import matrix_of

CELLS = 4_000_000
NEAR = 1e-9
CONCENTRATIONS = (200.0, 50.0, 20.0)


@shown("concentrations", "draws", "seed")
@dataclass(frozen=True, slots=True)
class StressPlan:
    """How weights are drawn.

    Attributes
    ----------
    concentrations : tuple of float
        Of the Dirichlet distribution; the larger, the closer to the weights in force.
    draws, seed : int
        Draws per concentration.
    """

    concentrations: tuple[float, ...] = CONCENTRATIONS
    draws: int = 200
    seed: int = 20261122


@shown("customers", "draws")
@dataclass(frozen=True, slots=True, eq=False)
class Stress:
    """What happens to grades when weights change.

    Attributes
    ----------
    customers, draws : int
    drawn : DataFrame, index concentration
        columns ``deviation`` (standard deviation of the largest weight), ``flipped`` (share of customers
        whose grade differs, mean over draws), ``flipped_high`` (exceeded in one draw of twenty),
        ``top_lost`` (share of the best grade's customers who are not in it, mean over draws; NaN where
        nobody has the best grade).
    dropped : DataFrame, index factor
        columns ``weight``, ``flipped``, ``top_lost``, when the factor is left out; NaN for the only factor.
    """

    customers: int
    draws: int
    drawn: pd.DataFrame
    dropped: pd.DataFrame


@shown("weights")
@dataclass(frozen=True, slots=True, eq=False)
class WeightComparison:
    """Versions of the weights side by side on the same customers.

    Attributes
    ----------
    weights : DataFrame, index factor, columns versions
    steps : DataFrame, index as the points, columns versions
        Grade as a step: 0 the last, rising to the best.
    moves : DataFrame, index version (all but the first)
        columns ``up``, ``down``, ``same`` (customers, against the first version), ``flipped`` (share),
        ``top_lost`` (share of the first version's best grade).
    """

    weights: pd.DataFrame
    steps: pd.DataFrame
    moves: pd.DataFrame

    def who_moves(self, version: str) -> pd.DataFrame:
        """Customers whose grade differs from the first version; columns ``before``, ``after`` (steps)."""
        first = self.steps.columns[0]
        pair = self.steps[[first, version]].set_axis(["before", "after"], axis=1)
        return pair[pair["before"] != pair["after"]]


def stress_weights(
    points: object,
    weights: Sequence[float],
    floors: Sequence[float],
    plan: StressPlan | None = None,
) -> Stress:
    """Grades under weights drawn around those in force, and without each factor.

    Parameters
    ----------
    points : DataFrame or array, shape (customers, factors)
        Unweighted points of each factor.
    weights : sequence of float
        Not negative, summing to 1.
    floors : sequence of float
        Least score of each grade but the last, best grade first.
    plan : StressPlan, optional

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> points = np.array([[100.0, 0.0], [60.0, 60.0], [0.0, 100.0]])
    >>> plan = toolkit.StressPlan(concentrations=(20.0,), draws=200, seed=1)
    >>> stress = toolkit.stress_weights(points, [0.5, 0.5], floors=[55.0], plan=plan)
    >>> stress
    Stress(3 customers, 200 draws)
    >>> stress.dropped
            weight   flipped  top_lost
    factor
    1          0.5  0.333333       0.0
    2          0.5  0.333333       0.0
    """
    plan = plan or StressPlan()
    draws, concentrations = plan.draws, plan.concentrations
    found, names = matrix_of(points)
    kept, floor = _weights(weights, len(names)), _floors(floors)
    drawn = np.vstack(draw_weights(kept, plan))
    flipped, lost = _changes(found, kept, np.vstack([drawn, _without(kept)]), floor)
    rows = []
    for place, concentration in enumerate(concentrations):
        mine = slice(place * draws, (place + 1) * draws)
        deviation = np.sqrt(kept.max() * (1 - kept.max()) / (concentration + 1))
        rows.append((deviation, flipped[mine].mean(), np.quantile(flipped[mine], 0.95), lost[mine].mean()))
    columns = ["deviation", "flipped", "flipped_high", "top_lost"]
    left = {"weight": kept, "flipped": flipped[-len(kept) :], "top_lost": lost[-len(kept) :]}
    only = kept == 1
    dropped = pd.DataFrame(left, index=pd.Index(names, name="factor"))
    dropped.loc[only, ["flipped", "top_lost"]] = np.nan
    index = pd.Index(list(concentrations), name="concentration")
    return Stress(len(found), draws, pd.DataFrame(rows, index=index, columns=columns), dropped)


def draw_weights(weights: np.ndarray, plan: StressPlan) -> np.ndarray:
    """Weights drawn around ``weights``, shape (concentrations, draws, factors); a weight of 0 stays 0."""
    rng = np.random.default_rng(plan.seed)
    return np.stack([_dirichlet(rng, weights, each, plan.draws) for each in plan.concentrations])


def compare_weights(
    points: object, versions: Mapping[str, Sequence[float]], floors: Sequence[float]
) -> WeightComparison:
    """Who moves between versions of the weights; the first version is compared with each other one.

    Parameters
    ----------
    points : DataFrame or array, shape (customers, factors)
    versions : mapping of name to weights
    floors : sequence of float
        As in :func:`stress_weights`.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> points = np.array([[100.0, 0.0], [60.0, 60.0], [0.0, 100.0]])
    >>> versions = {"in_force": [0.5, 0.5], "entropy": [0.9, 0.1]}
    >>> found = toolkit.compare_weights(points, versions, floors=[55.0])
    >>> found.moves.T
    version    entropy
    up        1.000000
    down      0.000000
    same      2.000000
    flipped   0.333333
    top_lost  0.000000
    """
    found, names = matrix_of(points)
    floor = _floors(floors)
    kept = {version: _weights(weights, len(names)) for version, weights in versions.items()}
    index = points.index if isinstance(points, pd.DataFrame) else pd.RangeIndex(len(found))
    steps = pd.DataFrame({v: _steps(found @ w, floor) for v, w in kept.items()}, index=index)
    first, rows = steps.iloc[:, 0].to_numpy(), []
    for version in steps.columns[1:]:
        after = steps[version].to_numpy()
        top = first == len(floor)
        lost = float((after[top] != len(floor)).mean()) if top.any() else np.nan
        up, down = int((after > first).sum()), int((after < first).sum())
        rows.append((up, down, len(first) - up - down, (up + down) / len(first), lost))
    columns = ["up", "down", "same", "flipped", "top_lost"]
    return WeightComparison(
        weights=pd.DataFrame(kept, index=pd.Index(names, name="factor")),
        steps=steps,
        moves=pd.DataFrame(rows, columns=columns, index=pd.Index(steps.columns[1:], name="version")),
    )


def reversed_pairs(before: np.ndarray, after: np.ndarray) -> int:
    """Pairs of customers whose order by score has turned round; scores of shape (customers,)."""
    size = len(before)
    block = max(1, CELLS // max(size, 1))
    turned = 0
    for start in range(0, size, block):
        rows = slice(start, start + block)
        first = before[rows, None] - before[None, :]
        second = after[rows, None] - after[None, :]
        turned += int(((first > NEAR) & (second < -NEAR)).sum() + ((first < -NEAR) & (second > NEAR)).sum())
    return turned // 2


def _changes(
    points: np.ndarray, kept: np.ndarray, drawn: np.ndarray, floors: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of customers with another grade, and share of the best grade lost, per row of ``drawn``."""
    block = max(1, CELLS // len(drawn))
    flips, lost, best = np.zeros(len(drawn)), np.zeros(len(drawn)), 0
    for start in range(0, len(points), block):
        rows = points[start : start + block]
        base, scores = rows @ kept, rows @ drawn.T
        changed = np.zeros(scores.shape, dtype=bool)
        for floor in floors:
            changed |= (scores >= floor) != (base >= floor)[:, None]
        top = base >= floors[-1]
        flips += changed.sum(axis=0)
        lost += (scores[top] < floors[-1]).sum(axis=0)
        best += int(top.sum())
    return flips / len(points), lost / best if best else np.full(len(drawn), np.nan)


def _dirichlet(rng: np.random.Generator, kept: np.ndarray, concentration: float, draws: int) -> np.ndarray:
    drawn = np.zeros((draws, len(kept)))
    used = kept > 0
    drawn[:, used] = rng.dirichlet(concentration * kept[used], size=draws)
    return drawn


def _without(kept: np.ndarray) -> np.ndarray:
    """Weights without each factor in turn, shape (factors, factors)."""
    rest = np.where(np.eye(len(kept), dtype=bool), 0.0, kept)
    totals = rest.sum(axis=1, keepdims=True)
    return np.divide(rest, totals, out=np.zeros_like(rest), where=totals > 0)


def _steps(scores: np.ndarray, floors: np.ndarray) -> np.ndarray:
    return np.searchsorted(floors, scores, side="right")


def _floors(floors: Sequence[float]) -> np.ndarray:
    """Rising, lowered by the rounding of a sum so that exactly the floor reaches it."""
    found = np.asarray(list(floors), dtype=float)
    if not len(found) or not (np.diff(found) < 0).all():
        raise ParameterError(
            zh=f"得分门槛应从最好的等级起逐级降低，现在是 {list(floors)}。",
            en=f"Floors of a score must fall from the best grade down, got {list(floors)}.",
        )
    return found[::-1] - NEAR


def _weights(weights: Sequence[float], factors: int) -> np.ndarray:
    found = np.asarray(weights, dtype=float)
    if found.shape != (factors,) or (found < 0).any() or abs(found.sum() - 1) > 1e-6:
        raise ParameterError(
            zh=f"需要 {factors} 个不为负、合计为 1 的权重，得到 {found.shape} 个，合计 {found.sum():g}。",
            en=f"{factors} weights that are not negative and sum to 1 are needed; got {found.shape} with "
            f"sum {found.sum():g}.",
        )
    return found / found.sum()
