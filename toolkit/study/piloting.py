"""The pilots that a report proposes: one for each alternative that the rule puts to a pilot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.position import Position
from toolkit.effects.records.source import Source
from toolkit.panel.known import attribute
from toolkit.params.study import RetentionParams
from toolkit.pilots.branches import intraclass_correlation
from toolkit.pilots.proposal import PilotProposal, Report, propose
from toolkit.pilots.question import Grouping, OpenQuestion, Score
from toolkit.recommendation.judging import conceivable
from toolkit.recommendation.verdict import Judgement, Verdict
from toolkit.study.causes import retained_under
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.study.study import Study

MOST = 3
ORGANISED_BY = ("region", "branch", "store", "manager", "team")
CONTROLS = ("spend", "orders", "tenure_months")
UNCERTAIN = (0.02, 0.98)


def pilots_of(study: Study) -> tuple[PilotProposal, ...]:
    """Pilots for the alternatives that the rule puts to one, the most valuable question first, at most three."""
    rule, window = study.files.rule, study.params
    report = Report(window.id, study.quarter, window.fiscal_start_month, window.bootstrap.seed)
    asked = [j for j in study.recommendation.judgements if j.verdict is Verdict.PILOT]
    asked.sort(key=lambda judgement: -judgement.worth_knowing)
    questions = (question_of(study, judgement) for judgement in asked)
    found = (propose(question, rule, report) for question in questions if question is not None)
    return tuple(one for one in found if one is not None)[:MOST]


def question_of(study: Study, judgement: Judgement) -> OpenQuestion | None:
    """What is open about one alternative; None where it moves nobody between two packages that can be ordered."""
    change = judgement.change
    baseline, option = study.positions[0], _position(study, change.policy)
    contrast = _contrast(baseline, option, study.stakes.margin)
    if contrast is None:
        return None
    package, otherwise, direction = contrast
    definition = next((d for d in study.definitions if d.id == judgement.definition), study.headline)
    effect = study.effects.get(definition.id) or next(iter(study.effects.values()))
    low, high = conceivable(study.files.rule, effect)
    programme = study.params.programme
    ran = programme is not None and (programme.package, programme.otherwise) == (package, otherwise)
    speaks = ran and bool(change.values) and effect.estimate is not None
    margin = study.stakes.margin
    return OpenQuestion(
        policy=change.policy,
        title=change.title,
        package=package,
        otherwise=otherwise,
        definition=definition.id,
        outcome=definition.title.label(),
        quarters=definition.quarters,
        customers=study.customers,
        held=baseline.package == package,
        direction=direction,
        drawable=np.isin(baseline.package, [package, otherwise]),
        margin=margin,
        service=_service(baseline, option, direction),
        factor=study.stakes.horizon.factor,
        cost=change.cost.value,
        elsewhere=float(np.abs(margin[(baseline.package != option.package) & (direction == 0)]).sum()),
        retained=float(np.clip(retained_under(study, definition), *UNCERTAIN)),
        low=low,
        high=high,
        expected=effect.estimate.value if speaks else None,
        score=_score(study, baseline, option, package),
        groupings=tuple(_groupings(study, definition)),
        controls=tuple(name for name in CONTROLS if name in study.names),
    )


def _position(study: Study, policy: str) -> Position:
    return next(position for position in study.positions if position.policy == policy)


def _contrast(baseline: Position, option: Position, margin: np.ndarray) -> tuple[str, str, np.ndarray] | None:
    """The two packages between which most margin moves, the better first, and the direction of every customer."""
    up, down = option.direction > 0, option.direction < 0
    better = np.where(up, option.package, baseline.package)
    worse = np.where(up, baseline.package, option.package)
    moved = up | down
    if not moved.any():
        return None
    pairs = pd.DataFrame({"better": better, "worse": worse, "margin": np.abs(margin) + 1e-9})[moved]
    package, otherwise = pairs.groupby(["better", "worse"])["margin"].sum().idxmax()
    mine = moved & (better == package) & (worse == otherwise)
    return str(package), str(otherwise), np.where(mine, option.direction, 0)


def _service(baseline: Position, option: Position, direction: np.ndarray) -> np.ndarray:
    """What the better package costs more, per quarter: of each switcher his own, of the others the switchers' mean."""
    moved = direction != 0
    more = (_served(option) - _served(baseline)) * direction / QUARTERS_A_YEAR
    return np.where(moved, more, more[moved].mean())


def _served(position: Position) -> np.ndarray:
    """Yearly cost of every customer, his part of a manager included."""
    part = {grade: position.manager_cost / span for grade, span in position.spans.items() if span}
    return position.cost + np.array([part.get(grade, 0.0) for grade in position.grade])


def _score(study: Study, baseline: Position, option: Position, package: str) -> Score | None:
    """The one measure by which both policies grade and its bar; None where there is no such thing."""
    alike = option.along == baseline.along and option.window_quarters == baseline.window_quarters
    if not alike or len(option.along) != 1 or option.along[0] not in study.names:
        return None
    measure, window, programme = option.along[0], option.window_quarters, study.params.programme
    rows, place = (
        study.panel.customers.get_indexer(study.customers),
        study.panel.quarters.index(study.quarter),
    )
    value, held = study.panel.values(measure, window)[rows, place], baseline.package == package
    ran = programme is not None and (programme.measure, programme.window_quarters, programme.package) == (
        measure,
        window,
        package,
    )
    bar = float(programme.bar) if ran else float(np.nanmin(value[held], initial=np.inf))
    ordered = held.any() and (~held).any() and np.nanmedian(value[held]) > np.nanmedian(value[~held])
    return Score(measure, bar, window, value / bar) if ordered and 0 < bar < np.inf else None


def _groupings(study: Study, definition: RetentionParams) -> Iterator[Grouping]:
    """Attributes by which the company is organised, and how alike customers of one branch stayed at the last review."""
    table = study.panel.tables.get("customers")
    declared = [one.cluster for one in study.params.designs if one.design == "rollout" and one.cluster]
    names = dict.fromkeys([*filter(None, [study.params.bootstrap.cluster]), *declared, *ORGANISED_BY])
    for name in names if table is not None else ():
        if name not in table.columns:
            continue
        every = attribute(study.panel.tables, name, study.panel.customers).astype(object).to_numpy()
        icc = _likeness(study, definition, every)
        if icc is not None:
            yield Grouping(name, every[study.panel.customers.get_indexer(study.customers)], icc)


def _likeness(study: Study, definition: RetentionParams, branch: np.ndarray) -> float | None:
    """Intraclass correlation of retention after the last review that has an outcome; None where it cannot be known."""
    source = Source(study.panel, study.complete, study.params.active_quarters, study.names)
    review = study.complete[-1] - definition.quarters
    outcome = source.outcome(definition, review) if review in study.complete else None
    if outcome is None:
        return None
    graded = study.registers[study.baseline.id].codes(review) >= 0
    known = graded & np.isfinite(outcome) & ~pd.isna(branch)
    icc = intraclass_correlation(outcome[known].astype(float), branch[known])
    return icc if np.isfinite(icc) else None
