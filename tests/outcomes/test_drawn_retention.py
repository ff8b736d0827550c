"""Drawn retention against resampling customers and grouping again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.outcomes import drawn_retention
from toolkit.outcomes.drawn_retention import DrawPlan, draw_retention
from toolkit.outcomes.retained import retained_after
from toolkit.outcomes.retention import known_reviews, retention_by_grade
from toolkit.params.study import RetentionParams
from toolkit.policy import walk

KEYS = ["policy", "review", "grade"]
DRAWS = 2000


def definition(kind: str, quarters: int) -> RetentionParams:
    words = {"zh": "留存", "en": "retention"}
    return RetentionParams.model_validate({"id": "kept", "title": words, "kind": kind, "quarters": quarters})


@pytest.fixture
def registers(make_random_panel, make_policy, first_quarter):
    """A panel of 60 customers and two policies with three and two grades."""
    panel, last = make_random_panel(3, 60, 8), first_quarter + 7
    plan = {
        "A": {"package": "gold", "cost_per_quarter": 3.0},
        "B": {"package": "basic", "cost_per_quarter": 1.0},
    }
    two = make_policy({"A": 60, "B": "rest"}, plan)
    found = {"three": walk(make_policy(), panel, last), "two": walk(two, panel, last)}
    return panel, found, last


def observations(panel, registers, what, last) -> pd.DataFrame:
    """One row per policy, review and graded customer of whom the definition says something."""
    rows = []
    for policy, register in registers.items():
        for review in known_reviews(register, what, last)[0]:
            kept = pd.Series(retained_after(panel, what, review), index=panel.customers)
            for customer, grade in register.at(review)["grade"].items():
                if not np.isnan(kept[customer]):
                    rows.append((policy, str(review), str(grade), customer, kept[customer]))
    return pd.DataFrame(rows, columns=[*KEYS, "customer", "retained"])


def naive(rows: pd.DataFrame, customers: pd.Index) -> pd.DataFrame:
    """Draw whole customers with replacement, take all their rows as often as they were drawn, group again."""
    rng, found = np.random.default_rng(5), []
    where = [np.flatnonzero(rows["customer"] == customer) for customer in customers]
    for _ in range(DRAWS):
        taken = rows.iloc[np.concatenate([where[i] for i in rng.integers(0, len(customers), len(customers))])]
        found.append(taken.groupby(KEYS)["retained"].mean())
    return pd.concat(found, axis=1).T


@pytest.mark.parametrize(
    "what", [definition("bought_within", 1), definition("spend_kept", 2)], ids=lambda d: d.kind
)
def test_it_agrees_with_resampling_and_grouping_again(registers, what):
    """Means, standard deviations, quantiles and correlations of 2,000 draws each; the standard error of a mean is
    sd / 45 and of an sd about 1.6 %, of a difference of two runs 1.4 times as much: bounds are four of these and
    allow Poisson weights 1/60 for being no multinomial ones."""
    panel, found, last = registers
    ours = draw_retention(found, panel, what, last, DrawPlan(DRAWS, 9))
    rows = observations(panel, found, what, last)
    slow = naive(rows, panel.customers)
    size = rows.groupby(KEYS).size()
    index = pd.MultiIndex.from_frame(ours.observed[KEYS])
    assert set(size.index) <= set(index)
    assert (
        dict(zip(index, ours.observed["customers"], strict=True)) == dict.fromkeys(index, 0) | size.to_dict()
    )
    mine = pd.DataFrame(ours.drawn, columns=index)
    large = size.index[size >= 15]
    assert len(large) > 10 and {policy for policy, *_ in large} == {"three", "two"}
    mine, slow = mine[large], slow[large]
    sd = slow.std()
    assert ((mine.mean() - slow.mean()).abs() < 0.14 * sd + 1e-12).all()
    assert ((mine.std() / sd - 1).abs() < 0.12).all()
    for q in (0.05, 0.5, 0.95):
        assert ((mine.quantile(q) - slow.quantile(q)).abs() < 0.3 * sd + 1e-12).all()
    assert ((mine.corr() - slow.corr()).abs().to_numpy() < 0.15).all()


@pytest.mark.parametrize(
    "what", [definition("bought_within", 1), definition("spend_kept", 2)], ids=lambda d: d.kind
)
def test_what_is_observed_is_what_retention_says(registers, what):
    """Counts and shares by review are those of the table of retention, and draws are centred on them."""
    panel, found, last = registers
    ours = draw_retention(found, panel, what, last)
    for policy, register in found.items():
        table = retention_by_grade(register, panel, [what], last).by_review
        mine = ours.observed[ours.observed["policy"] == policy].reset_index(drop=True)
        assert mine["grade"].tolist() == table["grade"].astype(str).tolist()
        assert mine["customers"].tolist() == table["customers"].tolist()
        assert mine["retained"].to_numpy() == pytest.approx(table["retained"].to_numpy(), nan_ok=True)
    told = ours.intervals()
    some = told["customers"] > 0
    assert (told["low"] <= told["retained"] + 1e-9)[some].all() and (told["retained"] - 1e-9 <= told["high"])[
        some
    ].all()
    assert told.loc[~some, ["low", "high"]].isna().all(axis=None)


def test_parcels_share_their_weights(registers, monkeypatch):
    """However few reviews are taken at once, the draws are the same ones."""
    panel, found, last = registers
    what = definition("bought_in", 2)
    whole = draw_retention(found, panel, what, last).drawn
    sizes = []
    real = drawn_retention.weighted_sums
    monkeypatch.setattr(drawn_retention, "ENTRIES", 2 * len(panel.customers))
    monkeypatch.setattr(
        drawn_retention, "weighted_sums", lambda table, *rest: sizes.append(table.nnz) or real(table, *rest)
    )
    assert np.array_equal(draw_retention(found, panel, what, last).drawn, whole, equal_nan=True)
    assert len(sizes) > 3 and max(sizes) <= 2 * len(panel.customers)


def test_the_same_policy_twice_differs_in_no_draw(registers):
    panel, found, last = registers
    twice = {"one": found["three"], "other": found["three"]}
    drawn = draw_retention(twice, panel, definition("bought_within", 1), last).drawn
    one, other = np.split(drawn, 2, axis=1)
    assert np.array_equal(one, other, equal_nan=True)
