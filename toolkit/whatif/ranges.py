"""From where to where a knob turns: what the schema allows, and where the customers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from toolkit.errors import GradelabError
from toolkit.measures.registry import MEASURES
from toolkit.panel import Panel
from toolkit.params.reading import Key
from toolkit.whatif.knob import Span
from toolkit.whatif.leaves import limits
from toolkit.window import Quarter

FROM, TO = 0.02, 0.95
POINTS = (0.0, 100.0)
CONDITIONS = ("at_least", "above", "at_most", "below", "between")
LADDERS = ("floors", "then", "keep_floors", "bands")
SPARE = 4
SOME = 0.2
CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The customers of one quarter, for what their measures range over.

    Attributes
    ----------
    panel : Panel
    quarter : Quarter
    active_quarters : int
    """

    panel: Panel
    quarter: Quarter
    active_quarters: int

    def range_of(self, measure: str, window: int) -> tuple[float, float] | None:
        """From the low to the high end of the active customers, the few beyond them aside; None where nothing is known."""
        if measure not in MEASURES:
            return None
        try:
            values = self.panel.values(measure, window)[:, self.panel.cube.position(self.quarter)]
        except GradelabError:
            return None
        values = values[self.panel.active(self.quarter, self.active_quarters)]
        values = values[np.isfinite(values)]
        if not len(values):
            return None
        low, high = (float(end) for end in np.quantile(values, (FROM, TO)))
        return (low, high) if high > low else None


def span_of(
    model: type[BaseModel], data: Mapping[str, Any], key: Key, value: float, seen: Callable[[str, int], Any]
) -> Span:
    """The span of the number at ``key``, whose schema is that of ``model``.

    Parameters
    ----------
    model, data
        Of the whole file.
    seen : function of measure and window
        As :meth:`Seen.range_of`.
    """
    least, most, whole = limits(model, data, key)
    subject = _subject(data, key)
    if subject is not None:
        low, high = subject if subject is POINTS else seen(*subject) or _around(value, whole)
    else:
        low, high = _stated(data, key) or _around(value, whole)
        if str(key[-1]).endswith("_share"):
            low, high = 0.0, max(SOME, 2 * value)
        elif least is not None and most is not None:
            low, high = least, most
    found = Span.between(min(low, value), max(high, value), whole=whole or _counted(data, key))
    return found.within(least, most, value)


def _subject(data: Mapping[str, Any], key: Key) -> tuple[str, int] | tuple[float, float] | None:
    """What a floor is a floor of: (measure, window), or the range of a score; None for other numbers."""
    if not any(step in LADDERS or step in CONDITIONS for step in key):
        return None
    window = data.get("review", {}).get("window_quarters", 4)
    nodes = [data]
    for step in key[:-1]:
        nodes.append(nodes[-1][step])
    if "keep_floors" in key:
        nodes = [data, data["scheme"]]
    for node in reversed([node for node in nodes if isinstance(node, Mapping)]):
        if isinstance(node.get("measure"), str):
            return node["measure"], node.get("window_quarters") or window
        if node.get("kind") == "scored":
            return POINTS
    return None


def _stated(data: Mapping[str, Any], key: Key) -> tuple[float, float] | None:
    """The range that stands beside a unit cost."""
    node: Any = data
    for step in key[:-1]:
        node = node[step]
    if key == ("manager_cost_per_quarter",):
        node = data.get("manager_cost_between") or {}
    low, high = (node.get(end) if isinstance(node, Mapping) else None for end in ("low", "high"))
    beside = key[-1] in ("value", "manager_cost_per_quarter")
    return (low, high) if beside and low is not None and high is not None and high > low else None


def _counted(data: Mapping[str, Any], key: Key) -> bool:
    """Whether a cap counts heads or seats."""
    return key[0] == CAPACITY and data[CAPACITY][key[1]]["counts"] != "hours"


def _around(value: float, whole: bool) -> tuple[float, float]:
    if not value:
        return 0.0, float(SPARE) if whole else 1.0
    return min(0.0, 2 * value), max(2 * value, value + SPARE if whole else 0.0, 0.0)
