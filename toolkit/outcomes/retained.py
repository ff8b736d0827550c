"""Who was retained after a review, one number per customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.params.study import RetentionParams
from toolkit.window import Quarter, Window

if TYPE_CHECKING:
    from toolkit.panel import Panel


def retained_after(panel: Panel, definition: RetentionParams, review: Quarter) -> np.ndarray:
    """How far each customer was retained after ``review`` under one definition.

    Parameters
    ----------
    panel : Panel
    definition : RetentionParams
    review : Quarter
        Outcomes are taken strictly after the end of this quarter.

    Returns
    -------
    array of float, shape (customers,)
        0 or 1 for definitions by purchase; 0..1 for ``spend_kept``, NaN for a customer who spent
        nothing before (returns netted within each of the two windows).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> review = toolkit.Quarter.parse("2025Q3")
    >>> stayed = toolkit.retained_after(study.panel, study.headline, review)
    >>> int((stayed == 1).sum()), int(study.panel.bought(review + 4).sum())
    (503, 503)
    """
    outcome = Window(review, definition.quarters).following(definition.quarters)
    if definition.kind == "bought_in":
        return panel.bought(outcome.last).astype(float)
    if definition.kind == "bought_within":
        return np.any([panel.bought(q) for q in outcome.quarters()], axis=0).astype(float)
    before, after = (panel.in_quarter("spend", definition.quarters, q) for q in (review, outcome.last))
    share = np.divide(after, before, out=np.full(len(before), np.nan), where=before > 0)
    return np.clip(share, 0.0, 1.0)


def missing_quarter(
    definition: RetentionParams, review: Quarter, first: Quarter, last: Quarter
) -> Quarter | None:
    """The quarter without which the outcome of ``review`` cannot be known; None where it can.

    Parameters
    ----------
    first, last : Quarter
        First and last complete quarter of the history.
    """
    begin, end = review - (definition.quarters - 1), review + definition.quarters
    if end > last:
        return end
    return begin if definition.kind == "spend_kept" and begin < first else None
