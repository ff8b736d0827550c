"""A copy of a policy file with other numbers in it; comments, order and layout stay as they were written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarint import ScalarInt

from toolkit.errors import UsageError
from toolkit.params.policy import read_policy
from toolkit.params.problems import suggested
from toolkit.params.search import at, place_of

SCHEMA = "# yaml-language-server: $schema="
WIDE = 4096
GROUPED_FROM = 1_000
LISTED = 8
EASED = 0.9


def copied_policy(file: Path, to: Path, changes: Mapping[str, float], of: str) -> str:
    """The text of ``file`` as a proposal of its own, to be written to ``to``.

    Where ``to`` is there already, what was changed in it by hand stays. Its id is the name of ``to``, and the line that
    gives editors their completion leads to the same schema.

    Parameters
    ----------
    file, to : Path
    changes : mapping of dotted key to number, such as ``scheme.floors.VIP``
    of : str
        What the copy says it is a copy of.

    Raises
    ------
    UsageError
        For a key at which the file has no number, with what it has.
    FileProblems
        Where a file is no policy.
    """
    title, own = read_policy(file).title, to.is_file()
    if own:
        read_policy(to)
    tree = _tree(to if own else file)
    for key, value in changes.items():
        place = _place(tree, key)
        at(tree, place[:-1])[place[-1]] = _grouped(value)
    said = [f"{key} {before:,} → {after:,}" for key, before, after in _differences(file, tree)]
    if not own:
        tree["title"]["zh"], tree["title"]["en"] = f"{title.zh}（副本）", f"{title.en} (copy)"
    tree["id"], tree["status"], tree["source"] = to.stem, "proposed", f"{of} 的副本 / copy of {of}"
    tree["why"] = f"试一试：{'；'.join(said)} / To see what moves: {'; '.join(said)}"
    return _text(tree, to if own else file, to)


def differences(file: Path, copy: Path) -> list[tuple[str, float, float]]:
    """Every number of the scheme that ``copy`` has otherwise than ``file``: dotted key, before, after."""
    return _differences(file, _tree(copy))


def numbers_of(file: Path) -> dict[str, float]:
    """Every number of the scheme in a policy file by its dotted key, as :func:`copied_policy` takes it."""
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


def _place(tree: Any, key: str) -> tuple[str | int, ...]:
    known = dict(_numbers(tree.get("scheme", {}), "scheme"))
    place = place_of(tree, key)
    if place is None or isinstance(at(tree, place), dict | list | str):
        zh, en = suggested(key, list(known))
        raise UsageError(
            zh=f"方案文件里没有 {key} 这个数字{zh}。", en=f"The policy file has no number {key}{en}."
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
