"""Tables of the catalogue."""

from __future__ import annotations

import pandas as pd

from toolkit.reporting.table import Table
from toolkit.reporting.tables.evaluation import printed
from toolkit.reporting.words import word
from toolkit.study.catalogue import Catalogue
from toolkit.terms import Label, Lang

SHOWN = ("reviews", "grades", "ungraded", "largest", "moves", "kappa", "margin_d", "retention_d", "flip")


def catalogue(result: Catalogue, titles: dict[str, Label], *, lang: Lang, currency: str) -> Table:
    """Every policy that ran, baseline first."""
    frame = result.evaluation.frame
    rows = [
        (
            row["policy"],
            titles[row["policy"]].text(lang),
            *(printed(column, row[column], lang) for column in SHOWN),
        )
        for row in frame.to_dict("records")
    ]
    heads = [word(f"evaluation.{name}", lang) for name in ("policy", "title", *SHOWN)]
    return Table(
        word("catalogue.ran_table", lang),
        heads,
        rows,
        frame,
        word("catalogue.ran_note", lang),
        frozenset({1}),
    )


def refused(result: Catalogue, *, lang: Lang, currency: str) -> Table:
    """Every policy that the history cannot run, and what it would take."""
    rows = [(one.policy, one.title.text(lang), one.why.text(lang)) for one in result.refused]
    numbers = pd.DataFrame(
        [(r.policy, r.why.zh, r.why.en) for r in result.refused], columns=["policy", "zh", "en"]
    )
    heads = [word("evaluation.policy", lang), word("evaluation.title", lang), word("catalogue.why", lang)]
    return Table(word("catalogue.refused_table", lang), heads, rows, numbers, words=frozenset({1, 2}))
