"""The formulations that are timed side by side come to the same result, and the page says what was measured."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

BENCH = Path(__file__).parents[1] / "benchmarks" / "history"
NAMES = ("ours", "in_pandas", "in_polars", "in_duckdb")
MODULES = (
    "job",
    "generate",
    *NAMES,
    "summary",
    "ours_summary",
    "measuring",
    "told",
    "notebook_names",
    "planning",
    "page",
)


@pytest.fixture(scope="module")
def bench() -> SimpleNamespace:
    """The modules of the benchmark."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCH))
        found = SimpleNamespace(**{name: import_module(name) for name in MODULES})
        yield found
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.mark.parametrize(("rows", "customers"), [(20_000, 2_000), (6_000, 30)])
def test_all_formulations_agree(bench, tmp_path, rows, customers):
    """Four independent formulations, one of them ours: counts, moves, sums over customers, cents. Few customers make
    grades that are empty at some reviews."""
    path = bench.generate.history(rows, tmp_path, customers)
    results = {name: getattr(bench, name).run(path) for name in NAMES}
    ours = results.pop("ours")
    assert sum(ours.moves.values()) > customers and len(ours.sums) == 9 and ours.cents > 0
    for name, result in results.items():
        assert {key: value for key, value in result.grades.items() if value[0]} == {
            key: value for key, value in ours.grades.items() if value[0]
        }, name
        assert result.checksum() == ours.checksum(), name


def test_another_result_has_another_checksum(bench):
    """One customer more in one cell is enough; groups without customers do not count."""
    one, other = bench.job.Result(), bench.job.Result()
    one.add("abc", [(3, "A", 5, 2), (3, "B", 0, 0)], [("A", "B", 1)], [("A", 5, 2, 5, 5, 2, 2)])
    other.add("abc", [(3, "A", 5, 2)], [("A", "B", 1), ("B", "A", 0)], [("A", 5, 2, 5, 5, 2, 2)])
    assert one.checksum() == other.checksum()
    other.moves["abc", "A", "B"] = 2
    assert one.checksum() != other.checksum()


def test_the_generator_draws_the_same_rows_again(bench, tmp_path):
    """Same size, same bytes of every column, whatever the folder; about one order in twenty is a return."""
    import pandas as pd

    one, other = (
        pd.read_parquet(bench.generate.history(4_000, tmp_path / name)).sort_values(["order_id", "amount"])
        for name in "ab"
    )
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
    assert (
        len(one) == 4_000
        and 0.02 < one["is_return"].mean() < 0.09
        and (one["amount"] < 0).equals(one["is_return"])
    )


def measured(bench, seconds: float, checksum: str = "a") -> dict:
    return bench.measuring.Measured([seconds], [seconds], seconds / 10, checksum).as_json()


def test_the_page_shows_ratios_first_and_says_what_is_missing(bench, tmp_path):
    """Worked by hand: 3 s beside 2 s is 1.50; from 2 s at 1 M to 20 s at 10 M, 2 s each million, 2,000 s at 1 billion."""
    found = {
        name: measured(bench, seconds) for name, seconds in zip(NAMES, (2.0, 3.0, 1.0, 4.0), strict=True)
    }
    larger = {"ours": measured(bench, 20.0), "in_duckdb": measured(bench, 10.0, "b")}
    larger["in_pandas"] = {**measured(bench, 1.0), "absent": "not enough memory"}
    kept = {
        "history": {"10000000": larger, "1000000": found},
        "bootstrap": {"1000": {"seconds": 2, "gigabytes": 1, "naive_seconds": 200}},
    }
    bench.page.write_page(json.loads(json.dumps(kept)), tmp_path)
    page = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert page.index("## Ratios") < page.index("## Figures") < page.index("## Planning")
    assert "| 1,000,000 | 1.50 (1.5) | 0.50 (0.5) | 2.00 (2.0) | – |" in page
    assert "| 10,000,000 | – | – | 0.50 (0.5) | – |" in page and "not enough memory" in page and "✗" in page
    assert (
        "| 1,000,000,000 | about 约 2,000 | about 约 200 |" in page and "| 1,000 | 100 | 2.0 | 1.00 |" in page
    )
    assert "Extrapolation" in page and (tmp_path / "benchmarks.svg").read_text("utf-8").startswith("<?xml")


def test_a_formulation_that_fails_is_told_and_stops_nobody(bench, tmp_path):
    """No file: the error stands for the figures, without the folder."""
    one = bench.measuring.Measured()
    one.again("in_duckdb", tmp_path / "none.parquet")
    assert not one.seconds and "No files found" in one.absent and str(tmp_path) not in one.absent


def test_the_closing_line_has_the_ratios(bench):
    """Worked by hand: 3 s and 1 GB beside 2 s and 0.5 GB; a result of another kind is said aloud."""
    ours = bench.measuring.Measured([2.0], [2.0], 0.5, "a")
    found = {"ours": ours, "in_polars": bench.measuring.Measured([3.0], [3.0], 1.0, "a")}
    line = "1,000,000 rows, times ours (2.0 s, 0.5 GB): polars 1.50 x time, 2.0 x memory; same results"
    assert bench.told.closing(found, 1_000_000) == line
    found["in_polars"].checksum = "b"
    assert bench.told.closing(found, 1_000_000).endswith("RESULTS DIFFER")
