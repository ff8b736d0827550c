"""A shallow rule learned on one half of the customers and valued on the other, both ways.

Method
------
Each half finds its best tree (:mod:`toolkit.search.shallow`), which is then put to the other half: the sum of the
gains there is the value of *learning*, with its interval from customers drawn anew. Beside it stands the best
allocation of the same customers within the same limit (:mod:`toolkit.search.allocation`), the upper reference. Where
gains are contributions of single customers to an experiment, the allocation ranks by a forecast of them from the half
that learned, for sorting by the contributions themselves would sort luck.

Does not show
-------------
Who responds, where all gains rest on one effect: such a rule is an *allocation by value*, and whether those it serves
respond more than others is not known (Ascarza 2018). Both halves then share the effect, and its error is in the
interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.bootstrap import weighted_sums
from toolkit.comparison.choice import first_half
from toolkit.comparison.draws import Draws, split_normal
from toolkit.estimate import Estimate
from toolkit.search.allocation import allocate
from toolkit.search.relaxation import Scarce, Task
from toolkit.search.shallow import DEEPEST, Cut, Limit, best_tree, cuts_of
from toolkit.search.tree import Node, serves
from toolkit.shown import shown
from toolkit.terms import Label

Source = Literal["lot", "value"]
BY_VALUE = Label(
    "按价值分配：对所有客户用同一个影响，谁的反应更大并不清楚",
    "allocation by value: one effect for everybody, who responds more is not known",
)
BY_LOT = Label("按抽签试验中的反应分配", "allocation by response, from a draw by lot")
LIMITED = Label("服务能力", "service")


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """One effect for everybody: a gain is worth times effect, less a cost.

    Attributes
    ----------
    worth : array, shape (n,)
        Margin over the horizon.
    effect : Estimate
        Change of the share retained.
    """

    worth: np.ndarray
    effect: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """What serving each customer would bring; arrays of shape (n,).

    Attributes
    ----------
    customers : Index, length n
        Customer of each row, or his cluster; rows of one stay together.
    measures : mapping of measure to array
        What the rule may ask; NaN is missing.
    gain : array
        Served less not served, money per year, cost included.
    now : array of bool
        Served under the policy in force.
    limit : Limit, optional
    shared : Shared, optional
        The one effect that every gain rests on; left out, gains are contributions of single customers to a draw by lot.
    """

    customers: pd.Index
    measures: Mapping[str, np.ndarray]
    gain: np.ndarray
    now: np.ndarray
    limit: Limit | None = None
    shared: Shared | None = None

    @property
    def source(self) -> Source:
        """On which evidence customers are chosen."""
        return "lot" if self.shared is None else "value"

    def take(self, rows: np.ndarray) -> Gains:
        """The customers in the mask ``rows`` with their part of the limit."""
        return Gains(
            self.customers[rows],
            {name: column[rows] for name, column in self.measures.items()},
            self.gain[rows],
            self.now[rows],
            None if self.limit is None else self.limit.take(rows, float(rows.mean())),
            None if self.shared is None else replace(self.shared, worth=self.shared.worth[rows]),
        )


@shown("label", "customers", "served", "held_out")
@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A shallow rule and what learning it is worth; money per year.

    Attributes
    ----------
    tree : Leaf or Split
        Learned on all customers: the one to be written down.
    halves : tuple of two trees
        What each half learned.
    source : "lot" or "value"
    customers, served : int
        Customers (rows) it was learned on, and those whom ``tree`` serves.
    held_out : Estimate
        Value against the policy in force, each half's tree on the other half.
    better : float
        Probability that the held-out value is above zero.
    naive : Estimate
        The same of ``tree`` on the customers who learned it: too good.
    rule, optimum : float
        Held-out gain from those served, by the trees and by the best allocation of the same customers.
    price : float or None
        Money that one more unit of the limit is worth; None without a limit.
    """

    tree: Node
    halves: tuple[Node, Node]
    source: Source
    customers: int
    served: int
    held_out: Estimate
    better: float
    naive: Estimate
    rule: float
    optimum: float
    price: float | None

    @property
    def luck(self) -> float:
        """What the naive value owes to chance."""
        return self.naive.value - self.held_out.value

    @property
    def loss(self) -> float:
        """What the simple rule loses against the best allocation, on the same held-out customers."""
        return self.optimum - self.rule

    @property
    def loss_share(self) -> float:
        """The loss as a share of what the best allocation brings; 0 where that brings nothing."""
        return self.loss / self.optimum if self.optimum > 0 else 0.0

    @property
    def label(self) -> Label:
        """On which evidence customers are chosen."""
        return BY_LOT if self.source == "lot" else BY_VALUE


