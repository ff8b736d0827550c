"""Customers drawn by lot, as two lists, with what followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.effects.effect import Effect, Question
from toolkit.effects.experiment.estimation import estimate_arm, estimate_experiment
from toolkit.effects.experiment.gates import at_most
from toolkit.effects.experiment.logged import LoggedDecisions, target_table
from toolkit.effects.experiment.off_policy import OffPolicyValue, evaluate_policy, value_of
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample, Limits
from toolkit.effects.experiment.scored_log import OffPolicySettings, score_log
from toolkit.effects.experiment.tie_breaker import TieBreaker, estimate_tie_breaker
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.records.source import Source
from toolkit.errors import HistoryError
from toolkit.params.designs import LotParams
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.terms import Label
from toolkit.window import Quarter


def lot_effects(
    source: Source, asked: LotParams, definitions: tuple[RetentionParams, ...]
) -> dict[str, Effect]:
    """The effect of being drawn, under each definition of retention.

    The outcome window begins with the first quarter that had not begun on the day of the draw; facts used for
    precision are those of the quarter before. A customer who never bought counts as not retained. Where those drawn
    against it are served as well from some day on, an outcome window that reaches beyond it is refused.

    Raises
    ------
    HistoryError
        If a customer stands on both lists, or a list or the attribute drawn whole is missing.
    """
    drawn = _drawn(source, asked)
    return {one.id: _effect(source, asked, drawn, one) for one in definitions}


def _effect(source: Source, asked: LotParams, drawn: pd.DataFrame, definition: RetentionParams) -> Effect:
    sample, design = _sample(source, asked, drawn, definition), _design(asked, definition)
    late = _caught_up(source, asked, drawn, definition)
    if late:
        return estimate_arm(sample, design, True, before=(at_most("caught_up", late, 0),))[0]
    if asked.band is None:
        return estimate_experiment(sample, design)
    return estimate_tie_breaker(_around_the_bar(source, asked, drawn, sample), design)


def _caught_up(source: Source, asked: LotParams, drawn: pd.DataFrame, definition: RetentionParams) -> int:
    """Rows whose outcome window reaches beyond the day on which those drawn against it are served as well."""
    if asked.control_served_on is None:
        return 0
    month = source.fiscal_start_month
    ends = {
        day: (source.quarter_before(day) + definition.quarters).end(month) for day in drawn["day"].unique()
    }
    return int((drawn["day"].map(ends) > asked.control_served_on).sum())


@dataclass(frozen=True, slots=True, eq=False)
class LoggedLot:
    """The draw as a log of decisions: whose outcome is known, and the quarter of the records they were drawn by."""

    log: LoggedDecisions
    customers: pd.Index
    review: tuple[Quarter, ...]

    def where(self, keep: np.ndarray) -> LoggedLot:
        """The rows where ``keep`` (bool, shape (rows,)) is true."""
        facts = {name: column[keep] for name, column in self.log.covariates.items()}
        cluster = None if self.log.cluster is None else self.log.cluster[keep]
        log = replace(
            self.log,
            reward=self.log.reward[keep],
            arm=self.log.arm[keep],
            cluster=cluster,
            covariates=facts,
        )
        review = tuple(one for one, mine in zip(self.review, keep, strict=True) if mine)
        return LoggedLot(log, self.customers[keep], review)


def logged_lot(source: Source, asked: LotParams, definition: RetentionParams) -> LoggedLot | None:
    """What was drawn and what followed; None while no outcome is known, or where none can be used."""
    drawn = _drawn(source, asked)
    if _caught_up(source, asked, drawn, definition):
        return None
    sample = _sample(source, asked, drawn, definition)
    known = np.isfinite(sample.outcome) & sample.complete
    if not known.any():
        return None
    kept = sample.where(known)
    facts = {name: column for name, column in kept.covariates.items() if np.isfinite(column).all()}
    return LoggedLot(
        LoggedDecisions(
            kept.outcome,
            kept.arm,
            {False: 1 - asked.share, True: asked.share},
            cluster=kept.cluster,
            covariates=facts,
        ),
        drawn.index[known],
        tuple(_draw(source, asked, day) for day in drawn["day"][known]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class LotGains:
    """What being drawn brought each of those drawn, row by row; all arrays have shape (rows,).

    Attributes
    ----------
    customers : Index
    review : tuple of Quarter
        The quarter at whose end the records stood when lots were drawn.
    gains : mapping of definition to array
        Doubly robust contribution to the change of the share retained: served less not served.
    cluster : array of str, or None
        What was drawn whole; None where customers were drawn one by one.
    """

    customers: pd.Index
    review: tuple[Quarter, ...]
    gains: Mapping[str, np.ndarray]
    cluster: np.ndarray | None = None


def lot_gains(
    source: Source,
    asked: LotParams,
    definitions: tuple[RetentionParams, ...],
    among: pd.Index | None = None,
) -> LotGains | None:
    """Gains of the rows whose outcome is known under every definition that has any; None where none can be had.

    A lot that fails the checks of :func:`toolkit.effects.experiment.off_policy.evaluate_policy` (arms not as the
    propensities say, too few rows) has no gains; one that drew clusters whole needs as many of them in each arm as an
    experiment. ``among`` are the customers whose records may be used.
    """
    known = {d.id: logged_lot(source, asked, d) for d in definitions}
    lots = {name: lot for name, lot in known.items() if lot is not None}
    if not lots:
        return None
    shared = set.intersection(*(set(lot.customers) for lot in lots.values()))
    if among is not None:
        shared &= set(among)
    if not shared:
        return None
    kept = {name: lot.where(lot.customers.isin(list(shared))) for name, lot in lots.items()}
    first, gains = next(iter(kept.values())), {}
    if not _enough(first.log):
        return None
    for name, lot in kept.items():
        gains[name] = _contributions(lot)
        if gains[name] is None:
            return None
    return LotGains(first.customers, first.review, gains, first.log.cluster)


def _enough(log: LoggedDecisions) -> bool:
    """Whether each arm has the rows that a policy's value needs, and the clusters that an experiment needs."""
    arms = [log.arm, ~log.arm]
    if min(int(arm.sum()) for arm in arms) < OffPolicySettings().matched:
        return False
    if log.cluster is None:
        return True
    return min(len(np.unique(log.cluster[arm])) for arm in arms) >= Limits().fewest_clusters


