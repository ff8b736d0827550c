"""A policy written as a file that an analyst can open, edit and use."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from toolkit.params.policy import PolicyParams

SCHEMA = "# yaml-language-server: $schema=../schema/policy.schema.json\n"
WIDTH = 110


def policy_yaml(policy: PolicyParams) -> str:
    """``policy`` as YAML that :func:`toolkit.params.policy.read_policy` reads back; defaults are left out.

    Examples
    --------
    >>> import toolkit
    >>> text = toolkit.policy_yaml(toolkit.example_study().baseline.params)
    >>> print(text[text.index("scheme:") : text.index("review:")])
    scheme:
      measure: spend
      kind: thresholds
      floors:
        VIP: 100000.0
        basic: rest
    """
    stream = StringIO()
    writer = YAML()
    writer.width, writer.allow_unicode = WIDTH, True
    writer.dump(_plain(policy.model_dump(exclude_defaults=True, by_alias=True)), stream)
    return SCHEMA + stream.getvalue()


def _plain(value: Any) -> Any:
    """``value`` with tuples as lists, which is how YAML has them; dates stay dates."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
