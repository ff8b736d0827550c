"""Ladders of floors: which step a value reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.errors import ParameterError
from toolkit.params.schemes import Better, Bound

NEAR = 1e-9
RELATIVE = 1e-12


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps with the floor of each, best first.

    A value that differs from a floor by less than the rounding of a long sum (a billionth, or
    a trillionth of the floor where that is more) counts as the floor itself, so that payments
    that add up to exactly the floor reach it.

    Attributes
    ----------
    bounds : tuple of Bound
        Only the last may be without a value; it then takes everybody else.
    better : {"higher", "lower"}

    Raises
    ------
    ParameterError
        If the floors are not in order.

    >>> ladder = Ladder((Bound(100.0), Bound(50.0, strict=True), Bound(None)))
    >>> ladder.place([100, 99.99, 50, float("nan")]).tolist()
    [2, 1, 0, -1]
    """

    bounds: tuple[Bound, ...]
    better: Better = "higher"

    def __post_init__(self) -> None:
        values = [bound.value for bound in self.bounds]
        sign = 1 if self.better == "higher" else -1
        floors = [(sign * bound.value, bound.strict) for bound in self.bounds if bound.value is not None]
        falling = sorted(set(floors), reverse=True)
        if None in values[:-1] or floors != falling:
            raise ParameterError(
                zh=f"各级门槛应从最好的一级起逐级放宽且互不相同，rest 只能写在最后；现在是 {values}。",
                en=f"Floors must get easier from the best step down and differ, with 'rest' only at the "
                f"end; got {values}.",
            )

    @classmethod
    def of(cls, floors: Mapping[str, Bound], better: Better = "higher") -> Ladder:
        """The ladder of a policy file's ``floors``."""
        return cls(tuple(floors.values()), better)

    @property
    def open_ended(self) -> bool:
        """Whether the last step takes everybody else."""
        return self.bounds[-1].value is None

    def place(self, values: object) -> np.ndarray:
        """Step of each value: 0 the last, rising to the best; −1 for NaN and values below the last step.

        Parameters
        ----------
        values : array of float, shape (customers,)
        """
        sign = 1.0 if self.better == "higher" else -1.0
        raised = sign * np.asarray(values, dtype=float)
        steps = np.searchsorted(self._edges(sign), raised, side="right") - (0 if self.open_ended else 1)
        return np.where(np.isnan(raised), -1, steps).astype(np.int16)

    def _edges(self, sign: float) -> np.ndarray:
        """Lowest value that reaches each step with a floor, rising."""
        closed = [b for b in self.bounds if b.value is not None]
        floor = np.array([sign * b.value for b in closed])[::-1]
        strict = np.array([b.strict for b in closed])[::-1]
        slack = np.maximum(NEAR, RELATIVE * np.abs(floor))
        return np.where(strict, np.nextafter(floor + slack, np.inf), floor - slack)
