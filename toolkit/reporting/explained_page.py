"""One customer's grade as a page for a hearing or an appeal: one file, both languages, no script, no request."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from toolkit.explanation import Explanation
from toolkit.reporting.explained_sections import Section, headline, sections
from toolkit.terms import LANGS, Label, Lang

TONGUES = {"zh": "zh-Hans", "en": "en"}
PRIVATE = Label(
    "本页含个人信息，仅供该客户的听证或申诉使用，用毕妥善处理。",
    "This page holds personal data. It is for this customer's hearing or appeal alone.",
)
SIMULATED = Label("模拟数据：不是真实客户。", "Simulated data: not a real customer.")
STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;margin:0 auto;"
    "max-width:60rem;padding:1.5rem}"
    "h1{font-size:1.35rem;margin:0 0 .3rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}"
    "p{margin:.3rem 0}.note{opacity:.75}section+section{border-top:2px solid #8886;margin-top:2.5rem;padding-top:1.5rem}"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8884}"
    "th{font-weight:600;white-space:nowrap}td{overflow-wrap:anywhere}td.short{white-space:nowrap;overflow-wrap:normal}"
    "@media print{body{max-width:none;padding:0}section+section{break-before:page;border:0}}"
)
SHORT = 14


def as_page(told: Explanation) -> str:
    """The page as HTML; Chinese first, then English."""
    policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{_digest(STYLE)}'"
    title = headline(told)[0]
    body = "\n".join(_language(told, lang) for lang in LANGS)
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _language(told: Explanation, lang: Lang) -> str:
    first, *rest = (line.text(lang) for line in headline(told))
    notes = [PRIVATE, *([SIMULATED] if told.simulated else [])]
    parts = [f"<h1>{escape(first)}</h1>", *(f"<p>{escape(line)}</p>" for line in rest)]
    parts += [f'<p class="note">{escape(note.text(lang))}</p>' for note in notes]
    parts += [_section(section, lang) for section in sections(told)]
    return f'<section lang="{TONGUES[lang]}">\n' + "\n".join(parts) + "\n</section>"


def _section(section: Section, lang: Lang) -> str:
    parts = [f"<h2>{escape(section.title.text(lang))}</h2>"]
    used = [
        place for place in range(len(section.heads)) if any(row[place].text(lang) for row in section.rows)
    ]
    if section.rows:
        heads = "".join(f'<th scope="col">{escape(section.heads[place].text(lang))}</th>' for place in used)
        rows = "\n".join(
            "<tr>" + "".join(_cell(row[place].text(lang)) for place in used) + "</tr>" for row in section.rows
        )
        parts.append(
            f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'
        )
    parts += [f"<p>{escape(note.text(lang))}</p>" for note in section.notes]
    return "\n".join(parts)


def _cell(text: str) -> str:
    return f'<td class="short">{escape(text)}</td>' if len(text) <= SHORT else f"<td>{escape(text)}</td>"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
