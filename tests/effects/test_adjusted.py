"""The effect of a grade given by judgement, in worlds where it is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.adjusted.averages import (
    Arms,
    change_of_holders,
    change_within,
    difference,
    overlap_means,
)
from toolkit.effects.adjusted.nuisance import Expected, chance_of_grade, deal, fit_logistic
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample, Limits
from toolkit.effects.adjusted.single_grade import estimate_adjusted
from toolkit.synthetic.gradeworld import simulate_review
from toolkit.synthetic.world import World, chance
from toolkit.terms import Label

SEEDS = range(20261121, 20261121 + 40)
SEGMENTS = np.array(["north", "east", "south", "west"])


def review(seed: int, **switches: object) -> tuple[AdjustedSample, float]:
    """A review of about 2,300 customers in the risk set, and the oracle change of those who could have had either grade."""
    world = World(**{"customers": 4_000, "discretion": True} | switches)
    cohort = simulate_review(world, np.random.default_rng(seed))
    h = chance(world.discretion_base + world.discretion_slope * cohort.x)
    h = h * (1 - h)
    controls = {"spend": cohort.score, "tenure": cohort.tenure, "segment": SEGMENTS[cohort.segment]}
    sample = AdjustedSample(cohort.outcome, cohort.treated, controls, np.arange(len(cohort)))
    return sample, float((h * (cohort.p1 - cohort.p0)).sum() / h.sum())


def judged(
    rng: np.random.Generator, n: int = 4_000, effect: float = 0.0
) -> tuple[np.ndarray, np.ndarray, dict]:
    """Four drivers of equal weight behind grade and outcome; the effect on the outcome is the same for all."""
    drivers = rng.standard_normal((n, 4))
    pull = drivers.sum(axis=1)
    received = rng.random(n) < chance(0.4 * pull)
    outcome = 0.3 * pull + effect * received + rng.standard_normal(n)
    return outcome, received, {f"driver_{i}": drivers[:, i] for i in range(4)}


@pytest.fixture(scope="module")
def design(question) -> AdjustedDesign:
    return AdjustedDesign(question)


@pytest.fixture(scope="module")
def recorded(design):
    """40 worlds in which all that decides the grade is on record."""
    return [(estimate_adjusted(sample, design), truth) for sample, truth in map(review, SEEDS)]


def test_the_average_meets_the_oracle_where_all_drivers_are_recorded(recorded):
    """Methods 9: within .006 of the oracle; 40 worlds of 2,300 have an error of .003, so 3.3 errors are .01.
    Counts outside the range fall below or above a binomial(40, .95) about once in 1,000 each way."""
    error = np.array([effect.estimate.value - truth for effect, truth in recorded])
    stated = np.array([effect.std_error for effect, _ in recorded])
    assert error.mean() == pytest.approx(0, abs=0.01)
    assert stated.mean() == pytest.approx(error.std(), rel=0.35)
    covered = sum(effect.estimate.low <= truth <= effect.estimate.high for effect, truth in recorded)
    assert stats.binom.ppf(0.001, 40, 0.95) <= covered <= 40
    readings = [{name for name, _ in effect.readings} for effect, _ in recorded]
    assert all(effect.estimand == "ATO" for effect, _ in recorded)
    assert all(names - {"att", "ate_trimmed"} == {"regression"} for names in readings)
    assert sum("att" in names for names in readings) >= 35


def test_a_hidden_driver_biases_and_the_bound_covers_the_truth(design):
    """Methods 9: hidden coefficient .5 biases by more than .02; without that the worlds would be too good. Methods 2.3:
    the interval bounded by a factor as strong as spend covers the truth in every run."""
    found = [
        (estimate_adjusted(sample, design), truth)
        for sample, truth in (review(seed, hidden=0.5) for seed in SEEDS)
    ]
    assert np.mean([effect.estimate.value - truth for effect, truth in found]) > 0.02
    for effect, truth in found:
        assert effect.sensitivity.benchmark == "spend"
        assert effect.sensitivity.bounded.low <= truth <= effect.sensitivity.bounded.high
    codes = [effect.codes for effect, _ in found if effect.estimate.low > 0]
    assert len(codes) > 30 and codes.count(("HIDDEN",)) >= len(codes) - 5
    assert all(effect.evidence == "assumed" for effect, _ in found if effect.status == "identified_weak")


def test_the_average_agrees_with_plain_loops():
    """An independent slow twin of methods 2.3: the ATO, its clustered error, the ATT and the trimmed ATE, row by row."""
    rng = np.random.default_rng(7)
    n = 60
    y, d, e, m0, m1 = (
        rng.standard_normal(n),
        rng.random(n) < 0.5,
        rng.uniform(0.02, 0.98, n),
        rng.standard_normal(n),
        rng.standard_normal(n),
    )
    cluster = rng.integers(0, 20, n)
    arms = Arms(y, d, e, Expected(m0, m1))
    top = weight = holders = lost = inside = trimmed = 0.0
    for i in range(n):
        h = e[i] * (1 - e[i])
        weight += h
        top += h * (m1[i] - m0[i])
        top += (1 - e[i]) * (y[i] - m1[i]) if d[i] else -e[i] * (y[i] - m0[i])
        lost += y[i] - m0[i] if d[i] else -e[i] / (1 - e[i]) * (y[i] - m0[i])
        holders += d[i]
        if 0.1 < e[i] < 0.9:
            inside += 1
            trimmed += m1[i] - m0[i]
            trimmed += (y[i] - m1[i]) / e[i] if d[i] else -(y[i] - m0[i]) / (1 - e[i])
    ato = top / weight
    totals = dict.fromkeys(cluster.tolist(), 0.0)
    for i in range(n):
        orthogonal = (d[i] - e[i]) ** 2 * (m1[i] - m0[i] - ato)
        correction = (1 - e[i]) * (y[i] - m1[i]) if d[i] else -e[i] * (y[i] - m0[i])
        totals[cluster[i]] += (orthogonal + correction) / weight
    groups = len(totals)
    error = (sum(total**2 for total in totals.values()) * groups / (groups - 1)) ** 0.5
    codes = np.unique(cluster, return_inverse=True)[1]
    change = difference(overlap_means(arms))
    assert change.value == pytest.approx(ato, abs=1e-12)
    assert change.std_error(codes) == pytest.approx(error, rel=1e-12)
    assert change_of_holders(arms).value == pytest.approx(lost / holders, abs=1e-12)
    assert change_within(arms, 0.1).value == pytest.approx(trimmed / inside, abs=1e-12)
    assert change_within(replace(arms, chance=np.full(n, 0.05)), 0.1) is None


def test_the_logistic_fit_agrees_with_scikit_learn():
    """The same penalised likelihood; ours holds the intercept by a thousandth of a row."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(3)
    matrix = np.column_stack([np.ones(500), rng.standard_normal((500, 3))])
    target = rng.random(500) < chance(matrix @ np.array([0.5, 1.0, -2.0, 0.0]))
    other = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(matrix[:, 1:], target)
    found = fit_logistic(matrix, target.astype(float))
    assert found == pytest.approx(np.r_[other.intercept_, other.coef_[0]], abs=1e-4)
    assert np.isfinite(fit_logistic(matrix, matrix[:, 1] > 0)).all()


