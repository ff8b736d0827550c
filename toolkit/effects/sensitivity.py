"""What a factor that nobody recorded would have to be like to erase an effect."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.estimate import Estimate
from toolkit.shown import shown
from toolkit.terms import Label


@shown("robustness_value", "benchmark", "bounded")
@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How strong an unrecorded factor would have to be.

    Attributes
    ----------
    robustness_value, robustness_value_at_level : float
        Share of the residual variance of both grade and outcome that such a factor must explain to bring the
        figure, or the near end of its interval, to zero (Cinelli & Hazlett 2020).
    benchmark : str
        The recorded factor that is strongest by the same measure; factors that rank customers nearly alike are
        named together, joined by " + ".
    bounded : Estimate
        Value: the figure moved towards zero, and past it, by an unrecorded factor as strong as the benchmark. Interval:
        everything that such a factor, in either direction, and sampling error leave possible.
    e_value, e_value_at_level : float or None
        Risk ratio such a factor needs with both grade and outcome (VanderWeele & Ding 2017); None where the
        outcome is no share.
    sentence : Label
        Whether a factor as strong as the benchmark would bring the end of the interval to zero.
    oster_delta : float or None
        How many times as related to the grade as the recorded factors unrecorded ones must be to erase the plain
        regression (Oster 2019); None where it was not computed.
    """

    robustness_value: float
    robustness_value_at_level: float
    benchmark: str
    bounded: Estimate
    e_value: float | None
    e_value_at_level: float | None
    sentence: Label
    oster_delta: float | None = None
