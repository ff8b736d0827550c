"""Tables of the pilots that a report proposes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.params.pilot import TITLES
from toolkit.pilots.design import Design
from toolkit.pilots.proposal import PilotProposal
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, money, number

NONE = "—"


def pilot_designs(result: Sequence[PilotProposal], policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Every design that was looked at for one alternative, the proposed one marked.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.pilot_designs(study.pilots, study.policies[3], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    design | who draw | weeks | standard error | would find | covers | cost to serve | can it decide
    >>> print(*table.rows[0], sep=" | ")
    proposed: draw lots among those who would move | 58 | 65 | 11.1 pp | 31.0 pp | 100% | −¥48,184 | may
    leave it open
    """
    asked = next(one for one in result if one.question.policy == policy.id)
    rows = []
    for one in asked.options:
        name = design_name(one, lang)
        if one is asked.chosen.design:
            name = word("pilots.proposed", lang).format(design=name)
        rows.append((name, *_figures(one, lang, currency), _standing(one, asked, lang)))
    heads = ("design", "customers", "weeks", "error", "detectable", "covers", "cost", "can")
    numbers = pd.DataFrame([_numbers(one) for one in asked.options])
    caption = word("pilots.table", lang).format(policy=policy.title.text(lang))
    last = frozenset({len(heads) - 1})
    return Table(
        caption, [word(f"pilots.{h}", lang) for h in heads], rows, numbers, word("pilots.note", lang), last
    )


def design_name(one: Design, lang: Lang) -> str:
    """What a design is called, with its band or the attribute it draws whole."""
    zh, en = TITLES[one.kind]
    name = zh if lang == "zh" else en
    if one.band is not None:
        low, high = (figure(end - 1, "share", lang, digits=0, signed=True) for end in one.band)
        return word("pilots.with_band", lang).format(design=name, low=low, high=high)
    return f"{name} ({one.cluster})" if one.cluster else name


def _figures(one: Design, lang: Lang, currency: str) -> tuple[str, ...]:
    if one.refused is not None:
        return (number(one.customers), *[NONE] * 5)
    return (
        number(one.customers),
        number(one.weeks),
        figure(one.expected_error, "points_share", lang),
        figure(one.detectable, "points_share", lang),
        figure(one.covers, "share", lang, digits=0),
        money(one.cost, currency, lang, signed=True),
    )


def _standing(one: Design, result: PilotProposal, lang: Lang) -> str:
    if one.refused is not None:
        return one.refused.text(lang)
    decides = one.detectable <= result.question.distance
    return word("pilots.decides" if decides else "pilots.leaves_open", lang)


def _numbers(one: Design) -> dict[str, object]:
    low, high = one.band or (None, None)
    return {
        "design": one.kind,
        "band_low": low,
        "band_high": high,
        "cluster": one.cluster,
        "customers": one.customers,
        "weeks": one.weeks,
        "expected_error": one.expected_error,
        "detectable": one.detectable,
        "covers": one.covers,
        "cost": one.cost,
        "at_risk": one.at_risk,
        "design_effect": one.design_effect,
        "refused": one.refused.en if one.refused else None,
    }
