"""One customer's grade on a terminal of eighty columns."""

from __future__ import annotations

import io

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.explanation import Explanation
from toolkit.reporting.explained_sections import Section, headline, sections
from toolkit.terms import Label, Lang

COLUMNS = 80
SIMULATED = Label("模拟数据", "simulated data")


def as_text(told: Explanation, lang: Lang, *, columns: int = COLUMNS, colour: bool = False) -> str:
    """The whole explanation; ``colour`` for a terminal that has it.

    Parameters
    ----------
    told : Explanation
    lang : {"zh", "en"}
    columns : int
        Width; Chinese characters take two.
    colour : bool

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> told = toolkit.explain(study, study.baseline.params, "C0000001")
    >>> print(toolkit.as_text(told, "en")[:190])
    Grade of C0000001 in 2026Q3: basic
    Example Company (simulated) · policy: VIP rules in force (vip)
    Decided by the review of 2026Q3 on a window of 4 quarter(s); grades, best first:
    VIP, basic
    """
    stream = io.StringIO()
    console = Console(file=stream, width=columns, force_terminal=colour, no_color=not colour, highlight=False)
    first, *rest = headline(told)
    console.print(Text(first.text(lang), style="bold"))
    for line in [*rest, *([SIMULATED] if told.simulated else [])]:
        console.print(Text(line.text(lang)))
    for section in sections(told):
        console.print()
        console.print(Text(section.title.text(lang), style="bold"))
        if section.rows:
            console.print(_table(section, lang))
        for note in section.notes:
            console.print(Text(note.text(lang)))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _table(section: Section, lang: Lang) -> Table:
    """The section's table without columns that are empty throughout."""
    used = [
        place for place in range(len(section.heads)) if any(row[place].text(lang) for row in section.rows)
    ]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place in used:
        head = section.heads[place].text(lang)
        table.add_column(head, overflow="fold", min_width=1 if not head else None)
    for row in section.rows:
        table.add_row(*(Text(row[place].text(lang)) for place in used))
    return table
