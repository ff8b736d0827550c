"""What a chart of a cutoff is given."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.effects.cutoff.local_polynomial import Bandwidth, jump
from toolkit.effects.cutoff.picture import BINS, REACH, draw_up
from toolkit.effects.cutoff.rows import Rows


def test_bins_count_every_row_near_the_bar_and_never_lie_across_it():
    rng = np.random.default_rng(20261121)
    x = np.concatenate([rng.uniform(-1, 1, 3000), [0.0, 1.0]])
    rows = Rows.of(x, x + (x >= 0), (x >= 0).astype(float))
    picture = draw_up(rows, jump(rows, Bandwidth(0.6, 0.6)), "log", with_lines=True)
    bins = picture.bins
    assert bins["n"].sum() == np.count_nonzero(np.abs(x) <= REACH * 0.6)
    assert len(bins) == 2 * BINS
    assert (bins.loc[bins["side"] == "below", "high"] <= 0).all()
    assert (bins.loc[bins["side"] == "above", "low"] >= 0).all()
    assert (bins.loc[bins["side"] == "below", "received"] == 0).all()
    middle = bins[bins["side"] == "above"]
    assert middle["outcome"].to_numpy() == pytest.approx(middle["middle"].to_numpy() + 1, abs=0.03)


def test_lines_meet_the_bar_at_the_conventional_jump():
    """y = 2x left, 3 + x right, without noise."""
    x = np.linspace(-1, 1, 200)
    rows = Rows.of(x, np.where(x < 0, 2 * x, 3 + x))
    picture = draw_up(rows, jump(rows, Bandwidth(0.5, 0.5)), "linear", with_lines=True)
    below, above = (picture.lines[picture.lines["side"] == side] for side in ("below", "above"))
    assert below["outcome"].iloc[-1] == pytest.approx(0, abs=1e-9) and below["x"].iloc[-1] == 0
    assert above["outcome"].iloc[0] == pytest.approx(3, abs=1e-9) and above["x"].iloc[-1] == 0.5
    assert "received" not in picture.lines.columns


def test_an_empty_bin_has_no_mean():
    x = np.array([-1.0, -0.9, 0.05, 1.0])
    picture = draw_up(Rows.of(x, np.ones(4)), None, "linear", with_lines=True)
    assert picture.lines is None and picture.bandwidth is None
    assert picture.bins.loc[picture.bins["n"] == 0, "outcome"].isna().all()
