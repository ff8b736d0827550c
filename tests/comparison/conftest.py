"""Comparisons made of given draws, so that closed forms can stand beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison.change import Change, Value
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import EVIDENCE, LINES
from toolkit.comparison.parts import QUANTILES, Drawn, Parts
from toolkit.estimate import Estimate
from toolkit.terms import Label

WORD = Label("字", "word")


@pytest.fixture(scope="session")
def parts_of() -> Callable[..., Parts]:
    """Parts of one alternative: ``gained`` on every line, or by line; costs without spread.

    ``readings`` gives the gain at each of the five quantiles of the effect; without it the gain does not move.
    """

    def build(
        policy: str,
        gained: Drawn | Mapping[str, Drawn],
        definition: str = "stay",
        *,
        costs: Sequence[float] = (0.0, 0.0, 0.0),
        readings: Sequence[float] | None = None,
        retained: Drawn | None = None,
        factors: Mapping[str, Drawn] | None = None,
    ) -> Parts:
        by_line = {line: gained for line in LINES} if isinstance(gained, Drawn) else dict(gained)
        size = len(next(iter(by_line.values())).draws)
        read = {
            line: dict(zip(QUANTILES, readings or [one.value] * len(QUANTILES), strict=True))
            for line, one in by_line.items()
        }
        spent = [Drawn(cost, np.full(size, cost)) for cost in costs]
        kept = {line: retained or Drawn.nothing(size) for line in by_line}
        return Parts(policy, definition, by_line, kept, read, *spent, 0, 100, factors or {})

    return build


@pytest.fixture(scope="session")
def comparison_of() -> Callable[..., Comparison]:
    """A comparison of alternatives given by their parts; ``identified`` is the share of each (1 where left out)."""

    def build(
        parts: Sequence[Parts],
        identified: Mapping[str, float] | None = None,
        excluded: Mapping[str, Label] | None = None,
        without_value: Sequence[str] = (),
    ) -> Comparison:
        policies = list(dict.fromkeys([p.policy for p in parts] + list(without_value)))
        changes = [
            _change(name, [p for p in parts if p.policy == name], (identified or {}).get(name, 1.0))
            for name in policies
        ]
        size = len(next(iter(parts[0].gained.values())).draws) if parts else 100
        return Comparison(
            "base",
            WORD,
            tuple(changes),
            len(parts),
            4,
            100,
            Draws(size, 1),
            apart(policies),
            dict(excluded or {}),
        )

    return build


def apart(policies: Sequence[str]) -> pd.DataFrame:
    """Alternatives that move different customers, each with one unit at stake."""
    return pd.DataFrame(np.eye(len(policies)), index=policies, columns=policies)


def _change(policy: str, parts: Sequence[Parts], identified: float) -> Change:
    table = pd.DataFrame(0.0, index=list(EVIDENCE), columns=["customers", "margin", "share"])
    nothing = Estimate(0.0, 0.0, 0.0, "money")
    return Change(
        policy=policy,
        title=WORD,
        customers=100,
        raised=1,
        lowered=1,
        moved=2,
        evidence=table,
        sources=table.iloc[:0],
        assumed=(),
        cost=parts[0].costs.total.estimate("money") if parts else nothing,
        costs=parts[0].costs if parts else None,
        heads=0,
        values=tuple(_value(p, identified) for p in parts),
        parts=tuple(parts),
        break_even=None,
        stake=0.0,
    )


def _value(parts: Parts, identified: float) -> Value:
    nets = {line: parts.net(line) for line in LINES}
    chances = [net.above_zero() for net in nets.values()]
    return Value(
        parts.definition,
        parts.retained[LINES[0]].estimate("customers"),
        nets[LINES[0]].estimate("money"),
        {line: net.estimate("money") for line, net in nets.items()},
        min(chances),
        max(chances),
        0.0,
        identified,
    )
