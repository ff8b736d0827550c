"""Policies side by side: closed forms, and a slow twin that adds up one customer after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from toolkit.bootstrap import weighted_sums
from toolkit.comparison.comparison import compare
from toolkit.comparison.draws import Draws, Range
from toolkit.comparison.evidence import LINES, AssumedEvidence, BarEvidence, LotEvidence, Staying
from toolkit.comparison.parts import QUANTILES
from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.estimate import Estimate
from toolkit.terms import Label

N = 400
BAR = 100.0
DRAWS = Draws(400, 1)
WORD = Label("字", "word")
YEAR = Horizon(4)


@pytest.fixture
def spend() -> np.ndarray:
    return np.linspace(50, 200, N)


@pytest.fixture
def stakes(spend) -> Stakes:
    return Stakes(pd.Index([f"c{i:03d}" for i in range(N)]), spend * 0.3 / 4, YEAR)


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


def interval(value: float = 0.05, error: float = 0.01) -> Estimate:
    return Estimate(value, value - 1.959964 * error, value + 1.959964 * error, "points_share")


def bar(spend: np.ndarray, *, reach: float = 0.4, staying=None, **effects: Estimate) -> tuple[BarEvidence]:
    known = effects or {"stay": interval()}
    return (BarEvidence("vip", "standard", "spend", 4, np.log(spend / BAR), reach, known, staying or {}),)


def assumed(low=0.02, mode=0.05, high=0.11, **other) -> AssumedEvidence:
    fields = dict(id="guess", package="vip", otherwise="standard", definition=None, low=low, mode=mode, high=high,
                  author="王", on=date(2026, 1, 2), source="memo")  # fmt: skip
    return AssumedEvidence(**(fields | other))


def test_null_reform_changes_nothing_to_the_last_bit(spend, stakes):
    """The baseline against itself: every figure is exactly zero, with any evidence, factor and price."""
    base = position("base", spend, BAR, spans={"VIP": 30}, manager_cost=900.0, moves=spend / 7)
    staying = {"stay": Staying(np.zeros(N, int), np.array([0.7]), (0,))}
    evidence = (*bar(spend, staying=staying), assumed())
    draws = replace(
        DRAWS, factors={"service": Range(0.5, 1.2, 2.0), "margin": Range(0.5, 0.9, 2.0, "lognormal")}
    )
    (change,) = compare(base, [replace(base, policy="same")], stakes, evidence, draws).changes
    figures = [
        change.cost,
        *(figure for v in change.values for figure in (v.retained, v.net, *v.lines.values())),
    ]
    assert len(figures) == 6
    for figure in figures:
        assert (figure.value, figure.low, figure.high) == (0.0, 0.0, 0.0) and not np.signbit(figure.value)
    (parts,) = change.parts
    drawn = [*parts.gained.values(), *parts.retained.values(), parts.service, parts.managers, parts.moves]
    assert all(one.value == 0 and not one.draws.any() for one in drawn)
    assert not any(reading for line in LINES for reading in parts.readings[line].values())
    assert all(
        parts.net_at(line, effect=q, service=3.0, horizon=2.0) == 0 for line in LINES for q in QUANTILES
    )
    assert (change.moved, change.raised, change.lowered, change.heads, change.stake) == (0, 0, 0, 0, 0.0)
    assert not change.evidence.to_numpy().any() and change.sources.empty and change.break_even is None
    assert change.share("identified") == 1.0 and change.values[0].winsorised == 0.0
    assert (change.values[0].surely, change.values[0].possibly) == (0.0, 0.0)


def test_value_by_hand(spend, stakes):
    """Lowering the bar to 80: net = effect x (margin of four quarters of those raised) - 6 each."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    (change,) = compare(base, [lower], stakes, bar(spend), DRAWS).changes
    raised = (spend >= 80) & (spend < BAR)
    assert (change.raised, change.lowered, change.moved) == (raised.sum(), 0, raised.sum())
    assert change.cost.value == pytest.approx(6.0 * raised.sum())
    net = 0.05 * 0.3 * spend[raised].sum() - 6.0 * raised.sum()
    assert change.values[0].net.value == pytest.approx(net)
    assert change.net_per_thousand == pytest.approx(net * 1000 / N)
    assert change.values[0].retained.value == pytest.approx(0.05 * raised.sum())
    assert change.stake == pytest.approx(0.3 * spend[raised].sum())
    assert change.break_even == pytest.approx(6.0 * raised.sum() / change.stake)
    assert change.share("identified") == 1.0 and change.rankable(0.8)


