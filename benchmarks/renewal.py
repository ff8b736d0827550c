"""Bring a cube up to date with a new quarter, beside building it anew; prints the ratio and whether both are the same.

``.venv/bin/python benchmarks/renewal.py [rows] [--repeats 3] [--scratch FOLDER]`` (10,000,000 rows of twenty quarters
without). One quarter with a twentieth as many rows comes, in a file of its own and with orders numbered on. Both ways
go through the function that opening a study calls, which looks at every row to find out what has changed, and take
turns; reading and checking the files, which either way needs, is timed apart, so that the share of a first opening
that is saved can be told. 1 where the two cubes differ in any bit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent / "history"))

from generate import history, next_quarter

from toolkit.history.history import History, read_history
from toolkit.measures.cube import Cube
from toolkit.measures.reading import read_cube
from toolkit.measures.registry import names
from toolkit.params.history import FilesParams
from toolkit.params.study import StudyParams
from toolkit.params.study_files import read_study
from toolkit.study.cache import CUBE, make_cube
from toolkit.study.example import FILE

ROWS, SHARE, BAR = 10_000_000, 20, 0.15
END = date(2026, 12, 31)
COLUMNS = ("customer_id", "order_id", "paid_at", "amount")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; 1 where the cubes differ."""
    parser = argparse.ArgumentParser(prog="benchmarks/renewal.py", description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS, help="rows of the history before")
    parser.add_argument("--repeats", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--scratch", type=Path, help="where histories are kept; else they are made anew")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gradelab-bench-", dir=asked.scratch) as place:
        return measured(asked.rows, asked.repeats, asked.scratch or Path(place), Path(place))


def measured(rows: int, repeats: int, drawn: Path, place: Path) -> int:
    """Build the cube of ``rows``, let a quarter come, then renew and rebuild in turn."""
    data = place / "data"
    data.mkdir()
    os.link(history(rows, drawn), data / "sales_1.parquet")
    study = studied()
    make_cube(opened(study, data), study, place / "before" / CUBE, None)
    os.link(next_quarter(rows, rows // SHARE, drawn), data / "sales_2.parquet")
    began = time.perf_counter()
    grown = opened(study, data)
    reading = time.perf_counter() - began
    taken: dict[str, list[tuple[float, float]]] = {"rebuilt": [], "renewed": []}
    for _ in range(repeats):
        for name, earlier in (("rebuilt", None), ("renewed", place / "before")):
            shutil.rmtree(place / name, ignore_errors=True)
            taken[name].append(timed(partial(make_cube, grown, study, place / name, earlier)))
    same = equal(read_cube(place / "renewed"), read_cube(place / "rebuilt"))
    tell(rows, reading, taken, same)
    return int(not same)


def studied() -> StudyParams:
    """The example study on files of transactions."""
    table = {"path": "sales_*.parquet", "columns": {name: name for name in COLUMNS}}
    told = {"kind": "files", "transactions": table, "latest": END, "time_zone": "UTC"}
    study = read_study(FILE, names()).study
    return study.model_copy(update={"history": FilesParams.model_validate(told)})


def opened(study: StudyParams, data: Path) -> History:
    """The files as they are now, read and checked."""
    return read_history(study.history, data, today=END, fiscal_start_month=study.fiscal_start_month)


def timed(do: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and computing on all cores together."""
    began = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - began[0], time.process_time() - began[1]


def equal(one: Cube, other: Cube) -> bool:
    """Whether two cubes hold the same in every bit."""
    return (
        one.quarters == other.quarters
        and one.customers.equals(other.customers)
        and list(one.cells) == list(other.cells)
        and all(one.cells[name].tobytes() == other.cells[name].tobytes() for name in one.cells)
    )


def tell(rows: int, reading: float, taken: dict[str, list[tuple[float, float]]], same: bool) -> None:
    """Print what was measured."""
    middle = {name: [median(column) for column in zip(*runs, strict=True)] for name, runs in taken.items()}
    for name, runs in taken.items():
        clock, computing = middle[name]
        ends = f"{min(r[0] for r in runs):.2f} to {max(r[0] for r in runs):.2f}"
        print(f"{name}: {clock:.2f} s ({ends}), computing {computing:.2f} s")
    by_clock, by_computing = (a / b for a, b in zip(middle["renewed"], middle["rebuilt"], strict=True))
    saved = middle["rebuilt"][0] - middle["renewed"][0]
    print(
        f"reading and checking the files: {reading:.2f} s; renewing saves {saved:.2f} s of opening the study,"
    )
    print(f"{saved / (reading + middle['rebuilt'][0]):.0%} of its {reading + middle['rebuilt'][0]:.2f} s")
    print(
        f"{rows:,} rows and one quarter of {1 / SHARE:.0%} more: renewing takes {by_clock:.1%} of rebuilding "
        f"(bar {BAR:.0%}; computing {by_computing:.1%}), {'the same' if same else 'ANOTHER'} cube"
    )


if __name__ == "__main__":
    sys.exit(main())
