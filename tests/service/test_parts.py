"""Discounts, unit costs at their ends, neglect, dependence and moves, each worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.service.dependence import dependence
from toolkit.service.neglect import neglect
from toolkit.service.rebates import break_even_uplift, rebates
from toolkit.service.sensitivity import sensitivity
from toolkit.service.volumes import moves_of

CARD = {"measure": "m23_card_discount", "quantity": 1, "per": "revenue"}


@pytest.mark.parametrize(("discount", "uplift"), [(0.10, 0.5), (0.15, 1.0), (0.20, 2.0)])
def test_break_even_of_the_card_discounts(discount, uplift):
    """d / (m - d) at a margin of 30 %: 9折 needs half as much again, 8.5折 twice, 8折 three times the spend."""
    assert break_even_uplift(discount, 0.3) == pytest.approx(uplift)
    assert np.isnan(break_even_uplift(0.3, 0.3)) and np.isnan(break_even_uplift(0.4, 0.3))


def test_a_discount_gives_away_margin_and_brings_some(make_panel, make_params, priced):
    """By hand: 10 % of 2 x 100 is 20 given away; a fifth more spend, 40, at 30 % less 10 % brings 8: net 12."""
    card = {**CARD, "uplift": 0.2, "unit_cost": {"value": 0.1, "unit": "share"}}
    found = priced(
        make_params({"A": {"measures": [card]}, "B": {"cost_per_quarter": 0}}), make_panel([[100]] * 2)
    )
    row = rebates(found.plan, found.volumes).iloc[0]
    assert row[["spend", "margin", "given", "brought", "net", "break_even"]].tolist() == pytest.approx(
        [200, 0.3, 20, 8, 12, 0.5]
    )
    assert found.bill.total == 12


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.28))
def test_at_its_break_even_a_discount_costs_nothing(make_panel, make_params, priced, share):
    uplift = min(break_even_uplift(share, 0.3), 1.0)
    card = {**CARD, "uplift": uplift, "unit_cost": {"value": share, "unit": "share"}}
    found = priced(
        make_params({"A": {"measures": [card]}, "B": {"cost_per_quarter": 0}}), make_panel([[1000]])
    )
    assert (found.bill.total == pytest.approx(0, abs=0.011)) is (uplift < 1.0 or share == pytest.approx(0.15))


def test_every_unit_cost_is_taken_to_its_ends(make_panel, make_params, priced):
    """By hand for three customers: hours 3 x 2 x (80 .. 150 against 100), travel 3 x (40 .. 90 against 60), and two
    managers at 900 .. 1,300 against 1,000. The gift has no range and no row."""
    visit = {"measure": "m07_visits", "quantity": 4, "per": "year", "hours": 2, "unit_cost": {"value": 100, "low": 80, "high": 150, "unit": "hour"}, "cost_each": {"value": 60, "low": 40, "high": 90}}  # fmt: skip
    gift = {
        "measure": "m29_birthday_offer",
        "quantity": 1,
        "per": "quarter",
        "unit_cost": {"value": 3, "unit": "event"},
    }
    params = make_params(
        {"A": {"measures": [visit, gift], "span": 2}, "B": {"cost_per_quarter": 0}},
        manager_cost_per_quarter=1000,
        manager_cost_between={"low": 900, "high": 1300},
    )
    found = priced(params, make_panel([[100]] * 3))
    table = sensitivity(found.plan, found.volumes)
    rows = {(row.cost, row.part): (row.low, row.high) for row in table.itertuples()}
    assert rows == {
        ("managers", "head"): (-200, 600),
        ("m07_visits", "unit"): (-120, 300),
        ("m07_visits", "each"): (-60, 90),
    }
    assert table["width"].tolist() == [800, 420, 150]


def test_who_receives_less_and_what_would_undo_the_saving(make_panel, make_params, priced):
    """By hand: at a floor of 100 two customers are A, at 150 one; A is served for 50, B for 10. Of the two who were A
    one receives 40 less a quarter, 160 a year; 30 % of 120 a quarter is 144 a year of margin: 160 / 144."""
    plan = {"A": {"cost_per_quarter": 50}, "B": {"cost_per_quarter": 10}}
    panel = make_panel([[200], [120], [20]])
    before = priced(make_params(plan), panel)
    after = priced(make_params(plan, {"A": 150, "B": "rest"}), panel)
    margin = pd.Series([60.0, 36.0, 6.0], index=panel.customers)
    found = neglect(before.bill, after.bill, margin)
    assert (found.losing, found.saving, found.margin) == (1, 160, 144)
    assert found.break_even == pytest.approx(160 / 144)
    assert found.by_grade.loc["A", ["customers", "cost_before", "cost_after", "losing"]].tolist() == [
        2,
        50,
        30,
        1,
    ]
    same = neglect(before.bill, before.bill, margin)
    assert same.losing == 0 and np.isnan(same.break_even)


def test_dependence_is_the_herfindahl_index():
    """Shares 0.5, 0.3, 0.2: 0.25 + 0.09 + 0.04 = 0.38; a loss counts as nothing."""
    found = dependence(np.array([20.0, 50.0, 30.0, -5.0, np.nan]))
    assert (found.hhi, found.largest, found.top_ten) == pytest.approx((0.38, 0.5, 1.0))
    assert found.equal_customers == pytest.approx(1 / 0.38)
    assert np.isnan(dependence(np.array([-1.0])).hhi)


def test_moves_per_quarter_agree_with_the_register(make_panel, make_params, priced):
    """Slow twin: the register's own count of moves over its last four quarters."""
    rng = np.random.default_rng(5)
    spend = rng.lognormal(4.6, 0.7, (50, 7)) * (rng.random((50, 7)) < 0.95)
    found = priced(
        make_params({"A": {"cost_per_quarter": 0}, "B": {"cost_per_quarter": 0}}),
        make_panel(np.round(spend, 2)),
    )
    moves = moves_of(found.register, found.quarter)
    counted = found.register.moves.iloc[-4:].sum().sum()
    assert moves["hand_over"].sum() * 4 == pytest.approx(counted)
    assert (moves["recovery"] <= moves["hand_over"]).all() and moves["recovery"].sum() > 0
