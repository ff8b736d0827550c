"""The files that a study names: policies, decision rule, reactions, catalogue, extensions; found also where the study has other problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.params.problems import Problem
from toolkit.params.reading import Key, Source

Named = tuple[Key, str]


def policies_named(source: Source) -> list[Named]:
    """Key and name of the baseline and of every alternative."""
    policies = _mapping(source.data, "policies")
    alternatives = policies.get("alternatives") if isinstance(policies.get("alternatives"), list) else []
    found: list[tuple[Key, Any]] = [(("policies", "baseline"), policies.get("baseline"))]
    found += [(("policies", "alternatives", i), file) for i, file in enumerate(alternatives)]
    return [(key, file) for key, file in found if isinstance(file, str)]


def rule_named(source: Source) -> list[Named]:
    """Key and name of the decision rule; empty where none is named."""
    name = source.data.get("decision_rule") if isinstance(source.data, dict) else None
    return [(("decision_rule",), name)] if isinstance(name, str) else []


def behaviour_named(source: Source) -> list[Named]:
    """Key and name of the file of declared reactions; empty where none is named."""
    name = source.data.get("behaviour") if isinstance(source.data, dict) else None
    return [(("behaviour",), name)] if isinstance(name, str) else []


def extensions_named(source: Source) -> list[Named]:
    """Key and name of every extension of the company's own."""
    files = source.data.get("extensions") if isinstance(source.data, dict) else None
    listed = enumerate(files) if isinstance(files, list) else ()
    return [(("extensions", place), file) for place, file in listed if isinstance(file, str)]


def catalogue_named(source: Source, problems: list[Problem]) -> list[Path]:
    """Files of the catalogue, each once, in order; a pattern that finds none is a problem."""
    catalogue = _mapping(source.data, "catalogue")
    patterns = catalogue.get("files") if isinstance(catalogue.get("files"), list) else []
    found: list[Path] = []
    for place, pattern in enumerate(patterns):
        key = ("catalogue", "files", place)
        wanted = source.beside(key, str(pattern))
        matches = sorted(wanted.parent.glob(wanted.name)) if wanted.parent.is_dir() else []
        if not matches:
            problems.append(
                source.problem(key, pattern, "没有找到这样的方案文件", "no policy file is found there")
            )
        found += [match for match in matches if match not in found]
    return found


def _mapping(data: Any, name: str) -> dict[str, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}
