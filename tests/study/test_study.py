"""A study end to end without notebooks: the simulated company against its truth, and real data against published counts."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from toolkit.errors import HistoryError, UsageError
from toolkit.params.policy import read_policy
from toolkit.recommendation.verdict import Because, Verdict
from toolkit.study import open_study
from toolkit.study.opening import _key
from toolkit.study.positions import position_of
from toolkit.window import Quarter


def test_the_last_complete_quarter_is_reported(demo):
    assert (str(demo.quarter), [str(q) for q in demo.history.unfinished]) == ("2026Q3", ["2026Q4"])


def test_every_policy_grades_the_same_customers(demo):
    for register in demo.registers.values():
        assert (register.codes(demo.quarter) >= 0).sum() == len(demo.customers)


def test_the_interval_covers_the_truth_and_the_raw_gap_does_not(demo):
    """Oracle: the simulator's own probabilities of staying, complier-weighted at the bar."""
    truth = demo.history.truth["bar"]["late"]
    effect = demo.effects["still_buying"]
    assert effect.estimate.low <= truth <= effect.estimate.high
    assert demo.programme_gap.low > truth + 0.05


def test_a_multi_factor_policy_is_not_ranked_by_a_cutoff_effect(demo):
    judged = {j.change.policy: j for j in demo.recommendation.judgements}
    assert judged["weighted_2027"].because is Because.SWITCHERS_NOT_COVERED
    assert judged["weighted_2027"].change.values == ()


def test_cost_to_serve_by_hand(demo):
    """VIP, each quarter: half a visit of 260, 1.2 calls of 9.60, a tenth of an event of 250, a quarter of a gift of 200,
    a rebate of 1% of spend, and a manager of 58,000 for every 300 begun; others: .06 visits of 210, .7 calls of 8,
    a fiftieth of an event of 150."""
    counts = demo.registers["vip_2022"].counts(demo.quarter)
    each = 0.5 * 260 + 1.2 * 9.6 + 0.1 * 250 + 0.25 * 200
    others = 0.06 * 210 + 0.7 * 8 + 0.02 * 150
    place = demo.panel.quarters.index(demo.quarter)
    vip = demo.registers["vip_2022"].codes(demo.quarter) == 1
    rebate = 0.01 * demo.panel.values("spend", 4)[vip, place].sum() / 4
    people = 58_000 * np.ceil(counts["VIP"] / 300)
    quarterly = each * counts["VIP"] + others * counts["普通"] + rebate + people
    assert demo.costs["vip_2022"].per_year["total_cost"] == pytest.approx(4 * quarterly)


def test_baseline_against_itself_is_kept(demo):
    """Null reform through the whole study: not one figure moves."""
    twin = demo.baseline.params.model_copy(update={"id": "twin"})
    study = replace(demo, files=replace(demo.files, alternatives=(twin,)))
    (change,) = study.comparison.changes
    assert (change.moved, change.heads, change.cost.value, change.cost.low, change.cost.high) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert study.recommendation.verdict is Verdict.KEEP
    assert study.agreements["twin"].kappa_quadratic == 1


def test_a_report_of_an_earlier_quarter_knows_nothing_later(small_demo, demo):
    earlier = open_study(small_demo, quarter="2025Q3")
    assert earlier.complete[-1] == Quarter.parse("2025Q3")
    assert max(earlier.programme.reviews) == Quarter.parse("2025Q3")
    used = earlier.retentions["vip_2022"].by_review
    assert all(
        Quarter.parse(r) + 4 <= earlier.quarter
        for r in used.loc[used["definition"] == "still_buying", "review"]
    )
    both = demo.registers["vip_2022"], earlier.registers["vip_2022"]
    known = earlier.panel.customers
    assert (
        both[0].codes(earlier.quarter)[demo.panel.customers.get_indexer(known)]
        == both[1].codes(earlier.quarter)
    ).all()


@pytest.mark.parametrize(("quarter", "said"), [("2026Q4", "unfinished"), ("2019Q1", "not in the data")])
def test_a_quarter_that_cannot_be_reported_is_refused_in_words(small_demo, quarter, said):
    with pytest.raises(UsageError, match=said):
        open_study(small_demo, quarter=quarter)


def test_the_cache_changes_nothing(small_demo, demo):
    again = open_study(small_demo)
    assert pickle.dumps(again.quarters) == pickle.dumps(demo.quarters)
    assert again.recommendation.verdict is demo.recommendation.verdict


def test_the_cache_key_follows_the_bytes_of_the_data(root, tmp_path, online_retail):
    study = online_retail.params
    place = tmp_path / study.history.transactions.path
    place.parent.mkdir(parents=True)
    place.write_bytes(b"a")
    first = _key(study, tmp_path, ())
    place.write_bytes(b"b")
    assert _key(study, tmp_path, ()) != first


def test_missing_data_are_a_sentence(root, tmp_path, cache):
    with pytest.raises(HistoryError, match=r"online_retail\.csv\.gz"):
        open_study(root / "params" / "studies" / "online_retail.yaml", data=tmp_path)


def test_online_retail_facts(online_retail, facts_of):
    """Counts published with the data set (rows) and fixed for this rule set (purchases only, duplicates kept)."""
    facts = facts_of(online_retail)
    expected = {
        "history.rows_in": 541_909,
        "history.rows_accepted": 397_884,
        "history.customers": 4_338,
        "history.orders": 18_532,
        "abc.A": 1_133,
        "abc.B": 1_469,
        "abc.C": 1_736,
    } | {
        f"active.{q}": n
        for q, n in zip(
            ("2010Q4", "2011Q1", "2011Q2", "2011Q3", "2011Q4"), (885, 1776, 1991, 2161, 2560), strict=True
        )
    }
    assert {name: facts[name].value for name in expected} == expected
    assert facts["history.spend"].value == pytest.approx(8_911_407.90, abs=0.005)
    quarantined = [fact.value for fact in facts if fact.id.startswith("quarantine.")]
    assert sum(quarantined) == 541_909 - 397_884 and sorted(quarantined)[-3:] == [40, 8_905, 135_080]
    again = [
        round(100 * facts[f"bought_again.{q}"].value, 2) for q in ("2010Q4", "2011Q1", "2011Q2", "2011Q3")
    ]
    assert again == [59.55, 58.73, 60.82, 62.70]
    assert facts["history.unfinished"].value == "2010Q4, 2011Q4"


def test_online_retail_has_no_effect_and_therefore_no_adoption(online_retail, facts_of):
    for effect in online_retail.effects.values():
        assert (effect.status, effect.codes, effect.estimate) == ("not_identified", ("NOPROGRAMME",), None)
        assert effect.pilot.customers > 0
    assert online_retail.recommendation.verdict is Verdict.PILOT
    assert not any(change.values for change in online_retail.comparison.changes)
    assert not any(fact.id.startswith("effect.next") for fact in facts_of(online_retail))
    assert any(change.break_even for change in online_retail.comparison.changes)


@pytest.mark.parametrize("row", ["S44", "S18", "S10", "S52"])
def test_only_floors_on_the_programmes_own_measure_lie_on_its_axis(demo, root, row):
    """S44 is a bar on a year's spend, S52 floors on it; S18 looks at brand and points, S10 at several things:
    an effect measured along spend prices the former and none of the latter."""
    params = read_policy(root / "params" / "catalogue" / f"{row}.yaml")
    study = replace(demo, files=replace(demo.files, alternatives=(params,)))
    (position,) = [position_of(study, policy) for policy in study.alternatives]
    assert (position.along == ("spend",)) is (row in ("S44", "S52"))
