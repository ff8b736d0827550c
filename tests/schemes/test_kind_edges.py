"""Edges and small worked cases of the kinds of scheme; expected values by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from toolkit.errors import ParameterError
from toolkit.params.schemes import SchemeParams
from toolkit.schemes.build import build_scheme
from toolkit.terms import Label

NAMES = {"spend": Label("消费额", "spend"), "orders": Label("订单数", "orders")}
WORDS = {"zh": "理由", "en": "reason"}
SIZE = {"kind": "thresholds", "measure": "spend", "floors": {"大": 100, "小": "rest"}}


def grades(written: dict, **columns: list) -> list:
    """Grades of customers c0, c1, … with these columns; None where ungraded."""
    scheme = build_scheme(TypeAdapter(SchemeParams).validate_python(written), NAMES)
    count = len(next(iter(columns.values())))
    known = pd.DataFrame(columns, index=pd.Index([f"c{i}" for i in range(count)], name="customer_id"))
    grade = scheme.freeze(known).grade(known).grade
    return [None if pd.isna(g) else g for g in grade]


def table(**test) -> dict:
    rows = [{"grade": "A", "when": [{"measure": "spend", **test}]}]
    return {"kind": "table", "rows": rows, "default": "B"}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"at_least": 5}, "BAA"),
        ({"above": 5}, "BBA"),
        ({"at_most": 5}, "AAB"),
        ({"below": 5}, "ABB"),
        ({"between": [5.0, 6.0]}, "BAB"),
        ({"between": [4.0, 5.0]}, "ABB"),
        ({"equals": 5}, "BAB"),
        ({"one_of": [4, 6]}, "ABA"),
        ({"present": True}, "AAA"),
        ({"present": False}, "BBB"),
    ],
)
def test_each_comparison_at_its_edge(test, expected):
    """4, 5 and 6 against 5: 以上 and 以内 include it, 超过 and 低于 do not."""
    assert "".join(grades(table(**test), spend=[4.0, 5.0, 6.0])) == expected


@pytest.mark.parametrize(("missing", "expected"), [("fails", "B"), ("holds", "A")])
def test_a_missing_value_does_what_the_file_says(missing, expected):
    assert grades(table(at_least=5, missing=missing), spend=[float("nan")]) == [expected]
    with pytest.raises(ParameterError, match="no value of 'spend'"):
        grades(table(at_least=5), spend=[float("nan")])


def test_the_first_row_that_fits_decides_and_several_are_counted():
    rows = [
        {"grade": g, "when": [{"measure": "spend", "at_least": floor}]}
        for g, floor in (("A", 100), ("B", 50))
    ]
    written = {"kind": "table", "rows": rows, "default": None}
    assert grades(written, spend=[100.0, 99.0, 49.0]) == ["A", "B", None]
    scheme = build_scheme(TypeAdapter(SchemeParams).validate_python(written), NAMES)
    detail = scheme.grade(pd.DataFrame({"spend": [100.0, 99.0, 49.0]})).detail
    assert detail["matches"].tolist() == [2, 1, 0] and detail["row"].tolist() == [1, 2, 0]


def test_a_share_of_customers_and_the_sign_of_what_is_left():
    """S29: one fifth of five customers, then thin profit, even, loss; equals share the better grade."""
    written = {
        "kind": "pareto",
        "measure": "spend",
        "top_share": {"核心": 0.2},
        "then": {"微利": {"above": 0}, "持平": 0, "亏损": "rest"},
    }
    assert grades(written, spend=[9.0, 3.0, 0.0, -0.01, 0.01]) == ["核心", "微利", "持平", "亏损", "微利"]
    assert grades(written, spend=[9.0, 9.0, 0.0, 0.0, 0.0])[:2] == ["核心", "核心"]


def test_a_tie_is_broken_by_the_next_criterion():
    """S42: orders in steps of ten first, then spend."""
    written = {
        "kind": "cascade",
        "criteria": [{"measure": "orders", "tie_within": 10.0}, {"measure": "spend"}],
        "top_customers": {"A": 1, "B": 3, "C": "rest"},
    }
    assert grades(written, orders=[11.0, 19.0, 9.0, 10.0], spend=[5.0, 1.0, 99.0, 7.0]) == [
        "B",
        "B",
        "C",
        "A",
    ]


def test_a_matrix_refuses_cells_without_a_grade():
    axes = {
        "规模": SIZE,
        "潜力": {"kind": "thresholds", "attribute": "potential", "floors": {"高": 0.5, "低": "rest"}},
    }
    cells = [{"at": {"规模": "大"}, "grade": "重点"}, {"at": {"潜力": "高"}, "grade": "潜力"}]
    with pytest.raises(ValidationError, match=r"1 cell\(s\) have no grade \(first: 小 × 低\)"):
        TypeAdapter(SchemeParams).validate_python({"kind": "matrix", "axes": axes, "cells": cells})
    columns = {"spend": [100.0, 99.0, 99.0], "customers.potential": [0.1, 0.5, 0.4]}
    known = {"kind": "matrix", "axes": axes, "cells": cells, "default": "一般"}
    assert grades(known, **columns) == ["重点", "潜力", "一般"]
    kept = {"kind": "matrix", "axes": axes, "keep_cell_label": True}
    assert grades(kept, **columns) == ["大 × 低", "小 × 高", "小 × 低"]


def test_an_override_expires_and_begins_on_its_day():
    """The review day is the first day after the quarter: 31 December 2025 is its last day."""
    rule = {"reason": WORDS, "when": [{"measure": "orders", "at_least": 0}], "pin": "大"}
    for dates, expected in (
        ({"until": "2026-01-01"}, "大"),
        ({"until": "2025-12-31"}, "小"),
        ({"from_on": "2025-12-31"}, "大"),
        ({"from_on": "2026-01-01"}, "小"),
    ):
        days = {name: pd.Timestamp(day).date() for name, day in dates.items()}
        written = {"kind": "overrides", "base": SIZE, "rules": [rule | days]}
        columns = {"spend": [1.0], "orders": [1.0], "review_day": [pd.Timestamp("2026-01-01")]}
        assert grades(written, **columns) == [expected], dates


def test_an_override_that_touches_too_many_is_refused():
    rule = {"reason": WORDS, "when": [{"measure": "spend", "at_least": 0}], "pin": "大", "limit": 1}
    with pytest.raises(ParameterError, match="touches 2 customers"):
        grades({"kind": "overrides", "base": SIZE, "rules": [rule]}, spend=[1.0, 2.0])


def test_the_first_list_has_precedence():
    """S54: black before red; nobody else is touched."""
    written = {
        "kind": "lists",
        "lists": [{"list": "black", "grade": "黑"}, {"list": "red", "grade": "红"}],
        "otherwise": "一般",
        "grades": ["红", "一般", "黑"],
    }
    columns = {"lists.black": [True, False, False], "lists.red": [True, True, False]}
    assert grades(written, **columns) == ["黑", "红", "一般"]


def test_bonus_cap_and_step_of_a_score():
    """60 points, bonuses 15 + 15 capped at 20 make 80; three orders lift one grade, not above gold."""
    factor = {"measure": "spend", "weight": 1.0, "points": {"by": "range", "worst": 0, "best": 100}}
    bonus = {"points": 15.0, "when": [{"measure": "orders", "at_least": 2}], "reason": WORDS}
    written = {
        "kind": "scored",
        "factors": [factor],
        "bonuses": [bonus, bonus],
        "bonus_cap": 20.0,
        "floors": {"铂金": 90, "金": 80, "银": 60, "普通": "rest"},
        "steps": [
            {"steps": 1, "when": [{"measure": "orders", "at_least": 3}], "reason": WORDS, "not_above": "金"}
        ],
    }
    assert grades(written, spend=[60.0] * 4, orders=[1.0, 2.0, 2.0, 3.0]) == ["银", "金", "金", "金"]
    assert grades(written, spend=[30.0, 95.0], orders=[3.0, 3.0]) == ["银", "铂金"]


def test_a_judgement_counts_and_an_unknown_word_is_refused():
    written = {"kind": "judged", "grades": ["A", "B"], "names": {"gold": "A"}, "otherwise": None}
    columns = {"grades.decided_by": ["委员会"] * 3, "grades.from_on": [pd.Timestamp("2026-01-01")] * 3}
    assert grades(written, **columns, **{"grades.grade": ["gold", "B", None]}) == ["A", "B", None]
    with pytest.raises(ParameterError, match="first: silver"):
        grades(written, **columns, **{"grades.grade": ["gold", "silver", None]})


def test_versions_follow_the_day_of_the_review():
    later = {"kind": "thresholds", "measure": "spend", "floors": {"大": 50, "小": "rest"}}
    versions = [(2025, SIZE), (2026, later)]
    written = {
        "kind": "versions",
        "versions": [{"from_on": pd.Timestamp(y, 1, 1).date(), "scheme": s} for y, s in versions],
    }
    days = ["2025-01-01", "2026-01-01", "2026-04-01"]
    assert grades(written, spend=[60.0] * 3, review_day=list(pd.to_datetime(days))) == ["小", "小", "大"]


def test_groups_are_found_once_and_then_followed():
    """Two clouds far apart; a customer who moves to the other cloud changes group, the centres stay."""
    written = {
        "kind": "groups",
        "features": [{"measure": "spend"}],
        "names": ["大", "小"],
        "order_by": {"measure": "spend"},
        "ordered": True,
    }
    scheme = build_scheme(TypeAdapter(SchemeParams).validate_python(written), NAMES)
    then = pd.DataFrame({"spend": [1.0, 2.0, 3.0, 101.0, 102.0]}, index=list("abcde"))
    frozen = scheme.freeze(then)
    assert frozen.grade(then).grade.tolist() == ["小", "小", "小", "大", "大"]
    now = pd.DataFrame({"spend": [99.0, 2.0, 500.0]}, index=list("abc"))
    assert frozen.grade(now).grade.tolist() == ["大", "小", "大"]
