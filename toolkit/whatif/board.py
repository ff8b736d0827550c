"""The board: every knob of a study, where each stands now, and the parameters that this comes to."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Any

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.reading import Key, Source, validate
from toolkit.params.study import StudyParams
from toolkit.whatif.knob import DIGITS, STUDY, Knob, Ladder, Weights

Place = tuple[str, Key]
Params = PolicyParams | DecisionRuleParams | StudyParams


@dataclass(slots=True, eq=False)
class Board:
    """Knobs with their positions.

    Attributes
    ----------
    knobs : mapping of place to Knob
        In the order of the files.
    groups : tuple of Ladder or Weights
    sources : mapping of file to Source
        As in production, presets written out.
    models : mapping of file to its model
    values : mapping of place to float
        Where each knob stands.
    """

    knobs: Mapping[Place, Knob]
    groups: tuple[Ladder | Weights, ...]
    sources: Mapping[str, Source]
    models: Mapping[str, type[Params]]
    values: dict[Place, float] = field(init=False)

    def __post_init__(self) -> None:
        self.values = {place: knob.value for place, knob in self.knobs.items()}

    def of(self, file: str) -> list[Knob]:
        """The knobs of one file."""
        return [knob for knob in self.knobs.values() if knob.file == file]

    @property
    def moved(self) -> list[Knob]:
        """Knobs that do not stand where production has them."""
        return [knob for place, knob in self.knobs.items() if self.values[place] != knob.value]

    def move(self, place: Place, value: float) -> tuple[Place, ...]:
        """Turn a knob; a weight takes from the others of its sum, a floor stops before its neighbour.

        Returns
        -------
        tuple
            Places whose value is another now than before.
        """
        knob = self.knobs[place]
        low, high = self.limits(place)
        value = value if low is None else max(value, low)
        value = value if high is None else min(value, high)
        value = round(value) if knob.span.whole else round(value, DIGITS)
        before = dict(self.values)
        weights = next((g for g in self.groups if isinstance(g, Weights) and place in g.places), None)
        if weights is None:
            self.values[place] = value
        else:
            now = [self.values[one] for one in weights.places]
            shared = weights.shared(now, weights.places.index(place), value)
            self.values.update(zip(weights.places, shared, strict=True))
        for one, was in self.knobs.items():
            if isclose(self.values[one], was.value, rel_tol=1e-12, abs_tol=1e-12):
                self.values[one] = was.value
        return tuple(one for one in self.values if self.values[one] != before[one])

    def limits(self, place: Place) -> tuple[float | None, float | None]:
        """From where to where a knob may turn now; None where there is no end."""
        knob = self.knobs[place]
        low, high = knob.least, knob.most
        for ladder in self.groups:
            if isinstance(ladder, Ladder) and place in ladder.places:
                low, high = self._between(ladder, place, low, high)
        return low, high

    def reset(self) -> tuple[Place, ...]:
        """Put every knob where production has it; the places of those that moved."""
        moved = tuple(knob.place for knob in self.moved)
        self.values.update({place: self.knobs[place].value for place in moved})
        return moved

    def data(self, file: str) -> Any:
        """The plain data of a file as the knobs stand."""
        found = deepcopy(self.sources[file].data)
        for knob in self.moved:
            if knob.file == file:
                put(found, knob.key, written(self.values[knob.place]))
        return found

    def params(self, file: str) -> Params:
        """The parameters of a file as the knobs stand.

        Raises
        ------
        FileProblems
            Where they make no valid file.
        """
        return validate(replace(self.sources[file], data=self.data(file)), self.models[file])

    def settings(self, file: str) -> tuple[tuple[Key, float], ...]:
        """What is moved in a file, as something to know it by."""
        return tuple((knob.key, self.values[knob.place]) for knob in self.moved if knob.file == file)

    def _between(
        self, ladder: Ladder, place: Place, low: float | None, high: float | None
    ) -> tuple[float | None, float | None]:
        """``low`` and ``high`` drawn in to one step from the neighbours on the ladder."""
        at, step = ladder.places.index(place), self.knobs[place].span.step
        before = self.values[ladder.places[at - 1]] if at else None
        after = self.values[ladder.places[at + 1]] if at + 1 < len(ladder.places) else None
        below, above = (before, after) if ladder.rising else (after, before)
        now = self.values[place]
        if below is not None:
            edge = min(below + step, now)
            low = edge if low is None else max(low, edge)
        if above is not None:
            edge = max(above - step, now)
            high = edge if high is None else min(high, edge)
        return low, high


def written(value: float) -> float:
    """A number as a file has it: whole ones without a point."""
    return int(value) if float(value).is_integer() else value


def put(data: Any, key: Key, value: Any) -> None:
    """Write ``value`` at ``key``."""
    for step in key[:-1]:
        data = data[step]
    data[key[-1]] = value


__all__ = ["STUDY", "Board", "put", "written"]
