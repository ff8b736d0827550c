"""Tables of the comparison and of the verdicts."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.comparison.change import Change
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.standing import Standing
from toolkit.recommendation.verdict import Judgement, Recommendation, Verdict
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, money, number


def comparison(result: Comparison, *, lang: Lang, currency: str) -> Table:
    """What each alternative would change, per year; one column for each alternative.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.comparison(study.comparison, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    change per year | Floor lowered to 80,000 | ABC grading | Weighted score
    >>> print(*table.rows[0], sep=" | ")
    customers raised / lowered | 41 / 0 | 0 / 43 | 23 / 35
    """
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
    thousand = change.net_per_thousand
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
    per = word("effect.no_number", lang) if thousand is None else money(thousand, currency, lang, signed=True)
    return column | {word("comparison.per_thousand", lang): per, word("comparison.break_even", lang): needed}


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
        "net_per_thousand": math.nan if change.net_per_thousand is None else change.net_per_thousand,
        "surely": value.surely if value else math.nan,
        "break_even": math.nan if change.break_even is None else change.break_even,
    }


def verdicts(result: Recommendation, standing: Standing, *, lang: Lang, currency: str) -> Table:
    """The rule applied to each alternative; the chance is the lowest of all readings, comparisons allowed for.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.verdicts(study.recommendation, study.weighing.standing, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | verdict | margin on identified evidence | probability of a positive net value | reason
    >>> print(*table.rows[0], sep=" | ")
    Floor lowered to 80,000 | Not ranked | 100% | — | it needs more than exists: managers: 4 heads
    needed, 3 at hand, 1 short
    """
    rows, numbers = [], []
    lowest = standing.lowest["adjusted"]
    for judgement in result.judgements:
        change = judgement.change
        surely = lowest[change.policy]
        chance = "—" if math.isnan(surely) else figure(surely, "share", lang)
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
                "surely": surely,
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
    if judgement.verdict is Verdict.UNREADY and short is not None:
        return short.text(lang)
    mark = "：" if lang == "zh" else ": "
    return said if short is None else f"{said}{mark}{short.text(lang)}"


def values_by_definition(result: Comparison, titles: dict, *, lang: Lang, currency: str) -> Table:
    """Net value per year of each alternative under each definition of retention, by each line of extrapolation.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.values_by_definition(study.comparison, study.definition_titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | definition | the same everywhere as at the bar | the same ratio of the risk of lapsing |
    none away from the bar | extreme margins capped (first line) | probability of a positive net value
    >>> print(*table.rows[0], sep=" | ")
    Floor lowered to 80,000 | still buying a year later | −¥312,288 | −¥312,288 | −¥312,288 | −¥312,288
    | 1.5%
    """
    rows, numbers = [], []
    for change in result.changes:
        for value in change.values:
            by_line = {line: value.lines[line].value for line in LINES}
            amounts = [*by_line.values(), value.winsorised]
            rows.append(
                (
                    change.title.text(lang),
                    titles[value.definition].text(lang),
                    *(money(amount, currency, lang, signed=True) for amount in amounts),
                    figure(value.surely, "share", lang),
                )
            )
            named = {"policy": change.policy, "definition": value.definition, **by_line}
            numbers.append(named | {"winsorised": value.winsorised, "surely": value.surely})
    heads = [
        *(word(f"values.{name}", lang) for name in ("policy", "definition")),
        *(word(f"line.{line}", lang) for line in LINES),
        *(word(f"values.{name}", lang) for name in ("winsorised", "chance")),
    ]
    columns = ["policy", "definition", *LINES, "winsorised", "surely"]
    frame = pd.DataFrame(numbers, columns=columns)
    note = word("values.note", lang)
    return Table(word("values.table", lang), heads, rows, frame, note, words=frozenset({1}))
