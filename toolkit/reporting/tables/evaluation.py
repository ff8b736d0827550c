"""Tables of the evaluation of policies."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.outcomes.evaluation import Evaluation
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, number

MADE_UP = (
    "reviews",
    "largest",
    "ungraded",
    "spend_best",
    "moves",
    "noise_moves",
    "keep_moves",
    "psi_grades",
    "flip",
)
TELLS = ("kappa", "kappa_equal", "switchers", "margin_d", "retention_d", "outcome_reviews")
SHARES = ("largest", "ungraded", "spend_best", "switchers", "flip")
DIGITS = {
    "psi_grades": 3,
    "psi_score": 3,
    "kappa": 2,
    "kappa_equal": 2,
    "margin_d": 2,
    "retention_d": 2,
    "evenness": 2,
    "trigger_moves": 1,
    "appeal_moves": 1,
}
INTERVALS = {
    "kappa": ("kappa_low", "kappa_high"),
    "margin_d": ("margin_low", "margin_high"),
    "retention_d": ("retention_low", "retention_high"),
}
NOTHING = "—"


def stability(result: Evaluation, titles: Mapping[str, Label], *, lang: Lang) -> Table:
    """Make-up and stability of the grades of each policy, moves beside those by noise alone.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter)
    >>> found = toolkit.evaluate(study.policies, study.registers, basis)
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.stability(found, titles, lang="en")
    >>> print(*table.heads, sep=" | ")
    policy | reviews | largest grade | ungraded | spend held by the best grade | moves per thousand | by
    noise alone | by noise with a keep-bar | stability index of grades (PSI) | regraded under other
    weights
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | 5 | 73.6% | 0.0% | 62.1% | 151 | 148 | 130 | 0.004 | —
    """
    return _table(result, titles, "stability", MADE_UP, lang)


def foresight(result: Evaluation, titles: Mapping[str, Label], *, lang: Lang) -> Table:
    """Agreement with the baseline, and how well the grades told what followed.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter)
    >>> found = toolkit.evaluate(study.policies, study.registers, basis)
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.foresight(found, titles, lang="en")
    >>> print(*table.heads, sep=" | ")
    policy | kappa with the baseline | kappa at equal shares | switchers | foresight of margin (D) |
    foresight of retention (D) | reviews with an outcome
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | 1.00 (1.00 – 1.00) | 1.00 | 0.0% | 0.27 (0.23 – 0.32) | 0.14 (0.07 – 0.22) | 4
    """
    return _table(result, titles, "foresight", TELLS, lang)


def printed(column: str, value: float | None, lang: Lang) -> str:
    """One figure of an evaluation as a person reads it; a dash where it is not defined."""
    if value is None or pd.isna(value):
        return NOTHING
    if column in SHARES:
        return figure(float(value), "share", lang)
    return number(float(value), DIGITS.get(column, 0))


def _table(
    result: Evaluation, titles: Mapping[str, Label], name: str, columns: tuple[str, ...], lang: Lang
) -> Table:
    rows = [
        (titles[row["policy"]].text(lang), *(_cell(column, row, lang) for column in columns))
        for row in result.frame.to_dict("records")
    ]
    heads = [word(f"evaluation.{column}", lang) for column in ("policy", *columns)]
    ends = [end for column in columns for end in INTERVALS.get(column, ())]
    numbers = result.frame[["policy", *columns, *ends]]
    caption, note = word(f"evaluation.{name}_table", lang), word(f"evaluation.{name}_note", lang)
    return Table(caption, heads, rows, numbers, note)


def _cell(column: str, row: dict[str, float], lang: Lang) -> str:
    said = printed(column, row[column], lang)
    if column not in INTERVALS or said == NOTHING:
        return said
    low, high = (NOTHING if pd.isna(row[end]) else number(row[end], 2) for end in INTERVALS[column])
    return f"{said} ({low} – {high})"