def learn(gains: Gains, *, deepest: int = DEEPEST, draws: int = 1000, seed: int = 0) -> Learned:
    """The best shallow rule with its value on customers who had no part in it.

    Parameters
    ----------
    gains : Gains
    deepest : int
        Questions one above the other, at most.
    draws, seed : int
        Of the interval.

    Examples
    --------
    >>> import numpy as np, pandas as pd, toolkit
    >>> rng = np.random.default_rng(1)
    >>> spend = rng.uniform(0, 100, 2_000)
    >>> gain = np.where(spend >= 60, 10.0, -10.0) + rng.normal(0, 20, 2_000)
    >>> customers = pd.Index([f"c{i:04d}" for i in range(2_000)])
    >>> gains = toolkit.search.Gains(customers, {"spend": spend}, gain, now=np.zeros(2_000, dtype=bool))
    >>> found = toolkit.search.learn(gains, deepest=1, draws=200)
    >>> found.tree
    Split(spend, at least 60, high (served yes), low (served no))
    >>> found.naive, found.held_out
    (Estimate(7,943 [6,721, 9,099]), Estimate(7,943 [6,721, 9,099]))
    """
    cuts = cuts_of(gains.measures)
    first = first_half(list(gains.customers))
    masks = (first, ~first)
    halves = tuple(_tree(gains.take(mask), deepest, cuts) for mask in masks)
    served, best, prices = np.zeros(len(first), bool), np.zeros(len(first), bool), []
    for place, mask in enumerate(masks):
        other = gains.take(~mask)
        served[~mask] = serves(halves[place], other.measures)
        best[~mask], price = _allocated(other, _expected(gains.take(mask), other))
        prices.append(price)
    tree = _tree(gains, deepest, cuts)
    mine = serves(tree, gains.measures)
    held, better = _value(gains, served, draws, seed)
    return Learned(
        tree=tree,
        halves=halves,
        source=gains.source,
        customers=len(first),
        served=int(mine.sum()),
        held_out=held,
        better=better,
        naive=_value(gains, mine, draws, seed)[0],
        rule=float(gains.gain[served].sum()),
        optimum=float(gains.gain[best].sum()),
        price=None if gains.limit is None else float(np.mean(prices)),
    )


def _tree(gains: Gains, deepest: int, cuts: tuple[Cut, ...]) -> Node:
    return best_tree(gains.measures, gains.gain, deepest=deepest, limit=gains.limit, cuts=cuts)


def _value(gains: Gains, served: np.ndarray, draws: int, seed: int) -> tuple[Estimate, float]:
    """Gain of ``served`` against the policy in force, and the probability that it is above zero.

    Rows of one customer are drawn together, and so is the effect where all rest on one.
    """
    toward = served.astype(float) - gains.now
    part, who = gains.gain * toward, pd.factorize(gains.customers, sort=True)[0]
    stake = np.zeros(len(part)) if gains.shared is None else gains.shared.worth * toward
    sums = weighted_sums(np.column_stack([np.bincount(who, part), np.bincount(who, stake)]), draws, seed)
    drawn = sums[:, 0]
    if gains.shared is not None:
        effect = gains.shared.effect
        drawn = drawn + (split_normal(effect, Draws(draws, seed).noise()) - effect.value) * sums[:, 1]
    return Estimate.from_draws(float(part.sum()), drawn, "money"), float((drawn > 0).mean())


def _allocated(gains: Gains, expected: np.ndarray) -> tuple[np.ndarray, float]:
    """Whom the best allocation serves by ``expected`` gains, and the price of the limit."""
    value = np.column_stack([np.zeros(len(expected)), expected])
    if gains.limit is None:
        return expected > 0, 0.0
    use = np.column_stack([np.zeros(len(expected)), gains.limit.use])[None]
    found = allocate(Task(value, use, (Scarce(LIMITED, gains.limit.most),)))
    return found.grade == 1, float(found.prices[0])


def _expected(known: Gains, asked: Gains) -> np.ndarray:
    """Gains by which customers are ranked: their own, or where these are noisy a forecast from ``known``
    (least squares on the ranks of the measures, their squares and products)."""
    if asked.shared is not None:
        return asked.gain
    columns = [_terms(part.measures, known.measures) for part in (known, asked)]
    weights = np.linalg.lstsq(columns[0], known.gain, rcond=None)[0]
    return columns[1] @ weights


def _terms(measures: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray]) -> np.ndarray:
    ranks = []
    for name, column in measures.items():
        known = np.sort(reference[name][np.isfinite(reference[name])])
        place = np.searchsorted(known, np.nan_to_num(column), side="right") / max(len(known), 1)
        ranks.append(np.where(np.isfinite(column), place, 0.0) - 0.5)
    every = [np.ones(len(next(iter(measures.values()))))]
    every += ranks + [a * b for i, a in enumerate(ranks) for b in ranks[i:]]
    return np.column_stack(every)
