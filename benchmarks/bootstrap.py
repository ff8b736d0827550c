"""Time 1,000 replicates of retention by grade, policy and quarter, drawn over customers; prints seconds and peak memory.

``.venv/bin/python benchmarks/bootstrap.py [customers]``: 3 policies with 4 grades at 16 quarters, every customer graded
in each. Beside it stands the naive loop on the same figures, customers drawn anew and grouped again, timed on a few
replicates.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable

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


def main(customers: int, as_json: bool) -> None:
    """Time the draws alone; making the registers is not counted, but is in the peak."""
    registers, panel = company(customers)
    ours = seconds(lambda: draw_retention(registers, panel, DEFINITION, QUARTERS[-1], DrawPlan(DRAWS)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    slow = seconds(lambda: naive(registers, panel, SLOW)) * DRAWS / SLOW
    if as_json:
        print(
            json.dumps({"seconds": round(ours, 2), "gigabytes": round(peak, 2), "naive_seconds": round(slow)})
        )
        return
    size = f"{DRAWS:,} replicates, {customers:,} customers x {POLICIES} policies x 16 quarters"
    print(f"{size}: {ours:.1f} s, peak {peak:.2f} GB")
    print(
        f"the naive loop would take {slow:,.0f} s ({slow / ours:,.0f} times as long; {SLOW} replicates timed)"
    )


def seconds(work: Callable[[], object]) -> float:
    """Wall time of ``work``."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--json"]
    main(int(given[0]) if given else 1_000_000, "--json" in sys.argv)
