"""What may be adjusted for, and how it becomes columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.errors import HistoryError

OUTCOME, RECEIVED = np.array([1.0, 0.0, np.nan, 1.0]), np.array([True, False, False, True])
SPEND = np.array([5.0, 1.0, 3.0, np.nan])


def sample(**changes: object) -> AdjustedSample:
    return AdjustedSample(
        **{"outcome": OUTCOME, "received": RECEIVED, "controls": {"spend": SPEND}} | changes
    )


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 1)])
def test_a_factor_from_the_day_of_the_review_or_later_is_refused(day):
    """Attack 4: leakage. The day before is the last that may count."""
    review = date(2026, 9, 30)
    assert sample(latest={"spend": date(2026, 9, 29)}, review_date=review).undated == ()
    with pytest.raises(HistoryError) as caught:
        sample(latest={"spend": day}, review_date=review)
    for text in (caught.value.zh, caught.value.en):
        assert "spend" in text and "2026-09-30" in text and str(day) in text and "4" in text


def test_dates_by_row_are_compared_row_by_row():
    reviews = np.array(["2025-09-30", "2025-09-30", "2026-09-30", "2026-09-30"], dtype="datetime64[D]")
    seen = reviews - np.timedelta64(1, "D")
    kept = sample(latest={"spend": seen}, review_date=reviews).where(np.array([False, True, True, False]))
    assert kept.latest["spend"].tolist() == [date(2025, 9, 29), date(2026, 9, 29)]
    with pytest.raises(HistoryError, match=r"In 1 rows .*2026-10-01.*first: row 3"):
        sample(latest={"spend": seen + np.array([0, 0, 0, 2])}, review_date=reviews)


def test_a_factor_without_a_date_is_named():
    one = sample(controls={"spend": SPEND, "region": np.array(list("aabb"))}, review_date=date(2026, 9, 30))
    assert one.undated == ("spend", "region")
    dated = sample(latest={"spend": date(2026, 1, 1), "region": None}, review_date=date(2026, 9, 30))
    assert dated.undated == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"controls": {"spend": SPEND[:3]}}, "'spend' has 3 values; 4 rows"),
        ({"customer": np.arange(3)}, "'customer' has 3 values"),
        ({"controls": {"spend": np.array([1.0, np.inf, 2.0, -np.inf])}}, r"2 of 4 rows .*first: row 1"),
        ({"controls": {"joined": pd.date_range("2026-01-01", periods=4)}}, "holds dates"),
        ({"received": np.array([1.0, 0.0, np.nan, 1.0])}, "True or False in each of the 4 rows"),
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(changes, said):
    with pytest.raises(HistoryError, match=said) as caught:
        sample(**changes)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.zh)


def test_a_frame_and_a_mapping_are_the_same():
    frame = pd.DataFrame({"spend": SPEND, "region": list("aabb")}, index=[9, 8, 7, 6])
    mapping = {"spend": pd.Series(SPEND, index=[3, 1, 2, 0]), "region": np.array(list("aabb"))}
    one, other = (sample(controls=controls).table() for controls in (frame, mapping))
    assert one.index.tolist() == other.index.tolist() == [0, 1, 2, 3]
    assert one["spend"].equals(other["spend"]) and one["region"].tolist() == other["region"].tolist()


def test_numbers_enter_by_rank_so_units_and_logarithms_do_not_matter():
    rng = np.random.default_rng(1)
    spend = np.exp(rng.standard_normal(500))
    one, other = (Basis.of(pd.DataFrame({"spend": column})) for column in (spend, np.log(spend) * 7 - 3))
    assert one.matrix == pytest.approx(other.matrix) and one.matrix.shape == (500, 3)
    assert one.matrix[:, 1:].mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert one.matrix[:, 1:].std(axis=0) == pytest.approx(1)


def test_each_kind_of_control_has_its_columns():
    """Number 2 and a missing 1; yes/no 1; region of two common levels, two rare ones together and a missing one 3."""
    rng = np.random.default_rng(2)
    n = 400
    visits = pd.array(rng.poisson(4, n), dtype="Int64")
    visits[:50] = pd.NA
    region = np.array(["north", "south", None], dtype=object)[rng.integers(0, 3, n)]
    region[:8], region[8:15] = "isle", "cape"
    table = pd.DataFrame({"visits": visits, "vip": rng.random(n) < 0.5, "region": region, "one": np.ones(n)})
    basis = Basis.of(table)
    assert np.bincount(basis.owner + 1).tolist() == [1, 3, 1, 3]
    assert basis.names == ("visits", "vip", "region", "one") and np.isfinite(basis.matrix).all()
    assert np.isnan(basis.plain[:, 2]).all() and not np.isnan(basis.plain[:, :2]).any()


def test_what_says_nothing_new_is_left_out():
    x = np.random.default_rng(3).standard_normal(100)
    basis = Basis.of(pd.DataFrame({"x": x, "again": 2 * x + 1, "none": np.full(100, np.nan)}))
    assert basis.owner.tolist() == [-1, 0, 0]
    assert Basis.of(pd.DataFrame({"one": np.ones(5)})).empty and Basis.of(pd.DataFrame(index=range(5))).empty


def test_one_fold_predicts_nobody(question):
    with pytest.raises(ValueError, match="two folds"):
        AdjustedDesign(question, folds=1)
