"""Choosing among candidates: what may win, ties, limits, and what the choice is worth elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison.choice import Half
from toolkit.comparison.comparison import compare
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import BarEvidence
from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.estimate import Estimate
from toolkit.params.policy import read_policy
from toolkit.params.reading import read_source
from toolkit.params.search import SearchParams, Template
from toolkit.search.family import family
from toolkit.search.searched import (
    LOST_ELSEWHERE,
    NO_GAIN,
    NOTHING_LEFT,
    UNVALUED,
    Weighed,
    choose,
    nearest_of_the_best,
    over_budget,
)
from toolkit.terms import Label

BARS = (60.0, 80.0, 100.0, 120.0)
TITLE = Label("检索", "search")


def candidates(root):
    path = root / "params" / "policies" / "demo" / "vip_2022.yaml"
    vary = [{"key": "scheme.floors.VIP", "between": [BARS[0], BARS[-1]], "steps": len(BARS)}]
    asked = SearchParams.model_validate(
        {"id": "look", "title": {"zh": "检索", "en": "search"}, "template": "x", "vary": vary}
    )
    return family(asked, Template(read_policy(path), read_source(path)), date(2026, 10, 1))


def position(policy, spend, bar, cost):
    served = spend >= bar
    package = np.where(served, "vip", "standard").astype(object)
    now = spend >= 100.0
    return Position(
        policy, TITLE, package, package, served.astype(int) - now, served * cost, {}, 0.0, ("spend",), 4
    )


def weighed(effect, cost, *, reach=10.0, rows=600, seed=4, out=None, other_effect=None):
    """Four bars on customers who spend 40 to 160, margin a quarter of it; one effect for everybody."""
    rng = np.random.default_rng(seed)
    spend = rng.uniform(40, 160, rows)
    ids = pd.Index([f"c{i:04d}" for i in range(rows)])

    def of(mine, value, stream):
        stakes = Stakes(ids[mine], spend[mine] / 4, Horizon(4), definitions=("kept",))
        distance = np.log(spend[mine] / 100)
        known = Estimate(value, value - 0.05, value + 0.05, "points_share")
        evidence = (BarEvidence("vip", "standard", "spend", 4, distance, reach, {"kept": known}),)
        options = [position(f"look_{i}", spend[mine], bar, cost) for i, bar in enumerate(BARS, 1)]
        draws = Draws(200, 1).in_stream(stream)
        return compare(position("now", spend[mine], 100.0, cost), options, stakes, evidence, draws)

    first = np.arange(rows) % 2 == 0
    values = (effect, effect if other_effect is None else other_effect)
    halves = [
        Half(ids[m], of(m, v, i)) for i, (m, v) in enumerate(zip((first, ~first), values, strict=True), 1)
    ]
    return Weighed(of(np.ones(rows, bool), effect, 0), halves, out or {}, 0.8)


def test_the_best_bar_is_that_where_serving_just_pays(root):
    """Closed form: served where effect x spend >= cost, .2 x 70 = 14: of 60, 80, 100, 120 it is 80 or 60, whichever
    keeps more; the sum over customers settles it."""
    found = choose(TITLE, "look", candidates(root), weighed(0.2, 14.0))
    spend = np.random.default_rng(4).uniform(40, 160, 600)
    worth = [float(np.where(spend >= bar, 0.2 * spend - 14.0, 0.0).sum()) for bar in BARS]
    now = worth[2]
    assert found.candidates["net"].to_numpy() == pytest.approx(np.array(worth) - now)
    best = int(np.argmax(worth))
    assert found.chosen is not None and found.chosen.scheme.floors["VIP"].value == BARS[best]
    assert found.choice.winner == f"look_{best + 1}" and found.reason is None
    assert found.comparisons == 4 and found.luck == pytest.approx(found.naive.value - found.held_out.value)
    assert found.candidates.loc["look_3", "net"] == 0.0 and found.candidates.loc["look_3", "moved"] == 0


def test_what_is_not_rankable_never_wins(root):
    """Within 10 % of the bar nothing of these moves is identified enough: nothing is chosen, whatever it would bring."""
    found = choose(TITLE, "look", candidates(root), weighed(0.2, 1.0, reach=0.1))
    assert not found.candidates.loc[["look_1", "look_2", "look_4"], "rankable"].any()
    assert found.chosen is None and found.reason in (NOTHING_LEFT, NO_GAIN)


def test_what_is_out_of_reach_never_wins(root):
    """The best two are excluded: the next is chosen, comparisons are counted without them, and the reasons stand."""
    best = choose(TITLE, "look", candidates(root), weighed(0.2, 1.0)).choice.winner
    assert best == "look_1"
    out = {"look_1": Label("超出", "beyond")}
    found = choose(TITLE, "look", candidates(root), weighed(0.2, 1.0, out=out))
    assert found.choice.winner == "look_2" and set(found.choice.picks) == {"look_2"}
    assert (
        not found.candidates.loc["look_1", "feasible"]
        and found.candidates.loc["look_1", "why_en"] == "beyond"
    )
    assert found.comparisons == 3
    none = choose(TITLE, "look", candidates(root), weighed(0.2, 1.0, out=dict.fromkeys(
        [f"look_{i}" for i in range(1, 5)], out["look_1"])))  # fmt: skip
    assert none.chosen is None and none.reason == NOTHING_LEFT and none.held_out is None


def test_without_halves_nothing_is_chosen(root):
    """A choice that cannot be valued on other customers is not made."""
    found = choose(TITLE, "look", candidates(root), replace(weighed(0.2, 1.0), halves=()))
    assert found.chosen is None and found.reason == UNVALUED and found.choice is None


def test_serving_that_never_pays_keeps_the_policy_in_force(root):
    """Effect 0 and cost 0: every net value is 0 and nothing is chosen."""
    found = choose(TITLE, "look", candidates(root), weighed(0.0, 0.0))
    assert found.chosen is None and found.reason == NO_GAIN
    assert found.held_out.value == 0.0 and found.naive.value == 0.0


def test_a_choice_that_fails_on_the_other_half_is_not_kept(root):
    """One half sees an effect of .2, the other of -.2: each choice loses on the other half."""
    found = choose(TITLE, "look", candidates(root), weighed(0.2, 1.0, other_effect=-0.2))
    assert found.choice.held_out.value < 0 < found.naive.value
    assert found.chosen is None and found.reason == LOST_ELSEWHERE


def test_of_equal_candidates_the_one_nearest_to_the_policy_in_force_is_taken():
    """Two policies of equal value by construction: the second moves two customers more, who are worth nothing."""
    spend = np.array([50.0, 50.0, 110.0, 120.0] * 100)
    margin = np.where(spend > 60, 10.0, 0.0)
    ids = pd.Index([f"c{i:04d}" for i in range(len(spend))])
    stakes = Stakes(ids, margin, Horizon(4), definitions=("kept",))
    known = Estimate(0.2, 0.1, 0.3, "points_share")
    evidence = (BarEvidence("vip", "standard", "spend", 4, np.zeros(len(spend)), 1.0, {"kept": known}),)

    def served(policy, mine):
        package = np.where(mine, "vip", "standard").astype(object)
        return Position(
            policy, TITLE, package, package, mine.astype(int), np.zeros(len(mine)), {}, 0.0, ("spend",), 4
        )

    base, wide, near = served("now", spend < 0), served("wide", spend > 0), served("near", spend > 60)
    compared = compare(base, [wide, near], stakes, evidence, Draws(100, 1))
    assert compared.changes[0].values[0].net.value == compared.changes[1].values[0].net.value > 0
    assert nearest_of_the_best(0.8)(compared) == "near"


def test_the_budget_is_a_limit_on_what_more_a_policy_costs():
    """Bars 60 and 80 serve more customers at 14 each; by hand the budget lies between their two costs."""
    compared = weighed(0.2, 14.0).whole
    costs = {change.policy: change.cost.value for change in compared.changes}
    assert costs["look_1"] > costs["look_2"] > 0 > costs["look_4"]
    out = over_budget(compared, (costs["look_1"] + costs["look_2"]) / 2, "CNY")
    assert list(out) == ["look_1"] and "budget" in out["look_1"].en and "预算" in out["look_1"].zh
    assert over_budget(compared, None, "CNY") == {}
