"""Tables of the comparison and of the verdicts."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.comparison import Change, Comparison
from toolkit.recommendation import Judgement, Recommendation
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, money, number


def comparison(result: Comparison, *, lang: Lang, currency: str) -> Table:
    """What each alternative would change, per year; one column for each alternative."""
    columns = [_changes(change, lang, currency) for change in result.changes]
    rows = [(head, *(column[head] for column in columns)) for head in columns[0]]
    heads = [word("comparison.change", lang), *(change.title.text(lang) for change in result.changes)]
    numbers = pd.DataFrame([_change_numbers(change) for change in result.changes])
    return Table(word("comparison.table", lang), heads, rows, numbers, word("comparison.note", lang))


def _changes(change: Change, lang: Lang, currency: str) -> dict[str, str]:
    """One column of the table by its row headings; an interval stands in the row below its figure."""
    value = change.values[0] if change.values else None
    needed = figure(change.break_even, "points_share", lang) if change.break_even is not None else "—"
    interval = word("comparison.interval", lang)
    estimates = {"cost": change.cost, "retained": value and value.retained, "net": value and value.net}
    cells = {
        "moves": f"{number(change.raised)} / {number(change.lowered)}",
        "heads": number(change.heads, signed=True),
    }
    column = {word(f"comparison.{name}", lang): text for name, text in cells.items()}
    for name, estimate in estimates.items():
        head = word(f"comparison.{name}", lang)
        column[head] = word("effect.no_number", lang)
        column[f"{head} · {interval}"] = "—"
        if estimate is not None:
            value_text, low, high = (
                figure(x, estimate.unit, lang, currency=currency, signed=True)
                for x in (estimate.value, estimate.low, estimate.high)
            )
            column[head], column[f"{head} · {interval}"] = (
                value_text,
                word("comparison.range", lang).format(low=low, high=high),
            )
    return column | {word("comparison.break_even", lang): needed}


def _change_numbers(change: Change) -> dict[str, object]:
    value = change.values[0] if change.values else None
    return {
        "policy": change.policy,
        "customers": change.customers,
        "raised": change.raised,
        "lowered": change.lowered,
        "cost": change.cost.value,
        "cost_low": change.cost.low,
        "cost_high": change.cost.high,
        "heads": change.heads,
        "net": value.net.value if value else math.nan,
        "net_low": value.net.low if value else math.nan,
        "net_high": value.net.high if value else math.nan,
        "surely": value.surely if value else math.nan,
        "break_even": math.nan if change.break_even is None else change.break_even,
    }


def verdicts(result: Recommendation, *, lang: Lang, currency: str) -> Table:
    """The rule applied to each alternative."""
    rows, numbers = [], []
    for judgement in result.judgements:
        change = judgement.change
        chance = figure(change.values[0].surely, "share", lang) if change.values else "—"
        rows.append(
            (
                change.title.text(lang),
                word(f"verdict.{judgement.verdict}", lang),
                figure(change.share("identified"), "share", lang, digits=0),
                chance,
                _because(judgement, result, lang),
            )
        )
        numbers.append(
            {
                "policy": change.policy,
                "verdict": str(judgement.verdict),
                "because": str(judgement.because),
                "identified_share": change.share("identified"),
                "surely": change.values[0].surely if change.values else math.nan,
            }
        )
    heads = [
        word(f"verdicts.{name}", lang) for name in ("policy", "verdict", "identified", "chance", "because")
    ]
    return Table(word("verdicts.table", lang), heads, rows, pd.DataFrame(numbers), words=frozenset({1, 4}))


def _because(judgement: Judgement, result: Recommendation, lang: Lang) -> str:
    """The reason in words, with what is short where a policy was not ranked."""
    said = word(f"because.{judgement.because}", lang)
    short = result.comparison.excluded.get(judgement.change.policy)
    mark = "：" if lang == "zh" else ": "
    return said if short is None else f"{said}{mark}{short.text(lang)}"


def values_by_definition(result: Comparison, titles: dict, *, lang: Lang, currency: str) -> Table:
    """Net value per year of each alternative under each definition of retention."""
    rows, numbers = [], []
    for change in result.changes:
        for value in change.values:
            rows.append(
                (
                    change.title.text(lang),
                    titles[value.definition].text(lang),
                    value.net.text(lang, currency=currency, signed=True),
                    money(value.net_near.value, currency, lang, signed=True),
                    figure(value.surely, "share", lang),
                )
            )
            numbers.append(
                {
                    "policy": change.policy,
                    "definition": value.definition,
                    "net": value.net.value,
                    "net_near": value.net_near.value,
                    "surely": value.surely,
                }
            )
    names = ("policy", "definition", "net", "net_near", "chance")
    heads = [word(f"values.{name}", lang) for name in names]
    return Table(
        word("values.table", lang),
        heads,
        rows,
        pd.DataFrame(numbers, columns=["policy", "definition", "net", "net_near", "surely"]),
        word("values.note", lang),
        words=frozenset({1}),
    )
