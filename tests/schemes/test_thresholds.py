from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import ParameterError
from toolkit.params.schemes import Bound
from toolkit.schemes.ladder import Ladder
from toolkit.terms import Label


def spending(*values: float) -> pd.DataFrame:
    index = pd.Index([f"c{i + 1:02d}" for i in range(len(values))], name="customer_id")
    return pd.DataFrame({"spend": values}, index=index, dtype=float)


def test_star_levels_of_the_mobile_operator(make_scheme):
    """Catalogue of grading systems, S18 (other brands): mean monthly spend with floors
    120 / 80 / 50 / 20 yuan; one fen below a floor is the next star."""
    stars = make_scheme(
        kind="thresholds",
        measure="spend",
        floors={"五星": 120, "四星": 80, "三星": 50, "二星": 20, "一星": "rest"},
    )
    values = spending(150, 120, 119.99, 80, 79.99, 50, 49.99, 20, 19.99, 0)
    expected = ["五星", "五星", "四星", "四星", "三星", "三星", "二星", "二星", "一星", "一星"]
    assert stars.grade(values).grade.tolist() == expected


@pytest.mark.parametrize(
    ("better", "bound", "expected"),
    [
        ("higher", 100, ["低", "高", "高"]),  # 以上: the number itself is included
        ("higher", {"above": 100}, ["低", "低", "高"]),  # 超过: it is not
        ("lower", 100, ["高", "高", "低"]),
        ("lower", {"above": 100}, ["高", "低", "低"]),
    ],
)
def test_the_floor_itself(make_scheme, better, bound, expected):
    """Chinese usage of 以上 (inclusive) and 超过 (strict), as the parameter file defines them."""
    scheme = make_scheme(
        kind="thresholds", measure="spend", better=better, floors={"高": bound, "低": "rest"}
    )
    assert scheme.grade(spending(99.99, 100, 100.01)).grade.tolist() == expected


def test_payments_that_add_up_to_the_floor_reach_it():
    """Ten payments of 0.1 add up to 0.9999999999999999 in binary floating point; to 1 in money."""
    paid = sum([0.1] * 10)
    assert paid < 1
    assert Ladder((Bound(1.0), Bound(None))).place([paid]).tolist() == [1]
    assert Ladder((Bound(1.0, strict=True), Bound(None))).place([paid, 3 * 0.1 + 0.7]).tolist() == [0, 0]


def test_a_large_floor_still_tells_a_cent():
    ladder = Ladder((Bound(1e9), Bound(None)))
    assert ladder.place([1e9 - 0.01, 1e9, np.inf]).tolist() == [0, 1, 1]


def test_the_reason_names_the_floor_that_decided(make_scheme):
    scheme = make_scheme(
        kind="thresholds", measure="spend", floors={"VIP": 100_000, "金卡": {"above": 4.5}, "普通": "rest"}
    )
    grading = scheme.grade(spending(100_000, 5, 1))
    assert grading.reason_text("zh").tolist() == [
        "消费额达到 100,000 以上",
        "消费额超过 4.5",
        "消费额未超过 4.5",
    ]
    assert grading.reason_text("en").tolist() == [
        "spend of 100,000 or more",
        "spend above 4.5",
        "spend not above 4.5",
    ]
    assert grading.because.cat.categories.tolist() == list(grading.reasons)


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf, None])
def test_a_missing_value_is_refused_or_given_the_last_grade(make_scheme, hole):
    values = spending(150_000, 1)
    values.loc["c03", "spend"] = hole
    floors = {"VIP": 100_000, "普通": "rest"}
    with pytest.raises(ParameterError) as refusal:
        make_scheme(kind="thresholds", measure="spend", floors=floors).grade(values)
    assert "1 位客户" in refusal.value.zh and "c03" in refusal.value.zh and "消费额" in refusal.value.zh
    assert "1 customer(s)" in refusal.value.en and "c03" in refusal.value.en
    lenient = make_scheme(kind="thresholds", measure="spend", floors=floors, missing="last_grade").grade(
        values
    )
    assert lenient.grade.tolist() == ["VIP", "普通", "普通"]
    assert lenient.reason_text("zh").iloc[-1] == "缺少消费额"


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_missing_value_is_never_the_best_grade(make_scheme, better):
    floors = {"A": 10, "B": 5} if better == "higher" else {"A": 5, "B": 10}
    scheme = make_scheme(
        kind="thresholds", measure="spend", better=better, floors=floors, missing="last_grade"
    )
    assert scheme.grade(spending(np.nan)).grade.tolist() == ["B"]


def test_who_reaches_no_floor_is_refused_not_left_out(make_scheme):
    scheme = make_scheme(kind="thresholds", measure="spend", floors={"VIP": 100, "普通": 1})
    with pytest.raises(ParameterError, match=r"2 customer\(s\).*c02.*rest"):
        scheme.grade(spending(200, 0, 0.5))


def test_an_unknown_measure_is_refused_by_name(make_scheme):
    with pytest.raises(ParameterError, match="first: spent"):
        make_scheme(kind="thresholds", measure="spent", floors={"A": 1, "B": "rest"})
    scheme = make_scheme(kind="thresholds", measure="orders", floors={"A": 1, "B": "rest"})
    with pytest.raises(ParameterError, match="no measure orders; found: spend"):
        scheme.grade(spending(1))


@pytest.mark.parametrize(
    ("bounds", "better"),
    [([1, 2, None], "higher"), ([2, 1, None], "lower"), ([2, 2], "higher"), ([None, 1], "higher")],
)
def test_floors_out_of_order_are_refused(bounds, better):
    with pytest.raises(ParameterError, match="get easier"):
        Ladder(tuple(Bound(value) for value in bounds), better)


def test_labels_of_measures_are_used_as_given(make_scheme):
    assert make_scheme(
        kind="thresholds", measure="spend", floors={"A": 1, "B": "rest"}
    ).subject.name == Label("消费额", "spend")
