"""A plain table in HTML, figures set flush right; the notebook gives it its colours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of text as a table; the first cell of a row is its heading, every cell is escaped.

    >>> table("", (), [("<b>", "1")])[-76:]
    '&lt;b&gt;</th><td style="text-align:right">1</td></tr></tbody></table>'
    """
    if not rows and not heads:
        return ""
    top = "".join(_cell("th", text, i, "col") for i, text in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(_cell("td" if i else "th", text, i, "row") for i, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (
        "<table>"
        + (f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else "")
        + (f"<thead><tr>{top}</tr></thead>" if heads else "")
        + f"<tbody>{body}</tbody></table>"
    )


def _cell(tag: str, text: str, column: int, scope: str) -> str:
    aligned = "right" if column and (scope == "col" or _is_figure(text)) else "left"
    named = f' scope="{scope}"' if tag == "th" else ""
    return f'<{tag}{named} style="text-align:{aligned}">{escape(text)}</{tag}>'


def _is_figure(text: str) -> bool:
    """Whether a cell begins with a figure.

    >>> [_is_figure(one) for one in ("−1.2 pp", "+3", "VIP", "∞", "–")]
    [True, True, False, True, True]
    """
    return text.lstrip("+−–∞≥≤< ")[:1].isdigit() or text in ("∞", "−∞", "–")
