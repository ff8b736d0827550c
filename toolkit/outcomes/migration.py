"""Migration: who has which grade at one review and at the next.

Method
------
Grades in force at consecutive reviews. A customer with a grade now and none at the next review has
left; one with none now and a grade then is new. Wilson intervals of the shares of each row. The
mobility index is that of Shorrocks (1978, Econometrica 46), (G − trace) / (G − 1), on the customers
who have a grade at both reviews; grades that nobody of them had before are left out of G.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.outcomes.intervals import wilson
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.window import Quarter

LEFT = "(left)"
NEW = "(new)"


@shown("grades", "pairs")
@dataclass(frozen=True, slots=True)
class Migration:
    """Moves between consecutive reviews.

    Attributes
    ----------
    grades : tuple of str
        Best first.
    pairs : tuple of (Quarter, Quarter)
        Consecutive reviews.
    moves : DataFrame, one row per pair, grade before and grade after
        columns ``review``, ``next_review``, ``before`` (a grade or :data:`NEW`), ``after`` (a grade
        or :data:`LEFT`), ``customers``, ``share`` (of the row ``before``, 0..1), ``low``, ``high``.
    summary : DataFrame, one row per pair
        columns ``review``, ``next_review``, ``customers`` (with a grade before), ``same``, ``up``,
        ``down``, ``left``, ``new`` (customers), ``up_per_1000``, ``down_per_1000`` (of ``customers``),
        ``stability`` (``same`` / ``customers``), ``mobility`` (0 nobody moves, 1 the grade before
        tells nothing; NaN where it is not defined).
    """

    grades: tuple[str, ...]
    pairs: tuple[tuple[Quarter, Quarter], ...]
    moves: pd.DataFrame
    summary: pd.DataFrame

    def matrix(self, pair: tuple[Quarter, Quarter] | None = None) -> pd.DataFrame:
        """Customers by grade before (rows, last :data:`NEW`) and after (columns, last :data:`LEFT`).

        Without ``pair`` all pairs of reviews are added up.
        """
        moves = self.moves
        if pair is not None:
            moves = moves[(moves["review"] == str(pair[0])) & (moves["next_review"] == str(pair[1]))]
        table = moves.pivot_table(
            index="before", columns="after", values="customers", aggfunc="sum", fill_value=0
        )
        wanted = table.reindex(index=[*self.grades, NEW], columns=[*self.grades, LEFT], fill_value=0)
        return wanted.astype(int)


def migration(register: Register) -> Migration:
    """Moves between consecutive reviews of a register.

    Examples
    --------
    >>> import toolkit
    >>> found = toolkit.migration(toolkit.example_study().registers["vip"])
    >>> found.matrix(found.pairs[-1])
    after   VIP  basic  (left)
    before
    VIP      81     26      14
    basic    39    253      97
    (new)    13     91       0
    >>> found.summary[["review", "same", "up", "down", "new", "left"]].tail(1)
       review  same  up  down  new  left
    3  2025Q3   334  39    26  104   111
    """
    pairs = tuple(pairwise(register.reviews))
    moves, summary = [], []
    for pair in pairs:
        table = _count(register, *pair)
        quarters = [str(quarter) for quarter in pair]
        moves.append(_moves(table, register.scale.grades).assign(review=quarters[0], next_review=quarters[1]))
        summary.append((*quarters, *_summary(table)))
    first = ["review", "next_review"]
    figures = ["before", "after", "customers", "share", "low", "high"]
    sizes = ["customers", "same", "up", "down", "left", "new"]
    rates = ["up_per_1000", "down_per_1000", "stability", "mobility"]
    none = pd.DataFrame(columns=[*first, *figures])
    return Migration(
        grades=register.scale.grades,
        pairs=pairs,
        moves=pd.concat(moves, ignore_index=True)[[*first, *figures]] if moves else none,
        summary=pd.DataFrame(summary, columns=[*first, *sizes, *rates]),
    )


def mobility(table: np.ndarray) -> float:
    """Shorrocks' mobility index of a square table of counts; NaN with fewer than two rows in use.

    >>> import numpy as np
    >>> from toolkit import mobility
    >>> mobility(np.array([[5, 0], [0, 5]])), mobility(np.array([[5, 5], [5, 5]]))
    (0.0, 1.0)
    """
    rows = table.sum(axis=1)
    used = rows > 0
    if used.sum() < 2:
        return np.nan
    trace = (np.diag(table)[used] / rows[used]).sum()
    return float((used.sum() - trace) / (used.sum() - 1))


def _count(register: Register, before: Quarter, after: Quarter) -> np.ndarray:
    """Counts, shape (G + 1, G + 1): rows and columns best grade first, then no grade."""
    size = len(register.scale) + 1
    rows, columns = (size - 2 - register.codes(quarter).astype(int) for quarter in (before, after))
    table = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    table[-1, -1] = 0
    return table


def _moves(table: np.ndarray, grades: tuple[str, ...]) -> pd.DataFrame:
    size = len(table)
    totals = np.repeat(table.sum(axis=1), size)
    counts = table.ravel()
    share = np.divide(counts, totals, out=np.full(size * size, np.nan), where=totals > 0)
    low, high = wilson(share, totals)
    frame = pd.DataFrame(
        {
            "before": np.repeat([*grades, NEW], size),
            "after": np.tile([*grades, LEFT], size),
            "customers": counts,
            "share": share,
            "low": low,
            "high": high,
        }
    )
    return frame.iloc[:-1]


def _summary(table: np.ndarray) -> tuple[float, ...]:
    graded, inner = int(table[:-1].sum()), table[:-1, :-1]
    same, up, down = int(np.trace(inner)), int(np.tril(inner, -1).sum()), int(np.triu(inner, 1).sum())
    left, new = int(table[:-1, -1].sum()), int(table[-1].sum())
    rates = [1000 * up / graded, 1000 * down / graded, same / graded] if graded else [np.nan] * 3
    return graded, same, up, down, left, new, *rates, mobility(inner)
