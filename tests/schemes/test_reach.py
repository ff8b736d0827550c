"""Grades that a scheme cannot give. Expected: proved by hand for every file below."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from toolkit.params.schemes import SchemeParams
from toolkit.register import Unreached
from toolkit.schemes.reach import unreachable
from toolkit.terms import Label

LADDER = {"kind": "thresholds", "measure": "spend", "floors": {"A": 100, "B": {"above": 20}, "C": "rest"}}
WORDS = {"zh": "理由", "en": "reason"}
RISK = {
    "kind": "table",
    "rows": [{"grade": "低", "when": [{"measure": "orders", "at_least": 3}]}],
    "default": "高",
}


def row(grade: str, **test: object) -> dict:
    return {"grade": grade, "when": [{"measure": "spend", **test}]}


def table(*rows: dict, default: str | None = "D") -> dict:
    return {"kind": "table", "rows": list(rows), "default": default, "grades": ["A", "B", "C", "D"]}


def scored(floors: dict, **more: object) -> dict:
    points = {"by": "values", "values": {"gold": 80.0}, "otherwise": 30.0}
    return {
        "kind": "scored",
        "factors": [{"attribute": "brand", "weight": 1.0, "points": points}],
        "floors": floors,
    } | more


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (LADDER, ""),
        # the same row again, a narrower one after a wider one, one that nobody can meet
        (table(row("A", at_least=100), row("B", at_least=100), row("C", above=0)), "B"),
        (table(row("A", at_least=50), row("B", at_least=100), row("C", between=[60, 70])), "BC"),
        (table(row("A", at_least=50), row("B", above=100), {"grade": "B", "when": [{"attribute": "vip", "equals": True}]}), "C"),
        (table({"grade": "A", "when": [{"measure": "spend", "at_least": 9}, {"measure": "spend", "below": 9}]}, row("B", above=0), row("C", above=-1)), "A"),
        # a missing value makes the later row more than the earlier one
        (table(row("A", at_least=50, missing="fails"), row("B", at_least=60, missing="holds"), row("C", above=0)), ""),
        # points are 30 or 80
        (scored({"A": 90, "B": 50, "C": "rest"}), "A"),
        (scored({"A": 80, "B": 25, "C": "rest"}), "C"),
        (scored({"A": 90, "B": 50, "C": "rest"}, bonuses=[{"points": 10, "when": [{"attribute": "vip", "equals": True}], "reason": WORDS}]), ""),
        (scored({"A": 90, "B": 50, "C": "rest"}, score_cap=85.0, bonuses=[{"points": 10, "when": [{"attribute": "vip", "equals": True}], "reason": WORDS}]), "A"),
        (scored({"A": 90, "B": 50, "C": "rest"}, steps=[{"steps": 1, "when": [{"attribute": "vip", "equals": True}], "reason": WORDS}]), ""),
        # an axis that cannot say 高: its cells are empty
        (
            {
                "kind": "matrix",
                "axes": {
                    "size": LADDER,
                    "risk": RISK | {"rows": [*RISK["rows"], {"grade": "中", "when": [{"measure": "orders", "at_least": 5}]}]},
                },
                "cells": [{"at": {"risk": "中"}, "grade": "S"}, {"at": {"size": "A"}, "grade": "T"}],
                "default": "U",
            },
            "S",
        ),
        # whoever passes the gate reaches A
        ({"kind": "gate", "when": [{"measure": "spend", "at_least": 500}], "inside": LADDER, "outside": "D"}, "BC"),
        ({"kind": "gate", "when": [{"measure": "spend", "below": 100}], "inside": LADDER, "outside": "D"}, "A"),
        ({"kind": "gate", "when": [{"measure": "spend", "at_least": 500, "missing": "holds"}], "inside": LADDER, "outside": "D"}, ""),
        # S is listed, and no rule gives it; then one raises to it
        ({"kind": "overrides", "base": LADDER, "grades": ["S", "A", "B", "C"], "rules": [{"reason": WORDS, "customers": ["x"], "down": 1}]}, "S"),
        ({"kind": "overrides", "base": LADDER, "grades": ["S", "A", "B", "C"], "rules": [{"reason": WORDS, "customers": ["x"], "up": 1}]}, ""),
        ({"kind": "overrides", "base": LADDER, "grades": ["S", "A", "B", "C"], "rules": [{"reason": WORDS, "customers": ["x"], "pin": "S", "limit": 0}]}, "S"),
        ({"kind": "lists", "lists": [{"list": "red", "grade": "R"}, {"list": "red", "grade": "S"}], "otherwise": LADDER}, "S"),
        ({"kind": "judged", "grades": ["A", "B", "C"], "floors": {"A": 80, "B": "rest"}, "otherwise": None}, "C"),
        ({"kind": "judged", "grades": ["A", "B", "C"], "otherwise": None}, ""),
    ],
)  # fmt: skip
def test_what_is_proved(written, expected):
    found = unreachable(TypeAdapter(SchemeParams).validate_python(written))
    assert "".join(found) == expected
    for why in found.values():
        assert why.zh and why.en and not why.zh.isascii()


def test_the_sentence_names_both_kinds():
    found = Unreached({"S": Label("没有一条规则给出这一级", "no rule gives it")}, ("A", "B")).label()
    assert (
        found.zh
        == "按规则不可能达到的等级：S（没有一条规则给出这一级）。在这段历史上没有人达到的等级：A、B。"
    )
    assert (
        found.en == "By the rule nobody can reach S (no rule gives it). On this history nobody reached A, B."
    )
    assert Unreached({}, ()).label().en == "Every grade was reached." and not Unreached({}, ())
