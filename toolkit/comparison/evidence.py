"""On which evidence a switcher is given an effect, or why he is given none.

A switcher is a customer whose service package differs between two policies. He takes the first source that
speaks of him: a draw by lot, the bar of the programme that ran, the same bar farther away, an assumed number.

- *identified*: by a lot, where he would have been drawn today, whatever the policies grade by; by the bar, within
  its reach, where both policies grade along its measure alone.
- *extrapolated*: the bar's measure and packages, beyond its reach.
- *assumed*: a number that somebody wrote down, with a date.
- *not identified*: any other switcher. No number stands for him.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from toolkit.comparison.position import Position
from toolkit.estimate import Estimate
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR

EVIDENCE = ("identified", "extrapolated", "assumed", "not_identified")
LINES = ("constant", "hazard_ratio", "none_beyond")
LOT_ROWS = 200
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Staying:
    """How many stay without the package, along the bar's measure; carries the line of a constant hazard ratio.

    Attributes
    ----------
    place : array of int, shape (n,)
        Bin of each customer.
    without : array, shape (bins,)
        Share expected to be retained without the package, 0..1.
    beside : tuple of int
        Bins next to the bar, over which the effect at the bar is the mean change; every bin where left out.
    """

    place: np.ndarray
    without: np.ndarray
    beside: tuple[int, ...] = ()


@shown("package", "otherwise", "measure", "reach")
@dataclass(frozen=True, slots=True, eq=False)
class BarEvidence:
    """The effect of a package at the bar of the programme that ran.

    Attributes
    ----------
    package, otherwise : str
        The two packages contrasted; the effect is that of the first.
    measure : str
    window_quarters : int
    distance : array, shape (n,)
        Distance of each customer from the bar, in the unit of ``reach``.
    reach : float
        Largest distance at which the effect counts as identified.
    effects : mapping of definition to Estimate
        Change of the share retained; only definitions with an effect.
    staying : mapping of definition to Staying
        Without one, everybody is taken to stay as those at the bar: constant hazard ratio and constant effect agree.
    """

    package: str
    otherwise: str
    measure: str
    window_quarters: int
    distance: np.ndarray
    reach: float
    effects: Mapping[str, Estimate]
    staying: Mapping[str, Staying] = field(default_factory=dict)

    @property
    def definitions(self) -> tuple[str, ...]:
        """Definitions of retention that it speaks of."""
        return tuple(self.effects)

    def take(self, rows: np.ndarray) -> BarEvidence:
        """The customers at ``rows``; the effects stay those of everybody."""
        staying = {name: replace(one, place=one.place[rows]) for name, one in self.staying.items()}
        return replace(self, distance=self.distance[rows], staying=staying)


@shown("id", "package", "otherwise")
@dataclass(frozen=True, slots=True, eq=False)
class LotEvidence:
    """What a draw by lot says of the policies, whatever they grade by.

    Attributes
    ----------
    id, package, otherwise : str
    inside : array of bool, shape (n,)
        Customers who would be drawn today.
    gains : mapping of definition to array, shape (m,)
        Doubly robust contribution of each row of the lot: served less not served.
    worth : array, shape (m,)
        Margin of each row over the horizon, as of its draw; never below zero.
    directions : mapping of policy to array of int, shape (m,)
        What each alternative would have done to the rows: +1 serve, -1 withdraw, 0 the same as the baseline.
    cluster : array of int, shape (m,), or None
        Rows that are drawn together.
    """

    id: str
    package: str
    otherwise: str
    inside: np.ndarray
    gains: Mapping[str, np.ndarray]
    worth: np.ndarray
    directions: Mapping[str, np.ndarray]
    cluster: np.ndarray | None = None

    @property
    def definitions(self) -> tuple[str, ...]:
        """Definitions of retention that it speaks of."""
        return tuple(self.gains)

    def take(self, rows: np.ndarray) -> LotEvidence:
        """The customers at ``rows``; the rows of the lot stay."""
        return replace(self, inside=self.inside[rows])

    def answers(self, policy: str, direction: int) -> bool:
        """Whether enough rows of the lot, with anything at stake, would have been treated so by ``policy``."""
        if policy not in self.directions:
            return False
        mine = self.directions[policy] == direction
        return int(mine.sum()) >= LOT_ROWS and float(self.worth[mine].sum()) > 0


@shown("id", "low", "mode", "high", "author", "on")
@dataclass(frozen=True, slots=True)
class AssumedEvidence:
    """An effect that no design of this history shows: somebody's number, with name and date.

    Attributes
    ----------
    id, package, otherwise : str
    definition : str or None
        Definition of retention that it speaks of; None for all.
    low, mode, high : float
        Change of the share retained; ends and peak of a triangular law.
    author : str
    on : date
    source : str
    """

    id: str
    package: str
    otherwise: str
    definition: str | None
    low: float
    mode: float
    high: float
    author: str
    on: date
    source: str

    @property
    def definitions(self) -> tuple[str, ...]:
        """Definitions of retention that it speaks of."""
        return () if self.definition is None else (self.definition,)

    def take(self, rows: np.ndarray) -> AssumedEvidence:
        """The same: an assumed effect knows no customers."""
        return self


Evidence = BarEvidence | LotEvidence | AssumedEvidence


@shown("switched")
@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """The evidence for every customer under one alternative and definition.

    Attributes
    ----------
    switched : array of bool, shape (n,)
    kind : array of str, shape (n,)
        One of :data:`EVIDENCE` for a switcher, empty for anybody else.
    source : array of int, shape (n,)
        Place in the evidence of what identifies him; :data:`NOBODY` where nothing does.
    toward : array of int, shape (n,)
        +1 where he is given the package of that source, -1 where it is withdrawn, 0 without a source.
    """

    switched: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    toward: np.ndarray

    @property
    def covered(self) -> bool:
        """Whether any switcher has evidence, or nobody switches."""
        return bool((self.source != NOBODY).any() or not self.switched.any())

    def table(self, margin: np.ndarray) -> pd.DataFrame:
        """Customers, margin per year and its share, by class; ``margin`` per quarter, shape (n,).

        Returns
        -------
        DataFrame, index :data:`EVIDENCE`, columns ``customers``, ``margin``, ``share`` (0..1)
        """
        rows = {name: self._row(self.kind == name, margin) for name in EVIDENCE}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["customers", "margin", "share"])

    def by_source(self, margin: np.ndarray, evidence: Sequence[Evidence]) -> pd.DataFrame:
        """The same by class and source; index (``evidence``, ``source``), only what occurs."""
        rows = {}
        for name in EVIDENCE:
            for place in np.unique(self.source[self.kind == name]):
                mine = (self.kind == name) & (self.source == place)
                rows[name, "" if place == NOBODY else source_id(evidence[place])] = self._row(mine, margin)
        index = pd.MultiIndex.from_frame(pd.DataFrame(list(rows), columns=["evidence", "source"]))
        return pd.DataFrame(list(rows.values()), index=index, columns=["customers", "margin", "share"])

    def _row(self, mine: np.ndarray, margin: np.ndarray) -> tuple[int, float, float]:
        yearly = np.abs(margin) * QUARTERS_A_YEAR
        total, amount = float(yearly[self.switched].sum()), float(yearly[mine].sum())
        return int(mine.sum()), amount, amount / total if total > 0 else 0.0


def source_id(evidence: Evidence) -> str:
    """What a source of evidence is called: the id of a lot or an assumption, the measure of a bar."""
    return evidence.measure if isinstance(evidence, BarEvidence) else evidence.id


def definitions_of(evidence: Sequence[Evidence], first: Sequence[str] = ()) -> tuple[str, ...]:
    """Definitions of retention that any evidence speaks of: those of ``first`` in its order, then as met.

    An assumption about all definitions speaks of those in ``first``.
    """
    known = [name for one in evidence for name in one.definitions]
    for_all = any(isinstance(one, AssumedEvidence) and one.definition is None for one in evidence)
    ordered = [name for name in first if for_all or name in known]
    return tuple(dict.fromkeys([*ordered, *known]))


def classify(
    baseline: Position, option: Position, evidence: Sequence[Evidence], definition: str
) -> Classified:
    """The class and the source of every customer under one alternative and definition of retention.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> baseline, lower, *_ = study.positions
    >>> found = toolkit.classify(baseline, lower, study.evidence, "still_buying")
    >>> int(found.switched.sum())
    41
    """
    switched = baseline.package != option.package
    kind = np.where(switched, "not_identified", "").astype(object)
    source = np.full(len(switched), NOBODY)
    toward = np.zeros(len(switched), dtype=int)
    for name, place, rows in _claims(baseline, option, evidence, definition):
        mine = rows & (source == NOBODY)
        kind[mine], source[mine] = name, place
        toward[mine] = contrast(baseline, option, evidence[place])[mine]
    return Classified(switched, kind, source, toward)


def contrast(baseline: Position, option: Position, evidence: Evidence) -> np.ndarray:
    """+1 for switchers to the package of ``evidence`` from its other one, -1 for the way back, 0 for the rest."""
    up = (option.package == evidence.package) & (baseline.package == evidence.otherwise)
    down = (option.package == evidence.otherwise) & (baseline.package == evidence.package)
    return up.astype(int) - down.astype(int)


def _claims(
    baseline: Position, option: Position, evidence: Sequence[Evidence], definition: str
) -> Iterator[tuple[str, int, np.ndarray]]:
    """Class, place of the source and switchers it speaks of, in the order in which sources are asked."""
    moves = [contrast(baseline, option, one) for one in evidence]
    for place, one in enumerate(evidence):
        if isinstance(one, LotEvidence) and definition in one.gains:
            drawn = np.where(one.inside, moves[place], 0)
            occurring = [int(sign) for sign in np.unique(drawn) if sign]
            if occurring and all(one.answers(option.policy, sign) for sign in occurring):
                yield "identified", place, drawn != 0
    bars = [
        (place, one)
        for place, one in enumerate(evidence)
        if isinstance(one, BarEvidence) and definition in one.effects and one.reach > 0
    ]
    bars = [(place, one) for place, one in bars if _along(baseline, one) and _along(option, one)]
    for place, one in bars:
        yield "identified", place, (moves[place] != 0) & (np.abs(one.distance) <= one.reach)
    for place, _ in bars:
        yield "extrapolated", place, moves[place] != 0
    for place, one in enumerate(evidence):
        if isinstance(one, AssumedEvidence) and one.definition in (None, definition):
            yield "assumed", place, moves[place] != 0


def _along(position: Position, bar: BarEvidence) -> bool:
    """Whether a policy grades along the bar's measure alone, over the same window."""
    return position.along == (bar.measure,) and position.window_quarters == bar.window_quarters
