"""Facts of what moved since the report before: counts, for the figures themselves are facts of either report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.reporting.conclusions import Flip, flips, is_printed_alike
from toolkit.reporting.difference import ADDED, BETTER, MOVED, REMOVED, WORSE, Moved, differences
from toolkit.reporting.earlier import Earlier
from toolkit.reporting.facts import Fact
from toolkit.terms import Label
from toolkit.window import Quarter

ABOUT_ITSELF = ("since.", "front.figures", "turned.", "earlier.", "parameters.", "report.quarter")
FIRST_PAGE, VERDICT = "front.figures", "verdict"


@dataclass(frozen=True, slots=True)
class Since:
    """What moved between the facts of two reports.

    Attributes
    ----------
    quarter : Quarter
        Of the earlier report.
    moved : tuple of Moved
        Everything that is printed otherwise, in the order of this report.
    flips : tuple of Flip
        Conclusions that turned.
    same : int
        Figures that are printed the same.
    shown_first : tuple of str
        Figures of page one.
    chapters : mapping of str to str
        The chapter that records each figure.
    """

    quarter: Quarter
    moved: tuple[Moved, ...]
    flips: tuple[Flip, ...]
    same: int
    shown_first: tuple[str, ...]
    chapters: Mapping[str, str]

    @property
    def turned(self) -> frozenset[str]:
        """Figures whose answer is another."""
        return frozenset(flip.moved.id for flip in self.flips)

    def of_first_page(self) -> tuple[Moved, ...]:
        """Figures of page one that moved, in its order."""
        moved = {one.id: one for one in self.moved if one.kind == MOVED}
        return tuple(moved[id] for id in self.shown_first if id in moved)

    def with_direction(self) -> tuple[Moved, ...]:
        """All others of which a higher or a lower value is better."""
        first = {one.id for one in self.of_first_page()}
        return tuple(one for one in self.moved if one.direction and one.id not in first)


def since(earlier: Earlier, results: Mapping[str, Any]) -> Since:
    """Hold the facts of this report against those of the earlier one.

    A figure that is printed the same counts as the same, unless its answer turned; what is said of the
    comparison itself is left out.

    Parameters
    ----------
    earlier : Earlier
    results : mapping
        Contents of this report's ``facts.json``.
    """
    before, after = _compared(earlier.results), _compared(results)
    found = differences(before, after)
    turned = flips(found.moved)
    answers = {flip.moved.id for flip in turned}
    moved = tuple(one for one in found.moved if one.id in answers or not is_printed_alike(one))
    shown = str((results.get(FIRST_PAGE) or {}).get("value") or "").split()
    chapters = {id: str(fact.get("chapter", "")) for id, fact in (before | after).items()}
    same = found.same + len(found.moved) - len(moved)
    return Since(earlier.quarter, moved, turned, same, (VERDICT, *shown), chapters)


def since_facts(found: Since) -> Iterator[Fact]:
    """How many figures moved, which way, and how many conclusions turned."""
    kinds = [one.kind for one in found.moved]
    ways = [one.direction for one in found.moved]
    quarter = Label("上一份报告的季度", "quarter of the previous report")
    yield Fact("since.quarter", str(found.quarter), "text", quarter)
    for name, count, label in (
        ("same", found.same, Label("印出来相同的数字", "figures printed the same")),
        ("moved", kinds.count(MOVED), Label("变了的数字", "figures that moved")),
        ("added", kinds.count(ADDED), Label("新出现的数字", "new figures")),
        ("removed", kinds.count(REMOVED), Label("不再出现的数字", "figures that are gone")),
        ("better", ways.count(BETTER), Label("变好的数字", "figures that moved for the better")),
        ("worse", ways.count(WORSE), Label("变差的数字", "figures that moved for the worse")),
        ("turned", len(found.flips), Label("反转的结论", "conclusions that turned")),
    ):
        yield Fact(f"since.{name}", count, "count", label)


def _compared(results: Mapping[str, Any]) -> dict[str, Any]:
    return {
        id: fact
        for id, fact in results.items()
        if isinstance(fact, Mapping) and not id.startswith(ABOUT_ITSELF)
    }
