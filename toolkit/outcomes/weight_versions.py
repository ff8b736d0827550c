"""Versions of the weights of a score side by side on the same customers, and what hangs on them.

Method
------
The version in force is compared with weights by entropy and CRITIC, made from the points of the first
review as they would be if they were in force, and with weights by regression, fitted on a review whose
value was complete before the review at which all versions are judged. Judged is how well the score told
the value of the quarters after that later review; the regression has not seen it. Only the score's own
grades move here: holds, eased falls and steps after the score are left out.

Does not show
-------------
Which weights are right. Entropy and CRITIC never look at what followed, and weights that predict value
may grade up customers on whom service makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import GradelabError, HistoryError
from toolkit.outcomes.scoring import Scoring, VersionsPlan, method_of
from toolkit.params.schemes import CriticParams, EntropyParams
from toolkit.schemes.scored import ScoredScheme
from toolkit.schemes.weighing import made_weights
from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.weights.captured import Captured, acceptability, captured_value, held_by_fifth
from toolkit.weights.regression import Sample, fitted_weights, judge
from toolkit.weights.stress import (
    Stress,
    StressPlan,
    WeightComparison,
    compare_weights,
    draw_weights,
    stress_weights,
)
from toolkit.window import Quarter

IN_FORCE = "in_force"
UNGRADED = "—"


@shown("policy", "method", "review", "labels")
@dataclass(frozen=True, slots=True, eq=False)
class WeightVersions:
    """Versions of the weights of one policy.

    Attributes
    ----------
    policy : str
    method : str
        How the weights in force came about: ``expert``, ``ahp``, ``entropy``, ``critic`` or ``regression``.
    labels : mapping of factor column to Label
    review : Quarter
        Latest review of the policy; who moves is counted there.
    made_on : Quarter
        First review, whose customers are the frozen reference.
    fitted_on, judged_on : Quarter or None
        Where the regression was fitted, and after which value is predicted; None where data do not reach.
    plan : VersionsPlan
    comparison : WeightComparison
        Of ``in_force`` with every version that could be made.
    judged : DataFrame, index version
        columns ``somers_d``, ``captured`` (share of value held by the best-scored fifth); empty without
        ``judged_on``.
    by_grade : DataFrame
        columns ``version``, ``grade`` (in force, best first), ``customers``, ``up``, ``down``, ``same``.
    missing : mapping of version to Label
        Versions that could not be made, and why.
    stress : Stress
    captured : Captured or None
        Value of the best grade at ``judged_on``.
    """

    policy: str
    method: str
    labels: Mapping[str, Label]
    review: Quarter
    made_on: Quarter
    fitted_on: Quarter | None
    judged_on: Quarter | None
    plan: VersionsPlan
    comparison: WeightComparison
    judged: pd.DataFrame
    by_grade: pd.DataFrame
    missing: Mapping[str, Label]
    stress: Stress
    captured: Captured | None


def weight_versions(scoring: Scoring, last: Quarter, plan: VersionsPlan) -> WeightVersions:
    """Versions of the weights of one policy, who moves between them, and their stress.

    Parameters
    ----------
    scoring : Scoring
    last : Quarter
        Quarter of the report; nothing after its end is looked at.
    plan : VersionsPlan

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.outcomes.scoring import Scoring
    >>> study = toolkit.example_study()
    >>> points = next(policy for policy in study.policies if policy.id == "points")
    >>> scoring = Scoring(points, study.registers["points"], study.panel)
    >>> plan = toolkit.VersionsPlan(stress=toolkit.StressPlan(draws=20))
    >>> found = toolkit.weight_versions(scoring, study.quarter, plan)
    >>> found
    WeightVersions(points, expert, 2026Q3, 3 versions)
    >>> found.comparison.weights["in_force"].tolist()
    [0.5, 0.3, 0.2]
    """
    register, scheme = scoring.register, scoring.scheme
    review = register.reviews[-1]
    made, missing, fitted_on = _versions(scoring, last, plan)
    points, floors = _graded(scoring, review), scheme.score_floors
    comparison = compare_weights(points, {name: w.to_numpy() for name, w in made.items()}, floors)
    judged, captured, judged_on = _judged(scoring, made, last, plan)
    return WeightVersions(
        policy=scoring.policy.id,
        method=method_of(scoring.policy),
        labels={factor.column: factor.subject.name for factor in scheme.factors},
        review=review,
        made_on=register.reviews[0],
        fitted_on=fitted_on,
        judged_on=judged_on,
        plan=plan,
        comparison=comparison,
        judged=judged,
        by_grade=_by_grade(comparison, scheme),
        missing=missing,
        stress=stress_weights(points, scheme.weights, floors, plan.stress),
        captured=captured,
    )


def rank_acceptability(scorings: Sequence[Scoring], last: Quarter, plan: VersionsPlan) -> pd.DataFrame | None:
    """Share of draws in which each policy's best-scored fifth holds most of the value that followed.

    Returns
    -------
    DataFrame, index concentration, columns policies; None with fewer than two policies that can be judged.
    """
    held: dict[str, np.ndarray] = {}
    for place, scoring in enumerate(scorings):
        quarter = scoring.judged_on(last, plan)
        if quarter is None:
            continue
        points = scoring.points(quarter)
        own = StressPlan(plan.stress.concentrations, plan.stress.draws, plan.stress.seed + place)
        drawn = draw_weights(scoring.scheme.weights.to_numpy(), own)
        value = scoring.value(points.index, quarter, plan)
        held[scoring.policy.id] = held_by_fifth(points, drawn.reshape(-1, drawn.shape[2]), value).reshape(
            drawn.shape[:2]
        )
    return acceptability(held, plan.stress.concentrations) if len(held) > 1 else None


def _versions(
    scoring: Scoring, last: Quarter, plan: VersionsPlan
) -> tuple[dict[str, pd.Series], dict[str, Label], Quarter | None]:
    """Weights by version, reasons of those that could not be made, and where the regression was fitted."""
    made, missing = {IN_FORCE: scoring.scheme.weights}, {}
    fitted_on = None
    for version in plan.versions:
        if version == method_of(scoring.policy):
            continue
        try:
            if version == "regression":
                made[version], fitted_on = _regression(scoring, last, plan)
            else:
                how = EntropyParams(by="entropy") if version == "entropy" else CriticParams(by="critic")
                made[version] = made_weights(how, scoring.points(scoring.register.reviews[0], bonus=False))
        except GradelabError as error:
            missing[version] = Label(error.zh, error.en)
    return made, missing, fitted_on


def _regression(scoring: Scoring, last: Quarter, plan: VersionsPlan) -> tuple[pd.Series, Quarter]:
    judged_on = last - plan.quarters
    fitted_on, first = judged_on - plan.quarters, scoring.register.complete_from
    if fitted_on - (scoring.window - 1) < first:
        needed = fitted_on - (scoring.window - 1)
        raise HistoryError(
            zh=f"回归要在 {fitted_on} 拟合、在 {judged_on} 检验，数据须从 {needed} 开始，现在从 {first} 开始。",
            en=f"The regression is fitted on {fitted_on} and judged on {judged_on}; the history would have to begin in "
            f"{needed}, it begins in {first}.",
        )
    points = scoring.points(fitted_on, bonus=False)
    value = scoring.value(points.index, fitted_on, plan)
    return fitted_weights(Sample(fitted_on, plan.quarters, points, value)).weights, fitted_on


def _graded(scoring: Scoring, review: Quarter) -> pd.DataFrame:
    """Points of the customers whom the scheme graded at ``review``."""
    points, register = scoring.points(review), scoring.register
    rows = register.customers.get_indexer(points.index)
    return points[register.earned[rows, register.column(review)] >= 0]


def _judged(
    scoring: Scoring, made: Mapping[str, pd.Series], last: Quarter, plan: VersionsPlan
) -> tuple[pd.DataFrame, Captured | None, Quarter | None]:
    """How well each version told the value that followed, and what the best grade held of it."""
    columns, quarter = ["somers_d", "captured"], scoring.judged_on(last, plan)
    empty = pd.DataFrame(columns=columns, index=pd.Index([], name="version"), dtype=float)
    if quarter is None:
        return empty, None, None
    points = scoring.points(quarter)
    value = scoring.value(points.index, quarter, plan)
    rows = [judge(points.to_numpy() @ weights.to_numpy(), value) for weights in made.values()]
    judged = pd.DataFrame(rows, index=pd.Index(made, name="version"), columns=columns)
    floor = scoring.scheme.score_floors[0]
    return judged, captured_value(points, scoring.scheme.weights, value, floor, plan.stress), quarter


def _by_grade(comparison: WeightComparison, scheme: ScoredScheme) -> pd.DataFrame:
    """Customers up, down and the same in every version, by grade in force."""
    grades = (
        [*reversed(scheme.scale.grades)]
        if scheme.ladder.open_ended
        else [UNGRADED, *reversed(scheme.scale.grades)]
    )
    before, rows = comparison.steps[IN_FORCE].to_numpy(), []
    for version in comparison.moves.index:
        after = comparison.steps[version].to_numpy()
        for step in reversed(range(len(grades))):
            mine = before == step
            up, down = int((after[mine] > step).sum()), int((after[mine] < step).sum())
            rows.append((version, grades[step], int(mine.sum()), up, down, int(mine.sum()) - up - down))
    return pd.DataFrame(rows, columns=["version", "grade", "customers", "up", "down", "same"])
