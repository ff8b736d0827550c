"""What each policy needs against what exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from toolkit.shown import shown
from toolkit.terms import Label, figure

Counts = Literal["heads", "seats", "hours"]
UNITS: dict[Counts, Label] = {
    "heads": Label("人", "heads"),
    "seats": Label("席", "seats"),
    "hours": Label("工时", "hours"),
}
NEARLY = 1e-9


@shown("title", "most")
@dataclass(frozen=True, slots=True)
class Resource:
    """Something of which a company has so much.

    Attributes
    ----------
    title : Label
    counts : {"heads", "seats", "hours"}
        Hours are per quarter.
    most : float
    source : str
    """

    title: Label
    counts: Counts
    most: float
    source: str


@shown("policy", "resource", "need", "slack")
@dataclass(frozen=True, slots=True)
class Use:
    """What one policy needs of one resource.

    Attributes
    ----------
    policy : str
    resource : Resource
    need : float or None
        None where the history does not say.
    """

    policy: str
    resource: Resource
    need: float | None

    @property
    def slack(self) -> float | None:
        """What would be left; below zero a shortfall."""
        return None if self.need is None else self.resource.most - self.need

    @property
    def short(self) -> bool:
        """Whether more is needed than exists."""
        return self.slack is not None and self.slack < -NEARLY

    @property
    def text(self) -> Label:
        """Need, what exists and the shortfall in words.

        >>> Use("p", Resource(Label("客户经理", "managers"), "heads", 8, "HR"), 11).text.en
        'managers: 11 heads needed, 8 at hand, 3 short'
        """
        unit, title = UNITS[self.resource.counts], self.resource.title
        need, most, lack = (
            figure(x, "count", "en", digits=0 if float(x).is_integer() else 1)
            for x in (self.need, self.resource.most, -self.slack)
        )
        return Label(
            f"{title.zh}需 {need} {unit.zh}，现有 {most} {unit.zh}，差 {lack} {unit.zh}",
            f"{title.en}: {need} {unit.en} needed, {most} at hand, {lack} short",
        )


@shown("baseline", "uses", "infeasible")
@dataclass(frozen=True, slots=True)
class Capacity:
    """Every policy against every cap.

    Attributes
    ----------
    baseline : str
        In force, therefore never excluded.
    uses : tuple of Use
        By policy, baseline first, then by resource.
    """

    baseline: str
    uses: tuple[Use, ...]

    def of(self, policy: str) -> tuple[Use, ...]:
        """What one policy needs."""
        return tuple(use for use in self.uses if use.policy == policy)

    def shortfalls(self, policy: str) -> tuple[Use, ...]:
        """Resources of which a policy needs more than exists."""
        return tuple(use for use in self.of(policy) if use.short)

    @property
    def infeasible(self) -> Mapping[str, Label]:
        """Alternatives that need more than exists, and of what."""
        policies = dict.fromkeys(use.policy for use in self.uses if use.short and use.policy != self.baseline)
        return {policy: _joined([use.text for use in self.shortfalls(policy)]) for policy in policies}


def _joined(said: list[Label]) -> Label:
    return Label("；".join(one.zh for one in said), "; ".join(one.en for one in said))
