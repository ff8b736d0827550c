"""Every design side by side, and the cheapest that can decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.pilots.branches import branches
from toolkit.pilots.design import Design
from toolkit.pilots.question import OpenQuestion
from toolkit.pilots.switchers import switchers
from toolkit.pilots.tie_breaker import tie_breakers
from toolkit.pilots.waves import waves
from toolkit.shown import shown


@shown("design", "can_decide")
@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The design to run.

    Attributes
    ----------
    design : Design
    can_decide : bool
        Whether its answer could carry a verdict; else it is the one that comes nearest.
    """

    design: Design
    can_decide: bool


def designs_for(question: OpenQuestion) -> tuple[Design, ...]:
    """Every design of the question, also those that cannot be run.

    Examples
    --------
    >>> import toolkit
    >>> question = toolkit.example_study().pilots[0].question
    >>> [(one.kind, one.customers) for one in toolkit.pilots.designs_for(question)]
    [('switchers', 58), ('branches', 58), ('waves', 58)]
    """
    return (
        *tie_breakers(question),
        switchers(question),
        *branches(question),
        waves(question),
    )


def cheapest(question: OpenQuestion, designs: Sequence[Design], share: float) -> Chosen | None:
    """The cheapest design that can decide, else the one of smallest error; None where none can be run.

    Parameters
    ----------
    question : OpenQuestion
    designs : sequence of Design
    share : float
        Share of the switchers' margin that must be identified before the rule adopts, 0..1.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> question = study.pilots[0].question
    >>> found = toolkit.pilots.cheapest(question, toolkit.pilots.designs_for(question), share=0.8)
    >>> found.design.kind, found.can_decide
    ('switchers', False)
    """
    possible = [one for one in designs if one.refused is None]
    deciding = [one for one in possible if one.decides(question, share)]
    if deciding:
        return Chosen(min(deciding, key=lambda one: (one.price(question), one.expected_error)), True)
    if not possible:
        return None
    covering = [one for one in possible if one.covers >= share]
    return Chosen(min(covering or possible, key=lambda one: (one.expected_error, one.price(question))), False)
