"""Tables of the describing chapters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.history.canonical import TABLES
from toolkit.outcomes.hindsight import Hindsight
from toolkit.outcomes.migration import LEFT, NEW
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.schemes.description import describe_policy
from toolkit.study import Study
from toolkit.study.history import StudyHistory
from toolkit.terms import Label, Lang, figure, money, number


def intake(history: StudyHistory, *, lang: Lang, currency: str) -> Table:
    """Rows in, accepted, and quarantined by reason, table by table.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.intake(study.history, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    table | outcome | rows
    >>> print(*table.rows[0], sep=" | ")
    transactions | accepted | 32,547
    """
    rows, numbers = [], []
    for one in history.intakes:
        lines = [("accepted", word("intake.accepted", lang), one.rows_accepted)]
        lines += [(reason.code, reason.label.text(lang), reason.rows) for reason in one.reasons]
        lines += [("rows_in", word("intake.total", lang), one.rows_in)]
        for code, label, count in lines:
            rows.append((TABLES[one.table].label.text(lang), label, number(count)))
            numbers.append({"table": one.table, "outcome": code, "rows": count})
    heads = [word(f"intake.{name}", lang) for name in ("table_name", "reason", "rows")]
    note = word("intake.note", lang) + _notes(history, lang)
    return Table(word("intake.table", lang), heads, rows, pd.DataFrame(numbers), note, frozenset({1}))


def quarters(table: pd.DataFrame, *, lang: Lang, currency: str) -> Table:
    """Customers, orders, purchases, returns and repurchase by quarter.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.quarters(study.quarters, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    quarter | customers who bought | orders | purchases | returns | net | bought again next quarter | state
    >>> print(*table.rows[0], sep=" | ")
    2021Q4 | 500 | 964 | ¥10.00 million | ¥452,728 | ¥9.55 million | 94.00% | complete
    """
    rows = [
        (
            row.Index,
            number(row.active),
            number(row.orders),
            *(money(amount, currency, lang) for amount in (row.purchases, row.returns, row.net)),
            "—" if math.isnan(row.again) else figure(row.again, "share", lang, digits=2),
            word("quarters.complete" if row.complete else "quarters.unfinished", lang),
        )
        for row in table.itertuples()
    ]
    names = ("quarter", "active", "orders", "purchases", "returns", "net", "again", "state")
    heads = [word(f"quarters.{name}", lang) for name in names]
    note = word("quarters.note", lang)
    return Table(word("quarters.table", lang), heads, rows, table, note, frozenset({7}))


def descriptions(
    policies: Sequence[Policy], names: Mapping[str, Label], *, lang: Lang, currency: str
) -> Table:
    """What each policy says in plain words, made from its file.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.descriptions(study.policies[:1], study.names, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | rule
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | Grades, best first: VIP, basic. Rule: floors on spend: VIP 100,000 or more,
    basic everybody else; a customer without a value stops the run with an error. Reviewed every 4
    quarters, at the end of quarter 3, observation window of 4 quarters, a lost grade is not held.
    """
    said = {policy.id: describe_policy(policy.params, names) for policy in policies}
    rows = [(policy.title.text(lang), said[policy.id].text(lang)) for policy in policies]
    numbers = pd.DataFrame(
        [(name, text.zh, text.en) for name, text in said.items()], columns=["policy", "zh", "en"]
    )
    heads = [word("grades.policy", lang), word("grades.rule", lang)]
    return Table(word("descriptions.table", lang), heads, rows, numbers, words=frozenset({1}))


def rules(study: Study, *, lang: Lang, currency: str) -> Table:
    """What earns each grade under each policy, and the service package it receives.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.rules(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | rule | service package
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | spend of 100,000 or more | vip
    """
    rows, numbers = [], []
    for policy in study.policies:
        register = study.registers[policy.id]
        said = _rules(register.at(study.quarter), register.reasons, lang)
        for grade in policy.scheme.scale.grades:
            package = policy.service[grade].package
            rows.append((policy.title.text(lang), grade, said.get(grade, "—"), package))
            numbers.append((policy.id, grade, said.get(grade, ""), package))
    names = ("policy", "grade", "rule", "package")
    heads = [word(f"grades.{name}", lang) for name in names]
    frame = pd.DataFrame(numbers, columns=list(names))
    return Table(word("rules.table", lang), heads, rows, frame, words=frozenset({1, 2, 3}))


def grades(study: Study, *, lang: Lang, currency: str) -> Table:
    """Customers and spend of each grade under each policy.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.grades(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | customers | share | share of spend
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | 133 | 26.4% | 62.1%
    """
    place = study.panel.quarters.index(study.quarter)
    rows, numbers = [], []
    for policy in study.policies:
        register = study.registers[policy.id]
        spend = study.panel.values("spend", policy.review.window_quarters)[:, place]
        counts, codes = register.counts(study.quarter), register.codes(study.quarter)
        total = spend[codes >= 0].sum()
        for position, (grade, customers) in enumerate(counts.items()):
            mine = codes == len(counts) - 1 - position
            share, value = customers / max(counts.sum(), 1), spend[mine].sum() / total if total else math.nan
            printed = figure(share, "share", lang), figure(value, "share", lang)
            rows.append((policy.title.text(lang), grade, number(customers), *printed))
            numbers.append((policy.id, grade, customers, share, value))
    names = ("policy", "grade", "customers", "share", "spend")
    heads = [word(f"grades.{name}", lang) for name in names]
    frame = pd.DataFrame(numbers, columns=list(names))
    return Table(word("grades.table", lang), heads, rows, frame, words=frozenset({1}))


def crosstab(study: Study, policy: Policy, *, lang: Lang, currency: str) -> Table:
    r"""Baseline grades against those of an alternative.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.crosstab(study, study.policies[1], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    in force \ alternative | VIP | basic
    >>> print(*table.rows[0], sep=" | ")
    VIP | 133 | 0
    """
    found = study.agreements[policy.id].table
    rows = [
        (grade, *(number(value) for value in counts))
        for grade, counts in zip(found.index, found.to_numpy(), strict=True)
    ]
    caption = word("agreement.table", lang).format(policy=policy.title.text(lang))
    return Table(
        caption,
        [word("agreement.corner", lang), *map(str, found.columns)],
        rows,
        found.rename_axis("baseline"),
    )


def migration(study: Study, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Moves between the last two reviews.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.migration(study, study.baseline, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    before | VIP | basic | left
    >>> print(*table.rows[0], sep=" | ")
    VIP | 81 | 26 | 14
    """
    found = study.migrations[policy.id]
    matrix = found.matrix(found.pairs[-1])
    special = {LEFT: word("migration.left", lang), NEW: word("migration.new", lang)}
    rows = [
        (special.get(grade, grade), *(number(value) for value in counts))
        for grade, counts in zip(matrix.index, matrix.to_numpy(), strict=True)
    ]
    caption = word("migration.table", lang).format(policy=policy.title.text(lang))
    heads = [word("migration.from", lang), *(special.get(column, column) for column in matrix.columns)]
    return Table(caption, heads, rows, matrix.rename_axis("before"), word("migration.note", lang))


def retention(study: Study, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Retention by grade under every definition.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.retention(study, study.baseline, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    definition | grade | customer-reviews | retention | 95% interval
    >>> print(*table.rows[0], sep=" | ")
    still buying a year later | VIP | 498 | 90.4% | 87.4% – 92.7%
    """
    pooled = study.retentions[policy.id].pooled
    known = pooled[pooled["observations"] > 0]
    rows = [
        (
            study.definition_titles[row.definition].text(lang),
            row.grade,
            number(row.observations),
            figure(row.retained, "share", lang),
            f"{figure(row.low, 'share', lang)} – {figure(row.high, 'share', lang)}",
        )
        for row in known.itertuples()
    ]
    heads = [word(f"retention.{name}", lang) for name in ("definition", "grade", "n", "value", "interval")]
    caption = word("retention.table", lang).format(policy=policy.title.text(lang))
    return Table(caption, heads, rows, pooled, word("retention.note", lang), frozenset({1}))


def cost(study: Study, *, lang: Lang, currency: str) -> Table:
    """Cost to serve per year, by policy and grade, with totals; of the policies whose services have a price.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.cost(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | customers | direct service | discount | managers (heads) | cost of managers | total
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | 133 | ¥58,307 | ¥256,321 | 3 | ¥696,000 | ¥1.01 million
    """
    rows, numbers = [], []
    for policy in study.priced:
        found = study.costs[policy.id]
        title = policy.title.text(lang)
        for grade, row in found.by_grade.iterrows():
            rows.append((title, str(grade), *_amounts(row, 4, currency, lang)))
            numbers.append({"policy": policy.id, "grade": str(grade), **row.to_dict()})
        rows.append((title, word("cost.all", lang), *_amounts(found.per_year, 1, currency, lang)))
    names = ("policy", "grade", "customers", "direct", "discount", "heads", "managers", "sum")
    heads = [word(f"cost.{name}", lang) for name in names]
    return Table(word("cost.table", lang), heads, rows, pd.DataFrame(numbers), words=frozenset({1}))


def track(result: Hindsight, *, lang: Lang, currency: str) -> Table:
    """Forecasts, what happened, and what is still pending.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.track(study.track, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    review | grade | forecast at the time | what happened | inside the interval
    >>> print(*table.rows[0], sep=" | ")
    2023Q3 | VIP | 90.8% (83.6% – 98.1%) | 89.8% | yes
    """
    rows = []
    for row in result.forecasts.itertuples():
        pending = math.isnan(row.observed)
        verdict = "pending" if pending else "yes" if row.inside else "no"
        interval = f"{figure(row.low, 'share', lang)} – {figure(row.high, 'share', lang)}"
        rows.append(
            (
                row.review,
                row.grade,
                f"{figure(row.forecast, 'share', lang)} ({interval})",
                "—" if pending else figure(row.observed, "share", lang),
                word(f"hindsight.{verdict}", lang),
            )
        )
    heads = [
        word(f"hindsight.{name}", lang) for name in ("review", "grade", "forecast", "happened", "verdict")
    ]
    numbers = result.forecasts.astype({"inside": "boolean"})
    return Table(word("hindsight.table", lang), heads, rows, numbers, words=frozenset({1, 4}))


def _rules(graded: pd.DataFrame, reasons: Mapping[str, Label], lang: Lang) -> dict[str, str]:
    """Rule behind each grade in words: the reason that most of its customers carry."""
    earned = graded[~graded["held"]]
    common = earned.groupby("grade", observed=True)["because"].agg(lambda because: because.mode().iloc[0])
    return {grade: reasons[code].text(lang) for grade, code in common.items()}


def _amounts(row: pd.Series, times: int, currency: str, lang: Lang) -> tuple[str, ...]:
    return (
        number(row["customers"]),
        money(row["direct_cost"] * times, currency, lang),
        money(row["discount_cost"] * times, currency, lang),
        number(row["managers"]),
        money(row["manager_cost"] * times, currency, lang),
        money(row["total_cost"] * times, currency, lang),
    )


def _notes(history: StudyHistory, lang: Lang) -> str:
    said = [
        f"{note.label.text(lang)}: {number(note.rows)}"
        for one in history.intakes
        for note in one.notes
        if note.rows
    ]
    return (" " + "; ".join(said)) if said else ""
