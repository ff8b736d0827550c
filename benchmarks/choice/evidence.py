"""The evidence of a company, found by the designs that a report uses and handed to the comparison as it expects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from worlds import OTHERWISE, PACKAGE, Company, Rule, direction, worth

from toolkit.comparison.evidence import BarEvidence, LotEvidence
from toolkit.comparison.hazard import staying_along
from toolkit.effects.cutoff.parts import estimate_parts
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Effect, Question
from toolkit.effects.experiment.estimation import estimate_experiment
from toolkit.effects.experiment.logged import LoggedDecisions
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.scored_log import OffPolicySettings, score_log
from toolkit.estimate import Estimate
from toolkit.synthetic.gradeworld import ReviewCohort
from toolkit.synthetic.world import SCORE_QUARTERS
from toolkit.terms import Label

DEFINITION = "still_active"
WORDS = Label("模拟客户", "simulated customers")
QUESTION = Question(WORDS, WORDS, WORDS, 4)
DESIGN = CutoffDesign(QUESTION)
EXPERIMENT = ExperimentDesign(QUESTION)
COIN = {False: 0.5, True: 0.5}
SETTINGS = OffPolicySettings()


@dataclass(frozen=True, slots=True)
class Lot:
    """Those drawn by lot: what serving each of them changed, by the doubly robust formula.

    Attributes
    ----------
    cohort : ReviewCohort, length m
    gains : array, shape (m,)
        Change of the outcome, 0 to 1.
    worth : array, shape (m,)
    """

    cohort: ReviewCohort
    gains: np.ndarray
    worth: np.ndarray


def rows_of(cohort: ReviewCohort, rows: np.ndarray) -> ReviewCohort:
    """The customers at ``rows`` (a mask or positions)."""
    return ReviewCohort(*(getattr(cohort, item.name)[rows] for item in fields(cohort)))


def sample_of(company: Company) -> CutoffSample:
    """Everybody whose outcome is known, as the programme recorded them; customers are named by their position."""
    past = company.past
    earlier = np.log1p(past.spend_before[:, :SCORE_QUARTERS].sum(axis=1))
    facts = {"tenure": past.tenure, "earlier_spend": earlier}
    customer = np.arange(len(past))
    return CutoffSample(past.score, company.world.bar, past.outcome, past.treated, customer, covariates=facts)


def at_the_bar(sample: CutoffSample) -> Effect:
    """What the grade caused at its bar, with every automatic check."""
    return estimate_cutoff(sample, DESIGN)


def of_the_lot(drawn: ReviewCohort) -> Effect:
    """What the grade caused among those drawn by lot."""
    return estimate_experiment(ExperimentSample(drawn.outcome, drawn.treated, COIN), EXPERIMENT)


def on_parts(sample: CutoffSample, parts: Sequence[np.ndarray]) -> tuple[Estimate | None, ...]:
    """The effect at the bar on parts of the customers, masks of shape (n,), as a report finds it on halves."""
    return estimate_parts(sample, DESIGN, [np.flatnonzero(part) for part in parts])


def bar_evidence(sample: CutoffSample, effect: Estimate, reach: float, today: ReviewCohort) -> BarEvidence:
    """``effect``, found on ``sample``, for the customers of ``today``."""
    staying = staying_along(today.x, (sample.x, sample.outcome, sample.received), effect.value)
    return BarEvidence(
        package=PACKAGE,
        otherwise=OTHERWISE,
        measure="spend",
        window_quarters=SCORE_QUARTERS,
        distance=today.x,
        reach=reach,
        effects={DEFINITION: effect},
        staying={DEFINITION: staying},
    )


def lot_of(company: Company, drawn: ReviewCohort) -> Lot:
    """What serving changed for each of those drawn by lot."""
    facts = {"spend": np.log(drawn.score), "need": drawn.need, "tenure": drawn.tenure}
    log = LoggedDecisions(drawn.outcome, drawn.treated, COIN, covariates=facts)
    scored = score_log(log, SETTINGS)
    moved = np.where(np.array([bool(label) for label in log.labels]), 1.0, -1.0)
    table = np.tile(moved, (len(drawn), 1))
    return Lot(drawn, scored.contributions(table, scored.q), worth(drawn, company.world))


def lot_evidence(lot: Lot, inside: np.ndarray, rules: Sequence[Rule], baseline: Rule) -> LotEvidence:
    """The lot as evidence on ``rules`` for the customers of today, those ``inside`` (n,) could have been drawn."""
    return LotEvidence(
        id="pilot",
        package=PACKAGE,
        otherwise=OTHERWISE,
        inside=inside,
        gains={DEFINITION: lot.gains},
        worth=lot.worth,
        directions={rule.id: direction(rule, baseline, lot.cohort) for rule in rules},
        cluster=None,
    )


def two_halves(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two masks of (count,) that share nobody."""
    first = np.zeros(count, bool)
    first[rng.permutation(count)[: count // 2]] = True
    return first, ~first
