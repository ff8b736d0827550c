"""``gradelab params diff``: what is different between two studies, two policies or two runs, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from toolkit.errors import UsageError
from toolkit.params.changes import Changed, Key, changes
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.kinds import kind_of
from toolkit.params.labels import JOINT, label_of, printed, unit_of
from toolkit.params.merging import NOTHING
from toolkit.params.origins import DEFAULT
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.reading import read_source
from toolkit.params.study import StudyParams
from toolkit.run.files import read_json
from toolkit.run.found import SUFFIXES, find_run
from toolkit.run.given import ORIGINS
from toolkit.run.plan import RESOLVED
from toolkit.run.speech import near
from toolkit.terms import Label, Lang

PARTS: dict[str, tuple[Label, type[BaseModel]]] = {
    "study": (Label("研究", "study"), StudyParams),
    "baseline": (Label("现行方案", "baseline"), PolicyParams),
    "alternatives": (Label("备选方案", "alternative"), PolicyParams),
    "policy": (Label("方案", "policy"), PolicyParams),
    "decision_rule": (Label("决策规则", "decision rule"), DecisionRuleParams),
}
ADDED, GONE, SAME = (
    Label("新增", "added"),
    Label("删去", "removed"),
    Label("参数没有不同。", "No parameter differs."),
)


@dataclass(frozen=True, slots=True)
class Side:
    """Parameters of one side.

    Attributes
    ----------
    values : mapping
        By part: study, baseline, alternatives, decision_rule; or policy alone.
    origins : mapping of dotted key to ``file:line``
    """

    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def origin(self, key: Key) -> str:
        """Who set ``key`` or what is below it."""
        dotted = ".".join(map(str, key))
        told = self.origins.get(dotted) or next(
            (one for name, one in self.origins.items() if name.startswith(f"{dotted}.")), ""
        )
        return "" if told == DEFAULT else told

    @property
    def currency(self) -> str:
        """Currency of the study; empty where there is no study."""
        return (
            (self.values.get("study") or {}).get("history", {}).get("currency", "CNY")
            if "study" in self.values
            else ""
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One difference in words.

    Attributes
    ----------
    key : str
        Dotted, on the later side where it is there.
    label : Label
    before, after : Label or None
        Printed values; None where there was or is none.
    before_origin, after_origin : str
        ``file:line``; empty where nobody set the value.
    """

    key: str
    label: Label
    before: Label | None
    after: Label | None
    before_origin: str
    after_origin: str

    @property
    def _word(self) -> Label:
        return ADDED if self.after else GONE

    def line(self, lang: Lang) -> str:
        """The difference as one line."""
        was, now = (value.text(lang) if value else "" for value in (self.before, self.after))
        said = (
            f"{was} → {now}"
            if self.before and self.after
            else f"{self._word.text(lang)} {now or was}".rstrip()
        )
        places = " → ".join(dict.fromkeys(filter(None, (self.before_origin, self.after_origin))))
        if lang == "zh":
            return f"{self.label.zh}：{said}{f'（{places}）' if places else ''}"
        return f"{self.label.en}: {said}{f' ({places})' if places else ''}"


def difference(before: Path, after: Path, reports: Path, units: Mapping[str, str]) -> list[Told]:
    """What is different between two studies, two policies or two runs, a study and a run included.

    ``units`` gives the unit of every measure.

    Raises
    ------
    UsageError
        Where one is a policy and the other is not.
    ParameterError
        Where a file has problems.
    """
    first, last = side(before, reports), side(after, reports)
    if ("policy" in first.values) != ("policy" in last.values):
        raise UsageError(
            zh="方案只能与方案比较，研究只能与研究或运行比较；请给出同类的两个。",
            en="A policy is compared with a policy, a study with a study or a run; name two of a kind.",
        )
    return [_told(one, first, last, units) for one in changes(first.values, last.values)]


def side(wanted: Path, reports: Path) -> Side:
    """Parameters of the study file, policy file or run ``wanted``.

    Raises
    ------
    UsageError, ParameterError
    """
    if wanted.suffix in SUFFIXES:
        return _policy(wanted) if kind_of(read_source(wanted)) == "policy" else _study(wanted)
    run = find_run(wanted, reports)
    try:
        values, origins = read_source(run / RESOLVED).data, read_json(run / ORIGINS)
    except OSError:
        raise UsageError(
            zh=f"运行 {run.name} 的 {RESOLVED} 或 {ORIGINS} 缺失，无法比较；请换一次运行。",
            en=f"{RESOLVED} or {ORIGINS} of run {run.name} is missing; name another run.",
        ) from None
    return Side(values, origins)


def _policy(path: Path) -> Side:
    source, dumped = read_source(path), read_policy(path).model_dump(mode="json")
    origins = {
        ".".join(("policy", *map(str, key))): f"{near(path.absolute())}:{line}"
        for key, line in source.lines.items()
    }
    return Side({"policy": dumped}, origins)


def _study(path: Path) -> Side:
    from toolkit.measures.registry import names
    from toolkit.params.origins import resolved_origins
    from toolkit.run.plan import make_plan

    plan = make_plan(path, known_measures=names())
    resolved = json.loads(json.dumps(plan.resolved()))
    return Side(resolved, resolved_origins(plan.files, resolved, lambda file: near(file.absolute())))


def _told(one: Changed, first: Side, last: Side, units: Mapping[str, str]) -> Told:
    where, key = (first, one.before_key) if one.after is NOTHING else (last, one.after_key)
    label, model, data, inside = _part(where.values, key)
    if inside:
        words = label_of(model, data, inside)
        label = Label(f"{label.zh}{JOINT}{words.zh}", f"{label.en}{JOINT}{words.en}")
    unit = unit_of(model, data, inside, units) if inside else ""
    before, after = (
        None
        if value is NOTHING
        else Label("", "")
        if not inside
        else Label(*(printed(value, unit, lang, side.currency) for lang in ("zh", "en")))
        for value, side in ((one.before, first), (one.after, last))
    )
    origins = (
        "" if value is NOTHING else side.origin(key)
        for value, side, key in ((one.before, first, one.before_key), (one.after, last, one.after_key))
    )
    return Told(".".join(map(str, key)), label, before, after, *origins)


def _part(values: Mapping[str, Any], key: Key) -> tuple[Label, type[BaseModel], Any, Key]:
    """Name, model and data of the part in which ``key`` stands, and what of ``key`` is inside it."""
    label, model = PARTS[str(key[0])]
    data, inside = values[key[0]], key[1:]
    if key[0] == "alternatives" and inside:
        data, inside = data[inside[0]], inside[1:]
    if key[0] != "policy" and model is PolicyParams:
        label = Label(f"{label.zh} {data['title']['zh']}", f"{label.en} {data['title']['en']}")
    return label, model, data, inside