def test_swapping_the_two_policies_flips_every_sign(spend, stakes):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    (there,) = compare(base, [lower], stakes, bar(spend, reach=0.1), DRAWS).changes
    (back,) = compare(
        lower, [position("base", spend, BAR, base=80)], stakes, bar(spend, reach=0.1), DRAWS
    ).changes
    assert back.cost.value == pytest.approx(-there.cost.value)
    for line in LINES:
        assert back.values[0].lines[line].value == pytest.approx(-there.values[0].lines[line].value)
    assert (back.raised, back.lowered) == (there.lowered, there.raised)


def test_managers_are_whole_heads(spend, stakes):
    """267 VIPs at 100 each need 3 managers, 320 at the lower bar need 4."""
    base = position("base", spend, BAR, spans={"VIP": 100}, manager_cost=1000.0)
    lower = position("lower", spend, 80, spans={"VIP": 100}, manager_cost=1000.0)
    heads = [int(np.ceil((spend >= floor).sum() / 100)) for floor in (BAR, 80)]
    (change,) = compare(base, [lower], stakes, (), DRAWS).changes
    raised = ((spend >= 80) & (spend < BAR)).sum()
    assert change.heads == heads[1] - heads[0] == 1
    assert change.cost.value == pytest.approx(6.0 * raised + 1000.0)
    assert set(np.unique(change.costs.managers.draws)) <= {0.0, 1000.0, 2000.0}


def test_lines_of_extrapolation_differ_by_the_extrapolated_alone(spend, stakes):
    """With a share p staying everywhere a constant hazard ratio is a constant effect; beyond the band it is nothing."""
    base, high = position("base", spend, BAR), position("high", spend, 180)
    staying = {"stay": Staying(np.zeros(N, int), np.array([0.7]), (0,))}
    (change,) = compare(base, [high], stakes, bar(spend, reach=0.1, staying=staying), DRAWS).changes
    lowered = (spend >= BAR) & (spend < 180)
    near = lowered & (np.log(spend / BAR) <= 0.1)
    assert change.evidence.loc["identified", "customers"] == near.sum()
    assert change.evidence.loc["extrapolated", "customers"] == (lowered & ~near).sum()
    assert change.evidence["share"].sum() == pytest.approx(1)
    assert change.evidence.loc["identified", "margin"] == pytest.approx(0.3 * spend[near].sum())
    value, saved = change.values[0], 6.0 * lowered.sum()
    assert value.lines["none_beyond"].value == pytest.approx(saved - 0.05 * 0.3 * spend[near].sum())
    assert value.lines["constant"].value == pytest.approx(saved - 0.05 * 0.3 * spend[lowered].sum())
    assert value.lines["hazard_ratio"].value == pytest.approx(value.lines["constant"].value)
    assert value.lines["hazard_ratio"].low == pytest.approx(value.lines["constant"].low)
    assert change.break_even is None and not change.rankable(0.8)
    (close,) = compare(base, [high], stakes, bar(spend, reach=0.7, staying=staying), DRAWS).changes
    assert len({(e.value, e.low, e.high) for e in close.values[0].lines.values()}) == 1


