"""How a customer's grade came about: quarter by quarter, and from what the rule gave to the grade in force."""

from __future__ import annotations

import numpy as np

from toolkit.explanation.explanation import NOTHING, Line, Passed
from toolkit.register import APPEAL, HELD, REVIEW, TRIGGER, Register
from toolkit.schemes.wording import say
from toolkit.terms import Label
from toolkit.window import Quarter

BY = {
    REVIEW: Label("复评", "review"),
    TRIGGER: Label("事件", "event"),
    APPEAL: Label("申诉", "appeal"),
}
NO_GRADE = Label("无等级", "no grade")


def history_of(register: Register, row: int, last: Quarter) -> tuple[Passed, ...]:
    """Every quarter from the first decision on, up to ``last``."""
    found = []
    for column, quarter in enumerate(register.quarters):
        if quarter > last or register.because[row, column] < 0:
            continue
        by = -1 if register.decided_by is None else int(register.decided_by[row, column])
        held = bool(register.held[row, column])
        found.append(
            Passed(
                quarter,
                BY.get(by, NOTHING),
                grade_at(register, register.earned[row, column]),
                grade_at(register, register.in_force[row, column]),
                held,
                reason_at(register, row, column, held),
            )
        )
    return tuple(found)


def last_review(register: Register, row: int, last: Quarter) -> Quarter | None:
    """The latest review up to ``last`` that decided about the customer."""
    decided = [
        quarter
        for column, quarter in enumerate(register.quarters)
        if quarter <= last and register.decided_by[row, column] == REVIEW
    ]
    return decided[-1] if decided else None


def steps_to(
    register: Register, row: int, review: Quarter, last: Quarter, by_rule: str | None, hold_quarters: int
) -> tuple[Line, ...]:
    """From what the rule gave at ``review`` to the grade in force at ``last``; ``figure`` is the grade after each step.

    ``hold_quarters`` is how long the policy holds a lost grade.
    """
    start, end = register.column(review), register.column(last)
    steps = [
        Line(say("{q} 复评，规则给出", "by the rule at the review of {q}", q=str(review)), _shown(by_rule))
    ]
    now = by_rule
    earned = grade_at(register, register.earned[row, start])
    if earned != now and register.decided_by[row, start] == REVIEW:
        words = reason_at(register, row, start, False)
        steps.append(Line(say("复评规则：{w}", "review rule: {w}", w=words), _shown(earned)))
        now = earned
    for column in range(start, end + 1):
        by = int(register.decided_by[row, column])
        if by not in (TRIGGER, APPEAL):
            continue
        now = grade_at(register, register.earned[row, column])
        words = reason_at(register, row, column, False)
        steps.append(
            Line(
                say(
                    "{q} {by}：{w}", "{by} in {q}: {w}", q=str(register.quarters[column]), by=BY[by], w=words
                ),
                _shown(now),
            )
        )
    if register.held[row, end]:
        kept = grade_at(register, register.in_force[row, end])
        until = _held_until(register, row, end, hold_quarters)
        words = say("{w}，至 {q}", "{w}, until {q}", w=register.reasons[HELD], q=str(until))
        steps.append(Line(words, _shown(kept)))
    return tuple(steps)


def _held_until(register: Register, row: int, end: int, hold_quarters: int) -> Quarter:
    """Last quarter for which the grade in force at column ``end`` is held: counted from the last in which it was earned."""
    earned = register.earned[row, : end + 1] >= register.in_force[row, end]
    return register.quarters[int(np.flatnonzero(earned)[-1])] + hold_quarters


def grade_at(register: Register, code: np.integer) -> str | None:
    """The grade of a code; None for −1."""
    return None if code < 0 else str(register.scale.from_codes(np.array([code]))[0])


def reason_at(register: Register, row: int, column: int, held: bool) -> Label:
    """Why the customer has that grade, or none, in that quarter."""
    if held:
        return register.reasons[HELD]
    place = int(register.because[row, column])
    return NOTHING if place < 0 else list(register.reasons.values())[place]


def _shown(grade: str | None) -> Label:
    return NO_GRADE if grade is None else Label(grade, grade)
