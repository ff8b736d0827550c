"""pandas, as its users write it: group the rows into cells, pivot nothing, roll and grade quarter by quarter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from job import (
    FIRST_QUARTER,
    FIRST_YEAR,
    FLOORS,
    LINE,
    NEAR,
    NOBODY,
    QUARTERS,
    REVIEWS,
    SCORES,
    SHARES,
    WEIGHTS,
    WINDOW,
    Result,
)

COLUMNS = ["customer_id", "order_id", "paid_at", "amount", "is_return"]


def run(path: Path) -> Result:
    """The whole job."""
    cells = aggregated(pd.read_parquet(path, columns=COLUMNS))
    known = {review: measures(cells, review) for review in REVIEWS}
    result, reference = Result(), known[REVIEWS[0]]
    for frame in known.values():
        result.cents += round(100 * frame["spend"].sum())
        result.orders += int(frame["orders"].sum())
    bought = {q: cells.index[cells["lines", q] > 0] for q in range(QUARTERS)}
    schemes = {
        "thresholds": thresholds,
        "score": lambda frame: score(frame, reference),
        "abc": abc,
    }
    for name, scheme in schemes.items():
        parts = []
        for review, frame in known.items():
            kept = frame.index.isin(bought[review + 1]) if review + 1 < QUARTERS else False
            part = pd.DataFrame({"grade": scheme(frame), "kept": kept}, index=frame.index)
            parts.append(part.assign(review=review))
        enter(result, name, pd.concat(parts))
    return result


def aggregated(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per customer; columns (figure, quarter), and the day of the first purchase as (``first``, -1)."""
    quarter = 4 * (rows["paid_at"].dt.year - FIRST_YEAR) + rows["paid_at"].dt.quarter - FIRST_QUARTER
    rows = rows.assign(quarter=quarter)
    keys = ["customer_id", "quarter"]
    net = rows.groupby(keys)["amount"].sum().rename("net")
    purchases = rows[~rows["is_return"]]
    grouped = purchases.groupby(keys)
    counts = grouped.agg(lines=("amount", "size"), orders=("order_id", "nunique"))
    wide = pd.concat([net, counts], axis=1).fillna(0).unstack(fill_value=0)
    first = purchases.groupby("customer_id")["paid_at"].min().dt.normalize()
    wide["first", -1] = first.reindex(wide.index)
    return wide


def measures(cells: pd.DataFrame, review: int) -> pd.DataFrame:
    """Spend, orders and tenure of the active customers at a review."""
    window = [q for q in range(review - WINDOW + 1, review + 1) if ("lines", q) in cells]
    active = (cells["lines"][window] > 0).any(axis=1)
    mine = cells[active]
    end = pd.Timestamp(FIRST_YEAR, 3 * FIRST_QUARTER - 2, 1) + pd.DateOffset(months=3 * (review + 1))
    return pd.DataFrame(
        {
            "spend": mine["net"][window].sum(axis=1).round(2).clip(lower=0),
            "orders": mine["orders"][window].sum(axis=1),
            "tenure": (end - mine["first", -1]).dt.days,
        }
    )


def thresholds(frame: pd.DataFrame) -> np.ndarray:
    """Floors on spend."""
    return np.where(frame["spend"] >= FLOORS["A"], "A", np.where(frame["spend"] >= FLOORS["B"], "B", "C"))


def score(frame: pd.DataFrame, reference: pd.DataFrame) -> np.ndarray:
    """Weighted points of ranks among the first review's customers."""
    total = np.zeros(len(frame))
    for name, weight in WEIGHTS.items():
        levels = np.sort(reference[name].to_numpy())
        below = np.searchsorted(levels, frame[name], side="left")
        equal = np.searchsorted(levels, frame[name], side="right") - below
        total += weight * 100 * (below + np.where(equal > 0, (equal + 1) / 2, 0)) / len(levels)
    return np.where(total >= SCORES["A"] - NEAR, "A", np.where(total >= SCORES["B"] - NEAR, "B", "C"))


def abc(frame: pd.DataFrame) -> np.ndarray:
    """Shares of the total spend, largest first."""
    by_spend = frame.groupby("spend")["spend"].sum().sort_index(ascending=False)
    before = (by_spend.cumsum() - by_spend) / by_spend.sum()
    taken = frame["spend"].map(before)
    found = np.where(taken < SHARES["A"] - LINE, "A", np.where(taken < SHARES["B"] - LINE, "B", "C"))
    return np.where(frame["spend"] > 0, found, "C")


def enter(result: Result, policy: str, register: pd.DataFrame) -> None:
    """Retention, migration and sums of one policy; ``register`` has grade, kept and review by customer."""
    counted = register.groupby(["review", "grade"])["kept"].agg(["size", "sum"])
    grades = [(*key, *row) for key, row in zip(counted.index, counted.to_numpy(), strict=True)]
    before = register[register["review"] < QUARTERS - 1].set_index("review", append=True)["grade"]
    after = register.assign(review=register["review"] - 1).set_index("review", append=True)["grade"]
    after = after[after.index.get_level_values("review") >= REVIEWS[0]]
    both = pd.concat([before, after], axis=1, keys=["before", "after"]).fillna(NOBODY)
    moves = [(*key, size) for key, size in both.value_counts().items()]
    known = register[register["review"] < QUARTERS - 1]
    own = known.groupby(["grade", known.index])["kept"].agg(["size", "sum"]).astype(np.int64)
    n, k = own["size"], own["sum"]
    parts = pd.DataFrame({"n": n, "k": k, "c": 1, "nn": n * n, "nk": n * k, "kk": k * k})
    sums = parts.groupby("grade").sum()
    result.add(
        policy, grades, moves, [(grade, *row) for grade, row in zip(sums.index, sums.to_numpy(), strict=True)]
    )
