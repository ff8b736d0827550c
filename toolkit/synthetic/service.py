"""What the company does for its customers, at documented true rates per grade and activity."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.clock import DAY, days, in_business_hours
from toolkit.synthetic.codes import chosen, numbered
from toolkit.synthetic.orders import Cells

GRADES = ("VIP", "普通")
KINDS = ("manager_hours", "visit", "hotline", "event", "gift", "rebate")


@dataclass(frozen=True, slots=True)
class ServiceRate:
    """True rate of one activity for one grade.

    Attributes
    ----------
    grade, kind : str
    per_quarter : float
        Deliveries per customer and quarter; on average (Poisson) unless ``steady``.
    hours : float
        Mean hours per delivery.
    cost_per_hour, cost_per_delivery : float
        Yuan.
    spend_share : float
        Yuan per yuan of the quarter's net spend, paid back on its last day.
    steady : bool
        Exactly once a quarter.
    """

    grade: str
    kind: str
    per_quarter: float
    hours: float = 0.0
    cost_per_hour: float = 0.0
    cost_per_delivery: float = 0.0
    spend_share: float = 0.0
    steady: bool = False

    def expected_cost(self, customer_quarters: float, spend: float) -> float:
        """Yuan for so many customers times quarters with ``spend`` in all."""
        each = self.hours * self.cost_per_hour + self.cost_per_delivery
        return self.per_quarter * (customer_quarters * each + self.spend_share * spend)


RATES = (
    ServiceRate("VIP", "manager_hours", 1.0, hours=2.0, cost_per_hour=100.0, steady=True),
    ServiceRate("VIP", "visit", 0.5, hours=2.0, cost_per_hour=100.0, cost_per_delivery=60.0),
    ServiceRate("VIP", "hotline", 1.2, hours=0.12, cost_per_hour=80.0),
    ServiceRate("VIP", "event", 0.10, cost_per_delivery=250.0),
    ServiceRate("VIP", "gift", 0.25, cost_per_delivery=200.0),
    ServiceRate("VIP", "rebate", 1.0, spend_share=0.01, steady=True),
    ServiceRate("普通", "visit", 0.06, hours=1.5, cost_per_hour=100.0, cost_per_delivery=60.0),
    ServiceRate("普通", "hotline", 0.7, hours=0.10, cost_per_hour=80.0),
    ServiceRate("普通", "event", 0.02, cost_per_delivery=150.0),
)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Services delivered, in the order of time; one entry per delivery in every array.

    Attributes
    ----------
    customer, kind, grade : int array
        Places in the population, in ``KINDS`` and in ``GRADES``.
    at : int array
        Second since 1970.
    hours, cost : float array
        Hours to 2 decimals; yuan to 2 decimals.
    """

    customer: np.ndarray
    kind: np.ndarray
    grade: np.ndarray
    at: np.ndarray
    hours: np.ndarray
    cost: np.ndarray


def deliver(
    cells: Cells,
    holds: np.ndarray,
    spans: tuple[np.ndarray, np.ndarray],
    as_of: int,
    rng: np.random.Generator,
) -> Deliveries:
    """Everything delivered before second ``as_of``.

    Parameters
    ----------
    holds : bool array
        Whether the customer holds the grade in the quarter; one per cell.
    spans : pair of int arrays
        Seconds between which the customer is served in the quarter; one per cell.
    """
    parts = [_activity(rate, cells, holds, spans, rng) for rate in RATES]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    keep = np.flatnonzero(columns[3] < as_of)
    by_time = keep[np.argsort(columns[3][keep], kind="stable")]
    return Deliveries(*(column[by_time] for column in columns))


def service_table(deliveries: Deliveries, ids: pa.Array) -> pd.DataFrame:
    """One row per delivery, by time."""
    count = len(deliveries.at)
    return pd.DataFrame(
        {
            "service_id": chosen(numbered("S", count), np.arange(count)),
            "customer_id": chosen(ids, deliveries.customer),
            "delivered_on": days(deliveries.at),
            "kind": chosen(KINDS, deliveries.kind),
            "grade": chosen(GRADES, deliveries.grade),
            "hours": deliveries.hours,
            "cost": deliveries.cost,
        }
    )


def true_rates() -> list[dict[str, object]]:
    """The rates as plain records."""
    return [asdict(rate) for rate in RATES]


def _activity(
    rate: ServiceRate,
    cells: Cells,
    holds: np.ndarray,
    spans: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    """Deliveries of one activity: customer, kind, grade, second, hours, cost."""
    grade = GRADES.index(rate.grade)
    served = np.flatnonzero(holds == (grade == 0))
    count = 1 if rate.steady else rng.poisson(rate.per_quarter, len(served))
    cell = np.repeat(served, count)
    opens, closes = spans[0][cell], spans[1][cell]
    opens = closes - DAY if rate.spend_share else opens
    at = in_business_hours(opens, closes, rng)
    hours = np.round(rate.hours * rng.gamma(4.0, 0.25, len(cell)), 2)
    rebate = rate.spend_share * (cells.cents[cell] + cells.pushed[cell]) / 100
    cost = np.round(hours * rate.cost_per_hour + rate.cost_per_delivery + rebate, 2)
    kind = np.full(len(cell), KINDS.index(rate.kind))
    return cells.customer[cell], kind, np.full(len(cell), grade), at, hours, cost
