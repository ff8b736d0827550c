"""Tables of what a search found."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.search.searched import Searched
from toolkit.terms import Lang, figure, money, number

NONE = "—"
FIXED = ("moved", "net", "identified", "rankable", "feasible", "why_zh", "why_en")


def searched(results: Sequence[Searched], *, lang: Lang, currency: str) -> Table:
    """What each search chose, and what choosing was worth on other customers.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.searched(study.searched, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    search | comparisons | chosen | value on other customers (per year) | best on all customers | luck
    in it | lost against the best allocation
    >>> print(*table.rows[0], sep=" | ")
    Where to set the bar of the VIP grade | 3 | VIP rules in force (floors.VIP 140,000) | +¥560,135 (95%
    interval −¥53,322 to +¥1.00 million) | +¥360,004 | −¥200,131 | —
    """
    rows, numbers = [], []
    for one in results:
        held_out = NONE if one.held_out is None else one.held_out.text(lang, currency=currency, signed=True)
        lost = None if one.learned is None else one.learned.loss
        rows.append(
            (
                one.title.text(lang),
                number(one.comparisons),
                _chosen(one, lang),
                held_out,
                _money(None if one.naive is None else one.naive.value, lang, currency),
                _money(one.luck, lang, currency),
                _money(lost, lang, currency),
            )
        )
        numbers.append(
            {
                "search": one.id,
                "comparisons": one.comparisons,
                "chosen": one.chosen.id if one.chosen else None,
                "held_out": one.held_out.value if one.held_out else None,
                "naive": one.naive.value if one.naive else None,
                "luck": one.luck,
                "loss": lost,
            }
        )
    names = ("search", "compared", "chosen", "held_out", "naive", "luck", "loss")
    heads = [word(f"search.{name}", lang) for name in names]
    note = word("search.note", lang)
    return Table(word("search.table", lang), heads, rows, pd.DataFrame(numbers), note, frozenset({2}))


def candidates(result: Searched, *, lang: Lang, currency: str) -> Table:
    """Every candidate of one search.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.candidates(study.searched[0], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    scheme.floors.VIP | switchers | net value per year | margin on identified evidence | may be chosen
    >>> print(*table.rows[0], sep=" | ")
    80,000 | 41 | −¥312,288 | 100% | managers: 4 heads needed, 3 at hand, 1 short
    """
    frame = result.candidates
    knobs = [name for name in frame.columns if name not in FIXED]
    rows = []
    for _, row in frame.iterrows():
        state = "feasible" if row["feasible"] and row["rankable"] else "not_rankable"
        why = word(f"search.{state}", lang) if row["feasible"] else row[f"why_{lang}"]
        shown = [number(row[knob], _digits(row[knob])) for knob in knobs]
        moved, covered = number(row["moved"]), figure(row["identified"], "share", lang, digits=0)
        rows.append((*shown, moved, _money(row["net"], lang, currency), covered, why))
    heads = [*knobs, *(word(f"search.{name}", lang) for name in ("moved", "net", "identified", "state"))]
    caption = word("search.candidates", lang).format(search=result.title.text(lang))
    return Table(caption, heads, rows, frame.reset_index(), words=frozenset({len(heads) - 1}))


def _chosen(one: Searched, lang: Lang) -> str:
    if one.chosen is not None:
        return one.chosen.title.label().text(lang)
    return one.reason.text(lang) if one.reason else NONE


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 3


def _money(amount: float | None, lang: Lang, currency: str) -> str:
    return NONE if amount is None or pd.isna(amount) else money(amount, currency, lang, signed=True)