def _contributions(lot: LoggedLot) -> np.ndarray | None:
    """Contribution of each row, shape (rows,); None where customers drawn one by one fail the checks of a value.

    Whole clusters were checked as an experiment: weights of few clusters are uneven by design.
    """
    settings, n = OffPolicySettings(), len(lot.customers)
    scored = score_log(lot.log, settings)
    served, others = (target_table(arm, lot.log.labels, n) for arm in (True, False))
    if lot.log.cluster is None and (value_of(scored, served, others, settings, recorded=True).change is None):
        return None
    return scored.contributions(served - others, scored.q)


def directions_by_lot(
    lot: LotGains, register: Register, baseline: Register, packages: tuple[str, str]
) -> np.ndarray:
    """What a policy would have done to each row against the baseline at the time of its draw.

    Returns
    -------
    array of int, shape (rows,)
        +1 where it gives the first of ``packages`` and the baseline the second, -1 the other way, else 0.
    """
    after, before = (_packages(lot.customers, lot.review, one) for one in (register, baseline))
    package, otherwise = packages
    up, down = (after == package) & (before == otherwise), (after == otherwise) & (before == package)
    return up.astype(int) - down.astype(int)


def _packages(customers: pd.Index, reviews: tuple[Quarter, ...], register: Register) -> np.ndarray:
    """Package of each customer at his review, shape (rows,); missing where the policy did not grade him."""
    found = np.full(len(customers), None, dtype=object)
    for review in set(reviews):
        mine = np.array([one == review for one in reviews])
        found[mine] = register.packages(review).astype(object).reindex(customers[mine]).to_numpy()
    return found


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
    return _packages(lot.customers, lot.review, register) == package


def _draw(source: Source, asked: LotParams, day: pd.Timestamp) -> Quarter:
    """The quarter at whose end the records stood when the lots of ``day`` were drawn."""
    return Quarter.parse(asked.drawn_on) if asked.drawn_on else source.quarter_before(day)


def _around_the_bar(
    source: Source, asked: LotParams, drawn: pd.DataFrame, sample: ExperimentSample
) -> TieBreaker:
    """The rows drawn, with the score that put them near the bar."""
    band = asked.band
    rows, score = source.panel.customers.get_indexer(drawn.index), np.full(len(drawn), np.nan)
    for day in drawn["day"].unique():
        mine, review = drawn["day"].to_numpy() == day, _draw(source, asked, day)
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
        cluster=None if asked.cluster is None else source.drawn_with(asked.cluster, drawn.index),
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
