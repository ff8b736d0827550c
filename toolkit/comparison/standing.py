"""Where the rankable alternatives stand beside each other and beside the baseline.

Everything is read from one joint set of draws of the net value: the alternatives meet the same customers, the same
effects and the same prices in every draw, and the baseline is 0 in all of them. What is adjusted, is adjusted for
the number of rankable alternatives; over definitions of retention and lines of extrapolation the lowest counts, which
asks for no further adjustment, because all of them have to agree.

Source: Romano & Wolf (2005), "Stepwise multiple testing as formalized data snooping", Econometrica 73, its first
step; Westfall & Young (1993), "Resampling-based multiple testing".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import Drawn, Parts
from toolkit.comparison.plausible import AtStake, Plausible, weighed
from toolkit.shown import shown

COLUMNS = ("net", "low80", "high80", "low95", "high95", "better", "adjusted", "best", "regret", "tail")
TAIL = 0.1
CERTAIN = 1e-9
"""A spread below this share of the mean is rounding."""


@shown("frame", "evpi", "comparisons")
@dataclass(frozen=True, slots=True)
class Standing:
    """The alternatives and the baseline in one ranking.

    Attributes
    ----------
    frame : DataFrame, index ``policy``, baseline first, then the alternatives as compared
        Under the headline definition and the first line: ``rankable`` (bool); ``net`` (money per year against the
        baseline) with its 80 % and 95 % intervals ``low80``, ``high80``, ``low95``, ``high95``; ``better``
        (probability that it is above zero); ``adjusted`` (the same, allowing for the number of alternatives
        ranked; never above ``better``; here, and here alone, the lowest of all definitions and lines); ``best``
        (probability of the highest net value, the baseline included, ties shared equally; sums to one) and
        ``regret`` (money per year expected to be forgone by choosing it), these two with the estimates weighed with
        what is held possible, where something is; ``tail`` (mean net of its worst tenth).
        NaN where the policy is not rankable, or has no evidence under that definition; the baseline's net is 0.
    evpi : float
        Expected value of perfect information under the same reading, money per year: the least regret.
    comparisons : int
        Rankable alternatives times definitions.
    readings : DataFrame, index (``definition``, ``line``, ``policy``)
        The columns of ``frame`` under every definition and line, ``adjusted`` for each of them; empty where nothing
        is rankable.
    evpis : Series, index (``definition``, ``line``)
        The expected value of perfect information under each.
    """

    frame: pd.DataFrame
    evpi: float
    comparisons: int
    readings: pd.DataFrame
    evpis: pd.Series

    @property
    def lowest(self) -> pd.DataFrame:
        """What holds under every definition and every line.

        Returns
        -------
        DataFrame, index ``policy``
            ``rankable``; ``net``, ``better``, ``adjusted``: the lowest of all readings; ``definition``, ``line``:
            where ``adjusted`` is lowest (missing where the policy is not rankable).
        """
        least = self.frame[["rankable"]].copy()
        for column in ("net", "better", "adjusted"):
            lowest = _lowest(self.readings, column).reindex(least.index)
            least[column] = lowest.fillna(self.frame[column])
        ranked = self.readings[self.readings["rankable"]]
        where = ranked["adjusted"].dropna().groupby("policy").idxmin()
        for level, column in enumerate(("definition", "line")):
            least[column] = [where[p][level] if p in where.index else None for p in least.index]
        return least


def standing(comparison: Comparison, share: float, plausible: Plausible | None = None) -> Standing:
    """Rank the baseline and every alternative whose evidence suffices.

    Parameters
    ----------
    comparison : Comparison
    share : float
        Lowest share of the switchers' margin that must be identified, 0..1.
    plausible : Plausible, optional
        What is held possible before the data, for the chance of being best, the regret and the value of
        information; left out, every change is as possible as another.

    Examples
    --------
    >>> import toolkit
    >>> comparison = toolkit.example_study().comparison
    >>> found = toolkit.standing(comparison, share=0.8)
    >>> found
    Standing(4 policies, value of perfect information 1,097, 1 comparison)
    >>> found.frame.loc[found.frame["rankable"], ["net", "better"]].round(2)
                  net  better
    policy
    vip          0.00    0.00
    abc     335335.57    0.99
    """
    policies = [comparison.baseline, *(change.policy for change in comparison.changes)]
    ranked = rankable_parts(comparison, share)
    known = [comparison.baseline, *(change.policy for change in comparison.rankable(share))]
    frames, least = {}, {}
    for definition, parts in ranked.items():
        for line in LINES:
            nets = {p.policy: p.net(line) for p in parts}
            after = nets if plausible is None else _weighed(comparison, parts, line, plausible)
            frames[definition, line] = _stand(nets, after, policies, known)
            least[definition, line] = _least(frames[definition, line])
    first = next(iter(frames.values()), _stand({}, {}, policies, known))
    names = ["definition", "line"]
    readings = pd.concat(frames, names=names) if frames else _nothing(first)
    index = pd.MultiIndex.from_tuples(list(least), names=names) if least else readings.droplevel(2).index
    adjusted = _lowest(readings, "adjusted").reindex(policies) if frames else first["adjusted"]
    return Standing(
        frame=first.assign(adjusted=adjusted),
        evpi=_least(first),
        comparisons=sum(map(len, ranked.values())),
        readings=readings,
        evpis=pd.Series(list(least.values()), index=index, dtype=float, name="evpi"),
    )


def rankable_parts(comparison: Comparison, share: float) -> dict[str, tuple[Parts, ...]]:
    """Parts of the net value of every rankable alternative, by definition of retention, the headline first.

    An alternative without evidence under a definition is not among those of that definition.
    """
    changes = comparison.rankable(share)
    fullest = sorted(changes, key=lambda change: -len(change.parts))
    order = dict.fromkeys(parts.definition for change in fullest for parts in change.parts)
    every = [parts for change in changes for parts in change.parts]
    return {name: tuple(parts for parts in every if parts.definition == name) for name in order}


def adjusted_probabilities(draws: np.ndarray) -> np.ndarray:
    """Probability that each net value is above zero, allowing for the number of them.

    One minus the share of draws in which the largest studentised deviation of any alternative from its own mean
    reaches the mean of this one in units of its spread: what is then adopted at probability p is wrong about *any*
    worthless alternative with a probability of at most 1 - p.

    Parameters
    ----------
    draws : array, shape (draws, alternatives)
        Paired draws of the net value, money.

    Returns
    -------
    array, shape (alternatives,)
        0..1; an alternative without spread is as certain as its sign, and 0 where it is exactly zero.
    """
    mean, spread = draws.mean(axis=0), draws.std(axis=0)
    varies = spread > CERTAIN * np.abs(mean)
    if not varies.any():
        return np.where(mean > 0, 1.0, 0.0)
    largest = ((draws[:, varies] - mean[varies]) / spread[varies]).max(axis=1)
    reached = np.where(mean > 0, np.inf, -np.inf)
    reached[varies] = mean[varies] / spread[varies]
    return (largest[:, None] < reached).mean(axis=0)


def _weighed(
    comparison: Comparison, parts: Sequence[Parts], line: str, plausible: Plausible
) -> dict[str, Drawn]:
    """Net values of the rankable alternatives with their gains weighed with what is held possible."""
    names = [p.policy for p in parts]
    net = np.array([comparison.change(name).stake for name in names])
    stake = AtStake(net, comparison.overlap.loc[names, names].to_numpy(float))
    gains = weighed([p.gained[line] for p in parts], stake, plausible)
    return {p.policy: p.net_of(gained) for p, gained in zip(parts, gains, strict=True)}


def _stand(
    nets: dict[str, Drawn], after: dict[str, Drawn], policies: Sequence[str], known: Sequence[str]
) -> pd.DataFrame:
    """One ranking of the alternatives of ``nets`` among ``policies``, of which ``known`` are rankable.

    ``after`` holds the same weighed with what is held possible.
    """
    baseline, names = policies[0], list(nets)
    size = len(next(iter(nets.values())).draws) if nets else 1
    draws = np.column_stack([np.zeros(size), *(nets[name].draws for name in names)])
    frame = pd.DataFrame(
        index=pd.Index([baseline, *names], name="policy"), columns=list(COLUMNS), dtype=float
    )
    frame["net"] = [0.0, *(nets[name].value for name in names)]
    for level in (80, 95):
        edges = np.quantile(draws, [0.5 - level / 200, 0.5 + level / 200], axis=0)
        frame[f"low{level}"], frame[f"high{level}"] = edges
    frame["better"] = (draws > 0).mean(axis=0)
    adjusted = adjusted_probabilities(draws[:, 1:]) if names else np.zeros(0)
    frame["adjusted"] = np.minimum(np.concatenate([[0.0], adjusted]), frame["better"])
    expected = np.column_stack([np.zeros(size), *(after[name].draws for name in names)])
    top = expected.max(axis=1, keepdims=True)
    ties = expected == top
    frame["best"] = (ties / ties.sum(axis=1, keepdims=True)).mean(axis=0)
    frame["regret"] = (top - expected).mean(axis=0)
    worst = np.sort(draws, axis=0)[: int(np.ceil(round(TAIL * size, 6)))]
    frame["tail"] = worst.mean(axis=0)
    whole = frame.reindex(policies)
    whole.insert(0, "rankable", whole.index.isin(known))
    return whole


def _least(frame: pd.DataFrame) -> float:
    return float(frame["regret"].min())


def _lowest(readings: pd.DataFrame, column: str) -> pd.Series:
    """Lowest of a column over all readings, by policy."""
    return readings[column].groupby("policy").min()


def _nothing(frame: pd.DataFrame) -> pd.DataFrame:
    """No readings, in the form of some."""
    return pd.concat({("", ""): frame.iloc[:0]}, names=["definition", "line"])
