"""Parameters of the schemes: the rules that turn what is known of a customer into a grade."""

from __future__ import annotations

from toolkit.params.schemes.bounds import Better, Bound, Floor, Missing, check_ladder
from toolkit.params.schemes.condition import ConditionParams, When, single_quarter
from toolkit.params.schemes.easing import eased
from toolkit.params.schemes.extended import KINDS, OwnParams, kind_of
from toolkit.params.schemes.groups import FeatureParams, GroupsParams
from toolkit.params.schemes.needs import (
    REVIEW_DAY,
    AttributeNeed,
    EventNeed,
    JudgedNeed,
    ListNeed,
    MeasureNeed,
    Need,
    ReviewDayNeed,
)
from toolkit.params.schemes.nested import (
    FixedParams,
    GateParams,
    JudgedParams,
    ListsParams,
    MatrixParams,
    OverrideParams,
    OverridesParams,
    VersionsParams,
)
from toolkit.params.schemes.pareto import CascadeParams, CriterionParams, LinesParams, ParetoParams
from toolkit.params.schemes.scored import (
    Band,
    BandPoints,
    BonusParams,
    FactorParams,
    RangePoints,
    RankPoints,
    ScoredParams,
    StepParams,
    ValuePoints,
    ZScorePoints,
)
from toolkit.params.schemes.subject import EventParams, RuleParams, SubjectParams, needs_of, parts
from toolkit.params.schemes.table import AttributeParams, RowParams, StateParams, StatesParams, TableParams
from toolkit.params.schemes.thresholds import FloorsByParams, ThresholdsParams
from toolkit.params.schemes.union import Branch, SchemeParams
from toolkit.params.schemes.weights import (
    CriticParams,
    EntropyParams,
    ExpertWeights,
    PairwiseParams,
    RegressionParams,
    WeightsParams,
)

__all__ = [
    "KINDS",
    "REVIEW_DAY",
    "AttributeNeed",
    "AttributeParams",
    "Band",
    "BandPoints",
    "Better",
    "BonusParams",
    "Bound",
    "Branch",
    "CascadeParams",
    "ConditionParams",
    "CriterionParams",
    "CriticParams",
    "EntropyParams",
    "EventNeed",
    "EventParams",
    "ExpertWeights",
    "FactorParams",
    "FeatureParams",
    "FixedParams",
    "Floor",
    "FloorsByParams",
    "GateParams",
    "GroupsParams",
    "JudgedNeed",
    "JudgedParams",
    "LinesParams",
    "ListNeed",
    "ListsParams",
    "MatrixParams",
    "MeasureNeed",
    "Missing",
    "Need",
    "OverrideParams",
    "OverridesParams",
    "OwnParams",
    "PairwiseParams",
    "ParetoParams",
    "RangePoints",
    "RankPoints",
    "RegressionParams",
    "ReviewDayNeed",
    "RowParams",
    "RuleParams",
    "SchemeParams",
    "ScoredParams",
    "StateParams",
    "StatesParams",
    "StepParams",
    "SubjectParams",
    "TableParams",
    "ThresholdsParams",
    "ValuePoints",
    "VersionsParams",
    "WeightsParams",
    "When",
    "ZScorePoints",
    "check_ladder",
    "eased",
    "kind_of",
    "needs_of",
    "parts",
    "single_quarter",
]