def test_nobody_is_predicted_from_their_own_rows():
    rng = np.random.default_rng(5)
    customer = rng.integers(0, 300, 1_000)
    cluster = np.unique(customer, return_inverse=True)[1]
    fold = deal(cluster, 5, seed=1)
    assert all(len(np.unique(fold[customer == who])) == 1 for who in np.unique(customer))
    assert np.bincount(fold).min() > 120
    matrix = np.column_stack([np.ones(1_000), rng.standard_normal(1_000)])
    received = rng.random(1_000) < 0.5
    changed = np.where(customer == customer[0], ~received, received)
    same_fold = fold == fold[0]
    before, after = (chance_of_grade(matrix, d, fold) for d in (received, changed))
    assert before[same_fold] == pytest.approx(after[same_fold], abs=1e-6)
    assert not np.allclose(before[~same_fold], after[~same_fold], atol=1e-6)


def test_repeated_rows_of_a_customer_are_not_counted_as_new(question):
    """Every row four times: the error stays what it was."""
    outcome, received, controls = judged(np.random.default_rng(11), 2_000, 1.0)
    design = AdjustedDesign(question, unit="money")
    once = estimate_adjusted(AdjustedSample(outcome, received, controls, np.arange(2_000)), design)
    often = estimate_adjusted(
        AdjustedSample(
            np.tile(outcome, 4),
            np.tile(received, 4),
            {k: np.tile(v, 4) for k, v in controls.items()},
            np.tile(np.arange(2_000), 4),
        ),
        design,
    )
    assert often.std_error == pytest.approx(once.std_error, rel=0.02)
    assert (often.n, often.n_customers) == (8_000, 2_000)
    for name, shown in often.readings:
        first = dict(once.readings)[name]
        assert shown.high - shown.low == pytest.approx(first.high - first.low, rel=0.03)


