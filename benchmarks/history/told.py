"""Names of what is measured, and the closing line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measuring import Measured

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Formulation:
    """One way to do the job.

    Attributes
    ----------
    zh, en : str
        Name.
    most_rows : int or None
        Size beyond which it is not tried.
    """

    zh: str
    en: str
    most_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Summariser:
    """One way to summarise purchases."""

    name: str
    own_environment: bool = True


FLOORS = {
    "floor": Formulation("下限（DuckDB）", "the floor in DuckDB"),
    "floor_arrow": Formulation("下限（Arrow）", "the floor in Arrow"),
}
FORMULATIONS = {
    OURS: Formulation("本工具", "gradelab"),
    "in_pandas": Formulation("pandas", "pandas", 20_000_000),
    "in_polars": Formulation("polars", "polars"),
    "in_duckdb": Formulation("DuckDB SQL", "plain DuckDB SQL"),
}
SUMMARISERS = {
    "ours_summary": Summariser("gradelab", own_environment=False),
    "peer_lifetimes": Summariser("lifetimes 0.11.3 (pandas 2)"),
    "peer_pymc": Summariser("pymc-marketing 0.19.2"),
}


def closing(found: Mapping[str, Measured], rows: int) -> str:
    """One line of ratios: how many times as long, and as much memory, as ours."""
    ours = found[OURS]
    if ours.absent:
        return f"{rows:,} rows: ours was not measured ({ours.absent})"
    parts = [
        f"{(FORMULATIONS | FLOORS)[name].en} "
        + (
            one.absent
            or f"{one.typical / ours.typical:.2f} x time, {one.gigabytes / ours.gigabytes:.1f} x memory"
        )
        for name, one in found.items()
        if name != OURS
    ]
    results = {one.checksum for name, one in found.items() if name not in FLOORS and one.checksum}
    same = "same results" if len(results) == 1 else "RESULTS DIFFER"
    head = f"{rows:,} rows, times ours ({ours.typical:.1f} s, {ours.gigabytes:.1f} GB): "
    return f"{head}{', '.join(parts)}; {same}"
