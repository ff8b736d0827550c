"""The sentences of the report, Chinese and English side by side in ``sentences.yaml``.

A sentence types no figure. ``{fact.id}`` prints a fact, ``{fact.id|interval}`` prints it with its
interval, ``{name}`` prints a name that the caller gives; ``@`` in a fact id stands for the thing
that the sentence is said of each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from toolkit.errors import ReportError
from toolkit.reporting.facts import Facts
from toolkit.reporting.tracing import unmarked, without_mark_gaps
from toolkit.terms import Label, Lang

PLACE = re.compile(r"\{([^{}]+)\}")
STARS = "**"
STARRED_PLACE = re.compile(r"(?P<left>\*\*)?\{(?P<place>[^{}]+)\}(?P<right>\*\*)?")


@cache
def sentences() -> Mapping[str, Label]:
    """Every sentence by key."""
    text = resources.files("toolkit.reporting").joinpath("sentences.yaml").read_text("utf-8")
    table = YAML(typ="safe", pure=True).load(text)
    return {
        key: Label(" ".join(entry["zh"].split("\n")).strip(), entry["en"].strip())
        for key, entry in table.items()
    }


def word(key: str, lang: Lang) -> str:
    """A sentence or word without figures, such as the head of a column."""
    return _find(key).text(lang)


def label(key: str) -> Label:
    """The same in both languages."""
    return _find(key)


def sentence(
    key: str, facts: Facts, lang: Lang, each: str = "", names: Mapping[str, Any] | None = None
) -> str:
    """The sentence ``key`` with its figures, as :func:`traced` but without marks."""
    return unmarked(traced(key, facts, lang, each, names))


def traced(key: str, facts: Facts, lang: Lang, each: str = "", names: Mapping[str, Any] | None = None) -> str:
    """The sentence ``key``, each figure marked with the fact that it prints (see ``tracing``).

    Parameters
    ----------
    key : str
    facts : Facts
    lang : "zh" or "en"
    each : str
        Replaces ``@`` in fact ids.
    names : mapping of place to Label or str
    """
    return filled(_find(key), facts, lang, each, names)


def filled(
    told: Label, facts: Facts, lang: Lang, each: str = "", names: Mapping[str, Any] | None = None
) -> str:
    """A sentence that is not in ``sentences.yaml``, with its figures; otherwise as :func:`traced`."""
    names = names or {}

    def fill(match: re.Match[str]) -> str:
        place, _, form = match["place"].partition("|")
        left, right = match["left"] or "", match["right"] or ""
        if place in names:
            name = names[place]
            return left + (name.text(lang) if hasattr(name, "text") else str(name)) + right
        bold = bool(left and right) and match.string[: match.start()].count(STARS) % 2 == 0
        marked = facts.marked(place.replace("@", each), lang, interval=form == "interval", bold=bold)
        return marked if bold else left + marked + right

    text = STARRED_PLACE.sub(fill, told.text(lang))
    return without_mark_gaps(text) if lang == "zh" else text


def _find(key: str) -> Label:
    table = sentences()
    if key not in table:
        raise ReportError(zh=f"没有名为 {key} 的句子。", en=f"There is no sentence called {key}.")
    return table[key]
