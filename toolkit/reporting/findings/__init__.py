"""Findings: the facts that each chapter records, made from its results."""

from toolkit.reporting.findings.catalogue import catalogue, catalogue_titles
from toolkit.reporting.findings.decision import decision, rule_words
from toolkit.reporting.findings.description import cost, grades, history, margin_source, retention, track
from toolkit.reporting.findings.effect import effect, effect_words, truth_at_the_bar
from toolkit.reporting.findings.evaluation import evaluation

__all__ = [
    "catalogue",
    "catalogue_titles",
    "cost",
    "decision",
    "effect",
    "effect_words",
    "evaluation",
    "grades",
    "history",
    "margin_source",
    "retention",
    "rule_words",
    "track",
    "truth_at_the_bar",
]
