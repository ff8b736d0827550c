"""How many grades hang on the last digit of a weight.

Method
------
A weight printed as 0.35 stands for anything from 0.345 to 0.355. Each weight is moved by half a unit of its
last printed digit, up and down, all weights are divided by their sum, and the scheme grades the same customers
again, bonuses, caps and steps included. A customer whose grade differs in any of these hangs on a digit that
nobody chose. Floors are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from toolkit.schemes.scored import ScoredScheme
from toolkit.shown import shown


@shown("policy", "customers", "share")
@dataclass(frozen=True, slots=True, eq=False)
class LastDigit:
    """Customers whose grade hangs on the last digit of a weight.

    Attributes
    ----------
    policy : str
    customers : int
        Customers graded.
    share : float
        Of ``customers``, 0..1; moved by any weight in either direction.
    margin_share : float
        Their share of the margin, 0..1; 0 where there is none.
    by_weight : DataFrame, index factor
        columns ``printed`` (the weight as the file prints it), ``half`` (half a unit of its last digit), ``share``,
        ``margin_share`` (of those whom this weight alone moves).
    """

    policy: str
    customers: int
    share: float
    margin_share: float
    by_weight: pd.DataFrame


def half_unit(printed: Decimal) -> float:
    """Half a unit of the last printed digit.

    >>> half_unit(Decimal("0.35")), half_unit(Decimal("0.40")), half_unit(Decimal("0.4"))
    (0.005, 0.005, 0.05)
    """
    return float(Decimal(5).scaleb(int(printed.as_tuple().exponent) - 1))


def moved_weights(printed: Sequence[Decimal]) -> Iterator[tuple[int, np.ndarray]]:
    """The place of the weight that was moved, and all weights after it, summing to 1; none below 0.

    >>> [(place, weights.round(4).tolist()) for place, weights in moved_weights([Decimal("0.6"), Decimal("0.4")])][:2]
    [(0, [0.619, 0.381]), (0, [0.5789, 0.4211])]
    """
    weights = np.array([float(weight) for weight in printed])
    for place, weight in enumerate(printed):
        for sign in (1, -1):
            moved = weights.copy()
            moved[place] = max(moved[place] + sign * half_unit(weight), 0.0)
            if moved.sum() > 0:
                yield place, moved / moved.sum()


def last_digit(
    policy: str, scheme: ScoredScheme, printed: Sequence[Decimal], known: pd.DataFrame, margin: np.ndarray
) -> LastDigit:
    """Grade ``known`` again under every moved weight.

    Parameters
    ----------
    policy : str
    scheme : ScoredScheme
        Frozen.
    printed : sequence of Decimal
        The weights in the order of the scheme's factors, with the digits of the file.
    known : DataFrame, index customer_id
        What the scheme needs to know of every customer.
    margin : array, shape (rows of ``known``,)
        Its size is what counts.

    Examples
    --------
    >>> import toolkit
    >>> from decimal import Decimal
    >>> study = toolkit.example_study()
    >>> register, quarter = study.registers["points"], study.registers["points"].reviews[-1]
    >>> scheme, printed = register.scheme, [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]
    >>> known = study.panel.snapshot(quarter, scheme.needs, 4, register.active_quarters)
    >>> margin = study.panel.at(quarter, ["margin"], 4)["margin"].reindex(known.index)
    >>> toolkit.last_digit("points", scheme, printed, known, margin.to_numpy())
    LastDigit(points, 503 customers, share 9.9%)
    """
    factors, size = scheme.weights.index, np.abs(np.nan_to_num(margin))
    before = scheme.grade(known).grade.cat.codes.to_numpy()
    hangs = np.zeros((len(factors), len(known)), dtype=bool)
    for place, weights in moved_weights(printed):
        after = scheme.weighted(pd.Series(weights, index=factors)).grade(known).grade.cat.codes.to_numpy()
        hangs[place] |= after != before
    rows = [
        (str(weight), half_unit(weight), *_shares(hangs[place], size)) for place, weight in enumerate(printed)
    ]
    by_weight = pd.DataFrame(rows, columns=["printed", "half", "share", "margin_share"], index=factors)
    return LastDigit(policy, len(known), *_shares(hangs.any(axis=0), size), by_weight)


def _shares(mine: np.ndarray, size: np.ndarray) -> tuple[float, float]:
    whole = size.sum()
    return float(mine.mean()) if len(mine) else 0.0, float(size[mine].sum() / whole) if whole > 0 else 0.0
