"""Charts: one result, one chart, in one language."""

from toolkit.reporting.charts.decision import evidence, net_value
from toolkit.reporting.charts.description import cost, customers_by_quarter, grades, lorenz, retention, track
from toolkit.reporting.charts.effect import cutoff, gap_and_effect

__all__ = [
    "cost",
    "customers_by_quarter",
    "cutoff",
    "evidence",
    "gap_and_effect",
    "grades",
    "lorenz",
    "net_value",
    "retention",
    "track",
]
