"""polars, lazy from the file to the cells, then quarter by quarter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
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


def run(path: Path) -> Result:
    """The whole job."""
    rows = pl.scan_parquet(path)
    cells = aggregated(rows)
    first = (
        rows.filter(~pl.col("is_return"))
        .group_by("customer_id")
        .agg(first=pl.col("paid_at").min().dt.date())
        .collect(engine="streaming")
    )
    known = pl.concat([measures(cells, first, review) for review in REVIEWS])
    reference = known.filter(pl.col("review") == REVIEWS[0])
    bought = cells.filter(pl.col("lines") > 0).select(
        "customer_id", review=pl.col("quarter") - 1, kept=pl.lit(1)
    )
    known = known.join(bought, on=["customer_id", "review"], how="left").with_columns(
        pl.col("kept").fill_null(0)
    )
    result = Result()
    result.cents = round(100 * known["spend"].sum())
    result.orders = int(known["orders"].sum())
    graded = {
        "thresholds": steps(known, "spend", FLOORS, 0.0),
        "score": score(known, reference),
        "abc": abc(known),
    }
    for name, register in graded.items():
        enter(result, name, register)
    return result


def aggregated(rows: pl.LazyFrame) -> pl.DataFrame:
    """One row per customer and quarter."""
    paid = pl.col("paid_at")
    quarter = 4 * (paid.dt.year() - FIRST_YEAR) + paid.dt.quarter().cast(pl.Int32) - FIRST_QUARTER
    purchase = ~pl.col("is_return")
    return (
        rows.with_columns(quarter=quarter)
        .group_by("customer_id", "quarter")
        .agg(
            net=pl.col("amount").sum(),
            lines=purchase.sum(),
            orders=pl.col("order_id").filter(purchase).n_unique(),
        )
        .collect(engine="streaming")
    )


def measures(cells: pl.DataFrame, first: pl.DataFrame, review: int) -> pl.DataFrame:
    """Spend, orders and tenure of the active customers at a review."""
    months = 3 * (FIRST_QUARTER + review)
    end = date(FIRST_YEAR + months // 12, months % 12 + 1, 1)
    return (
        cells.filter(pl.col("quarter").is_between(review - WINDOW + 1, review))
        .group_by("customer_id")
        .agg(
            spend=pl.col("net").sum().round(2).clip(lower_bound=0),
            orders=pl.col("orders").sum(),
            lines=pl.col("lines").sum(),
        )
        .filter(pl.col("lines") > 0)
        .join(first, on="customer_id")
        .select(
            "customer_id",
            "spend",
            "orders",
            tenure=(pl.lit(end) - pl.col("first")).dt.total_days(),
            review=pl.lit(review, pl.Int32),
        )
    )


def steps(frame: pl.DataFrame, column: str, floors: dict[str, float], slack: float) -> pl.DataFrame:
    """Grades by floors on a column."""
    value = pl.col(column)
    grade = pl.when(value >= floors["A"] - slack).then(pl.lit("A"))
    return frame.with_columns(
        grade=grade.when(value >= floors["B"] - slack).then(pl.lit("B")).otherwise(pl.lit("C"))
    )


def score(known: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """Weighted points of ranks among the first review's customers."""
    known = known.with_columns(score=pl.lit(0.0))
    for name, weight in WEIGHTS.items():
        levels = reference.group_by(name).len().sort(name)
        levels = levels.select(level=name, equal="len", upto=pl.col("len").cum_sum())
        placed = known.sort(name).join_asof(levels, left_on=name, right_on="level", strategy="backward")
        exact = pl.col("level") == pl.col(name)
        middle = pl.col("upto") - pl.col("equal") + (pl.col("equal") + 1) / 2
        share = pl.when(exact).then(middle).otherwise(pl.col("upto").fill_null(0)) / len(reference)
        known = placed.with_columns(score=pl.col("score") + weight * 100 * share).drop(
            "level", "equal", "upto"
        )
    return steps(known, "score", SCORES, NEAR)


def abc(known: pl.DataFrame) -> pl.DataFrame:
    """Shares of the total spend, largest first."""
    totals = (
        known.group_by("review", "spend")
        .agg(held=pl.col("spend").sum())
        .sort("review", "spend", descending=[False, True])
    )
    held = pl.col("held")
    totals = totals.with_columns(taken=((held.cum_sum() - held) / held.sum()).over("review"))
    found = known.join(totals, on=["review", "spend"])
    grade = (
        pl.when(pl.col("spend") <= 0)
        .then(pl.lit("C"))
        .when(pl.col("taken") < SHARES["A"] - LINE)
        .then(pl.lit("A"))
    )
    return found.with_columns(
        grade=grade.when(pl.col("taken") < SHARES["B"] - LINE).then(pl.lit("B")).otherwise(pl.lit("C"))
    )


def enter(result: Result, policy: str, register: pl.DataFrame) -> None:
    """Retention, migration and sums of one policy."""
    register = register.select("customer_id", "review", "grade", "kept")
    grades = register.group_by("review", "grade").agg(pl.len(), pl.col("kept").sum())
    before = register.filter(pl.col("review") < QUARTERS - 1).select("customer_id", "review", before="grade")
    after = register.filter(pl.col("review") > REVIEWS[0])
    after = after.select("customer_id", review=pl.col("review") - 1, after="grade")
    both = before.join(after, on=["customer_id", "review"], how="full", coalesce=True)
    both = both.with_columns(pl.col("before", "after").fill_null(NOBODY))
    known = register.filter(pl.col("review") < QUARTERS - 1)
    own = known.group_by("grade", "customer_id").agg(
        n=pl.len().cast(pl.Int64), k=pl.col("kept").sum().cast(pl.Int64)
    )
    n, k = pl.col("n"), pl.col("k")
    sums = own.group_by("grade").agg(
        n.sum(), k.sum(), c=pl.len(), nn=(n * n).sum(), nk=(n * k).sum(), kk=(k * k).sum()
    )
    result.add(policy, grades.rows(), both.group_by("before", "after").len().rows(), sums.rows())
