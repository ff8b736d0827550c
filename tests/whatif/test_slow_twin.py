"""Answers while knobs turn. Expected: what the study itself says when it is opened with the same numbers as a scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.study import open_study
from toolkit.whatif.opening import open_whatif
from toolkit.whatif.saving import save_scenario, scenario_path

VIP, ABC, SCORE, NOW = "vip_80k", "abc_2027", "weighted_2027", "vip_2022"
SETTINGS = {
    "a floor": {(VIP, ("scheme", "floors", "VIP")): 91_500},
    "a floor of the policy in force": {(NOW, ("scheme", "floors", "VIP")): 120_000},
    "cumulative shares": {(ABC, ("scheme", "upto", "A")): 0.42, (ABC, ("scheme", "upto", "B")): 0.9},
    "weights and score floors": {
        (SCORE, ("scheme", "factors", 0, "weight")): 0.55,
        (SCORE, ("scheme", "factors", 3, "weight")): 0.05,
        (SCORE, ("scheme", "floors", "金")): 70,
        (SCORE, ("scheme", "factors", 4, "points", "bands", 1, "points")): 75,
    },
    "holds": {(SCORE, ("review", "hold_quarters")): 1, (VIP, ("review", "hold_quarters")): 3},
    "another pace and window": {
        (SCORE, ("review", "every_quarters")): 1,
        (SCORE, ("review", "window_quarters")): 2,
        (ABC, ("review", "every_quarters")): 2,
        (VIP, ("review", "minimum_quarters")): 6,
    },
    "people and prices": {
        (VIP, ("service", "VIP", "span")): 45,
        (VIP, ("manager_cost_per_quarter",)): 61_000,
        (VIP, ("service", "VIP", "measures", 0, "unit_cost", "value")): 120,
        (VIP, ("service", "普通", "discount_share")): 0.004,
        (NOW, ("service", "VIP", "span")): 200,
        (ABC, ("service", "A", "measures", 1, "quantity")): 2,
    },
    "budget and caps": {
        ("board_2026", ("budget_per_year",)): 50_000,
        ("", ("capacity", 0, "most")): 1,
        (VIP, ("scheme", "floors", "VIP")): 70_000,
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_figure_is_the_one_of_the_study_opened_with_the_scenario(whatif, project, name):
    for place, value in SETTINGS[name].items():
        whatif.board.move(place, value)
    answers = {policy: whatif.answering.answer(policy) for policy in whatif.titles}
    path = save_scenario(whatif, scenario_path(whatif, "twin"), overwrite=True)
    slow = open_study(f"{project} + {path}")
    for policy, answer in answers.items():
        same(answer, slow, whatif.study, policy)


def test_nothing_is_left_over_when_knobs_go_back_and_forth(whatif):
    place = (SCORE, ("scheme", "floors", "金"))
    first = whatif.answering.answer(SCORE)
    whatif.board.move(place, 60)
    turned = whatif.answering.answer(SCORE)
    whatif.board.move((SCORE, ("review", "hold_quarters")), 0)
    held = whatif.answering.answer(SCORE).customers
    walked = whatif.study.register_of(whatif.board.params(SCORE)).counts(whatif.study.quarter)
    pd.testing.assert_series_equal(held, walked)
    assert not held.equals(turned.customers)
    whatif.board.reset()
    again = whatif.answering.answer(SCORE)
    whatif.board.move(place, 60)
    pd.testing.assert_series_equal(first.customers, again.customers)
    pd.testing.assert_frame_equal(whatif.answering.answer(SCORE).retention, turned.retention)
    assert not turned.customers.equals(first.customers)


def test_every_kind_of_scheme_answers_as_the_study_does(project):
    """One policy of the catalogue for each kind whose rule has a number, all turned at once."""
    folder = project.parent
    named = ["S01", "S05", "S08", "S13", "S14", "S17", "S19b", "S29", "S35", "S45", "S58", "S61"]
    files = "".join(f"    - ../catalogue/{name}.yaml\n" for name in named)
    text = project.read_text("utf-8")
    begin, end = text.index("  alternatives:"), text.index("programme:")
    study = folder / "kinds.yaml"
    text = f"{text[:begin]}  alternatives:\n{files}{text[end:]}".replace("id: demo", "id: kinds")
    study.write_text(text, "utf-8")
    whatif = open_whatif(study)
    for policy in list(whatif.titles)[1:]:
        knob = next(knob for knob in whatif.board.of(policy) if knob.part == "scheme")
        whatif.board.move(
            knob.place, knob.value + knob.span.step if knob.value < knob.span.high else knob.span.low
        )
    assert len({knob.file for knob in whatif.board.moved}) == len(named)
    path = save_scenario(whatif, scenario_path(whatif, "kinds"), overwrite=True)
    slow = open_study(f"{study} + {path}")
    for policy in whatif.titles:
        same(whatif.answering.answer(policy), slow, whatif.study, policy)


def same(answer, slow, production, policy):
    """Hold one answer to the study on the long way, figure by figure."""
    quarter, base = slow.quarter, slow.baseline.id
    pd.testing.assert_series_equal(answer.customers, slow.registers[policy].counts(quarter))
    pd.testing.assert_frame_equal(answer.retention, slow.retentions[policy].pooled)
    pd.testing.assert_frame_equal(answer.cost.by_grade, slow.costs[policy].by_grade)
    pd.testing.assert_frame_equal(answer.cost.bill.teams, slow.costs[policy].bill.teams)
    assert answer.per_year == slow.costs[policy].per_year["total_cost"]
    assert answer.heads == slow.costs[policy].bill.teams["heads"].sum()
    assert [use for use in slow.capacity.of(policy) if use.resource.title.en == "managers"] == list(
        answer.uses
    )
    if policy == base:
        assert answer.from_baseline is None
    else:
        told, found = slow.agreements[policy], answer.from_baseline
        assert found.compared == told.customers and found.total == len(told.switchers)
        assert [found.up, found.down, found.other] == told.moves["customers"].tolist()
        extra = slow.costs[policy].per_year["total_cost"] - slow.costs[base].per_year["total_cost"]
        assert answer.extra == pytest.approx(extra, abs=0.005)
        allowed = slow.files.rule.budget_per_year
        assert answer.budget.allowed == allowed and answer.budget.held == (round(extra, 2) <= allowed)
    before, after = (study.registers[policy].at(quarter)["grade"].astype(str) for study in (production, slow))
    both = before.index.intersection(after.index)
    packages = {
        g: plan.package
        for g, plan in slow.policies[[p.id for p in slow.policies].index(policy)].service.items()
    }
    moved = before[both].map(packages).to_numpy() != after[both].map(packages).to_numpy()
    assert answer.from_production.total == np.count_nonzero(moved)
    assert answer.from_production.regraded == np.count_nonzero(
        before[both].to_numpy() != after[both].to_numpy()
    )
