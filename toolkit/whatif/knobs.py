"""Knobs from the schema: every number of a policy, the budget of the rule, the caps of the study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.fields import models_at
from toolkit.params.labels import JOINT, label_of, unit_of
from toolkit.params.policy import PolicyParams
from toolkit.params.reading import Key
from toolkit.params.study import StudyParams
from toolkit.terms import Label
from toolkit.whatif.knob import STUDY, Knob, Ladder, Weights
from toolkit.whatif.leaves import leaves, limits
from toolkit.whatif.ranges import CAPACITY, LADDERS, Seen, span_of

PARTS = ("scheme", "beside", "tags", "review", "manager_cost_per_quarter", "pools", "moves", "service")
CUTS = ("upto", "top_share", "top_customers")
WHOLE_SHARE = 1
BARE = ("above", "at_least")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What gives knobs their ranges, units and names.

    Attributes
    ----------
    seen : Seen
    units : mapping of measure to its unit
    names : mapping of measure, of customers and of service, to its name
    """

    seen: Seen
    units: Mapping[str, str]
    names: Mapping[str, Label]


def policy_knobs(
    data: Mapping[str, Any], known: Known
) -> tuple[tuple[Knob, ...], tuple[Ladder | Weights, ...]]:
    """Knobs of a policy file with presets written out, and which of them hang together.

    Parameters
    ----------
    data : plain data of the file
    known : Known
    """
    id, found = data["id"], list(leaves(PolicyParams, data, PARTS))
    found = [(key, value) for key, value in found if not _ends_a_cut(data, key, value)]
    knobs = tuple(_knob(PolicyParams, id, data, key, value, known) for key, value in found)
    keys = [key for key, _ in found]
    return knobs, (*_ladders(id, data, keys), *_weights(id, keys))


def rule_knobs(data: Mapping[str, Any], known: Known) -> tuple[Knob, ...]:
    """The budget of a decision rule, where it has one."""
    found = [(("budget_per_year",), data["budget_per_year"])] if data.get("budget_per_year") else []
    return tuple(_knob(DecisionRuleParams, data["id"], data, key, value, known) for key, value in found)


def study_knobs(data: Mapping[str, Any], known: Known, without: Sequence[str] = ()) -> tuple[Knob, ...]:
    """The caps of a study, those of the pools ``without`` left out."""
    found = [
        (("capacity", place, "most"), cap["most"])
        for place, cap in enumerate(data.get("capacity") or ())
        if cap["pool"] not in without
    ]
    return tuple(_knob(StudyParams, STUDY, data, key, value, known) for key, value in found)


def without_knobs(data: Mapping[str, Any], knobs: Iterable[Knob]) -> Label | None:
    """One sentence where the rule of a policy has no number to turn; None where it has one."""
    if any(knob.part == "scheme" and knob.file == data["id"] for knob in knobs):
        return None
    model = next(iter(models_at(PolicyParams, data, ("scheme",))), None)
    field = model.model_fields["kind"] if model and "kind" in model.model_fields else None
    zh = (field.json_schema_extra or {}).get("zh", "") if field else ""
    kind = Label(zh, field.description or "") if field else Label("", "")
    return Label(
        f"这种方案（{kind.zh}）的规则里没有可以调的数字；能调的只有复评、人员与服务。",
        f"The rule of this kind ({kind.en}) has no number to turn; only review, people and service can be turned.",
    )


def _knob(
    model: type[BaseModel], file: str, data: Mapping[str, Any], key: Key, value: float, known: Known
) -> Knob:
    least, most, _ = limits(model, data, key)
    span = span_of(model, data, key, value, known.seen.range_of)
    unit = unit_of(model, data, key, known.units)
    return Knob(file, key, key[0], _label(model, data, key, known.names), unit, value, span, least, most)


def _label(model: type[BaseModel], data: Mapping[str, Any], key: Key, names: Mapping[str, Label]) -> Label:
    """What a knob is called below the name of its part, measures by their names."""
    whole = label_of(model, data, key)
    parts = [Label(zh, en) for zh, en in zip(whole.zh.split(JOINT), whole.en.split(JOINT), strict=True)]
    told = [part for part, step in zip(parts, key, strict=True) if step not in BARE][1:] or parts
    if key[0] == CAPACITY:
        title = data[CAPACITY][key[1]]["title"]
        told = [Label(title["zh"], title["en"]), told[-1]]
    told = [names.get(part.en, part) for part in told]
    return Label(JOINT.join(part.zh for part in told), JOINT.join(part.en for part in told))


def _ends_a_cut(data: Mapping[str, Any], key: Key, value: float) -> bool:
    """Whether a number closes cumulative shares, which must end with the whole."""
    return (
        len(key) > 1 and key[-2] in CUTS and value == WHOLE_SHARE and list(_at(data, key[:-1]))[-1] == key[-1]
    )


def _ladders(file: str, data: Mapping[str, Any], keys: Sequence[Key]) -> list[Ladder]:
    blocks: dict[Key, list[Key]] = {}
    for key in keys:
        blocks.setdefault(_ladder_of(key), []).append(key)
    found = []
    for rungs in (rungs for block, rungs in blocks.items() if block):
        values = [_at(data, key) for key in rungs]
        rising = [after > before for before, after in pairwise(values)]
        if rising and (all(rising) or not any(rising)):
            found.append(Ladder(tuple((file, key) for key in rungs), rising[0]))
    return found


def _ladder_of(key: Key) -> Key:
    """The block whose numbers keep their order; empty where a key is in none."""
    if key[-1] in ("above", "at_least") and len(key) > 2 and not isinstance(key[-2], int):
        key = key[:-1]
    if len(key) > 3 and key[-3] == "bands":
        return (*key[:-2], str(key[-1]))
    if len(key) > 1 and key[-2] in (*LADDERS, *CUTS, "between"):
        return key[:-1]
    return key[:-1] if len(key) > 3 and key[-3:-1] and key[-3] == "floors" else ()


def _weights(file: str, keys: Sequence[Key]) -> list[Weights]:
    blocks: dict[Key, list[Key]] = {}
    for key in keys:
        if key[-1] == "weight" and len(key) > 2:
            blocks.setdefault(key[:-2], []).append(key)
        elif key[-3:-1] == ("weights", "values"):
            blocks.setdefault(key[:-1], []).append(key)
    return [Weights(tuple((file, key) for key in block)) for block in blocks.values()]


def _at(data: Any, key: Key) -> Any:
    for step in key:
        data = data[step]
    return data
