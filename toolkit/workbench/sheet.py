"""Answers as HTML: what is now, what production has, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from toolkit.errors import GradelabError
from toolkit.params.problems import FileProblems
from toolkit.terms import Label, Lang, figure, number
from toolkit.whatif.answer import Answer, Switched
from toolkit.workbench.picture import grades_picture
from toolkit.workbench.words import word

NOTHING = "–"
STYLE = """<style>
.gl-whatif{font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--jp-ui-font-color1,#1d2733);max-width:48em}
.gl-whatif table{border-collapse:collapse;width:100%;margin:0 0 .9em}
.gl-whatif caption{text-align:left;font-weight:600;padding:.3em 0}
.gl-whatif th,.gl-whatif td{padding:.2em .6em;border-bottom:1px solid var(--jp-border-color2,#dfe4ea);text-align:right;font-weight:400;font-variant-numeric:tabular-nums;background:none}
.gl-whatif td,.gl-whatif thead th{white-space:nowrap}
.gl-whatif thead th{color:var(--jp-ui-font-color2,#56616d);border-bottom-width:2px}
.gl-whatif th:first-child{text-align:left;padding-left:0}
.gl-whatif small{color:var(--jp-ui-font-color2,#56616d)}
.gl-whatif .moved{font-weight:600}
.gl-whatif .bad{color:#b5541c;font-weight:600}
.gl-band{font:600 13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);background:#fff4e5;color:#6b3a10;border-left:5px solid #b5541c;padding:.45em .8em;margin:0 0 .5em}
.gl-refused{font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);background:#fdecea;color:#7a1f15;border-left:5px solid #b3261e;padding:.5em .8em;max-width:46em}
</style>"""

Row = tuple[str, str, str, str]


def band(lang: Lang) -> str:
    """The line that says what this is not."""
    return f'{STYLE}<div class="gl-band" role="note">{escape(word("band", lang))}</div>'


def refused(error: GradelabError, lang: Lang) -> str:
    """A sentence in place of answers."""
    if isinstance(error, FileProblems):
        told = [f"{one.key}：{one.zh}" if lang == "zh" else f"{one.key}: {one.en}" for one in error.problems]
        lines = [word("refused", lang), *dict.fromkeys(told)]
    else:
        lines = [error.text(lang)]
    return f'<div class="gl-refused" role="alert">{"<br>".join(map(escape, lines))}</div>'


def sheet(now: Answer, before: Answer, titles: dict[str, Label], lang: Lang, currency: str) -> str:
    """All of one answer beside production.

    Parameters
    ----------
    now, before : Answer
    titles : mapping of definition of retention to its title; the first is the headline
    """
    heads = [word(name, lang) for name in ("now", "production", "difference")]
    grades = [(g, *_numbers(now.customers[g], before.customers[g])) for g in now.customers.index]
    caption = word("grades", lang, quarter=now.quarter)
    parts = [
        grades_picture(now.customers, before.customers, word("chart", lang)),
        _table(caption, [word("grade", lang), *heads], grades),
        _table(word("totals", lang), [word("item", lang), *heads], _totals(now, before, lang, currency)),
    ]
    retained = [
        row
        for name in titles
        for row in _retained(now.retention, before.retention, (name, titles[name]), lang)
    ]
    parts.append(_table(word("retention", lang), [word("definition", lang), *heads], retained))
    return f'<div class="gl-whatif">{"".join(parts)}</div>'


def plain(now: Answer, before: Answer, lang: Lang, currency: str) -> str:
    """The main figures as lines of text, for where no HTML is shown."""
    lines = [word("band", lang), word("grades", lang, quarter=now.quarter)]
    lines += [
        f"  {grade}: {number(count)} ({_numbers(count, before.customers[grade])[2]})"
        for grade, count in now.customers.items()
    ]
    lines += [
        f"  {name}: {value} ({change})" for name, value, _, change in _totals(now, before, lang, currency)
    ]
    return "\n".join(lines)


def _totals(now: Answer, before: Answer, lang: Lang, currency: str) -> list[Row]:
    def money(value: float, signed: bool = False) -> str:
        return figure(value, "money", lang, currency=currency, signed=signed)

    rows: list[Row] = []
    for name, get in (("cost", lambda a: a.per_year), ("extra", lambda a: a.extra)):
        if name == "extra" and now.from_baseline is None:
            continue
        mine, theirs = get(now), get(before)
        if mine is None or theirs is None:
            said = [word("not_filled", lang) if one is None else money(one) for one in (mine, theirs)]
            rows.append((word(name, lang), *said, NOTHING))
            continue
        change = _or_nothing(money(mine - theirs, True), mine == theirs)
        rows.append((word(name, lang), money(mine), money(theirs), change))
    rows.append((word("heads", lang), *_numbers(now.heads, before.heads)))
    if now.budget and before.budget:
        said = [word("held" if one.held else "broken", lang) for one in (now.budget, before.budget)]
        rows.append((f"{word('budget', lang)} {money(now.budget.allowed)}", *said, NOTHING))
    rows += [_cap(use, was, lang) for use, was in zip(now.uses, before.uses, strict=True)]
    if now.from_baseline and before.from_baseline:
        counts = _numbers(now.from_baseline.total, before.from_baseline.total)
        rows.append((word("from_baseline", lang) + _moves(now.from_baseline, lang), *counts))
    own = now.from_production
    rows.append((word("from_production", lang) + _moves(own, lang), number(own.total), NOTHING, NOTHING))
    if own.regraded is not None:
        rows.append((word("regraded", lang), number(own.regraded), NOTHING, NOTHING))
    return rows


def _cap(use: object, was: object, lang: Lang) -> Row:
    name = word("cap", lang, title=use.resource.title.text(lang), most=f"{use.resource.most:,g}")
    said = [_enough(one, lang) for one in (use, was)]
    return (name, *said, NOTHING if use.need == was.need else number(use.need - was.need, signed=True))


def _enough(use: object, lang: Lang) -> str:
    if use.need is None:
        return NOTHING
    state = word("short", lang, lack=f"{-use.slack:,g}") if use.short else word("enough", lang)
    return f"{use.need:,g} ({state})" if lang == "en" else f"{use.need:,g}（{state}）"


def _moves(switched: Switched, lang: Lang) -> str:
    counts = {name: number(getattr(switched, name)) for name in ("up", "down", "other")}
    return word("moves", lang, **counts) if switched.total else ""


def _retained(now: pd.DataFrame, before: pd.DataFrame, asked: tuple[str, Label], lang: Lang) -> list[Row]:
    (definition, title), rows = asked, []
    for (_, one), (_, was) in zip(
        *(frame[frame["definition"] == definition].iterrows() for frame in (now, before)), strict=True
    ):
        change = one["retained"] - was["retained"]
        same = not np.isfinite(change) or change == 0
        rows.append(
            (
                word("retained", lang, title=title.text(lang), grade=one["grade"]),
                _share(one, lang),
                figure(was["retained"], "share", lang),
                _or_nothing(figure(change, "points_share", lang, digits=2, signed=True), same),
            )
        )
    return rows


def _share(row: pd.Series, lang: Lang) -> str:
    if not np.isfinite(row["retained"]):
        return NOTHING
    value, low, high = (figure(row[name], "share", lang) for name in ("retained", "low", "high"))
    return f"{value} [{low}, {high}]"


def _numbers(now: float, before: float) -> tuple[str, str, str]:
    return number(now), number(before), _or_nothing(number(now - before, signed=True), now == before)


def _or_nothing(text: str, nothing: bool) -> str:
    return NOTHING if nothing else text


def _table(caption: str, heads: Sequence[str], rows: Sequence[Row]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f'<td class="{"moved" if row[3] != NOTHING and i in (0, 2) else ""}">{escape(cell)}</td>'
            for i, cell in enumerate(row[1:])
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
