"""The further columns of the customer file: a stream of their own, plausible, and referrals in order of time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.synthetic import books
from toolkit.synthetic.company import simulate
from toolkit.synthetic.profile import referrers

OWN = 16
"""Columns of the customer file that do not come from the profile."""


@pytest.fixture(scope="module")
def file() -> pd.DataFrame:
    return simulate(customers=2000).tables["customers"]


def test_nothing_else_depends_on_the_profile(monkeypatch) -> None:
    """Without it every table, and the rest of the customer file, is the same to the last bit."""
    whole = simulate(customers=200)
    monkeypatch.setattr(books, "with_profile", lambda file, population, rng: file)
    plain = simulate(customers=200)
    for name, table in plain.tables.items():
        pd.testing.assert_frame_equal(table, whole.tables[name][list(table.columns)], check_exact=True)
    assert len(plain.tables["customers"].columns) == OWN
    pd.testing.assert_frame_equal(plain.oracle, whole.oracle, check_exact=True)


def test_referrers_were_there_before(file) -> None:
    """Only who was won by referral has one, on file and from an earlier day."""
    referred = file[file["referred_by"].notna()]
    since = file.set_index("customer_id")["since"]
    assert set(referred["source"]) == {"referral"}
    assert (since[referred["referred_by"]].to_numpy() < referred["since"].to_numpy()).all()
    assert len(referred) > 0.99 * (file["source"] == "referral").sum()


def test_the_first_of_all_has_no_referrer() -> None:
    """By hand: of three, two on the first day; only the third can have been referred, by one of the two."""
    days = pd.to_datetime(["2024-01-02", "2024-01-01", "2024-01-01"])
    three = pd.DataFrame({"customer_id": ["c", "a", "b"], "source": "referral", "since": days})
    found = referrers(three, np.random.default_rng(1))
    assert found[0] in ("a", "b") and found[1:].isna().all()


def test_columns_are_plausible(file) -> None:
    """Shares in 0..1, money not negative, firms and individuals apart, capacity growing with the voltage."""
    person = file["type"] == "individual"
    for column in ("gender", "age_band", "occupation", "education"):
        assert (file[column].notna() == person).all()
    for column in ("market_share", "operating_condition"):
        assert (file[column].isna() == person).all()
    for column in ("market_share", "latent_need", "record_completeness"):
        assert file[column].dropna().between(0, 1).all()
    for column in (
        "ability_to_pay",
        "deposit_balance",
        "loan_balance",
        "wealth_aum",
        "freight_cost",
        "plant_cost",
    ):
        assert (file[column] >= 0).all()
    capacity = file.groupby("voltage_level")["supply_capacity"].mean()
    assert capacity[["220V", "380V", "10kV", "35kV"]].is_monotonic_increasing
    assert file["relationship_depth"].isin(range(1, 5)).all()
    spread = file["ability_to_pay"].corr(file["firm_size"], method="spearman")
    assert spread > 0.5
