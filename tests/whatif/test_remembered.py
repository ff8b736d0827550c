"""What is remembered between two answers. Expected: bit for bit what is computed anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.schemes.points import RankPoints
from toolkit.service.cents import share_out
from toolkit.whatif import remembered
from toolkit.whatif.kept_points import KeptPoints, Shelf
from toolkit.whatif.remembered import Remembered


def test_a_snapshot_is_made_once(demo):
    panel, policy = Remembered(demo.panel), demo.policies[-1]
    asked = (demo.quarter, policy.needs, 4, 1)
    found = panel.snapshot(*asked)
    pd.testing.assert_frame_equal(found, demo.panel.snapshot(*asked))
    assert panel.snapshot(*asked) is found
    assert panel.snapshot(demo.quarter, policy.needs, 3, 1) is not found
    assert (panel.active(demo.quarter, 1) == demo.panel.active(demo.quarter, 1)).all()


def test_memory_is_bounded(demo, monkeypatch):
    monkeypatch.setattr(remembered, "KEPT_BYTES", 3 * len(demo.panel.customers))
    panel = Remembered(demo.panel)
    for quarter in demo.complete[-8:]:
        panel.active(quarter, 1)
    assert len(panel._kept) == 3


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_ranks_are_those_of_plain_points(better):
    rng = np.random.default_rng(1)
    reference, values = rng.integers(0, 50, 400).astype(float), np.append(rng.normal(20, 30, 300), np.nan)
    shelf = Shelf()
    kept = KeptPoints(RankPoints(better), shelf, ("x", better)).freeze(reference)
    plain = RankPoints(better).freeze(reference).of(values)
    first = kept.of(values)
    np.testing.assert_array_equal(first, plain)
    again = KeptPoints(RankPoints(better), shelf, ("x", better)).freeze(reference.copy())
    assert again.of(values.copy()) is first
    other = KeptPoints(RankPoints(better), shelf, ("x", better)).freeze(reference[:-1])
    np.testing.assert_array_equal(other.of(values), RankPoints(better).freeze(reference[:-1]).of(values))
    changed = values[::-1].copy()
    np.testing.assert_array_equal(kept.of(changed), RankPoints(better).freeze(reference).of(changed))


def shared_by_sorting(cents: int, weights: np.ndarray) -> np.ndarray:
    """Largest remainder by a full sort, as in the books."""
    exact = cents * (weights / weights.sum())
    found = np.floor(exact + 1e-9).astype(np.int64)
    missing = int(cents - found.sum())
    order = np.argsort(-(exact - found), kind="stable")
    found[order[:missing] if missing >= 0 else order[missing:]] += 1 if missing >= 0 else -1
    return found


def test_cents_are_shared_as_by_sorting():
    rng = np.random.default_rng(2)
    for _ in range(400):
        size = int(rng.integers(1, 40))
        weights = rng.choice(
            [rng.integers(1, 4, size), rng.random(size), np.ones(size)][int(rng.integers(3))], size
        )
        cents = int(rng.integers(0, 500))
        found = share_out(cents, weights.astype(float))
        np.testing.assert_array_equal(found, shared_by_sorting(cents, weights.astype(float)))
        assert found.sum() == cents


def test_too_many_cents_are_taken_back_as_by_sorting():
    """Shares a hair below whole cents are taken for whole; where that gives too many, the last of the smallest gives one."""
    weights = np.array([1.0, 1.0, 1.0 - 2.4e-9, 1.0 - 2.4e-9])
    for cents in (4, 8, 400_000_000):
        np.testing.assert_array_equal(share_out(cents, weights), shared_by_sorting(cents, weights))
