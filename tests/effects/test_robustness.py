"""Other choices of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.effects.cutoff.fitting import fit
from toolkit.effects.cutoff.robustness import Variant, move
from toolkit.effects.cutoff.single_bar import estimate_cutoff


def test_the_error_of_a_move_is_that_of_shared_rows(grade_world, as_sample, design):
    """60 worlds: the moves, in errors of the difference, must spread like a standard normal (variance 1;
    60 draws have standard error .18 of it) although main figure and variant share most rows."""
    variants = [Variant("half_bandwidth", factor=0.5), Variant("donut_5", hole=np.log(1.05))]
    signed = {variant.id: [] for variant in variants}
    for seed in range(60):
        fitting = fit(as_sample(grade_world(np.random.default_rng(seed))), design)
        main = fitting.at()
        for variant in variants:
            signed[variant.id].append(move(fitting, main, variant).errors)
    for errors in signed.values():
        assert np.mean(np.square(errors)) == pytest.approx(1, abs=0.55)


def test_nothing_moves_when_nothing_is_changed(grade_world, as_sample, design):
    fitting = fit(as_sample(grade_world(np.random.default_rng(1), 6_000)), design)
    same = move(fitting, fitting.at(), Variant("same", factor=1.0, hole=1e-12))
    assert same.figure == pytest.approx(fitting.at().corrected[0] / fitting.at().corrected[1])


def test_a_spike_at_the_bar_is_fragile(grade_world, as_sample, design):
    """Everybody within 2% above the bar stays: the donut takes the effect away, and says so."""
    sample = as_sample(grade_world(np.random.default_rng(20261121), 60_000))
    x = sample.x
    spiked = replace(sample, outcome=np.where((x >= 0) & (x < np.log(1.02)), 1.0, sample.outcome))
    effect = estimate_cutoff(spiked, design)
    assert "FRAGILE" in effect.codes or effect.status == "not_identified"
    assert {"donut_2", "donut_5"} & {check.id for check in effect.failed}
