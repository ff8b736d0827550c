"""The table of parameters that changed since the report before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from toolkit.params.problems import shown
from toolkit.reporting.findings.parameters_changed import Changed
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, number

LONGEST = 200


def parameters_changed(changed: Sequence[Changed], *, lang: Lang, currency: str) -> Table:
    """Key, meaning, and both values.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.reporting.findings.parameters_changed import Changed
    >>> floor = Changed("policy.vip.scheme.floors.VIP", toolkit.Label("门槛", "floor"), 100_000, 80_000)
    >>> table = toolkit.tables.parameters_changed([floor], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    parameter | meaning | last report | this report
    >>> print(*table.rows[0], sep=" | ")
    policy.vip.scheme.floors.VIP | floor | 100,000 | 80,000
    """
    rows = [
        (one.key, one.label.text(lang), _said(one.before, lang), _said(one.after, lang)) for one in changed
    ]
    numbers = pd.DataFrame(
        [(one.key, one.label.zh, one.label.en, _kept(one.before), _kept(one.after)) for one in changed],
        columns=["key", "zh", "en", "before", "after"],
    )
    heads = [word(f"parameters.{name}", lang) for name in ("key", "meaning", "before", "after")]
    note = word("parameters.note", lang)
    return Table(word("parameters.table", lang), heads, rows, numbers, note, frozenset({1, 2, 3}))


def _said(value: Any, lang: Lang) -> str:
    if isinstance(value, Label):
        return value.text(lang)
    if value is None or value == [] or value == {}:
        return word("parameters.not_set", lang)
    if isinstance(value, bool):
        return word(f"parameters.{str(value).lower()}", lang)
    if isinstance(value, int | float):
        return number(value, next((d for d in range(7) if abs(value - round(value, d)) < 1e-12), 6))
    return shown(value, LONGEST)


def _kept(value: Any) -> str:
    return value.en if isinstance(value, Label) else shown(value, LONGEST)
