"""Time the allocation and show what whole customers lose; the generic solver in the same run for the ratio.

``make bench`` prints seconds, divided customers, the gap to the bound, and how many times as long HiGHS takes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from toolkit.search.allocation import allocate
from toolkit.search.relaxation import Scarce, Task
from toolkit.search.shallow import Leaf, best_tree
from toolkit.terms import Label

GRADES = np.array([0.0, 1.0, 2.0, 4.0])
COMPARED, LARGE = 10_000, 100_000
WORD = Label("资源", "resource")


def company(customers: int, resources: int, seed: int = 1) -> Task:
    """Customers whose value rises with the grade and varies by customer, resources that reach for a third of them."""
    rng = np.random.default_rng(seed)
    value = rng.lognormal(0, 1, (customers, len(GRADES))) * 100 * np.arange(len(GRADES))
    use = rng.uniform(0.5, 1.5, (resources, customers, len(GRADES))) * GRADES
    return Task(value, use, tuple(Scarce(WORD, 1.2 * customers) for _ in range(resources)))


def generic(task: Task) -> float:
    """Optimum of the same linear programme by HiGHS."""
    n, g = task.value.shape
    each = sparse.kron(sparse.eye(n), np.ones((1, g)), format="csr")
    use = task.use.reshape(-1, n * g)
    found = linprog(-task.value.ravel(), A_ub=use, b_ub=task.caps, A_eq=each, b_eq=np.ones(n), method="highs")
    return float(-found.fun)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds of the faster of two runs, and the result."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - start)
    return min(taken), found


def main() -> int:
    """Print the table."""
    for resources in (1, 2, 3):
        task = company(LARGE, resources)
        taken, found = timed(lambda task=task: allocate(task))
        print(
            f"{LARGE:>9,} customers, {len(GRADES)} grades, {resources} resource(s) {taken:7.2f} s   "
            f"{found.divided} divided, gap {found.gap_share:.6%}"
        )
    task = company(COMPARED, 2)
    own, found = timed(lambda: allocate(task))
    other, bound = timed(lambda: generic(task))
    print(
        f"{COMPARED:>9,} customers, 2 resources: HiGHS takes {other / own:.0f} times as long; "
        f"bounds differ by {abs(found.bound / bound - 1):.1e}"
    )
    rng = np.random.default_rng(2)
    facts, gain = rng.standard_normal((LARGE, 6)), rng.standard_normal(LARGE)
    taken, tree = timed(lambda: best_tree({f"fact_{i}": facts[:, i] for i in range(6)}, gain))
    print(
        f"{LARGE:>9,} customers, 6 measures, best tree of depth 2 {taken:7.2f} s   {isinstance(tree, Leaf)!s:>5}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
