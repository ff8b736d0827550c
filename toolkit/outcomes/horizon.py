"""How long a customer may be silent before the silence says something.

Method
------
The gaps between the quarters in which a customer bought, all customers pooled; a gap of 1 means bought
again in the next quarter. The gap still open at the end of the history is censored, and Kaplan-Meier
gives the share of gaps that end within each number of quarters. Gaps that never end are no gaps
between purchases: shares are taken of those that end within the longest gap that the history can show.
The horizon is the smallest number of quarters that holds nine tenths of them.

Does not show
-------------
Gaps longer than the history. Frequent buyers have more gaps and weigh more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.outcomes.kaplan_meier import kaplan_meier
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

SHARE = 0.9


@shown("quarters", "longest", "gaps", "open")
@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """The horizon of a history.

    Attributes
    ----------
    quarters : int
        Smallest number of quarters that holds :data:`SHARE` of the gaps between purchases.
    longest : int
        Longest gap that the history can show; a horizon as long as this may be too short.
    gaps, open : int
        Gaps that ended, and those still open.
    curve : DataFrame, index ``quarters`` 0..longest
        columns ``ended`` (share of all gaps that ended within so many quarters, Kaplan-Meier),
        ``inside`` (the same as a share of gaps that ended at all).
    """

    quarters: int
    longest: int
    gaps: int
    open: int
    curve: pd.DataFrame

    def inside(self, quarters: int) -> float:
        """Share of gaps between purchases that end within so many quarters; 1 beyond the longest."""
        return float(self.curve["inside"].iloc[min(quarters, self.longest)])


def purchase_horizon(panel: Panel, first: Quarter, last: Quarter) -> Horizon | None:
    """The horizon from the complete quarters ``first`` to ``last``; None where nobody bought in two of them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.purchase_horizon(study.panel, study.complete[0], study.quarter)
    >>> found
    Horizon(quarters 1, longest in quarters 19, 9,086 gaps, open gaps 584)
    """
    begin, end = panel.cube.position(first), panel.cube.position(last)
    bought = panel.cube.cells["lines"][:, begin : end + 1] > 0
    customer, quarter = np.nonzero(bought)
    follows = np.append(customer[1:] == customer[:-1], False)
    upto = np.append(quarter[1:], 0)
    length = np.where(follows, upto - quarter, end - begin - quarter)
    seen = length > 0
    gaps = int(follows.sum())
    if not gaps:
        return None
    curve = kaplan_meier(length[seen].astype(float), follows[seen])["staying"]
    longest = end - begin
    ended = 1 - curve.reindex(np.arange(longest + 1), method="ffill").to_numpy()
    inside = ended / ended[-1]
    frame = pd.DataFrame(
        {"ended": ended, "inside": inside}, index=pd.RangeIndex(longest + 1, name="quarters")
    )
    chosen = int(np.argmax(inside >= SHARE - 1e-12))
    return Horizon(chosen, longest, gaps, int((seen & ~follows).sum()), frame)


def against_definitions(horizon: Horizon, definitions: Sequence[RetentionParams]) -> pd.DataFrame:
    """Each definition of retention beside the horizon.

    Returns
    -------
    DataFrame, one row per definition
        columns ``definition``, ``quarters`` (width of the window in which a purchase counts: one for
        ``bought_in``), ``inside`` (share of gaps that the window holds), ``short`` (bool: fewer quarters
        than the horizon, so that slow customers count as lost).
    """
    widths = [1 if d.kind == "bought_in" else d.quarters for d in definitions]
    return pd.DataFrame(
        {
            "definition": [d.id for d in definitions],
            "quarters": widths,
            "inside": [horizon.inside(width) for width in widths],
            "short": [width < horizon.quarters for width in widths],
        }
    )


def around_horizon(horizon: Horizon, register: Register, panel: Panel, last: Quarter) -> pd.DataFrame:
    """What the horizon less one, itself and one more would say.

    Returns
    -------
    DataFrame, one row per number of quarters (at least 1)
        columns ``quarters``, ``inside`` (share of gaps), ``reviews`` (with a known outcome), ``observations``
        (customer × review), ``retained`` (bought within so many quarters), ``best`` and ``rest`` (the same
        of the best grade and of all others); shares 0..1, NaN where nobody was observed.
    """
    rows = []
    for quarters in range(max(horizon.quarters - 1, 1), horizon.quarters + 2):
        reviews = [review for review in register.reviews if review + quarters <= last]
        codes = np.concatenate([register.codes(review) for review in reviews] or [np.empty(0)])
        kept = np.concatenate(
            [_bought_within(panel, review, quarters) for review in reviews] or [np.empty(0)]
        )
        best = codes == len(register.scale) - 1
        shares = [_mean(kept[mask]) for mask in (codes >= 0, best, (codes >= 0) & ~best)]
        rows.append((quarters, horizon.inside(quarters), len(reviews), int((codes >= 0).sum()), *shares))
    columns = ["quarters", "inside", "reviews", "observations", "retained", "best", "rest"]
    return pd.DataFrame(rows, columns=columns)


def _bought_within(panel: Panel, review: Quarter, quarters: int) -> np.ndarray:
    return np.any([panel.bought(review + i) for i in range(1, quarters + 1)], axis=0)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan
