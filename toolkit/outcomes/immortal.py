"""Why customers are not grouped by the best grade they ever had: the mistake, shown on the history itself.

Method
------
Two Cox models on the same customers from their first grade on. One counts a customer as best from the
start who ever reached the best grade; the other only from the moment the grade was reached. What
separates them is immortal time: whoever was raised later had to stay until then. Cox with late entry is
that of :mod:`toolkit.outcomes.cox`.

Does not show
-------------
What the best grade does. The dated ratio is a description as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from toolkit.outcomes.cox import Cox, fit_cox
from toolkit.outcomes.intervals import LEVEL
from toolkit.outcomes.lapse import LapseRule, fates_after
from toolkit.register import Register
from toolkit.shown import shown

if TYPE_CHECKING:
    from toolkit.panel import Panel

LEAST_EVENTS = 5


@shown("customers", "raised", "ever", "dated")
@dataclass(frozen=True, slots=True)
class ImmortalTime:
    """Hazard of lapsing of the best grade against all others, counted wrongly and rightly.

    Attributes
    ----------
    ever, dated : tuple of float
        Hazard ratio with its 95 % interval: by "ever had the best grade" (an artefact), and by the grade
        reached so far.
    customers, raised : int
        Followed; those among them who reached the best grade only after their first grade.
    """

    ever: tuple[float, float, float]
    dated: tuple[float, float, float]
    customers: int
    raised: int


def immortal_time(register: Register, panel: Panel, rule: LapseRule) -> ImmortalTime | None:
    """The two ratios; None where nobody was raised or too few lapsed to compare.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> rule = toolkit.LapseRule(silent_quarters=2, last=study.quarter)
    >>> found = toolkit.immortal_time(study.registers["vip"], study.panel, rule)
    >>> round(found.ever[0], 2), round(found.dated[0], 2)
    (0.28, 0.4)
    """
    judged = register.column(rule.judged_to)
    graded = register.in_force[:, : judged + 1] >= 0
    entered = graded.argmax(axis=1)
    fates = fates_after(panel, entered, rule)
    rows = np.flatnonzero(graded.any(axis=1) & (fates.time > 0))
    time, lapsed = fates.time[rows], fates.lapsed[rows]
    best = register.in_force[rows, : judged + 1] == len(register.scale) - 1
    wait = np.where(best.any(axis=1), best.argmax(axis=1) - entered[rows], judged + 1)
    reached = wait < time
    raised = reached & (wait > 0)
    if not raised.any() or min(lapsed[reached].sum(), lapsed[~reached].sum()) < LEAST_EVENTS:
        return None
    ever = fit_cox(reached[:, None], time, lapsed)
    first = np.where(raised, wait, time)
    since = np.concatenate([np.zeros(len(time)), wait[raised]])
    until = np.concatenate([first, time[raised]])
    gone = np.concatenate([lapsed & ~raised, lapsed[raised]])
    state = np.concatenate([reached & ~raised, np.ones(raised.sum())])
    dated = fit_cox(state[:, None], until, gone, since)
    return ImmortalTime(_ratio(ever), _ratio(dated), len(rows), int(raised.sum()))


def _ratio(found: Cox) -> tuple[float, float, float]:
    value, half = found.values[0], ndtri(0.5 + LEVEL / 2) * found.errors[0]
    return float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half))
