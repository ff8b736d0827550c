"""The rule as the board wrote it: probabilities of a gain in, a verdict and its reason out.

Expected values follow from the rule's own text (methods 3.4 (7)): 0.9 to adopt, 0.5 for a pilot, 0.1 to reject.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from scipy import stats

from toolkit.comparison.evidence import LINES
from toolkit.comparison.standing import standing
from toolkit.recommendation.judging import conceivable, recommend, worth_knowing
from toolkit.recommendation.verdict import Because, Verdict


@pytest.fixture
def judged(compared, rule, known):
    """The recommendation on alternatives as stated."""

    def make(*given, effect=known, choice=None, rule=rule, excluded=(), unready=MappingProxyType({})):
        comparison = compared(*given, excluded=excluded)
        place = standing(comparison, rule.adopt_identified_share)
        return recommend(comparison, place, choice, rule, effect, unready)

    return make


@pytest.mark.parametrize(
    ("chance", "verdict", "because"),
    [
        (0.95, Verdict.ADOPT, Because.SURELY_BETTER),
        (0.9, Verdict.ADOPT, Because.SURELY_BETTER),
        (0.899, Verdict.PILOT, Because.UNSURE),
        (0.5, Verdict.PILOT, Because.UNSURE),
        (0.499, Verdict.KEEP, Because.UNLIKELY),
        (0.101, Verdict.KEEP, Because.UNLIKELY),
        (0.1, Verdict.REJECT, Because.SURELY_NOT_BETTER),
        (0.0, Verdict.REJECT, Because.SURELY_NOT_BETTER),
    ],
)
def test_one_alternative_by_its_probability(judged, given, chance, verdict, because):
    """One alternative: nothing to choose among, so its own probability decides."""
    found = judged(given({"stay": chance}))
    (one,) = found.judgements
    assert (found.verdict, one.verdict, one.because) == (verdict, verdict, because)
    assert found.policy == ("lower" if verdict is Verdict.ADOPT else None)


def test_a_definition_that_flips_is_named(judged, given):
    found = judged(given({"stay": 0.95, "soon": 0.95, "kept": 0.3})).judgements[0]
    assert (found.verdict, found.because, found.definition) == (
        Verdict.PILOT,
        Because.DEFINITION_FLIPS,
        "kept",
    )


@pytest.mark.parametrize("line", LINES[1:])
def test_a_line_that_flips_is_named(judged, given, line):
    chances = {"stay": dict.fromkeys(LINES, 0.95), "soon": dict.fromkeys(LINES, 0.95) | {line: 0.6}}
    found = judged(given(chances)).judgements[0]
    assert (found.verdict, found.because) == (Verdict.PILOT, Because.LINE_FLIPS)
    assert (found.definition, found.line) == ("soon", line)


def test_rejected_only_where_every_reading_agrees(judged, given):
    chances = {"stay": dict.fromkeys(LINES, 0.05) | {"none_beyond": 0.2}}
    assert judged(given(chances)).judgements[0].verdict is Verdict.KEEP
    assert judged(given({"stay": 0.05, "soon": 0.0})).judgements[0].verdict is Verdict.REJECT


def test_too_little_evidence_is_never_adopted_nor_rejected(judged, given):
    for chance in (0.0, 0.99):
        found = judged(given({"stay": chance}, identified=0.79)).judgements[0]
        assert (found.verdict, found.because) == (Verdict.PILOT, Because.SWITCHERS_NOT_COVERED)


@pytest.mark.parametrize(
    ("needed", "verdict"),
    [(0.069, Verdict.PILOT), (0.071, Verdict.KEEP)],
)
def test_a_pilot_only_where_breaking_even_is_possible(judged, given, needed, verdict):
    """The interval of the nearest effect ends at 7 points."""
    found = judged(given({}, identified=0.0, break_even=needed)).judgements[0]
    assert found.verdict is verdict
    assert found.because is (
        Because.SWITCHERS_NOT_COVERED if verdict is Verdict.PILOT else Because.OUT_OF_REACH
    )


@pytest.mark.parametrize(("needed", "verdict"), [(0.099, Verdict.PILOT), (0.1, Verdict.KEEP)])
def test_without_any_effect_the_board_says_what_is_possible(judged, given, unknown, needed, verdict):
    found = judged(given({}, identified=0.0, break_even=needed), effect=unknown).judgements[0]
    assert found.verdict is verdict
    assert found.because is (
        Because.NO_EFFECT_IDENTIFIED if verdict is Verdict.PILOT else Because.OUT_OF_REACH
    )


def test_a_rule_that_names_no_limit_has_none(rule, unknown):
    assert conceivable(rule.model_copy(update={"plausible_change": None}), unknown) == (-1.0, 1.0)


def test_a_saving_is_put_to_a_pilot_unless_it_surely_loses_more(judged, given, known):
    """Saves 50, lowers customers with 1,000 at stake: pays while the effect is below 5 points; it is 1 to 7."""
    saving = given({}, identified=0.0, cost=(-50.0, -60.0, -40.0), break_even=None, stake=-1000.0)
    assert judged(saving).judgements[0].verdict is Verdict.PILOT
    small = replace(saving, cost=(-5.0, -6.0, -4.0))
    assert judged(small).judgements[0].because is Because.OUT_OF_REACH


def test_nothing_changes_and_the_baseline_is_kept(judged, given):
    found = judged(given({"stay": 0.0}, moved=0, cost=(0.0, 0.0, 0.0), break_even=None))
    assert (found.verdict, found.judgements[0].because) == (Verdict.KEEP, Because.NO_CHANGE)


def test_a_cap_keeps_an_alternative_out_whatever_its_value(judged, given):
    found = judged(given({"stay": 0.99}), excluded=("lower",))
    assert found.judgements[0].verdict is Verdict.EXCLUDED and found.verdict is Verdict.KEEP


@pytest.mark.parametrize("budget", [10.0, 50.0])
def test_a_budget_is_not_broken(judged, given, rule, budget):
    """Surely over it, or possibly: the cost lies between 40 and 60."""
    tight = rule.model_copy(update={"budget_per_year": budget})
    found = judged(given({"stay": 0.99}), rule=tight)
    assert (found.verdict, found.judgements[0].because) == (Verdict.KEEP, Because.OVER_BUDGET)
    assert judged(given({"stay": 0.99}), rule=rule.model_copy(update={"budget_per_year": 61.0})).policy


def test_several_alternatives_need_the_other_half(judged, given, choice):
    """With two to choose from the winner must be confirmed on customers who had no part in the choice, with the
    probability of a 90 % interval with two ends: .95."""
    two = given({"stay": 0.999}), given({"stay": 0.3}, policy="other")
    for said in (None, choice(0.89), choice(0.94)):
        found = judged(*two, choice=said)
        assert (found.verdict, found.judgements[0].because) == (Verdict.PILOT, Because.NOT_CONFIRMED)
    assert judged(*two, choice=choice(0.96)).policy == "lower"


def test_what_neither_half_could_choose_is_not_confirmed(judged, given, choice):
    """The choice stands on other customers, but speaks of others than the alternative that looks best."""
    two = given({"stay": 0.999}), given({"stay": 0.3}, policy="other")
    found = judged(*two, choice=choice(0.99, among=("other",)))
    assert (found.verdict, found.judgements[0].because) == (Verdict.PILOT, Because.NOT_CONFIRMED)


def test_the_number_compared_is_allowed_for(judged, given, choice):
    """The largest of three independent normal values stays below x with probability .95^3 = .857 < .9 where one
    alone does with .95; three names of one alternative are one."""
    alike = [given({"stay": 0.95}, policy=f"p{i}") for i in range(3)]
    assert judged(*alike, choice=choice(0.999)).verdict is Verdict.ADOPT
    found = judged(*(replace(one, seed=i) for i, one in enumerate(alike)), choice=choice(0.999))
    assert found.verdict is Verdict.PILOT
    assert {j.because for j in found.judgements} == {Because.MANY_COMPARED}
    assert found.judgements[0].definition == "stay" and found.judgements[0].line in LINES


def worthless(rng: np.random.Generator, common: float) -> tuple[np.ndarray, float]:
    """Estimates of twenty worthless alternatives in units of their error, and the chance of the choice on others.

    Two halves of the customers each estimate every alternative; each picks its best and the other half values it,
    the errors of the two added as one.
    """
    halves = np.sqrt(common) * rng.standard_normal((2, 1)) + np.sqrt(1 - common) * rng.standard_normal(
        (2, 20)
    )
    picks = [int(half.argmax()) if half.max() > 0 else None for half in halves]
    held = [halves[1 - i][pick] for i, pick in enumerate(picks) if pick is not None]
    better = float(stats.norm.cdf(sum(held) / len(held))) if held else 0.0
    return halves.sum(axis=0) / np.sqrt(2), better


@pytest.mark.parametrize("common", [0.0, 0.9])
def test_twenty_worthless_alternatives_are_adopted_in_at_most_one_run_of_twenty(
    judged, given, choice, common
):
    """What the company requires: 5 % of 200 runs. Without the other half it is 10 % by construction of the rule."""
    rng, adopted = np.random.default_rng(20261122), 0
    for _ in range(200):
        values, better = worthless(rng, common)
        chances = stats.norm.cdf(values)
        if chances.max() < 0.9 or better < 0.9:
            continue
        said = choice(min(max(better, 1e-6), 1 - 1e-6))
        schemes = [
            given({"stay": float(p)}, policy=f"p{i}", seed=i if common == 0 else None)
            for i, p in enumerate(chances)
        ]
        adopted += judged(*schemes, choice=said).verdict is Verdict.ADOPT
    assert adopted <= 10


def test_overall_in_order(judged, given, choice):
    """Adopt before pilot, pilot before keep, reject only where everything ranked is rejected."""
    good, open_, bad, poor = (
        given({"stay": p}, policy=name)
        for p, name in ((0.999, "good"), (0.7, "open"), (0.01, "bad"), (0.3, "poor"))
    )
    assert judged(good, open_, choice=choice(1.0)).verdict is Verdict.ADOPT
    assert judged(open_, bad).verdict is Verdict.PILOT
    assert judged(bad, poor).verdict is Verdict.KEEP
    assert judged(bad, replace(bad, policy="worse")).verdict is Verdict.REJECT
    assert judged(bad, good, excluded=("good",)).verdict is Verdict.REJECT
    assert judged(open_, bad).leading().change.policy == "open"


def test_knowing_is_worth_most_where_nothing_leans_either_way(judged, given, unknown, build, rule):
    """Unit normal loss at 0 is 1 / sqrt(2 pi) = .398942 (Raiffa & Schlaifer 1961): 1,000 at stake, 10 points
    possible either way, nothing to pay."""
    even = build(given({}, identified=0.0, cost=(0.0, -1.0, 1.0), break_even=None))
    assert worth_knowing(even, rule, unknown) == pytest.approx(1000 * 0.1 / 1.959964 * 0.398942, rel=1e-5)
    dear = build(given({}, identified=0.0, cost=(90.0, 80.0, 95.0)))
    assert 0 < worth_knowing(dear, rule, unknown) < worth_knowing(even, rule, unknown)


def test_the_question_most_worth_settling_leads(judged, given, unknown):
    """Ten times the margin at the same break-even change is ten times as much to know."""
    small = given({}, identified=0.0, policy="small")
    large = given({}, identified=0.0, policy="large", stake=10_000.0, cost=(500.0, 400.0, 600.0))
    found = judged(small, large, effect=unknown)
    assert found.leading().change.policy == "large"
    worth = {j.change.policy: j.worth_knowing for j in found.judgements}
    assert worth["large"] == pytest.approx(10 * worth["small"])


def test_what_is_not_put_in_is_not_judged(judged, given):
    """Sure to be better, but against a policy nobody has in force: no verdict; one without prices leaves the others."""
    sure = given({"stay": 0.99}, policy="sure"), given({"stay": 0.0}, policy="poor")
    names = ["sure", "poor"]
    found = judged(*sure, excluded=names, unready=dict.fromkeys(names, Because.STARTER))
    assert (found.verdict, found.policy) == (Verdict.UNREADY, None)
    assert {(one.verdict, one.because) for one in found.judgements} == {(Verdict.UNREADY, Because.STARTER)}
    found = judged(*sure, excluded=["sure"], unready={"sure": Because.NOT_PRICED})
    assert found.verdict is Verdict.REJECT and found.leading().change.policy == "poor"
    assert [one.because for one in found.judgements] == [Because.NOT_PRICED, Because.SURELY_NOT_BETTER]
    found = judged(*sure, excluded=names, unready={"sure": Because.NOT_PRICED})
    assert found.verdict is Verdict.KEEP
    assert [one.verdict for one in found.judgements] == [Verdict.UNREADY, Verdict.EXCLUDED]
