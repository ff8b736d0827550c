"""What would raise a grade, worked out by hand for rules that fit on a line."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import TypeAdapter

from toolkit.explanation.behind import behind
from toolkit.explanation.case import Case
from toolkit.explanation.figures import Printer
from toolkit.explanation.raising import Question, above, below
from toolkit.explanation.trial import Trial
from toolkit.params.schemes import SchemeParams
from toolkit.schemes.build import build_scheme
from toolkit.terms import Label

NAMES = {name: Label(f"指标{name}", name) for name in ("spend", "orders", "recency_days", "tenure_months")}
PRINT = Printer("CNY")


def asked(known: pd.DataFrame, customer: str, **written: object) -> tuple[Question, int]:
    """The question about one customer under the rule of a policy file, and his grade code."""
    params = TypeAdapter(SchemeParams).validate_python(written)
    scheme = build_scheme(params, NAMES).freeze(known)
    trial = Trial(scheme, known, customer)
    return Question(trial, params, NAMES, PRINT), trial.code()


def rises(known: pd.DataFrame, customer: str, **written: object) -> dict[str, tuple[object, str | None]]:
    question, code = asked(known, customer, **written)
    return {turn.column: (turn.to, turn.grade) for turn in question.turns(above(code))}


def falls(known: pd.DataFrame, customer: str, **written: object) -> dict[str, tuple[object, str | None]]:
    question, code = asked(known, customer, **written)
    return {turn.column: (turn.to, turn.grade) for turn in question.turns(below(code))}


def frame(**columns: list) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"c{i}" for i in range(size)], name="customer_id"))


MONEY = frame(spend=[60_000.0, 150_000.0, 100_000.0])
FLOORS = {
    "kind": "thresholds",
    "measure": "spend",
    "floors": {"VIP": 100_000, "普通": {"above": 20_000}, "其他": "rest"},
}


def test_floors_an_inclusive_one_is_reached_exactly():
    """From 60,000 to VIP exactly the floor; it falls where it no longer is above 20,000: at 20,000 itself."""
    assert rises(MONEY, "c0", **FLOORS) == {"spend": (100_000.0, "VIP")}
    assert falls(MONEY, "c0", **FLOORS) == {"spend": (20_000.0, "其他")}
    assert rises(MONEY, "c1", **FLOORS) == {}
    assert falls(MONEY, "c2", **FLOORS) == {"spend": (99_999.99, "普通")}


def test_floors_a_strict_one_takes_a_cent_more():
    """超过 20,000: from 10,000 it takes 20,000.01."""
    assert rises(frame(spend=[10_000.0, 30_000.0]), "c0", **FLOORS) == {"spend": (20_000.01, "普通")}


def test_lower_is_better_and_whole_days():
    """30 days or less is A: from 45 days 15 fewer; from 30 one day more loses it."""
    rule = {
        "kind": "thresholds",
        "measure": "recency_days",
        "better": "lower",
        "floors": {"A": 30, "B": "rest"},
    }
    known = frame(recency_days=[45.0, 30.0])
    assert rises(known, "c0", **rule) == {"recency_days": (30.0, "A")}
    assert falls(known, "c1", **rule) == {"recency_days": (31.0, "B")}


def test_a_weighted_score_one_factor_can_and_one_cannot():
    """0.6 × 50 + 0.4 × 50 = 50 points; 25 are lacking to 75. Spend gives 0.3 points per yuan: 83.34 yuan more;
    ten orders give 40 points and 70 in all, which is not enough: that figure is left out. B is lost below 40: 10
    points are 33.34 yuan (33.33 leave 40.001), or 2.5 orders, which is 3."""
    rule = {
        "kind": "scored",
        "factors": [
            {"measure": "spend", "weight": 0.6, "points": {"by": "range", "worst": 0, "best": 200}},
            {"measure": "orders", "weight": 0.4, "points": {"by": "range", "worst": 0, "best": 10}},
        ],
        "floors": {"A": 75, "B": 40, "C": "rest"},
    }
    known = frame(spend=[100.0, 180.0], orders=[5.0, 9.0])
    assert rises(known, "c0", **rule) == {"spend": (183.34, "A")}
    assert falls(known, "c0", **rule) == {"spend": (66.66, "C"), "orders": (2.0, "C")}


def test_points_weights_and_sum_are_told():
    """50 points × 60% = 30 and 50 × 40% = 20: 50."""
    rule = {
        "kind": "scored",
        "factors": [
            {"measure": "spend", "weight": 0.6, "points": {"by": "range", "worst": 0, "best": 200}},
            {"measure": "orders", "weight": 0.4, "points": {"by": "range", "worst": 0, "best": 10}},
        ],
        "bonuses": [
            {
                "points": 5.0,
                "when": [{"measure": "orders", "at_least": 6}],
                "reason": {"zh": "常来", "en": "often"},
            }
        ],
        "floors": {"A": 75, "B": 40, "C": "rest"},
    }
    question, _ = asked(frame(spend=[100.0], orders=[5.0]), "c0", **rule)
    part = behind(question.trial.scheme, Case("c0", question.trial.known, NAMES, PRINT))
    told = [(line.what.en, line.figure.en, line.note.en, line.met) for line in part.lines]
    assert told == [
        ("spend", "¥100", "50 points × weight 60% = 30", None),
        ("orders", "5 orders", "50 points × weight 40% = 20", None),
        ("often", "+5 points", "", False),
        ("score", "50 points", "", None),
        ("floor of A", "75 or more", "", False),
        ("floor of B", "40 or more", "", True),
        ("floor of C", "everybody else", "", True),
    ]


def test_cumulative_shares_relative_to_today_s_customers():
    """70, 10, 10, 5, 5 with lines at 70% and 90%: those of 10 are B, for 70 lie before them.

    Whoever is A starts below 70% of the new total: with x in place of a 10 the 70 before it are 70 / (90 + x), less
    than 0.7 only above x = 10; a cent does it. The B of 10 is lost where 90% lie before: with x below the fives,
    (70 + 10 + 5 + 5) / (90 + x) ≥ 0.9 up to x = 10, so only the order counts: just below 5.
    """
    rule = {"kind": "pareto", "measure": "spend", "upto": {"A": 0.7, "B": 0.9, "C": 1.0}}
    known = frame(spend=[70.0, 10.0, 10.0, 5.0, 5.0])
    assert rises(known, "c1", **rule) == {"spend": (10.01, "A")}
    assert falls(known, "c1", **rule) == {"spend": (4.99, "C")}
    question, _ = asked(known, "c1", **rule)
    assert question.trial.relative


def test_ranks_overtaking_takes_as_much_as_the_one_before():
    """The first of three is A and equals share a grade: 20 reach the 20 of the leader."""
    rule = {"kind": "cascade", "criteria": [{"measure": "spend"}], "top_customers": {"A": 1, "B": "rest"}}
    assert rises(frame(spend=[20.0, 15.0, 1.0]), "c1", **rule) == {"spend": (20.0, "A")}


def test_a_gate_and_what_is_behind_it():
    """Inside the gate of 4 orders the floor is 100. With 3 orders and 120 one order does it, spend alone does nothing."""
    rule = {
        "kind": "gate",
        "when": [{"measure": "orders", "at_least": 4}],
        "inside": {"kind": "thresholds", "measure": "spend", "floors": {"A": 100, "B": "rest"}},
        "outside": "C",
    }
    known = frame(spend=[120.0, 50.0], orders=[3.0, 6.0])
    assert rises(known, "c0", **rule) == {"orders": (4.0, "A")}
    assert rises(known, "c1", **rule) == {"spend": (100.0, "A")}
    assert falls(known, "c1", **rule) == {"orders": (3.0, "C")}


def test_a_matrix_one_axis_at_a_time():
    """Good × good is A, everything else B: whoever is good on one axis needs the other alone, whoever on none needs both."""
    axis = {"kind": "thresholds", "floors": {"好": 10, "差": "rest"}}
    rule = {
        "kind": "matrix",
        "axes": {"额": {**axis, "measure": "spend"}, "次": {**axis, "measure": "orders"}},
        "cells": [{"at": {"额": "好", "次": "好"}, "grade": "A"}],
        "default": "B",
    }
    known = frame(spend=[12.0, 1.0], orders=[2.0, 2.0])
    assert rises(known, "c0", **rule) == {"orders": (10.0, "A")}
    assert rises(known, "c1", **rule) == {}


def test_a_band_that_one_must_fall_into_from_above():
    """A rule that is not monotone: 10 to 20 is A. From 25 the way is down, to just below 20; from 5 up to 10."""
    rule = {
        "kind": "table",
        "rows": [{"grade": "A", "when": [{"measure": "spend", "between": [10, 20]}]}],
        "default": "B",
    }
    known = frame(spend=[25.0, 5.0, 14.0])
    assert rises(known, "c0", **rule) == {"spend": (19.99, "A")}
    assert rises(known, "c1", **rule) == {"spend": (10.0, "A")}
    assert falls(known, "c2", **rule) == {"spend": (9.99, "B")}


def test_lists_and_words():
    """Off the black list, or with the other brand."""
    rule = {
        "kind": "lists",
        "lists": [{"list": "black", "grade": "C"}],
        "otherwise": "A",
        "grades": ["A", "C"],
    }
    known = frame(**{"lists.black": [True, False]})
    assert rises(known, "c0", **rule) == {"lists.black": (False, "A")}
    assert falls(known, "c1", **rule) == {"lists.black": (True, "C")}
    rule = {
        "kind": "attribute",
        "attribute": "brand",
        "classes": {"A": ["gold"], "B": ["silver"]},
        "default": "C",
    }
    known = frame(**{"customers.brand": ["silver", "gold", "lead"]})
    assert rises(known, "c0", **rule) == {"customers.brand": ("gold", "A")}


def test_somebody_of_whom_nothing_is_known():
    """Missing counts as the last grade; the least that would do is the floor of the next."""
    rule = {
        "kind": "thresholds",
        "measure": "spend",
        "missing": "last_grade",
        "floors": {"A": 100, "B": 50, "C": "rest"},
    }
    known = frame(spend=[float("nan"), 70.0])
    question, code = asked(known, "c0", **rule)
    (turn,) = question.turns(above(code))
    assert (turn.now, turn.to, turn.grade, turn.shown[0].en) == (None, 50.0, "B", "missing")


@pytest.mark.parametrize(
    ("value", "unit", "zh"),
    [(1234.5, "money", "¥1,234.50"), (0.1234, "share", "12.34%"), (3.0, "orders", "3 单")],
)
def test_figures_are_exact(value, unit, zh):
    assert PRINT.number(value, unit).zh == zh
