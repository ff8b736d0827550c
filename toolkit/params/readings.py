"""Which parameters were read while a study was at work, and which were set although nothing reads them.

A chapter records what it reads of study, policies and decision rule. Reading a field counts; copying or
dumping a whole part counts as reading all of it, and whoever reads the value of a range may leave its ends.
What documents a file for people needs no reader, nor does the decision rule: it is fixed before anybody knows
whether there is evidence to decide by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from toolkit.params.strict import Strict
from toolkit.params.study_files import StudyFiles

WHOLE = ("model_dump", "model_dump_json", "model_copy")
ALL = "*"
FOR_PEOPLE = frozenset(
    {"id", "title", "source", "why", "status", "effective", "name", "promise", "author", "on"}
)
FILE_NAMES = frozenset({"template"})
ENDS = ("low", "high")
OF_THE_RUN = frozenset(
    f"study.{name}"
    for name in (
        "company",
        "history",
        "quarter",
        "fiscal_start_month",
        "languages",
        "policies",
        "catalogue",
        "decision_rule",
        "behaviour",
        "pilots",
        "edit",
        "extensions",
        "hooks",
    )
)


class Readings:
    """What is read of the parameters of one study, from :meth:`start` on.

    Attributes
    ----------
    read : set of str
        Dotted keys of fields; ``key.*`` for a part that was taken whole.
    """

    def __init__(self, files: StudyFiles) -> None:
        self.read: set[str] = set()
        self._keys: dict[int, str] = {}
        self._held: list[BaseModel] = []
        for key, model in parts(files):
            self._know(model, key)

    def start(self) -> None:
        """Take note of every field that is read from now on."""
        _watching.append(self)
        Strict.__getattribute__ = _noted

    def stop(self) -> None:
        """Take no more notes."""
        _watching.remove(self)
        if not _watching:
            del Strict.__getattribute__

    def note(self, model: Any, name: str) -> None:
        """``name`` of ``model`` was asked for."""
        key = self._keys.get(id(model))
        if key is None:
            return
        if name in WHOLE:
            self.read.add(f"{key}.{ALL}")
        elif name in type(model).model_fields:
            self.read.add(f"{key}.{name}")

    def _know(self, value: Any, key: str) -> None:
        for one, inside in _inside(value, key):
            self._keys[id(one)] = inside
            self._held.append(one)
            for name in type(one).model_fields:
                self._know(getattr(one, name), f"{inside}.{name}")


_watching: list[Readings] = []


def _noted(self: Strict, name: str) -> Any:
    for one in _watching:
        one.note(self, name)
    return object.__getattribute__(self, name)


def parts(files: StudyFiles) -> Iterator[tuple[str, BaseModel]]:
    """Study and compared policies by key, as resolved parameters are keyed."""
    yield "study", files.study
    yield "baseline", files.baseline
    for place, policy in enumerate(files.alternatives):
        yield f"alternatives.{place}", policy


def unread(files: StudyFiles, read: Iterable[str]) -> list[str]:
    """Keys that a file sets and nothing read, each part that was not read at all as one key.

    Parameters
    ----------
    files : StudyFiles
    read : iterable of str
        What all chapters together have read, as :attr:`Readings.read`.
    """
    known = set(read)
    return [key for part, model in parts(files) for key in _unread(model, part, known)]


def _unread(model: BaseModel, key: str, read: set[str]) -> Iterator[str]:
    if f"{key}.{ALL}" in read:
        return
    for name in type(model).model_fields:
        here = f"{key}.{name}"
        if name not in model.model_fields_set or name in FOR_PEOPLE | FILE_NAMES or here in OF_THE_RUN:
            continue
        if here in read:
            for one, place in _inside(getattr(model, name), here):
                yield from _unread(one, place, read)
        elif name not in ENDS or f"{key}.value" not in read:
            yield here


def _inside(value: Any, key: str) -> Iterator[tuple[BaseModel, str]]:
    """``value`` where it is a model, else the models in a list or mapping, with their keys."""
    if isinstance(value, BaseModel):
        yield value, key
    elif isinstance(value, tuple | list):
        for place, one in enumerate(value):
            yield from _inside(one, f"{key}.{place}")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _inside(one, f"{key}.{name}")
