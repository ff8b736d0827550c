"""Several bars on one score: every step of the ladder is its own question.

Each bar is studied on the rows nearer to it than to its neighbours, so that no other step lies in
sight; no row serves two bars. Their average is "one step up", the mean of different treatments weighted
by the number of customers at each bar (Cattaneo, Keele, Titiunik & Vazquez-Bare 2016, J. Politics 78:1229).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample, ScoreScale
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Effect, Question
from toolkit.errors import HistoryError


@dataclass(frozen=True, slots=True)
class LadderSample:
    """Rows of a ladder of grades; arrays have shape (n,).

    Attributes
    ----------
    score, outcome, customer, review, covariates, scale
        As in :class:`CutoffSample`.
    bars : tuple of float
        Floors from the lowest to the highest.
    level : ndarray of int
        Grade actually held, counted from below: 0 under the lowest floor's grade, 1 for it, and so on.
    """

    score: np.ndarray
    outcome: np.ndarray
    bars: tuple[float, ...]
    level: np.ndarray
    customer: np.ndarray | None = None
    review: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    scale: ScoreScale = "log"

    def __post_init__(self) -> None:
        if list(self.bars) != sorted(set(self.bars)) or not self.bars:
            raise HistoryError(
                zh=f"门槛必须由低到高且互不相同；现为 {self.bars}。",
                en=f"bars must rise and differ; got {self.bars}.",
            )

    def step(self, index: int) -> CutoffSample:
        """All rows as seen from one bar: received means that grade or a better one."""
        return self._rows(self.bars[index], self.level > index)

    def nearest(self) -> CutoffSample:
        """All rows, each as seen from the bar it is nearest to."""
        edges = [middle(low, high, self.scale) for low, high in zip(self.bars, self.bars[1:], strict=False)]
        which = np.searchsorted(edges, self.score, side="right")
        return self._rows(np.asarray(self.bars, dtype=float)[which], self.level > which)

    def _rows(self, bar: float | np.ndarray, received: np.ndarray) -> CutoffSample:
        return CutoffSample(
            self.score,
            bar,
            self.outcome,
            received,
            self.customer,
            self.review,
            self.covariates,
            self.scale,
        )


def middle(low: float, high: float, scale: ScoreScale) -> float:
    """The score halfway between two bars on the scale of distances.

    >>> middle(100.0, 400.0, "log"), middle(100.0, 400.0, "linear")
    (200.0, 250.0)
    """
    return float(np.sqrt(low * high)) if scale == "log" else (low + high) / 2


def ranges(bars: tuple[float, ...], scale: ScoreScale) -> list[tuple[float, float]]:
    """Distances from each bar that lie nearer to it than to its neighbours; open at both ends of the ladder.

    >>> [(round(low, 2), round(high, 2)) for low, high in ranges((100.0, 400.0), "log")]
    [(-inf, 0.69), (-0.69, inf)]
    """
    distance = np.log(bars) if scale == "log" else np.asarray(bars, dtype=float)
    half = (np.diff(distance) / 2).tolist()
    return list(zip([-np.inf, *(-gap for gap in half)], [*half, np.inf], strict=True))


def estimate_ladder(
    sample: LadderSample, questions: tuple[Question, ...], design: CutoffDesign
) -> tuple[Effect, ...]:
    """The effect of each step, lowest bar first, with intervals that hold together.

    ``design.level`` is the coverage of all intervals at once: each of K steps gets 1 − (1 − level) / K
    (Bonferroni). ``questions`` has one entry per bar; ``design.question`` is not used.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> score = np.exp(rng.normal(np.log(110), 0.8, 20_000))
    >>> level = np.searchsorted((50.0, 150.0), score, side="right")
    >>> stayed = (rng.random(20_000) < np.array([0.6, 0.75, 0.75])[level]).astype(float)
    >>> sample = toolkit.LadderSample(score, stayed, (50.0, 150.0), level)
    >>> words = toolkit.Label("例", "example")
    >>> question = toolkit.Question(words, words, words, 4)
    >>> found = toolkit.estimate_ladder(sample, (question, question), toolkit.CutoffDesign(question))
    >>> [bool(one.estimate.low > 0) for one in found]
    [True, False]
    """
    if len(questions) != len(sample.bars):
        raise ValueError(f"{len(sample.bars)} bars need as many questions; got {len(questions)}")
    level = 1 - (1 - design.level) / len(sample.bars)
    return tuple(
        estimate_cutoff(sample.step(index), replace(design, question=asked, low=low, high=high, level=level))
        for index, (asked, (low, high)) in enumerate(
            zip(questions, ranges(sample.bars, sample.scale), strict=True)
        )
    )


def average_step(sample: LadderSample, design: CutoffDesign) -> Effect:
    """The effect of one step up, averaged over bars by the number of customers at each.

    Rows further from their bar than half the narrowest gap are left out, so that every distance holds
    the same mixture of bars.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(3)
    >>> score = np.exp(rng.normal(np.log(200), 1.2, 20_000))
    >>> level = np.searchsorted((50.0, 150.0), score, side="right")
    >>> stayed = (rng.random(20_000) < np.array([0.6, 0.7, 0.8])[level]).astype(float)
    >>> sample = toolkit.LadderSample(score, stayed, (50.0, 150.0), level)
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.CutoffDesign(toolkit.Question(words, words, words, 4))
    >>> toolkit.average_step(sample, design)
    Effect(cutoff, +11.6 pp [+4.3, +19.0], identified, 10,623 customers)
    """
    reach = min((high for _, high in ranges(sample.bars, sample.scale)[:-1]), default=np.inf)
    return estimate_cutoff(sample.nearest(), replace(design, low=-reach, high=reach))
