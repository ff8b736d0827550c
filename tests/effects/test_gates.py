"""What failed checks lead to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.effects.cutoff.fitting import fit
from toolkit.effects.cutoff.gates import MEANINGS, REFUSING, WEAKENING, refusals, run_gates, weaknesses
from toolkit.effects.effect import Check


def failed(name, value=0.0):
    return Check(name, False, value, 1.0, MEANINGS[name])


def test_every_failure_refuses_or_weakens_and_passing_does_neither():
    for name, code in REFUSING.items():
        assert refusals((failed(name),)) == (code,) and weaknesses((failed(name),)) == ()
    for name, code in WEAKENING.items():
        assert weaknesses((failed(name),)) == (code,) and refusals((failed(name),)) == ()
    passed = tuple(replace(failed(name), passed=True) for name in MEANINGS)
    assert refusals(passed) == weaknesses(passed) == ()


def test_a_test_that_could_not_be_computed_accuses_nobody():
    assert refusals((failed("density", np.nan), failed("covariates"))) == ("SMALL", "IMBALANCE")


def test_the_worst_member_speaks_for_its_family(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    fitting = fit(sample, design)
    checks = {check.id: check for check in run_gates(fitting, fitting.at(), design)}
    family = checks["covariates"]
    assert [name for name, _ in family.parts] == ["tenure", "earlier_spend", "visits"]
    assert family.p_value == family.value == min(p for _, p in family.parts)
    assert len(checks["placebo_bars"].parts) == 4
    assert "central_points" not in checks


def test_checks_count_the_thinner_side(grade_world, as_sample, design):
    """Counted again from the raw rows."""
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    fitting = fit(sample, design)
    checks = {check.id: check.value for check in run_gates(fitting, fitting.at(), design)}
    x, h = sample.x, fitting.bandwidth.h
    sides = [sample.outcome[(x < 0) & (x > -h)], sample.outcome[(x >= 0) & (x < h)]]
    assert checks["rows"] == min(len(side) for side in sides)
    assert checks["events"] == min(min((side == 0).sum(), (side == 1).sum()) for side in sides)
