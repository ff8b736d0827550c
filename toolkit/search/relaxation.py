"""The best allocation where a customer may be divided between grades: the bound that no rule can pass.

The dual in the prices of the resources is convex and piecewise linear: at given prices every customer takes
the grade with the largest value net of its use. Each such whole allocation is a cutting plane; the mixture
that the planes at the optimum leave is then settled, customer by customer along directions that change no
use, until no more customers are divided than there are resources.

Source: Sun, Du, Mou & Wager (2021), "Treatment allocation under uncertain costs"; Shapley & Folkman in
Starr (1969) for the number of divided customers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import ParameterError
from toolkit.search.master import Master
from toolkit.shown import shown
from toolkit.terms import Label, figure

WHOLE = 1e-12
NEARLY = 1e-9


@shown("title", "most")
@dataclass(frozen=True, slots=True)
class Scarce:
    """Something of which there is only so much.

    Attributes
    ----------
    title : Label
    most : float
    unit : str
        A key of :data:`toolkit.terms.UNITS`, such as ``hours`` or ``money``.
    """

    title: Label
    most: float
    unit: str = "hours"


@shown("value", "scarce")
@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What each grade would be worth with each customer, and what it would use.

    Attributes
    ----------
    value : array, shape (customers, grades)
        Money.
    use : array, shape (resources, customers or 1, grades), >= 0
        In the unit of each resource.
    scarce : tuple of Scarce
        One for each row of ``use``.
    """

    value: np.ndarray
    use: np.ndarray
    scarce: tuple[Scarce, ...]

    def __post_init__(self) -> None:
        customers, grades = self.value.shape
        use = np.asarray(self.use, float)
        fits = use.shape in {(len(self.scarce), rows, grades) for rows in (1, customers)}
        if not fits or (use < 0).any() or not np.isfinite(use).all():
            raise ValueError(
                f"use must be >= 0 of shape (resources, customers or 1, grades), got {use.shape}"
            )
        if not np.isfinite(self.value).all():
            raise ValueError("value must be finite")
        object.__setattr__(self, "use", np.broadcast_to(use, (len(self.scarce), customers, grades)))

    @property
    def caps(self) -> np.ndarray:
        """The most there is of each resource."""
        return np.array([one.most for one in self.scarce], dtype=float)

    @property
    def room(self) -> np.ndarray:
        """Rounding error that a sum of use may have and still keep its cap; shape (resources,)."""
        return NEARLY * np.maximum(self.caps, self.use.max(axis=(1, 2), initial=0.0))

    def used(self, grade: np.ndarray) -> np.ndarray:
        """Use of each resource where customer i takes ``grade[i]``; shape (resources,)."""
        return self.use[:, np.arange(len(grade)), grade].sum(axis=1)

    def gained(self, grade: np.ndarray) -> float:
        """Value where customer i takes ``grade[i]``."""
        return float(self.value[np.arange(len(grade)), grade].sum())

    def best_at(self, prices: np.ndarray) -> np.ndarray:
        """The grade of each customer with the largest value net of use at ``prices``."""
        return (self.value - np.tensordot(prices, self.use, axes=1)).argmax(axis=1)


