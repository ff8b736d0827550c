from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.params.schemes import Bound
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.points import BandPoints, RankPoints, ZScorePoints

values = st.lists(st.integers(-20, 20), min_size=1, max_size=25)
few = settings(max_examples=60, deadline=None)


@given(reference=values, better=st.sampled_from(["higher", "lower"]))
@few
def test_rank_points_of_the_reference_are_its_percentile_ranks(reference, better):
    """Oracle: pandas' average percentile rank."""
    numbers = np.array(reference, dtype=float)
    points = RankPoints(better).freeze(numbers).of(numbers)
    expected = 100 * pd.Series(numbers).rank(pct=True, method="average", ascending=better == "higher")
    assert points == pytest.approx(expected.to_numpy())


@given(reference=values, new=st.lists(st.floats(-25, 25), min_size=1, max_size=20))
@few
def test_rank_points_of_others_by_a_slow_reading_of_the_sentence(reference, new):
    """Share at or below, equal values in the middle of their ranks, counted one by one."""
    points = RankPoints("higher").freeze(np.array(reference, dtype=float)).of(np.array(new))
    for value, found in zip(new, points, strict=True):
        below, equal = sum(r < value for r in reference), sum(r == value for r in reference)
        at_or_below = below + (equal + 1) / 2 if equal else below
        assert found == pytest.approx(100 * at_or_below / len(reference))


@given(reference=values, new=st.lists(st.one_of(st.integers(-25, 25), st.just(np.nan)), max_size=20))
@few
def test_rank_points_of_many_are_looked_up_in_pieces(reference, new):
    """Slow twin: one value after the other; a piece ends where it likes, and missing values stay missing."""
    frozen = RankPoints("lower").freeze(np.array(reference, dtype=float))
    alone = [frozen.of(np.array([value], dtype=float))[0] for value in new]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("toolkit.schemes.points.PIECE", 3)
        found = frozen.of(np.array(new, dtype=float))
    np.testing.assert_array_equal(found, np.array(alone, dtype=float))


def test_rank_points_end_at_0_and_100_outside_the_reference():
    frozen = RankPoints("higher").freeze(np.array([1.0, 2.0, 3.0]))
    assert frozen.of(np.array([-9.0, 99.0])).tolist() == [0, 100]


def test_one_large_customer_changes_nobody_elses_points():
    """Methods 3.6: a live min-max reversed 168 of 1711 pairs when one customer was dropped."""
    for points in (RankPoints("higher"), ZScorePoints("higher", 3.0)):
        frozen = points.freeze(np.array([1.0, 2.0, 3.0, 4.0]))
        alone, with_whale = frozen.of(np.array([2.0, 3.0])), frozen.of(np.array([2.0, 3.0, 1e9]))
        assert alone.tolist() == with_whale[:2].tolist()


def test_zscore_points_by_hand():
    """Reference 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and standard deviation 2 exactly; limit 2."""
    frozen = ZScorePoints("higher", 2.0).freeze(np.array([2, 4, 4, 4, 5, 5, 7, 9.0]))
    assert frozen.of(np.array([-50, 1, 3, 5, 6, 9, 99.0])).tolist() == [0, 0, 25, 50, 62.5, 100, 100]
    mirrored = ZScorePoints("lower", 2.0).freeze(np.array([2, 4, 4, 4, 5, 5, 7, 9.0]))
    assert mirrored.of(np.array([1, 5, 6, 9.0])).tolist() == [100, 50, 37.5, 0]


def test_zscore_points_where_all_of_the_reference_is_equal():
    frozen = ZScorePoints("higher", 3.0).freeze(np.full(7, 0.1))
    assert frozen.of(np.array([0.0, 0.1, 0.2])).tolist() == [0, 50, 100]


def test_band_points_include_the_floor():
    bands = BandPoints(Ladder((Bound(4.5), Bound(3.0, strict=True), Bound(None))), (100.0, 60.0, 0.0))
    assert bands.of(np.array([5, 4.5, 4.4, 3.0, 2.0])).tolist() == [100, 100, 60, 0, 0]


@pytest.mark.parametrize(
    "points",
    [
        RankPoints("higher").freeze(np.array([1.0, 2.0])),
        ZScorePoints("higher", 3.0).freeze(np.array([1.0, 2.0])),
        BandPoints(Ladder((Bound(1.0), Bound(None))), (100.0, 0.0)),
    ],
)
def test_a_missing_value_has_no_points(points):
    assert np.isnan(points.of(np.array([np.nan, 1.0]))).tolist() == [True, False]


def test_points_need_a_reference():
    for points in (RankPoints("higher"), ZScorePoints("higher", 3.0)):
        with pytest.raises(ParameterError, match="freeze"):
            points.of(np.array([1.0]))
        with pytest.raises(ParameterError, match="reference review"):
            points.freeze(np.array([]))
