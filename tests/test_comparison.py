"""Policies side by side, and the rule that judges them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison import Draws, Position, Stakes, compare
from toolkit.effects.effect import Effect, Question
from toolkit.estimate import Estimate
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.strict import Words
from toolkit.recommendation import Because, Verdict, recommend
from toolkit.terms import Label

N = 400
BAR = 100.0
DRAWS = Draws(400, 1, 4)
WORD = Label("字", "word")


@pytest.fixture
def spend() -> np.ndarray:
    return np.linspace(50, 200, N)


@pytest.fixture
def stakes(spend) -> Stakes:
    return Stakes(
        pd.Index([f"c{i}" for i in range(N)]),
        spend * 0.3 / 4,
        np.log(spend / BAR),
        "spend",
        4,
        "vip",
        "standard",
    )


def position(policy: str, spend: np.ndarray, floor: float, base: float = BAR, **other) -> Position:
    """A spend floor beside a baseline with the floor ``base``; VIP costs 6 a year more than standard."""
    vip = spend >= floor
    fields = dict(
        policy=policy,
        title=WORD,
        grade=np.where(vip, "VIP", "普通").astype(object),
        package=np.where(vip, "vip", "standard").astype(object),
        direction=vip.astype(int) - (spend >= base),
        cost=np.where(vip, 7.0, 1.0),
        spans={},
        manager_cost=0.0,
        along=("spend",),
        window_quarters=4,
    )
    return Position(**(fields | other))


def effect(value: float = 0.05, error: float = 0.01, reach: float = 0.4) -> Effect:
    estimate = Estimate(value, value - 1.959964 * error, value + 1.959964 * error, "points_share")
    question = Question(WORD, WORD, WORD, 4)
    return Effect("cutoff", "identified", "LATE", "identified", question, estimate, error, reach)


def unknown() -> Effect:
    """Any result without an estimate serves here; its reasons are tested with the effects."""
    found = effect()
    hidden = object.__new__(Effect)
    for name in Effect.__slots__:
        object.__setattr__(hidden, name, getattr(found, name))
    object.__setattr__(hidden, "estimate", None)
    return hidden


RULE = DecisionRuleParams(
    id="rule",
    title=Words(zh="规则", en="rule"),
    adopt_probability=0.9,
    adopt_identified_share=0.8,
    keep_probability=0.1,
    horizon_quarters=4,
    decided=date(2026, 1, 1),
    source="board",
    quote=Words(zh="原文", en="quote"),
)


def test_null_reform_changes_nothing_to_the_last_bit(spend, stakes):
    """The baseline against itself: every figure is exactly zero and the verdict is keep."""
    base = position("base", spend, BAR, spans={"VIP": 30}, manager_cost=900.0)
    result = compare(base, [replace(base, policy="same")], stakes, {"stay": effect()}, DRAWS)
    (change,) = result.changes
    assert (change.moved, change.raised, change.lowered, change.heads) == (0, 0, 0, 0)
    assert (change.cost.value, change.cost.low, change.cost.high) == (0, 0, 0)
    for value in change.values:
        for figure in (value.retained, value.net, value.net_near):
            assert (figure.value, figure.low, figure.high) == (0, 0, 0)
    answer = recommend(result, RULE, effect())
    assert answer.verdict is Verdict.KEEP and answer.judgements[0].because is Because.NO_CHANGE


def test_value_by_hand(spend, stakes):
    """Lowering the bar to 80: net = effect x (margin of four quarters of those raised) - 6 each."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    (change,) = compare(base, [lower], stakes, {"stay": effect(0.05)}, DRAWS).changes
    raised = (spend >= 80) & (spend < BAR)
    assert (change.raised, change.lowered, change.moved) == (raised.sum(), 0, raised.sum())
    assert change.cost.value == pytest.approx(6.0 * raised.sum())
    assert change.values[0].net.value == pytest.approx(0.05 * 0.3 * spend[raised].sum() - 6.0 * raised.sum())
    assert change.values[0].retained.value == pytest.approx(0.05 * raised.sum())
    assert change.break_even == pytest.approx(6.0 * raised.sum() / (0.3 * spend[raised].sum()))
    assert change.share("identified") == 1.0


def test_swapping_the_two_policies_flips_every_sign(spend, stakes):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    (there,) = compare(base, [lower], stakes, {"stay": effect()}, DRAWS).changes
    (back,) = compare(
        lower, [position("base", spend, BAR, base=80)], stakes, {"stay": effect()}, DRAWS
    ).changes
    assert back.cost.value == pytest.approx(-there.cost.value)
    assert back.values[0].net.value == pytest.approx(-there.values[0].net.value)
    assert (back.raised, back.lowered) == (there.lowered, there.raised)


