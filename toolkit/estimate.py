"""A number with its interval and unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.shown import shown
from toolkit.terms import UNITS, Lang, figure


@shown()
@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with an interval.

    Attributes
    ----------
    value, low, high : float
        In ``unit`` as stored (shares 0..1, money in the study's currency). ``low`` and
        ``high`` may be infinite when the interval is unbounded.
    unit : str
        A key of :data:`toolkit.terms.UNITS`.
    level : float
        Coverage that the interval promises, 0..1.
    """

    value: float
    low: float
    high: float
    unit: str
    level: float = 0.95

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"interval is reversed or missing: low {self.low}, high {self.high}")

    @classmethod
    def from_draws(cls, value: float, draws: np.ndarray, unit: str, level: float = 0.95) -> Estimate:
        """Percentile interval of ``draws`` (shape (draws,)) around ``value``.

        Examples
        --------
        >>> import numpy as np, toolkit
        >>> toolkit.Estimate.from_draws(50.0, np.arange(101.0), "money").text("en")
        '¥50 (95% interval ¥3 to ¥98)'
        """
        tail = (1 - level) / 2
        low, high = np.quantile(draws, [tail, 1 - tail])
        return cls(float(value), float(low), float(high), unit, level)

    def scaled(self, factor: float) -> Estimate:
        """The same in other units: value and interval times ``factor``, which is not negative.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Estimate(200.0, 100.0, 400.0, "money").scaled(0.5).text("en")
        '¥100 (95% interval ¥50 to ¥200)'
        """
        return replace(self, value=self.value * factor, low=self.low * factor, high=self.high * factor)

    def _repr_short_(self, lang: Lang) -> str:
        """Value and interval in the least space; the level where it is not 95%, money without its currency.

        >>> Estimate(0.031, 0.004, 0.058, "points_share")
        Estimate(+3.1 pp [+0.4, +5.8])
        """
        signed, plain = self.unit == "points_share", "count" if self.unit == "money" else self.unit
        digits = 2 if self.unit == "money" and abs(self.value) < 100 else None
        value, low, high = (
            figure(x, plain, lang, digits=digits, signed=signed) for x in (self.value, self.low, self.high)
        )
        word = " " + UNITS[self.unit].label.text(lang)
        level = "" if self.level == 0.95 else f" {self.level:.0%}"
        return f"{value} [{low.removesuffix(word)}, {high.removesuffix(word)}]{level}"

    def text(self, lang: Lang, *, currency: str = "CNY", signed: bool = False) -> str:
        """Value and interval in words.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Estimate(0.05, 0.01, 0.09, "points_share").text("en", signed=True)
        '+5.0 pp (95% interval +1.0 pp to +9.0 pp)'
        """
        value, low, high = (
            figure(x, self.unit, lang, currency=currency, signed=signed)
            for x in (self.value, self.low, self.high)
        )
        level = f"{self.level:.0%}"
        if lang == "zh":
            return f"{value}（{level} 区间 {low} 至 {high}）"
        return f"{value} ({level} interval {low} to {high})"
