"""Pilots that the studies propose: the simulated company, and a real history in which nobody was ever graded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.effects.power import DETECTABLE
from toolkit.recommendation.verdict import Verdict
from toolkit.study.piloting import pilots_of


def test_a_pilot_for_every_alternative_put_to_one(demo):
    asked = {j.change.policy for j in demo.recommendation.judgements if j.verdict is Verdict.PILOT}
    proposed = pilots_of(demo)
    assert asked and {pilot.params.asked.policy for pilot in proposed} <= asked
    assert len(proposed) == min(len(asked), 3)


def test_the_most_valuable_question_comes_first(demo):
    judged = {j.change.policy: j.worth_knowing for j in demo.recommendation.judgements}
    values = [judged[pilot.params.asked.policy] for pilot in pilots_of(demo)]
    assert values == sorted(values, reverse=True) and min(values) > 0
    if demo.recommendation.verdict is Verdict.PILOT:
        assert pilots_of(demo)[0].params.asked.policy == demo.recommendation.leading().change.policy


def test_a_pilot_draws_the_switchers_of_its_alternative(demo):
    """By hand from the two registers: who changes between the two packages of the contrast."""
    for pilot in demo.pilots:
        params = pilot.params
        base, other = (
            demo.registers[name].packages(demo.quarter).loc[demo.customers].astype(object)
            for name in (demo.baseline.id, params.asked.policy)
        )
        up = (base == params.otherwise) & (other == params.package)
        down = (base == params.package) & (other == params.otherwise)
        if params.design == "switchers":
            assert set(pilot.lots["customer_id"]) == set(demo.customers[up | down])
        assert (pilot.question.direction == up.astype(int) - down.astype(int)).all()


def test_what_is_asked_of_the_pilot_is_in_the_file(demo):
    for pilot in demo.pilots:
        params = pilot.params
        assert params.asked.study == demo.params.id and params.asked.quarter == str(demo.quarter)
        assert params.detectable == round(DETECTABLE * pilot.chosen.design.expected_error, 6)
        assert pd.Timestamp(params.starts_on) > pd.Timestamp((demo.quarter + 1).start())


def test_branches_of_the_company_and_their_likeness_are_shown(demo):
    """The simulated company has six regions: too few to draw whole, and it says so."""
    for pilot in demo.pilots:
        whole = [one for one in pilot.options if one.kind == "branches"]
        assert [one.cluster for one in whole] == ["region"]
        assert whole[0].branches == 6 and whole[0].refused is not None and 0 <= whole[0].icc < 0.05


def test_without_any_programme_the_switchers_are_the_pilot(online_retail):
    """Nothing is identified: no band around a bar that never was, no region, and the board's own limit."""
    assert online_retail.recommendation.verdict is Verdict.PILOT
    assert online_retail.pilots
    for pilot in online_retail.pilots:
        assert pilot.params.design == "switchers" and pilot.question.expected is None
        assert pilot.question.high == online_retail.files.rule.plausible_change.change
        assert np.isfinite(pilot.params.expected_error)


def test_an_alternative_that_changes_nothing_needs_no_pilot(demo):
    twin = demo.baseline.params.model_copy(update={"id": "twin"})
    study = replace(demo, files=replace(demo.files, alternatives=(twin,)))
    assert study.recommendation.verdict is Verdict.KEEP and study.pilots == ()
