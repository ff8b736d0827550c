"""Tables of what a register says besides the grades, of one study or of its catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.outcomes.particulars import CAUSES, FILED, TAG, Particulars
from toolkit.reporting.table import Table
from toolkit.reporting.tables.evaluation import NOTHING, printed
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import Label, Lang, figure, number

BESIDE = ("of", "unreached", "trigger_moves", "appeal_moves", "marks", "filled")


def moved(study: Study, found: Particulars, *, lang: Lang, currency: str) -> Table:
    """Grades that moved, by what moved them, under policies where it was not reviews alone.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.findings.particulars_of(study)
    >>> moves = {"review": 20, "trigger": 5, "appeal": 1, "hold": 0}
    >>> index = pd.MultiIndex.from_tuples([("vip", "2026Q3")], names=["policy", "quarter"])
    >>> found = replace(found, moved=pd.DataFrame([moves], index=index))
    >>> table = toolkit.tables.moved(study, found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | quarter | review | event | appeal | end of the hold
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | 2026Q3 | 20 | 5 | 1 | 0
    """
    return _counts(study, found.mixed, "moved", CAUSES, lang)


def appeals(study: Study, found: Particulars, *, lang: Lang, currency: str) -> Table:
    """Appeals filed, decided and checked at the latest quarters with appeals.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.findings.particulars_of(study)
    >>> counts = {"filed": 3, "granted": 1, "refused": 2, "pending": 0, "confirmed": 1, "withdrawn": 0, "lapsed": 0}
    >>> index = pd.MultiIndex.from_tuples([("vip", "2026Q3")], names=["policy", "quarter"])
    >>> found = replace(found, appeals=pd.DataFrame([counts], index=index))
    >>> table = toolkit.tables.appeals(study, found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | quarter | filed | granted | refused | pending | confirmed | withdrawn | lapsed
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | 2026Q3 | 3 | 1 | 2 | 0 | 1 | 0 | 0
    """
    return _counts(study, found.appeals, "appeals", FILED, lang)


def marks(study: Study, found: Particulars, *, lang: Lang, currency: str) -> Table:
    """Tags and classes beside the grade at the report's quarter; sensitive tags with their purpose.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.findings.particulars_of(study)
    >>> mark = {"policy": "vip", "mark": "invited", "kind": "tag", "customers": 30, "share": 0.06}
    >>> found = replace(found, marks=pd.DataFrame([mark | {"sensitive": False, "why": ""}]))
    >>> table = toolkit.tables.marks(study, found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | tag or class | kind | customers | share | purpose
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | invited | tag | 30 | 6.0% | —
    """
    titles = {policy.id: policy.title for policy in study.policies}
    rows = [
        (
            titles[row.policy].text(lang),
            row.mark,
            _kind(row.kind, row.sensitive, lang),
            number(row.customers),
            figure(row.share, "share", lang),
            row.why or NOTHING,
        )
        for row in found.marks.itertuples()
    ]
    heads = [word(f"grades.{name}", lang) for name in ("policy", "mark", "kind", "customers", "share", "why")]
    return Table(
        word("grades.marks_table", lang),
        heads,
        rows,
        found.marks,
        word("grades.marks_note", lang),
        frozenset({1, 2, 5}),
    )


def catalogue_particulars(rows: Sequence[Mapping[str, Any]], *, lang: Lang, currency: str) -> Table:
    """What each policy of the catalogue grades, moves between reviews, leaves empty, marks, and what in it is ours.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> files = replace(study.files, catalogue=study.files.alternatives)
    >>> study = replace(study, files=files)
    >>> rows = toolkit.findings.catalogue_rows(study)
    >>> table = toolkit.tables.catalogue_particulars(rows, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | title | graded | grades nobody reached | events | appeals | marks | ours
    >>> print(*table.rows[0], sep=" | ")
    vip | VIP rules in force | customers | — | — | — | 0 | 0
    """
    shown = [(row["policy"], _title(row, lang), *(_cell(name, row, lang) for name in BESIDE)) for row in rows]
    numbers = pd.DataFrame(
        [
            {
                "policy": row["policy"],
                "of": row["of"].en,
                "rule_is_ours": row["rule_is_ours"],
                "trigger_moves": row["trigger_moves"],
                "appeal_moves": row["appeal_moves"],
                **{name: _joined(row[name]) for name in ("unreached", "marks", "filled")},
                "filled_count": None if row["filled"] is None else len(row["filled"]),
            }
            for row in rows
        ]
    )
    numbers = numbers.astype({"trigger_moves": float, "appeal_moves": float, "filled_count": "Int64"})
    heads = [word(f"evaluation.{name}", lang) for name in ("policy", "title")]
    heads += [word(f"catalogue.head.{name}", lang) for name in BESIDE]
    caption, note = word("catalogue.particulars_table", lang), word("catalogue.particulars_note", lang)
    return Table(caption, heads, shown, numbers, note, frozenset({1, 2, 3}))


def _counts(study: Study, counts: pd.DataFrame, name: str, columns: Sequence[str], lang: Lang) -> Table:
    titles = {policy.id: policy.title.text(lang) for policy in study.policies}
    rows = [
        (titles[policy], quarter, *(number(value) for value in values))
        for (policy, quarter), values in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    heads = [word("grades.policy", lang), word("grades.quarter", lang)]
    heads += [word(f"grades.{name}_{column}", lang) for column in columns]
    caption, note = word(f"grades.{name}_table", lang), word(f"grades.{name}_note", lang)
    return Table(caption, heads, rows, counts.reset_index(), note, frozenset({1}))


def _kind(kind: str, sensitive: bool, lang: Lang) -> str:
    if kind == TAG:
        return word("grades.sensitive_tag" if sensitive else "grades.tag", lang)
    return word("grades.class_named", lang).format(kind=kind)


def _title(row: Mapping[str, Any], lang: Lang) -> str:
    title = row["title"].text(lang)
    if not row["rule_is_ours"]:
        return title
    mark = word("catalogue.rule_is_ours", lang)
    return f"{title}（{mark}）" if lang == "zh" else f"{title} ({mark})"


def _cell(name: str, row: Mapping[str, Any], lang: Lang) -> str:
    value = row[name]
    if name == "of":
        return value.text(lang)
    if name == "unreached":
        return (", " if lang == "en" else "、").join(part.text(lang) for part in value) or NOTHING
    if isinstance(value, tuple):
        return number(len(value))
    return printed(name, value, lang)


def _joined(parts: tuple[Label, ...] | None) -> str:
    return "; ".join(part.zh for part in parts or ())
