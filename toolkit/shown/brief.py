"""One value in a few characters, whatever it is; an array is never spelled out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import Enum
from numbers import Integral, Real
from pathlib import PurePath

from toolkit.terms import MINUS, UNITS, Label, Lang, figure, number

NOTHING = "–"
YES = {"zh": ("否", "是"), "en": ("no", "yes")}
FEW = 6
SHORT = 24


def brief(value: object, unit: str, lang: Lang) -> str:
    """``value`` for a reader of ``lang``.

    Parameters
    ----------
    value : object
    unit : str
        Of a figure: a key of :data:`toolkit.terms.UNITS`, or empty. Money is printed as a plain number, since a
        result does not know its currency.

    Examples
    --------
    >>> brief(0.587, "share", "en"), brief(5012, "", "en"), brief(["VIP", "A"], "", "zh")
    ('58.7%', '5,012', 'VIP、A')
    >>> import numpy as np
    >>> brief(np.arange(5.0), "", "en"), brief({"VIP": 3, "A": 40}, "", "en")
    ('5 values', 'VIP 3, A 40')
    """
    value = plain(value)
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return YES[lang][value]
    if isinstance(value, Real):
        return _figure(value, unit, lang)
    if isinstance(value, Label):
        return value.text(lang)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str | date | time | PurePath) or is_quarter(value):
        return str(value)
    return _brief_of_several(value, lang)


def plain(value: object) -> object:
    """The Python value of a scalar of numpy; anything else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def is_count(value: object) -> bool:
    """Whether ``value`` is a whole number."""
    value = plain(value)
    return isinstance(value, Integral) and not isinstance(value, bool)


def has_own_word(value: object) -> bool:
    """Whether ``value`` is understood without the name of its attribute."""
    value = plain(value)
    if isinstance(value, str | Label | Enum | date) or is_quarter(value):
        return True
    return isinstance(value, tuple) and bool(value) and all(map(is_quarter, value))


def is_quarter(value: object) -> bool:
    """Whether ``value`` is a quarter of the room above, known here by its name only."""
    return type(value).__name__ == "Quarter"


def _figure(value: Real, unit: str, lang: Lang) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if unit == "text":
        return str(value)
    if unit and unit != "money":
        digits = 0 if isinstance(value, Integral) and UNITS[unit].digits else None
        return figure(value, unit, lang, digits=digits if unit not in ("share", "points_share") else None)
    if isinstance(value, Integral) or math.isnan(value) or abs(value) >= (100 if unit == "money" else 1000):
        return figure(float(value), "count", lang)
    return _four_figures(float(value))


def _four_figures(value: float) -> str:
    """``value`` to four figures, without zeros that say nothing.

    >>> _four_figures(-0.123456), _four_figures(12.0)
    ('−0.1235', '12')
    """
    return f"{value:.4g}".replace("-", MINUS)


def _brief_of_several(value: object, lang: Lang) -> str:
    if hasattr(value, "_repr_short_") or hasattr(value, "_repr_line_"):
        from toolkit.shown.line import inside

        return inside(value, lang) or type(value).__name__
    if hasattr(value, "shape"):
        few = type(value).__name__ == "Series" and len(value) <= FEW
        return _entries(value.to_dict(), lang) if few else _extent(value, lang)
    if isinstance(value, Mapping):
        return _entries(value, lang)
    if isinstance(value, Iterable) and hasattr(value, "__len__"):
        return _listed(list(value), lang)
    return str(getattr(value, "id", None) or getattr(value, "__name__", None) or type(value).__name__)


def _extent(value: object, lang: Lang) -> str:
    """How much there is of an array, an index, a series or a frame."""
    size = " × ".join(number(one) for one in value.shape)
    return f"{size} 个值" if lang == "zh" else f"{size} values"


def _entries(value: Mapping, lang: Lang) -> str:
    """The entries where they are few and plain, else how many there are."""
    if 0 < len(value) <= FEW and all(_is_small(one) or hasattr(one, "shape") for one in value.values()):
        return _comma(lang).join(f"{_key(key)} {brief(one, '', lang)}" for key, one in value.items())
    return _how_many(len(value), lang)


def _listed(values: list, lang: Lang) -> str:
    if len(values) > 1 and all(map(is_quarter, values)):
        return f"{values[0]}..{values[-1]}"
    if 0 < len(values) <= FEW and all(_is_small(one) for one in values):
        return ("、" if lang == "zh" else ", ").join(brief(one, "", lang) for one in values)
    return _how_many(len(values), lang)


def _key(key: object) -> str:
    return " / ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _is_small(value: object) -> bool:
    value = plain(value)
    if isinstance(value, str | Label):
        return len(value if isinstance(value, str) else value.en) <= SHORT
    return value is None or isinstance(value, Real | date | Enum) or is_quarter(value)


def _how_many(count: int, lang: Lang) -> str:
    if not count:
        return "无" if lang == "zh" else "none"
    return (
        f"{number(count)} 项" if lang == "zh" else f"{number(count)} {'entry' if count == 1 else 'entries'}"
    )


def _comma(lang: Lang) -> str:
    return "，" if lang == "zh" else ", "
