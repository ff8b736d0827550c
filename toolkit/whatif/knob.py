"""One number of a study's parameter files that an analyst may turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from toolkit.params.reading import Key
from toolkit.terms import Label

STEPS = 200
NICE = (1, 2, 5, 10)
STUDY = ""
DIGITS = 10


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a knob turns, and by how much at a time.

    Attributes
    ----------
    low, high, step : float
        Both ends are whole steps.
    whole : bool
        Whether only whole numbers are valid.
    """

    low: float
    high: float
    step: float
    whole: bool = False

    @classmethod
    def between(cls, low: float, high: float, *, whole: bool = False) -> Span:
        """A span around ``low`` and ``high`` with a round step.

        >>> Span.between(3, 987), Span.between(0, 1)
        (Span(low=0, high=990, step=5, whole=False), Span(low=0.0, high=1.0, step=0.005, whole=False))
        """
        wide = max(high - low, 1e-6)
        power = 10.0 ** floor(log10(wide / STEPS))
        step = next(nice * power for nice in NICE if nice * power * STEPS >= wide * (1 - 1e-9))
        step = max(round(step), 1) if whole or step >= 1 else round(step, DIGITS)
        ends = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
        return cls(*(end if isinstance(step, int) else round(end, DIGITS) for end in ends), step, whole)

    def within(self, least: float | None, most: float | None, value: float) -> Span:
        """The same span inside what the schema allows, on whole steps, and never without ``value``."""
        low, high = self.low, self.high
        if least is not None and least > low:
            low = round(ceil(least / self.step - 1e-9) * self.step, DIGITS)
        if most is not None and most < high:
            high = round(floor(most / self.step + 1e-9) * self.step, DIGITS)
        return Span(min(low, value), max(high, value), self.step, self.whole)


@dataclass(frozen=True, slots=True)
class Knob:
    """One number.

    Attributes
    ----------
    file : str
        Id of the policy or decision rule; :data:`STUDY` for the study itself.
    key : tuple of str and int
        Where it stands, presets of the service written out.
    part : str
        First step of the key, which is what an analyst looks for: ``scheme``, ``review``, ``service``, …
    label : Label
        Its name without the name of the part, from the outside in.
    unit : str
        Key of :data:`toolkit.terms.UNITS`; empty where the model does not tell.
    value : float
        As in production.
    span : Span
        Of the slider.
    least, most : float or None
        What the schema allows, wherever the slider ends.
    """

    file: str
    key: Key
    part: str
    label: Label
    unit: str
    value: float
    span: Span
    least: float | None = None
    most: float | None = None

    @property
    def place(self) -> tuple[str, Key]:
        """What names the knob: its file and key."""
        return self.file, self.key


@dataclass(frozen=True, slots=True)
class Ladder:
    """Knobs that must keep their order, each further on than the one before.

    Attributes
    ----------
    places : tuple
        Of the knobs, in the order of the file.
    rising : bool
    """

    places: tuple[tuple[str, Key], ...]
    rising: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """Knobs that keep their sum.

    Attributes
    ----------
    places : tuple
    """

    places: tuple[tuple[str, Key], ...]

    def shared(self, values: Sequence[float], moved: int, value: float) -> list[float]:
        """All weights after one of them became ``value``: the others share the rest in their proportions.

        >>> Weights(()).shared([0.4, 0.4, 0.2], 0, 0.7)
        [0.7, 0.2, 0.1]
        >>> Weights(()).shared([1.0, 0.0], 0, 0.5)
        [0.5, 0.5]
        """
        total = round(sum(values), DIGITS)
        value = min(max(value, 0.0), total)
        others = [i for i in range(len(values)) if i != moved]
        before = sum(values[i] for i in others)
        found = list(values)
        found[moved] = round(value, DIGITS)
        for i in others:
            part = values[i] / before if before > 0 else 1 / len(others)
            found[i] = round((total - value) * part, 6)
        if others:
            largest = max(others, key=lambda i: found[i])
            found[largest] = round(total - sum(w for i, w in enumerate(found) if i != largest), DIGITS)
        return found
