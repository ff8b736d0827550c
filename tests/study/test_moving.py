"""Who moves in a whole study: against the register, the file's digits, and refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.comparison.segments import FEWEST
from toolkit.errors import ParameterError
from toolkit.study.moving import movers_of


def with_segments(study, *names):
    files = replace(study.files, study=study.params.model_copy(update={"segments": names}))
    return replace(study, files=files)


def test_movers_agree_with_the_switchers_of_the_comparison(demo):
    """Raised and lowered are counted independently by the comparison and by the agreement of the registers."""
    for change in demo.comparison.changes:
        found = demo.movers[change.policy]
        assert (found.counts["raised"], found.counts["lowered"]) == (change.raised, change.lowered)
        moved = found.frame[found.frame["change"] != "renamed"]
        assert set(moved.index) == set(demo.agreements[change.policy].switchers.index)
        classes = moved["evidence"].value_counts()
        assert {k: v for k, v in change.evidence["customers"].items() if v} == classes.to_dict()


def test_the_reason_is_the_registers_own(demo):
    """Looked up customer by customer in the alternative's register."""
    for policy, found in demo.movers.items():
        register = demo.registers[policy]
        graded = register.at(demo.quarter)
        for customer, row in found.frame.head(40).iterrows():
            said = register.reasons[graded.loc[customer, "because"]]
            assert (row["reason_zh"], row["reason_en"]) == (said.zh, said.en)
            assert row["grade_then"] == graded.loc[customer, "grade"] != "" and row["evidence"]


def test_everybody_compared_is_in_the_flows_once(demo):
    for found in demo.movers.values():
        assert found.flows["customers"].sum() == len(demo.customers)
        assert found.flows["margin"].sum() == pytest.approx(4 * demo.stakes.margin.sum())


def test_segments_hold_everybody_in_groups_of_ten(demo):
    for found in demo.movers.values():
        sums = found.segments.groupby("segment")[["customers", "raised", "lowered", "renamed"]].sum()
        assert set(sums.index) == set(demo.params.segments) and (found.segments["customers"] >= FEWEST).all()
        assert (sums["customers"] == len(demo.customers)).all()
        for name in ("raised", "lowered", "renamed"):
            assert (sums[name] == found.counts[name]).all()


def test_only_printed_weights_have_a_last_digit(demo):
    found = {policy: moved.last_digit for policy, moved in demo.movers.items()}
    assert {policy for policy, digit in found.items() if digit is not None} == {"weighted_2027"}
    assert found["weighted_2027"].by_weight["printed"].tolist() == ["0.40", "0.15", "0.15", "0.15", "0.15"]
    assert 0 < found["weighted_2027"].share < 0.2


def test_a_study_without_segments_has_none(demo):
    assert all(found.segments.empty for found in movers_of(with_segments(demo)).values())


@pytest.mark.parametrize("name", ["regoin", "credit_score", "since", "customer_id"])
def test_an_unknown_segment_is_refused_with_the_known_ones(demo, name):
    """Misspelt, a number, a date, the id: none of them makes groups."""
    with pytest.raises(ParameterError) as caught:
        movers_of(with_segments(demo, "region", name))
    assert name in caught.value.en and "region" in caught.value.en and "industry" in caught.value.zh


def test_the_baseline_against_itself_moves_nobody(demo):
    twin = demo.baseline.params.model_copy(update={"id": "twin"})
    study = replace(demo, files=replace(demo.files, alternatives=(twin,)))
    found = study.movers["twin"]
    assert found.frame.empty and found.counts.sum() == 0 and found.last_digit is None
    assert (found.segments[["raised", "lowered", "renamed"]] == 0).all(axis=None)


def test_public_data_without_a_customers_table(online_retail):
    assert all(found.segments.empty for found in online_retail.movers.values())
    with pytest.raises(ParameterError, match="known are: none"):
        movers_of(with_segments(online_retail, "region"))
