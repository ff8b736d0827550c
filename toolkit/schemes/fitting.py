"""Weights by regression, fitted before the first graded review on a value that was complete by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from toolkit.errors import HistoryError
from toolkit.params.policy import PolicyParams
from toolkit.params.schemes import RegressionParams, ScoredParams, parts
from toolkit.schemes.scored import ScoredScheme
from toolkit.weights.regression import Sample, fitted_weights
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """Where weights are fitted.

    Attributes
    ----------
    panel : Panel
    review : Quarter
        First graded review: no figure after its end is looked at.
    window, active_quarters : int
        Observation window of the policy, and when a customer counts.
    """

    panel: Panel
    review: Quarter
    window: int
    active_quarters: int

    def sample(self, scheme: ScoredScheme, on: str, quarters: int) -> Sample:
        """Points of the customers active ``quarters`` before the review, and the value they brought until it."""
        earlier = self.review - quarters
        known = self.panel.snapshot(earlier, scheme.needs, self.window, self.active_quarters)
        rows = self.panel.customers.get_indexer(known.index)
        value = self.panel.values(on, quarters)[rows, self.panel.cube.position(self.review)]
        return Sample(earlier, quarters, scheme.measured(known).points(known), np.nan_to_num(value))


def fit_weights(scheme: T, moment: Moment) -> T:
    """``scheme`` with the regressions of every weighted score inside it fitted.

    Raises
    ------
    ParameterError
        Where no factor predicts the value.
    """
    if isinstance(scheme, ScoredScheme):
        if not isinstance(scheme.awaits, RegressionParams):
            return scheme
        sample = moment.sample(scheme, scheme.awaits.on, scheme.awaits.quarters)
        return scheme.weighted(fitted_weights(sample).weights)
    if isinstance(scheme, tuple):
        return tuple(fit_weights(part, moment) for part in scheme)
    if isinstance(scheme, Mapping):
        return {name: fit_weights(part, moment) for name, part in scheme.items()}
    if is_dataclass(scheme) and not isinstance(scheme, type):
        made = {f.name: fit_weights(getattr(scheme, f.name), moment) for f in fields(scheme) if f.init}
        return replace(scheme, **made)
    return scheme


def reviews_after_fitting(
    params: PolicyParams, reviews: Sequence[Quarter], first: Quarter
) -> tuple[Quarter, ...]:
    """The reviews before which the policy's regressions can be fitted; all where it has none.

    Parameters
    ----------
    params : PolicyParams
    reviews : sequence of Quarter, in order
    first : Quarter
        First complete quarter of the history.

    Raises
    ------
    HistoryError
        If no review has such an earlier one, with what would supply it.
    """
    lead = fitting_quarters(params)
    if not lead:
        return tuple(reviews)
    if params.of != "customers":
        raise HistoryError(
            zh=f"方案 {params.id} 给 {params.of} 定级，没有后续价值可供回归。请换一种定权办法。",
            en=f"The policy {params.id} grades {params.of}, which bring no value to regress on. "
            "Find the weights another way.",
        )
    window = max([need.window or 0 for need in params.scheme.needs() if hasattr(need, "window")], default=0)
    before = lead + max(window, params.review.window_quarters) - 1
    kept = tuple(review for review in reviews if review - before >= first)
    if not kept:
        title, needed = params.title.label(), reviews[-1] - before
        raise HistoryError(
            zh=f"《{title.zh}》的权重由回归得出，须在首次定级前有一次表现期（{lead} 个季度）已结束的复评；"
            f"这要求数据从 {needed} 开始，现有数据从 {first} 开始。请补充更早的数据、缩短 weights.quarters，或换一种定权办法。",
            en=f"The weights of “{title.en}” come from a regression, which needs a review whose outcome ({lead} quarters) "
            f"has ended before the first graded one. The history would have to begin in {needed}, it begins in {first}. "
            "Supply earlier data, shorten weights.quarters, or find the weights another way.",
        )
    return kept


def fitting_quarters(params: PolicyParams) -> int:
    """Quarters of value that the policy's regressions wait for; 0 where it has none."""
    scored = [
        part for _, part in parts((params.scheme, params.beside or {})) if isinstance(part, ScoredParams)
    ]
    return max((s.weights.quarters for s in scored if isinstance(s.weights, RegressionParams)), default=0)
