"""Columns whose values are kinds: few, and repeated."""

from __future__ import annotations

from toolkit.history import cells
from toolkit.history.proposal.pages import Page
from toolkit.history.raw import cell_name

MOST_KINDS = 60


def kinds_of(page: Page, name: str) -> dict[str, int]:
    """Values of a column with their rows, the most frequent first; empty where there are too many to be kinds."""
    cell = cells.text(cells.trimmed(page.raw.table[cell_name(page.raw.names.index(name))]))
    counted = page.raw.table.group_by(value=cell).aggregate(rows=page.raw.table.count())
    rows = counted.filter(counted.value.notnull()).limit(MOST_KINDS + 1).to_pyarrow().to_pylist()
    if len(rows) > MOST_KINDS:
        return {}
    return {row["value"]: row["rows"] for row in sorted(rows, key=lambda row: (-row["rows"], row["value"]))}
