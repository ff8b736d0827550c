"""Table of what every policy needs against what exists."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.outcomes.capacity import UNITS, Capacity
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, number

NOTHING = "—"


def capacity(result: Capacity, policies: Sequence[Policy], *, lang: Lang, currency: str) -> Table:
    """Need, what exists and slack of every policy and resource.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.capacity(study.capacity, study.policies, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | resource | unit | needed | at hand | slack | enough
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | managers | heads | 3 | 3 | 0 | yes
    """
    rows, numbers = [], []
    for policy in policies:
        for use in result.of(policy.id):
            resource, unit = use.resource, UNITS[use.resource.counts].text(lang)
            said = "unchecked" if use.need is None else "no" if use.short else "yes"
            rows.append(
                (
                    policy.title.text(lang), resource.title.text(lang), unit, _shown(use.need), _shown(resource.most),
                    _shown(use.slack, signed=True), word(f"capacity.{said}", lang),
                )
            )  # fmt: skip
            numbers.append(
                (
                    policy.id,
                    resource.title.zh,
                    resource.title.en,
                    resource.counts,
                    use.need,
                    resource.most,
                    use.slack,
                    said,
                    resource.source,
                )
            )
    names = ("policy", "resource", "unit", "need", "most", "slack", "enough")
    columns = ["policy", "resource_zh", "resource_en", "counts", "need", "most", "slack", "enough", "source"]
    frame = pd.DataFrame(numbers, columns=columns)
    heads = [word(f"capacity.{name}", lang) for name in names]
    return Table(
        word("capacity.table", lang), heads, rows, frame, word("capacity.note", lang), frozenset({1, 2, 6})
    )


def _shown(value: float | None, *, signed: bool = False) -> str:
    return NOTHING if value is None else number(value, signed=signed)
