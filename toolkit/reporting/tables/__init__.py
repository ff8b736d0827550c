"""Tables: one result, one display table, in one language."""

from toolkit.reporting.tables.catalogue import catalogue, refused
from toolkit.reporting.tables.decision import comparison, values_by_definition, verdicts
from toolkit.reporting.tables.description import (
    cost,
    crosstab,
    descriptions,
    files,
    grades,
    intake,
    migration,
    quarters,
    retention,
    rules,
    track,
)
from toolkit.reporting.tables.effect import checks, effects, pilot_options
from toolkit.reporting.tables.evaluation import foresight, stability

__all__ = [
    "catalogue",
    "checks",
    "comparison",
    "cost",
    "crosstab",
    "descriptions",
    "effects",
    "files",
    "foresight",
    "grades",
    "intake",
    "migration",
    "pilot_options",
    "quarters",
    "refused",
    "retention",
    "rules",
    "stability",
    "track",
    "values_by_definition",
    "verdicts",
]
