"""What ``import toolkit`` offers: public names by room, each with the module that holds it.

Nothing is loaded before it is asked for. ``write_stub`` writes ``toolkit/__init__.pyi``, by which editors and
readers of the source see the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOMS: dict[str, dict[str, tuple[str, ...]]] = {
    "study": {
        "toolkit.study.opening": ("open_study",),
        "toolkit.study.example": ("example_study",),
        "toolkit.study.study": ("Study",),
    },
    "history": {
        "toolkit.history.history": ("History", "from_tables", "read_history"),
        "toolkit.history.quarantine": ("write_quarantine",),
    },
    "measures": {
        "toolkit.measures.aggregation": ("build_cube",),
        "toolkit.measures.registry": ("MEASURES",),
        "toolkit.measures.attributes": ("ATTRIBUTES",),
        "toolkit.measures.coverage": ("factor_coverage",),
    },
    "synthetic": {
        "toolkit.synthetic.company": ("simulate",),
        "toolkit.synthetic.gradeworld": ("simulate_review", "truth_at_bar"),
        "toolkit.synthetic.spendpanel": ("PanelPlan", "simulate_panel"),
        "toolkit.synthetic.world": ("World",),
    },
    "panel": {
        "toolkit.panel.panel": ("Panel",),
        "toolkit.panel.graded": ("graded",),
        "toolkit.panel.recorded": ("recorded",),
        "toolkit.panel.roster": ("roster",),
    },
    "weights": {
        "toolkit.weights.ahp": ("pairwise_weights",),
        "toolkit.weights.critic": ("critic_weights",),
        "toolkit.weights.entropy": ("entropy_weights",),
        "toolkit.weights.regression": ("regression_weights",),
        "toolkit.weights.stress": ("StressPlan", "compare_weights", "stress_weights"),
    },
    "schemes": {
        "toolkit.schemes.build": ("build_scheme",),
        "toolkit.schemes.description": ("describe_policy", "describe_scheme"),
        "toolkit.schemes.reach": ("unreachable",),
        "toolkit.schemes.scheme": ("Scheme",),
    },
    "register": {"toolkit.register": ("Register",)},
    "policy": {
        "toolkit.policy.calendar": ("review_quarters",),
        "toolkit.policy.holding": ("hold",),
        "toolkit.policy.policy": ("Policy",),
        "toolkit.policy.walking": ("walk",),
    },
    "service": {"toolkit": ("service",)},
    "outcomes": {
        "toolkit.outcomes.agreement": ("agreement", "weighted_kappa"),
        "toolkit.outcomes.concentration": ("concentration", "gini"),
        "toolkit.outcomes.cost": ("cost_to_serve",),
        "toolkit.outcomes.cox": ("fit_cox",),
        "toolkit.outcomes.discrimination": ("discrimination", "somers_d"),
        "toolkit.outcomes.evaluation": ("Basis", "evaluate"),
        "toolkit.outcomes.hazard": ("hazard_by_grade",),
        "toolkit.outcomes.hindsight": ("hindsight",),
        "toolkit.outcomes.horizon": ("purchase_horizon",),
        "toolkit.outcomes.immortal": ("immortal_time",),
        "toolkit.outcomes.intervals": ("wilson",),
        "toolkit.outcomes.kaplan_meier": (
            "kaplan_meier",
            "log_rank",
        ),
        "toolkit.outcomes.lapse": ("LapseRule",),
        "toolkit.outcomes.migration": ("migration", "mobility"),
        "toolkit.outcomes.noise": ("NoiseOptions", "noise_benchmark"),
        "toolkit.outcomes.retained": ("retained_after",),
        "toolkit.outcomes.retention": ("bought_again", "raw_gap", "retention_by_grade"),
        "toolkit.outcomes.stability": ("stability_index",),
        "toolkit.outcomes.survival": ("landmark_survival",),
        "toolkit.outcomes.weight_versions": ("VersionsPlan", "weight_versions"),
    },
    "hotline": {"toolkit": ("hotline",)},
    "effects": {
        "toolkit.effects.adjusted.sample": ("AdjustedDesign", "AdjustedSample"),
        "toolkit.effects.adjusted.single_grade": ("estimate_adjusted",),
        "toolkit.effects.adjusted.unrecorded": ("e_value", "robustness_value", "rosenbaum_gamma"),
        "toolkit.effects.cutoff.density": ("density_test",),
        "toolkit.effects.cutoff.ladder": ("LadderSample", "average_step", "estimate_ladder"),
        "toolkit.effects.cutoff.sample": ("CutoffDesign", "CutoffSample"),
        "toolkit.effects.cutoff.single_bar": ("estimate_cutoff",),
        "toolkit.effects.effect": ("Effect", "Question"),
        "toolkit.effects.experiment.estimation": ("estimate_experiment",),
        "toolkit.effects.experiment.logged": ("LoggedDecisions",),
        "toolkit.effects.experiment.off_policy": ("evaluate_policy",),
        "toolkit.effects.experiment.sample": ("ExperimentDesign", "ExperimentSample"),
        "toolkit.effects.experiment.selection": ("best_of",),
        "toolkit.effects.experiment.tie_breaker": ("TieBreaker", "estimate_tie_breaker"),
        "toolkit.effects.family": ("holm",),
        "toolkit.effects.pilot": ("PilotBasis", "PilotPlan", "design_pilot"),
        "toolkit.effects.power": ("rows_needed",),
        "toolkit.effects.rollout.cohorts": ("CohortDesign", "CohortSample", "estimate_cohorts"),
        "toolkit.effects.rollout.regression_to_mean": ("expected_drop",),
        "toolkit.effects.rollout.review_sample": ("ReviewDesign", "ReviewSample"),
        "toolkit.effects.rollout.reviews": ("estimate_launch", "estimate_upgrade"),
        "toolkit.effects.rollout.sample": ("RolloutDesign", "RolloutSample"),
        "toolkit.effects.rollout.staggered": ("estimate_rollout",),
    },
    "forecasts": {
        "toolkit.forecasts.active_quarters": ("forecast_active_quarters",),
        "toolkit.forecasts.bg_bb": ("fit_bg_bb",),
        "toolkit.forecasts.bg_nbd": ("fit_bg_nbd",),
        "toolkit.forecasts.buyers": ("Buyers", "buyers_at"),
        "toolkit.forecasts.contracts": ("forecast_contracts",),
        "toolkit.forecasts.gamma_gamma": ("fit_gamma_gamma",),
        "toolkit.forecasts.pareto_nbd": ("fit_pareto_nbd",),
        "toolkit.forecasts.purchases": ("forecast_purchases",),
        "toolkit.forecasts.sbg": ("fit_sbg",),
    },
    "comparison": {
        "toolkit.comparison.behaviour": ("Elasticities", "reactions"),
        "toolkit.comparison.comparison": ("compare",),
        "toolkit.comparison.draws": ("Draws",),
        "toolkit.comparison.evidence": ("AssumedEvidence", "BarEvidence", "LotEvidence", "classify"),
        "toolkit.comparison.frontier": ("dominated", "frontier"),
        "toolkit.comparison.last_digit": ("last_digit",),
        "toolkit.comparison.movers": ("movers",),
        "toolkit.comparison.position": ("Position", "Stakes"),
        "toolkit.comparison.scenarios": ("Scenario", "scenario_values"),
        "toolkit.comparison.segments": ("by_segment",),
        "toolkit.comparison.standing": ("standing",),
        "toolkit.comparison.tornado": ("inputs_of", "tornado", "two_way"),
    },
    "search": {"toolkit": ("search",)},
    "recommendation": {
        "toolkit.recommendation.judging": ("recommend", "worth_knowing"),
        "toolkit.recommendation.verdict": ("Verdict",),
    },
    "pilots": {"toolkit": ("pilots",)},
    "track": {
        "toolkit.track.calibration": ("calibrate",),
        "toolkit.track.claim": ("Claim",),
        "toolkit.track.file": ("read_claims",),
        "toolkit.track.resolution": ("Observation", "resolved"),
    },
    "explanation": {
        "toolkit.explanation.explaining": ("explain",),
    },
    "reporting": {
        "toolkit.reporting": ("charts", "findings", "tables"),
        "toolkit.reporting.chapter": ("open_chapter",),
        "toolkit.reporting.chart": ("Chart", "canvas"),
        "toolkit.reporting.explained_text": ("as_text",),
        "toolkit.reporting.methods": ("methods_used",),
        "toolkit.reporting.palette": ("grade_colours",),
    },
    "run": {"toolkit.run.found": ("find_run",)},
    "params": {
        "toolkit.params.assumption_log": ("assumption_log",),
        "toolkit.params.history": ("FilesParams", "SimulatedParams"),
        "toolkit.params.policy": ("PolicyParams", "read_policy"),
        "toolkit.params.policy_file": ("policy_yaml",),
        "toolkit.params.resolved": ("resolved_parameters",),
        "toolkit.params.service_library": ("service_measures",),
        "toolkit.params.study": ("StudyParams",),
        "toolkit.params.study_files": ("read_study",),
    },
    "grades": {"toolkit.grades": ("Grading", "Scale")},
    "window": {"toolkit.window": ("Quarter", "Window")},
    "estimate": {"toolkit.estimate": ("Estimate",)},
    "bootstrap": {"toolkit.bootstrap": ("weighted_sums",)},
    "terms": {"toolkit.terms": ("Label",)},
    "errors": {
        "toolkit.errors": (
            "GradelabError",
            "ParameterError",
        )
    },
}
"""Room -> module -> its public names; a name that several rooms would claim stays on the shelf of its room."""

SHELVES = frozenset({"charts", "findings", "hotline", "pilots", "search", "service", "tables"})
"""Names that are modules, whose own names (``__all__``) read well only behind theirs."""

SURFACE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        room: MappingProxyType({name: module for module, names in held.items() for name in names})
        for room, held in ROOMS.items()
    }
)
"""Room -> public name -> module."""

HOMES: Mapping[str, str] = MappingProxyType(
    {name: module for names in SURFACE.values() for name, module in names.items()}
)
"""Public name -> module."""


def load(name: str) -> Any:
    """What ``name`` of the surface stands for; its module is loaded now.

    Raises
    ------
    AttributeError
        Where the surface has no such name.

    Examples
    --------
    >>> from toolkit.surface import load
    >>> load("Quarter").parse("2026Q3") + 1
    Quarter(2026Q4)
    """
    module = HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    if name in SHELVES:
        return import_module(f"{module}.{name}")
    return getattr(import_module(module), name)


def stub() -> str:
    """The text of ``toolkit/__init__.pyi``: every public name imported from its module.

    Examples
    --------
    >>> from toolkit.surface import stub
    >>> [line for line in stub().splitlines() if line.endswith(" Register")]
    ['from toolkit.register import Register as Register']
    """
    lines = [
        "# Written by toolkit.surface.write_stub from the table there.",
        "from collections.abc import Mapping",
        "",
    ]
    for name, module in sorted(HOMES.items(), key=lambda entry: (entry[1], entry[0])):
        lines.append(f"from {module} import {name} as {name}")
    lines += ["", "__version__: str", "SURFACE: Mapping[str, Mapping[str, str]]", "__all__ = ["]
    lines += [
        *(f'    "{name}",' for name in sorted(HOMES, key=lambda name: (not name.isupper(), name))),
        "]",
        "",
    ]
    return "\n".join(lines)


def write_stub() -> Path:
    """Write :func:`stub` beside this file and return its place."""
    place = Path(__file__).with_name("__init__.pyi")
    place.write_text(stub(), "utf-8")
    return place
