"""The job that every formulation does, and the figures by which their results are compared.

Transactions of twenty quarters; three policies decide at every quarter from the fourth on, looking back four quarters;
whoever bought within four quarters is active and has a grade. Returns reduce spend, which is never below 0.

``thresholds``
    A from a spend of 4,000, B from 1,500, C the rest.
``score``
    0.5, 0.3 and 0.2 times the points of spend, orders and tenure; A from 80, B from 50, C the rest. Points are 100 times
    the share at or below a value among the active customers of the first review, equal values in the middle of their
    ranks, others by how many are below.
``abc``
    A up to half of the total spend, B up to 80 %, C the rest, largest first; whoever carries the sum over a line is
    above it, equal spends share a grade, nothing spent is C.

Retained is who buys again in the next quarter. Asked for are customers by policy, review and grade with those retained;
moves between grades from review to review, those who leave and come included; and for every policy and grade the sums
over customers that an interval over customers needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from json import dumps

FIRST_YEAR, FIRST_QUARTER, QUARTERS, WINDOW = 2021, 4, 20, 4
REVIEWS = range(WINDOW - 1, QUARTERS)
POLICIES = ("thresholds", "score", "abc")
GRADES = ("A", "B", "C")
FLOORS = {"A": 4000.0, "B": 1500.0}
WEIGHTS = {"spend": 0.5, "orders": 0.3, "tenure": 0.2}
SCORES = {"A": 80.0, "B": 50.0}
SHARES = {"A": 0.5, "B": 0.8}
NEAR = 1e-9
LINE = 1e-12
NOBODY = "-"


@dataclass(slots=True)
class Result:
    """What a formulation found, in whole numbers.

    Attributes
    ----------
    grades : dict of (policy, review, grade) to (customers, retained)
        Reviews counted from 0, the first quarter; at the last quarter nobody is known to be retained, so -1.
    moves : dict of (policy, grade before, grade after) to customers
        All pairs of reviews together; ``-`` for none.
    sums : dict of (policy, grade) to (observations, retained, customers, sum of n², of n·k, of k²)
        Over the reviews whose outcome is known; n and k are observations and retained of one customer.
    cents : int
        Spend of all active customers at all reviews, in hundredths.
    orders : int
        The same of orders.
    """

    grades: dict[tuple[str, int, str], tuple[int, int]] = field(default_factory=dict)
    moves: dict[tuple[str, str, str], int] = field(default_factory=dict)
    sums: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    cents: int = 0
    orders: int = 0

    def checksum(self) -> str:
        """Equal for equal results; groups without customers do not matter."""
        parts = [
            sorted((*key, *map(int, value)) for key, value in self.grades.items() if value[0]),
            sorted((*key, int(value)) for key, value in self.moves.items() if value),
            sorted((*key, *map(int, value)) for key, value in self.sums.items() if value[0]),
            [int(self.cents), int(self.orders)],
        ]
        return blake2b(dumps(parts).encode(), digest_size=8).hexdigest()

    def add(
        self,
        policy: str,
        grades: Iterable[tuple[int, str, int, int]],
        moves: Iterable[tuple[str, str, int]],
        sums: Iterable[tuple],
    ) -> None:
        """Enter the rows of one policy: review, grade, customers, retained; before, after, customers; grade and sums."""
        for review, grade, customers, retained in grades:
            known = int(retained) if int(review) < QUARTERS - 1 else -1
            self.grades[policy, int(review), str(grade)] = int(customers), known
        for before, after, customers in moves:
            self.moves[policy, str(before), str(after)] = int(customers)
        for grade, *figures in sums:
            self.sums[policy, str(grade)] = tuple(map(int, figures))
