"""The assumptions log: every number of the parameter files that moves a figure, with range, source, author and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from toolkit.params.assumed import BETWEEN, FACTORS, KINDS, NEUTRAL_SCENARIO, NO_VALUE, Kind
from toolkit.params.assumptions import FactorParams
from toolkit.params.behaviour import BehaviourParams
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.scenarios import ScenarioParams
from toolkit.params.service import MeasureParams
from toolkit.params.service_library import service_measures
from toolkit.params.service_people import RangeParams, UnitCostParams
from toolkit.params.strict import Strict, Words
from toolkit.params.study import StudyParams
from toolkit.params.study_files import StudyFiles
from toolkit.terms import Label

MODE = "mode"
DATES = ("on", "decided", "effective")
ROOTS = (StudyParams, DecisionRuleParams, BehaviourParams, PolicyParams)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number that somebody chose.

    Attributes
    ----------
    key : str
        Dotted, as in the origins of a run.
    policy : Label or None
        The policy whose file states it; None for the study, the rule and the reactions.
    within : tuple of Label
        What it belongs to, the widest first: a grade, a measure, a scenario.
    kind : Kind
    value : float
    low, high : float or None
        The range, where one is given.
    unit : str or None
        For money per unit: per what, such as ``hour``; ``share`` where it is a share of spend.
    per : str or None
        For a quantity: what it is counted per.
    source, author : str or None
    on : date or None
    """

    key: str
    policy: Label | None
    within: tuple[Label, ...]
    kind: Kind
    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    per: str | None = None
    source: str | None = None
    author: str | None = None
    on: date | None = None

    @property
    def moves(self) -> str | None:
        """The input of the sensitivity analysis that it is part of."""
        return self.kind.moves


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file the walk stands, and what is recorded of everything below."""

    key: str
    policy: Label | None = None
    within: tuple[Label, ...] = ()
    source: str | None = None
    author: str | None = None
    on: date | None = None


def assumption_log(files: StudyFiles) -> tuple[Assumption, ...]:
    """Every assumption of a study: its own, those of its rule and reactions, those of its policies.

    A number takes source, author and date from the nearest that its file records around it.

    Examples
    --------
    >>> import toolkit
    >>> log = toolkit.assumption_log(toolkit.example_study().files)
    >>> [(one.kind.label.en, one.low, one.value, one.high) for one in log if one.key.startswith("study.assumptions")]
    [('multiple of the books', 0.92, 1.0, 1.05)]
    >>> sum(one.policy is None for one in log), len(log)
    (37, 91)
    """
    study = files.study
    found = [*_walk(study, _Place("study")), *_walk(files.rule, _Place("decision_rule"))]
    if files.behaviour is not None:
        found += _walk(files.behaviour, _Place("behaviour"))
    for place, policy in enumerate(files.policies):
        key = "baseline" if place == 0 else f"alternatives.{place - 1}"
        found += _walk(policy, _Place(key, policy.title.label()))
    return tuple(found)


def _walk(model: Strict, place: _Place) -> Iterator[Assumption]:
    place = _entered(model, place)
    kinds = KINDS.get(type(model).__name__, {})
    for name in type(model).model_fields:
        value, kind = getattr(model, name), kinds.get(name)
        inside = replace(place, key=f"{place.key}.{name}")
        if kind is not None:
            yield from _number(model, name, value, kind, inside)
        else:
            yield from _below(value, inside)


def _below(value: Any, place: _Place) -> Iterator[Assumption]:
    if isinstance(value, Strict) and not isinstance(value, Words):
        yield from _walk(value, place)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            named = (*place.within, Label(str(name), str(name)))
            yield from _below(one, replace(place, key=f"{place.key}.{name}", within=named))
    elif isinstance(value, tuple | list):
        for number, one in enumerate(value):
            yield from _below(one, replace(place, key=f"{place.key}.{number}"))


def _number(model: Strict, name: str, value: Any, kind: Kind, place: _Place) -> Iterator[Assumption]:
    if value is None or isinstance(value, str) or _says_nothing(model, name, value):
        return
    key = place.key.removesuffix(name) + "low" if name == MODE else place.key
    about = (key, place.policy, place.within, _moved_by(model, kind))
    recorded = {"source": place.source, "author": place.author, "on": place.on}
    if isinstance(value, RangeParams):
        unit = value.unit if isinstance(value, UnitCostParams) else None
        key = (f"{place.key}.value", *about[1:])
        yield Assumption(*key, value.value, value.low, value.high, unit, **recorded)
        return
    between = getattr(model, BETWEEN.get(name, ""), None) or (model if name == MODE else None)
    low, high = (float(between.low), float(between.high)) if between else (None, None)
    per = model.per if isinstance(model, MeasureParams) and name == "quantity" else None
    yield Assumption(*about, float(value), low, high, per=per, **recorded)


def _moved_by(model: Strict, kind: Kind) -> Kind:
    return replace(kind, moves=model.factor) if isinstance(model, FactorParams) else kind


def _says_nothing(model: Strict, name: str, value: Any) -> bool:
    if isinstance(model, ScenarioParams):
        return value == NEUTRAL_SCENARIO
    return name in NO_VALUE and value == NO_VALUE[name]


def _entered(model: Strict, place: _Place) -> _Place:
    """The place with what ``model`` records of itself."""
    given = {name: getattr(model, name, None) for name in ("source", "author")}
    given["on"] = next((day for name in DATES if (day := getattr(model, name, None))), None)
    recorded = {name: value for name, value in given.items() if value is not None}
    title = None if isinstance(model, ROOTS) else _title(model)
    return replace(place, within=(*place.within, title) if title else place.within, **recorded)


def _title(model: Strict) -> Label | None:
    if isinstance(model, MeasureParams):
        return service_measures()[model.measure].label
    if isinstance(model, FactorParams):
        return FACTORS[model.factor]
    title, id = getattr(model, "title", None), getattr(model, "id", None)
    if isinstance(title, Words):
        return title.label()
    return Label(id, id) if isinstance(id, str) else None
