"""Tables of cost to serve, part by part."""

from __future__ import annotations

import pandas as pd

from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.service.ledger import UNASSIGNED
from toolkit.service.volumes import UNKNOWN, WHOLE
from toolkit.study import Study
from toolkit.terms import Lang, figure, money, number
from toolkit.window import QUARTERS_A_YEAR

AMOUNTS = ("committed", "step", "variable", "total")
NOTHING = "—"


def service_behaviour(study: Study, *, lang: Lang, currency: str) -> Table:
    """Cost to serve per year by policy and grade: committed, in steps, variable.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_behaviour(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | customers | committed | in whole people | variable | total | per customer
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | 133 | ¥0 | ¥696,000 | ¥314,629 | ¥1.01 million | ¥7,599
    """
    rows, numbers = [], []
    for policy in study.policies:
        found = study.costs[policy.id].bill.by_grade
        for grade, row in found.iterrows():
            amounts = [money(row[name] * QUARTERS_A_YEAR, currency, lang) for name in AMOUNTS]
            each = row["per_customer"] * QUARTERS_A_YEAR
            said = NOTHING if pd.isna(each) else money(each, currency, lang)
            rows.append((policy.title.text(lang), str(grade), number(row["customers"]), *amounts, said))
            numbers.append({"policy": policy.id, "grade": str(grade), **row.to_dict()})
    heads = _heads(("policy", "grade", "customers", *AMOUNTS, "each"), lang)
    note = word("service.behaviour_note", lang)
    return Table(
        word("service.behaviour_table", lang), heads, rows, pd.DataFrame(numbers), note, frozenset({1})
    )


