"""A static page beside the reports: both languages, no script, no request, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import re
from html import escape

from toolkit.terms import MINUS, Label

JOINER = "\u2060"
SIGNED = re.compile(f"{MINUS}(?=[^\\s\\d])")

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--paper:#fff;--line:#c9ccd1;--soft:#5f6670;--bad:#a4262c;--link:#1f4e79;--wash:#f5f7f9}
@media(prefers-color-scheme:dark){:root{--ink:#e3e8ee;--paper:#12171e;--line:#4a4f57;--soft:#a9b0ba;--bad:#ff8f8f;--link:#8fbde4;--wash:#1a212a}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:var(--ink);background:var(--paper);
margin:2rem auto;max-width:76rem;padding:0 1rem;overflow-wrap:break-word}
h1{font-size:1.5rem}h2{font-size:1.25rem;margin:2.6rem 0 .6rem}h3{font-size:1.1rem;margin:0}
h1 .en,h2 .en,h3 .en,.line .en{display:inline;margin-left:.4em;font-weight:400}
a{color:var(--link)}a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:700;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.6rem .8rem;border-bottom:1px solid var(--line)}
th{font-weight:600}tbody th{font-weight:400}.figures td{font-variant-numeric:tabular-nums}
small,caption{overflow-wrap:anywhere}small,.en{color:var(--soft)}.en{display:block}ul{margin:0;padding:0;list-style:none}.bad{color:var(--bad)}
.flip{border-left:4px solid var(--bad);background:var(--wash);padding:.6rem .9rem;margin:.8rem 0}.flip li+li{margin-top:.4rem}.flip h2{margin-top:.2rem}
.quarter{border-top:1px solid var(--line);padding:1.2rem 0}.verdict{font-size:1.15rem;font-weight:700;margin:.3rem 0}
.verdict .en{font-weight:400;font-size:1rem}.links{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.6rem 0}
details{margin-top:.8rem}summary{cursor:pointer;color:var(--soft)}summary .en{display:inline;margin-left:.5em}
@media(max-width:40rem){body{margin:1rem auto}th,td{padding:.45rem .35rem;font-size:.9rem}th:first-child,td:first-child{padding-left:0}}
@media print{body{margin:0;max-width:none}a{color:inherit;text-decoration:none}tr{break-inside:avoid}h2,h3,.verdict,caption{break-after:avoid}.scroll{overflow:visible}}
"""


def page(title: Label, body: str, *, about: str = "") -> str:
    """A whole page with ``body``, which is HTML; ``about`` is a mark of what it was made from."""
    mark = f'<meta name="gradelab-made-from" content="{escape(about)}">\n' if about else ""
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        f"{mark}"
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{both(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def both(label: Label) -> str:
    """Words in both languages; once where they are the same."""
    zh, en = (SIGNED.sub(f"{MINUS}{JOINER}", escape(words)) for words in (label.zh, label.en))
    return zh if zh == en else f"{zh}<span class=en lang=en>{en}</span>"


def heads(labels: tuple[Label, ...]) -> str:
    """The head of a table."""
    return "<thead><tr>" + "".join(f"<th scope=col>{both(label)}</th>" for label in labels) + "</tr></thead>"


def row(first: str, *cells: str) -> str:
    """A row of a table; ``first`` names it. All are HTML."""
    return f"<tr><th scope=row>{first}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def table(caption: Label, head: tuple[Label, ...], rows: list[str]) -> str:
    """A table with its caption that scrolls sideways where it must."""
    name = escape(f"{caption.zh} {caption.en}")
    return (
        f'<div class=scroll tabindex=0 role=region aria-label="{name}">\n<table class=figures>\n'
        f"<caption>{both(caption)}</caption>\n{heads(head)}\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody>\n</table>\n</div>"
    )
