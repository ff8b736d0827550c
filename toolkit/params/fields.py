"""Which field of a model a key of a parameter file is."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

TAGS = ("kind", "by", "design", "rule")

Step = str | int


def known_keys(model: type[BaseModel], data: Any, key: Sequence[Step]) -> list[str]:
    """Keys of the models that may stand at ``key`` of ``data``."""
    return sorted({name for found in models_at(model, data, key) for name in found.model_fields})


def field_at(model: type[BaseModel], data: Any, key: Sequence[Step]) -> FieldInfo | None:
    """The field that ``key`` names; None where the last step is an item of a list or a name that the analyst chose."""
    if not key:
        return None
    found = models_at(model, data, key[:-1])
    return next((m.model_fields[key[-1]] for m in found if key[-1] in m.model_fields), None)


def models_at(model: type[BaseModel], data: Any, key: Sequence[Step]) -> list[type[BaseModel]]:
    """Models that may stand at ``key``, narrowed by the kinds that ``data`` names on the way."""
    found = list(_models(model, data))
    for step in key:
        data = _inside(data, step)
        fields = [m.model_fields[step].annotation for m in found if step in m.model_fields]
        if fields:
            found = [inner for annotation in fields for inner in _models(annotation, data)]
        else:
            found = [one for one in found if _fits(one, data)]
    return list(dict.fromkeys(found))


def rules_of(field: FieldInfo) -> Iterator[Any]:
    """Every bound and type that a field sets, also inside dicts, lists and unions."""
    waiting: list[Any] = [*field.metadata, field.annotation]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, FieldInfo):
            waiting += [*one.metadata]
        waiting += (
            [*getattr(one, "__metadata__", ()), *get_args(one)] if not isinstance(one, FieldInfo) else []
        )


def _inside(data: Any, step: Step) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _models(annotation: Any, data: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if _fits(annotation, data):
            yield annotation
        return
    origin = get_origin(annotation)
    if origin in (Annotated, Union, types.UnionType, tuple, list, dict):
        for part in get_args(annotation):
            yield from _models(part, data if origin is not dict else None)


def _fits(model: type[BaseModel], data: Any) -> bool:
    """Whether ``data`` does not say that it is of another kind."""
    if not isinstance(data, dict):
        return True
    told = [
        (get_args(model.model_fields[tag].annotation), data.get(tag))
        for tag in TAGS
        if tag in model.model_fields
    ]
    return all(said is None or not allowed or said in allowed for allowed, said in told)
