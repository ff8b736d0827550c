"""A dry run: everything a run needs is really checked, each step is foreseen with its reason, nothing is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError
from toolkit.params.history import FilesParams
from toolkit.params.reading import Key, Source
from toolkit.run import plan as steps
from toolkit.run import provenance, space
from toolkit.run.desk import Decision, Desk, check_forced
from toolkit.run.failures import CannotWrite, no_space
from toolkit.run.files import Places
from toolkit.run.keys import Keys, make_sources
from toolkit.run.lock import holder, lock_name, locked
from toolkit.run.merged import about
from toolkit.run.plan import Plan
from toolkit.run.record import Step
from toolkit.run.rooms import Rooms, rooms
from toolkit.run.store import STEPS, Entry, Store
from toolkit.terms import Label, Lang

AFTER_DATA = Label("取决于 data", "depends on data")
OK, BAD = "✓", "✗"
ACTIONS = {True: Label("沿用", "reuse"), False: Label("要做", "run")}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes
    ----------
    name : Label
    found : Label
        What was found, or what is wrong.
    exit_code : int
        0, or the exit code of a run that meets it.
    """

    name: Label
    found: Label
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run would do with one step.

    Attributes
    ----------
    step : Step
    reuse : str or None
        The run whose result would be reused; None where the step would be done.
    why : Label
    """

    step: Step
    reuse: str | None
    why: Label


@dataclass(slots=True)
class Rehearsal:
    """What a dry run found.

    Attributes
    ----------
    checks : list of Check
    steps : list of Foreseen
    """

    checks: list[Check] = field(default_factory=list)
    steps: list[Foreseen] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """That of the first check that failed; 0 where none did."""
        return next((check.exit_code for check in self.checks if check.exit_code), 0)

    def lines(self, lang: Lang) -> list[str]:
        """What to print."""
        checks = [
            f"{BAD if c.exit_code else OK} {c.name.text(lang)}{'：' if lang == 'zh' else ': '}{c.found.text(lang)}"
            for c in self.checks
        ]
        foreseen = [
            f"{ACTIONS[bool(f.reuse)].text(lang):<6} {f.step.id}  {f.why.text(lang)}"
            + (f" ({f.reuse})" if f.reuse else "")
            for f in self.steps
        ]
        return [*checks, "", *foreseen]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "exit_code": self.exit_code,
            "checks": [
                {"name": c.name.en, "exit_code": c.exit_code, "zh": c.found.zh, "en": c.found.en}
                for c in self.checks
            ],
            "steps": [
                {"id": f.step.id, "reuse": f.reuse, "why": {"zh": f.why.zh, "en": f.why.en}}
                for f in self.steps
            ],
        }


def rehearse(plan: Plan, force: tuple[str, ...] = (), below: Rooms | None = None) -> Rehearsal:
    """Check all that a run of ``plan`` needs, and foresee what becomes of each of its steps.

    Raises
    ------
    UsageError
        Where ``force`` names an unknown step.
    """
    check_forced(force, steps.steps(plan))
    found = Rehearsal()
    found.checks.append(
        Check(
            Label("参数与笔记本", "parameters and notebooks"),
            Label(
                f"{len(plan.files.files)} 个参数文件，{len(plan.chapters)} 章",
                f"{len(plan.files.files)} parameter files, {len(plan.chapters)} chapters",
            ),
        )
    )
    fonts: list[dict[str, str]] = []
    _try(found, Label("字体", "fonts"), lambda: _fonts((below or rooms()).fonts, fonts))
    foresight = _Foresight(plan, fonts, Desk(Store(plan.out / STEPS / plan.files.study.id), force))
    _try(found, Label("数据", "data"), lambda: foresight.check_data())
    _try(found, Label("报告文件夹", "folder of reports"), lambda: _writable(plan.out))
    _try(found, Label("磁盘空间", "disk space"), lambda: _roomy(plan))
    _try(found, Label("锁", "lock"), lambda: _unlocked(plan, foresight.quarter))
    _try(found, Label("内核", "kernel"), lambda: _kernel(plan))
    found.steps.extend(foresight.steps())
    return found


class _Foresight:
    """What would become of each step."""

    def __init__(self, plan: Plan, fonts: list[dict[str, str]], desk: Desk) -> None:
        self._plan, self._desk = plan, desk
        self._places = Places(plan.root)
        sources = make_sources(plan, self._places)
        self._keys = Keys(plan, sources, fonts, provenance.interpreter()["packages"])
        self._data = desk.decide(steps.DATA, self._keys.data())
        known = self._data.entry.known["quarter"] if self._data.entry else plan.quarter
        self.quarter = None if known == "last" else str(known)

    def check_data(self) -> Label:
        """Read every table as far as its columns, unless the same files were read before."""
        history = self._plan.files.study.history
        if not isinstance(history, FilesParams):
            return Label("模拟数据，不需要文件", "simulated, no file is needed")
        if self._data.entry:
            return Label("与上次读取时相同", "the same as when they were read")
        rows = _read_tables(history, self._plan.data, self._plan.files.stack.source, self._places)
        return Label(f"{rows} 行，列都在", f"{rows} rows, all named columns are there")

    def steps(self) -> list[Foreseen]:
        """Every step in order."""
        data = _foreseen(steps.DATA, self._data)
        names = [steps.chapter_step(path) for path in self._plan.chapters]
        if self.quarter is None:
            later = [*names, steps.FACTS, *map(steps.report_step, self._plan.reports)]
            return [data, *(Foreseen(step, None, AFTER_DATA) for step in later)]
        decided = {
            path.stem: self._desk.decide(
                steps.chapter_step(path), self._keys.chapter(path, self.quarter, self._data.key)
            )
            for path in self._plan.chapters
        }
        told = [_foreseen(step, d) for step, d in zip(names, decided.values(), strict=True)]
        return [data, *told, *self._later(decided)]

    def _later(self, decided: dict[str, Decision]) -> list[Foreseen]:
        """Facts and reports; unknown where a chapter would run."""
        entries = {name: d.entry for name, d in decided.items() if d.entry}
        reports = [steps.report_step(name) for name in self._plan.reports]
        waits = _after([steps.chapter_step(Path(name)) for name in decided if name not in entries])
        if waits:
            return [Foreseen(step, None, waits) for step in (steps.FACTS, *reports)]
        facts = self._desk.decide(steps.FACTS, self._keys.facts(str(self.quarter), entries))
        told = [_foreseen(steps.FACTS, facts)]
        if facts.entry is None:
            return [*told, *(Foreseen(step, None, _after([steps.FACTS])) for step in reports)]
        first_page = about(self._told())
        return told + [
            _foreseen(
                step, self._desk.decide(step, self._keys.report(name, entries, facts.entry, first_page))
            )
            for name, step in zip(self._plan.reports, reports, strict=True)
        ]

    def _told(self) -> dict[str, Any]:
        """What the manifest would say of the report."""
        study = self._plan.files.study
        told = {"title": study.title.model_dump(), "company": study.company.model_dump()}
        simulated = study.history.kind == "simulated"
        return self._places.cleaned(told) | {"quarter": self.quarter, "data": {"simulated": simulated}}


def _foreseen(step: Step, decision: Decision) -> Foreseen:
    entry: Entry | None = decision.entry
    return Foreseen(step, entry.run if entry else None, decision.why)


def _after(waiting: list[Step]) -> Label | None:
    if not waiting:
        return None
    listed = ", ".join(step.id for step in waiting)
    return Label(f"取决于 {listed}", f"depends on {listed}")


def _try(found: Rehearsal, name: Label, look: Callable[[], Label]) -> None:
    try:
        found.checks.append(Check(name, look()))
    except GradelabError as error:
        found.checks.append(Check(name, Label(error.zh, error.en), error.exit_code))


def _fonts(look: Callable[[], list[dict[str, str]]], fonts: list[dict[str, str]]) -> Label:
    fonts.extend(look())
    listed = ", ".join(font["name"] for font in fonts)
    return Label(listed, listed)


def _read_tables(history: FilesParams, folder: Path, study: Source, places: Places) -> int:
    from toolkit.history.canonical import TABLES
    from toolkit.history.mapping import map_columns
    from toolkit.history.source import connect, engine_of_transactions, read_raw

    con = connect(history.time_zone)
    engine = engine_of_transactions(history, con)
    rows = 0
    for name, table in {"transactions": history.transactions, **history.tables}.items():
        key = ("history", name) if name == "transactions" else ("history", "tables", name)
        with tempfile.TemporaryDirectory(prefix="gradelab-") as scratch, _told_at(study, key, places):
            raw = read_raw(engine if name == "transactions" else con, table, folder, Path(scratch))
            map_columns(raw, TABLES[name], table)
            rows += sum(file.rows for file in raw.files)
    return rows


@contextmanager
def _told_at(study: Source, key: Key, places: Places) -> Iterator[None]:
    """Say of what cannot be read where the study names it."""
    try:
        yield
    except GradelabError as error:
        file, line = study.origin(key)
        name = places.name(Path(file))
        raise type(error)(
            zh=f"{name} 第 {line} 行，{'.'.join(map(str, key))}：{error.zh}",
            en=f"{name}, line {line}, {'.'.join(map(str, key))}: {error.en}",
        ) from None


def _writable(out: Path) -> Label:
    place = space.existing(out)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise CannotWrite(
            zh=f"不能写入 {place}；请换一个报告文件夹（--out）或改权限。",
            en=f"{place} cannot be written; choose another folder of reports (--out) or change its permissions.",
        )
    return Label(f"可写：{out}", f"can be written: {out}")


def _roomy(plan: Plan) -> Label:
    needed, free = space.needed(plan.out / plan.files.study.id), space.free(plan.out)
    if free < needed:
        raise no_space(plan.out, needed, free)
    return Label(
        f"剩余 {free / 1e6:,.0f} MB，约需 {needed / 1e6:,.0f} MB",
        f"{free / 1e6:,.0f} MB free, about {needed / 1e6:,.0f} MB needed",
    )


def _unlocked(plan: Plan, quarter: str | None) -> Label:
    study = plan.out / plan.files.study.id
    for folder in (study, *([study / quarter] if quarter else [])):
        lock = folder / lock_name(plan.scenario)
        held = holder(lock)
        if held:
            raise locked(lock, held)
    return Label("没有别的运行", "no other run")


def _kernel(plan: Plan) -> Label:
    from toolkit.run.kernels import Kernels

    with Kernels(plan.root) as kernels:
        kernels.prove()
    return Label("能启动", "starts")