@pytest.mark.parametrize(
    "other", [{"along": ("spend", "orders")}, {"along": ("orders",)}, {"window_quarters": 2}]
)
@pytest.mark.parametrize("whose", ["baseline", "alternative"])
def test_a_policy_that_moves_customers_along_other_factors_is_not_priced(spend, stakes, other, whose):
    """An effect measured along one score says nothing about customers picked by another."""
    changed = {"baseline": {}, "alternative": {}} | {whose: other}
    base = position("base", spend, BAR, **changed["baseline"])
    multi = position("multi", spend, 90, **changed["alternative"])
    (change,) = compare(base, [multi], stakes, bar(spend), DRAWS).changes
    assert change.values == () and change.share("not_identified") == 1 and not change.rankable(0.0)


def test_without_evidence_there_is_no_value_but_a_break_even(spend, stakes):
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    result = compare(base, [lower], stakes, (), DRAWS)
    assert result.changes[0].values == () and result.changes[0].break_even > 0
    assert result.valued == () and result.comparisons == 1


def test_the_interval_of_the_net_value_is_that_of_its_parts(spend, stakes):
    """With the customers given, net = effect x stake - cost: its interval is the effect's, scaled and shifted.
    Resampling customers widens it by the spread of stake and cost, which is bounded here by a tenth."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    (change,) = compare(base, [lower], stakes, bar(spend, stay=interval(0.5, 0.1)), Draws(4000, 3)).changes
    raised = (spend >= 80) & (spend < BAR)
    stake, cost = 0.3 * spend[raised].sum(), 6.0 * raised.sum()
    net = change.values[0].net
    assert net.value == pytest.approx(0.5 * stake - cost)
    assert net.low == pytest.approx((0.5 - 0.196) * stake - cost, abs=0.1 * stake)
    assert net.high == pytest.approx((0.5 + 0.196) * stake - cost, abs=0.1 * stake)


def test_factors_and_horizon_by_hand(spend, stakes):
    """Net = margin factor x discounted quarters x effect x margin - each cost x its factor; the horizon's factor is
    the sum of a geometric series."""
    base = position("base", spend, BAR, spans={"VIP": 100}, manager_cost=1000.0)
    lower = position("lower", spend, 80, spans={"VIP": 100}, manager_cost=1000.0, moves=np.full(N, 0.5))
    certain = {name: Range(x, x, x) for name, x in
               {"margin": 0.9, "service": 1.1, "managers": 1.3, "moves": 2.0}.items()}  # fmt: skip
    later = replace(stakes, horizon=Horizon(6, 0.1))
    (change,) = compare(base, [lower], later, bar(spend), Draws(200, 1, certain)).changes
    q = 1.1**-0.25
    factor = q * (1 - q**6) / (1 - q)
    raised = (spend >= 80) & (spend < BAR)
    gained = 0.05 * factor * 0.3 / 4 * spend[raised].sum()
    spent = 1.1 * 6 * raised.sum() + 1.3 * 1000 + 2 * 0.5 * N
    (value,), (parts,) = change.values, change.parts
    assert later.horizon.factor == pytest.approx(factor)
    assert value.net.value == pytest.approx(0.9 * gained - spent)
    assert change.cost.value == pytest.approx(spent)
    plain = gained - 6 * raised.sum() - 1000 - 0.5 * N
    ones = {"margin": 1, "service": 1, "managers": 1, "moves": 1}
    assert parts.net_at("constant", **ones) == pytest.approx(plain)
    assert parts.net_at("constant") == pytest.approx(value.net.value)
    assert parts.net_at("constant", **ones, horizon=2) == pytest.approx(plain + gained)
    high = 0.05 + 0.01 * 1.2815516
    assert parts.net_at("constant", effect=0.9, **ones) == pytest.approx(plain + (high / 0.05 - 1) * gained)


def test_the_order_of_the_customers_changes_nothing(spend, stakes):
    """Draws belong to customers, not to their place."""
    shuffled = np.random.default_rng(5).permutation(N)
    base, options = position("base", spend, BAR), [position("a", spend, 80), position("b", spend, 150)]
    staying = {"stay": Staying((spend > 120).astype(int), np.array([0.6, 0.8]), (0, 1))}
    (evidence,) = bar(spend, reach=0.1, staying=staying)
    one = compare(base, options, stakes, (evidence,), DRAWS)
    moved = [option.take(shuffled) for option in options]
    other = compare(base.take(shuffled), moved, stakes.take(shuffled), (evidence.take(shuffled),), DRAWS)
    for before, after in zip(one.changes, other.changes, strict=True):
        for line in LINES:
            np.testing.assert_allclose(
                before.parts[0].net(line).draws, after.parts[0].net(line).draws, rtol=1e-9, atol=1e-7
            )


def test_alternatives_share_their_draws(spend, stakes):
    """The same alternative twice differs by exactly nothing in every draw, whatever stands between."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    between = [lower, position("other", spend, 150), replace(lower, policy="again")]
    first, _, last = compare(base, between, stakes, bar(spend), DRAWS).changes
    assert not (first.parts[0].net("constant") - last.parts[0].net("constant")).draws.any()


