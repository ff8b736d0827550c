"""How long customers stay: what followed a review, described, and what a model expects.

Each is computed once, when first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toolkit.forecasts.active_quarters import forecast_active_quarters
from toolkit.forecasts.contracts import forecast_contracts
from toolkit.forecasts.forecast import Forecast
from toolkit.forecasts.purchases import forecast_purchases
from toolkit.outcomes.hazard import Hazard, hazard_by_grade
from toolkit.outcomes.horizon import Horizon, against_definitions, around_horizon, purchase_horizon
from toolkit.outcomes.immortal import ImmortalTime, immortal_time
from toolkit.outcomes.lapse import LapseRule
from toolkit.outcomes.survival import Survival, landmark_survival, longest_followed
from toolkit.panel import Panel
from toolkit.params.study import StudyParams
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.window import Quarter

HOLD_BACK_PART = 3
APART = 0.1


@shown("complete", "contractual")
@dataclass(frozen=True, eq=False)
class Staying:
    """Survival, hazard, horizon and forecast under the policy in force.

    Attributes
    ----------
    register : Register
        Of the baseline.
    panel : Panel
    params : StudyParams
    complete : tuple of Quarter
        Complete quarters up to the report's.
    """

    register: Register
    panel: Panel
    params: StudyParams
    complete: tuple[Quarter, ...]

    @property
    def contractual(self) -> bool:
        """Whether a contract makes every customer pay every quarter."""
        return self.params.relationship == "contractual"

    @cached_property
    def horizon(self) -> Horizon | None:
        """None where nobody bought in two quarters."""
        return purchase_horizon(self.panel, self.complete[0], self.complete[-1])

    @cached_property
    def definitions(self) -> pd.DataFrame:
        """Definitions of retention against the horizon; see :func:`against_definitions`."""
        return against_definitions(self.horizon, self.params.retention)

    @cached_property
    def around(self) -> pd.DataFrame:
        """Horizon less one, itself and one more; see :func:`around_horizon`."""
        return around_horizon(self.horizon, self.register, self.panel, self.complete[-1])

    @cached_property
    def rule(self) -> LapseRule | None:
        """What counts as a lapse: one silent quarter under a contract, else a silence as long as the horizon."""
        if self.contractual:
            return LapseRule(1, self.complete[-1])
        return None if self.horizon is None else LapseRule(self.horizon.quarters, self.complete[-1])

    @cached_property
    def survival(self) -> Survival | None:
        """From the first review with a full observation window; None where none can be followed."""
        review = None if self.rule is None else longest_followed(self.register, self.rule)
        return None if review is None else landmark_survival(self.register, self.panel, review, self.rule)

    @cached_property
    def hazard(self) -> Hazard | None:
        """None where too few lapsed."""
        return None if self.survival is None else hazard_by_grade(self.register, self.panel, self.rule)

    @cached_property
    def immortal(self) -> ImmortalTime | None:
        """None where nobody was raised to the best grade later."""
        ordered = self.survival is not None and self.register.scale.ordered
        return immortal_time(self.register, self.panel, self.rule) if ordered else None

    @cached_property
    def forecast(self) -> Forecast | None:
        """None where switched off, or where there are too few customers to fit a model."""
        wanted, complete = self.params.forecast, self.complete
        if not wanted.quarters:
            return None
        if self.contractual:
            span, discount = (complete[0], complete[-1]), wanted.discount_per_year
            return forecast_contracts(self.panel, span, wanted.quarters, self._hold_back, discount)
        return forecast_purchases(self.panel, complete[-1], wanted.quarters, self._hold_back)

    @cached_property
    def rival(self) -> Forecast | None:
        """The purchases once more, by Pareto/NBD; None under a contract and without a forecast."""
        if self.contractual or self.forecast is None:
            return None
        quarters, asof = self.params.forecast.quarters, self.complete[-1]
        return forecast_purchases(self.panel, asof, quarters, self._hold_back, "pareto_nbd")

    @cached_property
    def active_quarters(self) -> Forecast | None:
        """Quarters with a purchase, by BG/BB; None as for ``rival``, or where too few came back."""
        if self.contractual or self.forecast is None:
            return None
        quarters, asof = self.params.forecast.quarters, self.complete[-1]
        return forecast_active_quarters(self.panel, asof, quarters, self._hold_back)

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """All models of a study without a contract, the leading one first; empty where it has no rival."""
        every = (self.forecast, self.rival, self.active_quarters)
        return () if self.rival is None else tuple(each for each in every if each is not None)

    @property
    def apart(self) -> float:
        """How far the rival lies from the leading model, as a share of it: ahead or in the check, whichever is more."""
        ours, other = self.forecast, self.rival
        pairs = [tuple(float(each.ahead["expected"].iloc[-1]) for each in (ours, other))]
        if ours.holdout and other.holdout:
            pairs.append((ours.holdout.predicted, other.holdout.predicted))
        return max(abs(second / first - 1) for first, second in pairs)

    @property
    def _hold_back(self) -> int:
        return min(self.params.forecast.quarters, len(self.complete) // HOLD_BACK_PART)
