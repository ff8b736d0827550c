"""Descriptions say what the parameters say: expected words and figures are read from the files, not from our output."""

from __future__ import annotations

import math
import re
from datetime import date

import pytest
from pydantic import TypeAdapter

from toolkit.measures.registry import find
from toolkit.measures.registry import names as measure_names
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.schemes import Bound, SchemeParams, ScoredParams, ThresholdsParams
from toolkit.schemes.description import describe_policy, describe_scheme
from toolkit.terms import Label, number

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_SENTENCE = re.compile(r"\b(the|of|or more|where|customers|points|reviewed)\b", re.IGNORECASE)
FOLDER = "params/catalogue"
SPEND = {"kind": "thresholds", "measure": "spend", "floors": {"A": 100_000, "B": {"above": 20}, "C": "rest"}}
SCORE = {
    "kind": "scored",
    "factors": [
        {"measure": "spend", "weight": 0.625, "points": {"by": "rank"}},
        {
            "attribute": "brand",
            "weight": 0.375,
            "points": {"by": "values", "values": {"gold": 100.0}, "otherwise": 20.0},
            "missing": "zero_points",
        },
    ],
    "bonuses": [
        {
            "points": -7.0,
            "when": [{"measure": "orders", "below": 2}],
            "reason": {"zh": "订单少", "en": "few orders"},
        }
    ],
    "bonus_cap": 10.0,
    "score_cap": 100.0,
    "floors": {"A": 75, "B": {"above": 40}, "C": "rest"},
    "steps": [
        {
            "steps": 1,
            "when": [{"measure": "orders", "at_least": 6}],
            "reason": {"zh": "常来", "en": "regular"},
            "not_above": "B",
        }
    ],
}
VIP = {"attribute": "vip", "equals": True, "missing": "fails"}
NAMES = {"spend": Label("消费额", "spend"), "orders": Label("订单数", "orders")}
WHY = {"zh": "欠款", "en": "money owed"}


@pytest.fixture(scope="module")
def labels() -> dict[str, Label]:
    return {name: find(name).label for name in measure_names()}


@pytest.fixture(scope="module")
def policies(root) -> dict[str, PolicyParams]:
    return {path.stem: read_policy(path) for path in sorted((root / FOLDER).glob("S*.yaml"))}


def described(**written: object) -> Label:
    """Description of the scheme that a policy file with these keys holds."""
    return describe_scheme(TypeAdapter(SchemeParams).validate_python(written), NAMES)


def shown(value: float) -> str:
    """A figure as terms.number prints it, with the decimals it has."""
    return number(value, next(d for d in range(6) if round(value, d) == value))


