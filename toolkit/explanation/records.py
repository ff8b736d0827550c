"""The rows behind one customer's figures, and what the company has on record: appeals and earlier grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from toolkit.explanation.explanation import Line
from toolkit.history.canonical import TABLES
from toolkit.measures.attributes import ATTRIBUTES
from toolkit.measures.dated import DATES, within
from toolkit.measures.registry import MEASURES
from toolkit.panel import Panel
from toolkit.params.schemes import AttributeNeed, EventNeed, JudgedNeed, ListNeed, MeasureNeed, Need
from toolkit.schemes.wording import say
from toolkit.terms import Label
from toolkit.window import Quarter

TRANSACTIONS = "transactions"
MOST = 12


def rows_behind(
    panel: Panel, customer: str, needs: Sequence[Need], span: tuple[Quarter, int]
) -> tuple[Line, ...]:
    """Rows of the customer in every table that ``needs`` look at: in the window, and known by its end.

    ``span`` is the review and the length of its window in quarters.
    """
    review, window = span
    found = []
    for table in dict.fromkeys([TRANSACTIONS, *(t for need in needs for t in tables_of(need))]):
        if table == TRANSACTIONS:
            row, end = panel.customers.get_loc(customer), panel.cube.position(review) + 1
            lines = panel.cube.cells["lines"][row, :end]
            inside, known = int(lines[max(end - window, 0) :].sum()), int(lines.sum())
            label = Label("购买明细行", "purchase lines")
        elif table in panel.tables and table in DATES:
            month = panel.cube.fiscal_start_month
            mine = panel.tables[table][panel.tables[table]["customer_id"] == customer]
            close = review.end(month)
            dated = DATES[table][0] in mine.columns
            known = len(within(table, mine, (date.min, close))) if dated else len(mine)
            start = (review + 1 - window).start(month)
            inside = len(within(table, mine, (start, close))) if dated else len(mine)
            label = TABLES[table].label
        else:
            continue
        counts = say(
            "观察期内 {i} 行，截至复评共 {k} 行",
            "{i} in the window, {k} known by the review",
            i=f"{inside:,}",
            k=f"{known:,}",
        )
        found.append(Line(label, counts))
    return tuple(found)


def tables_of(need: Need) -> tuple[str, ...]:
    """Tables that a column of what is known comes from, the transactions always first for a measure."""
    if isinstance(need, MeasureNeed):
        more = {text.split(".")[0] for text in MEASURES[need.measure].needs} - {TRANSACTIONS}
        return tuple(sorted(more))
    if isinstance(need, AttributeNeed):
        registered = ATTRIBUTES.get(need.attribute)
        more = {text.split(".")[0] for text in registered.needs} if registered else {"customers"}
        return tuple(sorted(more - {TRANSACTIONS}))
    if isinstance(need, EventNeed | JudgedNeed):
        return (need.table,)
    return ("lists",) if isinstance(need, ListNeed) else ()


def appeals_of(panel: Panel, customer: str, last: Quarter) -> tuple[Line, ...]:
    """The customer's appeals that were known at the end of ``last``, as they stood then."""
    return tuple(_appeal(row) for row in _rows(panel, "appeals", customer, last))


def _appeal(row: Mapping[str, object]) -> Line:
    """One appeal; what was decided later than its rows tell is not told."""
    filed = say("{day} 提出申诉", "appeal filed on {day}", day=_day(row.get("filed_on")))
    if pd.isna(row.get("decided_on")):
        return Line(filed, Label("未决", "not decided"))
    note = say(
        "{day} 决定，等级：{grade}",
        "decided on {day}, grade: {grade}",
        day=_day(row["decided_on"]),
        grade=_text(row.get("grade"), Label("无", "none")),
    )
    return Line(filed, _text(row.get("decision"), Label("无结论", "no decision")), note)


def recorded_of(panel: Panel, customer: str, last: Quarter) -> tuple[Line, ...]:
    """The grades that the company has on record for the customer, the latest dozen up to the end of ``last``."""
    found = [
        Line(
            say("自 {day}", "from {day}", day=_day(row.get("from_on"))),
            _text(row.get("grade"), Label("无", "none")),
            _text(row.get("decided_by"), Label("", "")),
        )
        for row in _rows(panel, "grades", customer, last)
    ]
    return tuple(found[-MOST:])


def _rows(panel: Panel, table: str, customer: str, last: Quarter) -> list[dict]:
    rows = panel.tables.get(table)
    day = DATES[table][0]
    if rows is None or day not in rows.columns:
        return []
    mine = rows[rows["customer_id"] == customer]
    known = within(table, mine, (date.min, last.end(panel.cube.fiscal_start_month)))
    return known.sort_values(day, kind="stable").to_dict("records")


def _day(value: object) -> str:
    return "—" if value is None or pd.isna(value) else str(pd.Timestamp(value).date())


def _text(value: object, missing: Label) -> Label:
    return missing if value is None or pd.isna(value) else Label(str(value), str(value))
