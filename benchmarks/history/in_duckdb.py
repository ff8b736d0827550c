"""Plain DuckDB SQL throughout: tables from step to step, results read at the end."""

from __future__ import annotations

from pathlib import Path

import duckdb
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

CELLS = f"""
create table cells as
select customer_id, (4 * (year(paid_at) - {FIRST_YEAR}) + quarter(paid_at) - {FIRST_QUARTER})::int as quarter,
    sum(amount) as net, count(*) filter (not is_return) as lines,
    count(distinct order_id) filter (not is_return) as orders
from history group by all;
create table joined as
select customer_id, min(paid_at)::date as first from history where not is_return group by all
"""
KNOWN = f"""
create table known as
select review::int as review, customer_id, greatest(round(sum(net), 2), 0) as spend, sum(orders)::bigint as orders,
    date_diff('day', any_value(first), (make_date({FIRST_YEAR}, {3 * FIRST_QUARTER - 2}, 1)
        + to_months(3 * (review::int + 1)))::date) as tenure
from cells join joined using (customer_id), range({REVIEWS[0]}, {QUARTERS}) reviews(review)
where quarter between review - {WINDOW - 1} and review
group by review, customer_id having sum(lines) > 0
"""
STEPS = "case when {value} >= {a} then 'A' when {value} >= {b} then 'B' else 'C' end"
LEVELS = """
create table levels_{name} as
select {name} as level, count(*) as equal, sum(count(*)) over (order by {name}) as upto,
    sum(count(*)) over () as customers
from known where review = {first} group by {name}
"""
POINTS = (
    "{weight} * 100 * (case when {name} = l_{name}.level then l_{name}.upto - l_{name}.equal + (l_{name}.equal + 1) / 2"
    " else coalesce(l_{name}.upto, 0) end) / (select any_value(customers) from levels_{name})"
)
TAKEN = """
select review, spend, (sum(held) over (partition by review order by spend desc) - held)
    / sum(held) over (partition by review) as taken
from (select review, spend, sum(spend) as held from known group by all)
"""
REGISTER = """
create or replace table register as
select graded.review, graded.customer_id, grade, coalesce(cells.lines > 0, false)::int as kept
from ({graded}) graded left join cells
    on cells.customer_id = graded.customer_id and cells.quarter = graded.review + 1
"""
GRADES = "select review, grade, count(*), sum(kept) from register group by all"
MOVES = f"""
select coalesce(b.grade, '{NOBODY}'), coalesce(a.grade, '{NOBODY}'), count(*)
from (from register where review < {QUARTERS - 1}) b
full join (from register where review > {REVIEWS[0]}) a on a.customer_id = b.customer_id and a.review = b.review + 1
group by all
"""
SUMS = f"""
select grade, sum(n), sum(k), count(*), sum(n * n), sum(n * k), sum(k * k)
from (select grade, customer_id, count(*) as n, sum(kept) as k from register where review < {QUARTERS - 1} group by all)
group by grade
"""


def run(path: Path) -> Result:
    """The whole job."""
    result = Result()
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false; set preserve_insertion_order = false")
        con.execute(f"create view history as from read_parquet('{path}')")
        con.execute(CELLS)
        con.execute(KNOWN)
        for name in WEIGHTS:
            con.execute(LEVELS.format(name=name, first=REVIEWS[0]))
        result.cents, result.orders = con.execute(
            "select round(100 * sum(spend)), sum(orders) from known"
        ).fetchone()
        for name, graded in schemes().items():
            con.execute(REGISTER.format(graded=graded))
            found = [con.execute(question).fetchall() for question in (GRADES, MOVES, SUMS)]
            result.add(name, *found)
    return result


def schemes() -> dict[str, str]:
    """The query of each policy: review, customer_id and grade."""
    taken = "case when spend <= 0 then 1 else taken end"
    return {
        "thresholds": f"select review, customer_id, {STEPS.format(value='spend', a=FLOORS['A'], b=FLOORS['B'])} as grade from known",
        "score": score(),
        "abc": f"select review, customer_id, case when {taken} < {SHARES['A'] - LINE!r} then 'A' "
        f"when {taken} < {SHARES['B'] - LINE!r} then 'B' else 'C' end as grade "
        f"from known join ({TAKEN}) using (review, spend)",
    }


def score() -> str:
    """Weighted points of ranks among the first review's customers."""
    points = " + ".join(
        POINTS.format(weight=f"{weight}::double", name=name) for name, weight in WEIGHTS.items()
    )
    joins = " ".join(f"asof left join levels_{name} l_{name} on {name} >= l_{name}.level" for name in WEIGHTS)
    grade = STEPS.format(value="score", a=repr(SCORES["A"] - NEAR), b=repr(SCORES["B"] - NEAR))
    return f"select review, customer_id, {grade} as grade from (select review, customer_id, {points} as score from known {joins})"