@shown("value")
@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The optimum of the linear programme.

    Attributes
    ----------
    share : array, shape (customers, grades)
        Rows sum to one; at most as many rows are divided as there are resources.
    value : float
        Money; no whole allocation within the caps is worth more.
    prices : array, shape (resources,), >= 0
        What one more unit of each resource is worth; 0 where some is left.
    """

    share: np.ndarray
    value: float
    prices: np.ndarray

    @property
    def divided(self) -> np.ndarray:
        """Rows of the customers who are divided between grades."""
        return np.flatnonzero((self.share > WHOLE).sum(axis=1) > 1)


def relax(task: Task) -> Relaxed:
    """Solve the linear programme ``max sum v x``, one grade for each customer, use within the caps.

    Raises
    ------
    ParameterError
        If nobody could be served within the caps; says by how much they are short.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> value = np.array([[90.0, 0.0], [60.0, 0.0]])
    >>> hours = np.array([[[10.0, 0.0], [5.0, 0.0]]])
    >>> visits = toolkit.search.Scarce(toolkit.Label("走访工时", "hours of visits"), most=10)
    >>> found = toolkit.search.relax(toolkit.search.Task(value, hours, (visits,)))
    >>> found.share.tolist(), found.value, found.prices.tolist()
    ([[0.5, 0.5], [1.0, 0.0]], 105.0, [9.0])
    """
    scale = _Scale.of(task)
    cheapest = (task.use / scale.use[:, None, None]).sum(axis=0).argmin(axis=1)
    chosen = [cheapest]
    master = Master.starting_with(task.caps / scale.use, task.used(cheapest) / scale.use)
    if master.closed:
        _first_phase(task, scale, master, chosen)
    master.begin_second_phase([task.gained(grade) / scale.value for grade in chosen])
    while True:
        prices = np.maximum(master.prices[:-1], 0.0) * scale.value / scale.use
        grade = task.best_at(prices)
        if not master.add(task.used(grade) / scale.use, task.gained(grade) / scale.value):
            break
        chosen.append(grade)
    share = settle(task, _mixture(task, master, chosen), scale.use)
    return Relaxed(share, float((share * task.value).sum()), prices)


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """Units in which sums are near one."""

    value: float
    use: np.ndarray

    @classmethod
    def of(cls, task: Task) -> _Scale:
        value = float(np.ptp(task.value, axis=1).sum()) or 1.0
        use = np.maximum(task.caps, task.use.max(axis=2).sum(axis=1))
        return cls(value, np.where(use > 0, use, 1.0))


def _first_phase(task: Task, scale: _Scale, master: Master, chosen: list[np.ndarray]) -> None:
    """Find a mixture within the caps, or refuse."""
    while master.beyond > 0:
        grade = (-np.tensordot(master.prices[:-1] / scale.use, task.use, axes=1)).argmax(axis=1)
        if not master.add(task.used(grade) / scale.use, 0.0):
            break
        chosen.append(grade)
    if master.beyond > NEARLY:
        raise _too_little(task, master.beyond)


def _too_little(task: Task, beyond: float) -> ParameterError:
    least = task.use.min(axis=2).sum(axis=1)
    short = [(one, need) for one, need in zip(task.scarce, least, strict=True) if need > one.most]
    if not short:
        return ParameterError(
            zh=f"{len(task.value)} 位客户在全部 {len(task.scarce)} 项资源上限之内无法同时得到任何等级"
            f"（合计至少超出 {beyond:.2%}）；请放宽其中一项上限，或加入一个用量更少的等级。",
            en=f"{len(task.value)} customers cannot all have a grade within the {len(task.scarce)} caps together "
            f"(at least {beyond:.2%} beyond them); raise one of the caps or add a grade that uses less.",
        )
    one, need = short[0]

    def said(amount: float, lang: str) -> str:
        return figure(float(amount), "count" if one.unit == "money" else one.unit, lang, digits=1)  # type: ignore[arg-type]

    return ParameterError(
        zh=f"{one.title.zh}不够：{len(task.value)} 位客户都用最省的等级也需 {said(need, 'zh')}，上限为 {said(one.most, 'zh')}，"
        f"差 {said(need - one.most, 'zh')}；请放宽上限，或加入一个用量更少的等级。",
        en=f"Not enough {one.title.en}: the grade that uses least takes {said(need, 'en')} for {len(task.value)} customers, "
        f"the cap is {said(one.most, 'en')}, {said(need - one.most, 'en')} short; raise the cap or add a grade that uses less.",
    )


def _mixture(task: Task, master: Master, chosen: list[np.ndarray]) -> np.ndarray:
    """Shares of the allocations in the basis; shape of ``task.value``."""
    share, rows = np.zeros(task.value.shape), np.arange(len(task.value))
    weights = np.maximum(master.weights, 0.0)
    used = [(c - master.first, w) for c, w in zip(master.basis, weights, strict=True) if c >= master.first]
    total = sum(weight for _, weight in used)
    for place, weight in used:
        share[rows, chosen[place]] += weight / total
    return share


def settle(task: Task, share: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Fewer divided customers for the same use of every resource and no less value.

    Parameters
    ----------
    task : Task
    share : array, shape (customers, grades)
    scale : array, shape (resources,)
        Units of use in which the directions are found.

    Returns
    -------
    array of the same shape, with at most as many divided rows as there are resources
    """
    share, together = share.copy(), len(task.scarce) + 1
    while True:
        share[share <= WHOLE] = 0.0
        divided = np.flatnonzero((share > 0).sum(axis=1) > 1)
        groups = len(divided) // together
        if not groups:
            return share / share.sum(axis=1, keepdims=True)
        rows = divided[: groups * together]
        order = np.argsort(-share[rows], axis=1, kind="stable")
        most, next_ = order[:, 0], order[:, 1]
        toward = task.use[:, rows, most] - task.use[:, rows, next_]
        toward = (toward / scale[:, None]).reshape(-1, groups, together).transpose(1, 0, 2)
        size = np.abs(toward).max(axis=2, keepdims=True)
        along = np.linalg.svd(toward / np.where(size > 0, size, 1.0))[2][:, -1, :]
        gain = (task.value[rows, most] - task.value[rows, next_]).reshape(groups, together)
        along = np.where((along * gain).sum(axis=1, keepdims=True) < 0, -along, along).ravel()
        _step(share, (rows, most, next_), along, together)


def _step(
    share: np.ndarray, pairs: tuple[np.ndarray, np.ndarray, np.ndarray], along: np.ndarray, together: int
) -> None:
    """Move each group along its direction until the first customer of it loses a grade."""
    rows, most, next_ = pairs
    left = np.where(along > 0, share[rows, next_], share[rows, most])
    with np.errstate(divide="ignore"):
        far = np.where(np.abs(along) > WHOLE, left / np.abs(along), np.inf).reshape(-1, together)
    first = far.argmin(axis=1)
    length = np.repeat(far[np.arange(len(far)), first], together)
    share[rows, most] += along * length
    share[rows, next_] -= along * length
    out = np.arange(len(far)) * together + first
    lost = np.where(along[out] > 0, next_[out], most[out])
    share[rows[out], lost] = 0.0
