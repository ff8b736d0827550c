"""Findings: the facts that each chapter records, made from its results."""

from toolkit.reporting.findings.assumptions import assumptions, assumptions_logged
from toolkit.reporting.findings.audit import audit
from toolkit.reporting.findings.capacity import capacity, capacity_told
from toolkit.reporting.findings.catalogue import catalogue, catalogue_titles
from toolkit.reporting.findings.catalogue_rows import catalogue_rows
from toolkit.reporting.findings.data_log import data_held, files_held
from toolkit.reporting.findings.decision import costed, decision, rule_told
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
from toolkit.reporting.findings.moves import moves, moves_shown, moves_told, segments_shown
from toolkit.reporting.findings.parameters_changed import parameters_changed, parameters_told
from toolkit.reporting.findings.particulars import beside, beside_told, particulars_of
from toolkit.reporting.findings.proposals import proposals, proposals_shown, proposals_told
from toolkit.reporting.findings.search import (
    rule_in_words,
    searched,
    searched_along_one,
    searched_told,
)
from toolkit.reporting.findings.service import (
    dependence_told,
    ledger_told,
    neglect_told,
    people_told,
    service,
    service_told,
)
from toolkit.reporting.findings.standing import (
    is_ranked,
    policy_titles,
    scenarios_told,
    standing,
    standing_told,
    tornado_shown,
    two_way_shown,
)
from toolkit.reporting.findings.survival import staying
from toolkit.reporting.findings.track_record import track_record, track_told
from toolkit.reporting.findings.turned import turned
from toolkit.reporting.findings.weights import weights

__all__ = [
    "assumptions",
    "assumptions_logged",
    "audit",
    "beside",
    "beside_told",
    "capacity",
    "capacity_told",
    "catalogue",
    "catalogue_rows",
    "catalogue_titles",
    "cost",
    "costed",
    "data_held",
    "decision",
    "dependence_told",
    "designs",
    "designs_drawn",
    "designs_told",
    "effect",
    "effect_words",
    "evaluation",
    "files_held",
    "grades",
    "history",
    "hotline",
    "hotline_told",
    "is_ranked",
    "ledger_told",
    "margin_source",
    "moves",
    "moves_shown",
    "moves_told",
    "neglect_told",
    "parameters_changed",
    "parameters_told",
    "particulars_of",
    "people_told",
    "policy_titles",
    "programme_recorded",
    "programme_windows",
    "proposals",
    "proposals_shown",
    "proposals_told",
    "retention",
    "rule_in_words",
    "rule_told",
    "scenarios_told",
    "searched",
    "searched_along_one",
    "searched_told",
    "segments_shown",
    "service",
    "service_told",
    "standing",
    "standing_told",
    "staying",
    "tornado_shown",
    "track",
    "track_record",
    "track_told",
    "truth_at_the_bar",
    "truth_of",
    "turned",
    "two_way_shown",
    "weights",
]


def __dir__() -> list[str]:
    return sorted(__all__)
