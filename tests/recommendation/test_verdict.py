"""A verdict cannot be had without the evidence it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.comparison.standing import standing
from toolkit.recommendation.judging import recommend
from toolkit.recommendation.verdict import Because, EvidenceShares, Judgement, Recommendation, Verdict

FULL = EvidenceShares(1.0, 0.0, 0.0, 0.0)


def test_no_judgement_without_evidence(build, given):
    with pytest.raises(TypeError):
        Judgement(build(given({"stay": 0.95})), Verdict.ADOPT, Because.SURELY_BETTER)
    with pytest.raises(TypeError, match="evidence"):
        Judgement(build(given({"stay": 0.95})), Verdict.ADOPT, Because.SURELY_BETTER, None)


def test_no_recommendation_without_evidence(compared, given, rule, known):
    """Neither by leaving it out nor by taking it away afterwards."""
    comparison = compared(given({"stay": 0.95}))
    found = recommend(comparison, standing(comparison, 0.8), None, rule, known)
    assert found.evidence == found.leading().evidence == FULL
    with pytest.raises(TypeError, match="evidence"):
        replace(found, evidence=None)
    with pytest.raises(TypeError):
        Recommendation(Verdict.KEEP, None, found.judgements, rule=rule, comparison=comparison, effect=known)


@pytest.mark.parametrize("shares", [(0.5, 0.0, 0.0, 0.0), (1.2, -0.2, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)])
def test_evidence_shares_are_shares_of_a_whole(shares):
    with pytest.raises(ValueError, match="sum to one"):
        EvidenceShares(*shares)


def test_shares_are_those_of_the_change(build, given):
    shares = EvidenceShares.of(build(given({"stay": 0.5}, identified=0.3)))
    assert (shares.identified, shares.not_identified) == pytest.approx((0.3, 0.7))


def test_nobody_moves_and_nothing_is_unknown(build, given):
    assert EvidenceShares.of(build(given({}, moved=0))) == FULL


def test_customers_count_where_no_margin_is_at_stake(build, given):
    change = build(given({"stay": 0.5}, identified=0.25))
    bare = replace(change, evidence=change.evidence.assign(margin=0.0, share=0.0))
    assert EvidenceShares.of(bare).identified == pytest.approx(0.25)
