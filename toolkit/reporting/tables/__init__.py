"""Tables: one result, one display table, in one language."""

from toolkit.reporting.tables.decision import comparison, values_by_definition, verdicts
from toolkit.reporting.tables.description import (
    cost,
    crosstab,
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

__all__ = [
    "checks",
    "comparison",
    "cost",
    "crosstab",
    "effects",
    "files",
    "grades",
    "intake",
    "migration",
    "pilot_options",
    "quarters",
    "retention",
    "rules",
    "track",
    "values_by_definition",
    "verdicts",
]
