"""What a factor that is not on record would do to the overlap-weighted change.

Method
------
The change is a partially linear coefficient where effects are alike, and its bias from a factor of given strength is
at most strength × residual spread of the outcome / residual spread of the grade (Cinelli & Hazlett 2020; in this
form, free of a linear model, Chernozhukov, Cinelli, Newey, Sharma & Syrgkanis 2022). The yardstick is the recorded
factor that would do the most; factors of nearly the same ranking of customers count as one, so that recording spend
twice does not make spend look weak.

Does not show
-------------
That no stronger factor exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.sparse.csgraph import connected_components

from toolkit.effects.adjusted.averages import Arms, Average, covariance, difference, half_width
from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.regression import Fit, Regression
from toolkit.effects.adjusted.sample import AdjustedDesign
from toolkit.effects.adjusted.side_by_side import Comparison
from toolkit.effects.adjusted.unrecorded import Strength, as_strong_as, e_value, oster_delta, robustness_value
from toolkit.effects.sensitivity import Sensitivity
from toolkit.estimate import Estimate
from toolkit.terms import Label

ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A recorded factor, or several alike, and the strength of an unrecorded one like it."""

    names: tuple[str, ...]
    strength: Strength


def strongest(basis: Basis, outcome: np.ndarray, received: np.ndarray) -> Benchmark:
    """The recorded factor like which an unrecorded one would bias the figure most."""
    d = received.astype(float)
    grade = Fit.of(basis.matrix, d)
    after = Fit.of(np.column_stack([basis.matrix, d]), outcome)
    found = []
    for members in _alike(basis):
        columns = np.flatnonzero(np.isin(basis.owner, members))
        recorded = Strength(grade.partial_r2(columns), after.partial_r2(columns))
        found.append(Benchmark(tuple(basis.names[i] for i in members), as_strong_as(recorded)))
    return max(found, key=lambda one: one.strength.factor)


def judge_hidden(
    found: Comparison,
    arms: Arms,
    means: tuple[Average, Average],
    regression: Regression,
    design: AdjustedDesign,
) -> Sensitivity:
    """Sensitivity of the overlap-weighted change, whose two means are ``means``."""
    change, cluster = difference(means), found.cluster
    error = change.std_error(cluster)
    half = half_width(error, design.level)
    scale = _scale(arms)
    benchmark = strongest(found.basis, arms.outcome, arms.received)
    bounded = _bounded((change.value, half), benchmark.strength, arms, design)
    ratios = _e_values(means, arms.outcome, cluster, design.level)
    names = [design.label(name) for name in benchmark.names]
    return Sensitivity(
        robustness_value(abs(change.value) / scale),
        robustness_value((abs(change.value) - half) / scale),
        " + ".join(benchmark.names),
        bounded,
        *ratios,
        _sentence(names, abs(change.value) <= half, erased(bounded)),
        oster_delta(regression),
    )


def erased(bounded: Estimate) -> bool:
    """Whether the bounded interval holds zero."""
    return bounded.low <= 0 <= bounded.high


def _scale(arms: Arms) -> float:
    """Residual spread of the outcome over that of the grade, by the cross-fitted predictions."""
    expected = np.where(arms.received, arms.expected.given, arms.expected.without)
    return float(sqrt(np.mean((arms.outcome - expected) ** 2) / np.mean((arms.received - arms.chance) ** 2)))


def _bounded(change: tuple[float, float], strength: Strength, arms: Arms, design: AdjustedDesign) -> Estimate:
    """``change`` is the value and half its interval; the change of a share cannot leave -1..1."""
    value, half = change
    bias = strength.factor * _scale(arms)
    reach = bias + half * strength.stretch
    most = 1.0 if _is_share(arms.outcome) else np.inf
    ends = np.clip([value - np.sign(value) * bias, value - reach, value + reach], -most, most)
    return Estimate(*map(float, ends), design.unit, design.level)


def _is_share(outcome: np.ndarray) -> bool:
    return bool(np.isin(outcome, (0.0, 1.0)).all())


def _alike(basis: Basis) -> list[np.ndarray]:
    """Positions of the controls that add columns, in groups whose first columns nearly coincide."""
    used = [i for i in range(len(basis.names)) if len(basis.columns_of(i))]
    first = basis.matrix[:, [basis.columns_of(i)[0] for i in used]]
    correlation = np.abs(first.T @ first / len(first))
    _, group = connected_components(correlation >= ALIKE, directed=False)
    return [np.array(used)[group == k] for k in range(group.max() + 1)]


def _e_values(
    means: tuple[Average, Average], outcome: np.ndarray, cluster: np.ndarray, level: float
) -> tuple[float | None, float | None]:
    """E-values of the ratio of two shares and of the end of its interval nearer 1."""
    without, given = means
    if not _is_share(outcome) or min(without.value, given.value) <= 0:
        return None, None
    influence = given.influence / given.value - without.influence / without.value
    half = half_width(sqrt(covariance(influence[:, None], cluster)[0, 0]), level)
    log_ratio = float(np.log(given.value / without.value))
    near = max(abs(log_ratio) - half, 0.0)
    return e_value(float(np.exp(abs(log_ratio)))), e_value(float(np.exp(near)))


def _sentence(names: list[Label], open_already: bool, enough: bool) -> Label:
    zh, en = "、".join(name.zh for name in names), " and ".join(name.en for name in names)
    if open_already:
        return Label(
            f"区间本已包含零；与“{zh}”同样强的未记录因素还可能掩盖真实的影响。",
            f"The interval holds zero already; a hidden factor as strong as {en} could also conceal a real effect.",
        )
    if enough:
        return Label(
            f"一个与“{zh}”同样强的未记录因素足以抹去这一影响。",
            f"A hidden factor as strong as {en} would be enough to erase this.",
        )
    return Label(
        f"一个与“{zh}”同样强的未记录因素不足以抹去这一影响。",
        f"A hidden factor as strong as {en} would not be enough to erase this.",
    )
