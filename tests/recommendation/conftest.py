"""Alternatives whose every draw is known, the rule, and effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.comparison.change import Change, Value
from toolkit.comparison.choice import Choice
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import EVIDENCE, LINES
from toolkit.comparison.parts import Drawn, Parts
from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotBasis, PilotPlan
from toolkit.effects.refusal import refuse
from toolkit.estimate import Estimate
from toolkit.params.decision_rule import DecisionRuleParams, PlausibleParams
from toolkit.params.strict import Words
from toolkit.terms import Label

WORD = Label("字", "word")
QUESTION = Question(WORD, WORD, WORD, 4)
DRAWS = 1000
LEVELS = (np.arange(DRAWS) + 0.5) / DRAWS


@dataclass(frozen=True)
class Given:
    """An alternative as a test states it.

    ``chances`` is the probability of a gain by definition, or by definition and line; ``seed`` makes its draws
    independent of those of another seed, one without a seed shares its draws.
    """

    chances: dict
    identified: float = 1.0
    moved: int = 100
    cost: tuple[float, float, float] = (50.0, 40.0, 60.0)
    break_even: float | None = 0.05
    stake: float = 1000.0
    policy: str = "lower"
    seed: int | None = None


def drawn(chance: float, seed: int | None) -> Drawn:
    """Draws of which exactly ``chance`` lie above zero."""
    noise = stats.norm.ppf(LEVELS)
    if seed is not None:
        noise = np.random.default_rng(seed).permutation(noise)
    value = -float(np.quantile(noise, 1 - chance)) if 0 < chance < 1 else (9.0 if chance else -9.0)
    return Drawn(value, noise + value)


def change_of(given: Given) -> Change:
    """A change with the probabilities of ``given``; costs are taken off beforehand."""
    nothing = Drawn.nothing(DRAWS)
    parts, values = [], []
    for definition, chance in given.chances.items():
        by_line = chance if isinstance(chance, dict) else dict.fromkeys(LINES, chance)
        nets = {line: drawn(by_line[line], given.seed) for line in LINES}
        parts.append(
            Parts(given.policy, definition, nets, nets, {}, nothing, nothing, nothing, 0, given.moved)
        )
        estimates = {line: net.estimate("money") for line, net in nets.items()}
        chances = [net.above_zero() for net in nets.values()]
        first = estimates[LINES[0]]
        values.append(
            Value(definition, first, first, estimates, min(chances), max(chances), 0.0, given.identified)
        )
    margin = np.array([given.identified, 0.0, 0.0, 1 - given.identified]) * abs(given.stake)
    table = pd.DataFrame(
        {"customers": margin, "margin": margin, "share": margin / abs(given.stake)}, index=list(EVIDENCE)
    )
    return Change(
        policy=given.policy,
        title=WORD,
        customers=1000,
        raised=given.moved,
        lowered=0,
        moved=given.moved,
        evidence=table,
        sources=table.iloc[:0],
        assumed=(),
        cost=Estimate(*given.cost, "money"),
        costs=None,
        heads=0,
        values=tuple(values),
        parts=tuple(parts),
        break_even=given.break_even,
        stake=given.stake,
    )


@pytest.fixture
def build():
    return change_of


@pytest.fixture
def compared():
    """Alternatives in one comparison."""

    def make(*given: Given, excluded=()) -> Comparison:
        changes = tuple(map(change_of, given))
        short = {name: WORD for name in excluded}
        names = [change.policy for change in changes]
        overlap = pd.DataFrame(0.0, index=names, columns=names)
        return Comparison("base", WORD, changes, len(given), 4, 1000, Draws(DRAWS, 1), overlap, short)

    return make


@pytest.fixture
def rule() -> DecisionRuleParams:
    return DecisionRuleParams(
        id="rule",
        title=Words(zh="规则", en="rule"),
        adopt_probability=0.9,
        adopt_identified_share=0.8,
        pilot_probability=0.5,
        reject_probability=0.1,
        plausible_change=PlausibleParams(change=0.1, author="board", on=date(2026, 1, 1), source="minutes"),
        horizon_quarters=4,
        discount_per_year=0.0,
        decided=date(2026, 1, 1),
        source="board",
        quote=Words(zh="原文", en="quote"),
    )


@pytest.fixture
def known() -> Effect:
    """An effect of 4 points, its interval from 1 to 7."""
    estimate = Estimate(0.04, 0.01, 0.07, "points_share")
    return Effect("cutoff", "identified", "LATE", "identified", QUESTION, estimate, 0.015, 0.4)


@pytest.fixture
def unknown() -> Effect:
    """A refusal."""
    return refuse(QUESTION, "NOPROGRAMME", basis=PilotBasis.of_share(0.8, {0.3: 600}), plan=PilotPlan())


@pytest.fixture
def choice():
    """A choice that the other half confirms with a given probability: one of unit spread."""
    everybody = ("lower", "other", "good", "open", "bad", "poor", *(f"p{i}" for i in range(20)))

    def make(better: float, among: tuple[str, ...] = everybody) -> Choice:
        value = float(stats.norm.ppf(better))
        held = Estimate(value, value - 1.959964, value + 1.959964, "money")
        return Choice(("lower", "lower"), "lower", held, held, {"constant": held}, better, 0.0, 2, among)

    return make


@pytest.fixture
def given():
    return Given
