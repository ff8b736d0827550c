"""The catalogue of a study: policies that are described side by side and not decided upon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toolkit.errors import HistoryError
from toolkit.outcomes.evaluation import Basis, Evaluation, evaluate
from toolkit.outcomes.particulars import Particulars, particulars
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.terms import Label


@shown("policy", "why")
@dataclass(frozen=True, slots=True)
class Refused:
    """A policy that this history cannot run.

    Attributes
    ----------
    policy : str
    title : Label
    why : Label
        Names the table and column that are missing.
    """

    policy: str
    title: Label
    why: Label


@shown("asked", "policies", "refused")
@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Policies of the catalogue on one history.

    Attributes
    ----------
    policies : tuple of Policy
        Those that ran.
    evaluation : Evaluation
        Of the baseline, then of ``policies``.
    refused : tuple of Refused
    particulars : Particulars
        Of the baseline, then of ``policies``, at the last quarter walked.
    """

    policies: tuple[Policy, ...]
    evaluation: Evaluation
    refused: tuple[Refused, ...]
    particulars: Particulars

    @property
    def asked(self) -> int:
        """Policies in the catalogue."""
        return len(self.policies) + len(self.refused)


def describe_catalogue(
    baseline: tuple[Policy, Register],
    catalogue: Sequence[PolicyParams],
    make: Callable[[PolicyParams], tuple[Policy, Register]],
    basis: Basis,
) -> Catalogue:
    """Run and judge every policy of a catalogue; those that the history cannot supply are refused by name.

    Parameters
    ----------
    baseline : Policy and its Register
    catalogue : sequence of PolicyParams
    make : callable (PolicyParams) -> (Policy, Register)
    basis : Basis
    """
    ran: list[tuple[Policy, Register]] = []
    refused: list[Refused] = []
    for params in catalogue:
        try:
            ran.append(make(params))
        except HistoryError as error:
            refused.append(Refused(params.id, params.title.label(), Label(error.zh, error.en)))
    every = [baseline, *ran]
    policies, registers = [policy for policy, _ in every], {p.id: register for p, register in every}
    return Catalogue(
        policies=tuple(policies[1:]),
        evaluation=evaluate(policies, registers, basis),
        refused=tuple(refused),
        particulars=particulars(policies, registers, baseline[1].quarters[-1]),
    )
