"""``gradelab run --set``: every member of a set as a run of its own, and one table of what they came to.

The study as it is comes first and is what the others are held against. Members run one after another, for a
study and quarter have one run at a time; none of them becomes the latest report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.errors import ChapterError, GradelabError
from toolkit.measures.registry import names
from toolkit.params.sets import MEMBER, ScenarioSet, read_set
from toolkit.reporting.difference import Differences, differences
from toolkit.run.facts import FACTS, VERDICT
from toolkit.run.files import read_json
from toolkit.run.folder import MANIFEST
from toolkit.run.index import FRONT
from toolkit.run.plan import Plan, make_plan
from toolkit.terms import Label

BASE = Label("现有参数", "as it is")
SUCCEEDED, FAILED = "succeeded", "failed"
NO_DIFFERENCE = Differences((), 0)


@dataclass(slots=True)
class Result:
    """What one member came to.

    Attributes
    ----------
    name : str
        Empty for the study as it is.
    title : Label
    state : str
        ``succeeded`` or ``failed``.
    reason : Label or None
    run : Path or None
        Folder of the run.
    quarter : str
    facts : dict
    moved : Differences
        Against the study as it is.
    """

    name: str
    title: Label
    state: str = FAILED
    reason: Label | None = None
    run: Path | None = None
    quarter: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    moved: Differences = NO_DIFFERENCE

    @property
    def verdict(self) -> Label:
        """The verdict as printed; empty where there is none."""
        return printed(self.facts.get(VERDICT))


@dataclass(frozen=True, slots=True)
class SetRun:
    """A set that was run.

    Attributes
    ----------
    id : str
    title : Label
    study : str
    quarter : str
        Of the study as it is; the first that is known.
    results : tuple of Result
        The study as it is first.
    """

    id: str
    title: Label
    study: str
    quarter: str
    results: tuple[Result, ...]

    @property
    def exit_code(self) -> int:
        """0 where every member succeeded, else that of a failed chapter."""
        return 0 if all(one.state == SUCCEEDED for one in self.results) else ChapterError.exit_code

    @property
    def key_facts(self) -> list[str]:
        """Ids of the figures on page one."""
        named = [str((one.facts.get(FRONT) or {}).get("value", "")).split() for one in self.results]
        return next(filter(None, named), [])


def run_set(path: Path, study: Path, carry_out: Callable[[Plan], Path], **asked: Any) -> SetRun:
    """Run ``study`` as it is and with every member of the set ``path``.

    Parameters
    ----------
    path, study : Path
    carry_out : callable (Plan) -> Path
        Runs a plan without touching the latest report and returns the folder of the run.
    asked
        ``quarter``, ``data``, ``out`` and ``scenarios`` (below every member) as of a plan.

    Raises
    ------
    ParameterError
        Where the set or the study itself cannot be read; a member that fails is part of the result.
    """
    chosen = read_set(path)
    asked["known_measures"] = names()
    below = tuple(asked.pop("scenarios", ()))
    base = make_plan(study, scenarios=below, **asked)
    results = [_result(Result("", BASE), lambda: base, carry_out)]
    for result, plan in _members(chosen, study, below, asked):
        results.append(_result(result, plan, carry_out))
        result.moved = differences(results[0].facts, result.facts) if result.facts else NO_DIFFERENCE
    quarter = next((one.quarter for one in results if one.quarter), base.quarter)
    return SetRun(chosen.params.id, chosen.params.title.label(), base.files.study.id, quarter, tuple(results))


def printed(fact: Any) -> Label:
    """A fact as it was printed; empty where there is none."""
    if not isinstance(fact, dict):
        return Label("", "")
    text = fact.get("text") if isinstance(fact.get("text"), dict) else {}
    value = fact.get("value", "")
    return Label(str(text.get("zh", value)), str(text.get("en", value)))


def _members(
    chosen: ScenarioSet, study: Path, below: tuple[str, ...], asked: dict[str, Any]
) -> Iterator[tuple[Result, Callable[[], Plan]]]:
    for member in chosen.members:
        scenario = f"{chosen.path}{MEMBER}{member.name}"
        title = member.title.label() if member.title else Label(member.name, member.name)
        yield (
            Result(member.name, title),
            lambda scenario=scenario: make_plan(study, scenarios=(*below, scenario), **asked),
        )


def _result(result: Result, plan: Callable[[], Plan], carry_out: Callable[[Plan], Path]) -> Result:
    try:
        result.run = carry_out(plan())
    except GradelabError as error:
        result.reason = Label(error.zh, error.en)
        return result
    manifest = read_json(result.run / MANIFEST)
    result.state, result.quarter = SUCCEEDED, str(manifest.get("quarter", ""))
    result.facts = read_json(result.run / FACTS)
    return result
