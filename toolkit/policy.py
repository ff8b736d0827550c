"""Policies: a scheme with its review rules and service plan, walked through the panel.

At the end of a review quarter every active customer is graded on the observation window that
ends there. The grade then stands until the next review; it counts in every quarter in which the
customer is active. A grade that is lost at a review is kept for ``hold_quarters`` quarters
(保级期). Customers who become active between two reviews wait for the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toolkit.errors import HistoryError
from toolkit.params.policy import PolicyParams, ReviewParams, ServiceParams
from toolkit.register import HELD, NONE, Register
from toolkit.schemes.build import build_scheme
from toolkit.schemes.scheme import Names, Scheme
from toolkit.terms import Label
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

HELD_LABEL = Label("保级期内保留原等级", "grade kept during the hold period")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company does: the scheme, when it is applied, and what each grade receives."""

    params: PolicyParams
    scheme: Scheme
    title: Label

    @classmethod
    def from_params(cls, params: PolicyParams, names: Names) -> Policy:
        """The policy of a file; ``names`` maps measure ids to what they are called."""
        return cls(params, build_scheme(params.scheme, names), params.title.label())

    @property
    def id(self) -> str:
        """Identifier of the policy."""
        return self.params.id

    @property
    def review(self) -> ReviewParams:
        """When grades are decided, and how long a lost one is kept."""
        return self.params.review

    @property
    def service(self) -> Mapping[str, ServiceParams]:
        """Service of each grade."""
        return self.params.service


def review_quarters(policy: Policy, quarters: Sequence[Quarter], last: Quarter) -> list[Quarter]:
    """Quarters at whose end the policy decides grades, up to ``last``, in order.

    Annual and other fixed reviews fall on ``review.in_quarter`` (and every ``every_quarters`` from
    there); without it they are counted back from ``last``. Only quarters with a whole observation
    window are reviews; where no such quarter exists, ``last`` is the only review.

    Parameters
    ----------
    policy : Policy
    quarters : sequence of Quarter
        Complete quarters of the history, in order.
    last : Quarter
        The quarter of the report.

    Raises
    ------
    HistoryError
        If ``last`` is no quarter of the history.
    """
    if last not in quarters:
        span = (
            (f"{quarters[0]} 至 {quarters[-1]}", f"{quarters[0]} to {quarters[-1]}")
            if quarters
            else ("无", "none")
        )
        raise HistoryError(
            zh=f"数据里没有完整的 {last}；完整的季度：{span[0]}。请选择其中的季度，或补充数据。",
            en=f"The history has no complete quarter {last}; complete are: {span[1]}. "
            "Choose one of these, or add data.",
        )
    review = policy.review
    anchor = last.ordinal if review.in_quarter is None else review.in_quarter - 1
    earliest = quarters[0] + (review.window_quarters - 1)
    due = [q for q in quarters if earliest <= q <= last and (q.ordinal - anchor) % review.every_quarters == 0]
    return due or [last]


def hold(earned: np.ndarray, quarters: int) -> np.ndarray:
    """Grades after the hold rule (保级): a lost grade is kept for ``quarters`` quarters.

    Parameters
    ----------
    earned : array of int, shape (customers, quarters in order)
        Grade codes; −1 where there is no grade, which the rule never changes.
    quarters : int
        0 changes nothing.

    >>> hold(np.array([[2, 0, 0, 1]]), 1).tolist()
    [[2, 2, 0, 1]]
    """
    kept = earned.copy(order="K")
    for back in range(1, quarters + 1):
        kept[:, back:] = np.maximum(kept[:, back:], earned[:, :-back])
    return np.where(earned >= 0, kept, earned)


def walk(
    policy: Policy, panel: Panel, last: Quarter, active_quarters: int = 4, first: Quarter | None = None
) -> Register:
    """Apply a policy to the panel, review by review, up to the end of ``last``.

    A scheme that measures customers against others is frozen at the first review.

    Parameters
    ----------
    policy : Policy
    panel : Panel
    last : Quarter
    active_quarters : int
        A customer is active who bought within so many quarters.
    first : Quarter, optional
        First complete quarter of the history; without it all quarters of the panel are complete.

    Raises
    ------
    HistoryError
        If ``last`` is no quarter of the history.
    """
    quarters = tuple(q for q in panel.cube.quarters if q <= last)
    first = panel.cube.quarters[0] if first is None else first
    reviews = tuple(review_quarters(policy, [q for q in panel.cube.quarters if q >= first], last))
    decided, because, reasons = _decide(policy, panel, reviews, active_quarters)
    latest = np.searchsorted([r.ordinal for r in reviews], [q.ordinal for q in quarters], side="right") - 1
    begun = (latest >= 0)[:, None]
    carried = np.where(begun, decided[latest], np.int16(NONE)).T
    active = np.array([panel.active(q, active_quarters) for q in quarters]).T
    graded = active & (carried >= 0)
    return Register(
        policy=policy.id,
        scale=policy.scheme.scale,
        customers=panel.cube.customers,
        quarters=quarters,
        reviews=reviews,
        earned=np.where(graded, carried, np.int16(NONE)),
        in_force=np.where(graded, hold(carried, policy.review.hold_quarters), np.int16(NONE)),
        because=np.where(graded, because[latest].T, np.int16(NONE)),
        reasons=reasons,
        service_packages={grade: policy.service[grade].package for grade in policy.scheme.scale.grades},
        active_quarters=active_quarters,
        complete_from=first,
        short_window=reviews[0] - first + 1 < policy.review.window_quarters,
    )


def _decide(
    policy: Policy, panel: Panel, reviews: Sequence[Quarter], active_quarters: int
) -> tuple[np.ndarray, np.ndarray, dict[str, Label]]:
    """Grade codes and reason positions, each of shape (reviews, customers), and the reasons."""
    scheme = policy.scheme
    decided = np.full((len(reviews), len(panel.cube.customers)), NONE, dtype=np.int16)
    because = decided.copy()
    reasons: dict[str, Label] = {HELD: HELD_LABEL}
    for position, review in enumerate(reviews):
        measures = panel.at(review, scheme.measures, policy.review.window_quarters, active_quarters)
        scheme = scheme.freeze(measures) if position == 0 else scheme
        grading = scheme.grade(measures)
        reasons |= {code: label for code, label in grading.reasons.items() if code not in reasons}
        grade, why, known = grading.grade.array, grading.because.array, list(reasons)
        places = np.array([*map(known.index, why.categories), NONE])
        rows = np.flatnonzero(panel.active(review, active_quarters))
        decided[position, rows] = grade.codes
        because[position, rows] = places[why.codes]
    return decided, because, reasons
