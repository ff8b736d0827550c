"""The effect at a bar on parts of the customers: the whole as a part, and strangers that change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.effects.cutoff.fitting import fit, usable
from toolkit.effects.cutoff.parts import estimate_parts
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Question
from toolkit.terms import Label

WORD = Label("字", "word")
DESIGN = CutoffDesign(Question(WORD, WORD, WORD, 4))


@pytest.fixture(scope="module")
def sample() -> CutoffSample:
    """Sharp bar at 1 with an effect of .08 on staying."""
    rng = np.random.default_rng(2)
    score = np.exp(rng.normal(0, 0.5, 16_000))
    stayed = rng.random(len(score)) < 0.7 + 0.05 * np.log(score) + 0.08 * (score >= 1)
    return CutoffSample(score, 1.0, stayed.astype(float), score >= 1, rng.permutation(len(score)) // 2)


def test_the_whole_is_its_own_part(sample):
    """All customers as one part give the figure and the interval of the design itself."""
    (found,) = estimate_parts(sample, DESIGN, [np.unique(sample.customer)])
    effect = estimate_cutoff(sample, DESIGN).estimate
    assert (found.value, found.low, found.high) == pytest.approx((effect.value, effect.low, effect.high))


def test_a_part_is_estimated_from_its_own_rows(sample):
    """Same figure as a fit of the part alone at the bandwidth of the whole, whatever the outcomes of the others."""
    parts = [np.arange(4000), np.arange(4000, 8000)]
    found = estimate_parts(sample, DESIGN, parts)
    alone = sample.where(np.isin(sample.customer, parts[0]))
    twin = replace(fit(alone, DESIGN), bandwidth=fit(usable(sample, DESIGN), DESIGN).bandwidth).at()
    assert found[0].value == pytest.approx(twin.corrected[0] / twin.corrected[1])
    width = [one.high - one.low for one in found]
    assert all(one.low < 0.08 < one.high for one in found)
    whole = estimate_cutoff(sample, DESIGN).estimate
    assert np.mean(width) == pytest.approx(2**0.5 * (whole.high - whole.low), rel=0.15)


def test_a_part_without_rows_or_without_a_first_stage_has_no_figure(sample):
    few = np.unique(sample.customer)[:3]
    below = np.unique(sample.customer[sample.score < 0.9])
    below = below[~np.isin(below, sample.customer[sample.score >= 1])]
    assert estimate_parts(sample, DESIGN, [few, below]) == (None, None)
