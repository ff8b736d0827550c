"""Time 1,000 replicates of retention by grade, policy and quarter, drawn over customers; prints seconds and peak memory.

``.venv/bin/python benchmarks/bootstrap.py [customers]``: 3 policies with 4 grades at 16 quarters, every customer graded
in each. Beside it stands the naive loop on the same figures, customers drawn anew and grouped again, timed on a few
replicates.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from toolkit.grades import Scale
from toolkit.measures.cube import Cube
from toolkit.outcomes.drawn_retention import DrawPlan, draw_retention
from toolkit.outcomes.retained import retained_after
from toolkit.panel import Panel
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.terms import Label
from toolkit.window import Quarter

QUARTERS = tuple(Quarter.parse("2022Q1") + i for i in range(17))
POLICIES, GRADES, DRAWS, SLOW = 3, tuple("ABCD"), 1000, 3
DEFINITION = RetentionParams.model_validate(
    {"id": "kept", "title": {"zh": "仍购买", "en": "still buying"}, "kind": "bought_within", "quarters": 1}
)


def company(customers: int) -> tuple[dict[str, Register], Panel]:
    """Registers of all policies and a panel whose customers buy in three quarters of four."""
    rng = np.random.default_rng(20261122)
    index = pd.Index(np.char.mod("c%08d", np.arange(customers)), dtype="str", name="customer_id")
    shape = (customers, len(QUARTERS))
    lines = (rng.random(shape, dtype=np.float32) < 0.75).astype(np.int32)
    panel = Panel(Cube(index, QUARTERS, {"lines": lines}))
    return {
        f"policy {p}": register(index, rng.integers(0, 4, shape, dtype=np.int8)) for p in range(POLICIES)
    }, panel


def register(index: pd.Index, codes: np.ndarray) -> Register:
    """A register in which everybody has the grades ``codes`` and keeps them."""
    return Register(
        policy="bench", scale=Scale(GRADES), customers=index, quarters=QUARTERS, reviews=QUARTERS, earned=codes,
        in_force=codes, because=np.zeros_like(codes), reasons={"drawn": Label("抽签", "drawn")},
        service_packages=dict.fromkeys(GRADES, "a"), active_quarters=1, complete_from=QUARTERS[0], short_window=False,
    )  # fmt: skip


def naive(registers: dict[str, Register], panel: Panel, draws: int) -> None:
    """One replicate after another: draw customers, take their grades and outcomes, group."""
    rng, customers = np.random.default_rng(1), len(panel.customers)
    reviews = QUARTERS[:-1]
    kept = {review: retained_after(panel, DEFINITION, review) for review in reviews}
    for _ in range(draws):
        drawn = rng.integers(0, customers, customers)
        for one in registers.values():
            for review in reviews:
                rows = pd.DataFrame({"grade": one.codes(review)[drawn], "kept": kept[review][drawn]})
                rows.groupby("grade")["kept"].mean()


def main() -> None:
    """Time the draws alone; making the registers is not counted, but is in the peak."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    registers, panel = company(customers)
    begun = time.perf_counter()
    draw_retention(registers, panel, DEFINITION, QUARTERS[-1], DrawPlan(DRAWS))
    ours = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{DRAWS:,} replicates, {customers:,} customers x {POLICIES} policies x 16 quarters: {ours:.1f} s, peak {peak:.2f} GB"
    )
    begun = time.perf_counter()
    naive(registers, panel, SLOW)
    slow = (time.perf_counter() - begun) * DRAWS / SLOW
    print(
        f"the naive loop would take {slow:,.0f} s ({slow / ours:,.0f} times as long; {SLOW} replicates timed)"
    )


if __name__ == "__main__":
    main()
