"""Policies of one family: a template with some of its numbers varied.

A weight that is varied takes its value; the factors whose weights are not varied share what is left in the
proportions of the template. Every candidate is held to the model of policy files; those that it refuses are
counted, with the reason of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from toolkit.params.policy import PolicyParams
from toolkit.params.problems import FileProblems
from toolkit.params.reading import Key, Source, validate
from toolkit.params.search import SearchParams, Template, VaryParams, at, place_of
from toolkit.schemes.reasons import plain
from toolkit.shown import shown
from toolkit.terms import Label

DIGITS = 10


@shown("knobs")
@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One policy of the family.

    Attributes
    ----------
    knobs : tuple of float
        Value of each varied key.
    params : PolicyParams
    """

    knobs: tuple[float, ...]
    params: PolicyParams


@shown("keys", "candidates", "invalid")
@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Every policy that the knobs make.

    Attributes
    ----------
    keys : tuple of str
        Dotted keys that are varied.
    candidates : tuple of Candidate
    invalid : tuple of (knobs, Label)
        Settings that make no valid policy, and why.
    """

    keys: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    invalid: tuple[tuple[tuple[float, ...], Label], ...]


def family(asked: SearchParams, template: Template, effective: date) -> Family:
    """The candidates of a search, in the order of the grid.

    Parameters
    ----------
    asked : SearchParams with ``vary``
    template : Template
    effective : date
        Day from which a candidate would apply.

    Examples
    --------
    >>> import toolkit
    >>> from datetime import date
    >>> study = toolkit.example_study()
    >>> asked = study.params.search[0]
    >>> found = toolkit.search.family(asked, study.files.templates[asked.id], date(2027, 1, 1))
    >>> [one.knobs for one in found.candidates]
    [(80000.0,), (100000.0,), (120000.0,), (140000.0,)]
    """
    keys = tuple(one.key for one in asked.vary)
    candidates, invalid = [], []
    for number, knobs in enumerate(product(*(tried(one) for one in asked.vary)), 1):
        named = _named(asked, template, number, dict(zip(keys, knobs, strict=True)), effective)
        data = varied(template.source.data, dict(zip(keys, knobs, strict=True))) | named
        try:
            source = Source(template.source.file, data, template.source.lines)
            candidates.append(Candidate(knobs, validate(source, PolicyParams)))
        except FileProblems as refused:
            first = refused.problems[0]
            invalid.append((knobs, Label(f"{first.key}：{first.zh}", f"{first.key}: {first.en}")))
    return Family(keys, tuple(candidates), tuple(invalid))


def tried(one: VaryParams) -> tuple[float, ...]:
    """Evenly spaced values, both ends included.

    >>> tried(VaryParams(key="scheme.floors.VIP", between=(60_000, 80_000), steps=3))
    (60000.0, 70000.0, 80000.0)
    """
    return tuple(round(float(value), DIGITS) for value in np.linspace(*one.between, one.steps))


def varied(data: Mapping[str, Any], knobs: Mapping[str, float]) -> dict[str, Any]:
    """``data`` of a policy file with the numbers at ``knobs`` replaced; weights beside them still sum to one."""
    found = deepcopy(dict(data))
    places = {place_of(data, key): value for key, value in knobs.items()}
    for place, value in places.items():
        _put(found, place, value)
    for group in {_weights_beside(data, place) for place in places}:
        _rescale(found, [place for place in group if place not in places], group)
    return found


def _put(data: Any, place: Key, value: float) -> None:
    at(data, place[:-1])[place[-1]] = int(value) if float(value).is_integer() else value


def _weights_beside(data: Any, place: Key) -> tuple[Key, ...]:
    """All weights of the score that the one at ``place`` belongs to; empty where it is no weight."""
    if len(place) >= 3 and place[-1] == "weight":
        factors = at(data, place[:-2])
        return tuple((*place[:-2], i, "weight") for i in range(len(factors)) if "weight" in factors[i])
    if place[-3:-1] == ("weights", "values"):
        return tuple((*place[:-1], name) for name in at(data, place[:-1]))
    return ()


def _rescale(data: Any, rest: Sequence[Key], group: Iterable[Key]) -> None:
    """Give the weights at ``rest`` what the others of the group leave of one, in their proportions."""
    group = list(group)
    before = sum(at(data, place) for place in rest)
    left = 1 - sum(at(data, place) for place in group if place not in rest)
    for place in rest:
        if before > 0:
            at(data, place[:-1])[place[-1]] = at(data, place) * left / before


def _named(
    asked: SearchParams, template: Template, number: int, knobs: Mapping[str, float], effective: date
) -> dict[str, Any]:
    """What the file of a candidate says of itself."""
    title, of = template.params.title, template.params.id
    said = {key.removeprefix("scheme."): plain(value) for key, value in knobs.items()}
    zh = "，".join(f"{key} {value}" for key, value in said.items())
    en = ", ".join(f"{key} {value}" for key, value in said.items())
    return {
        "id": f"{asked.id}_{number}",
        "title": {"zh": f"{title.zh}（{zh}）", "en": f"{title.en} ({en})"},
        "status": "proposed",
        "effective": effective,
        "source": f"由检索 {asked.id} 改变 {of} 的数字得到 / Search {asked.id}, numbers of {of} varied",
        "why": f"检索“{asked.title.zh}”的候选：{zh} / Candidate of the search “{asked.title.en}”: {en}",
    }
