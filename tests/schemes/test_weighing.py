"""Weights named in a policy file: given, judged in pairs, or made from the data of the first review."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from toolkit.errors import ParameterError
from toolkit.params.schemes import SchemeParams
from toolkit.run.check import check
from toolkit.schemes.build import build_scheme
from toolkit.schemes.description import describe_scheme

HOUSE_NAMES = ("size", "transport", "neighbourhood", "age", "yard", "facilities", "condition", "financing")
HOUSE = [
    [1, 5, 3, 7, 6, 6, "1/3", "1/4"],
    ["1/5", 1, "1/3", 5, 3, 3, "1/5", "1/7"],
    ["1/3", 3, 1, 6, 3, 4, 6, "1/5"],
    ["1/7", "1/5", "1/6", 1, "1/3", "1/4", "1/7", "1/8"],
    ["1/6", "1/3", "1/3", 3, 1, "1/2", "1/5", "1/6"],
    ["1/6", "1/3", "1/4", 4, 2, 1, "1/5", "1/6"],
    [3, 5, "1/6", 7, 5, 5, 1, "1/2"],
    [4, 7, 5, 8, 6, 6, 2, 1],
]
SMALL = [[1, "1/3", 5], [3, 1, 7], ["1/5", "1/7", 1]]
DIAKOULAKI = [
    (61, 1.08, 4.33),
    (20.7, 0.26, 4.34),
    (16.3, 1.98, 2.53),
    (9, 3.29, 1.65),
    (5.4, 2.77, 2.33),
    (4, 4.12, 1.21),
    (-6.1, 3.52, 2.10),
    (-34.6, 3.31, 0.98),
]
FIGHTERS = [
    (2, 1500, 20000, 5.5, 5, 9),
    (2.5, 2700, 18000, 6.5, 3, 5),
    (1.8, 2000, 21000, 4.5, 7, 7),
    (2.2, 1800, 20000, 5, 5, 5),
]


def written(weights: object, names=("a", "b", "c"), ends=None, each=None) -> dict[str, object]:
    """A weighted score of attributes as a policy file writes it."""
    ends = ends or {name: (0, 100) for name in names}
    factors = [
        {"attribute": name, "points": {"by": "range", "worst": ends[name][0], "best": ends[name][1]}}
        | ({} if each is None else {"weight": each[place]})
        for place, name in enumerate(names)
    ]
    block = {} if weights is None else {"weights": weights}
    return {"kind": "scored", "factors": factors, "floors": {"A": 60, "B": "rest"}, **block}


def params_of(*args, **kwargs):
    return TypeAdapter(SchemeParams).validate_python(written(*args, **kwargs))


def scheme_of(*args, **kwargs):
    return build_scheme(params_of(*args, **kwargs), {})


def table(rows) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """What a scheme of attributes is shown, and the names of its factors."""
    names = tuple(f"f{place}" for place in range(len(rows[0])))
    return pd.DataFrame(rows, columns=[f"customers.{name}" for name in names], dtype=float), names


def test_the_house_is_refused_with_its_ratio_and_worst_triple():
    """Saaty 1990 as printed in methods section 7: CR .1691 above .10, inconsistent on purpose."""
    with pytest.raises(ParameterError) as refused:
        scheme_of({"by": "ahp", "judgements": {"one": HOUSE}}, HOUSE_NAMES)
    assert "CR 为 0.1691" in refused.value.zh and "(CR) is 0.1691" in refused.value.en
    assert "neighbourhood" in refused.value.en and "condition" in refused.value.zh
    scheme_of({"by": "ahp", "judgements": {"one": HOUSE}, "consistency_limit": 0.17}, HOUSE_NAMES)


def test_the_house_yields_its_printed_weights_where_its_contradictions_are_accepted():
    """Saaty 1990: .173 .054 .188 .018 .031 .036 .167 .333."""
    accepted = {"by": "ahp", "judgements": {"one": HOUSE}, "accept_inconsistent": True}
    weights = scheme_of(accepted, HOUSE_NAMES).weights
    assert weights.to_numpy() == pytest.approx(
        [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], abs=6e-4
    )
    said = describe_scheme(params_of(accepted, HOUSE_NAMES), {})
    assert "CR 为 0.1691（上限 0.1，超过而仍照用）" in said.zh
    assert "ratio (CR) 0.1691 (limit 0.1, exceeded and used all the same)" in said.en
    assert "financing占 33.3%" in said.zh


@pytest.mark.parametrize("order", [None, ["b", "c", "a"]])
def test_the_small_matrix_in_any_order_of_its_rows(order):
    """Methods section 7: .2790 .6491 .0719, CR .0559; ``order`` says which factor each row is."""
    named = dict(zip(order or "abc", [0.2790, 0.6491, 0.0719], strict=True))
    scheme = scheme_of({"by": "ahp", "judgements": {"one": SMALL}} | ({"order": order} if order else {}))
    assert scheme.weights.to_dict() == pytest.approx(
        {f"customers.{k}": v for k, v in named.items()}, abs=5e-5
    )


def test_several_experts_are_joined_by_geometric_means_and_their_dispersion_is_stated():
    """Closed form: four times and once as important make twice, so 2/3 and 1/3; exp(ln 4 / √2) = 2.67."""
    judgements = {"sales": [[1, 4], ["1/4", 1]], "service": [[1, 1], [1, 1]]}
    how = {"by": "ahp", "judgements": judgements}
    assert scheme_of(how, ("a", "b")).weights.tolist() == pytest.approx([2 / 3, 1 / 3])
    said = describe_scheme(params_of(how, ("a", "b")), {})
    assert "由 2 位专家两两比较得出" in said.zh and "几何标准差最大 2.67 倍" in said.zh
    assert "2 experts" in said.en and "geometric standard deviation of one judgement 2.67" in said.en


def test_weights_by_name_are_those_written_at_the_factors():
    known = pd.DataFrame({"customers.a": [10.0, 90], "customers.b": [80.0, 20], "customers.c": [70.0, 50]})
    by_name = scheme_of({"by": "expert", "values": {"c": 0.5, "a": 0.2, "b": 0.3}})
    at_factors = scheme_of(None, each=(0.2, 0.3, 0.5))
    assert by_name.score(known).equals(at_factors.score(known))


def test_critic_weights_as_published_reach_the_policy():
    """Diakoulaki, Mavrotas and Papayannakis 1995; points between two values are the stretched figures."""
    known, names = table(DIAKOULAKI)
    ends = {n: (float(known[f"customers.{n}"].min()), float(known[f"customers.{n}"].max())) for n in names}
    scheme = scheme_of({"by": "critic"}, names, ends).freeze(known)
    assert scheme.weights.to_numpy() == pytest.approx([0.202226, 0.480902, 0.316873], abs=5e-7)


def test_entropy_weights_as_published_reach_the_policy():
    """Hwang and Yoon 1981, fighter aircraft; points from 0 are in proportion to the figures."""
    known, names = table(FIGHTERS)
    ends = {n: (0.0, float(known[f"customers.{n}"].max())) for n in names}
    scheme = scheme_of({"by": "entropy"}, names, ends).freeze(known)
    assert scheme.weights.to_numpy() == pytest.approx(
        [0.0642, 0.2061, 0.0134, 0.0813, 0.3587, 0.2763], abs=5e-5
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["entropy", "critic"]))
def test_weights_made_by_data_stay_as_the_first_review_made_them(seed, how):
    """Whoever is graded later changes nothing; a second freeze of a weighted scheme only measures anew."""
    rng = np.random.default_rng(seed)
    columns = [f"customers.{name}" for name in "abc"]
    first, later = (pd.DataFrame(rng.uniform(1, 99, (12, 3)), columns=columns) for _ in range(2))
    frozen = scheme_of({"by": how}).freeze(first)
    before = frozen.weights
    frozen.grade(later)
    assert frozen.weights.equals(before) and frozen.freeze(later).weights.equals(before)
    assert before.sum() == pytest.approx(1) and not scheme_of({"by": how}).freeze(later).weights.equals(
        before
    )


@pytest.mark.parametrize("how", ["entropy", "critic", "regression"])
def test_nobody_is_graded_before_the_weights_are_made(how):
    known = pd.DataFrame({f"customers.{name}": [10.0, 90.0] for name in "abc"})
    params = {"by": how} | ({"on": "spend"} if how == "regression" else {})
    scheme = build_scheme(params_of(params), {"spend": None})
    with pytest.raises(ParameterError, match="have not been made yet"):
        scheme.grade(known)
    if how == "regression":
        with pytest.raises(ParameterError, match="have not been made yet"):
            scheme.freeze(known)


@pytest.mark.parametrize(
    ("how", "zh", "en"),
    [
        (
            "entropy",
            "熵权法在首次复评时算出，此后不变；只看得分的分布，不看客户后来如何",
            "never at what followed",
        ),
        (
            "critic",
            "CRITIC 法在首次复评时算出，此后不变；只看得分的分布",
            "CRITIC weights, worked out at the first review",
        ),
        ("regression", "首次定级前 4 个季度的得分预测此后至首次定级的margin", "by regression, none negative"),
    ],
)
def test_a_description_says_where_weights_come_from(how, zh, en):
    said = describe_scheme(params_of({"by": how}), {})
    assert zh in said.zh and en in said.en and "占 " not in said.zh


@pytest.mark.parametrize(
    ("weights", "each", "said"),
    [
        (None, None, "3 factor"),
        ({"by": "entropy"}, (0.2, 0.3, 0.5), "3 have one"),
        ({"by": "expert", "values": {"a": 0.5, "b": 0.4, "c": 0.2}}, None, "sum to 1.1"),
        ({"by": "expert", "values": {"a": 0.5, "b": 0.5}}, None, "each once"),
        ({"by": "ahp", "judgements": {"one": SMALL}, "order": ["a", "b", "d"]}, None, "each once"),
        ({"by": "ahp", "judgements": {"one": [[1, 2, 3], [1, 2]]}}, None, "3 rows of 3"),
        ({"by": "ahp", "judgements": {"one": [["1/0"] * 3] * 3}}, None, "positive number or fraction"),
        ({"by": "ahp", "judgements": {}}, None, "at least 1"),
    ],
)
def test_a_mistake_in_the_weights_is_refused_by_the_file(weights, each, said):
    with pytest.raises(ValidationError, match=said):
        params_of(weights, each=each)


def test_a_regression_on_a_measure_nobody_knows_is_refused():
    with pytest.raises(ParameterError, match=r"weights\.on"):
        scheme_of({"by": "regression", "on": "joy"})


def test_gradelab_check_refuses_contradictory_judgements(root, tmp_path):
    """The refusal comes before anything runs, from the file alone."""
    text = (root / "params" / "policies" / "demo" / "weighted_2027.yaml").read_text("utf-8")
    lines = [line.replace(", weight: 0.40", "").replace(", weight: 0.15", "") for line in text.splitlines()]
    lines = [line for line in lines if line.strip() != "weight: 0.15"]
    matrix = [[1, 9, "1/9", 1, 1], ["1/9", 1, 9, 1, 1], [9, "1/9", 1, 1, 1], [1] * 5, [1] * 5]
    block = f"  weights: {{by: ahp, judgements: {{one: {matrix}}}}}".replace("'", "")
    at = next(place for place, line in enumerate(lines) if line.startswith("  floors:"))
    file = tmp_path / "policy.yaml"
    file.write_text("\n".join([*lines[:at], block, *lines[at:]]), "utf-8")
    with pytest.raises(ParameterError) as refused:
        check([file], ["spend", "orders", "tenure_months", "order_stability", "return_rate"])
    assert "CR" in refused.value.zh and "spend, orders, tenure_months" in refused.value.en
    file.write_text(
        file.read_text("utf-8").replace("{by: ahp", "{by: ahp, accept_inconsistent: true"), "utf-8"
    )
    assert check([file], ["spend", "orders", "tenure_months", "order_stability", "return_rate"]) == 1
