"""Histories of any size: the same rows for the same size, drawn by hashing row numbers.

Heavy buyers first, two rows an order, one order in twenty a return, over twenty quarters; unless said otherwise ten rows
a customer. Everything is made inside DuckDB, so that a hundred million rows fit in little memory.
"""

from __future__ import annotations

from pathlib import Path

ROWS_A_CUSTOMER = 10
FIRST_DAY, DAYS = "2021-10-01", 1826
NEXT_DAY, NEXT_DAYS = "2026-10-01", 92
ROW_GROUP = 250_000
ROWS = """
with orders as (
    select
        i as number,
        (hash(i, 1) % 1000000007) / 1000000007.0 as who,
        (hash(i, 2) % 1000000007) / 1000000007.0 as time,
        (hash(i, 3) % 1000000007) / 1000000007.0 as size,
        hash(i, 4) % 20 = 0 as is_return
    from range({begin}, {end}) t(i)
)
select
    'C' || lpad(cast(cast(floor({customers} * power(who, 1.5)) as bigint) as varchar), 9, '0') as customer_id,
    'O' || lpad(cast(number as varchar), 10, '0') as order_id,
    timestamp '{first}' + to_seconds(cast(floor(time * {days} * 86400) as bigint)) as paid_at,
    cast(round((case when is_return then -1 else 1 end) * (5 + 400 * size * size * line), 2) as double) as amount,
    is_return
from orders, (values (1), (2)) lines(line)
"""


def history(rows: int, folder: Path, customers: int | None = None) -> Path:
    """Parquet file with ``rows`` transactions of up to ``customers`` below ``folder``; made once.

    Columns customer_id, order_id, paid_at, amount, is_return.
    """
    customers = customers or max(rows // ROWS_A_CUSTOMER, 1)
    asked = ROWS.format(begin=0, end=rows // 2, customers=customers, first=FIRST_DAY, days=DAYS)
    return drawn(asked, folder / f"history_{rows}_{customers}.parquet")


def next_quarter(rows: int, more: int, folder: Path) -> Path:
    """Parquet file with ``more`` transactions of the quarter after :func:`history` of ``rows``; orders are numbered on."""
    span = {"begin": rows // 2, "end": (rows + more) // 2, "first": NEXT_DAY, "days": NEXT_DAYS}
    asked = ROWS.format(customers=max(rows // ROWS_A_CUSTOMER, 1), **span)
    return drawn(asked, folder / f"next_{rows}_{more}.parquet")


def drawn(asked: str, target: Path) -> Path:
    """What the query ``asked`` says in the file ``target``; made once."""
    import duckdb

    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".partial")
        with duckdb.connect() as con:
            con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            con.execute(
                f"copy ({asked}) to '{beside}' (format parquet, compression snappy, row_group_size {ROW_GROUP})"
            )
        beside.replace(target)
    return target
