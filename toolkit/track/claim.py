"""A claim: a figure that a report commits itself to, to be checked by a later one.

A claim is scored only where it says how sure it is: by an interval with its level, or by a probability. A
figure without either is told beside what happened and never counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.shown import shown
from toolkit.terms import UNITS, Label
from toolkit.window import Quarter

Kind = Literal["retained", "moves", "heads", "cost", "effect", "net", "better", "best"]

KINDS: dict[Kind, Label] = {
    "retained": Label("等级留存率", "share retained of a grade"),
    "moves": Label("下次复评等级变动的客户", "customers who change grade at the next review"),
    "heads": Label("下季度服务人数", "heads next quarter"),
    "cost": Label("下季度服务成本", "cost to serve next quarter"),
    "effect": Label("由设计识别的影响", "effect identified by a design"),
    "net": Label("方案净值", "net value of a policy"),
    "better": Label("方案优于现行的概率", "probability that a policy is better"),
    "best": Label("方案最优的概率", "probability that a policy is the best"),
}


@shown("id", "made", "resolves")
@dataclass(frozen=True, slots=True)
class Claim:
    """One figure claimed by one report.

    Attributes
    ----------
    id : str
        What it is about; the same id in two reports is the same claim.
    kind : str
        A key of :data:`KINDS`.
    made : Quarter
        Quarter of the report.
    resolves : Quarter or None
        Quarter by whose end it can be checked; None where that depends on what the company records.
    value : float
        In ``unit`` as stored (shares 0..1, money in the study's currency).
    unit : str
        A key of :data:`toolkit.terms.UNITS`.
    label : Label
    low, high : float or None
        Interval; None where the claim has none.
    level : float
        Coverage that the interval promises, 0..1.
    probability : float or None
        0..1, for a claim that something is so.
    given : mapping of str to str
        What it is conditional on: policy, definition, grade, review and the like.

    Raises
    ------
    ValueError
        On an unknown kind or unit, an interval with one end or reversed, or a probability outside 0..1.
    """

    id: str
    kind: Kind
    made: Quarter
    resolves: Quarter | None
    value: float
    unit: str
    label: Label
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    probability: float | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.unit not in UNITS:
            raise ValueError(f"unknown kind or unit: {self.kind}, {self.unit}")
        if not math.isfinite(self.value):
            raise ValueError(f"a claim has a finite value, got {self.value}")
        if (self.low is None) != (self.high is None) or (self.low is not None and not self.low <= self.high):
            raise ValueError(f"interval with one end, or reversed: {self.low}, {self.high}")
        if not 0 < self.level < 1:
            raise ValueError(f"the level of an interval lies between 0 and 1, got {self.level}")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"a probability lies in 0..1, got {self.probability}")

    @property
    def has_interval(self) -> bool:
        """Whether it can be counted as inside or outside."""
        return self.low is not None and math.isfinite(self.low) and math.isfinite(self.high)

    def record(self) -> dict[str, Any]:
        """The claim as JSON; an open end is written as null, and so is the other one."""
        ends = (self.low, self.high) if self.has_interval else (None, None)
        return {
            "id": self.id,
            "kind": self.kind,
            "made": str(self.made),
            "resolves": str(self.resolves) if self.resolves else None,
            "value": float(self.value),
            "unit": self.unit,
            "zh": self.label.zh,
            "en": self.label.en,
            "low": None if ends[0] is None else float(ends[0]),
            "high": None if ends[1] is None else float(ends[1]),
            "level": self.level,
            "probability": None if self.probability is None else float(self.probability),
            "given": dict(self.given),
        }

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Claim:
        """The claim of a JSON entry.

        Raises
        ------
        KeyError, TypeError, ValueError, ParameterError
            Where the entry is no claim.
        """
        number = {name: _number(entry[name]) for name in ("low", "high", "probability")}
        return cls(
            id=str(entry["id"]),
            kind=entry["kind"],
            made=Quarter.parse(entry["made"]),
            resolves=Quarter.parse(entry["resolves"]) if entry["resolves"] else None,
            value=float(entry["value"]),
            unit=entry["unit"],
            label=Label(str(entry["zh"]), str(entry["en"])),
            level=float(entry["level"]),
            given={str(name): str(text) for name, text in entry["given"].items()},
            **number,
        )


def once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Each claim once, as the earliest report made it; in order of quarter."""
    kept: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: claim.made):
        kept.setdefault(claim.id, claim)
    return tuple(kept.values())


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
