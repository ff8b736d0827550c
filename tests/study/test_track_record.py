"""Claims of one report checked by a later one, on the simulated company's own tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from toolkit.effects.records.programme import programme_effects, programme_rows, rows_before
from toolkit.service.ledger import recorded
from toolkit.study import claiming, open_study
from toolkit.study.afterwards import afterwards
from toolkit.study.claiming import claims_of, expected_cost, expected_moves, fingerprint
from toolkit.study.resolving import FILE_CHANGED, NO_POLICY, NOT_YET, resolve
from toolkit.track.calibration import calibrate
from toolkit.window import Quarter

MADE, SEEN = Quarter.parse("2024Q3"), Quarter.parse("2025Q3")


@pytest.fixture(scope="module")
def then(small_demo):
    return open_study(small_demo, quarter=str(MADE))


@pytest.fixture(scope="module")
def now(small_demo):
    return open_study(small_demo, quarter=str(SEEN))


@pytest.fixture(scope="module")
def claims(then):
    return claims_of(then)


@pytest.fixture(scope="module")
def resolutions(now, claims):
    return {r.claim.id: r for r in resolve(now, claims)}


def test_every_kind_is_claimed_once(claims):
    assert len({claim.id for claim in claims}) == len(claims)
    assert {claim.kind for claim in claims} >= {"retained", "moves", "heads", "cost", "effect"}
    assert all(claim.made == MADE for claim in claims)


def test_shares_claimed_are_those_of_the_forecast(then, claims):
    """The headline definition's claims are the open rows of the section on past forecasts."""
    known = then.track.pending.set_index("grade")
    mine = {
        c.given["grade"]: c
        for c in claims
        if c.kind == "retained" and c.given["definition"] == then.headline.id
    }
    assert set(mine) == set(known.index) and mine
    for grade, claim in mine.items():
        assert (claim.value, claim.low, claim.high) == tuple(known.loc[grade, ["forecast", "low", "high"]])


def test_retained_against_a_slow_twin(now, resolutions):
    """Twin: each customer looked up by himself, in the quarter of the outcome."""
    register, panel = now.registers["vip_2022"], now.panel
    grades = register.at(MADE)["grade"].astype(object)
    bought = dict(zip(panel.customers, panel.bought(MADE + 4), strict=True))
    for grade in register.scale.grades:
        mine = [bool(bought[customer]) for customer, its in grades.items() if its == grade]
        found = resolutions[f"retained.vip_2022.still_buying.{grade}.{MADE}"]
        assert found.seen.value == pytest.approx(sum(mine) / len(mine))
        assert found.inside is (found.claim.low <= found.seen.value <= found.claim.high)


def test_moves_against_a_slow_twin(now, resolutions):
    register = now.registers["vip_2022"]
    before, after = (register.at(q)["grade"].astype(object).to_dict() for q in (MADE, SEEN))
    moved = sum(after[customer] != grade for customer, grade in before.items() if customer in after)
    assert resolutions[f"moves.vip_2022.{MADE}.{SEEN}"].seen.value == moved


def test_the_recorded_cost_is_that_of_the_ledger_in_the_next_quarter(now, resolutions):
    table = now.panel.tables["service"]
    days = pd.to_datetime(table["delivered_on"])
    inside = (days >= "2024-10-01") & (days < "2025-01-01")
    seen = resolutions[f"cost.vip_2022.{MADE + 1}"].seen
    assert seen.value == pytest.approx(table.loc[inside, "cost"].sum(), abs=0.05)


def test_heads_are_told_and_never_scored(resolutions):
    found = resolutions[f"heads.vip_2022.{MADE + 1}"]
    assert found.seen is not None and found.inside is None and not found.scored


def test_what_is_not_over_is_never_counted(small_demo, claims):
    """A quarter later only outcomes of one quarter are known."""
    soon = {r.claim.id: r for r in resolve(open_study(small_demo, quarter="2024Q4"), claims)}
    yearly = soon[f"retained.vip_2022.still_buying.VIP.{MADE}"]
    assert yearly.pending and yearly.reason == NOT_YET and yearly.inside is None
    assert not soon[f"retained.vip_2022.next_quarter.VIP.{MADE}"].pending
    found = calibrate(soon.values())
    assert (
        found.pending == sum(r.pending for r in soon.values()) and found.checked < len(soon) - found.pending
    )


def test_a_claim_about_a_changed_or_absent_policy_stays_pending(now, claims):
    changed = replace(claims[0], given=dict(claims[0].given) | {"file": "0" * 12})
    gone = replace(claims[1], given=dict(claims[1].given) | {"policy": "vip_1999"})
    assert [r.reason for r in resolve(now, [changed, gone])] == [FILE_CHANGED, NO_POLICY]


def test_claims_of_this_quarter_or_later_are_left_out(then, claims):
    assert resolve(then, claims) == ()


