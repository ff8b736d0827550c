"""The numbers of a parameter file that mean an amount: where they stand, and what the schema allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from toolkit.params.fields import field_at, models_at, rules_of
from toolkit.params.reading import Key

BESIDE = ("low", "high", "manager_cost_between", "seed", "equals", "one_of", "classes", "judgements", "choose_from",
          "consistency_limit", "names", "customers", "where", "preset")  # fmt: skip
WITH_DEFAULTS = (("review",), ("service", None))
DISCOUNT, SURCHARGE = "discount_share", "surcharge_share"  # a grade has one of them
TINY = 1e-6


def leaves(
    model: type[BaseModel], data: Mapping[str, Any], parts: Sequence[str]
) -> Iterator[tuple[Key, float]]:
    """Every number below ``parts`` of ``data``, and those that the schema fills in for review and service.

    Numbers that are names, codes or seeds, and the ends of a stated range, are no amounts and left out.
    """
    for part in parts:
        if part in data:
            yield from _below(model, data, (part,), data[part])


def limits(model: type[BaseModel], data: Any, key: Key) -> tuple[float | None, float | None, bool]:
    """Least and greatest value that the schema allows at ``key``, None without, and whether it is a whole number.

    An end that is not itself allowed is taken a hair inside.
    """
    field = next(
        (found for end in range(len(key), 0, -1) if (found := field_at(model, data, key[:end]))), None
    )
    rules = list(rules_of(field)) if field else []
    whole = int in rules and float not in rules
    hair = 1 if whole else TINY
    lows = [r.ge for r in rules if isinstance(r, Ge)] + [r.gt + hair for r in rules if isinstance(r, Gt)]
    highs = [r.le for r in rules if isinstance(r, Le)] + [r.lt - hair for r in rules if isinstance(r, Lt)]
    return max(lows, default=None), min(highs, default=None), whole


def _below(model: type[BaseModel], data: Any, key: Key, node: Any) -> Iterator[tuple[Key, float]]:
    if isinstance(node, bool) or key[-1] in BESIDE:
        return
    if isinstance(node, int | float):
        yield key, node
    elif isinstance(node, Mapping):
        for step, value in node.items():
            yield from _below(model, data, (*key, step), value)
        yield from _filled_in(model, data, key, node)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _below(model, data, (*key, place), value)


def _filled_in(
    model: type[BaseModel], data: Any, key: Key, node: Mapping[str, Any]
) -> Iterator[tuple[Key, float]]:
    """Numbers that the file leaves to their defaults."""
    if not any(
        len(key) == len(at) and all(a in (None, k) for a, k in zip(at, key, strict=True))
        for at in WITH_DEFAULTS
    ):
        return
    for found in models_at(model, data, key):
        for name, field in found.model_fields.items():
            given = field.default
            barred = name == SURCHARGE or (name == DISCOUNT and SURCHARGE in node)
            if (
                name not in node
                and not barred
                and isinstance(given, int | float)
                and not isinstance(given, bool)
            ):
                yield (*key, name), given
