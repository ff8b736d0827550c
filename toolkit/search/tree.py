"""A rule of at most a few questions: who is served, as a tree, as conditions and as rows of a decision table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.shown import shown


@shown("served")
@dataclass(frozen=True, slots=True)
class Leaf:
    """Everybody who arrives here is served, or nobody."""

    served: bool


@shown("measure", "at_least", "high", "low")
@dataclass(frozen=True, slots=True)
class Split:
    """One question.

    Attributes
    ----------
    measure : str
    at_least : float
        In the unit of the measure; this value and more go ``high``, a missing value goes ``low``.
    high, low : Leaf or Split
    """

    measure: str
    at_least: float
    high: Node
    low: Node


Node = Leaf | Split


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a path asks of one measure: ``at_least`` <= value < ``below``; None where it does not ask."""

    at_least: float | None = None
    below: float | None = None

    def narrowed(self, at_least: float | None = None, below: float | None = None) -> Bounds:
        """Both what was asked and this."""
        lows = [bound for bound in (self.at_least, at_least) if bound is not None]
        highs = [bound for bound in (self.below, below) if bound is not None]
        return Bounds(max(lows, default=None), min(highs, default=None))

    @property
    def empty(self) -> bool:
        """Whether no value can pass."""
        return None not in (self.at_least, self.below) and self.at_least >= self.below


Path = Mapping[str, Bounds]


def serves(tree: Node, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Who is served; array of bool, shape (customers,).

    Parameters
    ----------
    tree : Leaf or Split
    columns : mapping of measure to array, shape (customers,); NaN is missing

    Examples
    --------
    >>> import numpy as np
    >>> from toolkit.search import Leaf, Split, serves
    >>> rule = Split("spend", 30.0, high=Leaf(True), low=Leaf(False))
    >>> serves(rule, {"spend": np.array([10.0, 30.0, np.nan])}).tolist()
    [False, True, False]
    """
    if isinstance(tree, Leaf):
        size = len(next(iter(columns.values())))
        return np.full(size, tree.served)
    high = columns[tree.measure] >= tree.at_least
    return np.where(high, serves(tree.high, columns), serves(tree.low, columns))


def depth(tree: Node) -> int:
    """Questions on the longest way down.

    Examples
    --------
    >>> from toolkit.search import Leaf, Split, depth
    >>> depth(Leaf(True)), depth(Split("spend", 30.0, high=Leaf(True), low=Leaf(False)))
    (0, 1)
    """
    return 0 if isinstance(tree, Leaf) else 1 + max(depth(tree.high), depth(tree.low))


def pruned(tree: Node) -> Node:
    """The same rule without questions whose answer changes nothing.

    Examples
    --------
    >>> from toolkit.search import Leaf, Split, pruned
    >>> pruned(Split("spend", 30.0, high=Leaf(True), low=Leaf(True)))
    Leaf(served yes)
    """
    if isinstance(tree, Leaf):
        return tree
    high, low = pruned(tree.high), pruned(tree.low)
    return high if high == low else Split(tree.measure, tree.at_least, high, low)


def served_paths(tree: Node, so_far: Path | None = None) -> tuple[Path, ...]:
    """What must hold on each way to a leaf that is served, the high side first; one empty path where everybody is."""
    path = so_far or {}
    if isinstance(tree, Leaf):
        return (path,) if tree.served else ()
    own = path.get(tree.measure, Bounds())
    sides = (
        (tree.high, own.narrowed(at_least=tree.at_least)),
        (tree.low, own.narrowed(below=tree.at_least)),
    )
    found = [served_paths(side, {**path, tree.measure: bounds}) for side, bounds in sides if not bounds.empty]
    return tuple(one for paths in found for one in paths)


def scheme_of(tree: Node, grade: str, otherwise: str) -> dict[str, Any]:
    """The rule as the ``scheme`` of a policy file: a decision table, or one grade for everybody.

    Conditions look at the window of the policy's reviews. Where a measure is missing, the customer counts as
    below every bound.
    """
    paths = served_paths(pruned(tree))
    if not paths or not paths[0]:
        return {"kind": "fixed", "grade": grade if paths else otherwise}
    rows = [{"grade": grade, "when": [_condition(m, b) for m, b in path.items()]} for path in paths]
    return {"kind": "table", "grades": [grade, otherwise], "rows": rows, "default": otherwise}


def _condition(measure: str, bounds: Bounds) -> dict[str, Any]:
    asked = {"at_least": bounds.at_least, "below": bounds.below}
    missing = "holds" if bounds.at_least is None else "fails"
    return {"measure": measure, **{k: v for k, v in asked.items() if v is not None}, "missing": missing}
