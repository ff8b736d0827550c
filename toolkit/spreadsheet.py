"""Text that is safe to open in a spreadsheet."""

from __future__ import annotations

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def formula_safe(value: Any) -> Any:
    """``value``, with an apostrophe in front where a spreadsheet would run it as a formula; numbers pass as they are.

    >>> formula_safe("=1+1"), formula_safe("-5"), formula_safe("VIP"), formula_safe(-5)
    ("'=1+1", "'-5", 'VIP', -5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
