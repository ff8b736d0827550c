"""A renewed cube is the cube built anew, bit for bit, whatever has happened to the history meanwhile."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.measures import Cube, aggregation, read_cube, reading, renewal
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cells import REQUIRED
from toolkit.measures.cube_files import read_about
from toolkit.measures.renewal import renew_cube
from toolkit.window import Quarter


def assert_same(first: Cube, second: Cube) -> None:
    """Equal in every bit."""
    assert first.customers.equals(second.customers) and first.customers.name == second.customers.name
    assert (first.quarters, first.returns, first.fiscal_start_month) == (
        second.quarters,
        second.returns,
        second.fiscal_start_month,
    )
    assert list(first.cells) == list(second.cells)
    for name in first.cells:
        one, other = first.cells[name], second.cells[name]
        assert one.dtype == other.dtype and one.tobytes() == other.tobytes(), name
    for one, other in ((first.categories, second.categories), (first.channels, second.channels)):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.names == other.names
            for part in ("customer", "category", "quarter", "lines"):
                assert getattr(one, part).tobytes() == getattr(other, part).tobytes(), part


def end_of(quarter: Quarter) -> pd.Timestamp:
    return pd.Timestamp(quarter.end())


def happened(frame: pd.DataFrame, until: Quarter, seed: int, share: float) -> pd.DataFrame:
    """What was known at the end of a quarter: some rows came late, some were withdrawn since, some changed."""
    rng = np.random.default_rng([seed, 7])
    known = frame[frame["paid_at"] < end_of(until)]
    known = known[rng.random(len(known)) >= share]
    changed = rng.random(len(known)) < share / 2
    known = known.assign(amount=np.where(changed, known["amount"] * 2, known["amount"]))
    ghosts = known.sample(frac=share / 2, random_state=seed).assign(customer_id="a ghost", order_id="gone")
    return pd.concat([known, ghosts])


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 7),
    more=st.integers(0, 3),
    share=st.sampled_from([0.0, 0.0, 0.02, 0.3]),
    plain=st.booleans(),
)
def test_renewed_equals_rebuilt(
    history_of, table_of, eight_quarters, seed, length, more, share, plain
) -> None:
    """Slow twin: the build from nothing. Orders over two quarters, returns, new, late and withdrawn rows and customers."""
    frame = history_of(seed)
    frame = frame[list(REQUIRED)] if plain else frame
    quarters = eight_quarters[: length + more]
    early = happened(frame, eight_quarters[length - 1], seed, share)
    if early.empty or (early["paid_at"] >= pd.Timestamp(quarters[0].start())).sum() == 0:
        return
    now = frame[frame["paid_at"] < end_of(quarters[-1])]
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        build_cube(table_of(early), quarters=eight_quarters[:length], folder=place / "old")
        renewed = renew_cube(place / "old", table_of(now), quarters=quarters, folder=place / "new")
        assert_same(renewed, build_cube(table_of(now), quarters=quarters))
        again = renew_cube(place / "new", table_of(early), quarters=quarters[:length], folder=place / "back")
        assert_same(again, build_cube(table_of(early), quarters=quarters[:length]))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(2, 7), late=st.integers(0, 5))
def test_rows_known_to_be_added_give_the_same(
    history_of, table_of, eight_quarters, seed, length, late
) -> None:
    """Slow twin: the build from nothing, of rows of which only the new quarters and a few late ones are told."""
    frame = history_of(seed)
    rng = np.random.default_rng(seed)
    since = (frame["paid_at"] >= end_of(eight_quarters[length - 1])) | (rng.permutation(len(frame)) < late)
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        build_cube(table_of(frame[~since]), quarters=eight_quarters[:length], folder=place / "old")
        keys = {"quarters": eight_quarters, "folder": place / "new", "added": table_of(frame[since])}
        renewed = renew_cube(place / "old", table_of(frame), **keys)
        assert_same(renewed, build_cube(table_of(frame), quarters=eight_quarters))
        told = (read_about(place / folder)["marks"] for folder in ("new", "whole"))
        build_cube(table_of(frame), quarters=eight_quarters, folder=place / "whole")
        assert next(told) == next(told)


def test_unchanged_quarters_are_not_aggregated_again(
    history_of, table_of, eight_quarters, tmp_path, monkeypatch
) -> None:
    """A new quarter adds its own files; a late row has its quarter and the later ones made again."""
    frame = history_of(3)
    early = frame[frame["paid_at"] < end_of(eight_quarters[5])]
    build_cube(table_of(early), quarters=eight_quarters[:6], folder=tmp_path / "old")
    made = []
    monkeypatch.setattr(
        renewal,
        "write_blocks",
        lambda stage, cells, quarters, *rest: (
            made.append(quarters) or aggregation.write_blocks(stage, cells, quarters, *rest)
        ),
    )
    renew_cube(tmp_path / "old", table_of(frame), quarters=eight_quarters, folder=tmp_path / "new")
    late = pd.concat([frame, frame[frame["paid_at"] > end_of(eight_quarters[3])].head(1)])
    renew_cube(tmp_path / "new", table_of(late), quarters=eight_quarters, folder=tmp_path / "late")
    renew_cube(
        tmp_path / "new", table_of(frame.sample(frac=1)), quarters=eight_quarters, folder=tmp_path / "same"
    )
    assert made[0] == tuple(eight_quarters[6:])
    assert len(made) == 2 and made[1][0] > eight_quarters[3]


@pytest.mark.parametrize("change", ["fiscal", "column", "first", "nothing there"])
def test_a_cube_of_another_kind_is_built_anew(history_of, table_of, eight_quarters, tmp_path, change) -> None:
    """Another fiscal year, another column, an earlier beginning, or an empty folder: nothing is taken over."""
    frame, keys, quarters = history_of(4), {}, eight_quarters
    if change != "nothing there":
        build_cube(table_of(frame), quarters=eight_quarters[1:], folder=tmp_path / "old")
    if change == "fiscal":
        keys = {"fiscal_start_month": 4}
    if change == "column":
        frame = frame.drop(columns="channel")
    if change != "first":
        quarters = eight_quarters[1:]
    renewed = renew_cube(
        tmp_path / "old", table_of(frame), quarters=quarters, folder=tmp_path / "new", **keys
    )
    assert_same(renewed, build_cube(table_of(frame), quarters=quarters, **keys))


def test_a_large_cube_reads_what_a_small_one_holds(
    history_of, table_of, eight_quarters, tmp_path, monkeypatch
) -> None:
    """Slow twin: the arrays in memory; cells on disk in blocks of two, after a renewal that shuffles numbers."""
    frame = history_of(5)
    monkeypatch.setattr("toolkit.measures.aggregation.block_of", lambda *_: 2)
    monkeypatch.setattr("toolkit.measures.aggregation.step_of", lambda *_: 2)
    frame = frame[
        (frame["paid_at"] >= end_of(eight_quarters[2])) | frame["customer_id"].isin(["c1", "c3", "c4"])
    ]
    early = frame[frame["paid_at"] < end_of(eight_quarters[2])]
    build_cube(table_of(early), quarters=eight_quarters[:3], folder=tmp_path / "old")
    renew_cube(tmp_path / "old", table_of(frame), quarters=eight_quarters, folder=tmp_path / "new")
    small = read_cube(tmp_path / "new")
    monkeypatch.setattr(reading, "SMALL", 0)
    monkeypatch.setattr(reading, "ROOM", 1)
    large = read_cube(tmp_path / "new")
    assert large.on_disk and not small.on_disk
    assert large.customers.tolist()[:2] == ["c0", "c1"] and large.cells.files.places[0] == 1
    assert_same(large, small)
    for name in small.cells:
        for quarter in small.quarters:
            place = small.position(quarter)
            assert (large.column(name, quarter) == small.cells[name][:, place]).all()
        whole = np.zeros_like(small.cells[name])
        for rows, part in large.blocks():
            assert part.customers.equals(small.customers[rows])
            whole[rows] = part.cells[name]
        assert (whole == small.cells[name]).all()
    assert_same(large.upto(eight_quarters[4]), small.upto(eight_quarters[4]))
