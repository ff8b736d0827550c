"""``gradelab run --set``: every member of a set as a run of its own, and one table of what they came to.

The study as it is comes first, is what the others are held against, and leaves them the steps that they share
with it. Then the members run, side by side where there are cores for it; none becomes the latest report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import ChapterError, GradelabError
from toolkit.measures.registry import names
from toolkit.params.sets import MEMBER, Member, read_set
from toolkit.reporting.difference import Differences, differences
from toolkit.run.facts import FACTS, VERDICT
from toolkit.run.files import read_json
from toolkit.run.folder import MANIFEST
from toolkit.run.index import FRONT
from toolkit.run.plan import Plan, make_plan
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.run.members import SideBySide

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


def run_set(
    path: Path,
    study: Path,
    carry_out: Callable[[Plan], Path],
    apart: SideBySide | None = None,
    **asked: Any,
) -> SetRun:
    """Run ``study`` as it is and with every member of the set ``path``.

    Parameters
    ----------
    path, study : Path
    carry_out : callable (Plan) -> Path
        Runs a plan without touching the latest report and returns the folder of the run.
    apart : SideBySide, optional
        Runs the members in processes of their own; without it they run here, one after another.
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
    laid = [(*below, f"{chosen.path}{MEMBER}{member.name}") for member in chosen.members]

    def run_here(scenarios: tuple[str, ...]) -> Path | GradelabError:
        try:
            return carry_out(make_plan(study, scenarios=scenarios, **asked))
        except GradelabError as error:
            return error

    base = make_plan(study, scenarios=below, **asked)
    first = _result("", BASE, run_here(below))
    ends = apart.run(laid) if apart else map(run_here, laid)
    results = [first, *(_member(one, end, first) for one, end in zip(chosen.members, ends, strict=True))]
    quarter = next((one.quarter for one in results if one.quarter), base.quarter)
    return SetRun(chosen.params.id, chosen.params.title.label(), base.files.study.id, quarter, tuple(results))


def printed(fact: Any) -> Label:
    """A fact as it was printed; empty where there is none."""
    if not isinstance(fact, dict):
        return Label("", "")
    text = fact.get("text") if isinstance(fact.get("text"), dict) else {}
    value = fact.get("value", "")
    return Label(str(text.get("zh", value)), str(text.get("en", value)))


def _member(member: Member, end: Path | GradelabError, base: Result) -> Result:
    title = member.title.label() if member.title else Label(member.name, member.name)
    result = _result(member.name, title, end)
    result.moved = differences(base.facts, result.facts) if result.facts else NO_DIFFERENCE
    return result


def _result(name: str, title: Label, end: Path | GradelabError) -> Result:
    """What a run came to: its folder, or why there is none."""
    if isinstance(end, GradelabError):
        return Result(name, title, reason=Label(end.zh, end.en))
    manifest = read_json(end / MANIFEST)
    quarter, facts = str(manifest.get("quarter", "")), read_json(end / FACTS)
    return Result(name, title, SUCCEEDED, run=end, quarter=quarter, facts=facts)
