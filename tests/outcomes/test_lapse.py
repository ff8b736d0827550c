"""Lapses counted by hand and by a slow reading of every customer's quarters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.outcomes.lapse import LapseRule, fates_after


def test_a_lapse_is_the_first_quarter_of_a_long_enough_silence(make_panel, first_quarter):
    """By hand, silence of two: lapsed at once; after a purchase; a pause of one is none; unknown at the end."""
    spend = [[5, 0, 0, 0, 0], [5, 5, 0, 0, 5], [5, 0, 5, 0, 5], [5, 5, 5, 5, 0]]
    fates = fates_after(make_panel(spend), first_quarter, LapseRule(2, first_quarter + 4))
    assert fates.time.tolist() == [1, 2, 3, 3]
    assert fates.lapsed.tolist() == [True, True, False, False]


def test_under_a_contract_one_silent_quarter_is_enough(make_panel, first_quarter):
    fates = fates_after(
        make_panel([[5, 5, 0, 5], [5, 5, 5, 5]]), first_quarter, LapseRule(1, first_quarter + 3)
    )
    assert (fates.time.tolist(), fates.lapsed.tolist()) == ([2, 3], [True, False])


def test_a_silence_longer_than_the_history_is_never_judged(make_panel, first_quarter):
    fates = fates_after(make_panel([[5, 0, 0], [5, 5, 5]]), first_quarter, LapseRule(7, first_quarter + 2))
    assert (fates.time.tolist(), fates.lapsed.any()) == ([0, 0], False)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), silence=st.integers(1, 4), entry=st.integers(0, 6), last=st.integers(6, 9))
def test_every_customer_read_slowly(make_random_panel, first_quarter, seed, silence, entry, last):
    """Quarter by quarter for each customer; quarters after the last complete one are never looked at."""
    panel = make_random_panel(seed)
    fates = fates_after(panel, first_quarter + entry, LapseRule(silence, first_quarter + last))
    bought = panel.cube.cells["lines"] > 0
    for customer in range(len(panel.customers)):
        time, lapsed = 0, False
        for quarter in range(entry + 1, last - silence + 2):
            time = quarter - entry
            if not bought[customer, quarter : quarter + silence].any():
                lapsed = True
                break
        assert (fates.time[customer], fates.lapsed[customer]) == (time, lapsed)


def test_what_happens_later_changes_nothing(make_random_panel, make_panel, first_quarter):
    """Purchases after the last complete quarter are blanked: the same lapses (as of)."""
    panel, rule = make_random_panel(3), LapseRule(2, first_quarter + 6)
    known = np.array(panel.cube.cells["gross"])
    known[:, 7:] = 0
    both = [fates_after(p, first_quarter + 1, rule) for p in (panel, make_panel(known))]
    assert both[0].time.tolist() == both[1].time.tolist() and both[0].lapsed.any()
    assert both[0].lapsed.tolist() == both[1].lapsed.tolist()


def test_one_entry_for_all_is_the_same_entry_for_each(make_random_panel, first_quarter):
    panel, rule = make_random_panel(4), LapseRule(2, first_quarter + 9)
    each = fates_after(panel, np.full(40, 2), rule)
    assert each.time == pytest.approx(fates_after(panel, first_quarter + 2, rule).time)
