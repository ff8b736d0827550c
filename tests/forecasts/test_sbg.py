"""The shifted beta-geometric model held to Fader and Hardie (2007)."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.forecasts.sbg import Sbg, fit_sbg

HIGH = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


def test_high_end(published):
    fitted = fit_sbg([np.array(HIGH, float)])
    model = Sbg(*fitted.values)
    published(
        "sbg_high",
        alpha=model.a,
        beta=model.b,
        log_likelihood=fitted.log_likelihood,
        **{f"year_{year}": model.staying(year) for year in (8, 9, 10, 11, 12)},
        residual_lifetime=model.residual_lifetime(7, 0.1),
    )
    published("sbg_precise", high_alpha=model.a, high_beta=model.b, high_log_likelihood=fitted.log_likelihood)


def test_regular(published):
    fitted = fit_sbg([np.array(REGULAR, float)])
    model = Sbg(*fitted.values)
    published(
        "sbg_regular",
        alpha=model.a,
        beta=model.b,
        log_likelihood=fitted.log_likelihood,
        year_12=model.staying(12),
    )
    published(
        "sbg_precise",
        regular_alpha=model.a,
        regular_beta=model.b,
        regular_log_likelihood=fitted.log_likelihood,
    )


def test_who_leaves_and_who_stays_add_up():
    """S(t) = 1 − ΣP(T = s), and the residual lifetime is the discounted sum of later survival."""
    model, periods = Sbg(0.7, 1.2), np.arange(1, 40)
    assert model.staying(39) == pytest.approx(1 - model.leaving(periods).sum(), rel=1e-12)
    ahead = np.arange(1, 5000)
    summed = (model.staying(3 + ahead) / model.staying(3) / 1.1 ** (ahead - 1)).sum()
    assert model.residual_lifetime(3, 0.1) == pytest.approx(summed, rel=1e-9)


def test_a_cohort_cut_into_two_is_one_cohort():
    whole, half = np.array(HIGH, float), np.array(HIGH, float) / 2
    assert fit_sbg([half, half]).values == pytest.approx(fit_sbg([whole]).values, rel=1e-4)
