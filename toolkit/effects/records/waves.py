"""Customers for whom something began at different times, quarter by quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.records.source import Source
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample
from toolkit.effects.rollout.staggered import estimate_rollout
from toolkit.errors import HistoryError
from toolkit.measures.registry import MEASURES
from toolkit.params.designs import RolloutParams
from toolkit.terms import Label
from toolkit.window import Quarter

WORTH_FINDING = 0.1


def waves_effect(source: Source, asked: RolloutParams) -> Effect:
    """The effect of a benefit that began in waves on a measure of each quarter.

    A customer counts in the quarters with a purchase; the quarter of the first day on the list is the first one
    under the benefit.
    """
    sample = _sample(source, asked)
    unit = _unit(asked)
    usual = float(np.nanmean(sample.outcome)) if np.isfinite(sample.outcome).any() else 1.0
    worth = WORTH_FINDING * (abs(usual) or 1.0) if asked.transform == "level" else WORTH_FINDING
    name = source.names[asked.measure]
    question = Question(
        Label("名单上的客户，有购买的季度", "customers on the list, quarters with a purchase"),
        asked.contrast.label(),
        Label(f"每季度{name.zh}", f"{name.en} a quarter") if asked.transform == "level" else name,
        1,
    )
    plan = PilotPlan(wanted=worth, unit=unit, horizon_quarters=1, review_quarters=1)
    return estimate_rollout(sample, RolloutDesign(question, unit=unit, plan=plan))


def _sample(source: Source, asked: RolloutParams) -> RolloutSample:
    panel, quarters = source.panel, source.complete
    places = [panel.quarters.index(quarter) for quarter in quarters]
    values = panel.values(asked.measure, 1)[:, places].copy()
    bought = np.array([panel.bought(quarter) for quarter in quarters]).T
    values[~bought] = np.nan
    if asked.transform == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0, np.log(values), np.nan)
    return RolloutSample(
        values,
        _starts(source, asked, quarters),
        customer=panel.customers.to_numpy(),
        cluster=_clusters(source, asked),
        outcome_kind="count" if asked.transform == "level" else "amount",
    )


def _starts(source: Source, asked: RolloutParams, quarters: tuple[Quarter, ...]) -> np.ndarray:
    first = source.entries(asked.started_by).reindex(source.panel.customers)
    return np.array(
        [
            np.nan
            if pd.isna(day)
            else max(Quarter.containing(day.date(), source.fiscal_start_month) - quarters[0], 0)
            for day in first
        ]
    )


def _clusters(source: Source, asked: RolloutParams) -> np.ndarray | None:
    if asked.cluster is None:
        return None
    customers = source.table("customers")
    if asked.cluster not in customers.columns:
        raise HistoryError(
            zh=f"customers 表中没有“{asked.cluster}”一栏；分批推行按它聚类，请核对名称。",
            en=f"The table customers has no column '{asked.cluster}'; errors are to be clustered by it.",
        )
    known = customers.drop_duplicates("customer_id").set_index("customer_id")[asked.cluster]
    return known.reindex(source.panel.customers).astype(str).to_numpy()


def _unit(asked: RolloutParams) -> str:
    if asked.transform == "log":
        return "share"
    unit = MEASURES[asked.measure].unit
    return unit if unit in ("money", "share", "hours", "minutes") else "per_quarter"
