"""The two grades side by side, before any outcome is compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.nuisance import chance_of_grade, deal
from toolkit.effects.adjusted.overlap import Overlap, judge
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.power import DETECTABLE, Power


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of a known outcome, dealt into folds, with the chance of the grade."""

    sample: AdjustedSample
    basis: Basis
    cluster: np.ndarray
    fold: np.ndarray
    overlap: Overlap


def compare(sample: AdjustedSample, basis: Basis, design: AdjustedDesign) -> Comparison:
    """The two grades side by side, before any outcome is looked at."""
    cluster = sample.cluster
    fold = deal(cluster, design.folds, design.seed)
    chance = chance_of_grade(basis.matrix, sample.received, fold)
    return Comparison(
        sample, basis, cluster, fold, judge(basis, sample.received, chance, fold, design.limits)
    )


def expected_power(found: Comparison) -> Power:
    """What the rows could show, from the spread of the outcome and the rows that carry weight alone."""
    without, given = found.overlap.carried
    error = sqrt(float(np.var(found.sample.outcome)) * (1 / without + 1 / given))
    return Power(int(without + given), error, DETECTABLE * error)
