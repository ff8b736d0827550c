"""The table of what the net value of an alternative hangs on."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.comparison.tornado import Tornado
from toolkit.reporting.charts.tornado import end_of
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, money


def value_tornado(
    result: Tornado, title: Label, definitions: Mapping[str, Label], *, lang: Lang, currency: str
) -> Table:
    """One row per input: what it is at either end, and the net value there.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found, title = study.weighing.tornado["abc"], study.policies[2].title
    >>> table = toolkit.tables.value_tornado(found, title, study.definition_titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    input | at one end | net value | at the other | net value
    >>> print(*table.rows[0], sep=" | ")
    effect of the grade | 10% quantile | +¥519,056 | 90% quantile | +¥159,100
    """
    rows = []
    for name, bar in result.bars.iterrows():
        ends = [end_of(name, bar[at], definitions, lang) for at in ("at_low", "at_high")]
        low, high = (money(bar[at], currency, lang, signed=True) for at in ("low", "high"))
        rows.append((word(f"input.{name}", lang), ends[0], low, ends[1], high))
    heads = [word(f"tornado.{name}", lang) for name in ("input", "at_low", "low", "at_high", "high")]
    numbers = result.bars.astype({"at_low": str, "at_high": str}).reset_index()
    caption = word("tornado.table", lang).format(policy=title.text(lang))
    missing = [word(f"input.{name}", lang) for name in result.without_range]
    note = word("tornado.note" if missing else "tornado.note_all", lang)
    note = note.format(without=("、" if lang == "zh" else ", ").join(missing))
    return Table(caption, heads, rows, numbers, note, frozenset({1, 3}))
