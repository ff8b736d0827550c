"""Every question put to a cutoff design before its figure is believed.

Three families of tests (manipulation, facts from before the review, bars that do not exist) share a
false-alarm rate of 5%: each is held to a third of it, after Holm's adjustment inside the family.
Failing one of them, or having too few rows or events, refuses the effect; a figure that moves with the
rows compared, or a faint link between bar and grade, weakens it. Passing proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toolkit.effects.cutoff.coarse import BALANCED, Cells
from toolkit.effects.cutoff.density import central_points_test, density_test
from toolkit.effects.cutoff.falsification import covariate_p_values, placebo_p_values
from toolkit.effects.cutoff.fitting import Fitting
from toolkit.effects.cutoff.local_polynomial import Jump
from toolkit.effects.cutoff.ratio import first_stage_strength, quotient
from toolkit.effects.cutoff.robustness import Move, Variant, move
from toolkit.effects.cutoff.rows import Rows, window
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample, Limits
from toolkit.effects.effect import Check
from toolkit.effects.family import holm
from toolkit.terms import Label

DONUTS = {"donut_2": 0.02, "donut_5": 0.05}

HISTORY = ("programme_register", "density", "central_points")

REFUSING = {
    "density": "MANIP",
    "central_points": "MANIP",
    "covariates": "IMBALANCE",
    "placebo_bars": "PLACEBO",
    "programme_register": "COMPOUND",
    "rows": "SMALL",
    "events": "SMALL",
    "distinct_scores": "DISCRETE",
}
WEAKENING = {"first_stage": "FAINT", "coarse_score": "COARSE"} | dict.fromkeys(
    ("half_bandwidth", "double_bandwidth", *DONUTS), "FRAGILE"
)

MEANINGS: dict[str, Label] = {
    "density": Label("门槛处客户数没有跳跃", "the number of customers does not jump at the bar"),
    "central_points": Label(
        "恰在门槛的取整得分没有异常堆积",
        "the rounded score at the bar holds no more rows than its neighbours",
    ),
    "covariates": Label(
        "复评前的特征在门槛处没有跳跃", "facts from before the review do not jump at the bar"
    ),
    "placebo_bars": Label("在不存在的门槛处没有跳跃", "nothing jumps at bars that do not exist"),
    "programme_register": Label("该门槛上没有其他权益", "nothing else begins at this bar"),
    "rows": Label("门槛两侧样本充足", "enough rows on each side of the bar"),
    "events": Label("门槛两侧留存与流失都足够多", "enough stayed and enough left on each side of the bar"),
    "distinct_scores": Label("得分取值足够细", "the score takes enough values near the bar"),
    "balanced_cells": Label(
        "相邻得分的客户在复评之前没有差异",
        "customers of neighbouring scores did not differ before the review",
    ),
    "coarse_score": Label(
        "得分足够细，不必按相邻得分比较", "the score is fine enough not to compare neighbouring values"
    ),
    "first_stage": Label("达标确实改变了所得等级", "reaching the bar changes the grade received"),
    "donut_2": Label(
        "剔除门槛 ±2% 的客户后结果不变", "leaving out customers within 2% of the bar changes nothing"
    ),
    "donut_5": Label(
        "剔除门槛 ±5% 的客户后结果不变", "leaving out customers within 5% of the bar changes nothing"
    ),
    "half_bandwidth": Label("比较范围减半后结果不变", "halving the range compared changes nothing"),
    "double_bandwidth": Label("比较范围加倍后结果不变", "doubling the range compared changes nothing"),
}


def run_gates(fitting: Fitting, found: Jump, design: CutoffDesign) -> tuple[Check, ...]:
    """All checks in the order of their weight; ``found`` is the jump of ``fitting`` itself."""
    limits, rows, sample = design.limits, fitting.rows, fitting.sample
    covariates = covariate_p_values(rows, sample.covariates, design.recipe)
    inside = [window(rows, found.bandwidth.h, design.recipe.kernel, side) for side in (0, 1)]
    distinct = min(1 + np.count_nonzero(np.diff(rows.x[part])) for part in inside)
    return (
        *_history(fitting, design),
        _family("covariates", covariates, limits.family),
        _family("placebo_bars", placebo_p_values(rows, design.recipe), limits.family),
        *_sizes(rows, inside, limits),
        _check("distinct_scores", distinct >= limits.distinct, distinct, limits.distinct),
        _first_stage(found, limits.first_stage),
        *(_steady(move(fitting, found, variant), found, limits.move) for variant in _variants(sample)),
    )


def run_coarse_gates(
    fitting: Fitting, found: Jump, cells: Cells, design: CutoffDesign, earlier: tuple[Check, ...]
) -> tuple[Check, ...]:
    """The checks that apply to a comparison of cells; those of the history stand in ``earlier`` already."""
    return (
        *(check for check in earlier if check.id in HISTORY),
        _check("balanced_cells", True, cells.balance, BALANCED, cells.balance),
        *_sizes(fitting.rows, [cells.left, cells.right], design.limits),
        _check("coarse_score", False, cells.values, design.limits.distinct),
        _first_stage(found, design.limits.first_stage),
    )


def refusals(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of the failed checks that refuse an effect; a check that could not be computed accuses nobody."""
    return tuple(
        "SMALL" if np.isnan(check.value) else REFUSING[check.id]
        for check in checks
        if not check.passed and check.id in REFUSING
    )


