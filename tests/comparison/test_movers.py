"""Who moves, in which segments, and how much hangs on a last digit: hand-worked cases and slow twins."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.comparison.last_digit import half_unit, last_digit, moved_weights
from toolkit.comparison.movers import Because, changes, flows, movers
from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.comparison.segments import FEWEST, POOLED, UNKNOWN, Segments, by_segment, pooled
from toolkit.params.policy import read_policy
from toolkit.params.printed import printed_weights
from toolkit.params.schemes import ScoredParams
from toolkit.schemes.build import build_scheme
from toolkit.terms import Label

TEXT = Label("方案", "policy")
NAMES = {name: Label(name, name) for name in ("spend", "orders", "recency_days")}


def position(policy, grade, package, direction, cost):
    """A position without managers."""
    columns = [np.array(column, dtype=object) for column in (grade, package)]
    return Position(
        policy, TEXT, *columns, np.array(direction), np.array(cost, float), {}, 0.0, ("spend",), 4
    )


def stakes_of(margin, ids):
    return Stakes(pd.Index(ids, name="customer_id"), np.array(margin, float), Horizon(4))


def five():
    """VIP/普通 against A/B/C on five customers: up, down, renamed up and down the alphabet, sideways."""
    now = position(
        "now",
        ["普通", "VIP", "VIP", "普通", "普通"],
        ["s", "v", "v", "s", "s"],
        [0] * 5,
        [10, 90, 90, 10, 10],
    )
    then = position("then", ["A", "B", "A", "C", "B"], ["v", "s", "v", "s", "t"], [1, -1, 0, 0, 0], [95, 12, 90, 10, 11])  # fmt: skip
    return now, then, stakes_of([100, 50, 25, 10, -4], list("pqrst"))


def because(size, evidence="identified"):
    said = np.array([f"理由{i}" for i in range(size)], dtype=object)
    return Because(
        said, np.array([f"reason {i}" for i in range(size)], dtype=object), np.full(size, evidence)
    )


def test_five_customers_by_hand():
    """By hand: p is raised (100 a quarter, 85 dearer), q lowered, r and s only renamed, t has a package of which none
    is better."""
    frame = movers(*five(), because(5))
    assert frame["change"].tolist() == ["raised", "lowered", "renamed", "renamed", "other"]
    assert frame["margin_per_year"].tolist() == [400, 200, 100, 40, -16]
    assert frame["cost_change_per_year"].tolist() == [85, -78, 0, 0, 1]
    assert frame["evidence"].tolist() == ["identified", "identified", "—", "—", "identified"]
    assert frame.loc["q", ["grade_now", "grade_then", "package_now", "package_then", "reason_en"]].tolist() == [
        "VIP", "B", "v", "s", "reason 1"]  # fmt: skip


def test_nobody_moves_in_a_null_reform():
    now, _, stakes = five()
    assert movers(now, now, stakes, because(5)).empty
    segments = by_segment(now, now, stakes, Segments({"region": np.array(["东"] * 5, dtype=object)}))
    assert segments.empty  # five customers are too few to be told
    assert flows(now, now, stakes, (("VIP", "普通"),) * 2)["customers"].tolist() == [2, 3]


def test_flows_hold_everybody_once():
    now, then, stakes = five()
    found = flows(now, then, stakes, (("VIP", "普通"), ("A", "B", "C")))
    assert found.values.tolist() == [
        ["VIP", "A", 1, 100.0], ["VIP", "B", 1, 200.0], ["普通", "A", 1, 400.0], ["普通", "B", 1, -16.0], ["普通", "C", 1, 40.0]
    ]  # fmt: skip


def twin_segments(now, then, stakes, values):
    """Slow twin: one customer at a time, without the pooling."""
    found = {}
    for i, value in enumerate(values):
        row = found.setdefault(value, [0, 0, 0, 0.0])
        row[0] += 1
        row[1] += then.direction[i] > 0
        row[2] += then.direction[i] < 0
        row[3] += 4 * stakes.margin[i] * (then.direction[i] > 0)
    return found


def test_segments_against_a_slow_twin():
    rng = np.random.default_rng(5)
    n = 400
    direction = rng.integers(-1, 2, n)
    package = np.where(direction > 0, "v", np.where(direction < 0, "s", "m"))
    now = position("now", ["g"] * n, ["m"] * n, [0] * n, rng.random(n))
    then = position("then", ["g"] * n, package, direction, rng.random(n))
    stakes = stakes_of(rng.normal(50, 30, n), [f"c{i}" for i in range(n)])
    values = rng.choice(["东", "西", "南"], n).astype(object)
    found = by_segment(now, then, stakes, Segments({"region": values})).set_index("value")
    twin = twin_segments(now, then, stakes, values)
    for value, (customers, raised, lowered, margin) in twin.items():
        row = found.loc[value]
        assert (row["customers"], row["raised"], row["lowered"]) == (customers, raised, lowered)
        assert row["margin_raised"] == pytest.approx(margin)
        assert row["share"] == pytest.approx((raised + lowered) / customers)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", None]), min_size=FEWEST, max_size=120))
def test_no_segment_is_small_enough_to_tell_anybody(values):
    found = pd.Series(pooled(np.array(values, dtype=object))).value_counts()
    assert found.min() >= FEWEST and found.sum() == len(values)
    large = {UNKNOWN if value is None else value for value in values if values.count(value) >= 2 * FEWEST}
    assert len(set(large) - set(found.index)) <= 1 or POOLED in found


def test_a_lone_small_value_takes_the_next_one_with_it():
    """Nine alone would be told by subtraction if they were shown as the pool: they take the smallest large value."""
    found = pd.Series(pooled(np.array(["a"] * 30 + ["b"] * 12 + ["c"] * 9, dtype=object))).value_counts()
    assert found.to_dict() == {"a": 30, POOLED: 21}


def scored(weights, floors):
    """A score of spend, orders and recency, each already 0 to 100 points."""
    factors = [
        {"measure": name, "weight": weight, "points": {"by": "range", "worst": 0.0, "best": 100.0}}
        for name, weight in zip(NAMES, weights, strict=True)
    ]
    params = ScoredParams(kind="scored", factors=factors, floors=floors)
    return build_scheme(params, NAMES), params


def test_half_a_unit_is_of_the_digit_that_is_printed():
    """0.35 stands for 0.345 to 0.355, 0.40 for 0.395 to 0.405, 0.4 for 0.35 to 0.45."""
    assert [half_unit(Decimal(text)) for text in ("0.35", "0.40", "0.4", "1", "0.125")] == [
        0.005,
        0.005,
        0.05,
        0.5,
        0.0005,
    ]


def test_a_weight_never_falls_below_zero():
    assert all(
        (weights >= 0).all() and weights.sum() == pytest.approx(1)
        for _, weights in moved_weights([Decimal("0.0"), Decimal("1.0")])
    )


def twin_last_digit(points, printed, floors):
    """Slow twin in plain Python: every weight, both signs, every customer."""

    def graded(weights, row):
        score = sum(w * p for w, p in zip(weights, row, strict=True)) / sum(weights)
        return sum(score >= floor - 1e-9 for floor in floors)

    own, hangs = [float(w) for w in printed], set()
    for i, text in enumerate(printed):
        half = 0.5 * 10 ** -len(text.split(".")[1])
        for sign in (-1, 1):
            moved = [max(w + sign * half, 0) if j == i else w for j, w in enumerate(own)]
            hangs |= {k for k, row in enumerate(points) if graded(moved, row) != graded(own, row)}
    return hangs


@pytest.mark.parametrize(
    "printed", [("0.40", "0.35", "0.25"), ("0.4", "0.3", "0.3"), ("0.333", "0.333", "0.334")]
)
def test_last_digit_against_a_slow_twin(printed):
    rng = np.random.default_rng(11)
    points = rng.uniform(0, 100, (3000, 3)).round(1)
    known = pd.DataFrame(points, columns=list(NAMES), index=[f"c{i}" for i in range(3000)])
    scheme, _ = scored([float(w) for w in printed], {"A": 60.0, "B": 40.0, "C": "rest"})
    margin = rng.gamma(2, 50, 3000)
    twin = sorted(twin_last_digit(points.tolist(), printed, (60.0, 40.0)))
    found = last_digit("p", scheme, [Decimal(w) for w in printed], known, margin)
    assert found.share == pytest.approx(len(twin) / 3000) and twin
    assert found.margin_share == pytest.approx(margin[twin].sum() / margin.sum())
    assert found.by_weight["share"].max() <= found.share <= found.by_weight["share"].sum()


def test_fewer_digits_leave_more_to_chance():
    rng = np.random.default_rng(3)
    known = pd.DataFrame(rng.uniform(0, 100, (900, 3)), columns=list(NAMES))
    scheme, _ = scored([0.4, 0.3, 0.3], {"A": 60.0, "B": "rest"})
    shares = [
        last_digit("p", scheme, [Decimal(w) for w in printed], known, np.ones(900)).share
        for printed in (("0.400", "0.300", "0.300"), ("0.40", "0.30", "0.30"), ("0.4", "0.3", "0.3"))
    ]
    assert shares == sorted(shares) and shares[0] < shares[2]


HEAD = """id: weighted
title: {zh: 评分, en: score}
status: proposed
effective: 2027-01-01
source: 测试
why: 测试
"""
FOOT = """  floors: {A: 60, B: rest}
review: {every_quarters: 4, window_quarters: 4}
service:
  A: {package: v, promise: {zh: 甲, en: a}, cost_per_quarter: 1}
  B: {package: s, promise: {zh: 乙, en: b}, cost_per_quarter: 1}
