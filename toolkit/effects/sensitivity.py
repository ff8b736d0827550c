"""What a factor that nobody recorded would have to be like to erase an effect."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.estimate import Estimate
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How strong an unrecorded factor would have to be.

    Attributes
    ----------
    robustness_value, robustness_value_at_level : float
        Share of the residual variance of both grade and outcome that such a factor must explain to bring the
        figure, or the near end of its interval, to zero (Cinelli & Hazlett 2020).
    benchmark : str
        The recorded factor that is strongest by the same measure.
    bounded : Estimate
        Figure and interval after an unrecorded factor as strong as the benchmark, to the disadvantage of the figure.
    e_value, e_value_at_level : float or None
        Risk ratio such a factor needs with both grade and outcome (VanderWeele & Ding 2017); None where the
        outcome is no share.
    sentence : Label
    """

    robustness_value: float
    robustness_value_at_level: float
    benchmark: str
    bounded: Estimate
    e_value: float | None
    e_value_at_level: float | None
    sentence: Label
