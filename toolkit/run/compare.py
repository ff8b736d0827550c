"""``gradelab compare``: what two runs say differently, chapter by chapter, and what they were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.reporting.conclusions import Flip, flips, is_flip, is_printed_alike
from toolkit.reporting.difference import ADDED, MOVED, REMOVED, Differences, Moved, differences
from toolkit.run.chapter_titles import chapter_titles
from toolkit.run.facts import FACTS, read_facts
from toolkit.run.files import read_json
from toolkit.run.folder import MANIFEST
from toolkit.run.parameter_difference import parameter_differences
from toolkit.run.provenance_difference import Traced, recorded_differences
from toolkit.run.tolerances import Given, read_tolerances
from toolkit.terms import Label

ALARM = 9
NO_TITLE = Label("", "")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs.

    Attributes
    ----------
    folder : Path
    manifest : dict
    facts : dict
    """

    folder: Path
    manifest: dict[str, Any]
    facts: dict[str, dict[str, Any]]

    @property
    def run(self) -> str:
        """Identifier of the run."""
        return str(self.manifest.get("run", self.folder.name))

    @property
    def name(self) -> str:
        """Study, quarter, what-if and run, as a person names it."""
        parts = (self.manifest.get(key) for key in ("study", "quarter", "scenario"))
        return f"{' '.join(str(part) for part in parts if part)} ({self.run})"


@dataclass(frozen=True, slots=True)
class Part:
    """What moved in one chapter.

    Attributes
    ----------
    chapter : str
    title : Label
        Empty where the notebook has none.
    moved : tuple of Moved
        Those whose conclusion flipped first.
    added, gone : tuple of Moved
    same : int
        Facts of the chapter that did not move.
    """

    chapter: str
    title: Label
    moved: tuple[Moved, ...]
    added: tuple[Moved, ...]
    gone: tuple[Moved, ...]
    same: int

    @property
    def name(self) -> Label:
        """The title, or where there is none the name of the notebook."""
        return self.title if self.title.zh or self.title.en else Label(self.chapter, self.chapter)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs beside each other.

    Attributes
    ----------
    before, after : Side
    flips : tuple of Flip
        Conclusions that are other ones.
    parts : tuple of Part
        One for each chapter that recorded a fact, in reading order.
    parameters, provenance : tuple of Traced
        What the runs were made of, where that differs.
    """

    before: Side
    after: Side
    flips: tuple[Flip, ...]
    parts: tuple[Part, ...]
    parameters: tuple[Traced, ...]
    provenance: tuple[Traced, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Facts that moved, stayed, came and went."""
        return {
            "moved": sum(len(part.moved) for part in self.parts),
            "same": sum(part.same for part in self.parts),
            "added": sum(len(part.added) for part in self.parts),
            "gone": sum(len(part.gone) for part in self.parts),
        }

    def currency(self, id: str) -> str:
        """The currency of a fact."""
        return str((self.after.facts.get(id) or self.before.facts.get(id) or {}).get("currency", ""))

    def exit_code(self, *, alarm: bool) -> int:
        """9 where ``alarm`` is asked for and a conclusion flipped, else 0."""
        return ALARM if alarm and self.flips else 0


def compare(before: Path, after: Path, tolerances: Sequence[str] = ()) -> Comparison:
    """Compare the facts of two runs and what they were made of.

    Parameters
    ----------
    before, after : Path
        Run folders.
    tolerances : sequence of str
        As :func:`toolkit.run.tolerances.read_tolerances` takes them. A fact that none of them covers counts as moved
        where it is printed differently, or its conclusion flipped.

    Raises
    ------
    UsageError
        Where a run has no facts or no parameters that can be read, the currencies differ, or a tolerance is
        not understood.
    """
    first, last = _side(before), _side(after)
    _refuse_currencies(first, last)
    given = read_tolerances(tolerances, [*last.facts, *first.facts])
    found = _counted(differences(first.facts, last.facts, given.tolerances), given)
    return Comparison(
        first,
        last,
        flips(found.moved),
        _parts(first, last, found),
        parameter_differences(before, after),
        recorded_differences(first.manifest, last.manifest),
    )


def _side(folder: Path) -> Side:
    side = Side(folder, read_json(folder / MANIFEST), read_facts(folder))
    if side.facts:
        return side
    state = side.manifest.get("state", "?")
    raise UsageError(
        zh=f"运行 {folder.name}（{state}）没有可读的 {FACTS}：它没有跑到汇总数据要点，或文件已损坏。请换一次运行，或重新运行。",
        en=f"Run {folder.name} ({state}) has no {FACTS} that can be read: it did not get as far as its facts, or the file "
        "is damaged. Name another run, or run again.",
    )


def _refuse_currencies(before: Side, after: Side) -> None:
    first, last = (
        sorted({str(fact["currency"]) for fact in side.facts.values() if "currency" in fact})
        for side in (before, after)
    )
    if first and last and first != last:
        raise UsageError(
            zh=f"两次运行的货币不同（{'、'.join(first)} 与 {'、'.join(last)}），金额不能相比；请比较同一货币的两次运行。",
            en=f"The two runs have other currencies ({', '.join(first)} and {', '.join(last)}), their amounts cannot be "
            "compared; compare two runs in one currency.",
        )


def _counted(found: Differences, given: Given) -> Differences:
    """``found`` without what a reader would not see as another figure."""
    seen = tuple(one for one in found.moved if _counts(one, given))
    return Differences(seen, found.same + len(found.moved) - len(seen))


def _counts(moved: Moved, given: Given) -> bool:
    alike = moved.kind == MOVED and is_printed_alike(moved) and "unit" not in moved.parts
    return given.covers(moved.id, moved.unit) or not alike or is_flip(moved)


def _parts(before: Side, after: Side, found: Differences) -> tuple[Part, ...]:
    chapters = _chapters({**after.facts, **before.facts, **after.facts})
    titles = {**chapter_titles(before.folder), **chapter_titles(after.folder)}
    by_id = {moved.id: moved for moved in found.moved}
    made = []
    for chapter in sorted(set(chapters.values())):
        ids = [id for id, where in chapters.items() if where == chapter]
        moved = [by_id[id] for id in ids if id in by_id]
        made.append(
            Part(
                chapter,
                titles.get(chapter, NO_TITLE),
                tuple(sorted((one for one in moved if one.kind == MOVED), key=lambda one: not is_flip(one))),
                tuple(one for one in moved if one.kind == ADDED),
                tuple(one for one in moved if one.kind == REMOVED),
                len(ids) - len(moved),
            )
        )
    return tuple(made)


def _chapters(facts: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Fact id -> the chapter that recorded it."""
    return {id: str(fact.get("chapter", "")) for id, fact in facts.items()}
