from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import ParameterError

BANDS = {"by": "bands", "bands": [{"floor": 60, "points": 60.0}, {"floor": "rest", "points": 0.0}]}


def factor(measure: str, weight: float, **rest: object) -> dict[str, object]:
    return {"measure": measure, "weight": weight, "points": BANDS, **rest}


def test_a_score_worked_by_hand(make_scheme):
    """Spend 300 of the reference 100, 200, 300, 400: rank 3 of 4 = 75 points, weight 0.6 = 45.
    Recency 10 of 10, 20, 30, 40 days, lower is better: 100 points, weight 0.4 = 40. Score 85."""
    scheme = make_scheme(
        kind="scored",
        factors=[
            {"measure": "spend", "weight": 0.6, "points": {"by": "rank"}},
            {"measure": "recency_days", "weight": 0.4, "better": "lower", "points": {"by": "rank"}},
        ],
        floors={"A": 85, "B": 50, "C": "rest"},
    )
    measures = pd.DataFrame(
        {"spend": [300.0, 100, 200, 400], "recency_days": [10.0, 20, 30, 40]}, index=list("wxyz")
    )
    grading = scheme.freeze(measures).grade(measures)
    assert grading.detail.loc["w"].to_dict() == pytest.approx(
        {"spend": 300, "spend_points": 45, "recency_days": 10, "recency_days_points": 40, "score": 85}
    )
    assert grading.grade.tolist() == ["A", "C", "B", "B"]  # 85; 15 + 30; 30 + 20; 60 + 10
    assert grading.reason_text("zh").iloc[0] == "综合得分达到 85 以上"
    assert grading.reason_text("en").iloc[3] == "score of 50 or more"


@pytest.mark.parametrize("weights", [(0.1, 0.2, 0.7), (0.3, 0.3, 0.4), (0.15, 0.55, 0.3)])
def test_sixty_points_in_every_factor_reach_a_floor_of_sixty(make_scheme, weights):
    """Weights that sum to 1 only up to rounding must not cost a customer the grade."""
    measures = pd.DataFrame({"spend": [60.0], "orders": [60.0], "recency_days": [60.0]})
    factors = [factor(m, w) for m, w in zip(measures, weights, strict=True)]
    scheme = make_scheme(kind="scored", factors=factors, floors={"A": 60, "B": "rest"})
    assert scheme.grade(measures).grade.tolist() == ["A"]


@pytest.mark.parametrize(("missing", "score"), [("zero_points", 30.0), ("middle_points", 55.0)])
def test_missing_values_get_the_points_that_the_file_says(make_scheme, missing, score):
    measures = pd.DataFrame({"spend": [np.nan, 60.0], "orders": [60.0, 60.0]})
    factors = [factor("spend", 0.5, missing=missing), factor("orders", 0.5)]
    scheme = make_scheme(kind="scored", factors=factors, floors={"A": 40, "B": "rest"})
    assert scheme.grade(measures).detail["score"].tolist() == [score, 60.0]


def test_missing_values_are_refused_with_count_and_first_customer(make_scheme):
    measures = pd.DataFrame({"spend": [1.0, np.nan, np.nan], "orders": 1.0}, index=["c1", "c2", "c3"])
    scheme = make_scheme(
        kind="scored", factors=[factor("spend", 0.5), factor("orders", 0.5)], floors={"A": 40, "B": "rest"}
    )
    with pytest.raises(ParameterError, match=r"2 customer\(s\).*'spend'.*c2"):
        scheme.grade(measures)


def test_missing_values_are_no_part_of_the_reference(make_scheme):
    rank = {"measure": "spend", "weight": 1.0, "points": {"by": "rank"}, "missing": "zero_points"}
    scheme = make_scheme(kind="scored", factors=[rank], floors={"A": 40, "B": "rest"})
    measures = pd.DataFrame({"spend": [1.0, np.nan, 2.0]})
    assert scheme.freeze(measures).grade(measures).detail["score"].tolist() == [50.0, 0.0, 100.0]


def test_a_score_below_every_floor_is_refused(make_scheme):
    scheme = make_scheme(kind="scored", factors=[factor("spend", 1.0)], floors={"A": 60, "B": 1})
    with pytest.raises(ParameterError, match="score"):
        scheme.grade(pd.DataFrame({"spend": [0.0]}, index=["c1"]))


def test_freezing_leaves_the_original_alone(make_scheme):
    rank = {"measure": "spend", "weight": 1.0, "points": {"by": "rank"}}
    scheme = make_scheme(kind="scored", factors=[rank], floors={"A": 40, "B": "rest"})
    measures = pd.DataFrame({"spend": [1.0, 2.0]})
    scheme.freeze(measures)
    with pytest.raises(ParameterError, match="freeze"):
        scheme.grade(measures)
