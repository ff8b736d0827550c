"""A study file with everything that it points to: policies, rule, templates, what lies over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from toolkit.errors import ParameterError
from toolkit.params.assumptions import effects_without_place
from toolkit.params.behaviour import BehaviourParams
from toolkit.params.capacity import caps_without_pool
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.designs import DesignParams
from toolkit.params.edits import Edits
from toolkit.params.extensions import Extension, known_to, load, load_installed
from toolkit.params.hotline import classes_without_grade
from toolkit.params.kinds import refuse_other_kind
from toolkit.params.named import (
    Named,
    behaviour_named,
    catalogue_named,
    extensions_named,
    policies_named,
    rule_named,
)
from toolkit.params.overlays import Stack, split_study, stacked
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Key, Source, read_model, read_source, unknown_names, validate
from toolkit.params.schemes import KINDS, OwnParams, parts
from toolkit.params.search import Template, read_templates
from toolkit.params.study import StudyParams

Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """A study with everything its file points to.

    Attributes
    ----------
    path : Path
        The study file.
    study : StudyParams
    baseline : PolicyParams
    alternatives : tuple of PolicyParams
    rule : DecisionRuleParams
    behaviour : BehaviourParams or None
        Declared reactions of customers, where the study names a file of them.
    templates : mapping of search to Template
        The policy file that each search starts from.
    catalogue : tuple of PolicyParams
        Described only; in the order of the file names.
    files : tuple of Path
        Every parameter file that was read: the study, what it names, then what it stands on and what is laid over it.
    named : tuple of Path
        Policies, decision rule, reactions, templates and catalogue among them.
    scenarios : tuple of str
        What was laid over the study, as it was named.
    stack : Stack
        Where every key of the study stands, and what each file changes.
    edits : Edits
        What the study changes in the files that it names.
    extensions : tuple of Extension
        Measures and kinds of scheme of the company's own: those of installed packages, then those that the study names.
    """

    path: Path
    study: StudyParams
    baseline: PolicyParams
    alternatives: tuple[PolicyParams, ...]
    rule: DecisionRuleParams
    behaviour: BehaviourParams | None
    templates: Mapping[str, Template]
    catalogue: tuple[PolicyParams, ...]
    files: tuple[Path, ...]
    named: tuple[Path, ...]
    scenarios: tuple[str, ...]
    stack: Stack
    edits: Edits
    extensions: tuple[Extension, ...] = ()

    @property
    def policies(self) -> tuple[PolicyParams, ...]:
        """Baseline first."""
        return (self.baseline, *self.alternatives)


def read_study(
    study: str | Path, known_measures: Collection[str] | None = None, quarter: str = "last"
) -> StudyFiles:
    """Read a study file with what it stands on and what is laid over it, and every policy and rule it names.

    Parameters
    ----------
    study : path
        The study file, perhaps followed by scenarios; see :func:`toolkit.params.overlays.split_study`.
    known_measures : sequence of str, optional
        Names that a scheme may use; without it names are not checked.
    quarter : str
        Such as ``2026Q3``: the quarter's own file is laid over the study.

    Raises
    ------
    FileProblems
        With every problem of every file at once.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.study.example import FILE
    >>> files = toolkit.read_study(FILE)
    >>> [policy.id for policy in files.policies], files.rule.adopt_probability
    (['vip', 'lower_bar', 'abc', 'points'], 0.9)
    >>> [file.name for file in files.files]
    ['study.yaml', 'vip.yaml', 'lower_bar.yaml', 'abc.yaml', 'points.yaml', 'rule.yaml', 'reactions.yaml']
    """
    stack = stacked(study, quarter)
    source, edits = stack.source, Edits(stack.source)
    refuse_other_kind(source, "study")
    problems = list(stack.problems)
    extensions = _extensions(source, problems)
    if known_measures is not None:
        known_measures = known_to("measure", known_measures, extensions)
    read = _collect(problems, lambda: validate(source, StudyParams))
    policies, rules = policies_named(source), rule_named(source)
    found = [
        _collect(problems, lambda file=file, key=key: _policy(source, key, file, known_measures, edits))
        for key, file in policies
    ]
    rule = [
        _collect(problems, lambda file=file, key=key: _rule(source, key, file, edits)) for key, file in rules
    ]
    reactions = behaviour_named(source)
    reaction = [
        _collect(problems, lambda file=file, key=key: _behaviour(source, key, file))
        for key, file in reactions
    ]
    if known_measures is not None and read:
        wanted = [(("programme", "measure"), read.programme.measure)] if read.programme else []
        wanted += _measures_of(read.designs)
        problems += unknown_names(source, wanted, known_measures, "指标", "measure")
    catalogue = catalogue_named(source, problems)
    described = [
        _collect(problems, lambda file=file: read_policy(file, known_measures)) for file in catalogue
    ]
    if read:
        problems += _without_grade(source, read, [policy for policy in found if policy])
    if all(found) and all(rule):
        problems += edits.unknown(one.id for one in (*found, *rule))
    problems += _same_id(source, policies, found, described)
    problems += _foreign_kinds(source, [p for p in (*found, *described) if p], extensions)
    problems += _of_things(source, policies, found)
    searches = read.search if read else ()
    taken = [p.id for p in (*found, *described) if p]
    templates, unfit = read_templates(source, searches, known_measures, taken)
    problems += unfit
    if problems or read is None:
        raise FileProblems(list(dict.fromkeys(problems)))
    asked = [(("search", place, "template"), one.template) for place, one in enumerate(searches)]
    told = (source.beside(key, file) for key, file in (*policies, *rules, *reactions, *asked))
    own_code = [extension.path for extension in extensions if not extension.installed]
    named = tuple(dict.fromkeys((*told, *catalogue, *own_code)))
    own, more = stack.files[0], stack.files[1:]
    files, scenarios = (own, *named, *more), split_study(study)[1]
    return StudyFiles(
        own,
        read,
        found[0],
        tuple(found[1:]),
        rule[0],
        reaction[0] if reaction else None,
        templates,
        tuple(described),
        files,
        named,
        scenarios,
        stack,
        edits,
        extensions,
    )


def _extensions(source: Source, problems: list[Problem]) -> tuple[Extension, ...]:
    """What is loaded before anything is checked; a file that cannot be is a problem of the key that names it."""
    found = list(load_installed())
    for key, file in extensions_named(source):
        one = _collect(problems, lambda key=key, file=file: _told_at(source, key, file, load))
        found += [one] if one else []
    return tuple(found)


def _foreign_kinds(
    source: Source, read: Sequence[PolicyParams], extensions: Sequence[Extension]
) -> list[Problem]:
    """Policies with a kind of scheme that is known here but belongs to a file that this study does not name."""
    known = known_to("scheme", tuple(KINDS), extensions)
    foreign = [
        part.kind
        for policy in read
        for _, part in parts(policy)
        if isinstance(part, OwnParams) and part.kind not in known
    ]
    return [
        source.problem(
            ("policies",),
            kind,
            "这种方案出自一个扩展文件，本研究的 extensions 没有列出它",
            "this kind of scheme comes from an extension that the study does not list under extensions",
        )
        for kind in dict.fromkeys(foreign)
    ]


def _same_id(
    source: Source,
    named: Sequence[Named],
    policies: Sequence[PolicyParams | None],
    catalogue: Sequence[PolicyParams | None],
) -> list[Problem]:
    """Problems of policies that bear the id of an earlier one, mostly because their file is named twice."""
    first: dict[str, Named] = {}
    problems = []
    for (key, file), policy in zip(named, policies, strict=True):
        if policy is None:
            continue
        other, other_file = first.setdefault(policy.id, (key, file))
        if other == key:
            continue
        line = source.line(other)
        zh, en = (
            f"id 与第 {line} 行的方案相同（{policy.id}）；请改其中一个的 id",
            f"has the id of the policy in line {line} ({policy.id}); change the id of one of them",
        )
        if source.beside(key, file).resolve() == source.beside(other, other_file).resolve():
            zh, en = (
                f"这个方案第 {line} 行已经写过；请删去一处",
                f"this policy stands in line {line} already; delete one of them",
            )
        problems.append(source.problem(key, file, zh, en))
    taken = [*first, *(one.id for one in catalogue if one)]
    twice = [name for name, times in Counter(taken).items() if times > 1]
    return problems + [
        source.problem(
            ("catalogue",),
            ...,
            f"有两个方案的 id 是 {name}；请改其中一个的 id，或从目录中删去",
            f"two policies have the id {name}; change the id of one, or take it out of the catalogue",
        )
        for name in twice[:1]
    ]


def _of_things(
    source: Source, named: Sequence[Named], policies: Sequence[PolicyParams | None]
) -> list[Problem]:
    """Problems of compared policies that grade no customers."""
    return [
        source.problem(
            key,
            file,
            f"方案 {policy.id} 给 {policy.of} 定级，不是给客户，不能作基线或备选；请放进 catalogue",
            f"the policy {policy.id} grades {policy.of}, not customers, and cannot be the baseline or an alternative; "
            "put it into the catalogue",
        )
        for (key, file), policy in zip(named, policies, strict=True)
        if policy and policy.of != "customers"
    ]


def _measures_of(designs: Sequence[DesignParams]) -> list[tuple[tuple[str | int, ...], str]]:
    """Every measure that a design names, with its key."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    for place, one in enumerate(designs):
        if one.design in ("rollout", "reviews"):
            found.append((("designs", place, "measure"), one.measure))
            continue
        found += [(("designs", place, "controls", i), name) for i, name in enumerate(one.controls)]
        if one.design == "experiment" and one.band:
            found.append((("designs", place, "band", "measure"), one.band.measure))
    return found


