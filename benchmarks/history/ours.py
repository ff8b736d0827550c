"""Ours: transactions to a cube on disk, of the cells that the policies look at, and everything after it as arrays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from job import FLOORS, GRADES, NOBODY, QUARTERS, REVIEWS, SCORES, SHARES, WEIGHTS, WINDOW, Result

from toolkit.history.source import connect
from toolkit.measures.aggregation import build_cube
from toolkit.measures.registry import MEASURES
from toolkit.outcomes.migration import LEFT, NEW, migration
from toolkit.outcomes.retained import retained_after
from toolkit.outcomes.retention import retention_by_grade
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams
from toolkit.params.study import RetentionParams
from toolkit.policy import Policy, walk
from toolkit.register import Register
from toolkit.window import Quarter

SPAN = tuple(Quarter.parse("2021Q4") + i for i in range(QUARTERS))
WORDS = {"zh": "基准", "en": "benchmark"}
DEFINITION = RetentionParams.model_validate(
    {"id": "again", "title": WORDS, "kind": "bought_within", "quarters": 1}
)
MEASURE_OF = {"spend": "spend", "orders": "orders", "tenure": "tenure_months"}
LIMIT = "4GB"
CELLS = ("gross", "returned", "orders", "first_day")
FACTORS = [
    {"measure": MEASURE_OF[name], "weight": w, "points": {"by": "rank"}} for name, w in WEIGHTS.items()
]
SCHEMES = {
    "thresholds": {"kind": "thresholds", "measure": "spend", "floors": {**FLOORS, "C": "rest"}},
    "score": {"kind": "scored", "factors": FACTORS, "floors": {**SCORES, "C": "rest"}},
    "abc": {"kind": "pareto", "measure": "spend", "upto": {**SHARES, "C": 1.0}},
}


def run(path: Path) -> Result:
    """The whole job; the cube lies beside the history while it lasts."""
    with TemporaryDirectory(dir=path.parent) as folder:
        con = connect("UTC", LIMIT, path.parent)
        cube = build_cube(con.read_parquet(path), quarters=SPAN, only=CELLS, folder=Path(folder))
        con.disconnect()
        return graded(Panel(cube))


def graded(panel: Panel) -> Result:
    """Everything after the cube."""
    result = Result()
    for name, scheme in SCHEMES.items():
        register = walk(policy(name, scheme), panel, SPAN[-1], first=SPAN[0])
        enter(result, register, panel)
    for place in REVIEWS:
        active = panel.active(SPAN[place], WINDOW)
        result.cents += round(100 * panel.in_quarter("spend", WINDOW, SPAN[place])[active].sum())
        result.orders += int(panel.in_quarter("orders", WINDOW, SPAN[place])[active].sum())
    return result


def policy(name: str, scheme: dict) -> Policy:
    """A policy reviewed every quarter."""
    service = {"package": "a", "promise": WORDS, "cost_per_quarter": 1.0}
    params = PolicyParams.model_validate(
        {
            "id": name, "title": WORDS, "status": "proposed", "effective": date(2026, 1, 1), "source": "benchmark",
            "why": "benchmark", "review": {"every_quarters": 1, "window_quarters": WINDOW}, "scheme": scheme,
            "service": dict.fromkeys(GRADES, service),
        }
    )  # fmt: skip
    return Policy.from_params(params, {n: measure.label for n, measure in MEASURES.items()})


def enter(result: Result, register: Register, panel: Panel) -> None:
    """Retention, migration and the sums over customers of one policy."""
    found = retention_by_grade(register, panel, [DEFINITION], SPAN[-1]).by_review
    place = {str(quarter): i for i, quarter in enumerate(SPAN)}
    grades = [
        (
            place[row.review],
            row.grade,
            row.customers,
            round(row.customers * row.retained) if row.customers else 0,
        )
        for row in found.itertuples()
    ]
    grades += [(QUARTERS - 1, grade, size, -1) for grade, size in register.counts(SPAN[-1]).items()]
    table = migration(register).matrix().rename(index={NEW: NOBODY}, columns={LEFT: NOBODY}).stack()
    moves = [(before, after, size) for (before, after), size in table.items()]
    result.add(register.policy, grades, moves, sums(register, panel))


def sums(register: Register, panel: Panel) -> list[tuple]:
    """Sums over customers of what each brings to a grade: observations n and retained k."""
    shape = len(register.scale), len(register.customers)
    n, k = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    for review in register.reviews[:-1]:
        codes, kept = register.codes(review), retained_after(panel, DEFINITION, review) > 0
        for code in range(len(n)):
            n[code] += codes == code
            k[code] += (codes == code) & kept
    rows = []
    for grade, code in zip(register.scale.grades, reversed(range(len(n))), strict=True):
        mine, stayed = n[code].astype(np.int64), k[code].astype(np.int64)
        rows.append(
            (grade, mine.sum(), stayed.sum(), (mine > 0).sum(), mine @ mine, mine @ stayed, stayed @ stayed)
        )
    return rows
