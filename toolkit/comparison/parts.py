"""The value of a change in its parts, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from toolkit.estimate import Estimate
from toolkit.shown import shown

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


@shown("value")
@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A figure and its draws.

    Attributes
    ----------
    value : float
        On the customers and effects as observed.
    draws : array, shape (draws,)

    Examples
    --------
    >>> one = Drawn(1.0, np.array([1.0, 2.0]))
    >>> (one - 2 * one).value, (one * one).draws.tolist()
    (-1.0, [1.0, 4.0])
    """

    value: float
    draws: np.ndarray

    def __add__(self, other: Drawn | float) -> Drawn:
        value, draws = _both(other)
        return Drawn(self.value + value, self.draws + draws)

    def __sub__(self, other: Drawn | float) -> Drawn:
        value, draws = _both(other)
        return Drawn(self.value - value, self.draws - draws)

    def __mul__(self, other: Drawn | float) -> Drawn:
        value, draws = _both(other)
        return Drawn(self.value * value, self.draws * draws)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Drawn | float) -> Drawn:
        value, draws = _both(other)
        return Drawn(self.value / value, self.draws / draws)

    def estimate(self, unit: str, level: float = 0.95) -> Estimate:
        """The value with the percentile interval of the draws."""
        return Estimate.from_draws(self.value + 0.0, self.draws + 0.0, unit, level)

    def above_zero(self) -> float:
        """Share of the draws above zero, 0..1."""
        return float((self.draws > 0).mean())

    @classmethod
    def nothing(cls, number: int) -> Drawn:
        """Zero in each of ``number`` draws."""
        return cls(0.0, np.zeros(number))


def _both(other: Drawn | float) -> tuple[float, float | np.ndarray]:
    return (other.value, other.draws) if isinstance(other, Drawn) else (other, other)


@shown("total", "heads")
@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Change in cost per year, alternative minus baseline, at the prices of the files.

    Attributes
    ----------
    service, managers, moves : Drawn
        Direct cost and discount; managers, whole heads in every draw; changes of grade.
    heads : int
        Change in managers.
    factors : mapping of :data:`toolkit.comparison.draws.FACTORS` to Drawn
        What each amount is multiplied with; 1 where left out.
    """

    service: Drawn
    managers: Drawn
    moves: Drawn
    heads: int
    factors: Mapping[str, Drawn] = field(default_factory=dict)

    @property
    def total(self) -> Drawn:
        """All three, each times its factor."""
        known = (("service", self.service), ("managers", self.managers), ("moves", self.moves))
        first, *rest = [part * self.factors[name] if name in self.factors else part for name, part in known]
        return sum(rest, first)


@shown("policy", "definition", "customers")
@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What one alternative brings and takes under one definition of retention; changes per year.

    Attributes
    ----------
    policy, definition : str
    gained : mapping of :data:`toolkit.comparison.evidence.LINES` to Drawn
        Margin over the horizon of the customers retained more; money, its factor not applied.
    retained : mapping of line to Drawn
        Customers retained more.
    readings : mapping of line to mapping of quantile to float
        ``gained`` at the :data:`QUANTILES` of every effect's law, with customers as observed.
    service, managers, moves : Drawn
        Change in cost, factors not applied.
    heads : int
    customers : int
        Customers compared.
    factors : mapping of :data:`toolkit.comparison.draws.FACTORS` to Drawn
        What each amount is multiplied with; 1 where left out.
    """

    policy: str
    definition: str
    gained: Mapping[str, Drawn]
    retained: Mapping[str, Drawn]
    readings: Mapping[str, Mapping[float, float]]
    service: Drawn
    managers: Drawn
    moves: Drawn
    heads: int
    customers: int
    factors: Mapping[str, Drawn] = field(default_factory=dict)

    @property
    def costs(self) -> Costs:
        return Costs(self.service, self.managers, self.moves, self.heads, self.factors)

    def net(self, line: str) -> Drawn:
        """Margin gained less the change in cost, every factor as drawn; money per year."""
        return self.net_of(self.gained[line])

    def net_of(self, gained: Drawn) -> Drawn:
        """The same with another margin gained."""
        return (gained * self.factors["margin"] if "margin" in self.factors else gained) - self.costs.total

    def net_at(
        self,
        line: str,
        *,
        effect: float | None = None,
        margin: float | None = None,
        service: float | None = None,
        managers: float | None = None,
        moves: float | None = None,
        horizon: float = 1.0,
    ) -> float:
        """The net value with customers as observed and chosen inputs; money per year.

        Parameters
        ----------
        line : str
        effect : float, optional
            Quantile of :data:`QUANTILES` at which every effect is read; left out, the effects as estimated.
        margin, service, managers, moves : float, optional
            Factor on that amount; left out, the factor that the assumptions hold most likely.
        horizon : float
            Multiple of the horizon's factor.
        """
        gained = self.gained[line].value if effect is None else self.readings[line][effect]
        costs = (
            (self.service, self._factor("service", service)),
            (self.managers, self._factor("managers", managers)),
            (self.moves, self._factor("moves", moves)),
        )
        spent = sum(part.value * factor for part, factor in costs)
        return gained * self._factor("margin", margin) * horizon - spent + 0.0

    def _factor(self, name: str, chosen: float | None) -> float:
        if chosen is not None:
            return chosen
        return self.factors[name].value if name in self.factors else 1.0
