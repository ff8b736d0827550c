"""Policies: a scheme with its review rules and service plan, walked through the panel.

At the end of a review quarter every active customer is graded on the observation window that
ends there. The grade then stands until the next review; it counts in every quarter in which the
customer is active. A grade that is lost at a review is kept for ``hold_quarters`` quarters
(保级期). Customers who become active between two reviews wait for the next one.

A review may ease the fall: a grade of the last review is kept at a lower floor, falls no more
than so many steps, and customers with a short history wait or have a grade of their own. Tags
and further classes are decided at the same reviews and never touch the grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from toolkit.errors import HistoryError
from toolkit.grades import Grading, Scale
from toolkit.params.policy import PolicyParams, ReviewParams, ServiceParams
from toolkit.params.schemes import Need, eased, needs_of
from toolkit.register import HELD, NONE, Register
from toolkit.schemes.build import build_scheme, refuse_unknown
from toolkit.schemes.conditions import Condition, all_hold, conditions_of
from toolkit.schemes.scheme import Names, Scheme
from toolkit.terms import Label
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

HELD_LABEL = Label("保级期内保留原等级", "grade kept during the hold period")
KEPT, LIMITED, COLD = "kept", "fall_limited", "cold_start"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company does: the scheme, when it is applied, and what each grade receives.

    Attributes
    ----------
    params : PolicyParams
    scheme : Scheme
    title : Label
    keeping : Scheme or None
        The same scheme with the floors at which a grade is kept.
    tags : mapping of tag to the conditions that must all hold
    beside : mapping of identifier to Scheme
        Classes kept apart from the grade.
    """

    params: PolicyParams
    scheme: Scheme
    title: Label
    keeping: Scheme | None = None
    tags: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    beside: Mapping[str, Scheme] = field(default_factory=dict)

    @classmethod
    def from_params(cls, params: PolicyParams, names: Names) -> Policy:
        """The policy of a file; ``names`` maps measure ids to what they are called."""
        floors = params.review.keep_floors
        refuse_unknown(params.tags, names)
        return cls(
            params,
            build_scheme(params.scheme, names),
            params.title.label(),
            build_scheme(eased(params.scheme, floors), names) if floors else None,
            {tag.name: conditions_of(tag.when, names) for tag in params.tags},
            {name: build_scheme(scheme, names) for name, scheme in (params.beside or {}).items()},
        )

    @property
    def id(self) -> str:
        """Identifier of the policy."""
        return self.params.id

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every column that the scheme, the tags and the classes beside it look at."""
        beside = [need for scheme in self.beside.values() for need in scheme.needs]
        return tuple(dict.fromkeys([*self.scheme.needs, *needs_of(self.params.tags), *beside]))

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
    found = _decide(policy, panel, reviews, active_quarters)
    latest = np.searchsorted([r.ordinal for r in reviews], [q.ordinal for q in quarters], side="right") - 1
    begun = (latest >= 0)[:, None]
    carried = np.where(begun, found.codes[latest], np.int16(NONE)).T
    active = np.array([panel.active(q, active_quarters) for q in quarters]).T
    graded = active & (carried >= 0)
    asked = active & begun.T
    return Register(
        policy=policy.id,
        scale=policy.scheme.scale,
        customers=panel.cube.customers,
        quarters=quarters,
        reviews=reviews,
        earned=np.where(graded, carried, np.int16(NONE)),
        in_force=np.where(graded, hold(carried, policy.review.hold_quarters), np.int16(NONE)),
        because=np.where(asked, found.because[latest].T, np.int16(NONE)),
        reasons=found.reasons,
        service_packages={grade: policy.service[grade].package for grade in policy.scheme.scale.grades},
        active_quarters=active_quarters,
        complete_from=first,
        short_window=reviews[0] - first + 1 < policy.review.window_quarters,
        tags={name: asked & rows[latest].T for name, rows in found.tags.items()},
        beside={
            name: (scale, np.where(asked, codes[latest].T, np.int16(NONE)))
            for name, (scale, codes) in found.beside.items()
        },
    )


@dataclass(slots=True)
class _Decided:
    """Decisions of every review; arrays of shape (reviews, customers)."""

    codes: np.ndarray
    because: np.ndarray
    reasons: dict[str, Label]
    tags: dict[str, np.ndarray]
    beside: dict[str, tuple[Scale, np.ndarray]]

    def places(self, categories: Sequence[str]) -> np.ndarray:
        """Position of each reason code in :attr:`reasons`; the last entry stands for no reason."""
        known = {code: place for place, code in enumerate(self.reasons)}
        return np.array([*(known.get(code, NONE) for code in categories), NONE])


def _decide(policy: Policy, panel: Panel, reviews: Sequence[Quarter], active_quarters: int) -> _Decided:
    """Grade codes, reasons, tags and classes of every review."""
    shape = (len(reviews), len(panel.cube.customers))
    nobody = np.full(shape, NONE, dtype=np.int16)
    found = _Decided(
        nobody,
        nobody.copy(),
        {HELD: HELD_LABEL, **_review_reasons(policy.review)},
        {name: np.zeros(shape, dtype=bool) for name in policy.tags},
        {name: (scheme.scale, nobody.copy()) for name, scheme in policy.beside.items()},
    )
    graders = {"": policy.scheme, **policy.beside}
    if policy.keeping is not None:
        graders[KEPT] = policy.keeping
    for position, review in enumerate(reviews):
        known = panel.snapshot(review, policy.needs, policy.review.window_quarters, active_quarters)
        rows = np.flatnonzero(panel.active(review, active_quarters))
        new = _young(panel, review, policy.review.minimum_quarters)[rows]
        seasoned, old = known[~new], rows[~new]
        if position == 0:
            graders = {name: scheme.freeze(seasoned) for name, scheme in graders.items()}
        gradings = {name: scheme.grade(seasoned) for name, scheme in graders.items()}
        before = found.codes[position - 1, old] if position else np.full(len(old), NONE)
        _decide_grades(policy.review, found, (position, old), gradings, before)
        _decide_new(policy, found, position, rows[new])
        for name, conditions in policy.tags.items():
            found.tags[name][position, rows] = all_hold(conditions, known)
        for name, (_, codes) in found.beside.items():
            codes[position, old] = gradings[name].grade.cat.codes
    return found


def _decide_grades(
    review: ReviewParams,
    found: _Decided,
    place: tuple[int, np.ndarray],
    gradings: Mapping[str, Grading],
    before: np.ndarray,
) -> None:
    """Enter the grades and reasons of one review at ``place`` (review, customers)."""
    grading = gradings[""]
    found.reasons |= {code: label for code, label in grading.reasons.items() if code not in found.reasons}
    kept = gradings[KEPT].grade.cat.codes.to_numpy() if KEPT in gradings else None
    codes, rule = _eased(review, grading.grade.cat.codes.to_numpy(), before, kept)
    own = found.places(grading.because.cat.categories)[grading.because.cat.codes]
    found.codes[place] = codes
    found.because[place] = np.where(rule < 0, own, found.places((KEPT, LIMITED))[rule])


def _young(panel: Panel, review: Quarter, minimum: int) -> np.ndarray:
    """Customers whose first purchase is too recent to be graded, array of bool, shape (customers,)."""
    bought = panel.cube.cells["lines"][:, : panel.cube.position(review) + 1] > 0
    seen = bought.shape[1] - bought.argmax(axis=1)
    return bought.any(axis=1) & (seen < minimum)


def _decide_new(policy: Policy, found: _Decided, position: int, rows: np.ndarray) -> None:
    grade = policy.review.cold_start_grade
    if len(rows):
        found.codes[position, rows] = NONE if grade is None else policy.scheme.scale.codes([grade])[0]
        found.because[position, rows] = list(found.reasons).index(COLD)


def _eased(
    review: ReviewParams, earned: np.ndarray, before: np.ndarray, kept: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Grade codes after the rules that ease a fall, and which decided: 0 kept, 1 fall limited, −1 neither.

    Parameters
    ----------
    earned, before : array of int, shape (customers,)
        Code earned now and code of the last review; −1 where there is none.
    kept : array of int, shape (customers,), or None
        Code reached with the floors at which a grade is kept.
    """
    codes, rule = earned.astype(np.int16), np.full(len(earned), NONE)
    graded = (earned >= 0) & (before >= 0)
    if kept is not None:
        eased_to = np.where(graded, np.maximum(codes, np.minimum(before, kept)), codes)
        rule[eased_to != codes] = 0
        codes = eased_to
    if review.max_fall_steps is not None:
        limited = np.where(graded, np.maximum(codes, before - review.max_fall_steps), codes)
        rule[limited != codes] = 1
        codes = limited
    return codes, rule


def _review_reasons(review: ReviewParams) -> dict[str, Label]:
    words = {}
    if review.keep_floors:
        words[KEPT] = Label(
            "达到保留门槛，保留上次的等级", "reaches the floor at which the last grade is kept"
        )
    if review.max_fall_steps:
        steps = review.max_fall_steps
        words[LIMITED] = Label(f"一次复评最多降 {steps} 级", f"falls at most {steps} step(s) at one review")
    if review.minimum_quarters:
        quarters = review.minimum_quarters
        words[COLD] = Label(
            f"首次购买不足 {quarters} 个季度", f"fewer than {quarters} quarters since the first purchase"
        )
    return words