def test_clusters_are_drawn_whole(spend, stakes):
    """Ten copies of each customer drawn as clusters spread as the customers do, not as ten times as many."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    rows = np.repeat(np.arange(N), 10)
    tenfold = stakes.take(rows)
    ids = pd.Index([f"{c}-{i}" for i, c in enumerate(tenfold.customers)])
    many = replace(tenfold, customers=ids, cluster=rows)

    def spread(positions, at, evidence=()):
        (change,) = compare(*positions, at, evidence, Draws(2000, 2)).changes
        return change.cost.value, float(np.std(change.costs.total.draws))

    value, error = spread((base, [lower]), stakes)
    whole = spread((base.take(rows), [lower.take(rows)]), many)
    alone = spread((base.take(rows), [lower.take(rows)]), replace(many, cluster=None))
    assert whole == (pytest.approx(10 * value), pytest.approx(10 * error, rel=0.1))
    assert alone == (pytest.approx(10 * value), pytest.approx(10**0.5 * error, rel=0.1))
    assert (stakes.clusters, many.clusters) == (N, N)


def test_margins_beyond_the_last_half_percent_are_set_back(spend, stakes):
    """One customer of a thousand times the margin carries the value, and not the winsorised one."""
    base, lower = position("base", spend, BAR), position("lower", spend, 80)
    raised = np.flatnonzero((spend >= 80) & (spend < BAR))
    margin = stakes.margin.copy()
    margin[raised[0]] *= 1000
    (change,) = compare(base, [lower], replace(stakes, margin=margin), bar(spend), DRAWS).changes
    top = np.quantile(margin, 0.995)
    expected = 0.05 * 4 * np.minimum(margin, top)[raised].sum() - 6 * len(raised)
    assert change.values[0].winsorised == pytest.approx(expected)
    assert change.values[0].net.value > 0 > expected


def test_every_draw_is_what_a_loop_over_the_customers_finds():
    """Bar, its extrapolation, a lot and an assumption at once, three lines, clusters of factors: one by one."""
    world = _World()
    (change,) = compare(world.base, [world.option], world.stakes, world.evidence, world.draws).changes
    assert [tuple(i) for i in change.sources.index] == [
        ("identified", "draw"), ("identified", "spend"), ("extrapolated", "spend"), ("assumed", "guess"),
        ("not_identified", "")]  # fmt: skip
    assert change.assumed == (world.guess,)
    parts = change.parts[0]
    for line in LINES:
        twin = [world.net(b, line) for b in range(world.draws.number)]
        np.testing.assert_allclose(parts.net(line).draws, twin, rtol=1e-7, atol=1e-6)
        assert parts.net(line).value == pytest.approx(world.net(None, line))


class _World:
    """Sixty customers with every class of evidence, and the value of one draw by plain loops."""

    def __init__(self) -> None:
        rng, n, m = np.random.default_rng(8), 60, 900
        self.spend = rng.uniform(60, 170, n)
        before = np.where(self.spend >= 100, "vip", "standard").astype(object)
        after = np.where(self.spend >= 85, "vip", "standard").astype(object)
        after[(self.spend >= 100) & (self.spend < 130)] = "standard"
        before[:6], after[:6] = "club", "vip"
        before[6:9], after[6:9] = "club", "odd"
        direction = (after == "vip").astype(int) - (before == "vip")
        grades = [np.where(p == "vip", "A", "B").astype(object) for p in (before, after)]
        rest = dict(spans={"A": 7}, manager_cost=50.0, along=("spend",), window_quarters=4)
        costs, moves = rng.uniform(1, 3, (2, n)), rng.uniform(0, 1, (2, n))
        self.base = Position("base", WORD, grades[0], before, direction * 0, costs[0], moves=moves[0], **rest)
        self.option = Position("new", WORD, grades[1], after, direction, costs[1], moves=moves[1], **rest)
        self.stakes = Stakes(pd.RangeIndex(n), rng.lognormal(3, 1, n), Horizon(4, 0.1))
        place, without = (self.spend > 110).astype(int), np.array([0.6, 0.85])
        bars = BarEvidence(
            "vip", "standard", "spend", 4, np.log(self.spend / 100), 0.08,
            {"stay": Estimate(0.06, 0.01, 0.15, "points_share")}, {"stay": Staying(place, without, (0, 1))},
        )  # fmt: skip
        way = np.repeat([1, -1, 0], m // 3)
        inside = np.arange(n) % 3 == 0
        self.lot = LotEvidence("draw", "vip", "standard", inside, {"stay": rng.normal(0.1, 0.5, m)},
                               rng.lognormal(4, 0.5, m), {"new": way})  # fmt: skip
        self.guess = assumed(otherwise="club")
        self.evidence = (self.lot, bars, self.guess)
        self.draws = Draws(12, 3, {"margin": Range(0.8, 1.0, 1.1), "managers": Range(0.5, 1, 2, "lognormal")})
        self.weights = weighted_sums(np.eye(n), 12, 3)
        self.rows = weighted_sums(np.eye(m), 12, self.draws.lot_seed(0))
        self.noise, self.share = self.draws.noise(), self.draws.assumed(2)

    def net(self, b: int | None, line: str) -> float:
        weight = np.ones(60) if b is None else self.weights[b]
        noise = 0.0 if b is None else self.noise[b]
        effect = 0.06 + noise * ((0.09 if noise > 0 else 0.05) / 1.959964)
        guess = 0.05 if b is None else float(Range(0.02, 0.05, 0.11).quantile(self.share[b]))
        theta = brentq(lambda t: (0.6**t + 0.85**t) / 2 - (0.6 + 0.85) / 2 - effect, 1e-3, 50, xtol=1e-14)
        gained = 0.0
        for i in range(60):
            before, after = self.base.package[i], self.option.package[i]
            worth = weight[i] * self.stakes.worth[i]
            if {before, after} == {"vip", "standard"}:
                sign = 1 if after == "vip" else -1
                if i % 3 == 0:
                    change = self._lot(b, sign)
                elif abs(np.log(self.spend[i] / 100)) <= 0.08 or line == "constant":
                    change = effect
                elif line == "none_beyond":
                    change = 0.0
                else:
                    stay = 0.85 if self.spend[i] > 110 else 0.6
                    change = stay**theta - stay
                gained += sign * worth * change
            elif (before, after) == ("club", "vip"):
                gained += worth * guess
        heads = [np.ceil(round(float(weight[p.grade == "A"].sum()), 6) / 7) for p in (self.option, self.base)]
        factors = [1.0 if b is None else float(self.draws.factor(name)[b]) for name in ("margin", "managers")]
        spent = (weight * (self.option.cost - self.base.cost + self.option.moves - self.base.moves)).sum()
        return factors[0] * gained - spent - factors[1] * 50.0 * (heads[0] - heads[1])

    def _lot(self, b: int | None, sign: int) -> float:
        total = amount = 0.0
        for j in np.flatnonzero(self.lot.directions["new"] == sign):
            weight = (1.0 if b is None else self.rows[b, j]) * self.lot.worth[j]
            total, amount = total + weight * self.lot.gains["stay"][j], amount + weight
        return total / amount
