"""Rows of a cutoff design."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.effects.cutoff.sample import CutoffSample
from toolkit.errors import HistoryError


def sample(**changes):
    given = {"score": np.array([50.0, 100.0, 200.0]), "bar": 100.0, "outcome": np.array([0.0, 1.0, 1.0])}
    return CutoffSample(**(given | changes))


def test_distance_from_the_bar():
    assert sample().x == pytest.approx([np.log(0.5), 0.0, np.log(2)])
    assert sample(scale="linear").x == pytest.approx([-50, 0, 100])
    assert sample(bar=np.array([50.0, 200.0, 100.0])).x == pytest.approx([0, np.log(0.5), np.log(2)])


def test_a_floor_is_inclusive_unless_the_rule_says_more_than():
    assert (sample().x >= 0).tolist() == [False, True, True]
    assert (sample(inclusive=False).x >= 0).tolist() == [False, False, True]


def test_spending_nothing_is_infinitely_far_below():
    assert sample(score=np.array([0.0, -5.0, 100.0])).x.tolist() == [-np.inf, -np.inf, 0.0]


def test_columns_of_another_length_and_missing_scores_are_refused_in_both_languages():
    with pytest.raises(HistoryError, match="3 rows") as refusal:
        sample(outcome=np.zeros(2))
    assert "outcome" in refusal.value.zh
    with pytest.raises(HistoryError, match="tenure"):
        sample(covariates={"tenure": np.zeros(4)})
    with pytest.raises(HistoryError, match=r"1 of 3 rows have no score \(first: row 1\)"):
        sample(score=np.array([1.0, np.nan, 2.0]))


def test_taking_rows_takes_every_column():
    full = sample(
        bar=np.array([1.0, 2.0, 3.0]),
        customer=np.array(["a", "b", "c"]),
        covariates={"age": np.array([7.0, 8, 9])},
    )
    part = full.where(np.array([2, 0]))
    assert part.bar.tolist() == [3, 1] and part.customer.tolist() == ["c", "a"]
    assert part.covariates["age"].tolist() == [9, 7] and part.received is None
