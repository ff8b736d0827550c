"""Estimates weighed with what is held possible: the law of the gains after the data.

Method
------
The gain of an alternative per unit of margin at stake is taken as a change of retention common to all
customers, times the share of its stake that is raised rather than lowered, plus a part of its own. Before the
data the common change is normal around zero, its declared largest value being 1.96 standard deviations; the parts
of their own are normal too, alike between alternatives as far as they move the same customers the same way, with a
spread that is half-normal, its declared largest value being 1.96 of its scale. The estimates with their joint
sampling law turn this into the law after the data (normal-normal model; the spread summed over a grid by its
marginal likelihood): alternatives that move different customers lend each other strength, the more the noisier
they are.

What is best, what is regretted and what information is worth are asked of this law, for only such chances come
true as often as they say. Probabilities that decide an adoption are not: they lean on the data alone.

Source: Rubin (1981), "Estimation in parallel randomized experiments"; Gelman (2006) on half-normal spreads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.comparison.parts import Drawn

WIDE = 1.959964
GRID = np.linspace(0.05, 2.55, 11)
"""Spreads that are tried, in units of their scale."""
RIDGE = 1e-10


@dataclass(frozen=True, slots=True)
class Plausible:
    """What is held possible before the data, as shares of customers retained.

    Attributes
    ----------
    change : float
        Largest change of retention that a package brings about, to either side.
    apart : float
        Largest difference of that change between one group of customers and another.
    """

    change: float
    apart: float


@dataclass(frozen=True, slots=True, eq=False)
class AtStake:
    """What the alternatives have in common.

    Attributes
    ----------
    net : array, shape (k,)
        Margin at stake of those raised less of those lowered, money.
    overlap : array, shape (k, k)
        Margin at stake of the customers whom two alternatives move the same way, less of those they move opposite
        ways; on the diagonal of all whom one moves.
    """

    net: np.ndarray
    overlap: np.ndarray


def weighed(gains: Sequence[Drawn], stake: AtStake, plausible: Plausible) -> list[Drawn]:
    """The gains after the data, draw by draw; an alternative that moves nobody keeps its own.

    Parameters
    ----------
    gains : sequence of k Drawn
        Margin gained, money, with their joint sampling law in the draws.
    stake : AtStake
    plausible : Plausible
    """
    size = np.diag(stake.overlap)
    moved = np.flatnonzero(size > 0)
    if not len(moved):
        return list(gains)
    unit = size[moved]
    value = np.array([gains[i].value for i in moved]) / unit
    draws = np.column_stack([gains[i].draws for i in moved]) / unit
    law = _Law.after(value, draws, _priors(stake, moved, plausible))
    found = list(gains)
    for place, i in enumerate(moved):
        found[i] = Drawn(float(law.mean[place] * unit[place]), law.draws[:, place] * unit[place])
    return found


def _priors(stake: AtStake, moved: np.ndarray, plausible: Plausible) -> list[np.ndarray]:
    """Covariance of the changes before the data, one for each spread of the grid."""
    size = np.diag(stake.overlap)[moved]
    toward = stake.net[moved] / size
    alike = stake.overlap[np.ix_(moved, moved)] / np.sqrt(np.outer(size, size))
    common = (plausible.change / WIDE) ** 2 * np.outer(toward, toward)
    return [common + (spread * plausible.apart / WIDE) ** 2 * alike for spread in GRID]


@dataclass(frozen=True, slots=True, eq=False)
class _Law:
    """Mean of the changes after the data, shape (k,), and draws of them, shape (draws, k)."""

    mean: np.ndarray
    draws: np.ndarray

    @classmethod
    def after(cls, value: np.ndarray, draws: np.ndarray, priors: Sequence[np.ndarray]) -> _Law:
        away = draws - draws.mean(axis=0)
        noise = np.atleast_2d(away.T @ away) / len(away)
        weight = np.exp(-(GRID**2) / 2) * _likelihoods(value, noise, priors)
        weight /= weight.sum()
        means, turned = zip(*(_turned(value, away, noise, prior) for prior in priors), strict=True)
        which = np.searchsorted(np.cumsum(weight), (np.arange(len(away)) + 0.5) / len(away))
        which = np.random.default_rng(len(away)).permutation(np.minimum(which, len(priors) - 1))
        spread = np.stack(turned)[which, np.arange(len(away))]
        return cls(weight @ np.array(means), np.array(means)[which] + spread)


def _likelihoods(value: np.ndarray, noise: np.ndarray, priors: Sequence[np.ndarray]) -> np.ndarray:
    """Of the estimates under each spread, up to a common factor; shape (spreads,)."""
    logs = []
    for prior in priors:
        both = noise + prior + RIDGE * np.eye(len(value))
        logs.append(-0.5 * (np.linalg.slogdet(both)[1] + value @ np.linalg.solve(both, value)))
    return np.exp(np.array(logs) - max(logs))


def _turned(
    value: np.ndarray, away: np.ndarray, noise: np.ndarray, prior: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean after the data, and the deviations of the draws turned so that their covariance is that after the data."""
    gain = np.linalg.solve(noise + prior + RIDGE * np.eye(len(value)), prior).T
    after = gain @ noise
    turn = _root(after) @ np.linalg.pinv(_root(noise), rcond=1e-8, hermitian=True)
    return gain @ value, away @ turn.T


def _root(matrix: np.ndarray) -> np.ndarray:
    """Symmetric square root; what rounding makes negative counts as zero."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
