"""Where every customer stands while a policy is walked, and the reasons that came up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.policy.policy import Policy
from toolkit.register import NONE
from toolkit.terms import Label

OPEN = np.iinfo(np.int32).max
"""Last quarter of an appeal's grade that stands until the next review."""


class Reasons(dict[str, Label]):
    """Reason code to its words, in the order in which they came up."""

    def places(self, codes: Sequence[str]) -> np.ndarray:
        """Position of each code; the last entry stands for no reason."""
        known = {code: place for place, code in enumerate(self)}
        return np.array([*(known.get(code, NONE) for code in codes), NONE], dtype=np.int16)

    def after(self, code: str, words: Label, because: np.ndarray) -> np.ndarray:
        """Positions of the same reasons with ``words`` before them, added where they are new."""
        codes, out = list(self), because.copy()
        for place in np.unique(because[because >= 0]):
            own = self[codes[place]]
            self.setdefault(f"{code}/{codes[place]}", Label(f"{words.zh}：{own.zh}", f"{words.en}: {own.en}"))
            out[because == place] = list(self).index(f"{code}/{codes[place]}")
        return out


@dataclass(slots=True)
class Standing:
    """Where every customer stands after the quarters walked so far; arrays of shape (customers,).

    Attributes
    ----------
    codes, because : array of int
        Grade by reviews and events, and position of its reason; −1 where there is none.
    granted : array of int
        Grade that a granted appeal has put in its place; −1 where none has.
    until : array of int
        Ordinal of the last quarter of that appeal's grade.
    tags : mapping of tag to array of bool
    beside : mapping of identifier to array of int
    by : array of int
        What decided in the quarter at hand: one of ``REVIEW``, ``TRIGGER``, ``APPEAL``, or −1.
    at_once : array of bool
        Whether a fall of the quarter at hand takes effect at once.
    rechecked : mapping of ``confirmed``, ``withdrawn``, ``lapsed`` to how many appeals ended so in the quarter.
    """

    codes: np.ndarray
    because: np.ndarray
    granted: np.ndarray
    until: np.ndarray
    tags: dict[str, np.ndarray]
    beside: dict[str, np.ndarray]
    by: np.ndarray
    at_once: np.ndarray
    rechecked: dict[str, int]

    @classmethod
    def of_nobody(cls, policy: Policy, customers: int) -> Standing:
        """Before the first review."""
        nobody = np.full(customers, NONE, dtype=np.int16)
        return cls(
            nobody.copy(),
            nobody.copy(),
            nobody.copy(),
            np.full(customers, OPEN, dtype=np.int32),
            {name: np.zeros(customers, dtype=bool) for name in policy.tags},
            {name: nobody.copy() for name in policy.beside},
            nobody.astype(np.int8),
            np.zeros(customers, dtype=bool),
            dict.fromkeys(("confirmed", "withdrawn", "lapsed"), 0),
        )

    @property
    def now(self) -> np.ndarray:
        """Grade codes, appeals included."""
        return np.where(self.granted >= 0, self.granted, self.codes)

    def open_quarter(self) -> None:
        """Forget what belongs to the quarter before."""
        self.by[:], self.at_once[:] = NONE, False
        self.rechecked = dict.fromkeys(self.rechecked, 0)

    def end_appeals(self, rows: np.ndarray, how: str) -> None:
        """Appeals of ``rows`` (array of bool) no longer set the grade."""
        self.rechecked[how] += int((rows & (self.granted >= 0)).sum())
        self.granted[rows] = NONE