def weaknesses(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of the failed checks that weaken an effect."""
    return tuple(WEAKENING[check.id] for check in checks if not check.passed and check.id in WEAKENING)


def _check(name: str, passed: bool, value: float, limit: float, p_value: float | None = None) -> Check:
    return Check(name, bool(passed), float(value), float(limit), MEANINGS[name], p_value)


def _history(fitting: Fitting, design: CutoffDesign) -> tuple[Check, ...]:
    """What else begins at the bar, and whether customers were moved across it.

    Where scores are rounded, two tests of moving share the limit of their family.
    """
    limit = design.limits.family
    bundled = 0 if fitting.before else len(design.other_perks)
    tests = [density_test(fitting.sample, design.seed).p_value, central_points_test(fitting.sample)]
    density, central = (float(p) for p in holm(np.array(tests)))
    checks = (
        _check("programme_register", not bundled, bundled, 0),
        _check("density", density >= limit, density, limit, density),
    )
    if np.isnan(central):
        return checks
    return (*checks, _check("central_points", central >= limit, central, limit, central))


def _sizes(rows: Rows, inside: list[slice], limits: Limits) -> tuple[Check, ...]:
    """Rows and events on the thinner side."""
    n = min(part.stop - part.start for part in inside)
    share = bool(np.isin(rows.y[:, 0], (0.0, 1.0)).all())
    events = min(_rarer(rows.y[part, 0]) for part in inside) if share else n
    return (
        _check("rows", n >= limits.rows, n, limits.rows),
        _check("events", events >= limits.events, events, limits.events),
    )


def _family(name: str, adjusted: Mapping[str, float], limit: float) -> Check:
    """Passed when the least adjusted p-value is; members without a fit do not count."""
    known = [p for p in adjusted.values() if not np.isnan(p)]
    least = min(known, default=1.0)
    return Check(name, least >= limit, least, limit, MEANINGS[name], least, tuple(adjusted.items()))


def _first_stage(found: Jump, limit: float) -> Check:
    strength = first_stage_strength(found)
    return _check("first_stage", strength >= limit, strength, limit)


def _steady(move: Move, found: Jump, limit: float) -> Check:
    """Failed when the figure moves by more than the limit, or a sign that was established turns."""
    main, error = quotient(found.corrected), np.sqrt(found.robust_cov[0, 0])
    turned = move.figure * main < 0 and abs(found.corrected[0]) > limit * error
    return _check(move.id, move.errors <= limit and not turned, move.errors, limit)


def _variants(sample: CutoffSample) -> list[Variant]:
    """Donuts in units of distance (none where the bar is 0 on a linear scale) and other bandwidths."""
    bar = float(np.median(np.abs(sample.bar)))
    holes = {
        name: float(np.log1p(share)) if sample.scale == "log" else share * bar
        for name, share in DONUTS.items()
    }
    return [Variant(name, hole=hole) for name, hole in holes.items() if hole > 0] + [
        Variant("half_bandwidth", factor=0.5),
        Variant("double_bandwidth", factor=2.0),
    ]


def _rarer(outcome: np.ndarray) -> int:
    ones = int(outcome.sum())
    return min(ones, len(outcome) - ones)
