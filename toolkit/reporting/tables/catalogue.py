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
    """Every policy that ran, baseline first.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> files = replace(study.files, catalogue=study.files.alternatives)
    >>> study = replace(study, files=files)
    >>> titles = toolkit.findings.catalogue_titles(study)
    >>> table = toolkit.tables.catalogue(study.catalogue, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | title | reviews | grades | ungraded | largest grade | moves per thousand | kappa with the
    baseline | foresight of margin (D) | foresight of retention (D) | regraded under other weights
    >>> print(*table.rows[0], sep=" | ")
    vip | VIP rules in force | 5 | 2 | 0.0% | 73.6% | 151 | 1.00 | 0.27 | 0.14 | —
    """
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
    """Every policy that the history cannot run, and what it would take.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> from toolkit.study.catalogue import Refused
    >>> study = toolkit.example_study()
    >>> study = replace(study, files=replace(study.files, catalogue=study.files.alternatives))
    >>> why = toolkit.Label("缺少表 payments", "the table payments is missing")
    >>> found = replace(study.catalogue, refused=(Refused("arrears", toolkit.Label("逾期", "Arrears"), why),))
    >>> table = toolkit.tables.refused(found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | title | what is missing
    >>> print(*table.rows[0], sep=" | ")
    arrears | Arrears | the table payments is missing
    """
    rows = [(one.policy, one.title.text(lang), one.why.text(lang)) for one in result.refused]
    numbers = pd.DataFrame(
        [(r.policy, r.why.zh, r.why.en) for r in result.refused], columns=["policy", "zh", "en"]
    )
    heads = [word("evaluation.policy", lang), word("evaluation.title", lang), word("catalogue.why", lang)]
    return Table(word("catalogue.refused_table", lang), heads, rows, numbers, words=frozenset({1, 2}))