"""
IN_FACTORS = """scheme:
  kind: scored
  factors:
    - {measure: spend, weight: 0.40, points: {by: rank}}
    - measure: orders
      weight: 0.6000
      points: {by: rank}
"""
BY_NAME = """scheme:
  kind: scored
  weights: {by: expert, values: {orders: 0.60, spend: 0.4}}
  factors:
    - {measure: spend, points: {by: rank}}
    - {measure: orders, points: {by: rank}}
"""
BY_DATA = BY_NAME.replace("{by: expert, values: {orders: 0.60, spend: 0.4}}", "{by: entropy}")


@pytest.mark.parametrize(
    ("scheme", "printed"),
    [(IN_FACTORS, ("0.40", "0.6000")), (BY_NAME, ("0.4", "0.60")), (BY_DATA, None)],
)
def test_digits_are_those_that_the_file_prints(tmp_path, scheme, printed):
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + scheme + FOOT, "utf-8")
    other = tmp_path / "other.yaml"
    other.write_text((HEAD + IN_FACTORS + FOOT).replace("id: weighted", "id: another"), "utf-8")
    params = read_policy(path, list(NAMES))
    found = printed_weights([other, path], params)
    assert (None if found is None else tuple(map(str, found))) == printed
    assert printed_weights([other], params) is None


def test_every_change_has_one_name():
    """A switcher is raised, lowered or other; anybody else with another grade is renamed; the rest have none."""
    now, then, _ = five()
    assert changes(now, then).tolist() == ["raised", "lowered", "renamed", "renamed", "other"]
    assert set(changes(now, now)) == {""}
