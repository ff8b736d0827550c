"""What the report of an earlier quarter concluded, read from its run folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.reporting.facts import Fact
from toolkit.terms import Label
from toolkit.window import Quarter

POINTER, FACTS = "latest.json", "facts.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The verdict of an earlier report.

    Attributes
    ----------
    quarter : Quarter
    verdict : Label
        As it was printed.
    """

    quarter: Quarter
    verdict: Label

    def facts(self) -> Iterator[Fact]:
        """The earlier verdict as facts of this report."""
        yield Fact(
            "earlier.quarter",
            str(self.quarter),
            "text",
            Label("上一份报告的季度", "quarter of the previous report"),
        )
        yield Fact(
            "earlier.verdict",
            self.verdict.en,
            "text",
            Label("上一份报告的判定", "previous verdict"),
            words=self.verdict,
        )


def earlier_report(run_folder: Path | None, quarter: Quarter) -> Earlier | None:
    """The last good report of this study before ``quarter``; None where there is none.

    Parameters
    ----------
    run_folder : Path or None
        ``<reports>/<study>/<quarter>/<run>``; None outside a run.
    quarter : Quarter
    """
    if run_folder is None:
        return None
    study = run_folder.resolve().parents[1]
    pointers = {Quarter.parse(p.parent.name): p for p in study.glob(f"[0-9]*Q[1-4]/{POINTER}")}
    before = sorted(q for q in pointers if q < quarter)
    for earlier in reversed(before):
        run = json.loads(pointers[earlier].read_text("utf-8")).get("run")
        facts = pointers[earlier].parent / str(run) / FACTS
        if facts.is_file():
            verdict = json.loads(facts.read_text("utf-8"))["verdict"]["text"]
            return Earlier(earlier, Label(verdict["zh"], verdict["en"]))
    return None
