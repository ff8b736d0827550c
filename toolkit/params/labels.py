"""A parameter in the analyst's words: what its key is called, its unit, its value as printed.

The words are those of the models, which also make ``params/README.md``; names that the analyst chose stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from toolkit.params.fields import Step, field_at, rules_of
from toolkit.terms import CURRENCY_SIGNS, UNITS, Label, Lang

NAMES = ("id", "name", "measure", "attribute")
JOINT = " › "
LONGEST = 80
FIRST_CLAUSE = re.compile(r"[，。；：（,;:(]")
MONEY = re.compile(r"(^|_)(cost|price|budget)(_|$)")
COUNTED = {"quarters": "quarters", "hours": "hours", "days": "days"}
NONE = Label("没有", "none")
CURRENCY = Label("（研究的货币）", "(currency of the study)")


def label_of(model: type[BaseModel], data: Any, key: Sequence[Step]) -> Label:
    """What the dotted ``key`` of ``data`` is called, from the outside in.

    Parameters
    ----------
    model : type of BaseModel
        Of the whole of ``data``.
    data : Any
        Plain dicts, lists and scalars, as read from a file or resolved.
    key : sequence of str and int

    Examples
    --------
    >>> from toolkit.params.policy import PolicyParams
    >>> data = {"scheme": {"kind": "thresholds", "floors": {"VIP": 100_000}}}
    >>> print(label_of(PolicyParams, data, ("scheme", "floors", "VIP")).en)
    the rule that gives grades › floor of each grade › VIP
    """
    parts = [_part(model, data, key[: place + 1]) for place in range(len(key))]
    return Label(JOINT.join(part.zh for part in parts), JOINT.join(part.en for part in parts))


def unit_of(
    model: type[BaseModel], data: Any, key: Sequence[Step], measures: Mapping[str, str] | None = None
) -> str:
    """The unit of a number, a key of :data:`toolkit.terms.UNITS`; empty where the model does not tell.

    ``measures`` gives the unit of every measure: floors are in the unit of what they are floors of.
    """
    field = next(
        (found for end in range(len(key), 0, -1) if (found := field_at(model, data, key[:end]))), None
    )
    if field is not None and any(
        1 in (getattr(rule, "le", None), getattr(rule, "lt", None)) for rule in rules_of(field)
    ):
        return "share"
    words = [str(step) for step in key]
    if any(MONEY.search(word) for word in words):
        return "money"
    if "floors" in words:
        scheme = _inside(data, key[: words.index("floors")])
        measure = scheme.get("measure") if isinstance(scheme, dict) else None
        return (measures or {}).get(measure, "")
    last = words[-1].rpartition("_")[2]
    return COUNTED.get(last, "")


def printed(value: Any, unit: str, lang: Lang, currency: str = "") -> str:
    """A value as a person writes it, exact, with its unit.

    >>> printed(100_000, "money", "en", "CNY"), printed(0.125, "share", "zh"), printed(4, "quarters", "zh")
    ('¥100,000', '12.5%', '4 个季度')
    >>> printed(None, "", "en"), printed(["zh", "en"], "", "en"), printed(True, "", "zh")
    ('none', 'zh, en', '是')
    >>> printed(8, "money", "en")
    '8 (currency of the study)'
    """
    if value is None or value == [] or value == {}:
        return NONE.text(lang)
    if isinstance(value, bool):
        return Label("是" if value else "否", "yes" if value else "no").text(lang)
    if isinstance(value, int | float):
        return _number(value, unit, lang, currency)
    if isinstance(value, list):
        return _short(
            ("、" if lang == "zh" else ", ").join(printed(item, unit, lang, currency) for item in value)
        )
    if isinstance(value, dict):
        return _short(_titled(value, lang))
    return _short(str(value))


def _part(model: type[BaseModel], data: Any, key: Sequence[Step]) -> Label:
    field = field_at(model, data, key)
    if field is not None and field.description:
        chinese = (field.json_schema_extra or {}).get("zh", "")
        return Label(_clause(chinese), _clause(field.description))
    if isinstance(key[-1], int):
        name = name_of(_inside(data, key))
        return Label(name, name) if name else Label(f"第 {key[-1] + 1} 项", f"item {key[-1] + 1}")
    return Label(str(key[-1]), str(key[-1]))


def name_of(item: Any) -> str:
    """What an item of a list is called; empty where it has no name."""
    given = item if isinstance(item, Mapping) else {}
    return next((str(given[name]) for name in NAMES if isinstance(given.get(name), str)), "")


def _clause(text: str) -> str:
    return FIRST_CLAUSE.split(text, maxsplit=1)[0].strip()


def _number(value: float, unit: str, lang: Lang, currency: str) -> str:
    if unit == "share":
        return f"{round(value * 100, 10):,.10g}%"
    text = f"{value:,}" if isinstance(value, int) or not value.is_integer() else f"{int(value):,}"
    if unit == "money":
        return (
            f"{CURRENCY_SIGNS.get(currency, f'{currency} ')}{text}"
            if currency
            else f"{text} {CURRENCY.text(lang)}"
        )
    word = UNITS[unit].label.text(lang) if unit else ""
    return f"{text} {word}".rstrip()


def _titled(value: Mapping[str, Any], lang: Lang) -> str:
    title = value.get("title") or value.get("promise") or value
    if isinstance(title, Mapping) and isinstance(title.get(lang), str):
        return title[lang]
    joint = "、" if lang == "zh" else ", "
    return name_of(value) or joint.join(f"{name}: {printed(part, '', lang)}" for name, part in value.items())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _inside(data: Any, key: Sequence[Step]) -> Any:
    for step in key:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
