# Written by toolkit.surface.write_stub from the table there.
from collections.abc import Mapping

from toolkit import hotline as hotline
from toolkit import pilots as pilots
from toolkit import search as search
from toolkit import service as service
from toolkit.bootstrap import weighted_sums as weighted_sums
from toolkit.comparison.behaviour import Elasticities as Elasticities
from toolkit.comparison.behaviour import reactions as reactions
from toolkit.comparison.comparison import compare as compare
from toolkit.comparison.draws import Draws as Draws
from toolkit.comparison.evidence import AssumedEvidence as AssumedEvidence
from toolkit.comparison.evidence import BarEvidence as BarEvidence
from toolkit.comparison.evidence import LotEvidence as LotEvidence
from toolkit.comparison.evidence import classify as classify
from toolkit.comparison.frontier import dominated as dominated
from toolkit.comparison.frontier import frontier as frontier
from toolkit.comparison.last_digit import last_digit as last_digit
from toolkit.comparison.movers import movers as movers
from toolkit.comparison.position import Position as Position
from toolkit.comparison.position import Stakes as Stakes
from toolkit.comparison.scenarios import Scenario as Scenario
from toolkit.comparison.scenarios import scenario_values as scenario_values
from toolkit.comparison.segments import by_segment as by_segment
from toolkit.comparison.standing import standing as standing
from toolkit.comparison.tornado import inputs_of as inputs_of
from toolkit.comparison.tornado import tornado as tornado
from toolkit.comparison.tornado import two_way as two_way
from toolkit.effects.adjusted.sample import AdjustedDesign as AdjustedDesign
from toolkit.effects.adjusted.sample import AdjustedSample as AdjustedSample
from toolkit.effects.adjusted.single_grade import estimate_adjusted as estimate_adjusted
from toolkit.effects.adjusted.unrecorded import e_value as e_value
from toolkit.effects.adjusted.unrecorded import robustness_value as robustness_value
from toolkit.effects.adjusted.unrecorded import rosenbaum_gamma as rosenbaum_gamma
from toolkit.effects.cutoff.density import density_test as density_test
from toolkit.effects.cutoff.ladder import LadderSample as LadderSample
from toolkit.effects.cutoff.ladder import average_step as average_step
from toolkit.effects.cutoff.ladder import estimate_ladder as estimate_ladder
from toolkit.effects.cutoff.sample import CutoffDesign as CutoffDesign
from toolkit.effects.cutoff.sample import CutoffSample as CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff as estimate_cutoff
from toolkit.effects.effect import Effect as Effect
from toolkit.effects.effect import Question as Question
from toolkit.effects.experiment.estimation import estimate_experiment as estimate_experiment
from toolkit.effects.experiment.logged import LoggedDecisions as LoggedDecisions
from toolkit.effects.experiment.off_policy import evaluate_policy as evaluate_policy
from toolkit.effects.experiment.sample import ExperimentDesign as ExperimentDesign
from toolkit.effects.experiment.sample import ExperimentSample as ExperimentSample
from toolkit.effects.experiment.selection import best_of as best_of
from toolkit.effects.experiment.tie_breaker import TieBreaker as TieBreaker
from toolkit.effects.experiment.tie_breaker import estimate_tie_breaker as estimate_tie_breaker
from toolkit.effects.family import holm as holm
from toolkit.effects.pilot import PilotBasis as PilotBasis
from toolkit.effects.pilot import PilotPlan as PilotPlan
from toolkit.effects.pilot import design_pilot as design_pilot
from toolkit.effects.power import rows_needed as rows_needed
from toolkit.effects.rollout.cohorts import CohortDesign as CohortDesign
from toolkit.effects.rollout.cohorts import CohortSample as CohortSample
from toolkit.effects.rollout.cohorts import estimate_cohorts as estimate_cohorts
from toolkit.effects.rollout.regression_to_mean import expected_drop as expected_drop
from toolkit.effects.rollout.review_sample import ReviewDesign as ReviewDesign
from toolkit.effects.rollout.review_sample import ReviewSample as ReviewSample
from toolkit.effects.rollout.reviews import estimate_launch as estimate_launch
from toolkit.effects.rollout.reviews import estimate_upgrade as estimate_upgrade
from toolkit.effects.rollout.sample import RolloutDesign as RolloutDesign
from toolkit.effects.rollout.sample import RolloutSample as RolloutSample
from toolkit.effects.rollout.staggered import estimate_rollout as estimate_rollout
from toolkit.errors import GradelabError as GradelabError
from toolkit.errors import ParameterError as ParameterError
from toolkit.estimate import Estimate as Estimate
from toolkit.explanation.explaining import explain as explain
from toolkit.forecasts.active_quarters import forecast_active_quarters as forecast_active_quarters
from toolkit.forecasts.bg_bb import fit_bg_bb as fit_bg_bb
from toolkit.forecasts.bg_nbd import fit_bg_nbd as fit_bg_nbd
from toolkit.forecasts.buyers import Buyers as Buyers
from toolkit.forecasts.buyers import buyers_at as buyers_at
from toolkit.forecasts.contracts import forecast_contracts as forecast_contracts
from toolkit.forecasts.gamma_gamma import fit_gamma_gamma as fit_gamma_gamma
from toolkit.forecasts.pareto_nbd import fit_pareto_nbd as fit_pareto_nbd
from toolkit.forecasts.purchases import forecast_purchases as forecast_purchases
from toolkit.forecasts.sbg import fit_sbg as fit_sbg
from toolkit.grades import Grading as Grading
from toolkit.grades import Scale as Scale
from toolkit.history.history import History as History
from toolkit.history.history import from_tables as from_tables
from toolkit.history.history import read_history as read_history
from toolkit.history.quarantine import write_quarantine as write_quarantine
from toolkit.measures.aggregation import build_cube as build_cube
from toolkit.measures.attributes import ATTRIBUTES as ATTRIBUTES
from toolkit.measures.coverage import factor_coverage as factor_coverage
from toolkit.measures.registry import MEASURES as MEASURES
from toolkit.outcomes.agreement import agreement as agreement
from toolkit.outcomes.agreement import weighted_kappa as weighted_kappa
from toolkit.outcomes.concentration import concentration as concentration
from toolkit.outcomes.concentration import gini as gini
from toolkit.outcomes.cost import cost_to_serve as cost_to_serve
from toolkit.outcomes.cox import fit_cox as fit_cox
from toolkit.outcomes.discrimination import discrimination as discrimination
from toolkit.outcomes.discrimination import somers_d as somers_d
from toolkit.outcomes.evaluation import Basis as Basis
from toolkit.outcomes.evaluation import evaluate as evaluate
from toolkit.outcomes.hazard import hazard_by_grade as hazard_by_grade
from toolkit.outcomes.hindsight import hindsight as hindsight
from toolkit.outcomes.horizon import purchase_horizon as purchase_horizon
from toolkit.outcomes.immortal import immortal_time as immortal_time
from toolkit.outcomes.intervals import wilson as wilson
from toolkit.outcomes.kaplan_meier import kaplan_meier as kaplan_meier
from toolkit.outcomes.kaplan_meier import log_rank as log_rank
from toolkit.outcomes.lapse import LapseRule as LapseRule
from toolkit.outcomes.migration import migration as migration
from toolkit.outcomes.migration import mobility as mobility
from toolkit.outcomes.noise import NoiseOptions as NoiseOptions
from toolkit.outcomes.noise import noise_benchmark as noise_benchmark
from toolkit.outcomes.retained import retained_after as retained_after
from toolkit.outcomes.retention import bought_again as bought_again
from toolkit.outcomes.retention import raw_gap as raw_gap
from toolkit.outcomes.retention import retention_by_grade as retention_by_grade
from toolkit.outcomes.stability import stability_index as stability_index
from toolkit.outcomes.survival import landmark_survival as landmark_survival
from toolkit.outcomes.weight_versions import VersionsPlan as VersionsPlan
from toolkit.outcomes.weight_versions import weight_versions as weight_versions
from toolkit.panel.graded import graded as graded
from toolkit.panel.panel import Panel as Panel
from toolkit.panel.recorded import recorded as recorded
from toolkit.panel.roster import roster as roster
from toolkit.params.assumption_log import assumption_log as assumption_log
from toolkit.params.history import FilesParams as FilesParams
from toolkit.params.history import SimulatedParams as SimulatedParams
from toolkit.params.policy import PolicyParams as PolicyParams
from toolkit.params.policy import read_policy as read_policy
from toolkit.params.policy_file import policy_yaml as policy_yaml
from toolkit.params.resolved import resolved_parameters as resolved_parameters
from toolkit.params.service_library import service_measures as service_measures
from toolkit.params.study import StudyParams as StudyParams
from toolkit.params.study_files import read_study as read_study
from toolkit.policy.calendar import review_quarters as review_quarters
from toolkit.policy.holding import hold as hold
from toolkit.policy.policy import Policy as Policy
from toolkit.policy.walking import walk as walk
from toolkit.recommendation.judging import recommend as recommend
from toolkit.recommendation.judging import worth_knowing as worth_knowing
from toolkit.recommendation.verdict import Verdict as Verdict
from toolkit.register import Register as Register
from toolkit.reporting import charts as charts
from toolkit.reporting import findings as findings
from toolkit.reporting import tables as tables
from toolkit.reporting.chapter import open_chapter as open_chapter
from toolkit.reporting.chart import Chart as Chart
from toolkit.reporting.chart import canvas as canvas
from toolkit.reporting.explained_text import as_text as as_text
from toolkit.reporting.methods import methods_used as methods_used
from toolkit.reporting.palette import grade_colours as grade_colours
from toolkit.run.found import find_run as find_run
from toolkit.schemes.build import build_scheme as build_scheme
from toolkit.schemes.description import describe_policy as describe_policy
from toolkit.schemes.description import describe_scheme as describe_scheme
from toolkit.schemes.reach import unreachable as unreachable
from toolkit.schemes.scheme import Scheme as Scheme
from toolkit.study.example import example_study as example_study
from toolkit.study.opening import open_study as open_study
from toolkit.study.study import Study as Study
from toolkit.synthetic.company import simulate as simulate
from toolkit.synthetic.gradeworld import simulate_review as simulate_review
from toolkit.synthetic.gradeworld import truth_at_bar as truth_at_bar
from toolkit.synthetic.spendpanel import PanelPlan as PanelPlan
from toolkit.synthetic.spendpanel import simulate_panel as simulate_panel
from toolkit.synthetic.world import World as World
from toolkit.terms import Label as Label
from toolkit.track.calibration import calibrate as calibrate
from toolkit.track.claim import Claim as Claim
from toolkit.track.file import read_claims as read_claims
from toolkit.track.resolution import Observation as Observation
from toolkit.track.resolution import resolved as resolved
from toolkit.weights.ahp import pairwise_weights as pairwise_weights
from toolkit.weights.critic import critic_weights as critic_weights
from toolkit.weights.entropy import entropy_weights as entropy_weights
from toolkit.weights.regression import regression_weights as regression_weights
from toolkit.weights.stress import StressPlan as StressPlan
from toolkit.weights.stress import compare_weights as compare_weights
from toolkit.weights.stress import stress_weights as stress_weights
from toolkit.window import Quarter as Quarter
from toolkit.window import Window as Window

