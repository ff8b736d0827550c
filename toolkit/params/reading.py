"""Reading a parameter file: YAML 1.2 without surprises, then the model, all problems at once.

Plain words stay words (``NO``, ``1:30``), a key written twice is refused, and every value
remembers its line, so that a message can point at it.
"""

from __future__ import annotations

import copy
import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from toolkit.errors import ParameterError
from toolkit.params.problems import FileProblems, Problem, shown, suggested
from toolkit.params.refusals import Refusal, refusal
from toolkit.params.yaml_text import Key, NotYaml, parse

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source:
    """A parameter file as data, with the line of every key; perhaps with other files laid over it.

    Attributes
    ----------
    file : str
    data : plain dicts, lists and scalars
    lines : mapping of key path to line, counted from 1
    files : mapping of key path to file
        Only keys that another file than ``file`` has set.
    """

    file: str
    data: Any
    lines: Mapping[Key, int]
    files: Mapping[Key, str] = field(default_factory=dict)

    def line(self, key: Key) -> int:
        """Line of ``key`` or of its nearest parent."""
        return self.origin(key)[1]

    def origin(self, key: Key) -> tuple[str, int]:
        """File and line of ``key``, or of its nearest parent."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.files.get(key, self.file), self.lines.get(key, 1)

    def beside(self, key: Key, name: str) -> Path:
        """The file that ``name``, written at ``key``, means: it is relative to the file in which it is written."""
        return Path(self.origin(key)[0]).parent / name

    def problem(self, key: Key, value: Any, zh: str, en: str) -> Problem:
        """A problem at ``key``."""
        return self._problem_at(self.origin(key), key, value, zh, en)

    def problem_of_all(self, key: Key, value: Any, zh: str, en: str) -> Problem:
        """A problem of all that lies below ``key`` together; it points at what was laid over, where something was."""
        laid = [] if key in self.files else [one for one in self.files if one[: len(key)] == key]
        return self._problem_at(self.origin(laid[-1] if laid else key), key, value, zh, en)

    def _problem_at(self, origin: tuple[str, int], key: Key, value: Any, zh: str, en: str) -> Problem:
        written = "" if value is ... else shown(value)
        return Problem(*origin, ".".join(map(str, key)), written, zh, en)


def read_source(path: str | Path) -> Source:
    """Read the YAML file ``path``.

    Raises
    ------
    ParameterError
        When the file is missing, is not UTF-8, is not YAML, or has a key twice.
    """
    path = Path(os.path.normpath(path))
    text = _text(path)
    try:
        data, lines = parse(text)
    except NotYaml as refused:
        raise FileProblems([Problem(str(path), refused.line, refused.key, "", *refused.words)]) from None
    return Source(str(path), copy.deepcopy(data), lines)


def read_model(path: str | Path, model: type[Model]) -> Model:
    """Read ``path`` into ``model``.

    Raises
    ------
    FileProblems
        With every problem of the file, each with line, key, value and what is allowed.
    """
    source = read_source(path)
    return validate(source, model)


def validate(source: Source, model: type[Model]) -> Model:
    """``source`` as ``model``, or every problem at once."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise FileProblems([_problem(source, item, model) for item in error.errors()]) from None


def unknown_names(
    source: Source, wanted: Iterable[tuple[Key, str]], known: Collection[str], zh_noun: str, en_noun: str
) -> list[Problem]:
    """Problems for every name in ``wanted`` (key path, name) that is not among ``known``.

    Where ``known`` maps names to labels, a name that is written as its label is recognised.
    """
    found = []
    for key, name in wanted:
        if name in known:
            continue
        labels = known.items() if isinstance(known, Mapping) else ()
        meant = [id for id, label in labels if name in (label.zh, label.en)]
        zh, en = (f"；请写 {meant[0]}", f"; write {meant[0]}") if meant else suggested(name, sorted(known))
        found.append(
            source.problem(key, name, f"没有名为此的{zh_noun}{zh}", f"there is no {en_noun} of this name{en}")
        )
    return found


def _problem(source: Source, item: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    found = refusal(source.data, item, model, lambda key: _line(source, key))
    told = source.problem_of_all if found.whole else source.problem
    return told(_pointed_at(source, found), found.written, found.zh, found.en)


def _pointed_at(source: Source, found: Refusal) -> Key:
    """The part that is at fault, unless another file has laid something beside it: then the two together are."""
    laid = [one for one in source.files if one[: len(found.key)] == found.key]
    beside = laid and not any(one[: len(found.at)] == found.at for one in laid)
    return found.key if beside else found.at


def _line(source: Source, key: Key) -> str:
    """The line in which ``key`` is written, as it was typed; empty where its file can no longer be read."""
    file, number = source.origin(key)
    try:
        return Path(file).read_text("utf-8-sig").splitlines()[number - 1]
    except (OSError, ValueError, IndexError):
        return ""


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise _no_file(path) from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        kind = _encoding(raw)
        zh = f"不是 UTF-8 编码{f'，很可能是 {kind}' if kind else ''}；请在编辑器里另存为 UTF-8"
        en = f"is not in UTF-8{f', it is probably {kind}' if kind else ''}; save it as UTF-8 in your editor"
        raise FileProblems([Problem(str(path), line, "", "", zh, en)]) from None
    except OSError as error:
        raise ParameterError(
            zh=f"参数文件 {path} 打不开（{type(error).__name__}）；请检查它是不是文件、有没有读取权限。",
            en=f"Parameter file {path} cannot be opened ({type(error).__name__}); check that it is a file that you may read.",
        ) from None


def _encoding(raw: bytes) -> str:
    """The encoding that ``raw`` probably has; empty where nothing speaks for one."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "GBK"


def _no_file(path: Path) -> ParameterError:
    here = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, here, n=1)
    zh = f"；同一文件夹里有 {near[0]}" if near else "；请检查路径"
    en = f"; the folder holds {near[0]}" if near else "; check the path"
    return ParameterError(zh=f"找不到参数文件 {path}{zh}。", en=f"There is no parameter file {path}{en}.")
