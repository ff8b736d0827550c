"""The reports of a run: all chapters as one notebook, then each format in each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from toolkit.run.merged import merged_notebook
from toolkit.run.plan import Plan, report_step
from toolkit.run.record import RunRecord
from toolkit.run.rooms import Rooms

MOST_AT_ONCE = 2


def make_reports(
    plan: Plan,
    record: RunRecord,
    rooms: Rooms,
    wanted: Sequence[str],
    done: Callable[[str], None],
) -> None:
    """Render the ``wanted`` reports into the run folder; ``done`` is told of each before it counts as made.

    One that fails does not keep the others from being made.

    Raises
    ------
    ReportError
        When an exporter refuses what it was given, such as a figure that contradicts its fact.
    """
    runs = {name: plan.stamps.get(name, record.folder.run) for name in wanted}
    manifest = record.manifest()
    merged = {
        run: merged_notebook(record.path, manifest, rooms.merge, run) for run in dict.fromkeys(runs.values())
    }

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
