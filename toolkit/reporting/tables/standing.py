"""Tables of where the alternatives stand, how sure that is, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.comparison.behaviour import Behaviour
from toolkit.comparison.scenarios import Scenarios
from toolkit.comparison.standing import Standing
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, money

Titles = Mapping[str, Label]
NONE = "—"


def standing(result: Standing, titles: Titles, *, lang: Lang, currency: str) -> Table:
    """Every policy that can be ranked, the baseline included; the others stand below with dashes.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.standing(study.weighing.standing, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | net value | 80% interval | 95% interval | probability of a positive net value, lowest
    reading | probability of being best | expected regret | mean of the worst tenth
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | ¥0 | ¥0 to ¥0 | ¥0 to ¥0 | 0% | 1% | +¥287,547 | ¥0
    """
    lowest = result.lowest
    rows = []
    for policy, row in result.frame.sort_values("rankable", ascending=False, kind="stable").iterrows():
        amounts = [
            _money(row["net"], lang, currency),
            _range(row["low80"], row["high80"], lang, currency),
            _range(row["low95"], row["high95"], lang, currency),
        ]
        ends = [_money(row[name], lang, currency) for name in ("regret", "tail")]
        chances = [_share(lowest.loc[policy, "adjusted"], lang), _share(row["best"], lang)]
        rows.append((titles[policy].text(lang), *amounts, *chances, *ends))
    heads = ("policy", "net", "low80", "low95", "adjusted", "best", "regret", "tail")
    numbers = result.frame.reset_index().merge(
        lowest[["adjusted"]].rename(columns={"adjusted": "adjusted_lowest"}).reset_index(), on="policy"
    )
    return Table(
        word("standing.table", lang),
        [word(f"standing.{name}", lang) for name in heads],
        rows,
        numbers,
        word("standing.note", lang),
    )


def scenarios(result: Scenarios, titles: Titles, *, lang: Lang, currency: str) -> Table:
    """Net value of every policy in every scenario, and the largest regret of each.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.scenarios(study.weighing.scenarios, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    scenario | VIP rules in force | ABC grading | best
    >>> print(*table.rows[0], sep=" | ")
    base scenario | ¥0 | +¥335,336 | ABC grading
    """
    policies = list(result.values.columns)
    named = {one.id: one.title.text(lang) for one in result.scenarios}
    rows = [
        (
            named[scenario],
            *(_money(result.values.loc[scenario, policy], lang, currency) for policy in policies),
            titles[result.winners[scenario]].text(lang),
        )
        for scenario in result.values.index
    ]
    worst = (_money(result.worst[policy], lang, currency) for policy in policies)
    rows.append((word("scenarios.worst", lang), *worst, titles[result.choice].text(lang)))
    heads = [
        word("scenarios.scenario", lang),
        *(titles[policy].text(lang) for policy in policies),
        word("scenarios.winner", lang),
    ]
    numbers = result.values.assign(winner=result.winners).reset_index()
    note = word("scenarios.note", lang)
    return Table(word("scenarios.table", lang), heads, rows, numbers, note, frozenset({len(heads) - 1}))


def behaviour(result: Behaviour, titles: Titles, *, lang: Lang, currency: str) -> Table:
    """Net value without and with declared reactions, side by side.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> titles = toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.behaviour(study.weighing.behaviour, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | static net value | reaching for a bar | neglected customers leave | word of mouth | with
    reactions | does the answer turn
    >>> print(*table.rows[0], sep=" | ")
    ABC grading | +¥335,336 | +¥8,001 | −¥14,114 | −¥2,823 | +¥326,400 | stays
    """
    frame = result.table()
    amounts = [name for name in frame.columns if name != "flips"]
    rows = [
        (
            titles[policy].text(lang),
            *(_money(row[name], lang, currency) for name in amounts),
            word(f"behaviour.flips.{'yes' if row['flips'] else 'no'}", lang),
        )
        for policy, row in frame.iterrows()
    ]
    heads = [word(f"behaviour.{name}", lang) for name in ("policy", *amounts, "flips")]
    last = frozenset({len(heads) - 1})
    note = word("behaviour.note", lang)
    return Table(word("behaviour.table", lang), heads, rows, frame.reset_index(), note, last)


def turning_points(result: Behaviour, titles: Titles, *, lang: Lang, currency: str) -> Table:
    """The elasticity at which the answer turns.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found, titles = study.weighing.behaviour, toolkit.findings.policy_titles(study)
    >>> table = toolkit.tables.turning_points(found, titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | reaction | declared | turns at
    >>> print(*table.rows[0], sep=" | ")
    ABC grading | reaching for a bar | 10% | —
    """
    frame = result.turning_points()
    rows = [
        (
            titles[policy].text(lang),
            word(f"behaviour.{elasticity}", lang),
            _share(row["declared"], lang),
            _share(row["flips_at"], lang),
        )
        for (policy, elasticity), row in frame.iterrows()
    ]
    heads = [word(f"behaviour.{name}", lang) for name in ("policy", "elasticity", "declared", "flips_at")]
    return Table(word("behaviour.turning", lang), heads, rows, frame.reset_index(), words=frozenset({1}))


def _money(amount: float, lang: Lang, currency: str) -> str:
    return NONE if amount is None or np.isnan(amount) else money(amount, currency, lang, signed=True)


def _range(low: float, high: float, lang: Lang, currency: str) -> str:
    if pd.isna(low):
        return NONE
    ends = {"low": _money(low, lang, currency), "high": _money(high, lang, currency)}
    return word("comparison.range", lang).format(**ends)


def _share(share: float, lang: Lang) -> str:
    return NONE if share is None or pd.isna(share) else figure(share, "share", lang, digits=0)
