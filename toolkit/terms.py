"""Words, units and number formats in Chinese and English."""

from __future__ import annotations

import locale
import math
import os
import re
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

LANG = "GRADELAB_LANG"
NOT_AVAILABLE = {"zh": "无", "en": "n/a"}
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Label:
    """One name in both languages.

    Examples
    --------
    >>> import toolkit
    >>> toolkit.Label("等级", "grade").text("en")
    'grade'
    """

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The name in ``lang``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Unit:
    """How a quantity is printed.

    Attributes
    ----------
    id : str
        Name used in parameter files, facts and tables.
    label : Label
        The unit in words; empty where the figure carries its own sign.
    digits : int
        Decimals printed by default.
    """

    id: str
    label: Label
    digits: int = 0


UNITS: dict[str, Unit] = {
    unit.id: unit
    for unit in (
        Unit("money", Label("", "")),
        Unit("share", Label("", ""), 1),
        Unit("points_share", Label("个百分点", "pp"), 1),
        Unit("customers", Label("位客户", "customers")),
        Unit("orders", Label("单", "orders"), 1),
        Unit("days", Label("天", "days")),
        Unit("months", Label("个月", "months"), 1),
        Unit("quarters", Label("个季度", "quarters"), 1),
        Unit("categories", Label("个品类", "categories"), 1),
        Unit("points", Label("分", "points"), 1),
        Unit("index", Label("", ""), 2),
        Unit("rows", Label("行", "rows")),
        Unit("count", Label("", "")),
        Unit("per_quarter", Label("", ""), 3),
        Unit("hours", Label("小时", "hours"), 1),
        Unit("minutes", Label("分钟", "minutes"), 1),
        Unit("kva", Label("千伏安", "kVA")),
        Unit("text", Label("", "")),
        Unit("prose", Label("", "")),
    )
}

CURRENCY_SIGNS = {"CNY": "¥", "GBP": "£", "USD": "$", "EUR": "€", "JPY": "JP¥", "HKD": "HK$"}


def language() -> Lang:
    """Language of the reader: as asked for (``GRADELAB_LANG``), else as the environment says, else by locale.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, GRADELAB_LANG="zh"):
    ...     language()
    'zh'
    """
    named = (os.environ.get(key) for key in (LANG, "LC_ALL", "LC_MESSAGES", "LANG"))
    told = next(filter(None, named), "") or locale.getlocale()[0] or ""
    return "zh" if told.lower().startswith(("zh", "chinese")) else "en"


HAN = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])(\*\*)?\s+(\*\*)?(?=[{HAN}])")


def without_gaps(text: str) -> str:
    """Chinese text without the blanks that line breaks and fillings leave between its characters.

    >>> without_gaps("共 12 位客户 参与， 其中")
    '共 12 位客户参与，其中'
    """
    return BETWEEN_HAN.sub(lambda match: (match[1] or "") + (match[2] or ""), text)


def number(value: float, digits: int = 0, *, signed: bool = False) -> str:
    """A plain figure with thousands separators and a real minus sign.

    >>> number(-1234.5, 1), number(12, 0, signed=True)
    ('−1,234.5', '+12')
    """
    if value is None or math.isnan(value):
        return NOT_AVAILABLE["en"]
    rounded = round(float(value), digits)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def money(value: float, currency: str, lang: Lang, *, signed: bool = False) -> str:
    """An amount; Chinese counts large amounts in 万 and 亿, English in thousands separators or millions.

    >>> money(123456, "CNY", "zh"), money(-2500000, "GBP", "en")
    ('¥12.3 万', '−£2.50 million')
    >>> money(-0.16, "CNY", "en")
    '¥0'
    """
    if value is None or math.isnan(value):
        return NOT_AVAILABLE[lang]
    shown = round(float(value))
    sign = MINUS if shown < 0 else "+" if signed and shown > 0 else ""
    symbol = CURRENCY_SIGNS.get(currency, f"{currency} ")
    size = abs(float(value))
    if lang == "zh":
        if size >= 1e8:
            return f"{sign}{symbol}{size / 1e8:,.2f} 亿"
        if size >= 1e5:
            return f"{sign}{symbol}{size / 1e4:,.1f} 万"
    elif size >= 1e9:
        return f"{sign}{symbol}{size / 1e9:,.2f} billion"
    elif size >= 1e6:
        return f"{sign}{symbol}{size / 1e6:,.2f} million"
    return f"{sign}{symbol}{size:,.0f}"


def figure(
    value: float | str,
    unit: str,
    lang: Lang,
    *,
    currency: str = "CNY",
    digits: int | None = None,
    signed: bool = False,
) -> str:
    """``value`` printed in ``unit`` for a reader of ``lang``.

    Shares are 0..1 in data and per cent in print; differences of shares (unit
    ``points_share``) are printed in percentage points.

    >>> figure(0.5873, "share", "en"), figure(-0.012, "points_share", "zh")
    ('58.7%', '−1.2 个百分点')
    >>> figure(4338, "customers", "zh"), figure(None, "share", "en")
    ('4,338 位客户', 'n/a')
    """
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return NOT_AVAILABLE[lang]
    spec = UNITS[unit]
    places = spec.digits if digits is None else digits
    if unit == "money":
        return money(value, currency, lang, signed=signed)
    if unit == "share":
        return number(value * 100, places, signed=signed) + "%"
    scaled = value * 100 if unit == "points_share" else value
    word = spec.label.text(lang)
    return number(scaled, places, signed=signed) + (f" {word}" if word else "")
