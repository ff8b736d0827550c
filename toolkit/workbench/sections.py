"""Knobs in sections, as an analyst looks for them: rule, review, people, service of each grade, budget and caps."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.terms import Lang
from toolkit.whatif.knob import STUDY, Knob
from toolkit.workbench.words import word

PEOPLE = ("manager_cost_per_quarter", "pools", "moves")
OWN = ("scheme", "beside", "tags", "review")
SERVICE = "service"


def sections(knobs: Iterable[Knob], lang: Lang) -> dict[str, list[Knob]]:
    """Title of each section to its knobs, in the order of the files."""
    found: dict[str, list[Knob]] = {}
    for knob in knobs:
        found.setdefault(_title(knob, lang), []).append(knob)
    return found


def _title(knob: Knob, lang: Lang) -> str:
    if knob.file == STUDY or knob.part.startswith("budget"):
        return word("part.study", lang)
    if knob.part == SERVICE:
        return word("part.service", lang, grade=knob.key[1])
    return word(f"part.{'people' if knob.part in PEOPLE else knob.part}", lang)
