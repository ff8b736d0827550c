"""A study as the sum of files: what it stands on, its quarter's own file, and scenarios laid over it.

A study is named by one text: the study file and, after `` + ``, the scenarios in their order. A scenario
is a file, or ``file#member`` for one member of a set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.errors import ParameterError
from toolkit.params.merging import Change, Merged, merge
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Key, Source, read_source
from toolkit.params.sets import MEMBER, read_member

JOINT = " + "
BASE = "base"
QUARTERS = "quarters"
OF_THE_STUDY = ("id", BASE)
BEFORE_THE_QUARTER = ("history", "quarter", "fiscal_start_month")
EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of a study that changes what is below it.

    Attributes
    ----------
    name : str
        The file, or ``file#member``.
    path : Path
    changes : tuple of Change
    """

    name: str
    path: Path
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """All files of a study as one source.

    Attributes
    ----------
    source : Source
        What they come to, without ``base``.
    layers : tuple of Layer
        From the lowest that stands on something to the uppermost.
    files : tuple of Path
        Every file, the study first, then what it stands on, then what is laid over it.
    problems : tuple of Problem
        What cannot be laid over what is below it.
    """

    source: Source
    layers: tuple[Layer, ...]
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def split_study(study: str | Path) -> tuple[Path, tuple[str, ...]]:
    """The study file and the scenarios that ``study`` names.

    >>> split_study("params/studies/demo.yaml + params/scenarios/a.yaml")[1]
    ('params/scenarios/a.yaml',)
    """
    first, *scenarios = str(study).split(JOINT)
    return Path(first), tuple(scenarios)


def joined_study(study: str | Path, scenarios: Sequence[str | Path]) -> str:
    """The text that names a study file with scenarios laid over it."""
    return JOINT.join(map(str, (study, *scenarios)))


def scenario_file(name: str) -> Path:
    """The file of the scenario ``name``."""
    return Path(name.partition(MEMBER)[0])


def quarter_file(study: Path, id: str, quarter: str) -> Path | None:
    """The file of one quarter of the study ``id``: ``quarters/<id>/<quarter>.yaml`` beside or above the study file."""
    places = (above / QUARTERS / id / f"{quarter}.yaml" for above in (study.parent, study.parent.parent))
    return next((place for place in places if place.is_file()), None)


def has_quarter_files(study: Path, id: str) -> bool:
    """Whether any quarter of the study has a file of its own."""
    return any((above / QUARTERS / id).is_dir() for above in (study.parent, study.parent.parent))


def stacked(study: str | Path, quarter: str = "last") -> Stack:
    """Read every file of ``study``, and that of ``quarter`` where it is known and there is one.

    Raises
    ------
    ParameterError
        Where a file cannot be read.
    """
    path, scenarios = split_study(study)
    chain = _chain(path, ())
    stack = Stack(chain[0], (), tuple(Path(one.file) for one in reversed(chain)), ())
    for source in chain[1:]:
        stack = _laid(stack, source, (), "")
    id = stack.source.data.get("id") if isinstance(stack.source.data, dict) else None
    own = quarter_file(path, id, quarter) if isinstance(id, str) else None
    if own:
        stack = _laid(stack, _mapping(read_source(own)), (*OF_THE_STUDY, *BEFORE_THE_QUARTER), str(own))
    for name in scenarios:
        for source in _scenario(name):
            stack = _laid(stack, _mapping(source), OF_THE_STUDY, name)
    return stack


def _scenario(name: str) -> list[Source]:
    file, _, member = name.partition(MEMBER)
    return read_member(Path(file), member) if member else [read_source(file)]


def _laid(stack: Stack, above: Source, barred: Sequence[str], name: str) -> Stack:
    found = _barred(above, barred)
    data = {key: value for key, value in above.data.items() if key not in barred}
    merged: Merged = merge(stack.source, replace(above, data=data))
    own = [Path(above.file), *([scenario_file(name)] if name else [])]
    files = (*stack.files, *(one for one in dict.fromkeys(own) if one not in stack.files))
    layer = Layer(name or above.file, Path(above.file), merged.changes)
    return Stack(merged.source, (*stack.layers, layer), files, (*stack.problems, *found, *merged.problems))


def _barred(above: Source, barred: Sequence[str]) -> list[Problem]:
    told = {
        "id": ("研究的编号由研究文件自己定", "a study is named by the study file itself"),
        BASE: ("base 只能写在研究文件里", "base belongs in a study file"),
    }
    later = (
        "由它定出季度，不能只在某一季度改；请写在研究文件里",
        "the quarter follows from it, so one quarter alone cannot change it; put it into the study file",
    )
    return [
        above.problem((key,), above.data[key], *told.get(key, later)) for key in barred if key in above.data
    ]


def _chain(path: Path, above: tuple[Path, ...]) -> list[Source]:
    """The study file and what it stands on, the lowest first."""
    source = read_source(path)
    if not isinstance(source.data, dict) or BASE not in source.data:
        return [_mapping(source)]
    base, key = source.data[BASE], (BASE,)
    own = replace(source, data={k: v for k, v in source.data.items() if k != BASE})
    if not isinstance(base, str):
        raise FileProblems(
            [source.problem(key, base, "应为研究文件的路径", "must be the path of a study file")]
        )
    below, seen = source.beside(key, base), (*above, path.resolve())
    if below.resolve() in seen:
        zh, en = "研究文件绕成了一圈，立在自己之上", "the study stands on itself"
        raise FileProblems([source.problem(key, base, zh, en)])
    try:
        return [*_chain(below, seen), own]
    except FileProblems:
        raise
    except ParameterError as error:
        raise FileProblems([source.problem(key, base, error.zh, error.en)]) from None


def _mapping(source: Source) -> Source:
    """``source``, which must hold a mapping; an empty file holds an empty one."""
    if source.data is None:
        return replace(source, data=dict(EMPTY))
    if isinstance(source.data, dict):
        return source
    key: Key = ()
    zh, en = "应为“键: 值”的一组内容", "must be a block of 'key: value' lines"
    raise FileProblems([source.problem(key, ..., zh, en)])
