"""Where a fact stands: the display table that shows it, by patterns of ids in ``fact_tables.yaml``."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from ruamel.yaml import YAML


def table_of(fact: str) -> str:
    """The id of the table that shows ``fact``; empty where none does.

    >>> table_of("change.abc_2027.net"), table_of("kappa.abc_2027"), table_of("gini")
    ('comparison', '', '')
    """
    for pattern, table in _patterns():
        if match := pattern.fullmatch(fact):
            return match.expand(table)
    return ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    r"""Each pattern, and the table with ``\1`` for what the first star stood for."""
    text = resources.files("toolkit.reporting").joinpath("fact_tables.yaml").read_text("utf-8")
    table = YAML(typ="safe", pure=True).load(text)
    return tuple(
        (re.compile(re.escape(pattern).replace(r"\*", "(.+)")), name.replace("*", r"\1"))
        for pattern, name in table.items()
    )
