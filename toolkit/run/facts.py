"""The facts of a run: those of all chapters in one file, each id once."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import ReportError
from toolkit.run.files import read_json, write_json

FACTS = "facts.json"
VERDICT = "verdict"
UNREADY = "unready"
VERDICT_FACTS = (VERDICT, f"{VERDICT}.policy")


def merge_facts(folder: Path) -> dict[str, Any]:
    """Merge ``facts/<chapter>.json`` into ``facts.json``, each fact with the chapter it comes from.

    Returns
    -------
    dict
        Fact id -> record (``value``, ``unit``, ``zh``, ``en``, ..., ``chapter``).

    Raises
    ------
    ReportError
        When two chapters record the same id, or a value is not finite.
    """
    merged: dict[str, Any] = {}
    for path in sorted((folder / "facts").glob("*.json")):
        for name, fact in json.loads(path.read_text("utf-8")).items():
            if name in merged:
                raise _twice(name, merged[name]["chapter"], path.stem)
            _check_finite(name, fact, path.stem)
            merged[name] = {**fact, "chapter": path.stem}
    write_json(folder / FACTS, merged)
    return merged


def read_facts(run: Path) -> dict[str, dict[str, Any]]:
    """The facts of a run folder by id; empty where there are none, and without what is no fact."""
    return {id: fact for id, fact in read_json(run / FACTS).items() if isinstance(fact, dict)}


def flipped(facts: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether the verdict, or the policy it names, is another than in an earlier report.

    Parameters
    ----------
    facts, before : mapping
        Contents of ``facts.json``: id -> record with ``value``. Without a verdict in either nothing flipped, and
        ``unready`` is none yet.

    >>> keep, adopt, unready = ({"verdict": {"value": said}} for said in ("keep", "adopt", "unready"))
    >>> flipped(adopt, keep), flipped(keep, keep), flipped(keep, {}), flipped(keep, unready)
    (True, False, False, False)
    """
    if {_value(facts, VERDICT), _value(before, VERDICT)} & {None, UNREADY}:
        return False
    return any(_value(facts, name) != _value(before, name) for name in VERDICT_FACTS)


def _value(facts: Mapping[str, Any], name: str) -> Any:
    fact = facts.get(name)
    return fact.get("value") if isinstance(fact, dict) else None


def _twice(name: str, first: str, second: str) -> ReportError:
    return ReportError(
        zh=f"数据要点 {name} 被章节 {first} 和 {second} 各记了一次；每个编号只能由一章记录，请改其中一个。",
        en=f"The fact {name} is recorded by both chapters {first} and {second}; an id belongs to one chapter, "
        "rename one of them.",
    )


def _check_finite(name: str, fact: dict[str, Any], chapter: str) -> None:
    broken = [key for key, value in fact.items() if isinstance(value, float) and not math.isfinite(value)]
    if broken:
        raise ReportError(
            zh=f"章节 {chapter} 的数据要点 {name} 不是有限的数（{'、'.join(broken)}）。",
            en=f"Fact {name} of chapter {chapter} is not a finite number ({', '.join(broken)}).",
        )