def service_lines(study: Study, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Every measure of a policy: deliveries, hours and cost per year.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_lines(study, study.baseline, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    grade | measure | behaviour | deliveries | hours | total
    >>> print(*table.rows[0], sep=" | ")
    VIP | discount | variable | — | — | ¥256,321
    """
    bill, labels = study.costs[policy.id].bill, study.serving.plans[policy.id].labels
    rows = [
        (
            row.grade,
            labels[row.cost].text(lang),
            word(f"service.{row.behaviour}", lang),
            NOTHING if row.discount else number(row.volume * QUARTERS_A_YEAR),
            number(row.hours * QUARTERS_A_YEAR) if row.hours else NOTHING,
            money(row.amount * QUARTERS_A_YEAR, currency, lang),
        )
        for row in bill.lines.itertuples()
    ]
    heads = _heads(("grade", "measure", "kind", "volume", "hours", "total"), lang)
    caption = word("service.lines_table", lang).format(policy=policy.title.text(lang))
    return Table(caption, heads, rows, bill.lines, words=frozenset({1, 2}))


def service_teams(study: Study, *, lang: Lang, currency: str) -> Table:
    """Heads, places taken and slack of every team under every policy.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_teams(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | pool | team | heads | taken | slack | used
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | managers (VIP) | one team | 3 | 133 customers | 17 customers | 88.7%
    """
    found = [study.costs[policy.id].bill.teams.assign(policy=policy.id) for policy in study.policies]
    return _teams(study, pd.concat(found, ignore_index=True), "service.teams", lang)


def service_regions(study: Study, *, lang: Lang, currency: str) -> Table:
    """The same for the baseline if nobody served two regions.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_regions(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | pool | team | heads | taken | slack | used
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | managers (VIP) | central | 1 | 16 customers | 34 customers | 32.0%
    """
    found = study.serving.divided
    mine = found[found["policy"] == study.baseline.id].reset_index(drop=True)
    return _teams(study, mine, "service.regions", lang)


def _teams(study: Study, found: pd.DataFrame, key: str, lang: Lang) -> Table:
    titles = {policy.id: policy.title.text(lang) for policy in study.policies}
    rows = []
    for row in found.itertuples():
        pool = study.serving.plans[row.policy].pools[row.pool]
        loads = (_load(value, pool.hours is not None, lang) for value in (row.load, row.slack))
        counted = f"{pool.title.text(lang)}{_of(pool.grade, lang)}"
        people = number(row.heads + row.leaders)
        used = figure(row.used, "share", lang)
        rows.append((titles[row.policy], counted, _team(row.team, lang), people, *loads, used))
    heads = _heads(("policy", "pool", "team", "heads", "load", "slack", "used"), lang)
    return Table(word(f"{key}_table", lang), heads, rows, found, word(f"{key}_note", lang), frozenset({1, 2}))


def service_ledger(study: Study, *, lang: Lang, currency: str) -> Table:
    """The baseline's plan beside the ledger, by grade and kind.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> visit = {"customer_id": "C0000006", "delivered_on": pd.Timestamp("2026-08-01"), "kind": "visit", "cost": 300.0}
    >>> panel = toolkit.Panel(study.panel.cube, {**study.panel.tables, "service": pd.DataFrame([visit])})
    >>> baseline = study.files.baseline.model_copy(update={"ledger": {"visit": ("m07_visits",)}})
    >>> study = replace(study, history=replace(study.history, panel=panel), files=replace(study.files, baseline=baseline))
    >>> table = toolkit.tables.service_ledger(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    grade | kind in the record | plan | record | difference | of the record | check
    >>> print(*table.rows[0], sep=" | ")
    VIP | (not assigned) | ¥904,314 | ¥0 | +¥904,314 | — | apart
    """
    found = study.serving.reconciliation
    rows = [
        (
            row.grade,
            row.kind or word("service.unassigned", lang),
            *(money(value, currency, lang) for value in (row.engine, row.ledger)),
            money(row.difference, currency, lang, signed=True),
            NOTHING if pd.isna(row.share) else figure(row.share, "share", lang, signed=True),
            word("service.apart" if row.warned else "service.agrees", lang),
        )
        for row in found.rows.itertuples()
    ]
    total = (
        word("cost.all", lang),
        "",
        money(found.engine, currency, lang),
        money(found.ledger, currency, lang),
    )
    apart = money(found.engine - found.ledger, currency, lang, signed=True)
    share = NOTHING if pd.isna(found.share) else figure(found.share, "share", lang, signed=True)
    rows.append((*total, apart, share, word("service.apart" if found.warned else "service.agrees", lang)))
    heads = _heads(("grade", "ledger_kind", "planned", "recorded", "difference", "share", "verdict"), lang)
    numbers = found.rows.assign(kind=found.rows["kind"].replace(UNASSIGNED, "(none)"))
    note = word("service.ledger_note", lang)
    return Table(word("service.ledger_table", lang), heads, rows, numbers, note, frozenset({1, 6}))


def service_neglect(study: Study, *, lang: Lang, currency: str) -> Table:
    """What each grade of the baseline receives before and under every alternative.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_neglect(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | customers | hours in force | hours after | cost in force | cost after | customers
    who receive less
    >>> print(*table.rows[0], sep=" | ")
    Floor lowered to 80,000 | VIP | 133 | 1.12 | 1.12 | 1,751.4 | 1,751.4 | 0
    """
    rows, numbers = [], []
    for policy in study.alternatives:
        found = study.serving.neglects[policy.id].by_grade
        for row in found.itertuples():
            hours = (number(value, 2) for value in (row.hours_before, row.hours_after))
            spent = (number(value, 1) for value in (row.cost_before, row.cost_after))
            counts = number(row.customers), number(row.losing)
            rows.append((policy.title.text(lang), str(row.Index), counts[0], *hours, *spent, counts[1]))
        numbers.append(found.reset_index().assign(policy=policy.id))
    names = (
        "policy",
        "grade",
        "customers",
        "hours_before",
        "hours_after",
        "cost_before",
        "cost_after",
        "losing",
    )
    frame = pd.concat(numbers, ignore_index=True) if numbers else pd.DataFrame(columns=list(names))
    caption, note = word("service.neglect_table", lang), word("service.neglect_note", lang)
    return Table(caption, _heads(names, lang), rows, frame, note, frozenset({1}))


def service_moves(study: Study, *, lang: Lang, currency: str) -> Table:
    """Changes of grade per year under every policy, those by chance alone, and what they cost where that is stated.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_moves(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | change | per year | by chance alone
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | new to a grade | 104 | —
    """
    titles = {policy.id: policy.title.text(lang) for policy in study.policies}
    found = study.serving.moves
    priced = ("price", "amount", "noise_amount") if found["price"].notna().any() else ()

    def said(value: float) -> str:
        return NOTHING if pd.isna(value) else money(value, currency, lang)

    rows = [
        (
            titles[row.policy],
            word(f"service.{row.move}", lang),
            number(row.per_year),
            NOTHING if pd.isna(row.noise_per_year) else number(row.noise_per_year),
            *(said(getattr(row, name)) for name in priced),
        )
        for row in found.itertuples()
    ]
    heads = _heads(("policy", "move", "moves", "by_chance", *priced), lang)
    caption, note = word("service.moves_table", lang), word("service.moves_note", lang)
    return Table(caption, heads, rows, found, note, frozenset({1}))


def service_rebates(study: Study, *, lang: Lang, currency: str) -> Table:
    """Discounts per year: margin given away, margin brought, and the uplift at which they pay.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.service_rebates(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | grade | measure | rate | given | brought | net | break-even uplift
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | discount | 1.0% | ¥256,321 | ¥0 | ¥256,321 | 3.5%
    """
    titles = {policy.id: policy.title.text(lang) for policy in study.policies}
    found = study.serving.rebates
    rows = [
        (
            titles[row.policy],
            row.grade,
            study.serving.plans[row.policy].labels[row.cost].text(lang),
            figure(row.share, "share", lang),
            *(money(value * QUARTERS_A_YEAR, currency, lang) for value in (row.given, row.brought, row.net)),
            word("service.never", lang) if pd.isna(row.break_even) else figure(row.break_even, "share", lang),
        )
        for row in found.itertuples()
    ]
    heads = _heads(("policy", "grade", "measure", "rate", "given", "brought", "net", "break_even"), lang)
    caption, note = word("service.rebates_table", lang), word("service.rebates_note", lang)
    return Table(caption, heads, rows, found, note, frozenset({1, 2}))


def _heads(names: tuple[str, ...], lang: Lang) -> list[str]:
    return [word(f"service.{name}", lang) for name in names]


def _of(grade: str | None, lang: Lang) -> str:
    if grade is None:
        return ""
    return f"（{grade}）" if lang == "zh" else f" ({grade})"


def _team(team: str, lang: Lang) -> str:
    known = {WHOLE: "service.whole", UNKNOWN: "service.unknown_team"}
    return word(known[team], lang) if team in known else team


def _load(value: float, by_hours: bool, lang: Lang) -> str:
    return figure(value, "hours" if by_hours else "customers", lang)
