"""The best whole allocation of grades to customers within the caps, and what one more unit of each is worth.

Method
------
The linear programme is solved exactly (:mod:`toolkit.search.relaxation`); the few customers whom it divides are
given whole grades, and what is left over is filled with the moves that gain most.

Does not show
-------------
That a company could run such a list: no rule gives these grades. It is the upper reference beside which a simple
rule loses something (:mod:`toolkit.search.shallow`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.search.relaxation import Task, relax
from toolkit.shown import shown

COMBINATIONS = 20_000
FILLED = 32


@shown("grade", "value", "bound", "divided")
@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """One grade for every customer, within the caps.

    Attributes
    ----------
    grade : array of int, shape (customers,)
        Column of the task that each customer takes.
    divided : int
        Customers whom the linear programme divides between grades.
    value : float
        Money, of the whole allocation.
    bound : float
        Money, of the linear programme; no allocation within the caps is worth more.
    resources : DataFrame, one row for each resource
        columns ``title_zh``, ``title_en``, ``unit``, ``most``, ``used`` (unit of the resource), ``price``
        (money for one more unit).
    """

    grade: np.ndarray
    divided: int
    value: float
    bound: float
    resources: pd.DataFrame

    @property
    def prices(self) -> np.ndarray:
        """Money that one more unit of each resource is worth; shape (resources,)."""
        return self.resources["price"].to_numpy(float)

    @property
    def gap_share(self) -> float:
        """What whole customers lose against the bound, as a share of it (0..1)."""
        return max(self.bound - self.value, 0.0) / abs(self.bound) if self.bound else 0.0


def allocate(task: Task) -> Allocation:
    """The best whole allocation found, with its bound and the prices of the resources.

    Raises
    ------
    ParameterError
        If nobody could be served within the caps, or no whole allocation is found within them.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> value = np.array([[90.0, 0.0], [60.0, 0.0], [50.0, 0.0]])
    >>> hours = np.array([[[10.0, 0.0], [5.0, 0.0], [5.0, 0.0]]])
    >>> visits = toolkit.search.Scarce(toolkit.Label("走访工时", "hours of visits"), most=10)
    >>> found = toolkit.search.allocate(toolkit.search.Task(value, hours, (visits,)))
    >>> found.grade.tolist(), found.value
    ([1, 0, 0], 110.0)
    """
    relaxed = relax(task)
    divided = relaxed.divided
    grade = _whole(task, relaxed.share.argmax(axis=1), divided)
    grade = _filled(task, _repaired(task, grade))
    titles = [one.title for one in task.scarce]
    resources = pd.DataFrame(
        {
            "title_zh": [title.zh for title in titles],
            "title_en": [title.en for title in titles],
            "unit": [one.unit for one in task.scarce],
            "most": task.caps,
            "used": task.used(grade),
            "price": relaxed.prices,
        }
    )
    return Allocation(grade, len(divided), task.gained(grade), relaxed.value, resources)


def _whole(task: Task, grade: np.ndarray, divided: np.ndarray) -> np.ndarray:
    """The divided customers in the best combination of whole grades that keeps the caps, or in the cheapest."""
    grade, choices = grade.copy(), task.value.shape[1]
    if not len(divided):
        return grade
    apart = np.delete(np.arange(len(grade)), divided)
    left = task.caps + task.room - task.use[:, apart, grade[apart]].sum(axis=1)
    size = max(1, int(np.log(COMBINATIONS) / np.log(max(choices, 2))))
    tried = np.array(list(product(range(choices), repeat=min(len(divided), size))))
    own = divided[: tried.shape[1]]
    use = task.use[:, own[None, :], tried].sum(axis=2)
    worth = task.value[own[None, :], tried].sum(axis=1)
    fits = (use <= left[:, None]).all(axis=0)
    over = np.maximum(use - left[:, None], 0).sum(axis=0)
    best = np.where(fits, worth, -np.inf).argmax() if fits.any() else over.argmin()
    grade[own] = tried[best]
    return grade


def _repaired(task: Task, grade: np.ndarray) -> np.ndarray:
    """Moves at the least loss for what they free, until every cap is kept."""
    grade, rows = grade.copy(), np.arange(len(grade))
    limit = np.where(task.caps > 0, task.caps, 1.0)
    for _ in range(len(grade) + 1):
        over = task.used(grade) - task.caps - task.room
        if (over <= 0).all():
            return grade
        change = task.use - task.use[:, rows, grade][:, :, None]
        after = np.maximum(over[:, None, None] + change, 0.0) / limit[:, None, None]
        freed = (np.maximum(over, 0.0) / limit).sum() - after.sum(axis=0)
        loss = task.value[rows, grade][:, None] - task.value
        cost = np.where(freed > 0, np.maximum(loss, 0.0) / np.where(freed > 0, freed, 1.0), np.inf)
        who, to = np.unravel_index(cost.argmin(), cost.shape)
        if not np.isfinite(cost[who, to]):
            break
        grade[who] = to
    raise ParameterError(
        zh=f"{len(grade)} 位客户找不到在上限之内、每人一个整级的分配；请放宽一项上限，或加入一个不占用资源的等级。",
        en=f"No allocation of whole grades to {len(grade)} customers was found within the caps; raise one of them or add a "
        "grade that uses nothing.",
    )


def _filled(task: Task, grade: np.ndarray) -> np.ndarray:
    """What is left over, given to those who gain most by it."""
    grade, rows = grade.copy(), np.arange(len(grade))
    for _ in range(FILLED):
        left = task.caps + task.room - task.used(grade)
        change = task.use - task.use[:, rows, grade][:, :, None]
        gain = task.value - task.value[rows, grade][:, None]
        fits = (change <= np.maximum(left, 0.0)[:, None, None]).all(axis=0) & (gain > 0)
        if not fits.any():
            break
        who, to = np.unravel_index(np.where(fits, gain, -np.inf).argmax(), gain.shape)
        grade[who] = to
    return grade
