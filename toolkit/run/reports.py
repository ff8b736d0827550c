"""The reports of a run: all chapters as one notebook, then each format in each language."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from nbformat import NotebookNode

from toolkit.run.plan import Plan, report_step
from toolkit.run.record import RunRecord
from toolkit.run.rooms import Rooms

MOST_AT_ONCE = 2


def make_reports(
    plan: Plan, record: RunRecord, rooms: Rooms, executed: Sequence[NotebookNode], quarter: str
) -> None:
    """Render every report of the plan into the run folder.

    Raises
    ------
    ReportError
        When an exporter refuses what it was given.
    """
    merged = rooms.merge(executed, _about(plan, record, quarter))

    def make(name: str) -> None:
        _, lang, kind = name.split(".")
        with record.step(report_step(name)):
            rooms.render(merged, lang, kind, record.path / name)

    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        for done in [pool.submit(make, name) for name in plan.reports]:
            done.result()


def _about(plan: Plan, record: RunRecord, quarter: str) -> dict[str, Any]:
    """What page one says about the report."""
    study = plan.files.study
    return {
        "title": study.title.model_dump(),
        "company": study.company.model_dump(),
        "quarter": quarter,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "run_id": record.folder.run,
        "simulated": study.history.kind == "simulated",
    }
