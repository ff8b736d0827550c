"""A policy applied to the panel, quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.panel import Graded, graded
from toolkit.policy.appeals import Docket
from toolkit.policy.calendar import review_quarters
from toolkit.policy.deciding import Desk
from toolkit.policy.holding import hold
from toolkit.policy.policy import Policy
from toolkit.policy.standing import Standing
from toolkit.register import NONE, Register
from toolkit.schemes.fitting import reviews_after_fitting
from toolkit.schemes.reach import unreachable
from toolkit.window import Quarter


def walk(
    policy: Policy, panel: Graded, last: Quarter, active_quarters: int = 4, first: Quarter | None = None
) -> Register:
    """Apply a policy to the panel, review by review, up to the end of ``last``.

    A scheme that measures customers against others is frozen at the first review. Weights by regression
    are fitted before it; reviews too early for that give no grades. Whoever is not decided by a review in a
    later quarter is moved by the events of the policy. Appeals granted in a quarter come last in it, so that
    the next review is the first that can check them again.

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
        If ``last`` is no quarter of the history, or the history lacks a table that the policy needs.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> register = toolkit.walk(study.baseline, study.panel, study.quarter, active_quarters=1)
    >>> [str(review) for review in register.reviews]
    ['2022Q3', '2023Q3', '2024Q3', '2025Q3', '2026Q3']
    >>> {str(quarter): int(register.counts(quarter)["VIP"]) for quarter in register.quarters[-5:]}
    {'2025Q3': 121, '2025Q4': 117, '2026Q1': 114, '2026Q2': 112, '2026Q3': 133}
    """
    panel = graded(panel, policy.params)
    quarters = tuple(q for q in panel.cube.quarters if q <= last)
    first = panel.cube.quarters[0] if first is None else first
    calendar = review_quarters(policy, [q for q in panel.cube.quarters if q >= first], last)
    reviews = reviews_after_fitting(policy.params, calendar, first)
    standing = Standing.of_nobody(policy, panel.cube.shape[0])
    desk = Desk(policy, panel, last, active_quarters, standing)
    rules = policy.review.appeals
    docket = None if rules is None else Docket.of(rules, policy.scheme.scale, panel, last)
    book = _Book.blank(policy, len(quarters), panel.cube.shape[0])
    for place, quarter in enumerate(quarters):
        if quarter < reviews[0]:
            continue
        _walk_quarter(desk, docket, quarter, quarter in reviews)
        book.enter(place, desk)
    return _register(desk, docket, book, (quarters, reviews, first))


def _walk_quarter(desk: Desk, docket: Docket | None, quarter: Quarter, review: bool) -> None:
    desk.standing.open_quarter()
    if docket is not None and not (review and docket.recheck):
        desk.expire(quarter)
    if review:
        desk.review(quarter)
    desk.react(quarter)
    if docket is not None:
        desk.grant(quarter, *docket.granted_in(quarter))


@dataclass(slots=True)
class _Book:
    """What was entered at the end of every quarter; arrays of shape (quarters, customers).

    Nothing takes effect at once (None) where no event moves a grade.
    """

    codes: np.ndarray
    because: np.ndarray
    by: np.ndarray
    at_once: np.ndarray | None
    tags: dict[str, np.ndarray]
    beside: dict[str, np.ndarray]
    rechecked: list[dict[str, int]]

    @classmethod
    def blank(cls, policy: Policy, quarters: int, customers: int) -> _Book:
        shape = (quarters, customers)
        nobody = np.full(shape, NONE, dtype=np.int16)
        nothing = dict.fromkeys(("confirmed", "withdrawn", "lapsed"), 0)
        return cls(
            nobody,
            nobody.copy(),
            np.full(shape, NONE, dtype=np.int8),
            np.zeros(shape, dtype=bool) if policy.triggers else None,
            {name: np.zeros(shape, dtype=bool) for name in policy.tags},
            {name: nobody.copy() for name in policy.beside},
            [dict(nothing) for _ in range(quarters)],
        )

    def enter(self, place: int, desk: Desk) -> None:
        standing = desk.standing
        self.codes[place], self.because[place] = standing.now, desk.because()
        self.by[place] = standing.by
        if self.at_once is not None:
            self.at_once[place] = standing.at_once
        for name, marked in standing.tags.items():
            self.tags[name][place] = marked
        for name, codes in standing.beside.items():
            self.beside[name][place] = codes
        self.rechecked[place] = standing.rechecked


def _register(
    desk: Desk,
    docket: Docket | None,
    book: _Book,
    calendar: tuple[tuple[Quarter, ...], tuple[Quarter, ...], Quarter],
) -> Register:
    (quarters, reviews, first), policy, panel = calendar, desk.policy, desk.panel
    active = np.empty(book.codes.shape, dtype=bool)
    for place, quarter in enumerate(quarters):
        active[place] = panel.active(quarter, desk.active_quarters)
    asked = active & np.array([q >= reviews[0] for q in quarters])[:, None]
    held = _held(book, policy.review.hold_quarters)
    active &= book.codes >= 0
    earned = _blanked(book.codes, active)
    in_force = earned if held is earned else _blanked(held, active)
    return Register(
        policy=policy.id,
        scale=policy.scheme.scale,
        customers=panel.cube.customers,
        quarters=quarters,
        reviews=reviews,
        earned=earned.T,
        in_force=in_force.T,
        because=_blanked(book.because, asked).T,
        reasons=dict(desk.reasons),
        service_packages={grade: policy.service[grade].package for grade in policy.scheme.scale.grades},
        active_quarters=desk.active_quarters,
        complete_from=first,
        short_window=reviews[0] - first + 1 < policy.review.window_quarters,
        tags={name: (asked & rows).T for name, rows in book.tags.items()},
        beside={
            name: (policy.beside[name].scale, _blanked(codes, asked).T) for name, codes in book.beside.items()
        },
        scheme=desk.graders[""],
        decided_by=book.by.T,
        appeals=None if docket is None else _appeals(docket, book, quarters),
        unreachable=unreachable(policy.params.scheme),
    )


def _held(book: _Book, quarters: int) -> np.ndarray:
    """Grades after the hold rule, shape (quarters, customers); those of the book where nothing is held."""
    if not quarters:
        return book.codes
    return hold(book.codes.T, quarters, None if book.at_once is None else book.at_once.T).T


def _blanked(codes: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """``codes`` themselves with no grade where they do not count; quarter by quarter, to spare memory."""
    for row, counts in zip(codes, counted, strict=True):
        row[np.flatnonzero(~counts)] = NONE
    return codes


def _appeals(docket: Docket, book: _Book, quarters: tuple[Quarter, ...]) -> pd.DataFrame:
    found = docket.counts(quarters)
    return found.join(pd.DataFrame(book.rechecked, index=found.index))
