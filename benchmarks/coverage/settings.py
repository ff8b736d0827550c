"""The worlds of the coverage study and what is asked of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, nan, sqrt

import numpy as np

from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.adjusted.single_grade import estimate_adjusted
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Effect, Question
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.tie_breaker import TieBreaker, estimate_tie_breaker
from toolkit.effects.rollout.review_sample import ReviewDesign, ReviewSample
from toolkit.effects.rollout.reviews import estimate_launch, estimate_upgrade
from toolkit.synthetic.gradeworld import ReviewCohort, simulate_review, truth_at_bar
from toolkit.synthetic.spendpanel import ONE_SIZE, PanelPlan, simulate_panel
from toolkit.synthetic.world import World, chance
from toolkit.terms import Label

AT_RISK = 0.573
DRAWS = 1_000_000
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Trial:
    """What one world was answered; NaN where there is no figure."""

    refused: bool
    value: float = nan
    low: float = nan
    high: float = nan
    codes: tuple[str, ...] = ()


PROMISES: dict[str, tuple[Label, Callable[[dict], bool]]] = {
    "answers": (
        Label("覆盖 92% 至 98%，拒答至多 6%", "covers 92 to 98%, refuses at most 6%"),
        lambda line: 0.92 <= line["coverage"] <= 0.98 and line["refused"] <= 0.06,
    ),
    "covers": (Label("覆盖 92% 至 98%", "covers 92 to 98%"), lambda line: 0.92 <= line["coverage"] <= 0.98),
    "never_covers": (Label("从不覆盖", "never covers"), lambda line: line["coverage"] == 0),
    "warning": (Label("无标准，仅示警", "none: a warning"), lambda line: True),
    "claims_nothing": (
        Label("至多 6% 误报", "claims something in at most 6%"),
        lambda line: line["claimed"] <= 0.06,
    ),
    "refuses": (Label("至少 90% 拒答", "refuses at least 90%"), lambda line: line["refused"] >= 0.9),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of world, the design asked, and what must come of it.

    Attributes
    ----------
    id : str
    title : Label
    truth : callable
        The true answer, from the oracle of the simulator.
    draw : callable
        From a generator and a number of customers to a trial.
    promise : key of :data:`PROMISES`
        The bar that the setting is held to.
    least : int
        Customers from which it is held to it; with fewer there is too little to see.
    times : int
        How many times as many worlds are drawn, where the bar is close to what is expected.
    """

    id: str
    title: Label
    truth: Callable[[], float]
    draw: Callable[[np.random.Generator, int], Trial]
    promise: str
    least: int = 0
    times: int = 1


WORDS = Label("模拟客户", "simulated customers")
QUESTION = Question(WORDS, WORDS, WORDS, 4)
DESIGN = CutoffDesign(QUESTION)
ADJUSTED = AdjustedDesign(QUESTION)
REVIEWS = ReviewDesign(QUESTION)
EXPERIMENT = ExperimentDesign(QUESTION)
LATER = PanelPlan(years=7, launch=4)
BAND = 0.3


def trial_of(effect: Effect, reading: str | None = None) -> Trial:
    """The quoted figure of an effect, or one of its readings."""
    shown = effect.estimate if reading is None or effect.estimate is None else dict(effect.readings)[reading]
    refused = effect.status == "not_identified"
    if shown is None:
        return Trial(refused, codes=effect.codes)
    return Trial(refused, shown.value, shown.low, shown.high, effect.codes)


def cohort(rng: np.random.Generator, size: int, **changes: object) -> ReviewCohort:
    """About ``size`` customers at a review."""
    return simulate_review(World(customers=round(size / AT_RISK), **changes), rng)


def cutoff_sample(found: ReviewCohort) -> CutoffSample:
    """The rows as a company would have them: score, grade received, outcome, facts from before."""
    earlier = np.log1p(found.spend_before[:, :4].sum(axis=1))
    return CutoffSample(
        found.score,
        World().bar,
        found.outcome,
        found.treated,
        covariates={"tenure": found.tenure, "earlier_spend": earlier},
    )


def raw_gap(rng: np.random.Generator, size: int) -> Trial:
    found = cohort(rng, size)
    had, others = found.outcome[found.treated], found.outcome[~found.treated]
    gap = had.mean() - others.mean()
    half = 1.96 * sqrt(had.var() / len(had) + others.var() / len(others))
    return Trial(False, gap, gap - half, gap + half)


def at_the_bar(reading: str | None = None, **changes: object) -> Callable[[np.random.Generator, int], Trial]:
    def draw(rng: np.random.Generator, size: int) -> Trial:
        return trial_of(estimate_cutoff(cutoff_sample(cohort(rng, size, **changes)), DESIGN), reading)

    return draw


def with_reviews_before(rng: np.random.Generator, size: int) -> Trial:
    bundled = replace(DESIGN, other_perks=("hotline",))
    after = cutoff_sample(cohort(rng, size, compound=0.4))
    before = cutoff_sample(cohort(rng, size, compound=0.4, programme=False))
    return trial_of(estimate_cutoff(after, bundled, before))


def bundled_unnoticed(rng: np.random.Generator, size: int) -> Trial:
    """Another benefit at the bar that nobody entered in the programme register."""
    return trial_of(estimate_cutoff(cutoff_sample(cohort(rng, size, compound=0.4)), DESIGN))


def judged(rng: np.random.Generator, size: int, **changes: object) -> Trial:
    """Grades given by judgement on recorded spend (and, with ``hidden``, on loyalty that nobody records)."""
    found = cohort(rng, size, discretion=True, **changes)
    facts = {"spend": found.score, "tenure": found.tenure, "segment": found.segment.astype(str)}
    return trial_of(estimate_adjusted(AdjustedSample(found.outcome, found.treated, facts), ADJUSTED))


