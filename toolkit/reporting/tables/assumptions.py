"""Tables of the assumptions log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from toolkit.params.assumption_log import Assumption
from toolkit.params.origins import DEFAULT
from toolkit.reporting.findings.assumptions import Logged
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import CURRENCY_SIGNS, Lang, figure, money, number

NONE = "—"
EXACT_BELOW = 1000
COLUMNS = ["key", "policy", "within", "what_zh", "what_en", "value", "low", "high", "unit", "per", "source", "author",
           "on", "origin", "input", "rank", "flips"]  # fmt: skip


def policies_on_file(study: Study, *, lang: Lang, currency: str) -> Table:
    """What every policy records of itself: from when, by which source, why.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.policies_on_file(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | status | effective | source | reason
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | current | 2022-10-01 | 示例 | 四个季度消费满 100,000 元的客户享受专属服务。
    """
    policies = study.files.policies
    rows = [
        (
            one.title.text(lang),
            word(f"assume.status.{one.status}", lang),
            one.effective.isoformat(),
            one.source,
            one.why,
        )
        for one in policies
    ]
    numbers = pd.DataFrame(
        [(one.id, one.status, one.effective.isoformat(), one.source, one.why) for one in policies],
        columns=["policy", "status", "effective", "source", "why"],
    )
    heads = [word(f"assume.{name}", lang) for name in ("policy", "status", "effective", "source", "why")]
    return Table(word("assume.policies_table", lang), heads, rows, numbers, words=frozenset({1, 2, 3, 4}))


def assumptions_of_study(logged: Sequence[Logged], *, lang: Lang, currency: str) -> Table:
    """Assumptions of the study, of its rule and of its reactions: one row each.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> logged = toolkit.findings.assumptions_logged(study)
    >>> table = toolkit.tables.assumptions_of_study(logged, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    assumption | value | range | source and place | rank among what the net value hangs on
    >>> print(*table.rows[0], sep=" | ")
    look-back of graded customers | one quarter | — | no source recorded · study.yaml:6 | —
    """
    mine = [one for one in logged if one.assumption.policy is None]
    rows = [
        (
            _what(one.assumption, lang),
            _value(one.assumption, one.assumption.value, lang, currency),
            _range(one.assumption, lang, currency),
            f"{_source(one, lang)} · {_origin(one.origin, lang)}",
            _hangs(one, lang),
        )
        for one in mine
    ]
    names = ("what", "value", "range", "recorded", "hangs")
    return _table("assume.study_table", "assume.note", names, rows, logged, lang)


def assumptions_of_policies(logged: Sequence[Logged], *, lang: Lang, currency: str) -> Table:
    """Assumptions of the policies; equal ones of several grades or policies stand in one row.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> logged = toolkit.findings.assumptions_logged(study)
    >>> table = toolkit.tables.assumptions_of_policies(logged, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    assumption | grades | value | range | rank among what the net value hangs on
    >>> print(*table.rows[0], sep=" | ")
    cost of a manager per quarter | all | ¥58,000 | ¥50,000 – ¥66,000 | —
    """
    together: dict[tuple[object, ...], list[Logged]] = {}
    for one in logged:
        if one.assumption.policy is not None:
            together.setdefault(_equal(one), []).append(one)
    rows = [
        (
            _what(several[0].assumption, lang, skip=1),
            _joined(_for_whom(one.assumption, lang) for one in several),
            _value(several[0].assumption, several[0].assumption.value, lang, currency),
            _range(several[0].assumption, lang, currency),
            _hangs(several[0], lang),
        )
        for several in together.values()
    ]
    names = ("what", "grades", "value", "range", "hangs")
    return _table("assume.units_table", "assume.policies_note", names, rows, logged, lang)


def numbers_of(logged: Iterable[Logged]) -> pd.DataFrame:
    """Every assumption, one row each."""
    rows = []
    for one in logged:
        a = one.assumption
        within = " / ".join(label.en for label in a.within)
        rows.append(
            (a.key, a.policy.en if a.policy else None, within, a.kind.label.zh, a.kind.label.en, a.value, a.low, a.high,
             a.unit or a.kind.unit, a.per, a.source, a.author, a.on.isoformat() if a.on else None, one.origin,
             a.moves, one.rank, one.flips)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS).astype({"low": float, "high": float, "rank": "Int64"})


def _table(
    caption: str,
    note: str,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    logged: Sequence[Logged],
    lang: Lang,
) -> Table:
    """The log as a table; where nothing is ranked the last column is left out."""
    width = len(names) if any(one.rank for one in logged) else len(names) - 1
    heads = [word(f"assume.{name}", lang) for name in names[:width]]
    cut = [row[:width] for row in rows]
    words = frozenset(range(1, width))
    return Table(word(caption, lang), heads, cut, numbers_of(logged), word(note, lang), words)


def _equal(one: Logged) -> tuple[object, ...]:
    a = one.assumption
    return (a.within[1:], a.kind, a.value, a.low, a.high, a.unit, a.per, one.rank)


def _what(assumption: Assumption, lang: Lang, skip: int = 0) -> str:
    named = [label.text(lang) for label in (*assumption.within[skip:], assumption.kind.label)]
    return ("：" if lang == "zh" else ": ").join(named)


def _for_whom(assumption: Assumption, lang: Lang) -> str:
    if assumption.within:
        return assumption.within[0].text(lang)
    return word("assume.every_grade", lang)


def _value(assumption: Assumption, value: float, lang: Lang, currency: str) -> str:
    unit = assumption.kind.unit
    if assumption.unit == "share" or unit == "share":
        return figure(value, "share", lang, digits=_decimals(value * 100))
    if unit in ("each", "money"):
        said = _amount(value, currency, lang)
        return f"{said} / {word(f'assume.per.{assumption.unit}', lang)}" if assumption.unit else said
    if unit in ("index", "count"):
        said = number(value, _decimals(value))
        return f"{said} / {word(f'assume.per.{assumption.per}', lang)}" if assumption.per else said
    if unit == "quarters" and value == 1:
        return word("assume.one_quarter", lang)
    scaled = value * 100 if unit == "points_share" else value
    return figure(value, unit, lang, digits=_decimals(scaled))


def _range(assumption: Assumption, lang: Lang, currency: str) -> str:
    if assumption.low is None or assumption.high is None:
        return NONE
    return " – ".join(_value(assumption, end, lang, currency) for end in (assumption.low, assumption.high))


def _amount(value: float, currency: str, lang: Lang) -> str:
    """Money with all its digits where it is small: a unit price of 0.35 is not 0."""
    if value >= EXACT_BELOW or value == round(value):
        return money(value, currency, lang)
    return f"{CURRENCY_SIGNS.get(currency, f'{currency} ')}{number(value, _decimals(value))}"


def _decimals(value: float) -> int:
    return next((digits for digits in range(5) if abs(value - round(value, digits)) < 1e-9), 4)


def _source(one: Logged, lang: Lang) -> str:
    a = one.assumption
    if not one.sourced:
        return word("assume.no_source", lang)
    by = [part for part in (a.author, a.on.isoformat() if a.on else None) if part]
    left, right, comma = ("（", "）", "，") if lang == "zh" else (" (", ")", ", ")
    return f"{a.source}{left}{comma.join(by)}{right}" if by else str(a.source)


def _origin(origin: str, lang: Lang) -> str:
    """File and line without the folder, which the data table has."""
    return word("assume.default", lang) if origin == DEFAULT else origin.rpartition("/")[2]


def _hangs(one: Logged, lang: Lang) -> str:
    if one.rank is None:
        return NONE
    said = word("assume.rank", lang).format(rank=one.rank, input=word(f"input.{one.assumption.moves}", lang))
    return said + (word("assume.flips", lang) if one.flips else "")


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(parts))
