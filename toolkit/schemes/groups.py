"""Groups of similar customers, found once and then followed (相似客户群)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.grades import Grading, Scale
from toolkit.params.schemes import FeatureParams, GroupsParams, Need
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.points import FULL, RankPoints
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, subject_of
from toolkit.terms import Label

STARTS = 10
RESAMPLES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One figure by which customers are alike, made comparable by the reference.

    Attributes
    ----------
    refuse : bool
        Whether a missing value is refused; otherwise it takes the mean of the reference.
    mean, deviation : float
        Of the reference.
    ranks : RankPoints or None
        Ranks of the reference, where figures are compared by rank.
    """

    subject: Subject
    refuse: bool
    mean: float = 0.0
    deviation: float = 1.0
    ranks: RankPoints | None = None

    @classmethod
    def of(cls, params: FeatureParams, names: Names) -> Feature:
        """The feature of a policy file."""
        return cls(subject_of(params, names), params.missing == "refuse")

    def freeze(self, reference: pd.DataFrame, by: Literal["zscore", "rank"]) -> Feature:
        """The feature with the known values of ``reference`` as its reference."""
        values = self.subject.numbers(reference)
        values = np.sort(values[~np.isnan(values)])
        if not len(values):
            values = np.zeros(1)
        ranks = RankPoints("higher").freeze(values) if by == "rank" else None
        return replace(self, mean=float(values.mean()), deviation=float(values.std()) or 1.0, ranks=ranks)

    def of_customers(self, known: pd.DataFrame) -> np.ndarray:
        """Comparable figure of each customer, shape (customers,)."""
        values = self.subject.numbers(known)
        absent = np.isnan(values)
        if self.refuse:
            refuse_missing(absent, known.index, self.subject.name)
        values = np.where(absent, self.mean, values)
        return (
            self.ranks.of(values) / FULL if self.ranks is not None else (values - self.mean) / self.deviation
        )


@dataclass(frozen=True, slots=True, eq=False)
class GroupsScheme(Rule):
    """Every customer belongs to the nearest centre; the centres are those of the first review.

    Attributes
    ----------
    by : {"zscore", "rank"}
    numbers : tuple of int
        Numbers of groups to choose from.
    order_by : Subject
        Groups are named by its mean, best first.
    sign : float
        1 where a higher mean is better, −1 where a lower one is.
    centres : array of float, shape (groups, features), or None before :meth:`freeze`
        Best group first.
    stability : mapping of number of groups to agreement under resampling, 0..1
    """

    scale: Scale
    needs: tuple[Need, ...]
    features: tuple[Feature, ...]
    by: Literal["zscore", "rank"]
    numbers: tuple[int, ...]
    order_by: Subject
    sign: float
    seed: int
    centres: np.ndarray | None = None
    stability: tuple[tuple[int, float], ...] = ()

    def freeze(self, reference: pd.DataFrame) -> GroupsScheme:
        """The groups found among the customers of ``reference``."""
        features = tuple(feature.freeze(reference, self.by) for feature in self.features)
        points = np.column_stack([feature.of_customers(reference) for feature in features])
        values = np.nan_to_num(self.order_by.numbers(reference))
        order = np.lexsort((values, *points.T))
        points, values = points[order], values[order]
        distinct = len(np.unique(points, axis=0))
        numbers = sorted({min(number, max(distinct, 1)) for number in self.numbers})
        stability = tuple((k, _stability(points, k, self.seed)) for k in numbers) if len(numbers) > 1 else ()
        chosen = max(stability, key=lambda pair: pair[1])[0] if stability else numbers[0]
        if not len(points):
            return replace(self, features=features, centres=np.zeros((1, len(features))))
        centres = _centres(points, chosen, self.seed)
        group = _nearest(points, centres)
        means = np.array(
            [values[group == i].mean() if (group == i).any() else -np.inf for i in range(chosen)]
        )
        best_first = np.argsort(-self.sign * means, kind="stable")
        return replace(self, features=features, centres=centres[best_first], stability=stability)

    def grade(self, known: pd.DataFrame) -> Grading:
        """Group of every row; ``detail`` holds the features and ``distance`` to the centre.

        Raises
        ------
        ParameterError
            If the groups have not been found yet, or a value is missing and the file refuses that.
        """
        if self.centres is None:
            raise ParameterError(
                zh="相似客户群须先用一批参照客户求出：scheme.freeze(reference)。",
                en="Groups must first be found among reference customers: scheme.freeze(reference).",
            )
        points = np.column_stack([feature.of_customers(known) for feature in self.features])
        group = _nearest(points, self.centres)
        distance = np.sqrt(((points - self.centres[group]) ** 2).sum(axis=1))
        names = [feature.subject.name for feature in self.features]
        zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
        reasons = {
            f"group:{grade}": Label(f"{zh}与“{grade}”群最接近", f"nearest to the group {grade!r} in {en}")
            for grade in self.scale.grades
        }
        detail = pd.DataFrame(
            {f.subject.need.column: f.subject.numbers(known) for f in self.features}, index=known.index
        ).assign(distance=distance)
        return assemble(self.scale, len(self.scale) - 1 - group, group, reasons, detail)


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Position of the nearest centre of each point; the first of equals."""
    apart = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return apart.argmin(axis=1)


def _centres(points: np.ndarray, number: int, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return KMeans(number, n_init=STARTS, random_state=seed).fit(points).cluster_centers_


def _stability(points: np.ndarray, number: int, seed: int) -> float:
    """Mean agreement (adjusted Rand) between groups found among all and among random halves, 0..1."""
    from sklearn.metrics import adjusted_rand_score

    whole = _nearest(points, _centres(points, number, seed))
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        half = points[np.sort(rng.permutation(len(points))[: max(len(points) // 2, number)])]
        enough = min(number, len(np.unique(half, axis=0)))
        found.append(adjusted_rand_score(whole, _nearest(points, _centres(half, enough, seed))))
    return float(np.mean(found))


def build(params: GroupsParams, names: Names) -> GroupsScheme:
    """The scheme of a policy file."""
    return GroupsScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        features=tuple(Feature.of(feature, names) for feature in params.features),
        by=params.by,
        numbers=params.choose_from or (len(params.names),),
        order_by=subject_of(params.order_by, names),
        sign=1.0 if params.order_by.better == "higher" else -1.0,
        seed=params.seed,
    )
