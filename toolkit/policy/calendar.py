"""Which quarters are reviews, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from toolkit.errors import HistoryError
from toolkit.grades import Scale
from toolkit.params.review import ReviewParams
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.policy.policy import Policy


def review_quarters(policy: Policy, quarters: Sequence[Quarter], last: Quarter) -> list[Quarter]:
    """Quarters at whose end the policy decides grades, up to ``last``, in order.

    Annual and other fixed reviews fall on ``review.in_quarter`` (and every ``every_quarters`` from
    there); without it they are counted back from ``last``. Where some grades are reviewed at another
    pace, a quarter counts in which any of them is due; see :func:`due`. Only quarters with a whole
    observation window are reviews; where no such quarter exists, ``last`` is the only review.

    Parameters
    ----------
    policy : Policy
    quarters : sequence of Quarter
        Complete quarters of the history, in order.
    last : Quarter
        The quarter of the report.

    Raises
    ------
    HistoryError
        If ``last`` is no quarter of the history.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.review_quarters(study.baseline, study.complete, study.quarter)
    [Quarter(2022Q3), Quarter(2023Q3), Quarter(2024Q3), Quarter(2025Q3), Quarter(2026Q3)]
    """
    if last not in quarters:
        span = (
            (f"{quarters[0]} 至 {quarters[-1]}", f"{quarters[0]} to {quarters[-1]}")
            if quarters
            else ("无", "none")
        )
        raise HistoryError(
            zh=f"数据里没有完整的 {last}；完整的季度：{span[0]}。请选择其中的季度，或补充数据。",
            en=f"The history has no complete quarter {last}; complete are: {span[1]}. "
            "Choose one of these, or add data.",
        )
    review = policy.review
    paces = {review.every_quarters, *(review.every_quarters_by_grade or {}).values()}
    earliest = quarters[0] + (review.window_quarters - 1)
    found = [
        q
        for q in quarters
        if earliest <= q <= last and any(_since(review, q, last) % pace == 0 for pace in paces)
    ]
    return found or [last]


def due(
    review: ReviewParams, scale: Scale, codes: np.ndarray, quarters: tuple[Quarter, Quarter]
) -> np.ndarray:
    """Customers whom a review decides: those without a grade, and those whose grade is due.

    Parameters
    ----------
    codes : array of int, shape (customers,)
        Grade decided last; −1 where there is none.
    quarters : (Quarter, Quarter)
        The review, and the quarter of the report.

    Returns
    -------
    array of bool, shape (customers,)
    """
    pace = review.every_quarters_by_grade
    if not pace:
        return np.ones(len(codes), dtype=bool)
    since = _since(review, *quarters)
    now = [since % pace.get(grade, review.every_quarters) == 0 for grade in reversed(scale.grades)]
    return np.array([*now, True])[codes]


def _since(review: ReviewParams, quarter: Quarter, last: Quarter) -> int:
    """Quarters from the one that reviews are counted from."""
    return quarter.ordinal - (last.ordinal if review.in_quarter is None else review.in_quarter - 1)
