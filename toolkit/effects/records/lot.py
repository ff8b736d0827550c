"""Customers drawn by lot, as two lists, with what followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.effects.effect import Effect, Question
from toolkit.effects.experiment.estimation import estimate_experiment
from toolkit.effects.experiment.logged import LoggedDecisions
from toolkit.effects.experiment.off_policy import OffPolicyValue, evaluate_policy
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.tie_breaker import TieBreaker, estimate_tie_breaker
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.records.source import Source
from toolkit.errors import HistoryError
from toolkit.params.designs import BandParams, LotParams
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.terms import Label
from toolkit.window import Quarter


def lot_effects(
    source: Source, asked: LotParams, definitions: tuple[RetentionParams, ...]
) -> dict[str, Effect]:
    """The effect of being drawn, under each definition of retention.

    The outcome window begins with the first quarter that had not begun on the day of the draw; facts used for
    precision are those of the quarter before. A customer who never bought counts as not retained.

    Raises
    ------
    HistoryError
        If a customer stands on both lists, or a list is missing.
    """
    drawn = _drawn(source, asked)
    found = {}
    for definition in definitions:
        sample, design = _sample(source, asked, drawn, definition), _design(asked, definition)
        found[definition.id] = (
            estimate_experiment(sample, design)
            if asked.band is None
            else estimate_tie_breaker(_around_the_bar(source, asked.band, drawn, sample), design)
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class LoggedLot:
    """The draw as a log of decisions: whose outcome is known, and the last quarter closed before their draw."""

    log: LoggedDecisions
    customers: pd.Index
    review: tuple[Quarter, ...]


def logged_lot(source: Source, asked: LotParams, definition: RetentionParams) -> LoggedLot | None:
    """What was drawn and what followed; None while no outcome is known."""
    drawn = _drawn(source, asked)
    sample = _sample(source, asked, drawn, definition)
    known = np.isfinite(sample.outcome) & sample.complete
    if not known.any():
        return None
    kept = sample.where(known)
    facts = {name: column for name, column in kept.covariates.items() if np.isfinite(column).all()}
    return LoggedLot(
        LoggedDecisions(
            kept.outcome, kept.arm, {False: 1 - asked.share, True: asked.share}, covariates=facts
        ),
        drawn.index[known],
        tuple(source.quarter_before(day) for day in drawn["day"][known]),
    )


def values_by_lot(
    lot: LoggedLot, package: str, registers: Mapping[str, Register], baseline: str
) -> dict[str, OffPolicyValue]:
    """Every policy against the baseline among those drawn: who would have had ``package`` under it."""
    served = {name: _served(lot, register, package) for name, register in registers.items()}
    return {
        name: evaluate_policy(lot.log, target, served[baseline])
        for name, target in served.items()
        if name != baseline
    }


def _served(lot: LoggedLot, register: Register, package: str) -> np.ndarray:
    """Whether the policy gave each customer the package at the time; bool, shape (rows,)."""
    given = np.zeros(len(lot.customers), dtype=bool)
    for review in set(lot.review):
        mine = np.array([one == review for one in lot.review])
        known = register.packages(review).astype(object).reindex(lot.customers[mine])
        given[mine] = (known == package).to_numpy()
    return given


def _around_the_bar(
    source: Source, band: BandParams, drawn: pd.DataFrame, sample: ExperimentSample
) -> TieBreaker:
    """The rows drawn, with the score that put them near the bar."""
    rows, score = source.panel.customers.get_indexer(drawn.index), np.full(len(drawn), np.nan)
    for day in drawn["day"].unique():
        mine, review = drawn["day"].to_numpy() == day, source.quarter_before(day)
        if review in source.panel.quarters:
            known = source.facts((band.measure,), review, band.window_quarters)[band.measure]
            score[mine] = _of(known, rows[mine], missing=np.nan)
    known = np.isfinite(score)
    everybody = np.ones(int(known.sum()), dtype=bool)
    return TieBreaker(sample.where(known), score[known], band.bar, everybody, (band.low, band.high))


def _drawn(source: Source, asked: LotParams) -> pd.DataFrame:
    """One row per customer: ``arm`` (True: drawn for it), ``day``."""
    arms = [source.entries(asked.treated), source.entries(asked.control)]
    both = arms[0].index.intersection(arms[1].index)
    if len(both):
        raise HistoryError(
            zh=f"{len(both)} 位客户同时在“{asked.treated}”与“{asked.control}”两个名单上；抽签的每位客户只能属于一组。",
            en=f"{len(both)} customers stand on both lists '{asked.treated}' and '{asked.control}'; "
            "a customer is drawn into one arm only.",
        )
    days = pd.concat(arms)
    return pd.DataFrame({"arm": [True] * len(arms[0]) + [False] * len(arms[1]), "day": days})


def _sample(
    source: Source, asked: LotParams, drawn: pd.DataFrame, definition: RetentionParams
) -> ExperimentSample:
    rows = source.panel.customers.get_indexer(drawn.index)
    outcome, complete = np.full(len(drawn), np.nan), np.zeros(len(drawn), dtype=bool)
    facts = {name: np.full(len(drawn), np.nan) for name in asked.controls}
    for day in drawn["day"].unique():
        mine, review = drawn["day"].to_numpy() == day, source.quarter_before(day)
        followed = source.outcome(definition, review) if review in source.complete else None
        if followed is not None:
            outcome[mine] = _of(followed, rows[mine], missing=0.0)
            complete[mine] = True
        if review in source.panel.quarters:
            _enter(facts, source.facts(asked.controls, review, asked.window_quarters), rows, mine)
    several = drawn["day"].nunique() > 1
    return ExperimentSample(
        outcome,
        drawn["arm"].to_numpy(),
        {False: 1 - asked.share, True: asked.share},
        complete=complete,
        stratum=drawn["day"].to_numpy() if several else None,
        covariates=facts,
    )


def _enter(
    facts: dict[str, np.ndarray], known: Mapping[str, np.ndarray], rows: np.ndarray, mine: np.ndarray
) -> None:
    for name, values in known.items():
        facts[name][mine] = _of(values, rows[mine], missing=np.nan)


def _of(values: np.ndarray, rows: np.ndarray, missing: float) -> np.ndarray:
    """Values of the customers at ``rows``, ``missing`` where the panel does not know them (-1)."""
    return np.where(rows >= 0, values[np.maximum(rows, 0)], missing)


def _design(asked: LotParams, definition: RetentionParams) -> ExperimentDesign:
    question = Question(
        Label("参加抽签的客户", "customers who took part in the draw"),
        asked.contrast.label(),
        definition.title.label(),
        definition.quarters,
    )
    return ExperimentDesign(question, plan=PilotPlan(horizon_quarters=definition.quarters))