def data_words(policy: PolicyParams) -> set[str]:
    """Every Chinese text that is data: grades, values, list names, authors; never the words of a reason."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(key)
                if not (key == "zh" and "en" in node):
                    walk(value)
        elif isinstance(node, list | tuple):
            for value in node:
                walk(value)
        elif isinstance(node, str):
            found.add(node)

    walk(
        policy.model_dump(
            include={"scheme", "review", "tags", "beside"}, exclude={"tags": {"__all__": {"why"}}}
        )
    )
    return {word for word in found if HAN.search(word)}


def test_every_policy_of_the_catalogue_is_described_in_both_languages(policies, labels):
    """Chinese holds no English sentence; English holds no Chinese but data of the file."""
    assert len(policies) == 88
    for row, policy in policies.items():
        text = describe_policy(policy, labels)
        assert HAN.search(text.zh) and len(text.en) > 60, row
        assert not ENGLISH_SENTENCE.search(text.zh), (row, text.zh)
        rest = text.en
        for word in sorted(data_words(policy), key=len, reverse=True):
            rest = rest.replace(word, "")
        assert not HAN.search(rest), (row, HAN.findall(rest))


def test_every_grade_is_named_or_counted(policies, labels):
    for row, policy in policies.items():
        text, grades = describe_policy(policy, labels), policy.scheme.grades
        for words in (text.zh, text.en):
            absent = [grade for grade in grades if grade not in words]
            assert not absent or str(len(grades)) in words, (row, absent)


def test_every_weight_and_floor_of_the_top_scheme_appears(policies, labels):
    """Floors with 以上 or 超过, weights as percentages."""
    seen = 0
    for row, policy in policies.items():
        scheme = policy.scheme
        if not isinstance(scheme, ThresholdsParams | ScoredParams):
            continue
        text = describe_policy(policy, labels)
        ladders = [scheme.floors] if scheme.floors else list(scheme.floors_by.floors.values())
        better = getattr(scheme, "better", "higher")
        for grade, bound in ((g, b) for ladder in ladders for g, b in ladder.items()):
            if bound.value is not None and better == "higher":
                seen += 1
                zh, en = _floor(bound)
                assert f"{grade} {zh}" in text.zh and f"{grade} {en}" in text.en, (row, grade)
        for share in _shares(scheme) if isinstance(scheme, ScoredParams) else ():
            seen += 1
            assert f" {share}%" in text.zh and f" {share}%" in text.en, row
    assert seen > 60


def _shares(scheme: ScoredParams) -> list[str]:
    """Weights in per cent; of three factors judged in pairs the row means are the principal eigenvector."""
    if scheme.weights is None:
        return [shown(round(factor.weight * 100, 6)) for factor in scheme.factors]
    (matrix,) = scheme.weights.judgements.values()
    means = [math.prod(row) ** (1 / 3) for row in matrix]
    return [f"{100 * mean / sum(means):.1f}" for mean in means]


def _floor(bound: Bound) -> tuple[str, str]:
    value = shown(bound.value)
    return (f"超过 {value}", f"more than {value}") if bound.strict else (f"{value} 以上", f"{value} or more")


def test_policies_whose_rule_the_text_does_not_give_say_so(root, policies, labels):
    """The comment of the file and the key agree, and the sentence appears in these files alone."""
    for row, policy in policies.items():
        text = (root / FOLDER / f"{row}.yaml").read_text("utf-8")
        assert policy.rule_is_ours == ("原文没有规则" in text), row
        said = describe_policy(policy, labels)
        assert ("原文没有规则，由分析师代拟、待替换" in said.zh) == policy.rule_is_ours
        assert ("the analyst's to replace" in said.en) == policy.rule_is_ours


def test_lower_is_better_turns_the_words_round():
    text = described(**SPEND | {"better": "lower", "floors": {"A": 30, "B": {"above": 90}, "C": "rest"}})
    assert "A 30 以内" in text.zh and "B 低于 90" in text.zh
    assert "A 30 or less" in text.en and "B less than 90" in text.en


def test_a_measure_nobody_named_goes_by_its_id_and_windows_are_said():
    text = described(**SPEND | {"measure": "strange", "window_quarters": 2, "per": "month"})
    assert "近 2 个季度的月均strange" in text.zh and "strange per month over 2 quarters" in text.en


def test_a_score_says_its_bonuses_caps_steps_and_missing_values():
    text = described(**SCORE)
    for words in (
        "62.5%",
        "37.5%",
        "缺失记 0 分",
        "订单少，扣 7 分",
        "订单数低于 2",
        "不超过 10 分",
        "常来，升 1 级",
        "最高到B",
    ):
        assert words in text.zh
    for words in ("0 points where missing", "few orders: take away 7", "of less than 2", "no higher than B"):
        assert words in text.en


@pytest.mark.parametrize(
    ("holder", "zh", "en"),
    [
        ({"kind": "gate", "when": [VIP], "inside": SPEND, "outside": "D"}, "一律为D", "D for all of them"),
        (
            {
                "kind": "overrides",
                "base": SPEND,
                "rules": [
                    {
                        "reason": WHY,
                        "when": [{"event": {"table": "payments", "overdue_days": 30}, "at_least": 1}],
                        "down": 1,
                    }
                ],
            },
            "欠款，降 1 级",
            "money owed: 1 grade down",
        ),
        (
            {"kind": "lists", "lists": [{"list": "black", "grade": "Z"}], "otherwise": SPEND},
            "在名单“black”上的为Z",
            "on the list black: Z",
        ),
        (
            {"kind": "judged", "grades": ["A", "B", "C"], "otherwise": SPEND, "valid_quarters": 4},
            "4 个季度后失效",
            "valid for 4 quarters",
        ),
        (
            {"kind": "versions", "versions": [{"from_on": date(2026, 1, 1), "scheme": SPEND}]},
            "自 2026-01-01 起",
            "from 2026-01-01",
        ),
        (
            {
                "kind": "matrix",
                "axes": {"size": SPEND, "again": SPEND},
                "cells": [{"at": {"size": "A"}, "grade": "top"}],
                "default": "low",
            },
            "size=A 为top",
            "size = A gives top",
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_nested_schemes_are_described_inside(holder, zh, en):
    """What holds a scheme tells its own part and that of the scheme inside."""
    text = described(**holder)
    assert zh in text.zh and en in text.en
    assert "消费额划线：A 100,000 以上，B 超过 20，其余客户为C" in text.zh
    assert "floors on spend: A 100,000 or more, B more than 20, C everybody else" in text.en


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        (
            {"kind": "pareto", "upto": {"A": 0.8, "B": 1.0}},
            "累计至总额的 80% 为A，其余为B",
            "A up to 80% of the total",
        ),
        (
            {"kind": "pareto", "top_share": {"A": 0.2, "B": 1.0}},
            "前 20% 的客户为A",
            "first 20% of the customers",
        ),
        (
            {"kind": "pareto", "top_customers": {"A": 1, "B": "rest"}},
            "至第 1 名为A，其余为B",
            "A down to rank 1",
        ),
        (
            {"kind": "pareto", "computed": ["A", "B", "C"]},
            "由累计曲线算出",
            "computed from the cumulative curve",
        ),
        (
            {"kind": "pareto", "top_share": {"A": 0.2}, "then": {"B": {"above": 0}, "C": "rest"}},
            "B 超过 0，其余客户为C",
            "B more than 0, C everybody else",
        ),
    ],
)
def test_lines_of_a_ranking(written, zh, en):
    text = described(measure="spend", **written)
    assert zh in text.zh and en in text.en


def test_a_cascade_groups_and_attribute_classes():
    cascade = described(
        kind="cascade",
        criteria=[{"measure": "orders", "tie_within": 2.0}, {"measure": "spend", "missing": "last"}],
        top_share={"A": 0.3, "B": 1.0},
    )
    assert "1. 订单数（按 2 一档" in cascade.zh and "2. spend (ranked last where missing)" in cascade.en
    groups = described(
        kind="groups",
        features=[{"measure": "spend"}],
        names=["甲", "乙", "丙"],
        choose_from=[2, 3],
        order_by={"measure": "spend"},
    )
    assert "2、3 中最稳定的" in groups.zh and "the most stable of 2, 3" in groups.en
    classes = described(
        kind="attribute", attribute="brand", classes={"金": ["gold"], "银": ["tin"]}, default=None
    )
    assert "其他取值：不定级" in classes.zh and "any other value: no grade" in classes.en


def test_long_tables_name_five_rows_and_count_the_others():
    rows = [{"grade": f"g{i}", "when": [{"measure": "spend", "above": 1000 - i}]} for i in range(8)]
    text = described(kind="table", rows=rows, default="last")
    assert "另有 3 条" in text.zh and "and 3 more rows" in text.en
    assert "超过 996" in text.zh and "995" not in text.zh and "of more than 996" in text.en
    assert all(f"g{i}" in text.zh for i in range(8))


def test_review_rules_are_said():
    """Cadence, window, hold, keep floors, steps and newcomers."""
    service = {"package": "p", "promise": {"zh": "标准", "en": "standard"}, "cost_per_quarter": 1.0}
    policy = PolicyParams.model_validate(
        {
            "id": "p",
            "title": WHY,
            "status": "proposed",
            "effective": date(2026, 1, 1),
            "source": "s",
            "why": "w",
            "scheme": SPEND,
            "review": {
                "every_quarters": 4,
                "in_quarter": 3,
                "window_quarters": 6,
                "hold_quarters": 2,
                "keep_floors": {"A": 80_000},
                "max_fall_steps": 1,
                "minimum_quarters": 5,
                "cold_start_grade": "C",
            },
            "service": dict.fromkeys("ABC", service),
        }
    )
    text = describe_policy(policy, NAMES)
    for words in (
        "每 4 个季度复评",
        "第 3 季度末",
        "观察期为 6 个季度",
        "保留 2 个季度",
        "A 80,000 以上",
        "最多降 1 级",
        "未满 5 个季度",
    ):
        assert words in text.zh
    for words in (
        "every 4 quarters",
        "window of 6 quarters",
        "held for 2 quarters",
        "A 80,000 or more",
        "1 grade lost",
    ):
        assert words in text.en


def test_the_rules_between_reviews_are_said(policies):
    """Every figure and word of the file below, in both languages."""
    event = {"event": {"table": "contacts", "where": {"kind": "complaint"}}, "at_least": 2}
    review = {
        "every_quarters": 4,
        "every_quarters_by_grade": {"A": 1},
        "triggers": [
            {"reason": WHY, "when": [event], "down": 3, "at_once": True},
            {"reason": WHY, "when": [{"measure": "spend", "above": 777}], "regrade": True},
            {"reason": WHY, "when": [{"list": "red"}], "pin": "A"},
        ],
        "appeals": {"names": {"ok": "granted"}, "grades": {"gold": "A"}, "quarters": 5, "recheck": False},
    }
    written = policies["S01"].model_dump(exclude_unset=True) | {
        "scheme": SPEND,
        "review": review,
        "beside": None,
    }
    written["tags"] = []
    plan = {"package": "p", "promise": WHY, "cost_per_quarter": 1.0}
    written["service"] = dict.fromkeys(SPEND["floors"], plan)
    text = describe_policy(PolicyParams.model_validate(written), NAMES)
    for part in (
        "A 每 1 个季度",
        "近 1 个季度的",
        "降 3 级，立即生效、不保级",
        "超过 777",
        "立即按方案重新定级",
        "定为A",
        "“red”",
    ):
        assert part in text.zh, part
    for part in (
        "A every 1 quarter",
        "over 1 quarter",
        "3 grades down, at once",
        "more than 777",
        "set to A",
    ):
        assert part in text.en, part
    for part in ("有效 5 个季度", "不复核", "ok 即成立", "gold 即A"):
        assert part in text.zh, part
    for part in ("stands for 5 quarters", "without being checked again", "ok means granted", "gold means A"):
        assert part in text.en, part
    assert not HAN.search(text.en.replace("，", ""))
    review["appeals"] = {}
    text = describe_policy(PolicyParams.model_validate(written), NAMES)
    assert "有效到下次复评" in text.zh and "confirms or withdraws" in text.en


def test_judgements_with_reasons_are_said():
    text = described(
        kind="judged", table="judgements", grades=["A", "B"], require_reason=True, otherwise=None
    )
    assert "取自人工评定表" in text.zh and "没有评定人或理由的不作数" in text.zh
    assert "from the table of judgements" in text.en and "set aside" in text.en
