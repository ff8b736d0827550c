"""Charts: one result, one chart, in one language."""

from toolkit.reporting.charts.decision import evidence, net_value
from toolkit.reporting.charts.description import cost, customers_by_quarter, lorenz, retention, track
from toolkit.reporting.charts.designs import design
from toolkit.reporting.charts.effect import cutoff, gap_and_effect
from toolkit.reporting.charts.evaluation import foresight, moves_and_noise
from toolkit.reporting.charts.hotline import hotline
from toolkit.reporting.charts.moves import alluvial
from toolkit.reporting.charts.pyramid import grades
from toolkit.reporting.charts.search import candidates
from toolkit.reporting.charts.service import service_tornado, service_whale
from toolkit.reporting.charts.standing import frontier
from toolkit.reporting.charts.survival import survival
from toolkit.reporting.charts.tornado import two_way, value_tornado
from toolkit.reporting.charts.track_record import track_record
from toolkit.reporting.charts.weights import weights

__all__ = [
    "alluvial",
    "candidates",
    "cost",
    "customers_by_quarter",
    "cutoff",
    "design",
    "evidence",
    "foresight",
    "frontier",
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
    "track_record",
    "two_way",
    "value_tornado",
    "weights",
]


def __dir__() -> list[str]:
    return sorted(__all__)
