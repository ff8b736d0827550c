"""A plain table in HTML, figures set flush right; the notebook gives it its colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

FIGURE = re.compile(r"[+−<>≤≥]?(\d[\d,]*)?\.?\d+(e[+−]\d+)?%?( [^\d\s]\S*)?( \[.*\])?|[+−]?∞|–")


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of text as a table; the first cell of a row is its heading, every cell is escaped.

    Under ``heads`` a column of figures is set flush right as a whole; without them each cell stands for itself.

    >>> table("", (), [("<b>", "1")])[-70:]
    '&lt;b&gt;</th><td style="text-align:right">1</td></tr></tbody></table>'
    """
    if not rows and not heads:
        return ""
    figures = [bool(i) and all(map(is_figure, column)) for i, column in enumerate(zip(*rows, strict=True))]
    figures = figures or [False] * len(heads)
    top = "".join(_cell("th", text, "col", right) for text, right in zip(heads, figures, strict=False))
    body = "".join(
        "<tr>"
        + "".join(
            _cell("td" if i else "th", text, "row", figures[i] if heads else bool(i) and is_figure(text))
            for i, text in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        "<table>"
        + (f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else "")
        + (f"<thead><tr>{top}</tr></thead>" if heads else "")
        + f"<tbody>{body}</tbody></table>"
    )


def is_figure(text: str) -> bool:
    """Whether a cell is a figure, with its unit or interval.

    >>> [is_figure(one) for one in ("−1.2 pp", "0.4 [0.1, 0.5]", "1,112 个值", "–", "VIP", "2026Q3", "2026-07-01")]
    [True, True, True, True, False, False, False]
    """
    return FIGURE.fullmatch(text) is not None


def _cell(tag: str, text: str, scope: str, right: bool) -> str:
    named = f' scope="{scope}"' if tag == "th" else ""
    return f'<{tag}{named} style="text-align:{"right" if right else "left"}">{escape(text)}</{tag}>'
