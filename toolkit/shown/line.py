"""A result in one line of at most 120 characters."""

from __future__ import annotations

from functools import reduce

from toolkit.shown.brief import brief, has_own_word, is_count
from toolkit.shown.names import named, worded
from toolkit.terms import Lang

LONGEST = 120


def line(thing: object) -> str:
    """``Class(what matters)`` in English, the same on every machine."""
    name = type(thing).__name__
    return f"{name}({cut(inside(thing, 'en'), LONGEST - len(name) - 2)})"


def inside(thing: object, lang: Lang) -> str:
    """What the line says of ``thing``, without the name of its class."""
    if hasattr(thing, "_repr_short_"):
        return one_line(thing._repr_short_(lang))
    parts = (said(thing, name, lang) for name in thing._repr_line_)
    return ("，" if lang == "zh" else ", ").join(filter(None, parts))


def said(thing: object, name: str, lang: Lang) -> str:
    """One attribute with its name, where it needs one; empty where there is nothing to say."""
    value = worded(name, valued(thing, name), lang)
    if value is None:
        return ""
    word = named(thing, name)
    many = word.counts and hasattr(value, "__len__") and not isinstance(value, str)
    text = brief(len(value) if many else value, word.unit, lang)
    if word.counts and (many or is_count(value)):
        span = (
            ("（{}）" if lang == "zh" else " {}").format(brief(value, "", lang))
            if many and has_own_word(value)
            else ""
        )
        return one_line((text if word.unit else word.counted(text, lang)) + span)
    if has_own_word(value):
        return one_line(text)
    if getattr(value, "_repr_line_", ()):
        text = f"（{text}）" if lang == "zh" else f"({text})"
    return one_line(f"{word.text(lang)} {text}")


def valued(thing: object, name: str) -> object:
    """The attribute of that name, which may lie deeper (``change.policy``); a method is asked."""
    value = reduce(getattr, name.split("."), thing)
    return value() if callable(value) and hasattr(value, "__self__") else value


def one_line(text: str) -> str:
    """``text`` without breaks or other signs that do not print.

    >>> one_line("gold\\nclass")
    'gold class'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def cut(text: str, longest: int) -> str:
    """``text``, or as much of it as fits and a sign that there is more.

    >>> cut("customers", 6)
    'custo…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip(" ,，") + "…"
