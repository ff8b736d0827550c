"""Branches, regions or managers drawn whole: one half serves by the alternative, the other by the policy in force.

Method
------
The variance is multiplied by the design effect 1 + (m - 1) icc (Kish 1965), m the number of switchers that a
switcher meets in his branch, himself included: the size where all branches are alike. icc by one-way analysis
of variance: (B - W) / (B + (k - 1) W) with B and W the mean squares between and within branches and k the size
adjusted for unequal branches (Donner 1986, Int. Stat. Rev. 54:67); below zero it counts as zero.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.pilots.design import Design, designed, error_by_direction
from toolkit.pilots.question import Grouping, OpenQuestion
from toolkit.terms import Label

FEWEST_BRANCHES = 8


def branches(question: OpenQuestion) -> Iterator[Design]:
    """One design per attribute that could be drawn whole."""
    for grouping in question.groupings:
        yield _whole(question, grouping)


def _whole(question: OpenQuestion, grouping: Grouping) -> Design:
    known = ~pd.isna(grouping.of)
    drawn = (question.direction != 0) & known
    count = len(pd.unique(grouping.of[drawn]))
    effects = {
        sign: design_effect(grouping.of[drawn & (question.direction == sign)], grouping.icc)
        for sign in (1, -1)
    }
    more: dict[str, object] = {}
    if count < FEWEST_BRANCHES:
        more["refused"] = Label(
            f"只有 {count} 个，整体抽签至少需要 {FEWEST_BRANCHES} 个",
            f"there are only {count}; at least {FEWEST_BRANCHES} are needed to draw them whole",
        )
    return designed(
        question,
        "branches",
        drawn,
        error_by_direction(question, drawn, effects=effects),
        cluster=grouping.name,
        branches=count,
        icc=grouping.icc,
        design_effect=max(effects.values()),
        **more,
    )


def design_effect(branch: np.ndarray, icc: float) -> float:
    """1 + (m - 1) icc for customers of ``branch`` (labels, shape (n,)).

    >>> import numpy as np
    >>> from toolkit.pilots import design_effect
    >>> round(design_effect(np.repeat(["a", "b", "c"], 21), 0.05), 6)
    2.0
    """
    if not len(branch):
        return 1.0
    sizes = pd.Series(branch).value_counts().to_numpy(float)
    return 1 + (float((sizes**2).sum() / sizes.sum()) - 1) * icc


def intraclass_correlation(outcome: np.ndarray, branch: np.ndarray) -> float:
    """Share of the variance of ``outcome`` (shape (n,)) that lies between branches (labels, shape (n,)).

    Returns
    -------
    float
        0..1; NaN with fewer than two branches or no more rows than branches.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> stayed = np.array([1.0, 1.0, 0.0, 0.0])
    >>> alike = np.array(["north", "north", "south", "south"])
    >>> mixed = np.array(["north", "south", "north", "south"])
    >>> [float(toolkit.pilots.intraclass_correlation(stayed, branch)) for branch in (alike, mixed)]
    [1.0, 0.0]
    """
    _, place, sizes = np.unique(branch.astype(str), return_inverse=True, return_counts=True)
    n, k = len(outcome), len(sizes)
    if k < 2 or n <= k:
        return float("nan")
    means = np.bincount(place, outcome) / sizes
    between = float((sizes * (means - outcome.mean()) ** 2).sum()) / (k - 1)
    within = float(((outcome - means[place]) ** 2).sum()) / (n - k)
    size = (n - (sizes**2).sum() / n) / (k - 1)
    total = between + (size - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0
