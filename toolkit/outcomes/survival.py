"""How long customers of each grade stayed after one review.

Method
------
A landmark analysis: customers are grouped by the grade in force at the review and followed from the
landmark on, the end of the review quarter unless said otherwise. Kaplan-Meier with Greenwood errors
and log-log intervals, the log-rank test between grades and, for ordered grades, its trend. A lapse is
dated by :mod:`toolkit.outcomes.lapse`.

Curves by the highest or the last grade that a customer ever had cannot be made here. To be raised
later one has to stay until later, so such groups differ even where grades do nothing (immortal time).

Does not show
-------------
What a grade does to anybody: grades follow past purchases, and so does staying.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.outcomes.kaplan_meier import RankTest, kaplan_meier, log_rank, median_time, trend_log_rank
from toolkit.outcomes.lapse import LapseRule, fates_after
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel


@shown("review", "landmark", "follow_quarters", "groups")
@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """Customers followed from one landmark.

    Grades are ordered categoricals, best first; grades without a customer are left out.

    Attributes
    ----------
    review, landmark : Quarter
        Whose grades group the customers; from whose end they are followed.
    rule : LapseRule
    follow_quarters : int
        Quarters after the landmark of which it is known who lapsed.
    curves : DataFrame, one row per grade and quarter 0..follow_quarters
        columns ``grade``, ``quarters``, ``at_risk``, ``lapsed`` (counts; lapses begin in that quarter),
        ``staying`` (share, 0..1, at its end), ``error`` (Greenwood), ``low``, ``high`` (95 %, log-log).
    groups : DataFrame, one row per grade
        columns ``grade``, ``customers``, ``lapsed``, ``censored`` (counts), ``median``, ``median_low``,
        ``median_high`` (quarters; NaN, or infinity for the upper limit, where more than half stayed).
    between, trend : RankTest or None
        Log-rank over all grades, and its trend over ordered ones; None where there is nothing to compare.
    """

    review: Quarter
    landmark: Quarter
    rule: LapseRule
    follow_quarters: int
    curves: pd.DataFrame
    groups: pd.DataFrame
    between: RankTest | None
    trend: RankTest | None

    def at(self, quarters: int) -> pd.DataFrame:
        """The rows of ``curves`` after so many quarters, index grade."""
        return self.curves[self.curves["quarters"] == quarters].set_index("grade")


def landmark_survival(
    register: Register, panel: Panel, review: Quarter, rule: LapseRule, landmark: Quarter | None = None
) -> Survival:
    """Follow the customers graded at one review.

    Parameters
    ----------
    landmark : Quarter, optional
        Where following begins, if a grade takes time to arrive; who has no grade any more by then is not
        followed. The review itself by default.

    Raises
    ------
    HistoryError
        If the landmark lies before the review, or no quarter after it can be judged.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> rule = toolkit.LapseRule(silent_quarters=2, last=study.quarter)
    >>> review = toolkit.Quarter.parse("2023Q3")
    >>> found = toolkit.landmark_survival(study.registers["vip"], study.panel, review, rule)
    >>> found
    Survival(2023Q3, 2023Q3, quarters followed 11, 2 groups)
    >>> found.groups[["grade", "customers", "lapsed"]]
       grade  customers  lapsed
    0    VIP        137      36
    1  basic        373     182
    """
    landmark = review if landmark is None else landmark
    follow = _follow_quarters(review, landmark, rule)
    codes = register.codes(review)
    followed = np.flatnonzero((codes >= 0) & (register.codes(landmark) >= 0))
    fates = fates_after(panel, landmark, rule)
    time, lapsed, codes = fates.time[followed], fates.lapsed[followed], codes[followed]
    curves, groups = [], []
    for code in sorted(np.unique(codes), reverse=True):
        mine = codes == code
        curve = kaplan_meier(time[mine], lapsed[mine])
        grade = register.scale.grades[len(register.scale) - 1 - code]
        curves.append(_every_quarter(curve, time[mine], follow).assign(grade=grade))
        gone = int(lapsed[mine].sum())
        groups.append((grade, int(mine.sum()), gone, int(mine.sum()) - gone, *median_time(curve)))
    columns = ["grade", "quarters", "at_risk", "lapsed", "staying", "error", "low", "high"]
    frame = pd.concat(curves, ignore_index=True)[columns] if curves else pd.DataFrame(columns=columns)
    heads = ["grade", "customers", "lapsed", "censored", "median", "median_low", "median_high"]
    graded = {"grade": register.scale.dtype}
    return Survival(
        review=review,
        landmark=landmark,
        rule=rule,
        follow_quarters=follow,
        curves=frame.astype(graded),
        groups=pd.DataFrame(groups, columns=heads).astype(graded),
        between=log_rank(time, lapsed, codes),
        trend=trend_log_rank(time, lapsed, codes) if register.scale.ordered else None,
    )


def longest_followed(register: Register, rule: LapseRule) -> Quarter | None:
    """The review to follow from: the first with a full observation window; None where none can be followed."""
    reviews = register.reviews[1:] if register.short_window else register.reviews
    known = [review for review in (*reviews, *register.reviews) if review < rule.judged_to]
    return known[0] if known else None


def _follow_quarters(review: Quarter, landmark: Quarter, rule: LapseRule) -> int:
    if landmark < review:
        raise HistoryError(
            zh=f"等级是 {review} 末评定的，不能用来给从 {landmark} 末开始跟踪的客户分组："
            f"等级须在跟踪开始之前评定。请改用 {landmark} 或更早的复评，或把跟踪起点移到 {review} 以后。",
            en=f"The grades were decided at the end of {review} and cannot group customers who are followed from "
            f"the end of {landmark}: a grade must be decided before following begins. "
            f"Choose a review of {landmark} or earlier, or follow from {review} on.",
        )
    follow = rule.judged_to - landmark
    if follow < 1:
        raise HistoryError(
            zh=f"{landmark} 以后没有一个季度能判断客户是否流失：数据完整到 {rule.last}，"
            f"而连续 {rule.silent_quarters} 个季度不购买才算流失。请选择更早的复评，或等数据更长。",
            en=f"No quarter after {landmark} shows who lapsed: the history is complete up to {rule.last}, and "
            f"a lapse is a silence of {rule.silent_quarters} quarter(s). "
            f"Choose an earlier review, or wait for more history.",
        )
    return follow


def _every_quarter(curve: pd.DataFrame, time: np.ndarray, follow: int) -> pd.DataFrame:
    quarters = np.arange(follow + 1)
    full = curve.reindex(quarters, method="ffill")
    full["at_risk"] = [(time >= max(quarter, 1)).sum() for quarter in quarters]
    full["lapsed"] = curve["lapsed"].reindex(quarters, fill_value=0)
    return full.rename_axis("quarters").reset_index()
