"""The union of all kinds of scheme, told apart by ``kind``; an extension may add more."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from toolkit.params.schemes.extended import Extended
from toolkit.params.schemes.groups import GroupsParams
from toolkit.params.schemes.nested import (
    FixedParams,
    GateParams,
    JudgedParams,
    ListsParams,
    MatrixParams,
    OverridesParams,
    VersionsParams,
    as_fixed,
    rebuild,
)
from toolkit.params.schemes.pareto import CascadeParams, ParetoParams
from toolkit.params.schemes.scored import ScoredParams
from toolkit.params.schemes.table import AttributeParams, StatesParams, TableParams
from toolkit.params.schemes.thresholds import ThresholdsParams

SchemeParams = Annotated[
    ThresholdsParams
    | ScoredParams
    | ParetoParams
    | CascadeParams
    | TableParams
    | StatesParams
    | AttributeParams
    | MatrixParams
    | GroupsParams
    | GateParams
    | OverridesParams
    | ListsParams
    | JudgedParams
    | VersionsParams
    | FixedParams,
    Field(discriminator="kind"),
    Extended,
]
Branch = Annotated[SchemeParams, BeforeValidator(as_fixed, json_schema_input_type=str | SchemeParams)]

rebuild({"SchemeParams": SchemeParams, "Branch": Branch})
