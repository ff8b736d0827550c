"""The smallest change of each single figure that would raise, or lower, what the rule gives.

Every answer is found by asking the scheme itself, and asked once more after it was rounded to the grain of the
figure: what is proposed does change the grade. Where values are tried, they are all numbers of the policy file, the
values that other customers have, and doublings of the distance; between the nearest that changes the grade and the one
before it the turning point is found by halving.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.explanation.explanation import NOTHING, Turn
from toolkit.explanation.figures import Printer, unit_of
from toolkit.explanation.trial import Trial, numbers_in, words_in
from toolkit.measures.registry import MEASURES
from toolkit.params.schemes import JudgedNeed, ListNeed, MeasureNeed, Need, ReviewDayNeed, RuleParams
from toolkit.schemes.scheme import Names
from toolkit.schemes.subject import label_of

Wanted = Callable[[np.ndarray], np.ndarray]
HALVINGS = 60
DOUBLINGS = 40
OTHERS_ALONE, OTHERS_RANKED = 101, 41
MOST_WORDS = 60
WHOLE, CENT, FINE = 1.0, 0.01, 0.0001


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one customer.

    Attributes
    ----------
    trial : Trial
    params : RuleParams
        Parameters of the scheme: their numbers and words are tried.
    names : mapping of measure id to Label
    print : Printer
    """

    trial: Trial
    params: RuleParams
    names: Names
    print: Printer

    def turns(self, wanted: Wanted) -> tuple[Turn, ...]:
        """For every figure the smallest change after which ``wanted`` holds of the grade code.

        ``wanted`` takes an array of codes and returns an array of bool. A figure whose change alone
        does nothing is left out.
        """
        found = [self._turn(need, wanted) for need in self.trial.scheme.needs if _may_change(need)]
        return tuple(turn for turn in found if turn is not None)

    def _turn(self, need: Need, wanted: Wanted) -> Turn | None:
        column = self.trial.known[need.column]
        if pd.api.types.is_datetime64_any_dtype(column):
            return None
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        to = self._number(need, wanted) if numeric else self._word(need, wanted)
        if to is None:
            return None
        now = column.loc[self.trial.customer]
        code = self.trial.code(need.column, to)
        grade = None if code < 0 else self.trial.scheme.scale.from_codes(np.array([code]))[0]
        shown = self.print.value(now, need), self.print.value(to, need)
        by = self.print.gap(float(now), float(to), unit_of(need)) if numeric and pd.notna(now) else NOTHING
        return Turn(need.column, label_of(need, self.names), _plain(now), _plain(to), shown, by, grade)

    def _word(self, need: Need, wanted: Wanted) -> Any:
        """The first other word, or flag, that does it: those of other customers first, the commonest before."""
        column = self.trial.known[need.column]
        now = column.loc[self.trial.customer]
        seen = list(column.dropna().value_counts().index)
        flags = [True, False] if isinstance(need, ListNeed) or pd.api.types.is_bool_dtype(column) else []
        text = all(isinstance(one, str) for one in seen)
        written = list(dict.fromkeys(words_in(self.params.model_dump()))) if text and not flags else []
        tried = [one for one in dict.fromkeys([*flags, *seen, *written]) if one is not now and one != now]
        tried = tried[:MOST_WORDS]
        hits = np.flatnonzero(wanted(self.trial.codes(need.column, tried))) if tried else []
        return tried[hits[0]] if len(hits) else None

    def _number(self, need: Need, wanted: Wanted) -> float | None:
        column = need.column
        values = self.trial.known[column].to_numpy(float)
        now = float(self.trial.known[column].loc[self.trial.customer])
        grain, (low, high) = grain_of(values, unit_of(need)), _domain(values, unit_of(need))
        tried = self._tried(values, now, grain)
        tried = tried[(tried >= low) & (tried <= high)]
        hit = wanted(self.trial.codes(column, tried.tolist()))
        if math.isnan(now):
            return self._from_nothing(need, tried, hit)
        best: float | None = None
        for side in (tried[tried > now], tried[tried < now][::-1]):
            asked = hit[np.searchsorted(tried, side)]
            if not asked.any():
                continue
            first = int(asked.argmax())
            before = side[first - 1] if first else now
            found = self._nearest(column, float(before), float(side[first]), grain, wanted)
            if found is not None and (best is None or abs(found - now) < abs(best - now)):
                best = found
        return best

    def _from_nothing(self, need: Need, tried: np.ndarray, hit: np.ndarray) -> float | None:
        """The least that would do where nothing is known yet: from the worse end of what was tried."""
        if not hit.any():
            return None
        lower = isinstance(need, MeasureNeed) and MEASURES[need.measure].better == "lower"
        return float(tried[hit][-1 if lower else 0])

    def _tried(self, values: np.ndarray, now: float, grain: float) -> np.ndarray:
        """Values to put to the scheme, rising: what the file names, what others have, and doublings from today's."""
        named = np.array(list(numbers_in(self.params.model_dump())), dtype=float)
        held = values[np.isfinite(values)]
        count = OTHERS_RANKED if self.trial.relative else OTHERS_ALONE
        others = np.quantile(held, np.linspace(0, 1, count), method="nearest") if len(held) else []
        start = 0.0 if math.isnan(now) else now
        steps = grain * 2.0 ** np.arange(DOUBLINGS // (2 if self.trial.relative else 1))
        near = np.array([-grain, 0.0, grain])
        tried = [(named[:, None] + near).ravel(), others, start + steps, start - steps]
        found = np.unique(np.concatenate([np.asarray(part, dtype=float) for part in tried]))
        return found[found != now]

    def _nearest(self, column: str, no: float, yes: float, grain: float, wanted: Wanted) -> float | None:
        """The value nearest to ``no`` on the way to ``yes`` that still does it, on the grain where that does it."""
        far = yes
        for _ in range(HALVINGS):
            middle = (no + yes) / 2
            if abs(yes - no) <= grain / 8 or middle in (no, yes):
                break
            if self._does(column, middle, wanted):
                yes = middle
            else:
                no = middle
        away = 1 if far >= no else -1
        step = math.ceil(away * yes / grain - 1e-6)
        for value in (away * (step - 1) * grain, away * step * grain, away * (step + 1) * grain):
            value = round(value, 10)
            if away * value > away * no - grain / 2 and self._does(column, value, wanted):
                return value
        return yes if self._does(column, yes, wanted) else far

    def _does(self, column: str, value: float, wanted: Wanted) -> bool:
        return bool(wanted(np.array([self.trial.code(column, value)]))[0])


def grain_of(values: np.ndarray, unit: str) -> float:
    """The smallest step in which a figure moves, by what customers have: whole numbers, cents, or finer.

    >>> grain_of(np.array([1.0, 4.0]), "orders"), grain_of(np.array([0.5]), "money"), grain_of(np.array([0.31]), "share")
    (1.0, 0.01, 0.0001)
    """
    held = values[np.isfinite(values)]
    if len(held) and (held == np.round(held)).all() and unit != "money":
        return WHOLE
    return FINE if unit in ("share", "index", "per_quarter") else CENT


def _domain(values: np.ndarray, unit: str) -> tuple[float, float]:
    """What a figure may be at all: not below zero where nobody is, a share not above one where nobody's is."""
    held = values[np.isfinite(values)]
    low = 0.0 if len(held) and held.min() >= 0 else -math.inf
    high = 1.0 if len(held) and unit in ("share", "index") and held.max() <= 1 else math.inf
    return low, high


def _may_change(need: Need) -> bool:
    """Whether a column is a figure of the customer: not the day of the review, not who judged and when."""
    return not isinstance(need, ReviewDayNeed) and not (
        isinstance(need, JudgedNeed) and need.part not in ("grade", "score")
    )


def _plain(value: Any) -> Any:
    """``value`` as JSON has it; None where missing."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return None
    return float(value)


def above(code: int) -> Wanted:
    """A grade better than ``code``."""
    return lambda codes: codes > code


def below(code: int) -> Wanted:
    """A grade worse than ``code``, or none at all; what the scheme refuses is neither."""
    return lambda codes: (codes < code) & (codes >= -1)


def sooner(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Changes in the order of how much of today's figure they take, those of words last."""

    def effort(turn: Turn) -> float:
        if not isinstance(turn.now, float) or isinstance(turn.now, bool):
            return math.inf
        return abs(turn.to - turn.now) / max(abs(turn.now), abs(turn.to), 1e-12)

    return tuple(sorted(turns, key=effort))
