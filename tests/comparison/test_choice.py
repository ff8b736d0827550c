"""A choice valued on other customers: what is enforced, closed forms, and the winner's curse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison.choice import Half, cross_fitted, first_half, highest_net
from toolkit.comparison.comparison import compare
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import LINES, BarEvidence
from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.estimate import Estimate
from toolkit.terms import Label

WORD = Label("字", "word")
CUSTOMERS = pd.Index([f"c{i:04d}" for i in range(1200)])
FIRST = first_half(CUSTOMERS)


def position(policy, served) -> Position:
    vip = np.asarray(served)
    package = np.where(vip, "vip", "standard").astype(object)
    base = np.zeros(len(vip), dtype=int) if policy == "base" else vip.astype(int)
    return Position(policy, WORD, package, package, base, np.where(vip, 3.0, 0.0), {}, 0.0, ("spend",), 4)


def world(margin, served, effect=0.1):
    """One comparison of everybody, and its halves."""
    base = position("base", np.zeros(len(CUSTOMERS), dtype=bool))
    options = [position(name, mask) for name, mask in served.items()]
    known = {"stay": Estimate(effect, effect - 0.02, effect + 0.02, "points_share")}
    bar = BarEvidence("vip", "standard", "spend", 4, np.zeros(len(CUSTOMERS)), 1.0, known)
    stakes, draws = Stakes(CUSTOMERS, margin, Horizon(4)), Draws(300, 1)

    def part(rows, stream):
        moved = [option.take(rows) for option in options]
        return compare(base.take(rows), moved, stakes.take(rows), (bar.take(rows),), draws.in_stream(stream))

    halves = [Half(CUSTOMERS[m], part(m, i + 1)) for i, m in enumerate((FIRST, ~FIRST))]
    return compare(base, options, stakes, (bar,), draws), halves


@pytest.fixture
def margin():
    return np.random.default_rng(3).lognormal(2, 1, len(CUSTOMERS))


def test_one_alternative_is_worth_the_sum_of_its_halves(margin):
    """With one alternative chosen by both halves, held-out and naive values are the plain sum over all customers."""
    whole, halves = world(margin, {"all": margin > 5})
    choice = cross_fitted(halves, highest_net(0.8), whole)
    assert choice.picks == ("all", "all") and choice.winner == "all" and choice.comparisons == 1
    expected = 0.1 * 4 * margin[margin > 5].sum() - 3 * (margin > 5).sum()
    assert choice.naive.value == pytest.approx(expected) and choice.held_out.value == pytest.approx(expected)
    assert choice.luck == pytest.approx(0, abs=1e-9) and set(choice.lines) == set(LINES)
    draws = [half.comparison.changes[0].parts[0].net("constant").draws for half in halves]
    assert choice.better == pytest.approx(float((np.sort(draws[0]) + np.sort(draws[1]) > 0).mean()))
    width = sum(np.diff(np.quantile(one, [0.025, 0.975]))[0] for one in draws)
    assert choice.held_out.high - choice.held_out.low == pytest.approx(width)
    assert np.corrcoef(*draws)[0, 1] == pytest.approx(0, abs=0.2)


def test_each_half_is_valued_where_it_did_not_choose(margin):
    """Half one likes ``a``, half two ``b``: the value is that of ``a`` on two and of ``b`` on one, by hand."""
    rich = margin > 5
    served = {"a": rich & FIRST | ~rich & ~FIRST, "b": rich & ~FIRST | ~rich & FIRST}
    whole, halves = world(margin, served)
    choice = cross_fitted(halves, highest_net(0.8), whole)

    def value(name, rows):
        mine = served[name] & rows
        return 0.1 * 4 * margin[mine].sum() - 3 * mine.sum()

    assert choice.picks == ("a", "b")
    assert choice.held_out.value == pytest.approx(value("a", ~FIRST) + value("b", FIRST))
    best = max(value(name, np.ones(len(margin), bool)) for name in served)
    assert choice.naive.value == pytest.approx(best)
    assert choice.luck == pytest.approx(best - choice.held_out.value) and choice.luck > 0
    without = cross_fitted(halves, highest_net(0.8))
    assert without.naive.value == pytest.approx(value("a", FIRST) + value("b", ~FIRST))
    assert without.winner is None


def test_staying_with_the_baseline_is_worth_exactly_nothing(margin):
    whole, halves = world(margin, {"all": margin > 0}, effect=-0.1)
    choice = cross_fitted(halves, highest_net(0.8), whole)
    assert choice.picks == (None, None) and choice.better == 0.0
    for figure in (choice.naive, choice.held_out, *choice.lines.values()):
        assert (figure.value, figure.low, figure.high) == (0.0, 0.0, 0.0)


def test_the_half_that_chose_cannot_be_valued_on(margin):
    _, halves = world(margin, {"all": margin > 5})
    overlapping = Half(CUSTOMERS[FIRST].append(CUSTOMERS[~FIRST][:1]), halves[0].comparison)
    with pytest.raises(ValueError, match="1 customers are in both halves"):
        cross_fitted([overlapping, halves[1]], highest_net(0.8))
    with pytest.raises(ValueError, match="customers are in both halves"):
        cross_fitted([halves[0], halves[0]], highest_net(0.8))
    with pytest.raises(ValueError, match="two halves; got 1"):
        cross_fitted(halves[:1], highest_net(0.8))
    same = Half(halves[1].customers, compare_again(halves[1]))
    with pytest.raises(ValueError, match="one stream"):
        cross_fitted([halves[0], same], highest_net(0.8))


def compare_again(half):
    """The same comparison, drawn in the stream of the first half."""
    return replace(half.comparison, draws=half.comparison.draws.in_stream(1))


def test_a_pick_sees_one_half_at_a_time(margin):
    _, halves = world(margin, {"all": margin > 5})
    seen = []
    cross_fitted(halves, lambda comparison: seen.append(comparison) or None)
    assert [one.draws.stream for one in seen] == [half.comparison.draws.stream for half in halves]
    with pytest.raises(ValueError, match="no alternative 'unheard of'; there are all"):
        cross_fitted(halves, lambda comparison: "unheard of")


def test_the_split_follows_the_id_and_is_even():
    """Stable under order; of 1,200 customers between 530 and 670 in the first half (four standard errors)."""
    shuffled = np.random.default_rng(0).permutation(len(CUSTOMERS))
    assert (first_half(CUSTOMERS[shuffled]) == FIRST[shuffled]).all()
    assert 530 < FIRST.sum() < 670


def test_luck_is_what_the_best_of_many_worthless_alternatives_seems_to_bring():
    """Eight alternatives that serve a random half of the customers at a cost that eats the gain on average: the
    winner looks good on the customers who chose it, and is worth nothing to others (mean of 12 worlds within three
    standard errors of 0)."""
    rng, luck, held = np.random.default_rng(11), [], []
    for _ in range(12):
        margin = rng.normal(7.5, 8, len(CUSTOMERS))
        served = {f"p{k}": rng.random(len(CUSTOMERS)) < 0.5 for k in range(8)}
        whole, halves = world(margin, served)
        choice = cross_fitted(halves, highest_net(0.8), whole)
        luck.append(choice.luck)
        held.append(choice.held_out.value)
    error = np.std(held) / np.sqrt(len(held))
    assert abs(np.mean(held)) < 3 * error
    assert np.mean(luck) > 3 * np.std(luck) / np.sqrt(len(luck))


def test_one_thin_alternative_does_not_stop_the_others(margin):
    """An alternative without a value on one half can be chosen by neither; the others are chosen all the same."""
    whole, halves = world(margin, {"all": margin > 5, "few": margin > 30})
    bare = replace(halves[1].comparison.change("few"), values=(), parts=())
    kept = tuple(bare if change.policy == "few" else change for change in halves[1].comparison.changes)
    thin = [halves[0], Half(halves[1].customers, replace(halves[1].comparison, changes=kept))]
    choice = cross_fitted(thin, highest_net(0.8), whole)
    assert choice.among == ("all",) and "few" not in choice.picks
    assert cross_fitted(halves, highest_net(0.8), whole).among == ("all", "few")
