"""Histories of any size: the same rows for the same size, drawn by hashing row numbers.

Ten rows a customer on average, heavy buyers first, two rows an order, one row in twenty a return, over twenty
quarters. Everything is made inside DuckDB, so that a hundred million rows fit in little memory.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

ROWS_A_CUSTOMER = 10
FIRST_DAY, DAYS = "2021-10-01", 1826
ROW_GROUP = 250_000
ROWS = """
with orders as (
    select
        i as number,
        (hash(i, 1) % 1000000007) / 1000000007.0 as who,
        (hash(i, 2) % 1000000007) / 1000000007.0 as time,
        (hash(i, 3) % 1000000007) / 1000000007.0 as size,
        hash(i, 4) % 20 = 0 as is_return
    from range({orders}) t(i)
)
select
    'C' || lpad(cast(cast(floor({customers} * power(who, 1.5)) as bigint) as varchar), 9, '0') as customer_id,
    'O' || lpad(cast(number as varchar), 10, '0') as order_id,
    timestamp '{first}' + to_seconds(cast(floor(time * {days} * 86400) as bigint)) as paid_at,
    cast(round((case when is_return then -1 else 1 end) * (5 + 400 * size * size * line), 2) as double) as amount,
    is_return
from orders, (values (1), (2)) lines(line)
"""


def history(rows: int, folder: Path) -> Path:
    """Parquet file with ``rows`` transactions below ``folder``; made once.

    Columns customer_id, order_id, paid_at, amount, is_return.
    """
    target = folder / f"history_{rows}.parquet"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".partial")
        asked = ROWS.format(orders=rows // 2, customers=rows // ROWS_A_CUSTOMER, first=FIRST_DAY, days=DAYS)
        with duckdb.connect() as con:
            con.execute("set preserve_insertion_order = false")
            con.execute(
                f"copy ({asked}) to '{beside}' (format parquet, compression snappy, row_group_size {ROW_GROUP})"
            )
        beside.replace(target)
    return target
