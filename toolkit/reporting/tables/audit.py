"""Table of what entered the latest grades, and when."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from toolkit.reporting.table import Table
from toolkit.reporting.tables.evaluation import NOTHING
from toolkit.reporting.words import word
from toolkit.schemes.subject import label_of
from toolkit.study import Study
from toolkit.terms import Lang

HEADS = ("policy", "column", "latest", "review", "dated")


def audit(study: Study, *, lang: Lang, currency: str) -> Table:
    """Every column of the latest grades: its latest record, the close of the review, and whether it is dated.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.audit(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | column | latest record | review closes | as of
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | spend | 2026-09-30 | 2026-09-30 | the review
    """
    found = study.audit
    titles = {policy.id: policy.title.text(lang) for policy in study.policies}
    called = {
        (policy.id, need.column): label_of(need, study.names).text(lang)
        for policy in study.policies
        for need in policy.needs
    }
    rows = [
        (
            titles[row.Index[0]],
            called[row.Index],
            _latest(row.latest, row.dated, lang),
            (row.review.date() - timedelta(days=1)).isoformat(),
            word("audit.as_of" if row.dated else "audit.as_today", lang),
        )
        for row in found.itertuples()
    ]
    heads = [word(f"audit.{name}", lang) for name in HEADS]
    caption, note = word("audit.table", lang), word("audit.note", lang)
    numbers = found.reset_index().astype({"latest": str, "review": str})
    return Table(caption, heads, rows, numbers, note, frozenset({1, 2, 3, 4}))


def _latest(day: pd.Timestamp, is_dated: bool, lang: Lang) -> str:
    """The day; a dash where no record entered, words where records carry no date."""
    if pd.isna(day):
        return NOTHING if is_dated else word("audit.no_date", lang)
    return day.date().isoformat()
