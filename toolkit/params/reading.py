"""Reading a parameter file: YAML 1.2 without surprises, then the model, all problems at once.

Plain words stay words (``NO``, ``1:30``), a key written twice is refused, and every value
remembers its line, so that a message can point at it.
"""

from __future__ import annotations

import copy
import difflib
import os
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from toolkit.errors import ParameterError
from toolkit.params.problems import FileProblems, Problem, shown, suggested, worded
from toolkit.params.references import HIDDEN, is_secret_word

Model = TypeVar("Model", bound=BaseModel)
Key = tuple[str | int, ...]


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
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise _no_file(path) from None
    except (UnicodeDecodeError, IsADirectoryError, PermissionError) as error:
        raise ParameterError(
            zh=f"参数文件 {path} 读不出来（{type(error).__name__}）；请确认它是 UTF-8 编码的 YAML 文件。",
            en=f"Parameter file {path} cannot be read ({type(error).__name__}); it must be a YAML file in UTF-8.",
        ) from None
    data, lines = _parsed(text, str(path))
    return Source(str(path), copy.deepcopy(data), lines)


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> tuple[Any, Mapping[Key, int]]:
    """What ``text`` says, and the line of every key; a study's files name each other, so the same text comes often."""
    try:
        tree = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        key = error.problem.split('"')[1] if '"' in error.problem else "?"
        line = error.problem_mark.line + 1
        raise FileProblems(
            [Problem(file, line, key, "", "同一项写了两次", "the key is written twice")]
        ) from None
    except MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1
        zh, en = f"YAML 写法有误：{error.problem}", f"this is not valid YAML: {error.problem}"
        raise FileProblems([Problem(file, line, "", "", zh, en)]) from None
    except YAMLError as error:
        raise FileProblems(
            [Problem(file, 1, "", "", f"YAML 写法有误：{error}", f"not valid YAML: {error}")]
        ) from None
    lines: dict[Key, int] = {}
    return _plain(tree, (), lines), lines


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
    source: Source, wanted: Iterable[tuple[Key, str]], known: Sequence[str], zh_noun: str, en_noun: str
) -> list[Problem]:
    """Problems for every name in ``wanted`` (key path, name) that is not among ``known``."""
    found = []
    for key, name in wanted:
        if name in known:
            continue
        zh, en = suggested(name, sorted(known))
        found.append(
            source.problem(key, name, f"没有名为此的{zh_noun}{zh}", f"there is no {en_noun} of this name{en}")
        )
    return found


def _problem(source: Source, item: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    key = _written_key(source.data, item["loc"], keep_last=item["type"] == "missing")
    written = ... if item["type"] in ("missing", "union_tag_not_found") else item["input"]
    if item["type"] == "union_tag_invalid":
        discriminator = item["ctx"]["discriminator"].strip("'")
        key, written = (*key, discriminator), item["ctx"]["tag"]
    zh, en = worded(item["type"], item.get("ctx", {}), item["msg"])
    if item["type"] == "extra_forbidden":
        more_zh, more_en = suggested(str(key[-1]), _known_keys(model, source.data, key[:-1]))
        zh, en = zh + more_zh, en + more_en
        if written is None:
            zh, en = (
                zh + "；若它是一句话的一部分，请给整句加引号",
                en + "; if it is part of a sentence, the sentence needs quotes",
            )
    if item["type"] == "union_tag_invalid":
        tags = [tag.strip().strip("'") for tag in item["ctx"]["expected_tags"].split(",")]
        more_zh, more_en = suggested(item["ctx"]["tag"], tags)
        zh, en = zh + more_zh, en + more_en
    whole = isinstance(written, dict | list | BaseModel)
    if item["type"] == "gradelab" and whole:
        written = ...
    if item["type"] == HIDDEN or (key and is_secret_word(str(key[-1]))):
        written = ...
    told = source.problem_of_all if whole else source.problem
    return told(key, written, zh, en)


def _written_key(data: Any, location: tuple[str | int, ...], keep_last: bool) -> Key:
    """The path that exists in the file: union tags that pydantic inserts are left out.

    ``keep_last`` keeps a last step that the file does not have: the key that is missing.
    """
    key: list[str | int] = []
    for index, step in enumerate(location):
        wanted = keep_last and index == len(location) - 1
        if isinstance(data, dict) and (step in data or wanted):
            key.append(step)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            key.append(step)
            data = data[step]
    return tuple(key)


def _known_keys(model: Any, data: Any, key: Key) -> list[str]:
    """Keys of the model that stands at ``key``."""
    found = _models(model, data)
    for step in key:
        data = data[step]
        inner = [
            m.model_fields[step].annotation for m in found if isinstance(step, str) and step in m.model_fields
        ]
        found = [m for annotation in inner for m in _models(annotation, data)] if inner else found
    return sorted({name for m in found for name in m.model_fields})


def _models(annotation: Any, data: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        kind = annotation.model_fields.get("kind")
        tags = get_args(kind.annotation) if kind else ()
        fits = not (tags and isinstance(data, dict) and data.get("kind") not in (None, *tags))
        return [annotation] if fits else []
    origin = get_origin(annotation)
    if origin in (Annotated, Union, types.UnionType, tuple, list, dict):
        return [m for arg in get_args(annotation) for m in _models(arg, data if origin is not dict else None)]
    return []


def _plain(node: Any, key: Key, lines: dict[Key, int]) -> Any:
    if isinstance(node, dict):
        for name in node:
            position = node.lc.data.get(name)
            lines[(*key, name)] = position[0] + 1 if position else 1
        return {name: _plain(value, (*key, name), lines) for name, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            lines[(*key, index)] = node.lc.data[index][0] + 1
        return [_plain(value, (*key, index), lines) for index, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _no_file(path: Path) -> ParameterError:
    here = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, here, n=1)
    zh = f"；同一文件夹里有 {near[0]}" if near else "；请检查路径"
    en = f"; the folder holds {near[0]}" if near else "; check the path"
    return ParameterError(zh=f"找不到参数文件 {path}{zh}。", en=f"There is no parameter file {path}{en}.")
