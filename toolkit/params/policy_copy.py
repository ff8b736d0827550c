"""A copy of a policy file with other numbers in it; comments, order and layout stay as they were written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from ruamel.yaml import YAML
from ruamel.yaml.scalarint import ScalarInt

from toolkit.errors import UsageError
from toolkit.params.policy import read_policy
from toolkit.params.problems import FileProblems, suggested
from toolkit.params.search import at, place_of

SCHEMA = "# yaml-language-server: $schema="
WIDE = 4096
GROUPED_FROM = 1_000
LISTED = 8
EASED = 0.9


def write_copy(file: Path, to: Path, changes: Mapping[str, float]) -> None:
    """Write ``file`` to ``to`` as a proposal of its own, with other numbers.

    Where ``to`` is there already, what was changed in it by hand stays. Its id is the name of ``to``, and the line that
    gives editors their completion leads to the same schema.

    Parameters
    ----------
    file, to : Path
    changes : mapping of dotted key to number, such as ``scheme.floors.VIP``

    Raises
    ------
    UsageError
        For a key at which the file has no number, with what it has, or a value that is none.
    FileProblems
        Where a file is no policy, or the copy would be none; nothing is written then.
    """
    title, own = read_policy(file).title, to.is_file()
    if own:
        read_policy(to)
    tree = _tree(to if own else file)
    for key, value in changes.items():
        place = _place(tree, key, value)
        at(tree, place[:-1])[place[-1]] = _grouped(value)
    said = [f"{key} {before:,} → {after:,}" for key, before, after in _differences(file, tree)]
    if not own:
        tree["title"]["zh"], tree["title"]["en"] = f"{title.zh}（副本）", f"{title.en} (copy)"
        tree["source"] = f"{file.as_posix()} 的副本 / copy of {file.as_posix()}"
    tree["id"], tree["status"] = to.stem, "proposed"
    tree["why"] = f"试一试：{'；'.join(said)} / To see what moves: {'; '.join(said)}"
    _put(to, _text(tree, to if own else file, to))


def _put(to: Path, text: str) -> None:
    """Write ``text``, once it reads as a policy."""
    to.parent.mkdir(parents=True, exist_ok=True)
    beside = to.with_name(f".{uuid4().hex[:8]}.{to.name}")
    try:
        beside.write_text(text, "utf-8")
        read_policy(beside)
        beside.replace(to)
    except FileProblems as refused:
        told = [replace(one, file=str(to)) for one in refused.problems]
        raise FileProblems(told) from None
    finally:
        beside.unlink(missing_ok=True)


def differences(file: Path, copy: Path) -> list[tuple[str, float, float]]:
    """Every number of the scheme that ``copy`` has otherwise than ``file``: dotted key, before, after."""
    return _differences(file, _tree(copy))


def numbers_of(file: Path) -> dict[str, float]:
    """Every number of the scheme in a policy file by its dotted key, as :func:`write_copy` takes it.

    Raises
    ------
    FileProblems
        Where it is no policy file.
    """
    read_policy(file)
    return dict(_numbers(_tree(file)["scheme"], "scheme"))


def eased(file: Path) -> dict[str, float]:
    """The floor of the best grade, a tenth lower.

    Raises
    ------
    UsageError
        Where the scheme has no floors.
    """
    floors = {key: value for key, value in numbers_of(file).items() if key.startswith("scheme.floors.")}
    if not floors:
        known = _listed(file)
        raise UsageError(
            zh=f"{file.name} 的方案没有门槛可降；请写明改哪个数字，可改的有：{known}。",
            en=f"The scheme of {file.name} has no floor to lower; say which number to change, of {known}.",
        )
    key, value = next(iter(floors.items()))
    lower = value * EASED
    return {key: round(lower) if isinstance(value, int) and value >= GROUPED_FROM else round(lower, 6)}


def _place(tree: Any, key: str, value: Any) -> tuple[str | int, ...]:
    known = dict(_numbers(tree.get("scheme", {}), "scheme"))
    place = place_of(tree, key)
    if place is None or isinstance(at(tree, place), dict | list | str):
        zh, en = suggested(key, list(known))
        raise UsageError(
            zh=f"方案文件里没有 {key} 这个数字{zh}。", en=f"The policy file has no number {key}{en}."
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(
            zh=f"{key} 应改成一个数字，写的是 {value!r}。",
            en=f"{key} must become a number; you wrote {value!r}.",
        )
    return place


def _differences(file: Path, tree: Any) -> list[tuple[str, float, float]]:
    before, after = numbers_of(file), dict(_numbers(tree["scheme"], "scheme"))
    return [(key, before[key], value) for key, value in after.items() if before.get(key, value) != value]


def _numbers(node: Any, above: str) -> Iterator[tuple[str, float]]:
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in steps:
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{above}.{step}", value
        yield from _numbers(value, f"{above}.{step}")


def _listed(file: Path) -> str:
    return ", ".join(list(numbers_of(file))[:LISTED]) or "—"


def _grouped(value: float) -> float:
    """A whole number as the parameter files write it, 90_000."""
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= GROUPED_FROM
    return ScalarInt(value, underscore=[3, False, False]) if whole else value


def _yaml() -> YAML:
    made = YAML(typ="rt")
    made.width, made.preserve_quotes, made.allow_unicode = WIDE, True, True
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _tree(file: Path) -> Any:
    return _yaml().load(file.read_text("utf-8-sig"))


def _text(tree: Any, file: Path, to: Path) -> str:
    stream = StringIO()
    _yaml().dump(tree, stream)
    return re.sub(
        rf"^{re.escape(SCHEMA)}(\S+)",
        lambda found: SCHEMA + Path(os.path.relpath(file.parent / found[1], to.parent)).as_posix(),
        stream.getvalue(),
        flags=re.MULTILINE,
    )