def judged_on_loyalty(rng: np.random.Generator, size: int) -> Trial:
    return judged(rng, size, hidden=0.5)


def reviews(rng: np.random.Generator, size: int, plan: PanelPlan) -> ReviewSample:
    """Customers of one size who never leave, at yearly reviews."""
    panel = simulate_panel(rng, replace(ONE_SIZE, customers=size), plan)
    return ReviewSample(panel.yearly(), panel.x, panel.treated)


def launched(rng: np.random.Generator, size: int) -> Trial:
    return trial_of(estimate_launch(reviews(rng, size, PanelPlan()), REVIEWS))


def upgraded(rng: np.random.Generator, size: int) -> Trial:
    return trial_of(estimate_upgrade(reviews(rng, size, LATER), REVIEWS))


def upgraded_by_symmetry(rng: np.random.Generator, size: int) -> Trial:
    """The method of a launch put to upgrades, where its placebo review must refuse it."""
    symmetric = replace(REVIEWS, method="symmetric")
    return trial_of(estimate_upgrade(reviews(rng, size, LATER), symmetric))


def drawn_by_lot(rng: np.random.Generator, size: int) -> Trial:
    found = cohort(rng, size, rct=1.0, rct_band=BAND)
    arm = np.where(found.randomised, found.treated, found.eligible)
    rows = ExperimentSample(found.outcome, arm, {False: 0.5, True: 0.5})
    pilot = TieBreaker(rows, found.score, World().bar, found.randomised, (exp(-BAND), exp(BAND)))
    return trial_of(estimate_tie_breaker(pilot, EXPERIMENT))


def could_have_either() -> float:
    """Average effect, weighted by the chance of either grade."""
    found = cohort(np.random.default_rng(SEED), DRAWS // 2, discretion=True)
    either = chance(World().discretion_base + World().discretion_slope * found.x)
    weight = either * (1 - either)
    return float((weight * (found.p1 - found.p0)).sum() / weight.sum())


def in_the_band() -> float:
    found = cohort(np.random.default_rng(SEED), DRAWS, rct=1.0, rct_band=BAND)
    return float((found.p1 - found.p0)[found.randomised].mean())


def lift() -> float:
    return World().spend_lift


def late(**changes: object) -> Callable[[], float]:
    return lambda: truth_at_bar(World(**changes), DRAWS).late


def holders() -> float:
    """Average effect among those who have the grade."""
    found = cohort(np.random.default_rng(SEED), DRAWS // 2)
    return float((found.p1 - found.p0)[found.treated].mean())


def nothing() -> float:
    return 0.0


SETTINGS = (
    Setting(
        "raw_gap",
        Label("两组客户留存之差（描述，不是影响）", "gap between holders and others (description)"),
        holders,
        raw_gap,
        "never_covers",
    ),
    Setting(
        "cutoff",
        Label("断点设计：稳健区间", "cutoff: robust interval"),
        late(),
        at_the_bar("robust"),
        "covers",
    ),
    Setting(
        "cutoff_set", Label("断点设计：AR 集", "cutoff: Anderson-Rubin set"), late(), at_the_bar(), "covers"
    ),
    Setting(
        "cutoff_faint",
        Label("断点设计：一半人破格（AR 集）", "cutoff, half of the rows exceptions (AR set)"),
        late(refuse=0.4),
        at_the_bar(refuse=0.4),
        "covers",
    ),
    Setting(
        "cutoff_nothing",
        Label("断点设计：等级毫无作用", "cutoff where the grade does nothing"),
        nothing,
        at_the_bar(null=True),
        "claims_nothing",
        times=5,
    ),
    Setting(
        "cutoff_pushed",
        Label(
            "断点设计：约 10% 的临界客户被推过门槛", "cutoff, about 10% of near misses pushed over the bar"
        ),
        late(),
        at_the_bar(manip=0.1),
        "refuses",
        12_000,
    ),
    Setting(
        "bundled_unnoticed",
        Label("同一门槛另有权益而未登记", "another benefit at the bar, not registered"),
        late(compound=0.4),
        bundled_unnoticed,
        "warning",
    ),
    Setting(
        "before_and_after",
        Label("同一门槛另有权益：前后断点之差", "another benefit at the bar: difference in discontinuities"),
        late(compound=0.4),
        with_reviews_before,
        "covers",
    ),
    Setting(
        "adjusted",
        Label("统计调整：评级依据都有记录", "adjusted, all reasons of the grade on record"),
        could_have_either,
        judged,
        "covers",
    ),
    Setting(
        "adjusted_hidden",
        Label("统计调整：评级还凭未记录的忠诚度", "adjusted, grade also by loyalty that nobody records"),
        could_have_either,
        judged_on_loyalty,
        "warning",
    ),
    Setting(
        "launch",
        Label("首次实施：对称双重差分", "launch, symmetric difference in differences"),
        lift,
        launched,
        "covers",
    ),
    Setting(
        "upgrade", Label("持续实施中的升级：全历史调整", "upgrades, full history"), lift, upgraded, "covers"
    ),
    Setting(
        "upgrade_symmetric",
        Label("持续实施中的升级：误用对称双重差分", "upgrades, symmetric differences misused"),
        lift,
        upgraded_by_symmetry,
        "refuses",
    ),
    Setting(
        "tie_breaker",
        Label("门槛附近抽签试点", "lots drawn around the bar"),
        in_the_band,
        drawn_by_lot,
        "covers",
    ),
)
