"""A result in a notebook: its line as a heading, its figures as a table, its frames as tables below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from html import escape
from itertools import filterfalse

from toolkit.shown.brief import brief, plain
from toolkit.shown.frame import first_rows, is_frame, listed
from toolkit.shown.line import cut, inside, one_line, valued
from toolkit.shown.names import is_record, named, noun, worded
from toolkit.shown.table import table
from toolkit.terms import Lang

MOST_FRAMES = 6
LONGEST_TEXT = 160
MONEY = {"zh": "金额以本研究的货币计。", "en": "Amounts are in the currency of the study."}
MORE = {"zh": "另有：", "en": "Also there: "}


def page(thing: object, lang: Lang) -> str:
    """``thing`` as HTML; under 50 kB, every text escaped, no colours of its own."""
    tables = list(_frames(thing, lang))
    named_only = "".join(f"<li>{_safe(name)}</li>" for name, _ in tables[MOST_FRAMES:])
    parts = [
        f"<p><strong>{_safe(noun(thing, lang))}</strong> {_safe(inside(thing, lang))}</p>",
        table("", (), [(one, two) for one, two in _figures(thing, lang)]),
        *(made for _, made in tables[:MOST_FRAMES]),
        f"<p>{MORE[lang]}</p><ul>{named_only}</ul>" if named_only else "",
        f"<p><small>{MONEY[lang]}</small></p>" if _has_money(thing) else "",
    ]
    return f'<div lang="{"zh-CN" if lang == "zh" else "en"}">{"".join(parts)}</div>'


def attributes(thing: object) -> tuple[str, ...]:
    """What is shown, in order: what stands in the line, then every field that is no inner work."""
    own = [one.name for one in fields(thing) if not one.name.startswith("_")]
    return tuple(dict.fromkeys((*thing._repr_line_, *own)))


def _figures(thing: object, lang: Lang) -> Iterator[tuple[str, str]]:
    for name in attributes(thing):
        value = worded(name, valued(thing, name), lang)
        if value is not None and (
            is_record(name) or not (is_frame(value) or listed(value) or _holds_frames(value))
        ):
            word = named(thing, name)
            yield word.text(lang), cut(one_line(brief(value, word.unit, lang)), LONGEST_TEXT)


def _frames(thing: object, lang: Lang) -> Iterator[tuple[str, str]]:
    """Name and table of every frame, and of every list of results, inside."""
    for name in filterfalse(is_record, attributes(thing)):
        value, word = valued(thing, name), named(thing, name).text(lang)
        if is_frame(value):
            yield word, first_rows(value, word, lang, (thing, name))
        elif (rows := listed(value)) is not None:
            yield word, rows(word, lang)
        elif _holds_frames(value):
            for key, frame in value.items():
                caption = f"{word}{'：' if lang == 'zh' else ': '}{key}"
                yield caption, first_rows(frame, caption, lang, (thing, name))


def _holds_frames(value: object) -> bool:
    """Whether ``value`` is a mapping of frames."""
    return isinstance(value, Mapping) and bool(value) and all(map(is_frame, value.values()))


def _has_money(thing: object) -> bool:
    values = [(named(thing, name).unit, plain(valued(thing, name))) for name in attributes(thing)]
    return any("money" in (unit, getattr(value, "unit", "")) and value is not None for unit, value in values)


def _safe(text: str) -> str:
    return escape(cut(one_line(text), LONGEST_TEXT))
