"""Ours, as far as the summarisers go: the cube, and from it what a model of purchases knows of each customer."""

from __future__ import annotations

from pathlib import Path

import ibis
from job import QUARTERS
from summary import Summary

from toolkit.forecasts.buyers import DAYS_A_WEEK, buyers_at
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.window import Quarter

SPAN = tuple(Quarter.parse("2021Q4") + i for i in range(QUARTERS))


def run(path: Path) -> Summary:
    """Summarise every customer."""
    panel = Panel(build_cube(ibis.duckdb.connect().read_parquet(path), quarters=SPAN))
    buyers, _ = buyers_at(panel, SPAN[-1])
    days = (round(DAYS_A_WEEK * part.sum()) for part in (buyers.recency, buyers.age))
    return Summary(len(buyers.repeats), int(buyers.repeats.sum()), *days)
