"""Some grades are reviewed more often than others; and everything together against a slow twin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from toolkit.policy import review_quarters, walk
from toolkit.window import Quarter

FIRST = Quarter.parse("2025Q1")
WHY = {"zh": "理由", "en": "reason"}


def test_a_grade_is_decided_when_its_own_pace_is_due(make_panel, make_policy, grades):
    """A every quarter, C every four, B (not named) every two, counted from the first quarter of the year."""
    policy = make_policy(every_quarters=2, in_quarter=1, every_quarters_by_grade={"A": 1, "C": 4})
    spend = [
        [100, 10, 100, 100, 100, 10],  # A lost at once; C waits for 2026Q1
        [60, 100, 100, 60, 10, 100],  # B looked at in 2025Q3: A; then every quarter
        [0, 60, 10, 10, 10, 10],  # a newcomer at any review
    ]
    panel = make_panel(spend)
    assert review_quarters(policy, panel.quarters, FIRST + 5) == [FIRST + i for i in range(6)]
    register = walk(policy, panel, FIRST + 5)
    assert [grades(register, i) for i in range(3)] == ["ACCCAC", "BBABCC", "-BCCCC"]


def test_the_paces_make_the_calendar(make_policy, make_params):
    quarters = [FIRST + i for i in range(9)]
    policy = make_policy(every_quarters=4, in_quarter=4, every_quarters_by_grade={"A": 2})
    assert [str(q) for q in review_quarters(policy, quarters, quarters[-1])] == [
        "2025Q2", "2025Q4", "2026Q2", "2026Q4",
    ]  # fmt: skip
    for pace, said in (({"A": 0}, "greater than or equal to 1"), ({"D": 2}, "name D, no grade")):
        with pytest.raises(ValidationError, match=said):
            make_params(every_quarters_by_grade=pace)


def test_an_appeal_is_checked_at_the_next_review_whatever_the_pace(make_panel, make_policy, grades):
    appeals = pd.DataFrame(
        {
            "customer_id": ["c0"],
            "filed_on": pd.to_datetime(["2025-04-01"]),
            "decided_on": pd.to_datetime(["2025-05-01"]),
            "decision": ["granted"],
            "grade": ["A"],
        }
    )
    policy = make_policy(every_quarters=1, every_quarters_by_grade={"A": 4, "C": 4}, appeals={})
    register = walk(policy, make_panel([[10] * 5], appeals=appeals), FIRST + 4)
    assert grades(register) == "CACCC" and register.appeals["withdrawn"].tolist() == [0, 0, 1, 0, 0]


HISTORIES = st.lists(
    st.lists(st.sampled_from([0, 10, 60, 120]), min_size=9, max_size=9), min_size=1, max_size=4
)
CALLS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=12)
HEARD = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 8), st.sampled_from("ABC")),
    max_size=5,
    unique_by=lambda r: r[:2],
)
RULES = st.fixed_dictionaries(
    {
        "hold": st.integers(0, 3),
        "steps": st.sampled_from([None, 1]),
        "paces": st.sampled_from([None, {"A": 1}, {"A": 4, "C": 1}]),
        "every": st.sampled_from([1, 2, 4]),
        "at_once": st.booleans(),
        "quarters": st.sampled_from([None, 1, 3]),
        "recheck": st.booleans(),
    }
)


@given(spend=HISTORIES, calls=CALLS, heard=HEARD, rules=RULES)
@settings(max_examples=60, deadline=None)
def test_a_slow_twin_walks_to_the_same_grades(make_panel, make_policy, spend, calls, heard, rules):
    """The rules as their documentation says them, one customer and one quarter at a time."""
    start = [(FIRST + i).start() for i in range(9)]
    contacts = pd.DataFrame(
        {
            "customer_id": [f"c{c}" for c, _ in calls],
            "at": pd.to_datetime([start[q] for _, q in calls]),
            "kind": "complaint",
        }
    )
    appeals = pd.DataFrame(
        {
            "customer_id": [f"c{c}" for c, _, _ in heard],
            "filed_on": pd.to_datetime([start[q] for _, q, _ in heard]),
            "decided_on": pd.to_datetime([start[q] for _, q, _ in heard]),
            "decision": "granted",
            "grade": [grade for _, _, grade in heard],
        }
    )
    event = {"event": {"table": "contacts"}, "at_least": 1}
    policy = make_policy(
        every_quarters=rules["every"],
        hold_quarters=rules["hold"],
        max_fall_steps=rules["steps"],
        every_quarters_by_grade=rules["paces"],
        triggers=[
            {"reason": WHY, "when": [event], "down": 1, "at_once": rules["at_once"]},
            {"reason": WHY, "when": [{"measure": "spend", "at_least": 120}], "regrade": True},
        ],
        appeals={"quarters": rules["quarters"], "recheck": rules["recheck"]},
    )
    register = walk(
        policy, make_panel(spend, contacts=contacts, appeals=appeals), FIRST + 8, active_quarters=2
    )
    for customer, bought in enumerate(spend):
        own_calls = {q for c, q in calls if c == customer}
        own_heard = {q: "CBA".index(grade) for c, q, grade in heard if c == customer}
        assert register.in_force[customer].tolist() == slow(bought, own_calls, own_heard, rules)


def slow(bought: list[int], calls: set[int], heard: dict[int, int], rules: dict) -> list[int]:
    """Grade in force of one customer in every quarter, −1 where there is none."""
    paces = rules["paces"] or {}
    every, out, past = rules["every"], [], []
    own, granted, until = -1, -1, None
    for quarter, spent in enumerate(bought):
        active = spent > 0 or (quarter > 0 and bought[quarter - 1] > 0)
        now = granted if granted >= 0 else own
        earned = 2 if spent >= 100 else 1 if spent >= 50 else 0
        review = any(quarter % pace == 0 for pace in {every, *paces.values()})
        at_once = decided = False
        if granted >= 0 and until is not None and until < quarter and not (review and rules["recheck"]):
            granted, now = -1, own
        if review:
            checked = granted >= 0 and (rules["recheck"] or until is None)
            due = now < 0 or quarter % paces.get("CBA"[now], every) == 0
            if due or checked:
                decided = active
                before = own if granted >= 0 and (rules["recheck"] or not checked) else now
                own = limited(earned, before, rules["steps"]) if active else -1
                granted = -1 if checked else granted
        if active and not decided and quarter in calls and now >= 0:
            if now > 0:
                own, granted, at_once = now - 1, -1, rules["at_once"]
        elif active and not decided and spent >= 120:
            own, granted = limited(earned, now, rules["steps"]), -1
        if quarter in heard:
            granted = heard[quarter]
            until = None if rules["quarters"] is None else quarter + rules["quarters"] - 1
        standing = granted if granted >= 0 else own
        past = [] if at_once else past
        past.append(standing)
        held = max(past[-1 - rules["hold"] :])
        out.append(held if active and standing >= 0 else -1)
    return out


def limited(earned: int, before: int, steps: int | None) -> int:
    return earned if steps is None or before < 0 else max(earned, before - steps)


def test_the_counts_of_moves_add_up(make_panel, make_policy):
    """Every change between two quarters in force is counted once, under what made it."""
    rng = np.random.default_rng(5)
    policy = make_policy(
        every_quarters=2,
        hold_quarters=1,
        triggers=[{"reason": WHY, "when": [{"measure": "spend", "below": 20}], "down": 1}],
    )
    register = walk(policy, make_panel(rng.choice([10, 60, 120], (60, 10))), FIRST + 9)
    before, after = register.in_force[:, :-1], register.in_force[:, 1:]
    changed = ((before >= 0) & (after >= 0) & (before != after)).sum(axis=0)
    assert register.moves.sum(axis=1).tolist() == [0, *changed]
    assert (register.moves[["review", "trigger", "hold"]].sum() > 0).all()
    reviews = [str(q) for q in register.reviews]
    assert register.moves.loc[reviews, "trigger"].sum() == 0
