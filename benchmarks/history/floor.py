"""No result at all: decode the columns that the job needs and sort the customers once; nothing can be below this."""

from __future__ import annotations

from pathlib import Path

import duckdb
from job import Result


def run(path: Path) -> Result:
    """Decode and sort."""
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        columns = "count(order_id), max(paid_at), sum(amount), count(is_return)"
        con.execute(f"select {columns} from read_parquet('{path}')").fetchall()
        con.execute(
            f"create table sorted as select customer_id from read_parquet('{path}') order by customer_id"
        )
    return Result()
