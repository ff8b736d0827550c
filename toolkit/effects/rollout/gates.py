"""Questions put to a comparison over time before its figure is believed.

Periods and reviews before the start, where no effect can be, share a false-alarm rate of 5%; a difference
found there refuses. A figure that a modest departure from parallel trends would erase is weak. Passing proves
little: what a test could not have found is stated beside it.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.effects.effect import Check
from toolkit.effects.family import holm
from toolkit.effects.rollout.bounds import breakdown
from toolkit.estimate import Estimate
from toolkit.terms import Label

REFUSING = {
    "units": "UNITS",
    "clusters": "CLUSTERS",
    "before": "NOBEFORE",
    "pretrend": "PRETREND",
    "placebo_start": "PLACEBO",
    "placebo_review": "PLACEBO",
}
WEAKENING = {"many_clusters": "FEWCLUSTERS", "breakdown": "TREND", "undetected_drift": "TREND"}

MEANINGS: dict[str, Label] = {
    "units": Label("已推行与尚未推行的客户都足够多", "enough customers with and without the programme"),
    "clusters": Label("区域足够多，可以估计误差", "enough regions to know the error"),
    "many_clusters": Label("区域足够多，不必放宽区间", "enough regions not to widen the interval"),
    "before": Label("推行之前的历史足够长", "enough history before the start"),
    "pretrend": Label("推行之前两组走势一致", "the groups moved alike before the start"),
    "placebo_start": Label("假设提前推行时没有差异", "a start that never was shows no difference"),
    "placebo_review": Label(
        "在推行之前的复评上用同样方法没有差异",
        "the same method shows no difference at reviews before the programme",
    ),
    "breakdown": Label(
        "推行后走势的偏离达到推行前最大变动的若干倍时结果仍不为零",
        "the figure survives a departure from parallel trends this many times the largest one before",
    ),
    "undetected_drift": Label(
        "检验未必能发现的走势差异不足以解释该结果",
        "a drift that the tests might have missed is smaller than the figure",
    ),
    "expected_drop": Label(
        "没有任何分级管理时，过线客户的预期变化（均值回归）",
        "change to expect of those above the bar with no programme at all (regression to the mean)",
    ),
}


def check(name: str, passed: bool, value: float, limit: float) -> Check:
    """A check with its meaning."""
    return Check(name, bool(passed), float(value), float(limit), MEANINGS[name])


def zero_p_values(values: np.ndarray, errors: np.ndarray, df: float) -> np.ndarray:
    """Two-sided p-values of figures that should be zero; NaN where there is no error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * stats.t.sf(np.abs(np.asarray(values) / np.asarray(errors)), df)


def zero_family(name: str, p_values: dict[str, float], alpha: float) -> Check:
    """Passed when no member of the family differs from zero, at ``alpha`` after Holm's adjustment."""
    adjusted = holm(np.array(list(p_values.values()), dtype=float))
    known = adjusted[~np.isnan(adjusted)]
    least = float(known.min()) if len(known) else float("nan")
    parts = tuple(zip(p_values, adjusted.tolist(), strict=True))
    return Check(name, least >= alpha, least, alpha, MEANINGS[name], least, parts)


def survival_checks(estimate: Estimate, moved: float, missed: float, limit: float) -> tuple[Check, ...]:
    """Whether the figure survives what may have escaped the tests; passed where there is no figure to erase.

    ``moved``: what one multiple of the largest departure seen before the start moves it by; ``missed``: what
    the tests might not have found; ``limit``: the multiple to survive.
    """
    largest, size = breakdown(estimate, moved), abs(estimate.value)
    nothing = bool(np.isnan(largest))
    return (
        check("breakdown", nothing or largest >= limit, largest, limit),
        check("undetected_drift", nothing or missed <= size, missed, size),
    )


def refusals(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of the failed checks that refuse; a test that could not be run is history that is missing."""
    failed = [item for item in checks if not item.passed and item.id in REFUSING]
    return tuple("NOBEFORE" if np.isnan(item.value) else REFUSING[item.id] for item in failed)


def weaknesses(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of the failed checks that weaken."""
    return tuple(WEAKENING[item.id] for item in checks if not item.passed and item.id in WEAKENING)
