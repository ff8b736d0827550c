"""A shallow rule learned from what a study knows of single customers: a draw by lot, or what is at stake near the bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.evidence import LOT_ROWS, BarEvidence, LotEvidence
from toolkit.effects.records.lot import lot_gains
from toolkit.effects.records.source import Source
from toolkit.errors import HistoryError, ParameterError
from toolkit.outcomes.cost import customer_costs, simple_spans
from toolkit.params.policy import PolicyParams
from toolkit.params.search import SearchParams
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.search.learning import Gains, Learned, Shared, learn
from toolkit.search.searched import Searched, as_searched
from toolkit.search.shallow import Limit
from toolkit.search.written import everybody_in, policy_of
from toolkit.study.beside import beside, compared, out_of_reach, walked
from toolkit.study.positions import cluster_names
from toolkit.terms import Label, money
from toolkit.window import QUARTERS_A_YEAR, Quarter

if TYPE_CHECKING:
    from toolkit.study.study import Study

NO_EVIDENCE = Label(
    "没有抽签试验或断点说明这个服务包对客户的影响，无从学习规则",
    "neither a draw by lot nor a bar tells what the package does, so no rule can be learned",
)
TOO_FEW = Label("有证据的客户太少，无从学习规则", "too few customers with evidence to learn a rule from")


def shallow_of(study: Study, asked: SearchParams) -> Searched:
    """The best rule of at most two questions, valued on customers who had no part in it."""
    title, draws = asked.title.label(), study.params.bootstrap
    try:
        gains = gains_of(study, asked)
        if isinstance(gains, Label):
            return Searched(asked.id, title, pd.DataFrame(), None, reason=gains)
        learned = learn(gains, deepest=asked.shallow.depth, draws=draws.draws, seed=draws.seed)
        params = _written(study, asked, learned)
        other = beside(study, [params], {params.id: walked(study, params)})
        whole = compared(other)
        out = out_of_reach(other, whole)
    except (HistoryError, ParameterError) as error:
        return Searched(asked.id, title, pd.DataFrame(), None, reason=Label(error.zh, error.en))
    share = study.files.rule.adopt_identified_share
    return as_searched(title, params, learned, (whole.changes[0], share, out.get(params.id)))


def gains_of(study: Study, asked: SearchParams) -> Gains | Label:
    """What serving each customer would bring; a draw by lot comes before the bar. Else why that is not known.

    Raises
    ------
    HistoryError
        If the history does not tell what the service of the template costs.
    """
    wanted, plans = asked.shallow, study.files.templates[asked.id].params.service
    packages = plans[wanted.grade].package, plans[wanted.otherwise].package
    fits = [
        e
        for e in study.evidence
        if isinstance(e, LotEvidence | BarEvidence) and (e.package, e.otherwise) == packages
    ]
    if not fits:
        return NO_EVIDENCE
    prices = Prices.of(study, asked)
    found = (
        _by_lot(study, asked, fits[0], prices)
        if isinstance(fits[0], LotEvidence)
        else _by_value(study, asked, fits[0], prices)
    )
    return found if len(found.gain) >= LOT_ROWS else TOO_FEW


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What serving a customer costs more than not, by two policies that treat everybody alike.

    Attributes
    ----------
    study : Study
    pairs : tuple of two (Policy, Register): served, not served
    """

    study: Study
    pairs: tuple[tuple[Policy, Register], tuple[Policy, Register]]

    @classmethod
    def of(cls, study: Study, asked: SearchParams) -> Prices:
        """Both policies walked."""
        template, wanted = study.files.templates[asked.id], asked.shallow
        day = study.quarter.end(study.params.fiscal_start_month)
        pairs = []
        for number, grade in enumerate((wanted.grade, wanted.otherwise)):
            params = everybody_in(template, grade, f"{asked.id}_{number}", day)
            pairs.append((Policy.from_params(params, study.names), walked(study, params)))
        return cls(study, (pairs[0], pairs[1]))

    @property
    def review(self) -> Quarter:
        """The review at which grades in force today were decided."""
        return self.pairs[0][1].reviews[-1]

    @property
    def window(self) -> int:
        """Quarters that a review looks back."""
        return self.pairs[0][0].review.window_quarters

    def at(self, quarter: Quarter, customers: pd.Index) -> np.ndarray:
        """Money per year for each of ``customers``, their part of a manager included; the mean for those not graded."""
        more = [self._cost(policy, register, quarter) for policy, register in self.pairs]
        difference = (more[0] - more[1]).reindex(customers).to_numpy(float)
        known = np.isfinite(difference)
        return np.where(known, difference, difference[known].mean() if known.any() else 0.0)

    def _cost(self, policy: Policy, register: Register, quarter: Quarter) -> pd.Series:
        costs = customer_costs(policy, register, self.study.panel, quarter).sum(axis=1)
        spans = simple_spans(policy).values()
        managers = sum(policy.params.manager_cost_per_quarter / span for span in spans)
        return (costs + managers) * QUARTERS_A_YEAR


