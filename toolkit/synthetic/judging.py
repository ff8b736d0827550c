"""What people judged and customers appealed against, in agreement with the grades on record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.synthetic.codes import chosen

AUTHORS = ("sales_east", "sales_west", "credit", "review_board")
GROUNDS = ("score", "records", "conduct", "promise")
WHY = {"override": ("strategic", "referral"), "refusal": ("arrears", "conduct"), "rule": ("agrees", "agrees")}
APPEALED = {"override": 0.5, "refusal": 0.6}
NEAR, NEAR_SHARE = 0.9, 0.05
SAMPLED = 0.03
NO_REASON, NO_AUTHOR = 0.04, 0.02
BOARD = "review_board"
DAY = pd.Timedelta(days=1)


def appeals_table(
    grades: pd.DataFrame, since: pd.Series, bar: float, as_of: pd.Timestamp, rng: np.random.Generator
) -> pd.DataFrame:
    """Appeals for a grade (granted in the weeks before it) and against one (refused in those after it).

    Half of those who hold the best grade below the bar got it by an appeal; most of those who are above
    it without the grade, and a few of those just below, appealed in vain. What is not decided by
    ``as_of`` is pending.

    Parameters
    ----------
    grades : DataFrame
        As made by :func:`toolkit.synthetic.programme.grades_table`.
    since : Series of datetime, index customer_id
        Nobody appeals before being a customer.
    bar : float
    as_of : Timestamp
        First day not shown any more.
    rng : Generator
    """
    ordinary = grades["decided_by"].eq("rule") & grades["score"].between(NEAR * bar, bar, inclusive="left")
    share = grades["decided_by"].map(APPEALED).fillna(0.0).mask(ordinary, NEAR_SHARE)
    draw, early, late, ground = rng.random((4, len(grades)))
    granted = grades["decided_by"].eq("override") & (grades["from_on"] > grades["from_on"].min())
    turned_down = ~grades["decided_by"].eq("override")
    days = pd.DataFrame(
        {
            "filed": np.where(granted, -(20 + np.floor(60 * early)), 5 + np.floor(56 * early)),
            "decided": np.where(granted, -(1 + np.floor(15 * late)), 70 + np.floor(40 * late)),
        }
    )
    filed, decided = (grades["from_on"] + days[name].to_numpy() * DAY for name in ("filed", "decided"))
    open_ = (decided >= as_of).to_numpy()
    table = pd.DataFrame(
        {
            "customer_id": grades["customer_id"],
            "filed_on": filed.astype("datetime64[us]"),
            "reason": chosen(GROUNDS, (ground * len(GROUNDS)).astype(int)),
            "decided_on": decided.mask(open_).astype("datetime64[us]"),
            "decision": chosen(("granted", "refused"), np.where(granted, 0, 1), open_),
            "grade": grades["grade"].mask(~granted | open_),
            "author": chosen((BOARD,), np.zeros(len(grades), dtype=int), open_),
        }
    )
    known = since.reindex(grades["customer_id"]).to_numpy()
    kept = (
        (draw < share) & (granted | turned_down) & (table["filed_on"] >= known) & (table["filed_on"] < as_of)
    )
    return _by_day(table[kept.to_numpy()], "filed_on")


def judgements_table(
    grades: pd.DataFrame, since: pd.Series, bar: float, rng: np.random.Generator
) -> pd.DataFrame:
    """What people said of a customer in the month before a review; the grade on record follows it.

    Everybody whom the rule alone does not explain was judged, and a sample of the others. A few
    judgements lack their reason or author.
    """
    apart = grades["decided_by"].isin(("override", "refusal"))
    draw, day, who, why, bare, nameless = rng.random((6, len(grades)))
    kinds = grades["decided_by"].where(apart, "rule")
    first, second = (kinds.map(lambda kind, i=i: WHY[kind][i]) for i in (0, 1))
    distance = np.log(np.maximum(grades["score"], 1.0) / bar) + 0.3 * rng.standard_normal(len(grades))
    table = pd.DataFrame(
        {
            "customer_id": grades["customer_id"],
            "judged_on": (grades["from_on"] - (1 + np.floor(30 * day)) * DAY).astype("datetime64[us]"),
            "grade": grades["grade"],
            "score": np.round(100 / (1 + np.exp(-1.5 * distance))),
            "author": chosen(AUTHORS, (who * len(AUTHORS)).astype(int), nameless < NO_AUTHOR),
            "reason": first.where(why < 0.5, second).mask(bare < NO_REASON).astype(grades["grade"].dtype),
        }
    )
    known = since.reindex(grades["customer_id"]).to_numpy()
    kept = (apart | (draw < SAMPLED)) & (table["judged_on"] >= known)
    return _by_day(table[kept.to_numpy()], "judged_on")


def _by_day(table: pd.DataFrame, day: str) -> pd.DataFrame:
    return table.sort_values([day, "customer_id"], kind="stable", ignore_index=True)
