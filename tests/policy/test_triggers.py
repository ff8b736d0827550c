"""Events between reviews. Expected grades are worked by hand; quarters run from 2025Q1, reviews are in Q1."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from toolkit.policy import walk
from toolkit.window import Quarter

FIRST = Quarter.parse("2025Q1")
WHY = {"zh": "大额投诉", "en": "serious complaint"}
COMPLAINT = {"event": {"table": "contacts", "where": {"kind": "complaint"}}, "at_least": 1}
BIG = {"measure": "spend", "at_least": 100}


def complaints(*days: str, customer: str = "c0") -> pd.DataFrame:
    at = pd.to_datetime(list(days))
    return pd.DataFrame({"customer_id": [customer] * len(days), "at": at, "kind": "complaint"})


def rule(when: dict = COMPLAINT, **action: object) -> dict:
    return {"reason": WHY, "when": [when], **action}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({}, "AAAAC"),
        ({"pin": "C"}, "ACCCC"),
        ({"down": 1}, "ABBBC"),
        ({"down": 9}, "ACCCC"),
        ({"up": 1}, "AAAAC"),
        ({"regrade": True}, "ABBBC"),
    ],
)
def test_an_event_moves_a_grade_until_the_next_review(make_panel, make_policy, grades, action, expected):
    """100 earns A; a complaint in the second quarter, when 60 are spent; 10 at the next review earns C."""
    panel = make_panel([[100, 60, 60, 60, 10]], contacts=complaints("2025-05-01"))
    register = walk(make_policy(triggers=[rule(**action)] if action else []), panel, FIRST + 4)
    assert grades(register) == expected
    moved = expected[1] != "A"
    assert register.moves["trigger"].tolist() == [0, int(moved), 0, 0, 0]
    assert register.moves["review"].tolist() == [0, 0, 0, 0, int(expected[3] != expected[4])]
    because = register.reasons[list(register.reasons)[register.because[0, 1]]]
    assert ("大额投诉" in because.zh and "serious complaint" in because.en) == moved
    if "regrade" in action:
        assert "消费额达到 50 以上" in because.zh


def test_an_event_looks_at_its_own_quarter_unless_it_has_a_window(make_panel, make_policy, grades):
    """One complaint, observation of two quarters: a rule without a window fires once, one that looks back two
    quarters twice."""
    panel = make_panel([[100] * 5], contacts=complaints("2025-07-01"))

    def graded(condition: dict) -> str:
        policy = make_policy(window_quarters=2, in_quarter=2, triggers=[rule(condition, down=1)])
        return grades(walk(policy, panel, FIRST + 4))

    assert graded(COMPLAINT) == graded({"any_of": [COMPLAINT]}) == "-ABBB"
    assert graded({"event": COMPLAINT["event"] | {"window_quarters": 2}, "at_least": 1}) == "-ABCC"


def test_reviews_and_quarters_before_the_first_are_not_looked_at(make_panel, make_policy, grades):
    """Complaints in the quarters of the reviews and before the first review change nothing."""
    panel = make_panel([[100] * 6], contacts=complaints("2025-02-01", "2025-12-31", "2026-02-01"))
    policy = make_policy(triggers=[rule(down=1)])
    assert grades(walk(policy, panel, FIRST + 5)) == "AAABAA"
    late = make_policy(triggers=[rule(down=1)], in_quarter=3)
    assert grades(walk(late, panel, FIRST + 3)) == "--AB"


def test_newcomers_are_graded_at_once_by_regrade_or_pin_alone(make_panel, make_policy, grades):
    """c0 buys first in the second quarter, which is no review."""
    panel = make_panel([[0, 120, 10, 10], [100, 120, 10, 10]])
    for action, expected in (
        ({}, "----"),
        ({"up": 1}, "----"),
        ({"regrade": True}, "-AAA"),
        ({"pin": "B"}, "-BBB"),
    ):
        policy = make_policy(triggers=[rule(BIG, **action)] if action else [])
        assert grades(walk(policy, panel, FIRST + 3)) == expected
    cold = make_policy(minimum_quarters=2, cold_start_grade="C", triggers=[rule(BIG, regrade=True)])
    assert grades(walk(cold, panel, FIRST + 3)) == "-CCC"


def test_inactive_customers_are_not_moved(make_panel, make_policy, grades):
    panel = make_panel([[100, 0, 100, 100]], contacts=complaints("2025-05-01"))
    register = walk(make_policy(triggers=[rule(down=1)]), panel, FIRST + 3, active_quarters=1)
    assert grades(register) == "A-AA"


def test_the_first_rule_that_fits_applies(make_panel, make_policy, grades):
    panel = make_panel([[100, 100, 100]], contacts=complaints("2025-05-01"))
    first = [rule(BIG, pin="B"), rule(pin="C")]
    assert grades(walk(make_policy(triggers=first), panel, FIRST + 2)) == "ABB"
    assert grades(walk(make_policy(triggers=first[::-1]), panel, FIRST + 2)) == "ACB"


@pytest.mark.parametrize(("at_once", "expected"), [(False, "AAABB"), (True, "ABBBB")])
def test_a_fall_by_event_is_held_unless_it_takes_effect_at_once(
    make_panel, make_policy, grades, at_once, expected
):
    """A hold of two quarters; the quarters in which it runs out are counted as such."""
    panel = make_panel([[100, 60, 60, 60, 60]], contacts=complaints("2025-05-01"))
    policy = make_policy(hold_quarters=2, triggers=[rule(down=1, at_once=at_once)])
    register = walk(policy, panel, FIRST + 4)
    assert grades(register) == expected
    assert register.moves["hold"].sum() == (0 if at_once else 1)
    assert register.moves["trigger"].sum() == (1 if at_once else 0)


def test_at_once_also_ends_a_hold_that_is_running(make_panel, make_policy, grades):
    """A is lost at the review of 2026Q1 and held; the complaint of 2026Q2 pins C there and then."""
    panel = make_panel([[100, 1, 1, 1, 60, 60, 60]], contacts=complaints("2026-05-01"))
    policy = make_policy(hold_quarters=3, triggers=[rule(pin="C", at_once=True)])
    assert grades(walk(policy, panel, FIRST + 6)) == "AAAAACC"


def test_a_relative_scheme_regrades_against_everybody(make_panel, make_policy):
    """The best fifth by rank of five customers: who complains is placed among all five, not alone."""
    scheme = {"kind": "pareto", "measure": "spend", "top_share": {"A": 0.2, "B": 1.0}}
    listed = {"kind": "overrides", "base": scheme, "grades": ["A", "B"]}
    listed["rules"] = [{"reason": WHY, "customers": ["nobody"], "pin": "A"}]
    spend = [[50, 5], [40, 60], [30, 70], [20, 80], [10, 90]]
    panel = make_panel(spend, contacts=complaints("2025-05-01"))
    register = walk(make_policy(listed, triggers=[rule(regrade=True)]), panel, FIRST + 1)
    assert register.in_force.T.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]


def test_walking_later_changes_no_past_grade(make_panel, make_policy):
    rng = np.random.default_rng(20261125)
    spend = rng.gamma(1, 60, (40, 9)) * (rng.random((40, 9)) < 0.7)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 800, 200), unit="D")
    contacts = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in rng.integers(0, 40, 200)], "at": days, "kind": "complaint"}
    )
    panel = make_panel(spend, contacts=contacts)
    policy = make_policy(hold_quarters=1, triggers=[rule(down=1), rule(BIG, regrade=True)])
    early, late = walk(policy, panel, FIRST + 5), walk(policy, panel, FIRST + 8)
    assert np.array_equal(early.in_force, late.in_force[:, :6])
    assert np.array_equal(early.because, late.because[:, :6])
    both = (late.in_force[:, :-1] >= 0) & (late.in_force[:, 1:] >= 0)
    changed = (both & (late.in_force[:, :-1] != late.in_force[:, 1:])).sum(axis=0)
    assert late.moves.sum(axis=1).tolist() == [0, *changed]


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (rule(), "exactly one of regrade"),
        (rule(pin="A", down=1), "exactly one of regrade"),
        (rule(pin="D"), "name D, no grade"),
        (rule(up=1, at_once=True), "excludes up"),
        (rule(down=0), "greater than or equal to 1"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_both_languages(make_params, trigger, said):
    with pytest.raises(ValidationError, match=said) as refused:
        make_params(triggers=[trigger])
    error = refused.value.errors()[0]
    assert error["type"] != "gradelab" or not error["ctx"]["zh"].isascii()


def test_classes_without_an_order_can_only_be_pinned_or_regraded(make_params):
    scheme = {
        "kind": "states",
        "states": [{"state": "A", "when": [BIG]}],
        "default": "B",
        "grades": ["A", "B"],
    }
    make_params(scheme, triggers=[rule(pin="B"), rule(regrade=True)])
    with pytest.raises(ValidationError, match="no order"):
        make_params(scheme, triggers=[rule(down=1)])
