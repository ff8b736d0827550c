"""A question about files, with what is proposed and why."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.history.proposal.matching import SURE
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be settled.

    Attributes
    ----------
    id : str
        What an answer is given under.
    ask : Label
    proposed : str or None
        The answer that is taken where nobody says otherwise; None where nothing can be proposed.
    confidence : float
    reason : Label
    needed : bool
        Whether a doubt stops an import that asks nobody; any other doubt is recorded as an assumption.
    form : Label
        How an answer is written.
    """

    id: str
    ask: Label
    proposed: str | None
    confidence: float
    reason: Label
    needed: bool
    form: Label

    @property
    def open(self) -> bool:
        """Whether it is worth asking."""
        return self.proposed is None or self.confidence < SURE
