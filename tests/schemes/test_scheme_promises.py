"""Promises that hold for every scheme, whatever its rule."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

customers = st.lists(
    st.tuples(st.integers(-5, 300), st.integers(0, 6), st.integers(0, 200)), min_size=1, max_size=30
)
few = settings(max_examples=40, deadline=None)
BETTER = {"spend": 1, "orders": 1, "recency_days": -1}


def frame(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    index = pd.Index([f"c{i}" for i in range(len(rows))], name="customer_id")
    return pd.DataFrame(rows, columns=list(BETTER), index=index, dtype=float)


def codes(grade: pd.Series) -> np.ndarray:
    return grade.cat.codes.to_numpy()


@given(rows=customers, shuffle=st.randoms(use_true_random=False))
@few
def test_everybody_is_graded_once_and_row_order_decides_nothing(schemes, rows, shuffle: random.Random):
    measures = frame(rows)
    mixed = measures.loc[shuffle.sample(list(measures.index), len(measures))]
    for scheme in schemes.values():
        grading = scheme.freeze(measures).grade(measures)
        assert grading.grade.index.equals(measures.index)
        assert grading.grade.notna().all() and grading.because.notna().all()
        assert grading.counts().sum() == len(measures)
        assert list(grading.counts().index) == list(scheme.scale.grades)
        again = scheme.freeze(mixed).grade(mixed)
        assert again.grade.loc[measures.index].equals(grading.grade)
        assert again.because.loc[measures.index].equals(grading.because)


@given(rows=customers)
@few
def test_equal_customers_share_a_grade(schemes, rows):
    measures = frame(rows + rows)
    for scheme in schemes.values():
        grade = codes(scheme.freeze(measures).grade(measures).grade)
        assert (grade[: len(rows)] == grade[len(rows) :]).all()


@given(rows=customers, gain=st.integers(1, 100))
@few
def test_a_better_value_never_means_a_worse_grade(schemes, rows, gain):
    """For each factor: one customer's value improves, everybody else's stays."""
    measures = frame(rows)
    for scheme in schemes.values():
        frozen = scheme.freeze(measures)
        before = codes(frozen.grade(measures).grade)[0]
        for factor in scheme.measures:
            better = measures.copy()
            better.iloc[0, better.columns.get_loc(factor)] += BETTER[factor] * gain
            assert codes(frozen.grade(better).grade)[0] >= before


@given(rows=customers)
@few
def test_a_customer_better_in_everything_is_not_graded_below_another(schemes, rows):
    measures = frame(rows)
    signed = measures * pd.Series(BETTER)
    for scheme in schemes.values():
        grade = codes(scheme.freeze(measures).grade(measures).grade)
        own = signed[list(scheme.measures)].to_numpy()
        for i in range(len(own)):
            beaten = (own <= own[i]).all(axis=1)
            assert (grade[beaten] <= grade[i]).all()


@given(rows=customers)
@few
def test_grading_part_of_the_customers_changes_nothing_once_frozen(schemes, rows):
    """ABC is left out on purpose: its shares are those of the customers who are graded."""
    measures = frame(rows)
    half = measures.iloc[::2]
    for kind, scheme in schemes.items():
        if kind != "pareto":
            frozen = scheme.freeze(measures)
            whole = frozen.grade(measures).grade.loc[half.index]
            assert frozen.grade(half).grade.equals(whole)


@given(rows=customers)
@few
def test_the_unit_of_a_measure_decides_nothing_for_relative_schemes(schemes, rows):
    """Yuan or fen: rank points, z-score points and ABC look at proportions only."""
    measures = frame(rows)
    for kind in ("pareto", "scored by rank", "scored by zscore"):
        in_yuan, in_fen = (schemes[kind].freeze(m).grade(m).grade for m in (measures, measures * 100))
        assert in_yuan.equals(in_fen)


def test_nobody_to_grade_gives_an_empty_grading(schemes):
    measures = frame([(10, 1, 1), (200, 2, 50)])
    for scheme in schemes.values():
        grading = scheme.freeze(measures).grade(measures.iloc[:0])
        assert len(grading.grade) == 0 and grading.counts().tolist() == [0, 0, 0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reason_has_words(schemes, lang):
    measures = frame([(0, 0, 200), (50, 3, 60), (300, 6, 1)])
    for scheme in schemes.values():
        words = scheme.freeze(measures).grade(measures).reason_text(lang)
        assert words.notna().all() and (words.str.len() > 3).all()


def test_the_detail_adds_up_to_the_score(schemes):
    measures = frame([(0, 0, 200), (50, 3, 60), (300, 6, 1)])
    for way in ("rank", "zscore", "bands"):
        scheme = schemes[f"scored by {way}"]
        detail = scheme.freeze(measures).grade(measures).detail
        parts = detail[[f"{name}_points" for name in scheme.measures]]
        assert detail["score"].to_numpy() == pytest.approx(parts.sum(axis=1).to_numpy())
        assert detail["score"].between(0, 100).all()
        assert detail[list(scheme.measures)].equals(measures[list(scheme.measures)])
