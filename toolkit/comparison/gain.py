"""What switchers gain by the evidence for them: sums of what is at stake, times effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.comparison.draws import Draws, Range, split_normal
from toolkit.comparison.evidence import (
    LINES,
    NOBODY,
    AssumedEvidence,
    BarEvidence,
    Classified,
    Evidence,
    LotEvidence,
    Staying,
)
from toolkit.comparison.hazard import changes_by_bin
from toolkit.comparison.parts import QUANTILES, Drawn
from toolkit.comparison.position import Stakes
from toolkit.comparison.sums import Sums

WINSORISED = 0.995


@dataclass(frozen=True, slots=True)
class Portion:
    """Switchers of one class and source, and where the sums over them stand.

    Attributes
    ----------
    kind : str
        One of :data:`toolkit.comparison.evidence.EVIDENCE`.
    source : int
        Place in the evidence.
    sign : int
        +1 or -1 where switchers of the two directions are kept apart (lots), 0 where they are summed with their sign.
    worth, count : int
        Margin at stake, and customers; either with the sign of the direction.
    winsorised : float
        Margin at stake with margins above the 99.5 % quantile set to it.
    bins : tuple of (bin, worth, count)
        The same by bin of :class:`toolkit.comparison.evidence.Staying`, for the line of a constant hazard ratio.
    """

    kind: str
    source: int
    sign: int
    worth: int
    count: int
    winsorised: float
    bins: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """What one source says a switcher gains.

    Attributes
    ----------
    worth, count : Drawn
        Change of the share retained, weighted by what is at stake, and by heads.
    readings : mapping of quantile to (of ``worth``)
    """

    worth: Drawn
    count: Drawn
    readings: Mapping[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """Gained margin and customers by line of extrapolation, as :class:`toolkit.comparison.parts.Parts` has them."""

    gained: Mapping[str, Drawn]
    retained: Mapping[str, Drawn]
    readings: Mapping[str, Mapping[float, float]]
    winsorised: float


def portions(
    found: Classified, stakes: Stakes, evidence: Sequence[Evidence], definition: str, sums: Sums
) -> tuple[Portion, ...]:
    """Put the columns of every class and source of switchers down in ``sums``."""
    worth = stakes.worth
    top = np.quantile(stakes.margin, WINSORISED) if len(worth) else 0.0
    clipped = np.minimum(stakes.margin, top) * stakes.horizon.factor
    listed = []
    for kind, place in dict.fromkeys(zip(found.kind.tolist(), found.source.tolist(), strict=True)):
        if place == NOBODY:
            continue
        mine = np.where((found.kind == kind) & (found.source == place), found.toward, 0)
        lot = isinstance(evidence[place], LotEvidence)
        for sign in (1, -1) if lot else (0,):
            part = np.where(mine == sign, mine, 0) if lot else mine
            if part.any():
                bins = _bins(part, worth, evidence[place], definition, sums) if kind == "extrapolated" else ()
                columns = sums.place(part * worth), sums.place(part)
                listed.append(Portion(kind, place, sign, *columns, float((part * clipped).sum()), bins))
    return tuple(sorted(listed, key=lambda one: (one.source, one.kind, -one.sign)))


def _bins(
    part: np.ndarray, worth: np.ndarray, bar: BarEvidence, definition: str, sums: Sums
) -> tuple[tuple[int, int, int], ...]:
    staying = bar.staying.get(definition)
    if staying is None:
        return ()
    found = []
    for bin in np.unique(staying.place[part != 0]):
        mine = np.where(staying.place == bin, part, 0)
        found.append((int(bin), sums.place(mine * worth), sums.place(mine)))
    return tuple(found)


class Effects:
    """Every source's effect, drawn once for all alternatives.

    Parameters
    ----------
    evidence : sequence of Evidence
    policies : sequence of str
        Alternatives that the lots are asked about.
    draws : Draws
    """

    def __init__(self, evidence: Sequence[Evidence], policies: Sequence[str], draws: Draws) -> None:
        self.evidence, self.draws = evidence, draws
        self._noise = draws.noise()
        self._uniform = {
            place: draws.assumed(place)
            for place, one in enumerate(evidence)
            if isinstance(one, AssumedEvidence)
        }
        self._lots = {
            place: _LotSums(one, policies, draws, place)
            for place, one in enumerate(evidence)
            if isinstance(one, LotEvidence)
        }

    def of(self, portion: Portion, policy: str, definition: str) -> Pull:
        """What a switcher of ``portion`` gains."""
        one = self.evidence[portion.source]
        if isinstance(one, LotEvidence):
            return self._lots[portion.source].pull(policy, portion.sign, definition)
        if isinstance(one, AssumedEvidence):
            law = Range(one.low, one.mode, one.high)
            drawn = Drawn(one.mode, law.quantile(self._uniform[portion.source]))
            return Pull(drawn, drawn, {q: float(law.quantile(q)) for q in QUANTILES})
        effect = one.effects[definition]
        drawn = Drawn(effect.value, split_normal(effect, self._noise))
        return Pull(drawn, drawn, {q: float(split_normal(effect, stats.norm.ppf(q))) for q in QUANTILES})


class _LotSums:
    """Mean gains of the rows of a lot under every policy, the rows drawn once for all."""

    def __init__(self, lot: LotEvidence, policies: Sequence[str], draws: Draws, place: int) -> None:
        self._sums = Sums(np.arange(len(lot.worth)), lot.cluster)
        self._places: dict[tuple[str, int, str], tuple[int, ...]] = {}
        for policy in policies:
            for sign in (1, -1):
                if lot.answers(policy, sign):
                    mine = (lot.directions[policy] == sign).astype(float)
                    for name, gain in lot.gains.items():
                        columns = (mine * lot.worth * gain, mine * lot.worth, mine * gain, mine)
                        places = tuple(self._sums.place(column) for column in columns)
                        self._places[policy, sign, name] = places
        if self._places:
            self._sums.draw(draws.number, draws.lot_seed(place))

    def pull(self, policy: str, sign: int, definition: str) -> Pull:
        """Mean gain of the rows that ``policy`` would have moved in the direction ``sign``."""
        gained, worth, kept, rows = (self._sums[place] for place in self._places[policy, sign, definition])
        by_worth = gained / worth
        spread = float(np.std(by_worth.draws))
        readings = {q: by_worth.value + float(stats.norm.ppf(q)) * spread for q in QUANTILES}
        return Pull(by_worth, kept / rows, readings)


def gain(listed: Sequence[Portion], policy: str, definition: str, sums: Sums, effects: Effects) -> Gain:
    """Margin and customers gained by one alternative under one definition, by every line."""
    number = effects.draws.number
    gained = {line: Drawn.nothing(number) for line in LINES}
    retained = {line: Drawn.nothing(number) for line in LINES}
    readings = {line: dict.fromkeys(QUANTILES, 0.0) for line in LINES}
    winsorised = 0.0
    for portion in listed:
        pull = effects.of(portion, policy, definition)
        winsorised += pull.worth.value * portion.winsorised
        for line in LINES if portion.kind != "extrapolated" else ("constant", "hazard_ratio"):
            if line == "hazard_ratio" and portion.bins:
                staying = effects.evidence[portion.source].staying[definition]
                more = _by_hazard(portion, staying, pull, sums)
            else:
                worth, count = sums[portion.worth], sums[portion.count]
                read = {q: worth.value * effect for q, effect in pull.readings.items()}
                more = pull.worth * worth, pull.count * count, read
            gained[line] += more[0]
            retained[line] += more[1]
            readings[line] = {q: readings[line][q] + more[2][q] for q in QUANTILES}
    return Gain(gained, retained, readings, winsorised)


def _by_hazard(
    portion: Portion, staying: Staying, pull: Pull, sums: Sums
) -> tuple[Drawn, Drawn, dict[float, float]]:
    """Margin gained, customers gained, and readings of the margin, under a constant hazard ratio."""
    points = np.array([pull.worth.value, *pull.readings.values()])
    fixed, drawn = changes_by_bin(staying, points), changes_by_bin(staying, pull.worth.draws)
    gained, kept = Drawn.nothing(len(drawn)), Drawn.nothing(len(drawn))
    read = np.zeros(len(points))
    for bin, worth, count in portion.bins:
        change = Drawn(float(fixed[0, bin]), drawn[:, bin])
        gained += change * sums[worth]
        kept += change * sums[count]
        read += fixed[:, bin] * sums[worth].value
    return gained, kept, dict(zip(pull.readings, read[1:].tolist(), strict=True))
