"""Measures of a cube on disk, computed part after part, are those of the cube in memory, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from toolkit.errors import HistoryError
from toolkit.measures import MEASURES, Cube, read_cube, reading
from toolkit.measures.aggregation import build_cube
from toolkit.measures.renewal import renew_cube
from toolkit.panel import Panel
from toolkit.panel import panel as panel_module

OF_CELLS = [name for name, measure in MEASURES.items() if measure.by_customer]


@pytest.fixture(scope="module")
def cubes(history_of, table_of, eight_quarters, tmp_path_factory) -> Callable[[], tuple[Cube, Cube]]:
    """The same history in memory, and on disk in blocks of two customers whose numbers are not in order."""
    place: Path = tmp_path_factory.mktemp("cube")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("toolkit.measures.aggregation.block_of", lambda *_: 2)
        patched.setattr("toolkit.measures.aggregation.step_of", lambda *_: 2)
        frame, first = history_of(31), eight_quarters[:2]
        frame = frame[(frame["paid_at"] >= "2024-07-01") | frame["customer_id"].isin(["c1", "c3", "c4"])]
        early = frame[frame["paid_at"] < "2024-07-01"]
        build_cube(table_of(early), quarters=first, folder=place / "early")
        renew_cube(place / "early", table_of(frame), quarters=eight_quarters, folder=place / "now")
        patched.setattr(reading, "SMALL", 0)
        found = read_cube(place / "now")
        return build_cube(table_of(frame), quarters=eight_quarters), found


@pytest.mark.parametrize("name", OF_CELLS)
def test_values_are_the_same(cubes, name: str, monkeypatch) -> None:
    """Slow twin: the whole cube. A measure that looks at other customers is found here unless it says so."""
    whole, parts = cubes
    expected = MEASURES[name].values(whole, 3, {})
    assert Panel(parts).values(name, 3).tobytes() == expected.tobytes()
    monkeypatch.setattr(panel_module, "KEPT_BYTES", 0)
    tight = Panel(parts)
    for quarter in whole.quarters[::3]:
        found = tight.in_quarter(name, 3, quarter)
        np.testing.assert_array_equal(found, expected[:, whole.position(quarter)])
    assert (name, 3) in tight._shelf
    assert any(not isinstance(rows, slice) for rows, _ in parts.blocks())


def test_shares_of_all_are_not_computed_in_parts(cubes) -> None:
    """What looks at everybody is flagged, and right on disk as in memory."""
    whole, parts = cubes
    flagged = {name for name, measure in MEASURES.items() if measure.about.of_all}
    assert flagged == {"share_of_total", "profit_share", "clv", "price_sensitivity", "spend_rank"}
    for name in flagged:
        assert Panel(parts).values(name, 2).tobytes() == MEASURES[name].values(whole, 2, {}).tobytes()


def test_who_bought_is_the_same(cubes) -> None:
    """Slow twin: the cell of the whole cube."""
    whole, parts = cubes
    for place, quarter in enumerate(whole.quarters):
        assert (Panel(parts).bought(quarter) == (whole.cells["lines"][:, place] > 0)).all()
        lately = (whole.cells["lines"][:, max(place - 1, 0) : place + 1] > 0).any(axis=1)
        assert (Panel(parts).active(quarter, 2) == lately).all()


def test_what_is_missing_is_refused_before_any_part(
    history_of, table_of, eight_quarters, tmp_path, monkeypatch
) -> None:
    """No margin in the rows: the same words as for a cube in memory."""
    frame = history_of(32).drop(columns="margin")
    build_cube(table_of(frame), quarters=eight_quarters, folder=tmp_path)
    monkeypatch.setattr(reading, "SMALL", 0)
    with pytest.raises(HistoryError, match="needs"):
        Panel(read_cube(tmp_path)).values("margin", 2)
