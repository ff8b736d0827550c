"""Sets of what-ifs: named scenarios, and grids in which every combination of values is one."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import model_validator

from toolkit.errors import ParameterError
from toolkit.params.merging import part_of
from toolkit.params.problems import shown, suggested
from toolkit.params.reading import Key, Source, read_source, validate
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

MEMBER = "#"
MOST_MEMBERS = 60


class ScenarioParams(Strict):
    """One what-if: files laid over the study, and what it changes itself."""

    name: Identifier = described("名称，也记在运行里", "name, also recorded in the run")
    title: Words | None = described("标题；不写则用名称", "title; left out, the name", None)
    files: Several[Text] = described(
        "叠加的情景文件，相对于本文件，依次叠加",
        "scenario files laid over the study in order, relative to this file",
        (),
    )
    change: dict[str, Any] | None = described(
        "直接写出的改动，与研究文件同样的键", "what is changed, with the keys of a study file", None
    )


class SetParams(Strict):
    """Several what-ifs of one study."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("标题", "title")
    scenarios: Several[ScenarioParams] = described("逐个写明的情景", "scenarios one by one", ())
    grid: dict[Text, Several[Any]] | None = described(
        "键（用点连接）到若干取值；每种组合为一个情景",
        "dotted key to values; every combination is a scenario",
        None,
    )

    @model_validator(mode="after")
    def members_differ_and_are_few(self) -> SetParams:
        sizes = [len(values) for values in (self.grid or {}).values()]
        if any(size == 0 for size in sizes):
            raise refuse("grid 中有的键没有取值", "a key of the grid has no values")
        for one, other in itertools.permutations(self.grid or {}, 2):
            if other.startswith(f"{one}."):
                raise refuse(
                    f"grid 中 {other} 在 {one} 之内", f"the grid sets both {one} and {other} inside it"
                )
        count = len(self.scenarios) + (math.prod(sizes) if sizes else 0)
        if count > MOST_MEMBERS:
            raise refuse(
                f"共有 {count} 个情景，最多 {MOST_MEMBERS} 个；请减少取值或分成几组",
                f"there are {count} scenarios, at most {MOST_MEMBERS} are run; give fewer values or several sets",
            )
        if not count:
            raise refuse("既没有 scenarios，也没有 grid", "there are neither scenarios nor a grid")
        twice = [name for name, times in Counter(s.name for s in self.scenarios).items() if times > 1]
        if twice:
            raise refuse(f"情景 {twice[0]} 出现了两次", f"the scenario {twice[0]} is listed twice")
        return self


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a set.

    Attributes
    ----------
    name : str
    title : Words or None
    """

    name: str
    title: Words | None = None


@dataclass(frozen=True, slots=True)
class ScenarioSet:
    """A set file.

    Attributes
    ----------
    path : Path
    params : SetParams
    source : Source
    """

    path: Path
    params: SetParams
    source: Source

    @property
    def members(self) -> list[Member]:
        """Scenarios first, then the grid."""
        listed = [Member(one.name, one.title) for one in self.params.scenarios]
        return [*listed, *(Member(name, self._values(chosen)) for name, chosen in self.combinations())]

    def combinations(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Name of every combination of the grid, and the place of its value by key."""
        grid = self.params.grid or {}
        places = (range(len(values)) for values in grid.values())
        for number, chosen in enumerate(itertools.product(*places) if grid else (), 1):
            yield f"grid_{number:02d}", dict(zip(grid, chosen, strict=True))

    def layers(self, name: str) -> list[Source]:
        """What the member ``name`` lays over a study, in order.

        Raises
        ------
        ParameterError
            When there is no such member, or one of its files cannot be read.
        """
        for place, one in enumerate(self.params.scenarios):
            if one.name == name:
                return self._listed(place)
        for found, chosen in self.combinations():
            if found == name:
                return [self._combined(chosen)]
        zh, en = suggested(name, [member.name for member in self.members])
        raise ParameterError(
            zh=f"{self.path} 中没有情景 {name}{zh}。", en=f"There is no scenario {name} in {self.path}{en}."
        )

    def _values(self, chosen: dict[str, int]) -> Words:
        grid = self.params.grid or {}
        text = ", ".join(f"{key} = {shown(grid[key][place])}" for key, place in chosen.items())
        return Words(zh=text, en=text)

    def _listed(self, place: int) -> list[Source]:
        key: Key = ("scenarios", place)
        one = self.params.scenarios[place]
        files = [read_source(self.source.beside(key, file)) for file in one.files]
        return [*files, part_of(self.source, (*key, "change"))] if one.change else files

    def _combined(self, chosen: dict[str, int]) -> Source:
        data: dict[str, Any] = {}
        lines: dict[Key, int] = {}
        for dotted, place in chosen.items():
            steps, at = tuple(dotted.split(".")), data
            for step in steps[:-1]:
                at = at.setdefault(step, {})
            at[steps[-1]] = self.source.data["grid"][dotted][place]
            line = self.source.line(("grid", dotted, place))
            lines |= {steps[:length]: line for length in range(1, len(steps) + 1)}
        return replace(self.source, data=data, lines=lines)


def read_set(path: str | Path) -> ScenarioSet:
    """Read a set file.

    Raises
    ------
    FileProblems
        With every problem of the file.
    """
    source = read_source(path)
    params = validate(source, SetParams)
    return ScenarioSet(Path(path), params, source)


def read_member(path: Path, name: str) -> list[Source]:
    """What the member ``name`` of the set file ``path`` lays over a study, in order.

    Raises
    ------
    ParameterError
    """
    return read_set(path).layers(name)
