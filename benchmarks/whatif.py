"""Turn knobs and time the answers; prints middle and slowest of each kind of knob in milliseconds, by the clock and computing.

On a machine that others use as well the clock also counts their turns; computing is what the answer itself takes.

``.venv/bin/python benchmarks/whatif.py [customers ...]`` (10,000 and 1,000,000 customers without). The history is drawn
at random as a cube, so that a million customers need no simulated world; the policies are those of the demo study.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.measures.cells import CELLS
from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.study_files import read_study
from toolkit.study.history import StudyHistory
from toolkit.study.study import Study
from toolkit.whatif.opening import WhatIf, whatif_of
from toolkit.window import Quarter

DEMO = Path(__file__).resolve().parents[1] / "params" / "studies" / "demo.yaml"
QUARTERS = tuple(Quarter.parse("2023Q4") + i for i in range(12))
BUYING = 0.97
SIZES = (10_000, 1_000_000)
SHIFTS = {"first_day": 5, "last_day": 60, "latest_row": 60}
KNOBS = {
    "floor": ("vip_80k", ("scheme", "floors", "VIP")),
    "cumulative share": ("abc_2027", ("scheme", "upto", "A")),
    "weight": ("weighted_2027", ("scheme", "factors", 0, "weight")),
    "score floor": ("weighted_2027", ("scheme", "floors", "金")),
    "hold": ("weighted_2027", ("review", "hold_quarters")),
    "review every quarter": ("weighted_2027", ("review", "every_quarters")),
    "span": ("vip_80k", ("service", "VIP", "span")),
    "price": ("vip_80k", ("manager_cost_per_quarter",)),
    "cap": ("", ("capacity", 0, "most")),
}


def drawn(customers: int) -> Cube:
    """A cube in which customers join over the years, buy in most quarters and spend at random."""
    rng = np.random.default_rng(20261122)
    size = (customers, len(QUARTERS))
    days = np.array([(q.start() - EPOCH).days for q in QUARTERS], dtype=np.int32)
    plain = {name: cell for name, cell in CELLS.items() if cell.column is None}
    cells = {n: np.full(size, cell.neutral, dtype=cell.dtype, order="F") for n, cell in plain.items()}
    joined = np.maximum(rng.integers(-8, len(QUARTERS), customers), 0)
    bought = (rng.random(size) < BUYING) & (np.arange(len(QUARTERS)) >= joined[:, None])
    level = rng.lognormal(9.2, 0.9, size=(customers, 1))
    cells["gross"][:] = np.where(bought, np.round(level * rng.lognormal(0, 0.4, size), 2), 0)
    for name in ("orders", "lines", "active_days"):
        cells[name][:] = np.where(bought, rng.integers(1, 6, size), 0)
    for name, shift in SHIFTS.items():
        cells[name][:] = np.where(bought, days + shift, cells[name])
    index = pd.Index(np.char.mod("c%08d", np.arange(customers)), dtype="str", name="customer_id")
    return Cube(index, QUARTERS, cells)


def opened(customers: int) -> WhatIf:
    """The demo study on a drawn history; seats and everything that needs other tables are not asked."""
    panel = Panel(drawn(customers))
    first, last = QUARTERS[0].start(), QUARTERS[-1].last_day()
    history = StudyHistory(panel, (), (), first, last, (), "CNY", None, Path())
    return whatif_of(Study(read_study(DEMO, names()), history, QUARTERS[-1]))


def turns(whatif: WhatIf, place: tuple, times: int) -> np.ndarray:
    """Milliseconds from turning one knob to its answer, several times; columns clock and computing."""
    knob, found = whatif.board.knobs[place], []
    ends = (max(knob.span.low, knob.value * 0.5), min(knob.span.high, knob.value * 1.5 + knob.span.whole))
    for value in np.linspace(*ends, times):
        begun = time.perf_counter(), time.process_time()
        whatif.board.move(place, float(value))
        whatif.answering.answer(place[0] or "vip_80k")
        found.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    whatif.board.reset()
    return np.array(found) * 1000


def main() -> None:
    """Print a line for each size and kind of knob."""
    print(date.today().isoformat())
    for customers in [int(word.replace(",", "")) for word in sys.argv[1:]] or SIZES:
        begun = time.perf_counter()
        whatif = opened(customers)
        for policy in whatif.titles:
            whatif.answering.production(policy)
        active = int(whatif.answering.production("vip_80k").customers.sum())
        print(f"{customers:,} customers, {active:,} graded, ready after {time.perf_counter() - begun:.1f} s")
        for name, place in KNOBS.items():
            found = turns(whatif, place, 6)
            (clock, computing), (worst, busiest) = np.median(found, axis=0), found.max(axis=0)
            print(
                f"  {name:22} clock {clock:6.0f} ms, slowest {worst:6.0f}; computing {computing:6.0f} ms, most {busiest:6.0f}"
            )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"  peak {peak:.1f} GB")


if __name__ == "__main__":
    main()
