"""The draw: exact halves in every stratum, every customer with the same chance, nothing a spreadsheet would run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.pilots.branches import branches
from toolkit.pilots.lots import Lists, counts, deal, draw_lots, lots_csv, read_lots
from toolkit.pilots.switchers import switchers
from toolkit.pilots.tie_breaker import tie_breakers
from toolkit.pilots.waves import waves

LISTS = Lists("p_served", "p_not_served", date(2027, 1, 1), date(2028, 1, 1))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(2, 5), st.integers(0, 99))
def test_every_stratum_and_the_whole_are_dealt_evenly(strata, batches, seed):
    dealt = deal(np.array(strata), batches, np.random.default_rng(seed))
    for rows in [np.ones(len(strata), bool), *(np.array(strata) == s for s in set(strata))]:
        sizes = np.bincount(dealt[rows], minlength=batches)
        assert sizes.max() - sizes.min() <= 1


def test_every_customer_has_the_same_chance():
    """2,000 draws of nine customers in three uneven strata: one half each; an error of .0112, four of it."""
    strata = np.array([0, 1, 1, 1, 2, 2, 2, 2, 2])
    first = np.mean([deal(strata, 2, np.random.default_rng(seed)) == 0 for seed in range(2000)], axis=0)
    assert first == pytest.approx(0.5, abs=0.045)


def test_halves_of_both_directions(ask):
    question = ask(np.repeat([1, -1, 0], [301, 200, 50]))
    frame = draw_lots(question, switchers(question), LISTS, 7)
    rows = question.customers.get_indexer(frame["customer_id"])
    assert len(frame) == 501 and frame["customer_id"].is_unique
    served = frame["list"] == "p_served"
    assert served[question.direction[rows] == -1].sum() == 100
    assert served[question.direction[rows] == 1].sum() in (150, 151)


def test_halves_of_every_cell_of_a_band(around_a_bar):
    design = next(d for d in tie_breakers(around_a_bar) if d.band == (0.8, 1.2))
    frame = draw_lots(around_a_bar, design, LISTS, 7)
    ratio = around_a_bar.score.ratio[around_a_bar.customers.get_indexer(frame["customer_id"])]
    assert ((ratio >= 0.8 - 1e-9) & (ratio <= 1.2 + 1e-9)).all() and len(frame) == design.customers
    for low in (0.8, 0.9, 1.0, 1.1):
        cell = (ratio >= low) & (ratio < low + 0.1)
        assert abs((frame["list"][cell] == "p_served").sum() - cell.sum() / 2) <= 2


def test_branches_are_drawn_whole(in_branches):
    """Six of twelve; every customer of a branch on one list."""
    (design,) = branches(in_branches)
    frame = draw_lots(in_branches, design, LISTS, 7)
    branch = in_branches.groupings[0].of[in_branches.customers.get_indexer(frame["customer_id"])]
    lists = frame.groupby(branch)["list"].nunique()
    assert (lists == 1).all() and counts(frame) == {"p_served": 600, "p_not_served": 600}


def test_a_branch_drawn_serves_by_the_alternative_in_both_directions(in_branches):
    """Where the alternative is in force the raised are served and the lowered not; elsewhere the other way round."""
    direction = np.where(np.arange(1200) % 2, 1, -1)
    both = replace(in_branches, direction=direction, held=direction < 0)
    frame = draw_lots(both, next(branches(both)), LISTS, 7)
    branch = both.groupings[0].of
    served = (frame["list"] == "p_served").to_numpy()
    for name in np.unique(branch.astype(str)):
        mine = branch == name
        assert len({*served[mine & (direction > 0)], *~served[mine & (direction < 0)]}) == 1


def test_batches_of_a_start_in_waves(raised):
    between = tuple((f"p_wave_{i}", date(2027, 1 + 3 * (i - 1), 1)) for i in (2, 3, 4))
    frame = draw_lots(raised, waves(raised), replace(LISTS, between=between), 7)
    assert set(counts(frame).values()) == {240}
    assert frame.groupby("list")["from_on"].first()["p_wave_3"] == date(2027, 7, 1)


def test_the_same_seed_draws_the_same_lots(raised):
    design = switchers(raised)
    drawn = [lots_csv(draw_lots(raised, design, LISTS, seed)) for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_csv_is_safe_in_a_spreadsheet(raised):
    """OWASP: a cell that begins with =, +, - or @ is run as a formula; an apostrophe stops it."""
    names = pd.Index([f"=cmd({i})" if i == 0 else f"C{i}" for i in range(len(raised.customers))])
    text = lots_csv(draw_lots(replace(raised, customers=names), switchers(raised), LISTS, 7))
    assert "'=cmd(0)" in text and "\n=cmd" not in text
    read = pd.read_csv(StringIO(text), dtype=str)
    assert list(read.columns) == ["customer_id", "list", "from_on", "to_on"]
    assert set(read["from_on"]) == {"2027-01-01"} and set(read["to_on"]) == {"2028-01-01"}


AWKWARD = [
    "=1+1",
    "'=1",
    "''=1",
    "'t Hooft",
    "-5",
    "+86",
    "@a",
    "007",
    "20261122000000012345",
    "NA",
    "null",
    "nan",
]
MORE = [
    "客户，甲",
    "＝一",
    "＠",
    '"q"',
    "a,b",
    "a\nb",
    "a\rb",
    "\r\n=1",
    "\t=1",
    " a ",
    "'",
    "''",
    "1e5",
    "#N/A",
]
IDS = st.one_of(st.sampled_from(AWKWARD + MORE), st.text("'=+-@\t\r\n ,\"0甲＝", min_size=1, max_size=6))


@settings(max_examples=60, deadline=None)
@given(st.lists(IDS, min_size=1, max_size=8))
def test_lots_are_read_back_as_they_were_drawn(tmp_path_factory, ids):
    """Whatever a customer is called; and no cell begins with what a spreadsheet would run."""
    frame = pd.DataFrame({"customer_id": ids, "list": "p_served"})
    path = tmp_path_factory.mktemp("lots") / "p.lots.csv"
    path.write_bytes(lots_csv(frame).encode())
    assert read_lots(path)["customer_id"].tolist() == ids
    written = pd.read_csv(path, dtype=str, keep_default_na=False)["customer_id"]
    assert not written.str.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")).any()
    plain = [one for one in ids if one[0] not in "'=+-@\t\r\n＝＠"]
    assert set(plain) <= set(written)
