"""Charts: one result, one chart, in one language."""

from toolkit.reporting.charts.decision import evidence, net_value
from toolkit.reporting.charts.description import cost, customers_by_quarter, grades, lorenz, retention, track
from toolkit.reporting.charts.designs import design
from toolkit.reporting.charts.effect import cutoff, gap_and_effect
from toolkit.reporting.charts.evaluation import foresight, moves_and_noise
from toolkit.reporting.charts.hotline import hotline
from toolkit.reporting.charts.service import service_tornado, service_whale
from toolkit.reporting.charts.survival import survival
from toolkit.reporting.charts.weights import weights

__all__ = [
    "cost",
    "customers_by_quarter",
    "cutoff",
    "design",
    "evidence",
    "foresight",
    "gap_and_effect",
    "grades",
    "hotline",
    "lorenz",
    "moves_and_noise",
    "net_value",
    "retention",
    "service_tornado",
    "service_whale",
    "survival",
    "track",
    "weights",
]
