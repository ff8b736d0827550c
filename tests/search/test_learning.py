"""Learning on one half and valuing on the other: worlds whose true gains are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison.choice import first_half
from toolkit.estimate import Estimate
from toolkit.search.learning import Gains, Shared, learn
from toolkit.search.shallow import Limit
from toolkit.search.tree import Leaf, Split, serves
from toolkit.synthetic.gradeworld import simulate_review
from toolkit.synthetic.world import World

WORTH, COST = 8_000.0, 600.0


def drawn_by_lot(seed, customers=40_000, **changes):
    """A company where a fair coin decides; gains as the coin shows them, and as they truly are."""
    world = World(customers=customers, rct=1.0, tau=0.1, tau_need=1.2, **changes)
    cohort = simulate_review(world, np.random.default_rng(seed))
    sign = np.where(cohort.treated, 2.0, -2.0)
    shown = sign * (cohort.outcome - cohort.outcome.mean()) * WORTH - COST
    true = (cohort.p1 - cohort.p0) * WORTH - COST
    measures = {"need": cohort.need, "spend": cohort.score, "tenure": cohort.tenure}
    customers_ids = pd.Index([f"c{i:05d}" for i in range(len(cohort))])
    return Gains(customers_ids, measures, shown, np.zeros(len(cohort), bool)), true


def asked(tree):
    return set() if isinstance(tree, Leaf) else {tree.measure} | asked(tree.high) | asked(tree.low)


def true_of(learned, gains, true):
    """What the halves' trees truly bring to the other half."""
    first = first_half(list(gains.customers))
    total = 0.0
    for tree, mask in zip(learned.halves, (~first, first), strict=True):
        columns = {name: column[mask] for name, column in gains.measures.items()}
        total += true[mask][serves(tree, columns)].sum()
    return total


def test_need_is_found_and_ranked_right_on_other_customers():
    """The oracle of the simulated world: the effect grows with need, so a rule on need is worth more than one on spend,
    and the held-out figures say so; each within three standard errors of the truth."""
    gains, true = drawn_by_lot(1)
    with_need = learn(gains, draws=400, seed=1)
    others = {name: column for name, column in gains.measures.items() if name != "need"}
    without = learn(Gains(gains.customers, others, gains.gain, gains.now), draws=400, seed=1)
    assert isinstance(with_need.tree, Split) and "need" in asked(with_need.tree)
    assert all("need" in asked(tree) for tree in with_need.halves)
    assert true_of(with_need, gains, true) > true_of(without, gains, true)
    assert with_need.held_out.value > without.held_out.value
    for learned in (with_need, without):
        error = (learned.held_out.high - learned.held_out.low) / 3.92
        assert abs(learned.held_out.value - true_of(learned, gains, true)) < 3 * error
    assert with_need.better > 0.95 and with_need.label.en.startswith("allocation by response")


def test_the_naive_value_is_luck_where_nothing_works():
    """No effect and no cost: the true gain of any rule is 0. Over 12 companies the naive value is above it by
    construction, the held-out one is not (mean within three standard errors of 0)."""
    naive, held = [], []
    for seed in range(12):
        gains, _ = drawn_by_lot(seed, customers=3_000, null=True)
        free = Gains(gains.customers, gains.measures, gains.gain + COST, gains.now)
        found = learn(free, draws=50, seed=seed)
        naive.append(found.naive.value)
        held.append(found.held_out.value)
    assert min(naive) >= 0 and np.mean(naive) > 0
    assert abs(np.mean(held)) < 3 * np.std(held, ddof=1) / np.sqrt(len(held))
    assert np.mean(naive) > np.mean(held)


def by_value(seed=3, customers=4_000):
    """Gains by value: worth times one effect less a cost, worth a function of spend."""
    rng = np.random.default_rng(seed)
    spend = rng.lognormal(10, 1, customers)
    worth = 0.3 * spend
    shared = Shared(worth, Estimate(0.05, 0.01, 0.09, "points_share"))
    ids = pd.Index([f"c{i:05d}" for i in range(customers)])
    return Gains(ids, {"spend": spend}, 0.05 * worth - 300.0, spend >= 40_000, shared=shared)


def test_a_rule_that_can_say_it_all_loses_only_what_rounding_costs():
    """Gain rises with spend and turns positive at 20,000 by hand: the best list is a bar there, and a tree over bounds
    that hold 20,000 exactly would lose nothing; two digits of a quantile near it lose little."""
    found = learn(by_value(), draws=100)
    assert found.label.en.startswith("allocation by value")
    assert 0 <= found.loss_share < 0.02
    assert isinstance(found.tree, Split) and found.tree.measure == "spend"
    assert found.tree.at_least == pytest.approx(20_000, rel=0.1)


def test_the_error_of_the_shared_effect_is_in_the_interval():
    """Draws of the effect widen the interval: half-width at least 1.96 standard errors of effect x stake."""
    gains = by_value()
    found = learn(gains, draws=2_000)
    served = serves(found.tree, gains.measures)
    stake = gains.shared.worth @ (served.astype(float) - gains.now)
    assert found.held_out.high - found.held_out.low > 0.9 * abs(stake) * 0.08


def test_the_limit_holds_on_every_half_and_has_a_price():
    """A tenth may be served: nobody serves more, and the price of a place is the gain of the last who is served."""
    gains = by_value()
    n = len(gains.gain)
    limited = Gains(
        gains.customers, gains.measures, gains.gain, gains.now, Limit(np.ones(n), n / 10), gains.shared
    )
    found = learn(limited, draws=100)
    assert found.served <= n / 10
    for tree, mask in zip(
        found.halves, (first_half(list(gains.customers)), ~first_half(list(gains.customers))), strict=True
    ):
        half = {"spend": gains.measures["spend"][mask]}
        assert serves(tree, half).sum() <= n / 10 * mask.mean() + 1e-9
    assert found.price == pytest.approx(np.sort(gains.gain)[-n // 10], rel=0.15)
    assert found.optimum <= np.sort(gains.gain)[-n // 10 :].sum() + 1e-6


def test_the_rule_in_force_changes_nothing():
    """Everybody gains nothing but those served now: learning the rule in force is worth exactly 0."""
    ids = pd.Index([f"c{i:03d}" for i in range(400)])
    spend = np.arange(400.0) * 100
    now = spend >= 20_000
    gains = Gains(ids, {"spend": spend}, np.where(now, 5.0, -5.0), now)
    found = learn(gains, draws=50)
    if (serves(found.tree, gains.measures) == now).all():
        assert found.naive.value == 0.0 and found.naive.low == 0.0
    assert found.held_out.value <= 0.0


def test_rows_of_one_customer_stay_in_one_half():
    """Two rows each: the half follows the customer, so both rows are valued by the same tree."""
    gains = by_value(customers=500)
    twice = Gains(gains.customers.repeat(2), {"spend": np.repeat(gains.measures["spend"], 2)}, np.repeat(gains.gain, 2),
                  np.repeat(gains.now, 2))  # fmt: skip
    found = learn(twice, draws=50)
    assert found.held_out.value == pytest.approx(
        2 * learn(Gains(gains.customers, gains.measures, gains.gain, gains.now), draws=50).held_out.value
    )
