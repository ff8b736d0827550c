"""Shares as people write them: 0.28, 28%, 28 %, 28％."""

from __future__ import annotations

import unicodedata
from typing import Any

from toolkit.params.strict import refuse
from toolkit.terms import Label


def share_of(written: str) -> float | None:
    """The share between 0 and 1 that is meant; None where it is none.

    >>> share_of("28%"), share_of("28 ％"), share_of("0.28"), share_of("28")
    (0.28, 0.28, 0.28, None)
    """
    value = _number(written)
    return value if value is not None and 0 < value < 1 else None


def meant(written: str) -> Label | None:
    """What to write instead of a bare number such as 28; None for anything else.

    >>> meant("28").en
    'does 28 mean 28%? Write 28% or 0.28'
    """
    value = _number(written)
    if value is None or not 1 <= value < 100 or "%" in unicodedata.normalize("NFKC", written):
        return None
    percent, share = f"{value:g}%", f"{round(value / 100, 10):g}"
    return Label(
        f"{value:g} 是指 {percent} 吗？请写 {percent} 或 {share}",
        f"does {value:g} mean {percent}? Write {percent} or {share}",
    )


def read_share(written: Any) -> Any:
    """A share of a parameter file that may be written with a per cent sign; anything else stays as it is.

    Raises
    ------
    ValueError
        For a bare number such as 28, with what to write.
    """
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return written
    if (told := meant(str(written))) is not None:
        raise refuse(told.zh, told.en)
    share = share_of(str(written))
    return written if share is None else share


def _number(written: str) -> float | None:
    plain = unicodedata.normalize("NFKC", written).strip()
    try:
        value = float(plain.removesuffix("%").strip())
    except ValueError:
        return None
    return round(value / 100, 10) if plain.endswith("%") else value