def test_the_order_of_the_rows_does_not_matter(design):
    sample, _ = review(1)
    order = np.random.default_rng(2).permutation(len(sample.outcome))
    one, other = estimate_adjusted(sample, design), estimate_adjusted(sample.where(order), design)
    assert one.estimate.value == pytest.approx(other.estimate.value, abs=1e-9)
    assert one.std_error == pytest.approx(other.std_error, abs=1e-9)


def test_a_strong_effect_that_survives_its_benchmark_is_identified(question):
    """Effect 1, drivers .4 each: known by construction."""
    design = AdjustedDesign(
        question, unit="money", labels={f"driver_{i}": Label(f"因素{i}", f"driver {i}") for i in range(4)}
    )
    effect = estimate_adjusted(AdjustedSample(*judged(np.random.default_rng(8), effect=1.0)), design)
    assert (effect.status, effect.evidence, effect.codes) == ("identified", "identified", ())
    assert abs(effect.estimate.value - 1.0) < 4 * effect.std_error
    assert effect.sensitivity.bounded.low > 0 and effect.sensitivity.e_value is None
    assert effect.sensitivity.sentence.en.endswith("would not be enough to erase this.")
    assert "driver " in effect.sensitivity.sentence.en and "因素" in effect.sensitivity.sentence.zh
    assert effect.power.expected_error == pytest.approx(effect.std_error, rel=0.4)
    assert effect.n_effective == effect.power.n < effect.n


def test_no_effect_is_never_called_identified(question):
    """A tight interval around zero is still only an assumption; at 5% some of 20 exclude zero, then HIDDEN speaks."""
    design = AdjustedDesign(question, unit="money")
    for seed in range(20):
        effect = estimate_adjusted(AdjustedSample(*judged(np.random.default_rng(seed), 1_500)), design)
        assert (effect.status, effect.evidence) == ("identified_weak", "assumed")
        holds = effect.estimate.low <= 0 <= effect.estimate.high
        assert effect.codes == (("MASKED",) if holds else ("HIDDEN",))


def refused(effect, *codes):
    """The common shape of a refusal."""
    assert effect.status == "not_identified" and effect.codes == codes
    assert effect.estimate is effect.std_error is effect.sensitivity is None and effect.readings == ()
    assert effect.pilot.customers > 0 and "门槛" not in effect.pilot.text.zh
    assert not any("bar" in words.split() for reason in effect.reasons for words in (reason.sentence.en,))
    return effect


def test_a_deterministic_rule_is_refused(design):
    """Attack 5: of one bar, of a sum of factors, and of several bars at once, which a regression does not see."""
    sample, _ = review(1, customers=12_000, discretion=False, sharp=True)
    effect = estimate_adjusted(sample, design)
    assert "NOOVERLAP" in refused(effect, *effect.codes).codes
    assert list(effect.picture.bins) == ["low", "high", "received", "others"]
    assert effect.picture.bins[["received", "others"]].to_numpy().sum() == effect.n
    rng = np.random.default_rng(4)
    factors = rng.standard_normal((8_000, 3))
    outcome = (rng.random(8_000) < 0.5).astype(float)
    either_not_both = (factors[:, 0] > -0.3) != (factors[:, 1] > 0)
    for rule in (factors.sum(axis=1) > 0, (factors > -0.3).all(axis=1), either_not_both):
        sample = AdjustedSample(outcome, rule, {str(i): factors[:, i] for i in range(3)})
        effect = estimate_adjusted(sample, design)
        assert effect.status == "not_identified" and "NOOVERLAP" in effect.codes
        assert effect.picture is not None


def test_a_rule_of_the_register_is_refused_even_where_grades_look_judged(design):
    sample, _ = review(1)
    effect = refused(estimate_adjusted(sample, replace(design, rule_known=True)), "NOOVERLAP")
    assert [check.id for check in effect.checks if not check.passed] == ["no_rule", "dated"]


def test_thin_overlap_leaves_only_those_who_could_have_had_either(question):
    """Methods 2.3: more than a tenth of chances outside [.02, .98] withholds ATT and ATE."""
    sample, truth = review(3, customers=12_000, discretion_slope=5.0)
    effect = estimate_adjusted(sample, AdjustedDesign(question))
    checks = {check.id: check for check in effect.checks}
    assert not checks["extreme_chances"].passed and checks["separation"].passed
    assert [name for name, _ in effect.readings] == ["regression"]
    assert -1 <= effect.sensitivity.bounded.low < effect.sensitivity.bounded.high <= 1
    assert abs(effect.estimate.value - truth) < 4 * effect.std_error


