"""A pilot that draws lots in a band around the bar and keeps the rule outside it.

Method
------
Difference between those drawn into the grade and those drawn out of it, inside the band, by review
(tie-breaker design: Owen & Varian 2020, EJS 14:4004). Rows outside the band do not enter the figure; the
reading ``combined`` uses those up to as far again, by a line on each side of the draw.

Assumes
-------
Lots were drawn inside the band alone and the rule was kept outside it; both are checked.

Does not show
-------------
What the grade does beyond the band.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from toolkit.effects.effect import Check, Effect
from toolkit.effects.experiment.clusters import Fitted, cluster_scores
from toolkit.effects.experiment.estimation import estimate_arm
from toolkit.effects.experiment.gates import at_least, at_most
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.units import positions
from toolkit.effects.pilot import SHARES, Pilot, PilotBasis, design_pilot
from toolkit.errors import HistoryError
from toolkit.estimate import Estimate
from toolkit.shown import shown

HAIR = 1e-9
STRAYED = 0.01
EVERYBODY = 0.95


@shown("band")
@dataclass(frozen=True, slots=True)
class TieBreaker:
    """The rows of a tie-breaker pilot; all arrays have shape (n,).

    Attributes
    ----------
    rows : ExperimentSample
        ``arm`` is bool: entitled to the grade, by lot or by rule; ``stratum`` is the review, ``customer``
        the id. ``planned`` matters where a lot was drawn.
    score : ndarray of float
    bar : float or ndarray
    drawn : ndarray of bool
        Whether a lot decided the row.
    band : tuple of two float
        Lots are drawn from the first to the second, as multiples of the bar, or as points from it; both
        inclusive.
    multiples : bool
        How ``band`` is meant.
    inclusive : bool
        Whether a score equal to the bar earns the grade by rule.
    """

    rows: ExperimentSample
    score: np.ndarray
    bar: float | np.ndarray
    drawn: np.ndarray
    band: tuple[float, float]
    multiples: bool = True
    inclusive: bool = True

    def __post_init__(self) -> None:
        n = len(self.rows.outcome)
        if np.shape(self.score) != (n,) or np.shape(self.drawn) != (n,) or self.rows.arm.dtype != bool:
            raise HistoryError(
                zh=f"试点需要 {n} 行得分、抽签标记，以及是否享受等级（真假值）；给出的得分为 {np.shape(self.score)}，"
                f"抽签标记为 {np.shape(self.drawn)}，是否享受等级的类型为 {self.rows.arm.dtype}。",
                en=f"A pilot needs {n} scores, {n} marks of a lot and an arm that is true or false; got scores of shape "
                f"{np.shape(self.score)}, marks of shape {np.shape(self.drawn)} and an arm of type {self.rows.arm.dtype}.",
            )
        missing = np.flatnonzero(~np.isfinite(self.score))
        if len(missing):
            raise HistoryError(
                zh=f"{n} 行中有 {len(missing)} 行没有得分（第一处：第 {missing[0]} 行）；没有得分的客户请先剔除。",
                en=f"{len(missing)} of {n} rows have no score (first: row {missing[0]}); leave out customers without one.",
            )

    @property
    def place(self) -> np.ndarray:
        """Score over bar, or points from it."""
        return self.score / self.bar if self.multiples else self.score - self.bar

    @property
    def inside(self) -> np.ndarray:
        """Whether each row lies in the band."""
        low, high = self.band
        return (self.place >= low - HAIR) & (self.place <= high + HAIR)

    @property
    def by_rule(self) -> np.ndarray:
        """Whether the rule gives each row the grade."""
        return self.score >= self.bar if self.inclusive else self.score > self.bar


def estimate_tie_breaker(pilot: TieBreaker, design: ExperimentDesign) -> Effect:
    """The effect of the grade on customers in the band, or a refusal.

    Returns
    -------
    Effect
        Readings as those of :func:`toolkit.effects.experiment.estimation.estimate_experiment`, and
        ``combined``.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(7)
    >>> cohort = toolkit.simulate_review(toolkit.World(customers=8_000, rct=1.0, rct_band=0.3), rng)
    >>> entitled = np.where(cohort.randomised, cohort.treated, cohort.eligible)
    >>> rows = toolkit.ExperimentSample(cohort.outcome, entitled, {False: 0.5, True: 0.5})
    >>> band = float(np.exp(-0.3)), float(np.exp(0.3))
    >>> pilot = toolkit.TieBreaker(rows, cohort.score, 100_000.0, cohort.randomised, band)
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.ExperimentDesign(toolkit.Question(words, words, words, 4))
    >>> toolkit.estimate_tie_breaker(pilot, design)
    Effect(experiment, +1.4 pp [−3.1, +6.0], identified, 928 customers)
    >>> round(float((cohort.p1 - cohort.p0)[cohort.randomised].mean()), 3)
    0.052
    """
    rows = pilot.rows.where(np.asarray(pilot.drawn, dtype=bool))
    effect, found = estimate_arm(rows, design, True, before=_kept(pilot))
    if found is None:
        return replace(effect, pilot=_another(pilot, design))
    combined = _combined(pilot, design)
    return (
        effect if combined is None else replace(effect, readings=(*effect.readings, ("combined", combined)))
    )


def _kept(pilot: TieBreaker) -> tuple[Check, ...]:
    """Whether the pilot was run as designed."""
    outside = ~pilot.inside & ~pilot.drawn
    strayed = float(np.mean(pilot.rows.arm[outside] != pilot.by_rule[outside])) if outside.any() else 0.0
    share = float(np.mean(pilot.drawn[pilot.inside])) if pilot.inside.any() else 0.0
    return (
        at_most("drawn_inside", float(np.sum(pilot.drawn & ~pilot.inside)), 0.0),
        at_most("rule_kept", strayed, STRAYED),
        at_least("all_drawn", share, EVERYBODY),
    )


def _another(pilot: TieBreaker, design: ExperimentDesign) -> Pilot:
    known = pilot.rows.outcome[np.isfinite(pilot.rows.outcome)]
    unknown = 0.25 if design.unit in SHARES else float("nan")
    stratum = pilot.rows.stratum
    size = np.median(np.abs(pilot.bar)) or np.std(pilot.score)
    nearness = pilot.place if pilot.multiples else 1 + pilot.place / size
    basis = PilotBasis.of_scores(
        nearness,
        float(np.var(known)) if len(known) else unknown,
        1 if stratum is None else len(np.unique(stratum)),
    )
    return design_pilot(
        basis, replace(design.plan, unit=design.unit, horizon_quarters=design.question.horizon_quarters)
    )


def _combined(pilot: TieBreaker, design: ExperimentDesign) -> Estimate | None:
    """Coefficient of the grade at the mean place of those drawn, with a line in the score for each side."""
    low, high = pilot.band
    drawn, place = pilot.drawn, pilot.place
    near = (place >= 2 * low - (low + high) / 2) & (place <= 2 * high - (low + high) / 2)
    complete = np.ones(len(drawn), bool) if pilot.rows.complete is None else pilot.rows.complete
    used = (near & ~pilot.inside | drawn) & complete & np.isfinite(pilot.rows.outcome)
    if not (used & ~drawn).any():
        return None
    x, z = (place - place[drawn].mean())[used], pilot.rows.arm[used].astype(float)
    groups = pilot.rows.groups
    fitted = np.column_stack([z, np.ones_like(x), x, z * x])
    slopes, *_ = np.linalg.lstsq(fitted, pilot.rows.outcome[used], rcond=None)
    cluster = np.arange(len(x)) if groups is None else positions(groups[used], len(x))
    residual = (pilot.rows.outcome[used] - fitted @ slopes)[:, None]
    scores = cluster_scores(Fitted(fitted, residual, np.eye(4)[0], cluster), int(cluster.max()) + 1)
    half = float(stats.norm.ppf((1 + design.level) / 2) * np.sqrt((scores**2).sum()))
    return Estimate(
        float(slopes[0]), float(slopes[0]) - half, float(slopes[0]) + half, design.unit, design.level
    )
