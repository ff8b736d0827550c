"""Finished steps, kept so that an equal step need not be done again.

An entry lies in ``.steps/<study>/<step>/<key>/``: ``entry.json`` and ``files/``. It is made beside and
renamed, and everything in it is held by digest, so that a damaged entry is never used: it is simply made again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from toolkit.run.files import digest, make_lasting, read_json, take_place, text_digest, write_json

STEPS = ".steps"
ENTRY = "entry.json"
FILES = "files"
SCHEMA = 1
KEY_LENGTH = 32
DAMAGED = "damaged"


def step_key(step: str, ingredients: dict[str, Any]) -> str:
    """SHA-256 of everything a step depends on.

    >>> step_key("data", {"a": 1, "b": 2}) == step_key("data", {"b": 2, "a": 1})
    True
    """
    told = json.dumps([SCHEMA, step, ingredients], ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text_digest(told)


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished step.

    Attributes
    ----------
    folder : Path
    step, key : str
    run : str
        The run that made it.
    ingredients : dict
        What the key is made of.
    known : dict
        What the step found out, as JSON.
    files : dict of str to str
        Path below the run folder -> SHA-256.
    """

    folder: Path
    step: str
    key: str
    run: str
    ingredients: dict[str, Any]
    known: dict[str, Any]
    files: dict[str, str]

    def copy_to(self, folder: Path) -> None:
        """Put the files of the step into a run folder."""
        for name in self.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / FILES / name, target)

    def is_whole(self) -> bool:
        """Whether every file is there, byte for byte."""
        try:
            return all(digest(self.folder / FILES / name) == known for name, known in self.files.items())
        except OSError:
            return False


class Store:
    """The finished steps of one study.

    Parameters
    ----------
    folder : Path
        ``<reports>/.steps/<study>``; made when the first step is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, step: str, key: str) -> Entry | str | None:
        """The entry of ``key``; ``"damaged"`` where there is one that cannot be used, None where there is none."""
        place = self._place(step, key)
        if not place.is_dir():
            return None
        entry = _read(place)
        if entry is None or (entry.step, entry.key) != (step, key) or not entry.is_whole():
            return DAMAGED
        return entry

    def nearest(self, step: str, ingredients: dict[str, Any]) -> Entry | None:
        """The entry of ``step`` that differs least from ``ingredients``."""
        found = [entry for place in self._entries(step) if (entry := _read(place))]
        return min(
            found, key=lambda entry: (_differing(entry.ingredients, ingredients), entry.run), default=None
        )

    def discard(self, step: str, key: str) -> None:
        """Remove the entry of ``key``."""
        place = self._place(step, key)
        away = place.with_name(f".{place.name}.{token_hex(4)}")
        try:
            os.replace(place, away)
        except FileNotFoundError:
            return
        shutil.rmtree(away, ignore_errors=True)

    def keep(
        self,
        step: str,
        ingredients: dict[str, Any],
        *,
        run: Path,
        name: str,
        files: Iterable[str],
        known: dict,
    ) -> Entry:
        """Keep a step that has ended well.

        Parameters
        ----------
        step : str
        ingredients : dict
        run : Path
            The run folder, which holds ``files``; the entry is made in it and then renamed.
        name : str
            Identifier of the run.
        files : iterable of str
            Paths below ``run``.
        known : dict
        """
        key = step_key(step, ingredients)
        beside = run / f".step.{token_hex(4)}"
        try:
            digests = {file: _copied(run / file, beside / FILES / file) for file in sorted(files)}
            told = {"schema": SCHEMA, "step": step, "key": key, "run": name, "ingredients": ingredients}
            told |= {"known": known, "files": digests}
            beside.mkdir(exist_ok=True)
            write_json(beside / ENTRY, told | {"digest": _own_digest(told)}, lasting=True)
            self.discard(step, key)
            _settle(beside, self._place(step, key))
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return Entry(self._place(step, key), step, key, name, ingredients, known, digests)

    def _place(self, step: str, key: str) -> Path:
        return self.folder / step.replace(":", ".") / key[:KEY_LENGTH]

    def _entries(self, step: str) -> list[Path]:
        return sorted((self.folder / step.replace(":", ".")).glob("[0-9a-f]*"))


def _settle(beside: Path, place: Path) -> None:
    """Give the entry its place; where another run has just kept an equal one, that one stays."""
    try:
        take_place(beside, place)
    except OSError:
        if not (place / ENTRY).is_file():
            raise


def _copied(source: Path, target: Path) -> str:
    """Copy a file for good, and return the digest of the copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    make_lasting(target)
    return digest(target)


def _read(place: Path) -> Entry | None:
    told = read_json(place / ENTRY)
    if told.pop("digest", None) != _own_digest(told) or told.pop("schema", None) != SCHEMA:
        return None
    return Entry(place, **told)


def _own_digest(told: dict[str, Any]) -> str:
    return text_digest(json.dumps(told, ensure_ascii=False, sort_keys=True))


def _differing(old: dict[str, Any], new: dict[str, Any]) -> int:
    return sum(old.get(name) != new.get(name) for name in {*old, *new})
