"""Findings: the facts that each chapter records, made from its results."""

from toolkit.reporting.findings.audit import audit
from toolkit.reporting.findings.capacity import capacity, capacity_told
from toolkit.reporting.findings.catalogue import catalogue, catalogue_titles
from toolkit.reporting.findings.catalogue_rows import catalogue_rows
from toolkit.reporting.findings.decision import decision, rule_words
from toolkit.reporting.findings.description import cost, grades, history, margin_source, retention, track
from toolkit.reporting.findings.designs import (
    designs,
    designs_drawn,
    designs_told,
    programme_recorded,
    programme_windows,
    truth_of,
)
from toolkit.reporting.findings.effect import effect, effect_words, truth_at_the_bar
from toolkit.reporting.findings.evaluation import evaluation
from toolkit.reporting.findings.hotline import hotline, hotline_told
from toolkit.reporting.findings.particulars import beside, beside_told, particulars_of
from toolkit.reporting.findings.service import (
    dependence_told,
    ledger_told,
    neglect_told,
    people_told,
    service,
    service_told,
)
from toolkit.reporting.findings.survival import staying
from toolkit.reporting.findings.weights import weights

__all__ = [
    "audit",
    "beside",
    "beside_told",
    "capacity",
    "capacity_told",
    "catalogue",
    "catalogue_rows",
    "catalogue_titles",
    "cost",
    "decision",
    "dependence_told",
    "designs",
    "designs_drawn",
    "designs_told",
    "effect",
    "effect_words",
    "evaluation",
    "grades",
    "history",
    "hotline",
    "hotline_told",
    "ledger_told",
    "margin_source",
    "neglect_told",
    "particulars_of",
    "people_told",
    "programme_recorded",
    "programme_windows",
    "retention",
    "rule_words",
    "service",
    "service_told",
    "staying",
    "track",
    "truth_at_the_bar",
    "truth_of",
    "weights",
]
