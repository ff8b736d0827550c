"""Questions put to a staggered start, in the order of their weight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.effects.effect import Check
from toolkit.effects.rollout.gates import check, zero_family, zero_p_values
from toolkit.effects.rollout.group_time import GroupTime, NoComparison, group_time_effects
from toolkit.effects.rollout.permutation import Redrawn, redraw
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample


def few_clusters(sample: RolloutSample, design: RolloutDesign) -> bool:
    """Whether the clusters are too few for the usual interval."""
    if sample.cluster is None:
        return False
    started = len(np.unique(sample.cluster[np.isfinite(sample.begun)]))
    return len(np.unique(sample.cluster)) < design.limits.many_clusters or started < design.limits.clusters


def redraw_few(sample: RolloutSample, design: RolloutDesign) -> Redrawn | None:
    """Redrawn starts where clusters are few and started as one; None where the usual errors serve."""
    if few_clusters(sample, design) and sample.one_start_per_cluster() and not sample.covariates:
        return redraw(sample, design)
    return None


def cluster_checks(sample: RolloutSample, design: RolloutDesign) -> tuple[Check, ...]:
    if sample.cluster is None:
        return ()
    n, limits = len(np.unique(sample.cluster)), design.limits
    return (
        check("clusters", n >= limits.clusters, n, limits.clusters),
        check("many_clusters", not few_clusters(sample, design), n, limits.many_clusters),
    )


def size_checks(found: GroupTime, design: RolloutDesign) -> tuple[Check, ...]:
    n = min(found.started, found.most_controls)
    return (check("units", n >= design.limits.units, n, design.limits.units),)


def checks_before(
    sample: RolloutSample, found: GroupTime, redrawn: Redrawn | None, design: RolloutDesign
) -> tuple[Check, ...]:
    """Periods before the start, one by one and as a start that never was; only the former where redrawn."""
    listed = found.before
    if listed.empty:
        return (check("before", False, 1, 2),)
    enough, alpha = check("before", True, len(listed) + 1, 2), design.limits.family
    if redrawn is not None:
        return (enough, zero_family("pretrend", redrawn.before, alpha))
    each = zero_p_values(listed["value"], listed["error"], found.freedom)
    moved = _earlier_start(sample, design)
    placebo = np.nan if moved is None else float(zero_p_values(moved.value, moved.error, moved.freedom))
    return (
        enough,
        zero_family("pretrend", dict(zip(map(str, listed.index), each, strict=True)), alpha / 2),
        zero_family("placebo_start", {"placebo": placebo}, alpha / 2),
    )


def _earlier_start(sample: RolloutSample, design: RolloutDesign) -> GroupTime | None:
    """The same method as if everyone had started earlier, periods under the programme removed."""
    begun = sample.begun
    lead = max(1, int(np.median(begun[np.isfinite(begun)]) // 2))
    periods = np.arange(sample.periods)
    blank = np.where(periods >= begun[:, None], np.nan, sample.outcome)
    pretended = replace(sample, outcome=blank, start=np.where(begun > lead, begun - lead, np.nan))
    try:
        return group_time_effects(pretended.where(begun > lead), design.controls)
    except NoComparison:
        return None
