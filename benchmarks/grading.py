"""Grade many customers at eight reviews with a weighted score; prints seconds and peak memory.

``.venv/bin/python benchmarks/grading.py [customers]``
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from toolkit.measures.cells import CELLS
from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.registry import MEASURES
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy, walk
from toolkit.window import Quarter

QUARTERS = tuple(Quarter.parse("2024Q1") + i for i in range(8))
SHAPE = {"spend": 0.5, "orders": 0.3, "tenure_months": 0.2}


def cube(customers: int) -> Cube:
    """A cube of purchases drawn at random, one or more in every quarter."""
    rng = np.random.default_rng(20261122)
    size = (customers, len(QUARTERS))
    days = np.array([(q.start() - EPOCH).days for q in QUARTERS], dtype=np.int32)
    cells = {
        name: np.full(size, cell.neutral, dtype=cell.dtype, order="F")
        for name, cell in CELLS.items()
        if cell.column is None
    }
    cells["gross"][:] = np.round(rng.lognormal(8, 1, size), 2)
    for name in ("orders", "lines", "active_days"):
        cells[name][:] = rng.integers(1, 5, size)
    for name, shift in (("first_day", 5), ("last_day", 60), ("latest_row", 60)):
        cells[name][:] = days + shift
    index = pd.Index(np.char.mod("c%08d", np.arange(customers)), dtype="str", name="customer_id")
    return Cube(index, QUARTERS, cells)


def policy() -> Policy:
    """A score of three ranked factors, reviewed every quarter."""
    factors = [
        {"measure": name, "weight": weight, "points": {"by": "rank"}} for name, weight in SHAPE.items()
    ]
    service = {"package": "a", "promise": {"zh": "服务", "en": "service"}, "cost_per_quarter": 1.0}
    params = PolicyParams.model_validate(
        {
            "id": "bench", "title": {"zh": "基准", "en": "benchmark"}, "status": "proposed", "effective": date(2026, 1, 1),
            "source": "benchmark", "why": "benchmark", "review": {"every_quarters": 1, "window_quarters": 1},
            "scheme": {"kind": "scored", "factors": factors, "floors": {"A": 70.0, "B": 40.0, "C": "rest"}},
            "service": {grade: service for grade in "ABC"},
        }
    )  # fmt: skip
    return Policy.from_params(params, {name: measure.label for name, measure in MEASURES.items()})


def main() -> None:
    """Time the walk alone; making the data is not counted."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    panel, rule = Panel(cube(customers)), policy()
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    start = time.perf_counter()
    register = walk(rule, panel, QUARTERS[-1])
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{customers:,} customers x {len(register.reviews)} reviews: {seconds:.1f} s, peak {peak:.2f} GB ({made:.2f} GB before)"
    )


if __name__ == "__main__":
    main()