def test_managers_are_whole_heads(spend, stakes):
    """267 VIPs at 100 each need 3 managers, 320 at the lower bar need 4."""
    base = position("base", spend, BAR, spans={"VIP": 100}, manager_cost=1000.0)
    lower = position("lower", spend, 80, spans={"VIP": 100}, manager_cost=1000.0)
    heads = [int(np.ceil((spend >= floor).sum() / 100)) for floor in (BAR, 80)]
    (change,) = compare(base, [lower], stakes, {}, DRAWS).changes
    raised = ((spend >= 80) & (spend < BAR)).sum()
    assert change.heads == heads[1] - heads[0] == 1
    assert change.cost.value == pytest.approx(6.0 * raised + 1000.0)


def test_switchers_away_from_the_bar_are_extrapolated(spend, stakes):
    base, high = position("base", spend, BAR), position("high", spend, 180)
    (change,) = compare(base, [high], stakes, {"stay": effect(reach=0.1)}, DRAWS).changes
    lowered = (spend >= BAR) & (spend < 180)
    near = lowered & (np.log(spend / BAR) <= 0.1)
    assert change.evidence.loc["identified", "customers"] == near.sum()
    assert change.evidence.loc["extrapolated", "customers"] == (lowered & ~near).sum()
    assert change.evidence["share"].sum() == pytest.approx(1)
    saved = 6.0 * lowered.sum()
    assert change.values[0].net_near.value == pytest.approx(saved - 0.05 * 0.3 * spend[near].sum())
    assert change.break_even is None
    answer = recommend(compare(base, [high], stakes, {"stay": effect(reach=0.1)}, DRAWS), RULE, effect())
    assert answer.judgements[0].because is Because.SWITCHERS_NOT_COVERED


@pytest.mark.parametrize(
    "other", [{"along": ("spend", "orders")}, {"along": ("orders",)}, {"window_quarters": 2}]
)
def test_a_policy_that_moves_customers_along_other_factors_is_not_priced(spend, stakes, other):
    """An effect measured along one score says nothing about customers picked by another."""
    base, multi = position("base", spend, BAR), position("multi", spend, 90, **other)
    result = compare(base, [multi], stakes, {"stay": effect()}, DRAWS)
    assert result.changes[0].values == () and result.changes[0].share("not_identified") == 1
    answer = recommend(result, RULE, effect())
    assert answer.verdict is Verdict.UNDECIDED
    assert answer.judgements[0].because is Because.SWITCHERS_NOT_COVERED


def test_without_an_identified_effect_there_is_no_value_but_a_break_even(spend, stakes):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    result = compare(base, [lower], stakes, {"stay": unknown()}, DRAWS)
    assert result.changes[0].values == () and result.changes[0].break_even > 0
    answer = recommend(result, RULE, unknown())
    assert answer.verdict is Verdict.UNDECIDED
    assert answer.judgements[0].because is Because.NO_EFFECT_IDENTIFIED


@pytest.mark.parametrize(
    ("effects", "verdict", "because"),
    [
        ({"stay": effect(0.6)}, Verdict.ADOPT, Because.SURELY_BETTER),
        ({"stay": effect(-0.6)}, Verdict.KEEP, Because.SURELY_NOT_BETTER),
        ({"stay": effect(0.22, 0.3)}, Verdict.UNDECIDED, Because.UNSURE),
        ({"stay": effect(0.6), "soon": effect(-0.6)}, Verdict.UNDECIDED, Because.DEFINITION_FLIPS),
    ],
)
def test_the_rule_decides(spend, stakes, effects, verdict, because):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    answer = recommend(compare(base, [lower], stakes, effects, DRAWS), RULE, effects["stay"])
    assert (answer.verdict, answer.judgements[0].because) == (verdict, because)
    assert answer.policy == ("lower" if verdict is Verdict.ADOPT else None)


def test_a_budget_is_a_limit(spend, stakes):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    result = compare(base, [lower], stakes, {"stay": effect(0.6)}, DRAWS)
    tight = RULE.model_copy(update={"budget_per_year": 10.0})
    assert recommend(result, tight, effect()).judgements[0].because is Because.OVER_BUDGET
    wide = RULE.model_copy(update={"budget_per_year": 1e6})
    assert recommend(result, wide, effect()).verdict is Verdict.ADOPT


def test_the_interval_of_the_net_value_is_that_of_its_parts(spend, stakes):
    """With the customers given, net = effect x stake - cost: its interval is the effect's, scaled and shifted.
    Resampling customers widens it by the spread of stake and cost, which is bounded here by a tenth."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    many = Draws(4000, 3, 4)
    (change,) = compare(base, [lower], stakes, {"stay": effect(0.5, 0.1)}, many).changes
    raised = (spend >= 80) & (spend < BAR)
    stake, cost = 0.3 * spend[raised].sum(), 6.0 * raised.sum()
    net = change.values[0].net
    assert net.value == pytest.approx(0.5 * stake - cost)
    assert net.low == pytest.approx((0.5 - 0.196) * stake - cost, abs=0.1 * stake)
    assert net.high == pytest.approx((0.5 + 0.196) * stake - cost, abs=0.1 * stake)
