"""The six stars of the catalogue (S18): points, revenue per month by brand, and standing."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import TypeAdapter

from toolkit.errors import ParameterError
from toolkit.params.schemes import SchemeParams
from toolkit.schemes.build import build_scheme
from toolkit.terms import Label

NAMES = {"spend": Label("消费额", "spend")}
STARS = ["六星", "五星", "四星", "三星", "二星", "一星"]
S18 = {
    "kind": "overrides",
    "base": {
        "kind": "gate",
        "when": [{"attribute": "points", "at_least": 3900}, {"attribute": "brand", "equals": "全球通"}],
        "inside": "六星",
        "outside": {
            "kind": "thresholds",
            "measure": "spend",
            "window_quarters": 2,
            "per": "month",
            "floors_by": {
                "attribute": "brand",
                "floors": {
                    "全球通": {"五星": 120, "四星": "rest"},
                    "rest": {"五星": 120, "四星": 80, "三星": 50, "二星": 20, "一星": "rest"},
                },
            },
        },
    },
    "rules": [
        {
            "reason": {"zh": "社会地位和影响力", "en": "standing and influence"},
            "when": [{"attribute": "standing", "equals": True, "missing": "fails"}],
            "pin": "六星",
            "author": "集团客户部",
        }
    ],
    "grades": STARS,
}
A_LITTLE = 0.01
EDGES = [
    (120, "五星", "四星"),
    (80, "四星", "三星"),
    (50, "三星", "二星"),
    (20, "二星", "一星"),
]


def graded(rows: list[tuple[float, float, str, object]]):
    """Gradings of customers written as (revenue per month, points, brand, standing)."""
    scheme = build_scheme(TypeAdapter(SchemeParams).validate_python(S18), NAMES)
    columns = ["spend@2q/month", "customers.points", "customers.brand", "customers.standing"]
    assert {need.column for need in scheme.needs} == set(columns)
    return scheme.grade(pd.DataFrame(rows, columns=columns, index=[f"c{i}" for i in range(len(rows))]))


@pytest.mark.parametrize(("edge", "reached", "below"), EDGES)
def test_each_edge_from_both_sides_for_other_brands(edge, reached, below):
    """Catalogue 1.2, S18: 以上 includes the number; A26 takes 80–120, 50–80, 20–50, 0–20."""
    found = graded(
        [(edge, 0, "其它", False), (edge - A_LITTLE, 0, "其它", False), (edge + A_LITTLE, 0, "其它", False)]
    )
    assert found.grade.tolist() == [reached, below, reached]


def test_the_brand_rule_gives_four_stars_at_any_revenue_below_120():
    found = graded([(0, 0, "全球通", False), (119.99, 0, "全球通", False), (120, 0, "全球通", False)])
    assert found.grade.tolist() == ["四星", "四星", "五星"]


def test_the_points_gate_needs_the_brand():
    rows = [(0, 3900, "全球通", False), (0, 3899.99, "全球通", False), (0, 9000, "其它", False)]
    found = graded(rows)
    assert found.grade.tolist() == ["六星", "四星", "一星"]
    assert found.reason_text("zh").iloc[0] == "points达到 3,900 以上且品牌为全球通"


def test_standing_lifts_to_six_stars_and_is_explained_and_counted():
    found = graded([(10, 100, "其它", True), (10, 100, "其它", False), (10, 100, "其它", None)])
    assert found.grade.tolist() == ["六星", "一星", "一星"]
    assert found.reason_text("zh").iloc[0] == "社会地位和影响力（集团客户部）"
    assert found.detail["computed"].tolist() == ["一星"] * 3 and found.detail["override"].tolist() == [
        1,
        0,
        0,
    ]
    assert found.reason_text("en").iloc[1] == "brand other: spend per month over 2 quarter(s) below 20"


def test_a_missing_brand_is_refused_with_its_name():
    with pytest.raises(ParameterError, match="'brand'"):
        graded([(10, 100, None, False)])
