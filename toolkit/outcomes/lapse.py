"""When a customer lapsed, read from the purchases.

Method
------
No table of a history states when a customer left, so a lapse is dated by purchases: the first quarter
from which no purchase follows for ``silent_quarters`` quarters. Whether a quarter begins such a
silence is known only where all its quarters are complete; the last ``silent_quarters - 1`` quarters
are therefore never judged, for anybody, and who is still there then is censored. Under a contract
every customer pays every quarter, and one silent quarter is a lapse.

Does not show
-------------
That a lapsed customer is gone for good: a later purchase does not undo a lapse. Nor when the customer
decided to leave, which may be well before the silence begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toolkit.shown import shown
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel


@shown("silent_quarters", "last")
@dataclass(frozen=True, slots=True)
class LapseRule:
    """What counts as a lapse.

    Attributes
    ----------
    silent_quarters : int
        A silence of so many quarters is a lapse.
    last : Quarter
        Last complete quarter of the history.
    """

    silent_quarters: int
    last: Quarter

    @property
    def judged_to(self) -> Quarter:
        """The last quarter of which it is known whether a lapse begins in it."""
        return self.last - (self.silent_quarters - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """What became of customers after they entered.

    Attributes
    ----------
    time : array of int, shape (customers,)
        Quarters from entry to the lapse, 1 for the quarter after entry; else quarters observed, 0 where none.
    lapsed : array of bool, shape (customers,)
    """

    time: np.ndarray
    lapsed: np.ndarray


def silent(panel: Panel, rule: LapseRule) -> np.ndarray:
    """Whether a silence of full length begins in each judged quarter; bool, shape (customers, quarters judged)."""
    quarters = panel.cube.position(rule.last) + 1
    bought = np.cumsum(panel.cube.cells["lines"][:, :quarters] > 0, axis=1)
    before = np.pad(bought, ((0, 0), (1, 0)))
    length = rule.silent_quarters
    return before[:, length:] == before[:, : max(quarters + 1 - length, 0)]


def fates_after(panel: Panel, entered: Quarter | np.ndarray, rule: LapseRule) -> Fates:
    """First lapse of every customer after the quarter of entry.

    Parameters
    ----------
    entered : Quarter, or array of int, shape (customers,)
        Quarter at whose end customers enter; an array holds its position in ``panel.quarters``.
    """
    begins = silent(panel, rule)
    if isinstance(entered, Quarter):
        entered = np.full(len(panel.customers), panel.cube.position(entered))
    later = begins & (np.arange(begins.shape[1]) > entered[:, None])
    lapsed = later.any(axis=1)
    observed = np.maximum(begins.shape[1] - 1 - entered, 0)
    first = later.argmax(axis=1) if begins.shape[1] else observed
    return Fates(np.where(lapsed, first - entered, observed), lapsed)
