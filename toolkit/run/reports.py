"""The reports of a run: all chapters as one notebook, then each format in each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.run.plan import Plan, report_step
from toolkit.run.record import RunRecord
from toolkit.run.rooms import Rooms

NOTEBOOKS = "notebooks"
MOST_AT_ONCE = 2
DAY = 8


def make_reports(
    plan: Plan,
    record: RunRecord,
    rooms: Rooms,
    wanted: Sequence[str],
    quarter: str,
    done: Callable[[str], None],
) -> None:
    """Render the ``wanted`` reports into the run folder; ``done`` is told of each before it counts as made.

    One that fails does not keep the others from being made.

    Raises
    ------
    ReportError
        When an exporter refuses what it was given.
    """
    import nbformat

    executed = [nbformat.read(path, as_version=4) for path in _executed(plan, record)]
    runs = {name: plan.stamps.get(name, record.folder.run) for name in wanted}
    page_one = about(plan, quarter)
    merged = {run: rooms.merge(executed, page_one | _stamp(run)) for run in dict.fromkeys(runs.values())}

    def make(name: str) -> None:
        _, lang, kind = name.split(".")
        with record.step(report_step(name)):
            rooms.render(merged[runs[name]], lang, kind, record.path / name)
            done(name)

    pool = ThreadPoolExecutor(max_workers=MOST_AT_ONCE)
    begun: list[Future[None]] = []
    try:
        begun.extend(pool.submit(make, name) for name in wanted)
        wait(begun)
        pool.shutdown()
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    for report in begun:
        report.result()


def about(plan: Plan, quarter: str) -> dict[str, Any]:
    """What page one says about the report, whichever run makes it."""
    study = plan.files.study
    return {
        "title": study.title.model_dump(),
        "company": study.company.model_dump(),
        "quarter": quarter,
        "simulated": study.history.kind == "simulated",
    }


def _stamp(run: str) -> dict[str, str]:
    """The run and the day on which it began."""
    return {"date": f"{datetime.strptime(run[:DAY], '%Y%m%d'):%Y-%m-%d}", "run_id": run}


def _executed(plan: Plan, record: RunRecord) -> list[Path]:
    """The chapters in reading order, then the closing."""
    folder = record.path / NOTEBOOKS
    chapters = [folder / path.name for path in plan.chapters]
    return [*chapters, *sorted(set(folder.glob("*.ipynb")) - set(chapters))]
