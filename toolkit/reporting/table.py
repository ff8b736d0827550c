"""A display table: what a person reads, beside the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd


@dataclass(frozen=True, slots=True)
class Table:
    """One table in one language.

    Attributes
    ----------
    caption : str
    heads : sequence of str
    rows : sequence of sequences of str
        As printed; the first cell of a row is its heading.
    numbers : DataFrame
        The same content unrounded, kept beside the report.
    note : str
        Printed below the table; empty where nothing needs saying.
    words : set of int
        Columns that hold words and are set flush left; all others are figures.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: pd.DataFrame
    note: str = ""
    words: frozenset[int] = field(default_factory=frozenset)

    def html(self) -> str:
        """The table as HTML, every cell escaped."""
        head = "".join(self._cell("th", text, i, 'scope="col"') for i, text in enumerate(self.heads))
        body = "".join(
            "<tr>"
            + "".join(
                self._cell("th" if i == 0 else "td", text, i, 'scope="row"' if i == 0 else "")
                for i, text in enumerate(row)
            )
            + "</tr>"
            for row in self.rows
        )
        return (
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def _cell(self, tag: str, text: str, column: int, scope: str) -> str:
        aligned = "left" if column == 0 or column in self.words else "right"
        return f'<{tag} {scope} style="text-align:{aligned}">{escape(str(text))}</{tag}>'