__version__: str
SURFACE: Mapping[str, Mapping[str, str]]
__all__ = [
    "ATTRIBUTES",
    "MEASURES",
    "AdjustedDesign",
    "AdjustedSample",
    "AssumedEvidence",
    "BarEvidence",
    "Basis",
    "Buyers",
    "Chart",
    "Claim",
    "CohortDesign",
    "CohortSample",
    "CutoffDesign",
    "CutoffSample",
    "Draws",
    "Effect",
    "Elasticities",
    "Estimate",
    "ExperimentDesign",
    "ExperimentSample",
    "FilesParams",
    "GradelabError",
    "Grading",
    "History",
    "Label",
    "LadderSample",
    "LapseRule",
    "LoggedDecisions",
    "LotEvidence",
    "NoiseOptions",
    "Observation",
    "Panel",
    "PanelPlan",
    "ParameterError",
    "PilotBasis",
    "PilotPlan",
    "Policy",
    "PolicyParams",
    "Position",
    "Quarter",
    "Question",
    "Register",
    "ReviewDesign",
    "ReviewSample",
    "RolloutDesign",
    "RolloutSample",
    "Scale",
    "Scenario",
    "Scheme",
    "SimulatedParams",
    "Stakes",
    "StressPlan",
    "Study",
    "StudyParams",
    "TieBreaker",
    "Verdict",
    "VersionsPlan",
    "Window",
    "World",
    "agreement",
    "as_text",
    "assumption_log",
    "average_step",
    "best_of",
    "bought_again",
    "build_cube",
    "build_scheme",
    "buyers_at",
    "by_segment",
    "calibrate",
    "canvas",
    "charts",
    "classify",
    "compare",
    "compare_weights",
    "concentration",
    "cost_to_serve",
    "critic_weights",
    "density_test",
    "describe_policy",
    "describe_scheme",
    "design_pilot",
    "discrimination",
    "dominated",
    "e_value",
    "entropy_weights",
    "estimate_adjusted",
    "estimate_cohorts",
    "estimate_cutoff",
    "estimate_experiment",
    "estimate_ladder",
    "estimate_launch",
    "estimate_rollout",
    "estimate_tie_breaker",
    "estimate_upgrade",
    "evaluate",
    "evaluate_policy",
    "example_study",
    "expected_drop",
    "explain",
    "factor_coverage",
    "find_run",
    "findings",
    "fit_bg_bb",
    "fit_bg_nbd",
    "fit_cox",
    "fit_gamma_gamma",
    "fit_pareto_nbd",
    "fit_sbg",
    "forecast_active_quarters",
    "forecast_contracts",
    "forecast_purchases",
    "from_tables",
    "frontier",
    "gini",
    "grade_colours",
    "graded",
    "hazard_by_grade",
    "hindsight",
    "hold",
    "holm",
    "hotline",
    "immortal_time",
    "inputs_of",
    "kaplan_meier",
    "landmark_survival",
    "last_digit",
    "log_rank",
    "methods_used",
    "migration",
    "mobility",
    "movers",
    "noise_benchmark",
    "open_chapter",
    "open_study",
    "pairwise_weights",
    "pilots",
    "policy_yaml",
    "purchase_horizon",
    "raw_gap",
    "reactions",
    "read_claims",
    "read_history",
    "read_policy",
    "read_study",
    "recommend",
    "recorded",
    "regression_weights",
    "resolved",
    "resolved_parameters",
    "retained_after",
    "retention_by_grade",
    "review_quarters",
    "robustness_value",
    "rosenbaum_gamma",
    "roster",
    "rows_needed",
    "scenario_values",
    "search",
    "service",
    "service_measures",
    "simulate",
    "simulate_panel",
    "simulate_review",
    "somers_d",
    "stability_index",
    "standing",
    "stress_weights",
    "tables",
    "tornado",
    "truth_at_bar",
    "two_way",
    "unreachable",
    "walk",
    "weight_versions",
    "weighted_kappa",
    "weighted_sums",
    "wilson",
    "worth_knowing",
    "write_quarantine",
]
