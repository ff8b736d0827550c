"""Tables of the data log."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.history.canonical import TABLES
from toolkit.reporting.findings.data_log import GREW, Held
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, number

HASH_SHOWN = 12
NONE = "—"


def data_log(held: Sequence[Held], *, lang: Lang, currency: str) -> Table:
    """Every table: rows in and what became of them, first and last day, and how it stands against the last report.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.data_log(toolkit.findings.data_held(study, None), lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    table | rows in | accepted | quarantined | first day | last day | against the last report
    >>> print(*table.rows[0], sep=" | ")
    transactions | 32,547 | 32,547 | 0 | 2021-10-01 | 2026-11-21 | —
    """
    rows = [
        (
            TABLES[one.name].label.text(lang),
            number(one.rows),
            number(one.accepted),
            number(one.quarantined),
            one.first_day or NONE,
            one.last_day or NONE,
            _against(one, lang),
        )
        for one in held
    ]
    names = ("table", "rows", "accepted", "quarantined", "first", "last", "against")
    heads = [word(f"data.{name}", lang) for name in names]
    return Table(
        word("data.tables", lang), heads, rows, _numbers(held), word("data.note", lang), frozenset({4, 5, 6})
    )


def files(held: Sequence[Held], *, lang: Lang, currency: str) -> Table:
    """Every file that was read, with checksum and rows.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.reporting.findings.data_log import Held
    >>> held = [Held("sales.csv", rows=541_909, sha256="9f86d081884c7d65", against="grew", more=12_000)]
    >>> table = toolkit.tables.files(held, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    file | rows | checksum (SHA-256, first 12) | against the last report
    >>> print(*table.rows[0], sep=" | ")
    sales.csv | 541,909 | 9f86d081884c | +12,000 rows
    """
    rows = [(one.name, number(one.rows), one.sha256[:HASH_SHOWN], _against(one, lang)) for one in held]
    heads = [word(f"files.{name}", lang) for name in ("name", "rows", "hash")] + [word("data.against", lang)]
    return Table(word("files.table", lang), heads, rows, _numbers(held), words=frozenset({2, 3}))


def _against(one: Held, lang: Lang) -> str:
    if one.against is None:
        return NONE
    said = word(f"data.against.{one.against}", lang)
    return said.format(rows=number(one.more, signed=True)) if one.against == GREW else said


def _numbers(held: Sequence[Held]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            (one.name, one.rows, one.accepted, one.quarantined, one.first_day, one.last_day, one.sha256, one.against, one.more)
            for one in held
        ],
        columns=["name", "rows", "accepted", "quarantined", "first_day", "last_day", "sha256", "against", "rows_more"],
    )  # fmt: skip
    return frame.astype({"accepted": "Int64", "quarantined": "Int64"})
