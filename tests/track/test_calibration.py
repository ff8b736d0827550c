"""Calibration of claims: hand-worked counts, and Wilson's interval from its closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.terms import Label
from toolkit.track.calibration import BANDS, calibrate, verdict
from toolkit.track.claim import Claim, once
from toolkit.track.resolution import Observation, pending, resolved
from toolkit.window import Quarter

Q = Quarter.parse("2024Q3")
WHY = Label("未到期", "not yet")


def claim(id="a", kind="retained", value=0.5, low=0.4, high=0.6, **more):
    fields = {"made": Q, "resolves": Q + 4, "unit": "share", "label": Label("甲", "a")} | more
    return Claim(id=id, kind=kind, value=value, low=low, high=high, **fields)


def probable(p, came_true, id="p"):
    return resolved(
        claim(id, "better", low=None, high=None, probability=p), Observation(1.0 if came_true else -1.0)
    )


def test_the_brier_score_by_hand():
    """(0.9 - 1)^2 + (0.6 - 0)^2 + (0.2 - 0)^2 = 0.01 + 0.36 + 0.04 = 0.41, over three."""
    found = calibrate([probable(0.9, True), probable(0.6, False), probable(0.2, False)])
    assert found.brier == pytest.approx(0.41 / 3)
    assert found.probabilities["claims"].tolist() == [1, 1, 0, 1]
    assert found.probabilities["came_true"].tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(("p", "band"), [(0, 0), (0.4999, 0), (0.5, 1), (0.7, 2), (0.9, 3), (1.0, 3)])
def test_a_probability_is_in_one_band(p, band):
    """A band holds its lower end; certainty is in the last."""
    counts = calibrate([probable(p, True)]).probabilities["claims"]
    assert counts.tolist() == [int(i == band) for i in range(len(BANDS))]


def test_wilson_bars_from_the_closed_form():
    """Nine of ten inside: centre (0.9 + z^2 / 20) / (1 + z^2 / 10), half z / (1 + z^2 / 10) sqrt(0.09 / 10 + z^2 / 400)."""
    z = 1.959963984540054
    rows = [resolved(claim(str(i)), Observation(0.5 if i else 0.9)) for i in range(10)]
    row = calibrate(rows).intervals.loc["retained"]
    centre = (0.9 + z**2 / 20) / (1 + z**2 / 10)
    half = z / (1 + z**2 / 10) * math.sqrt(0.9 * 0.1 / 10 + z**2 / 400)
    assert (row["claims"], row["inside"]) == (10, 9)
    assert (row["low"], row["high"]) == pytest.approx((centre - half, centre + half))
    assert row["said"] == "too_few"


def test_what_is_pending_or_without_interval_counts_nowhere():
    told = resolved(claim("h", "heads", low=None, high=None, unit="count"), Observation(7.0))
    found = calibrate([pending(claim(), WHY), told, resolved(claim("b"), Observation(0.45))])
    assert (found.resolved, found.scored, found.pending) == (2, 1, 1)
    assert found.intervals["claims"].to_dict() == {"retained": 1, "all": 1}
    assert told.reason is not None and told.inside is None and told.came_true is None


def test_nothing_to_score():
    found = calibrate([pending(claim(), WHY)])
    assert (
        found.intervals.empty
        and math.isnan(found.brier)
        and (found.inside, found.checked, found.said) == (0, 0, 0)
    )


def test_seven_points_and_thirty_claims():
    """The rule of the house: under 30 nothing is said, then seven points either way."""
    assert verdict(29, 0.5, 0.95) == "too_few"
    assert [verdict(100, share, 0.95) for share in (0.88, 0.879, 1.0)] == ["within", "off", "within"]


@pytest.mark.parametrize(
    ("seen", "inside"),
    [
        (Observation(0.6), True),  # on the end
        (Observation(0.61), False),
        (Observation(0.72, 0.60, 0.80), False),  # 0.22 > hypot(0.1, 0.12) = 0.156
        (Observation(0.65, 0.53, 0.70), True),  # 0.15 < 0.156
        (Observation(0.36, 0.20, 0.46), True),  # 0.14 < hypot(0.1, 0.1) = 0.1414
        (Observation(0.35, 0.20, 0.45), False),  # 0.15 > 0.1414
    ],
)
def test_an_estimated_observation_shares_the_blame(seen, inside):
    assert resolved(claim(), seen).inside is inside


def test_a_probability_comes_true_where_the_value_is_above_zero():
    assert [probable(0.8, x).came_true for x in (True, False)] == [True, False]
    assert (
        resolved(claim("z", "better", low=None, high=None, probability=0.5), Observation(0.0)).came_true
        is False
    )


def test_the_same_claim_counts_once_as_first_made():
    early, late = claim(value=0.5), claim(value=0.55, made=Q + 1)
    assert once([late, early, claim("b")]) == (early, claim("b"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_honest_intervals_are_said_to_be_within(seed):
    """400 claims whose interval covers 95 in a hundred by construction: three standard deviations are 3.3 points."""
    rng = np.random.default_rng(seed)
    seen = rng.normal(0, 1, 400)
    rows = [
        resolved(claim(str(i), value=0.0, low=-1.96, high=1.96), Observation(x)) for i, x in enumerate(seen)
    ]
    row = calibrate(rows).intervals.loc["all"]
    assert row["said"] == "within" and abs(row["share"] - 0.95) < 0.033


numbers = st.floats(-1e9, 1e9, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, numbers, st.one_of(st.none(), st.floats(0, 1)), st.text(max_size=30))
def test_a_claim_survives_its_file(a, b, c, p, text):
    low, value, high = sorted((a, b, c))
    one = claim(
        value=value, low=low, high=high, probability=p, label=Label(text, text), given={"grade": text}
    )
    assert Claim.read(one.record()) == one


def test_an_open_ended_interval_is_written_as_none():
    one = Claim.read(claim(low=-math.inf, high=0.6).record())
    assert (one.low, one.high, one.has_interval) == (None, None, False)


@pytest.mark.parametrize(
    "fault",
    [{"low": 0.6, "high": 0.4}, {"low": None}, {"probability": 1.2}, {"kind": "guess"}, {"unit": "x"}, {"value": math.nan}, {"level": 1.0}],
)  # fmt: skip
def test_what_is_no_claim_is_refused(fault):
    with pytest.raises(ValueError):
        claim(**fault)
