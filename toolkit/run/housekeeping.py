"""Which runs and stored steps may go, and removing them.

What is kept is a matter of the disk, not of a study: one folder holds the reports of several studies, and
a rule inside a study file would be part of what its figures depend on. So it is said on the command line.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from toolkit.run.failures import cannot_write
from toolkit.run.files import read_json
from toolkit.run.folder import LATEST
from toolkit.run.index import write_index
from toolkit.run.kept import SUCCEEDED, Kept, at_work, in_sets, is_busy, kept_runs
from toolkit.run.lock import guard
from toolkit.run.render import RENDERED
from toolkit.run.signing import is_signed
from toolkit.run.space import free
from toolkit.run.store import STEPS
from toolkit.run.sweep import sweep
from toolkit.terms import Label

KEEP = 3
DAYS = 30
GONE = ".gone"


@dataclass(frozen=True, slots=True)
class Rule:
    """What may go.

    Attributes
    ----------
    keep : int
        Good runs kept for each study and quarter (and scenario), the newest; at least one.
    days : float
        Days for which every run is kept.
    """

    keep: int = KEEP
    days: float = DAYS


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that goes.

    Attributes
    ----------
    folder : Path
    size : int
        Bytes.
    why : Label
    """

    folder: Path
    size: int
    why: Label


def clean(out: Path, rule: Rule, *, dry_run: bool = False) -> list[Removal]:
    """Remove what ``rule`` lets go below ``out``; runs that ended badly first, then old good ones, then steps.

    Each is renamed to a hidden name and then deleted, so that it is there whole or not at all. With
    ``dry_run`` nothing is touched. No run can begin in the meantime.

    Returns
    -------
    list of Removal
        In the order of removal.
    """
    if dry_run:
        return removals(out, rule)
    with guard(out):
        sweep(out)
        for left in [
            *out.glob(f"*/.*{GONE}"),
            *out.glob(f"*/*/.*{GONE}"),
            *out.glob(f"{STEPS}/*/*/.*{GONE}"),
        ]:
            shutil.rmtree(left, ignore_errors=True)
        found = removals(out, rule)
        try:
            for one in found:
                _remove(one.folder)
            write_index(out)
        except OSError as error:
            raise cannot_write(error, out, 0, free(out)) or error from error
    return found


def removals(out: Path, rule: Rule) -> list[Removal]:
    """What goes, in order; nothing is touched."""
    runs = list(kept_runs(out))
    young = _ago(rule.days)
    kept = {one.run for one in runs if one.started > young or _is_lasting(one)}
    for group in _by_quarter(runs).values():
        kept |= {one.run for one in group[: max(rule.keep, 1)]}
    kept |= {name for names in (*at_work(out), *in_sets(out)) for name in names}
    kept = _with_named(runs, kept)
    going = [one for one in runs if one.run not in kept]
    bad = [one for one in going if one.state != SUCCEEDED]
    good = [one for one in going if one.state == SUCCEEDED]
    told = [Removal(one.folder, _size(one.folder), _why(one)) for one in (*_oldest(bad), *_oldest(good))]
    return [*told, *_rendered(out, kept), *_steps(out, [one for one in runs if one.run in kept])]


def told(found: Iterable[Removal], out: Path, *, dry_run: bool) -> Label:
    """What goes and how much, for people."""
    found = list(found)
    lines = [(one.folder.relative_to(out).as_posix(), one.size / 1e6, one.why) for one in found]
    total = sum(one.size for one in found) / 1e6
    zh = [f"{size:8.1f} MB  {name}  {why.zh}" for name, size, why in lines]
    en = [f"{size:8.1f} MB  {name}  {why.en}" for name, size, why in lines]
    done = Label("将删除", "would be removed") if dry_run else Label("已删除", "removed")
    zh.append(f"{done.zh} {len(found)} 项，共 {total:.1f} MB")
    en.append(f"{len(found)} item(s), {total:.1f} MB {done.en}")
    return Label("\n".join(zh), "\n".join(en))


def _is_lasting(one: Kept) -> bool:
    """Whether a run stays whatever the rule says: pointed to, or signed."""
    pointed = read_json(one.folder.parent / LATEST).get("run") == one.run
    return pointed or is_signed(one.folder)


def _by_quarter(runs: Iterable[Kept]) -> dict[tuple[Path, str], list[Kept]]:
    """Good runs of each quarter, newest first; what-ifs apart, each scenario by itself."""
    found: dict[tuple[Path, str], list[Kept]] = {}
    for one in sorted(runs, key=lambda one: one.started, reverse=True):
        if one.state == SUCCEEDED:
            found.setdefault((one.folder.parent, one.scenario), []).append(one)
    return found


def _with_named(runs: Iterable[Kept], kept: set[str]) -> set[str]:
    """``kept``, and every run that the record of a kept one names."""
    by_run = {one.run: one for one in runs}
    waiting, found = list(kept), set(kept)
    while waiting:
        one = by_run.get(waiting.pop())
        new = one.names - found if one else frozenset()
        found |= new
        waiting += new
    return found


def _rendered(out: Path, kept: set[str]) -> Iterator[Removal]:
    """Reports made anew of runs that are not kept."""
    for folder in sorted(out.glob(f"*/*/{RENDERED}/[!.]*")):
        if folder.is_dir() and folder.name not in kept:
            yield Removal(
                folder, _size(folder), Label("所属的运行不再保留", "made of a run that is not kept")
            )


def _steps(out: Path, kept: Iterable[Kept]) -> Iterator[Removal]:
    """Stored steps that no kept run names; those of a study at work all stay, for it may be about to use them."""
    named = {key for one in kept for key in one.keys}
    for study in sorted((out / STEPS).glob("[!.]*")):
        if is_busy(out / study.name):
            continue
        for entry in sorted(study.glob("*/[0-9a-f]*")):
            if entry.name not in named:
                yield Removal(
                    entry, _size(entry), Label("没有运行用到的步骤", "a step that no kept run names")
                )


def _why(one: Kept) -> Label:
    if one.state == SUCCEEDED:
        return Label("有更新的运行", "newer runs exist")
    words = {"failed": "失败", "interrupted": "中断", "abandoned": "未完成"}
    return Label(words[one.state], one.state)


def _oldest(runs: Iterable[Kept]) -> list[Kept]:
    return sorted(runs, key=lambda one: one.started)


def _remove(folder: Path) -> None:
    """Rename ``folder`` to a hidden name, then delete it."""
    hidden = folder.with_name(f".{folder.name}{GONE}")
    os.replace(folder, hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _ago(days: float) -> str:
    """The moment so many days ago, as runs are named."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}"
