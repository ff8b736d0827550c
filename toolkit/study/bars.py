"""What customers of a study could reach for: the bars above them, and what the grade there costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.comparison.behaviour import Bars
from toolkit.measures.registry import MEASURES
from toolkit.params.schemes.needs import MeasureNeed
from toolkit.params.schemes.thresholds import ThresholdsParams
from toolkit.policy import Policy
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.study.study import Study


def bars_of(study: Study, policy: Policy) -> Bars | None:
    """What is above each customer compared under ``policy``; None where it has no fixed bar in money.

    A customer has nothing above him where his grade in force is already as good, or where nobody has the grade above,
    so that its price is not known. The price is the cost of a customer of either grade, managers included.
    """
    scheme, need = policy.params.scheme, _money_measure(policy)
    if need is None:
        return None
    window = need.window or policy.review.window_quarters
    panel, ladder = study.panel, [item for item in scheme.floors.items() if item[1].value is not None]
    rows, place = panel.customers.get_indexer(study.customers), panel.quarters.index(study.quarter)
    value, margin = (np.nan_to_num(panel.values(n, window)[rows, place]) for n in (need.measure, "margin"))
    floors = np.array([bound.value for _, bound in reversed(ladder)] + [np.inf])
    step = np.searchsorted(floors[:-1], value, side="right")
    above = np.array([grade for grade, _ in reversed(ladder)] + [None], dtype=object)[step]
    price, rises = _steps(study, policy, above)
    near = rises & (floors[step] > 0)
    lacking = floors[step][near] - value[near]
    missing, pushed = np.full(len(value), np.inf), np.zeros(len(value))
    missing[near] = lacking / floors[step][near]
    rate = np.divide(margin, value, out=np.zeros_like(value), where=value > 0)
    pushed[near] = lacking * rate[near] * QUARTERS_A_YEAR / window
    return Bars(missing, pushed, np.where(near, price, 0.0))


def _steps(study: Study, policy: Policy, above: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Yearly price of the grade ``above`` over the grade in force, and whether it is a better one with a known price."""
    register = study.registers[policy.id]
    now = register.at(study.quarter)["grade"].loc[study.customers].astype(object).to_numpy()
    codes = register.scale.codes
    cost = study.costs[policy.id].by_grade["per_customer"] * QUARTERS_A_YEAR
    price = cost.reindex(above).to_numpy() - cost.reindex(now).to_numpy()
    return price, (codes(above) > codes(now)) & np.isfinite(price)


def _money_measure(policy: Policy) -> MeasureNeed | None:
    """The measure in money along which the policy has fixed floors, if it is of that kind."""
    scheme = policy.params.scheme
    if not isinstance(scheme, ThresholdsParams) or scheme.floors is None or scheme.better != "higher":
        return None
    need = policy.scheme.needs[0]
    plain = isinstance(need, MeasureNeed) and not need.per and MEASURES[need.measure].unit == "money"
    return need if plain else None