def test_too_few_rows_or_events_are_refused(question):
    outcome, received, controls = judged(np.random.default_rng(9), 400)
    effect = refused(
        estimate_adjusted(
            AdjustedSample(outcome, received, controls), AdjustedDesign(question, unit="money")
        ),
        "SMALL",
    )
    assert "detectable" in effect.reasons[0].sentence.en and "最小可检出" in effect.reasons[0].sentence.zh
    sample, _ = review(1)
    rare = sample.outcome.copy()
    rare[:] = 1.0
    rare[:25] = 0.0
    effect = refused(estimate_adjusted(replace(sample, outcome=rare), AdjustedDesign(question)), "SMALL")
    assert [check.id for check in effect.checks if not check.passed] == ["events", "dated"]
    constant = replace(sample, outcome=np.full(len(rare), 5.0))
    refused(estimate_adjusted(constant, AdjustedDesign(question, unit="money")), "SMALL")


def test_what_the_regression_misses_shows_in_the_balance(question):
    """A grade that follows spend as recorded in waves that a quadratic of ranks cannot follow."""
    rng = np.random.default_rng(6)
    spend = np.exp(1.5 * rng.standard_normal(6_000))
    received = rng.random(6_000) < np.where(spend > 8, 0.9, np.where(spend > 3, 0.15, 0.5))
    sample = AdjustedSample(rng.standard_normal(6_000), received, {"spend": spend})
    effect = estimate_adjusted(sample, AdjustedDesign(question, unit="money"))
    worst = effect.picture.balance.loc["spend", "after"]
    assert worst >= 0.1 and "UNBALANCED" in effect.codes
    strict = AdjustedDesign(question, unit="money", limits=Limits(imbalance=0.1))
    refused(estimate_adjusted(sample, strict), "UNBALANCED")


def test_a_missing_value_is_a_fact_of_its_own(question):
    """The grade and the outcome (+1) both follow from the value not being on record; the true effect is 0."""
    rng = np.random.default_rng(10)
    n = 4_000
    absent = rng.random(n) < 0.4
    received = rng.random(n) < np.where(absent, 0.7, 0.3)
    visits = np.where(absent, np.nan, rng.poisson(3, n))
    outcome = absent + rng.standard_normal(n)
    design = AdjustedDesign(question, unit="money")
    effect = estimate_adjusted(AdjustedSample(outcome, received, {"visits": visits}), design)
    assert outcome[received].mean() - outcome[~received].mean() > 0.3
    assert abs(effect.estimate.value) < 4 * effect.std_error < 0.2


def test_nothing_to_compare_is_said_in_its_own_words(design):
    sample, _ = review(1)
    n = len(sample.outcome)
    refused(estimate_adjusted(replace(sample, outcome=np.full(n, np.nan)), design), "CENSORED")
    refused(estimate_adjusted(replace(sample, controls={}), design), "UNRECORDED")
    refused(estimate_adjusted(replace(sample, controls={"one": np.ones(n)}), design), "UNRECORDED")
    everybody = estimate_adjusted(replace(sample, received=np.ones(n, bool)), design)
    assert everybody.codes == ("NOOVERLAP",) and everybody.picture is None
    nobody = estimate_adjusted(replace(sample, received=np.zeros(n, bool)), design)
    assert nobody.codes == ("NOTRUNNING",) and nobody.pilot.reviews == 0 and "places" in nobody.pilot.text.en
    for rows in (np.arange(2), np.arange(12)):
        few = estimate_adjusted(sample.where(rows), design)
        assert few.status == "not_identified"


def test_every_check_leads_somewhere_and_speaks_both_languages():
    from toolkit.effects.adjusted.gates import MEANINGS, REFUSING, WEAKENING, WITHHOLDING
    from toolkit.effects.reasons import REASONS

    assert set(REFUSING) | set(WEAKENING) | set(WITHHOLDING) == set(MEANINGS) - {"dated"}
    assert set(REFUSING.values()) | set(WEAKENING.values()) | {"HIDDEN", "MASKED", "UNRECORDED"} <= set(
        REASONS
    )
    assert all(label.zh and label.en and label.zh != label.en for label in MEANINGS.values())
