"""Tables of how long customers stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.forecasts.forecast import Forecast
from toolkit.outcomes.hazard import Hazard
from toolkit.outcomes.survival import Survival
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, number

MOST_COLUMNS = 5


def survival(found: Survival, *, lang: Lang, currency: str) -> Table:
    """Share still there and customers at risk by grade, at a few quarters.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.survival(study.staying.survival, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    grade at the review | 0 | 4 | 8 | 12 | 16
    >>> print(*table.rows[0], sep=" | ")
    VIP | 100.0% (109) | 90.8% (106) | 83.5% (92) | 75.2% (84) | 69.7% (78)
    """
    quarters = np.unique(np.linspace(0, found.follow_quarters, MOST_COLUMNS).round().astype(int))
    rows = []
    for grade, curve in found.curves.groupby("grade", observed=True, sort=False):
        here = curve.set_index("quarters").loc[quarters]
        cells = (f"{figure(r.staying, 'share', lang)} ({number(r.at_risk)})" for r in here.itertuples())
        rows.append((str(grade), *cells))
    heads = [word("survival.grade", lang), *(number(quarter) for quarter in quarters)]
    return Table(word("survival.table", lang), heads, rows, found.curves, word("survival.note", lang))


def hazard(found: Hazard, *, lang: Lang, currency: str) -> Table:
    """Hazard ratios between grades, labelled as description.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.hazard(study.staying.hazard, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    grade at the start | customer-quarters | lapsed | lapses per quarter | hazard ratio (description) |
    95% interval
    >>> print(*table.rows[0], sep=" | ")
    VIP | 1,921 | 48 | 2.5% | 0.41 | 0.30 – 0.56
    """
    rows = [
        (
            row.grade,
            number(row.rows),
            number(row.lapsed),
            figure(row.rate, "share", lang),
            *_ratio(row, found, lang),
        )
        for row in found.ratios.itertuples()
    ]
    heads = [
        word(f"hazard.{name}", lang) for name in ("grade", "rows", "lapsed", "rate", "ratio", "interval")
    ]
    return Table(word("hazard.table", lang), heads, rows, found.ratios, word("hazard.note", lang))


def horizon(around: pd.DataFrame, *, lang: Lang, currency: str) -> Table:
    """What a horizon one shorter and one longer would say.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.horizon(study.staying.around, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    quarters | gaps inside | reviews | all retained | best grade | other grades
    >>> print(*table.rows[0], sep=" | ")
    1 | 100.0% | 4 | 93.4% | 97.0% | 92.3%
    """
    rows = [
        (number(r.quarters), figure(r.inside, "share", lang), number(r.reviews),
         *(figure(share, "share", lang) for share in (r.retained, r.best, r.rest)))
        for r in around.itertuples()
    ]  # fmt: skip
    heads = [
        word(f"horizon.{name}", lang)
        for name in ("quarters", "inside", "reviews", "retained", "best", "rest")
    ]
    return Table(word("horizon.table", lang), heads, rows, around, word("horizon.note", lang))


def definitions(against: pd.DataFrame, titles: Mapping[str, Label], *, lang: Lang, currency: str) -> Table:
    """Definitions of retention against the horizon.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.definitions(study.staying.definitions, study.definition_titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    definition | window (quarters) | gaps inside | against the horizon
    >>> print(*table.rows[0], sep=" | ")
    still buying a year later | 1 | 100.0% | long enough
    """
    rows = [
        (titles[row.definition].text(lang), number(row.quarters), figure(row.inside, "share", lang),
         word("horizon.shorter" if row.short else "horizon.enough", lang))
        for row in against.itertuples()
    ]  # fmt: skip
    heads = [word(f"horizon.{name}", lang) for name in ("definition", "window", "inside", "judged")]
    return Table(word("horizon.definitions", lang), heads, rows, against, words=frozenset({3}))


def forecasts(found: Sequence[Forecast], *, lang: Lang, currency: str) -> Table:
    """Models side by side: what each expected where the outcome is known, and what it expects now.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.forecasts(study.staying.forecasts, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    model | counts | check: predicted | check: happened | check: error | ahead (forecast) | parameters
    >>> print(*table.rows[0], sep=" | ")
    BG/NBD (leave after a purchase) | purchase days | 3,873 | 3,535 | +9.6% | 3,843 | settled
    """
    numbers = pd.DataFrame(
        {
            "model": each.model,
            "predicted": each.holdout.predicted if each.holdout else np.nan,
            "actual": each.holdout.actual if each.holdout else np.nan,
            "error": each.holdout.error if each.holdout else np.nan,
            "expected": each.ahead["expected"].iloc[-1],
            "settled": each.settled,
        }
        for each in found
    )
    rows = [
        (word(f"forecast.{r.model}", lang), word(f"forecast.counts_{r.model}", lang),
         *(figure(count, "count", lang) for count in (r.predicted, r.actual)),
         figure(r.error, "share", lang, signed=True), number(r.expected),
         word(f"forecast.settled_{'yes' if r.settled else 'no'}", lang))
        for r in numbers.itertuples()
    ]  # fmt: skip
    heads = [
        word(f"forecast.head_{name}", lang)
        for name in ("model", "counts", "predicted", "actual", "error", "expected", "settled")
    ]
    note = word("forecast.models_note", lang)
    return Table(word("forecast.models", lang), heads, rows, numbers, note, words=frozenset({1, 6}))


def _ratio(row: object, found: Hazard, lang: Lang) -> tuple[str, str]:
    if str(row.grade) == found.reference:
        return number(1, 2), word("hazard.is_reference", lang)
    if np.isnan(row.ratio):
        return word("hazard.too_few", lang), ""
    return number(row.ratio, 2), f"{number(row.low, 2)} – {number(row.high, 2)}"
