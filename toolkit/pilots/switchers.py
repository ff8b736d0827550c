"""Lots among those whom the alternative would move, the raised and the lowered each by themselves."""

from __future__ import annotations

from toolkit.pilots.design import Design, designed, error_by_direction
from toolkit.pilots.question import OpenQuestion


def switchers(question: OpenQuestion) -> Design:
    """One half of the switchers is served by the alternative, the other by the policy in force."""
    drawn = question.direction != 0
    return designed(question, "switchers", drawn, error_by_direction(question, drawn))