def test_a_claim_repeated_by_four_reports_counts_once(small_demo, now, claims):
    again = claims_of(open_study(small_demo, quarter="2024Q4"))
    one = f"retained.vip_2022.still_buying.VIP.{MADE}"
    assert one in {c.id for c in claims} & {c.id for c in again}
    found = resolve(now, [*again, *claims])
    assert [r.claim.made for r in found if r.claim.id == one] == [MADE]


def test_a_changed_figure_changes_the_fingerprint(then):
    twin = replace(then.baseline, params=then.baseline.params.model_copy(update={"why": "别的理由"}))
    assert fingerprint(twin) != fingerprint(then.baseline) == fingerprint(then.baseline)


def test_later_effects_see_later_reviews_alone(demo):
    """Slow twin: the programme's rows by hand, those of 2025Q3 alone, whatever the study's own rows are."""
    after = afterwards(demo, MADE)
    asked, grades = demo.params.programme, demo.history.tables["grades"]
    rows = programme_rows(demo.panel, asked, grades, demo.complete)
    place = rows.reviews.index(SEEN)
    kept = rows.where(rows.review == place)
    assert sorted(set(after.programme.review)) == [place] and len(after.programme.score) == len(kept.score)
    bought = tuple(d for d in demo.definitions if d.kind != "spend_kept")
    before = rows_before(demo.panel, asked, grades, demo.complete)
    twin = programme_effects(demo.panel, asked, kept, bought, demo.complete, before)
    assert {n: e.estimate for n, e in after.effects.items()} == {n: e.estimate for n, e in twin.items()}
    assert after.params.assumed_effects == () and "mailing" not in {
        d.id for d in afterwards(demo, SEEN).params.designs
    }


def test_without_later_reviews_nothing_is_said_of_causes(demo):
    assert afterwards(demo, SEEN).programme is None


def test_the_interval_of_moves_by_hand():
    """Shares 0.10, 0.12 and 0.14 of 1,000 each: pooled 0.12, deviation 0.02, half 4.3027 x 0.02 x sqrt(4 / 3)."""
    value, half = expected_moves(np.array([100.0, 120, 140]), np.full(3, 1000.0), 500)
    assert value == pytest.approx(60)
    assert half == pytest.approx(student.ppf(0.975, 2) * 0.02 * np.sqrt(4 / 3) * 500)
    assert expected_moves(np.array([100.0]), np.array([1000.0]), 500) == (pytest.approx(50), None)


def test_chance_alone_is_the_least_width():
    """Equal shares in the past: the width is that of 500 more draws at 0.1, learned from 2,000."""
    _, half = expected_moves(np.array([100.0, 100]), np.full(2, 1000.0), 500)
    assert half == pytest.approx(1.959964 * np.sqrt(0.09 * (1 / 2000 + 1 / 500)) * 500)


def test_the_interval_of_moves_covers_the_next_review():
    """4,000 worlds of five reviews whose shares differ by more than chance: 95 in a hundred, three deviations 1.1 points."""
    rng = np.random.default_rng(8)
    shares = rng.normal(0.12, 0.015, (4000, 5))
    moved = rng.binomial(3000, shares)
    hits = []
    for row in moved:
        value, half = expected_moves(row[:4].astype(float), np.full(4, 3000.0), 3000)
        hits.append(abs(row[4] - value) <= half)
    assert 0.94 <= np.mean(hits) <= 0.97


def test_the_interval_of_cost_by_hand():
    """The ledger came to 0.90, 0.94 and 0.98 of the plan: 94 of 100, half 4.3027 x 4 x sqrt(4 / 3)."""
    value, half = expected_cost(np.array([0.90, 0.94, 0.98]), 100.0)
    assert value == pytest.approx(94) and half == pytest.approx(4.302653 * 4 * np.sqrt(4 / 3), rel=1e-6)


def test_cost_is_claimed_as_earlier_ledgers_say(then, now, claims, monkeypatch):
    """The ledger ran below the plan before, and does so in the quarter claimed, whose ledger is not read for the claim."""
    [claim] = [claim for claim in claims if claim.kind == "cost"]
    plan = float(then.costs[then.baseline.id].total["total_cost"])
    booked = float(recorded(now.panel, [MADE + 1], now.baseline.scheme.scale.last).sum())
    assert claim.low < booked < claim.high and claim.value < plan
    asked = []
    monkeypatch.setattr(claiming, "recorded", lambda *given: asked.extend(given[1]) or recorded(*given))
    assert claim in claims_of(then)
    assert len(asked) == claiming.LEARNED and max(asked) == MADE


def test_a_history_without_programme_or_ledger_makes_claims_too(online_retail):
    """Public data: no programme, so no cause is claimed; outcomes still open, and the next quarter, are."""
    made = claims_of(online_retail)
    assert {c.kind for c in made} <= {"retained", "moves", "heads", "cost"} and made
    assert all(np.isfinite(c.value) for c in made)
