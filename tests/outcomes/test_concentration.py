from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from toolkit.outcomes.concentration import concentration, gini


def test_gini_of_one_two_three_four(published):
    published("concentration", one_to_four=concentration(np.array([3.0, 1, 4, 2])).gini)


def test_gini_and_top_share_of_the_lognormal(published):
    """Closed forms: Gini erf(sd / 2) = 0.4755 for sd 0.9; top tenth holds Phi(0.9 - z(0.9)) = 0.3514.
    The distribution is laid out on 200,000 equally likely quantiles."""
    values = np.exp(0.9 * norm.ppf((np.arange(200_000) + 0.5) / 200_000))
    found = concentration(values)
    published("concentration", lognormal_gini=found.gini, lognormal_top_tenth=found.top_10)


def test_gini_of_the_pareto_distribution():
    """Closed form 1 / (2 alpha - 1); alpha 3 on a grid of quantiles."""
    values = (1 - (np.arange(500_000) + 0.5) / 500_000) ** (-1 / 3)
    assert gini(values) == pytest.approx(1 / 5, abs=3e-4)


@given(values=st.lists(st.integers(0, 50), min_size=1, max_size=20))
@example(values=[0, 0, 9])
@settings(max_examples=60, deadline=None)
def test_gini_is_half_the_mean_difference_over_the_mean(values):
    """Definition by pairs (Gini 1912), counted one by one."""
    if sum(values) == 0:
        assert np.isnan(concentration(np.array(values, dtype=float)).gini)
        return
    pairs = sum(abs(a - b) for a in values for b in values)
    expected = pairs / (2 * len(values) * sum(values))
    assert concentration(np.array(values, dtype=float)).gini == pytest.approx(expected, abs=1e-12)


def test_equal_customers():
    found = concentration(np.full(8, 2.5))
    assert found.gini == pytest.approx(0, abs=1e-12) and found.hhi == pytest.approx(1 / 8)
    assert found.effective_customers == pytest.approx(8)
    assert found.top_10 == pytest.approx(0.1) and found.top_20 == pytest.approx(0.2)
    assert found.curve["value_share"].to_numpy() == pytest.approx(found.curve["customers_share"].to_numpy())


def test_a_curve_worked_by_hand():
    """Ten customers: one of 55 and nine of 5. One tenth holds 55%, each further tenth 5%."""
    found = concentration(np.array([5.0] * 9 + [55]))
    assert (found.customers, found.total) == (10, 100)
    assert found.top_10 == pytest.approx(0.55) and found.top_20 == pytest.approx(0.60)
    curve = found.curve.set_index(found.curve["customers_share"].round(2))["value_share"]
    assert curve[[0, 0.05, 0.1, 0.2, 1]].tolist() == pytest.approx([0, 0.275, 0.55, 0.6, 1])
    assert found.hhi == pytest.approx(0.55**2 + 9 * 0.05**2) and found.peak == pytest.approx(1)
    # lines 80% and 95%: those of 5 tie and start at 55%, so all share A
    assert found.abc["customers"].tolist() == [10, 0, 0]


def test_losses_are_said_not_hidden():
    """Kaplan & Narayanan (2001), whale curve: 150 earned by two customers, 50 lost by one."""
    found = concentration(np.array([100.0, 50, -50, np.nan]))
    assert found.customers == 3 and found.total == 100 and found.peak == pytest.approx(1.5)
    assert np.isnan(found.gini) and np.isnan(found.hhi) and np.isnan(found.effective_customers)
    assert found.abc["customers"].tolist() == [2, 0, 1]
    assert found.abc["value_share"].tolist() == pytest.approx([1.5, 0, -0.5])


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [-1.0, 1.0]])
def test_no_total_no_shares(values):
    found = concentration(np.array(values))
    assert np.isnan([found.gini, found.hhi, found.top_10, found.peak]).all()
    assert found.abc["value_share"].isna().all() and found.abc["customers"].sum() == len(values)


def test_online_retail_whole_period(data_folder):
    """The counts of the ABC scheme on the same customers (tests/schemes/test_pareto.py), and Gini by
    the trapezoid rule on the Lorenz curve."""
    import pandas as pd

    rows = pd.read_parquet(data_folder / "online_retail_2010_2011" / "online_retail.parquet")
    rows = rows[rows["CustomerID"].notna() & ~rows["InvoiceNo"].astype(str).str.startswith("C")]
    rows = rows[(rows["Quantity"] > 0) & (rows["UnitPrice"] > 0)]
    spend = (rows["Quantity"] * rows["UnitPrice"]).groupby(rows["CustomerID"]).sum()
    found = concentration(spend.to_numpy())
    assert found.abc["customers"].tolist() == [1_133, 1_469, 1_736]
    lorenz = np.concatenate(([0], np.sort(spend).cumsum() / spend.sum()))
    assert found.gini == pytest.approx(1 - 2 * np.trapezoid(lorenz, dx=1 / len(spend)))
    assert found.total == pytest.approx(8_911_407.90, abs=0.01)
