"""What the net value of one alternative hangs on: one input at a time, and the two widest together.

Every bar runs from the net value at the input's tenth percentile to that at its ninetieth, everything else as
estimated, customers as observed. A factor that nobody gave a range has no bar, and the result says so. The line of
extrapolation and the definition of retention are inputs too: their bars run from the least to the most favourable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.comparison.change import Change
from toolkit.comparison.draws import FACTORS, Range
from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import QUANTILES, Parts
from toolkit.shown import shown

EFFECT, HORIZON, LINE, DEFINITION = "effect", "horizon", "line", "definition"
NUMERIC = (EFFECT, *FACTORS, HORIZON)
TAILS = (0.1, 0.9)
STEPS = 11


@shown("name", "low", "high")
@dataclass(frozen=True, slots=True)
class Input:
    """A numeric input and the ends between which it is moved.

    Attributes
    ----------
    name : str
        One of :data:`NUMERIC`.
    low, high : float
        Of the effect quantiles of its sampling law; of a factor the amount's multiple; of the horizon the multiple of
        the horizon's factor.
    """

    name: str
    low: float
    high: float


@shown("policy", "definition", "line", "base", "bars")
@dataclass(frozen=True, slots=True)
class Tornado:
    """Inputs of one alternative, the widest first.

    Attributes
    ----------
    policy : str
    definition, line : str
        Under which the numeric inputs are moved: the headline and the first line.
    base : float
        Net value with every input as estimated, money per year.
    bars : DataFrame, index ``input``, widest first
        ``at_low``, ``at_high`` (what the input is at either end: a number as in :class:`Input`, or the name of the line
        or definition); ``low``, ``high`` (net value there, money per year); ``width`` (money per year); ``flips``
        (bool: the net value is below zero at one end and above at the other).
    inputs : tuple of Input
        The numeric ones, in the order of ``bars``.
    without_range : tuple of str
        Numeric inputs for which nobody declared a range; they have no bar.
    """

    policy: str
    definition: str
    line: str
    base: float
    bars: pd.DataFrame
    inputs: tuple[Input, ...]
    without_range: tuple[str, ...]


@shown("policy", "first", "second")
@dataclass(frozen=True, slots=True)
class TwoWay:
    """The net value over two inputs at once.

    Attributes
    ----------
    policy : str
    first, second : Input
    grid : DataFrame, index values of ``first``, columns values of ``second``
        Net value, money per year.
    break_even : DataFrame, columns ``first``, ``second``
        Points at which the net value is zero, from the grid by straight lines; empty where its sign never changes.
    """

    policy: str
    first: Input
    second: Input
    grid: pd.DataFrame
    break_even: pd.DataFrame


def inputs_of(factors: Mapping[str, Range], horizon: tuple[float, float] | None = None) -> tuple[Input, ...]:
    """Numeric inputs that have a range: the effect always, a factor and the horizon where one is declared.

    Parameters
    ----------
    factors : mapping of :data:`toolkit.comparison.draws.FACTORS` to Range
    horizon : (low, high), optional
        Multiples of the horizon's factor.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.comparison.draws import Range
    >>> found = toolkit.inputs_of({"margin": Range(0.9, 1.0, 1.1)}, horizon=(0.75, 1.25))
    >>> [(one.name, round(one.low, 3), round(one.high, 3)) for one in found]
    [('effect', 0.1, 0.9), ('margin', 0.945, 1.055), ('horizon', 0.75, 1.25)]
    """
    known = [
        (name, *map(float, factors[name].quantile(np.array(TAILS)))) for name in FACTORS if name in factors
    ]
    if horizon is not None:
        known.append((HORIZON, *horizon))
    return (Input(EFFECT, *TAILS), *(Input(*one) for one in known))


def tornado(change: Change, inputs: Sequence[Input]) -> Tornado | None:
    """The bars of one alternative; None where it has no value.

    Parameters
    ----------
    change : Change
    inputs : sequence of Input
        See :func:`inputs_of`.

    Examples
    --------
    >>> import toolkit
    >>> comparison = toolkit.example_study().comparison
    >>> inputs = toolkit.inputs_of(comparison.draws.factors, horizon=(0.75, 1.25))
    >>> found = toolkit.tornado(comparison.change("abc"), inputs)
    >>> found
    Tornado(abc, still_buying, constant, base net value 335,336, 5 inputs)
    >>> float(found.bars["width"].round().max())
    359956.0
    """
    if not change.parts:
        return None
    parts, line = change.parts[0], LINES[0]
    bars = {one.name: _bar(parts, line, one) for one in inputs}
    bars[LINE] = _choice({name: parts.net_at(name) for name in LINES})
    bars[DEFINITION] = _choice({p.definition: p.net_at(line) for p in change.parts})
    frame = pd.DataFrame.from_dict(bars, orient="index", columns=["at_low", "at_high", "low", "high"])
    frame["width"] = (frame["high"] - frame["low"]).abs()
    ends = frame[["low", "high"]]
    frame["flips"] = (ends.min(axis=1) < 0) & (ends.max(axis=1) > 0)
    frame = frame.rename_axis("input").sort_values("width", ascending=False, kind="stable")
    ordered = sorted(inputs, key=lambda one: list(frame.index).index(one.name))
    without = tuple(name for name in NUMERIC if name not in bars)
    return Tornado(change.policy, parts.definition, line, parts.net_at(line), frame, tuple(ordered), without)


def two_way(parts: Parts, first: Input, second: Input, line: str = LINES[0]) -> TwoWay:
    """The net value on a grid over two inputs, and where it is zero.

    Parameters
    ----------
    parts : Parts
    first, second : Input
        Two different ones.
    line : str
        One of :data:`toolkit.comparison.evidence.LINES`.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.comparison.tornado import Input
    >>> change = toolkit.example_study().comparison.change("abc")
    >>> ends = Input("margin", 0.5, 1.5), Input("horizon", 0.5, 1.5)
    >>> found = toolkit.two_way(change.parts[0], *ends)
    >>> grid = found.grid.round()
    >>> float(grid.iloc[0, 0]), float(grid.iloc[-1, -1])
    (308686.0, 379751.0)
    """
    down, across = (np.linspace(one.low, one.high, STEPS) for one in (first, second))
    values = [[net_with(parts, line, {first.name: a, second.name: b}) for b in across] for a in down]
    grid = pd.DataFrame(
        values, index=pd.Index(down, name=first.name), columns=pd.Index(across, name=second.name)
    )
    points = [(a, b) for a, row in grid.iterrows() for b in _zeros(across, row.to_numpy())]
    points += [(a, b) for b, column in grid.items() for a in _zeros(down, column.to_numpy())]
    break_even = pd.DataFrame(sorted(set(points)), columns=["first", "second"], dtype=float)
    return TwoWay(parts.policy, first, second, grid, break_even)


def net_with(parts: Parts, line: str, at: Mapping[str, float]) -> float:
    """Net value with the inputs of ``at`` moved, money per year.

    An effect between the quantiles that were read is read between them in units of standard deviations: exact where
    the law is normal on either side of the estimate and the value proportional to the effect.
    """
    moved = {name: value for name, value in at.items() if name != EFFECT}
    if EFFECT not in at:
        return parts.net_at(line, **moved)
    known = stats.norm.ppf(QUANTILES)
    read = [parts.net_at(line, effect=quantile, **moved) for quantile in QUANTILES]
    return float(np.interp(stats.norm.ppf(at[EFFECT]), known, read))


def _bar(parts: Parts, line: str, one: Input) -> tuple[float, float, float, float]:
    low, high = (net_with(parts, line, {one.name: end}) for end in (one.low, one.high))
    return one.low, one.high, low, high


def _choice(values: Mapping[str, float]) -> tuple[str, str, float, float]:
    least, most = min(values, key=values.get), max(values, key=values.get)
    return least, most, values[least], values[most]


def _zeros(at: np.ndarray, values: np.ndarray) -> list[float]:
    """Places at which a line through ``values`` over ``at`` changes its sign, or touches zero coming from another value."""
    before, after = values[:-1], values[1:]
    crossing = (np.sign(before) * np.sign(after) <= 0) & (before != after)
    share = before[crossing] / (before - after)[crossing]
    return [float(x) for x in at[:-1][crossing] + share * np.diff(at)[crossing]]
