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
    """Every policy that can be ranked, the baseline included; the others stand below with dashes."""
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
    """Net value of every policy in every scenario, and the largest regret of each."""
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
    """Net value without and with declared reactions, side by side."""
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
    """The elasticity at which the answer turns."""
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
