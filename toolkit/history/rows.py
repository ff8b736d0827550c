"""Rows while they are read: each step adds columns that the next one asks about.

The cells of the file come first (``cell_0`` ...), then what they say as text, as numbers, and
whether they are empty (``words_0``, ``number_0``, ``absent_0`` ...), then the standard columns
(``value_0`` ...). The steps stay layers of one query, so that an engine reads each cell once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import ibis

from toolkit.history import cells
from toolkit.history.raw import Raw


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table with what has been read from them so far.

    Attributes
    ----------
    raw : Raw
    table : ibis Table
    standard : tuple of str
        Names of the standard columns that ``value_0``, ``value_1`` ... hold.
    """

    raw: Raw
    table: ibis.Table
    standard: tuple[str, ...] = ()

    def words(self, name: str) -> ibis.Value:
        """The column of the file called ``name``: trimmed text, or typed."""
        return self.table[f"words_{self.raw.names.index(name)}"]

    def number(self, name: str) -> ibis.Value:
        """The same column as a number, missing where it is none."""
        return self.table[f"number_{self.raw.names.index(name)}"]

    def absent(self, name: str) -> ibis.Value:
        """Whether a cell of the column is empty."""
        return self.table[f"absent_{self.raw.names.index(name)}"]

    def value(self, standard: str) -> ibis.Value:
        """A standard column."""
        return self.table[f"value_{self.standard.index(standard)}"]

    def with_values(self, values: dict[str, ibis.Value]) -> Rows:
        """The same rows with standard columns, in order."""
        named = {f"value_{place}": value for place, value in enumerate(values.values())}
        return replace(self, table=self.table.mutate(**named), standard=tuple(values))

    def beginning(self, prefix: str) -> list[ibis.Value]:
        """The columns of one kind, such as ``cell_``, in order."""
        return [self.table[name] for name in self.table.columns if name.startswith(prefix)]


def read_cells(raw: Raw, used: Iterable[str], numbers: cells.Numbers = "plain") -> Rows:
    """Read the columns of the file called ``used`` as text and as ``numbers`` written that way."""
    places = sorted({raw.names.index(name) for name in used})
    table = raw.table.mutate(**{f"words_{i}": cells.trimmed(raw.table[f"cell_{i}"]) for i in places})
    counts = {f"number_{i}": cells.number(table[f"words_{i}"], numbers) for i in places}
    absent = {f"absent_{i}": cells.absent(table[f"words_{i}"]) for i in places}
    return Rows(raw, table.mutate(**counts, **absent))


@contextmanager
def layered() -> Iterator[None]:
    """Keep the steps of a query apart; merged into one they would read each cell many times over."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before
