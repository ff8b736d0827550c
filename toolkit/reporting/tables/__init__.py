"""Tables: one result, one display table, in one language."""

from toolkit.reporting.tables.assumptions import (
    assumptions_of_policies,
    assumptions_of_study,
    policies_on_file,
)
from toolkit.reporting.tables.audit import audit
from toolkit.reporting.tables.capacity import capacity
from toolkit.reporting.tables.catalogue import catalogue, refused
from toolkit.reporting.tables.data_log import data_log, files
from toolkit.reporting.tables.decision import comparison, values_by_definition, verdicts
from toolkit.reporting.tables.description import (
    cost,
    crosstab,
    descriptions,
    grades,
    intake,
    migration,
    quarters,
    retention,
    rules,
    track,
)
from toolkit.reporting.tables.designs import designs, lot_values, readings, register
from toolkit.reporting.tables.effect import checks, effects, pilot_options
from toolkit.reporting.tables.evaluation import foresight, stability
from toolkit.reporting.tables.hotline import hotline_same_seats, hotline_seats, hotline_service
from toolkit.reporting.tables.moves import movers, segments
from toolkit.reporting.tables.parameters_changed import parameters_changed
from toolkit.reporting.tables.particulars import appeals, catalogue_particulars, marks, moved
from toolkit.reporting.tables.pilots import pilot_designs
from toolkit.reporting.tables.search import candidates, searched
from toolkit.reporting.tables.service import (
    service_behaviour,
    service_ledger,
    service_lines,
    service_moves,
    service_neglect,
    service_rebates,
    service_regions,
    service_teams,
)
from toolkit.reporting.tables.since import (
    moved_by_chapter,
    moved_figures,
    moved_first_page,
    turned_conclusions,
)
from toolkit.reporting.tables.standing import behaviour, scenarios, standing, turning_points
from toolkit.reporting.tables.survival import definitions, forecasts, hazard, horizon, survival
from toolkit.reporting.tables.tornado import value_tornado
from toolkit.reporting.tables.track_record import track_bands, track_kinds, track_misses, track_unscored
from toolkit.reporting.tables.weights import (
    weight_acceptability,
    weight_dropped,
    weight_moves,
    weight_stress,
    weights,
)

__all__ = [
    "appeals",
    "assumptions_of_policies",
    "assumptions_of_study",
    "audit",
    "behaviour",
    "candidates",
    "capacity",
    "catalogue",
    "catalogue_particulars",
    "checks",
    "comparison",
    "cost",
    "crosstab",
    "data_log",
    "definitions",
    "descriptions",
    "designs",
    "effects",
    "files",
    "forecasts",
    "foresight",
    "grades",
    "hazard",
    "horizon",
    "hotline_same_seats",
    "hotline_seats",
    "hotline_service",
    "intake",
    "lot_values",
    "marks",
    "migration",
    "moved",
    "moved_by_chapter",
    "moved_figures",
    "moved_first_page",
    "movers",
    "parameters_changed",
    "pilot_designs",
    "pilot_options",
    "policies_on_file",
    "quarters",
    "readings",
    "refused",
    "register",
    "retention",
    "rules",
    "scenarios",
    "searched",
    "segments",
    "service_behaviour",
    "service_ledger",
    "service_lines",
    "service_moves",
    "service_neglect",
    "service_rebates",
    "service_regions",
    "service_teams",
    "stability",
    "standing",
    "survival",
    "track",
    "track_bands",
    "track_kinds",
    "track_misses",
    "track_unscored",
    "turned_conclusions",
    "turning_points",
    "value_tornado",
    "values_by_definition",
    "verdicts",
    "weight_acceptability",
    "weight_dropped",
    "weight_moves",
    "weight_stress",
    "weights",
]


def __dir__() -> list[str]:
    return sorted(__all__)