def _by_lot(study: Study, asked: SearchParams, lot: LotEvidence, prices: Prices) -> Gains:
    """Rows of the draw, as many as stand for the customers who would be drawn today."""
    design = next(one for one in study.params.designs if one.id == lot.id)
    source = Source(study.panel, study.complete, study.params.active_quarters, study.names)
    definitions = tuple(d for d in study.definitions if d.id in lot.gains)
    rows = lot_gains(source, design, definitions)
    reviews = np.array([str(review) for review in rows.review])
    price, now = np.zeros(len(reviews)), np.zeros(len(reviews), dtype=bool)
    for review in dict.fromkeys(rows.review):
        mine = reviews == str(review)
        who = rows.customers[mine]
        price[mine] = prices.at(review, who)
        given = study.registers[study.baseline.id].packages(review).astype(object).reindex(who)
        now[mine] = (given == lot.package).to_numpy()
    times = float(lot.inside.sum()) / max(len(reviews), 1)
    gain = rows.gains[definitions[0].id] * lot.worth - price
    measures = _measures(study, asked, (rows.customers, rows.review), prices.window)
    return Gains(
        _drawn_together(study, rows.customers),
        measures,
        gain * times,
        now,
        _limit(study, asked, price * times, now, times),
    )


def _by_value(study: Study, asked: SearchParams, bar: BarEvidence, prices: Prices) -> Gains:
    """Customers within reach of the bar: margin at stake times the effect there, less the cost."""
    inside = np.abs(bar.distance) <= bar.reach
    customers = study.customers[inside]
    effect = bar.effects.get(study.headline.id) or next(iter(bar.effects.values()))
    price = prices.at(study.quarter, customers)
    worth = study.stakes.worth[inside]
    now = study.positions[0].package[inside] == bar.package
    measures = _measures(study, asked, (customers, (prices.review,) * len(customers)), prices.window)
    return Gains(
        _drawn_together(study, customers),
        measures,
        effect.value * worth - price,
        now,
        _limit(study, asked, price, now, 1.0),
        Shared(worth, effect),
    )


def _drawn_together(study: Study, customers: pd.Index) -> pd.Index:
    """The cluster of each customer where the study names one, else the customer."""
    names = cluster_names(study, customers)
    return customers if names is None else pd.Index(names)


def _measures(
    study: Study, asked: SearchParams, rows: tuple[pd.Index, tuple[Quarter, ...]], window: int
) -> dict[str, np.ndarray]:
    """Measures of each customer at his review; NaN where he is not known."""
    customers, reviews = rows
    who = study.panel.customers.get_indexer(customers)
    places = {quarter: place for place, quarter in enumerate(study.panel.quarters)}
    when = np.array([places[review] for review in reviews], dtype=int)
    return {
        name: np.where(who >= 0, study.panel.values(name, window)[who, when], np.nan)
        for name in asked.shallow.measures
    }


def _limit(
    study: Study, asked: SearchParams, price: np.ndarray, now: np.ndarray, times: float
) -> Limit | None:
    """The most customers served where the search says so, else what the budget adds to those served now, else none."""
    if asked.shallow.most is not None:
        return Limit(np.full(len(price), times), float(asked.shallow.most))
    budget = study.files.rule.budget_per_year
    if budget is None:
        return None
    use = np.maximum(price, 0.0)
    return Limit(use, budget + float(use[now].sum()))


def _written(study: Study, asked: SearchParams, learned: Learned) -> PolicyParams:
    worth = {lang: money(learned.held_out.value, study.currency, lang) for lang in ("zh", "en")}
    why = Label(
        f"{learned.label.zh}；另半样本估值每年 {worth['zh']}",
        f"{learned.label.en}; held-out value {worth['en']} per year",
    )
    day = study.quarter.end(study.params.fiscal_start_month)
    return policy_of(asked, study.files.templates[asked.id], learned.tree, day, why)
