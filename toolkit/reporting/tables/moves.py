"""Tables of who moves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.comparison.movers import CHANGES, Movers
from toolkit.comparison.segments import POOLED, UNKNOWN
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, money, number

NONE = "—"


def movers(result: Mapping[str, Movers], titles: Mapping[str, Label], *, lang: Lang, currency: str) -> Table:
    """What happens to how many customers under each alternative, and the margin that goes with them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.movers(study.movers, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | raised | lowered | other | renamed | their margin | cost of service | on a last digit
    >>> print(*table.rows[0], sep=" | ")
    Floor lowered to 80,000 | 41 | 0 | 0 | 0 | ¥1.11 million | +¥53,941 | —
    """
    rows, numbers = [], []
    for policy, found in result.items():
        frame = found.frame
        margin, cost = frame["margin_per_year"].sum(), frame["cost_change_per_year"].sum()
        hangs = found.last_digit.share if found.last_digit else None
        rows.append(
            (
                titles[policy].text(lang),
                *(number(found.counts[change]) for change in CHANGES),
                money(margin, currency, lang),
                money(cost, currency, lang, signed=True),
                NONE if hangs is None else figure(hangs, "share", lang),
            )
        )
        counts = found.counts.to_dict()
        numbers.append(
            {
                "policy": policy,
                **counts,
                "margin_per_year": margin,
                "cost_change_per_year": cost,
                "last_digit": hangs,
            }
        )
    heads = [word(f"moves.{name}", lang) for name in ("policy", *CHANGES, "margin", "cost", "last_digit")]
    return Table(word("moves.table", lang), heads, rows, pd.DataFrame(numbers), word("moves.note", lang))


def segments(result: Mapping[str, Movers], policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Customers raised and lowered in each segment under one alternative.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.segments(study.movers, study.policies[1], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    value | segment | customers | raised | lowered | share who move
    >>> print(*table.rows[0], sep=" | ")
    east | region | 167 | 11 | 0 | 6.6%
    """
    frame = result[policy.id].segments
    rows = [
        (
            _value(str(row["value"]), lang),
            str(row["segment"]),
            number(row["customers"]),
            number(row["raised"]),
            number(row["lowered"]),
            figure(row["share"], "share", lang),
        )
        for _, row in frame.iterrows()
    ]
    heads = [
        word(f"moves.{name}", lang)
        for name in ("value", "segment", "customers", "raised", "lowered", "share")
    ]
    caption = word("moves.segments", lang).format(policy=policy.title.text(lang))
    note = word("moves.segments_note", lang)
    return Table(caption, heads, rows, frame, note, frozenset({1}))


def _value(value: str, lang: Lang) -> str:
    words = {POOLED: "moves.others", UNKNOWN: "moves.unknown"}
    return word(words[value], lang) if value in words else value
