"""Numbers of a policy file as it prints them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from toolkit.params.policy import PolicyParams
from toolkit.params.schemes import ScoredParams


def printed_weights(files: Iterable[Path], policy: PolicyParams) -> tuple[Decimal, ...] | None:
    """Weights of a policy's score, in the order of its factors, with the digits that its file prints.

    Parameters
    ----------
    files : iterable of Path
        Among which the file of the policy is; it is known by its id and its weights.
    policy : PolicyParams

    Returns
    -------
    tuple of Decimal, or None
        None where the policy has no weighted score, its weights come from data or from judgements in pairs, or no
        file prints them.
    """
    scheme = policy.scheme
    if not isinstance(scheme, ScoredParams) or scheme.expert_weights is None:
        return None
    for path in files:
        tree = YAML(typ="rt").compose(path.read_text("utf-8-sig"))
        name = _at(tree, "id")
        if name is not None and name.value == policy.id:
            printed = tuple(map(_decimal, _weights(_at(tree, "scheme"), scheme)))
            if tuple(None if one is None else float(one) for one in printed) == scheme.expert_weights:
                return printed
    return None


def _weights(node: Node | None, scheme: ScoredParams) -> list[Node | None]:
    """The nodes that hold the weights, in the order of the factors."""
    if scheme.weights is not None:
        values = _at(_at(node, "weights"), "values")
        return [_at(values, name) for name in scheme.factor_names]
    factors = _at(node, "factors")
    return [_at(one, "weight") for one in factors.value] if isinstance(factors, SequenceNode) else []


def _at(node: Node | None, key: str) -> Node | None:
    """The value under ``key`` of a mapping; None where there is none."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _decimal(node: Node | None) -> Decimal | None:
    if not isinstance(node, ScalarNode):
        return None
    try:
        return Decimal(node.value.replace("_", ""))
    except InvalidOperation:
        return None
