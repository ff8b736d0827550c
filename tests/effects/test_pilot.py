"""Pilots and expected precision."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.effects.pilot import PilotBasis, PilotPlan, design_pilot
from toolkit.effects.power import error_of_difference, of_cutoff, of_pilot, rows_needed

RETAINED = 0.82 * 0.18


def test_power_line_of_the_cutoff_design():
    """Methods 2.1, p = .82: 4,700 rows give 3.2 pp and 9 pp detectable, 18,000 give 1.65 pp; 3 pp needs
    about 45,000. The rule of thumb there is rounded to two digits (first stage .845)."""
    assert of_cutoff(RETAINED, 4_700, 0.845).expected_error == pytest.approx(0.032, abs=0.0015)
    assert of_cutoff(RETAINED, 4_700, 0.845).detectable == pytest.approx(0.09, abs=0.005)
    assert of_cutoff(RETAINED, 18_000, 0.845).expected_error == pytest.approx(0.0165, abs=0.0005)
    assert of_cutoff(RETAINED, 45_000, 0.845).detectable == pytest.approx(0.03, abs=0.0005)


def test_no_rows_or_no_link_detect_nothing():
    assert of_cutoff(RETAINED, 0).expected_error == float("inf")
    assert of_cutoff(RETAINED, 100, 0.0).detectable == float("inf")


def test_rows_needed_for_three_points():
    """16 p (1 − p) / δ² per arm = 2,624 (methods 2.4), where 16 is 2 × 2.8² rounded up from 15.68."""
    assert rows_needed(RETAINED, 0.03) / 2 == pytest.approx(2_624, rel=0.021)
    assert of_pilot(RETAINED, rows_needed(RETAINED, 0.03)).detectable == pytest.approx(0.03, rel=1e-3)


def test_expected_error_is_that_of_drawn_lots():
    """2,000 draws of a pilot with 1,600 customers: the spread of differences has error 1.6%."""
    rng = np.random.default_rng(20261121)
    served, others = rng.binomial(800, 0.85, 2000) / 800, rng.binomial(800, 0.80, 2000) / 800
    spread = np.std(served - others)
    assert spread == pytest.approx(error_of_difference((0.85 * 0.15 + 0.8 * 0.2) / 2, 1600), rel=0.06)


def test_the_narrowest_sufficient_band_is_chosen():
    near = {0.1: 1_900, 0.2: 3_800, 0.3: 5_600, 0.5: 9_000}
    pilot = design_pilot(PilotBasis.of_share(0.82, near), PilotPlan(wanted=0.03))
    assert (pilot.band, pilot.customers, pilot.reviews, pilot.quarters) == (0.3, 5_600, 1, 4)
    assert pilot.detectable <= 0.03 and pilot.needed == 5_144
    assert [option.customers for option in pilot.options] == [1_900, 3_800, 5_600, 9_000]
    assert "30%" in pilot.text.en and "5,600" in pilot.text.zh and "2.9 pp" in pilot.text.en


def test_a_thin_bar_takes_several_reviews():
    """5,144 rows at 1,500 a review: four reviews a year apart, and a year until the last is known."""
    pilot = design_pilot(PilotBasis.of_share(0.82, {0.2: 700, 0.5: 1_500}), PilotPlan(wanted=0.03))
    assert (pilot.band, pilot.reviews, pilot.quarters) == (0.5, 4, 16)
    assert pilot.detectable <= 0.03


def test_a_pilot_stops_at_what_the_company_will_bear():
    """One review of 1,500 finds 2.8 sqrt(4 p (1 − p) / 1,500) = 5.6 points, not the 3 wanted."""
    pilot = design_pilot(PilotBasis.of_share(0.82, {0.5: 1_500}), PilotPlan(wanted=0.03, most_reviews=1))
    assert pilot.reviews == 1 and pilot.detectable == pytest.approx(0.0555, abs=1e-4)
    assert "5.6 pp" in pilot.text.en and "5.6" in pilot.text.zh


def test_an_unknown_spread_promises_nothing():
    pilot = design_pilot(PilotBasis(float("nan"), {0.2: 0, 0.5: 900}), PilotPlan(unit="money"))
    assert (pilot.band, pilot.reviews, pilot.needed) == (0.5, 1, 0)
    assert (
        np.isnan(pilot.detectable) and "would be found" not in pilot.text.en and "检出" not in pilot.text.zh
    )


def test_nobody_near_the_bar_is_said_so():
    pilot = design_pilot(PilotBasis.of_share(0.82, {0.3: 0}), PilotPlan())
    assert pilot.reviews == 0 and "Nobody" in pilot.text.en and "没有客户" in pilot.text.zh
    with pytest.raises(ValueError, match="positive"):
        design_pilot(PilotBasis.of_share(0.82, {0.3: 10}), PilotPlan(wanted=0.0))


def test_customers_near_the_bar_are_counted_per_review():
    ratio = np.array([0.5, 0.89, 0.9, 1.0, 1.1, 1.3, 1.31, 4.0])
    basis = PilotBasis.of_scores(ratio, 0.15, reviews=1)
    assert basis.near == {0.1: 3, 0.2: 4, 0.3: 5, 0.5: 7}
    assert PilotBasis.of_scores(ratio, 0.15, reviews=2).near[0.5] == 3