def _without_grade(source: Source, study: StudyParams, policies: Sequence[PolicyParams]) -> list[Problem]:
    """Classes of callers and caps that speak of what no policy has, where all policies could be read."""
    if len(policies) != 1 + len(study.policies.alternatives):
        return []
    given = list(dict.fromkeys(plan.package for policy in policies for plan in policy.service.values()))
    pools = {
        name: pool.hours_per_head is not None
        for policy in policies
        for name, pool in (policy.pools or {}).items()
    }
    lines = classes_without_grade(study.hotline, given) if study.hotline else ()
    found = [("hotline", *one) for one in lines]
    found += [("capacity", *one) for one in caps_without_pool(study.capacity, given, pools)]
    bought = [one.id for one in study.retention if one.kind != "spend_kept"]
    found += [
        ("assumed_effects", *one) for one in effects_without_place(study.assumed_effects, given, bought)
    ]
    return [source.problem((block, *key), value, zh, en) for block, key, value, zh, en in found]


def _collect(problems: list[Problem], read: Any) -> Any:
    try:
        return read()
    except FileProblems as refused:
        problems.extend(refused.problems)
        return None


def _policy(source: Source, key: Key, file: str, known: Collection[str] | None, edits: Edits) -> PolicyParams:
    return _told_at(source, key, file, lambda path: read_policy(path, known, edits))


def _rule(source: Source, key: Key, file: str, edits: Edits) -> DecisionRuleParams:
    def read(path: Path) -> DecisionRuleParams:
        own = read_source(path)
        refuse_other_kind(own, "decision_rule")
        edited, problems = edits.over(own)
        rule = _collect(problems, lambda: validate(edited, DecisionRuleParams))
        if problems:
            raise FileProblems(problems)
        return rule

    return _told_at(source, key, file, read)


def _behaviour(source: Source, key: Key, file: str) -> BehaviourParams:
    return _told_at(source, key, file, lambda path: read_model(path, BehaviourParams))


def _told_at(source: Source, key: Key, file: str, read: Callable[[Path], Parsed]) -> Parsed:
    """What ``read`` makes of a named file; one that cannot be read is a problem of the key that names it."""
    try:
        return read(source.beside(key, file))
    except FileProblems:
        raise
    except ParameterError as error:
        raise FileProblems([source.problem(key, file, error.zh.rstrip("。"), _within(error.en))]) from None


def _within(sentence: str) -> str:
    """``sentence`` as a part of another."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
