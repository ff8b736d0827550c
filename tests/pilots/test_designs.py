"""What the designs promise: methods 2.4, closed forms, and simulation of the draw itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.pilots.branches import branches, design_effect, intraclass_correlation
from toolkit.pilots.cheapest import cheapest, designs_for
from toolkit.pilots.lots import Lists, draw_lots
from toolkit.pilots.question import Score
from toolkit.pilots.switchers import switchers
from toolkit.pilots.tie_breaker import tie_breakers
from toolkit.pilots.waves import waves
from toolkit.synthetic.gradeworld import simulate_review
from toolkit.synthetic.world import World

BAR = 100_000.0


def test_bands_of_the_grade_world(ask):
    """Methods 2.4: about 11,500 customers at risk, band of 10, 20, 30 % -> errors 2.5, 1.8, 1.45 points.

    Mean of five companies; their numbers in the band differ by some 4 % from one to the next.
    """
    found = []
    for seed in range(5):
        cohort = simulate_review(World(), np.random.default_rng(seed))
        ratio = cohort.score / BAR
        near = float(cohort.outcome[np.abs(ratio - 1) <= 0.3].mean())
        score = Score("spend", BAR, 4, ratio)
        raised = ((ratio >= 0.8) & (ratio < 1)).astype(int)
        question = ask(raised, held=ratio >= 1, score=score, retained=near)
        assert 11_000 < len(cohort) < 12_000
        found.append([d.expected_error for d in tie_breakers(question)][:3])
    assert np.mean(found, axis=0) == pytest.approx([0.025, 0.018, 0.0145], rel=0.04)


def observed(question, frame, draws, rng, cluster=None):
    """Spread of the estimated change over re-draws of outcomes that the lot has nothing to do with.

    Outcomes are Bernoulli with the question's retention; where ``cluster`` is given, with a branch part of the
    variance (beta-binomial with that likeness).
    """
    rows = question.customers.get_indexer(frame["customer_id"])
    served = frame["list"].str.endswith("_served").to_numpy() & ~frame["list"].str.endswith("not_served")
    direction, found = question.direction[rows], []
    for _ in range(draws):
        p = np.full(len(rows), question.retained)
        if cluster is not None:
            branch, icc = cluster
            names, place = np.unique(branch[rows].astype(str), return_inverse=True)
            a = (1 - icc) / icc
            p = rng.beta(question.retained * a, (1 - question.retained) * a, len(names))[place]
        y = rng.random(len(rows)) < p
        total = 0.0
        for sign, weight in question.weights.items():
            mine = direction == sign
            if mine.any():
                total += sign * weight * (y[mine & served].mean() - y[mine & ~served].mean())
        found.append(total)
    return np.std(found)


LISTS = Lists("p_served", "p_not_served", None, None)


def test_error_of_lots_among_switchers_up_and_down(ask):
    """900 raised and 300 lowered with equal margin each: shares 3/4 and 1/4 of the stake; closed form and 400
    draws (sampling error of a spread: 3.5 %)."""
    question = ask(np.repeat([1, -1], [900, 300]))
    design, variance = switchers(question), 0.82 * 0.18
    closed = np.sqrt((0.75**2 / 900 + 0.25**2 / 300) * 4 * variance)
    assert design.expected_error == pytest.approx(closed)
    frame = draw_lots(question, design, LISTS, 5)
    assert observed(question, frame, 400, np.random.default_rng(1)) == pytest.approx(closed, rel=0.11)


def test_cost_and_margin_at_risk_by_hand(ask):
    """Half of 900 raised cost 2 a quarter for 4 quarters, half of 300 lowered save it; the 150 from whom the lot
    withdraws have a margin of 10 a quarter."""
    design = switchers(ask(np.repeat([1, -1], [900, 300])))
    assert design.cost == pytest.approx((450 - 150) * 2 * 4)
    assert design.at_risk == pytest.approx(150 * 10 * 4)
    assert (design.quarters, design.weeks) == (4, 65)


def test_error_of_whole_branches(in_branches):
    """Kish: 12 branches of 100, likeness .02 -> 1 + 99 x .02 = 2.98; closed form and 400 draws of the lot."""
    (design,) = branches(in_branches)
    closed = np.sqrt(4 * 0.82 * 0.18 * 2.98 / 1200)
    assert (design.branches, design.icc, design.refused) == (12, 0.02, None)
    assert design.design_effect == pytest.approx(2.98)
    assert design.expected_error == pytest.approx(closed)
    rng, (grouping,) = np.random.default_rng(2), in_branches.groupings
    found = [
        observed(
            in_branches,
            draw_lots(in_branches, design, LISTS, seed),
            20,
            rng,
            (grouping.of, grouping.icc),
        )
        for seed in range(20)
    ]
    assert np.sqrt(np.mean(np.square(found))) == pytest.approx(closed, rel=0.11)


def test_fewer_than_eight_branches_are_not_drawn_whole(in_branches):
    (grouping,) = in_branches.groupings
    for count, refused in ((7, True), (8, False)):
        few = np.array([f"b{i % count}" for i in range(1200)], dtype=object)
        (design,) = branches(replace(in_branches, groupings=(replace(grouping, of=few),)))
        assert (design.refused is not None) is refused
    assert "8" in design_text(in_branches, grouping)


def design_text(question, grouping):
    few = replace(grouping, of=np.array(["a", "b"] * 600, dtype=object))
    (design,) = branches(replace(question, groupings=(few,)))
    return design.refused.zh


def test_likeness_by_one_way_analysis_of_variance():
    """Groups (1, 2, 3), (4, 5, 6), (7, 8, 9): mean squares 27 and 1, hence (27 - 1) / (27 + 2) = 26 / 29."""
    outcome = np.arange(1.0, 10.0)
    branch = np.repeat(["a", "b", "c"], 3)
    assert intraclass_correlation(outcome, branch) == pytest.approx(26 / 29)
    assert intraclass_correlation(outcome, np.tile(["a", "b", "c"], 3)) == 0
    assert np.isnan(intraclass_correlation(outcome, np.repeat("a", 9)))


def test_likeness_of_unequal_branches():
    """Beta-binomial branches of 20 to 200 with likeness .05, against the truth."""
    rng = np.random.default_rng(4)
    sizes = rng.integers(20, 200, 300)
    p = np.repeat(rng.beta(0.8 * 19, 0.2 * 19, 300), sizes)
    outcome = (rng.random(len(p)) < p).astype(float)
    assert intraclass_correlation(outcome, np.repeat(np.arange(300), sizes)) == pytest.approx(0.05, abs=0.01)


def test_unequal_branches_cost_more():
    """Sizes 10 and 30: a customer meets (100 + 900) / 40 = 25 on average, 1 + 24 x .1 = 3.4."""
    assert design_effect(np.repeat(["a", "b"], [10, 30]), 0.1) == pytest.approx(3.4)


def test_waves_hold_the_first_against_the_last(raised):
    """1,200 in five batches: 240 against 240, that is 480 halved; the middle batch starts halfway, so
    everybody is served half the time."""
    design = waves(raised)
    assert design.waves == (0, 1, 2, 3, 4)
    assert design.expected_error == pytest.approx(np.sqrt(4 * 0.82 * 0.18 / 480))
    assert design.cost == pytest.approx(1200 * 2 * 4 / 2)


def test_waves_do_not_lower(ask):
    assert waves(ask(np.repeat([1, -1], [900, 300]))).refused is not None


def test_a_policy_that_grades_by_something_else_has_no_band(raised):
    assert not list(tie_breakers(raised))
    assert {d.kind for d in designs_for(raised)} == {"switchers", "waves"}


def test_the_cheapest_that_can_decide(around_a_bar):
    """The bar falls to 90: any band covers all 300 switchers. Distance 8 points asks for an error of 2.86, that is
    724 rows: not the 601 of 10 %, but the 1,201 of 20 %, which is cheaper than the wider ones and than nothing
    else that can: lots among the 300 switchers cannot."""
    designs = designs_for(around_a_bar)
    able = [d for d in designs if d.decides(around_a_bar, 0.8)]
    assert {(d.kind, d.customers) for d in able} == {
        ("tie_breaker", 1201),
        ("tie_breaker", 1801),
        ("tie_breaker", 3001),
    }
    chosen = cheapest(around_a_bar, designs, 0.8)
    assert chosen.can_decide and chosen.design.price(around_a_bar) == min(d.price(around_a_bar) for d in able)


def test_where_none_can_the_most_exact_is_taken_and_says_so(raised):
    hard = replace(raised, expected=0.021)
    chosen = cheapest(hard, designs_for(hard), 0.8)
    assert not chosen.can_decide and chosen.design.kind == "switchers"


def test_what_covers_too_little_cannot_decide(raised):
    """Half of what moves lies outside the contrast: no lot within it identifies four fifths."""
    apart = replace(raised, elsewhere=12_000.0)
    assert not any(d.decides(apart, 0.8) for d in designs_for(apart))
    assert any(d.decides(apart, 0.4) for d in designs_for(apart))


def test_nobody_to_draw(ask):
    nobody = ask(np.repeat([1, 0], [5, 100]))
    assert cheapest(nobody, designs_for(nobody), 0.8) is None
