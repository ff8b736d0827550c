"""Policies walked through small panels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import HistoryError
from toolkit.measures import MEASURES
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.policy import Policy, hold, review_quarters, walk
from toolkit.register import Register
from toolkit.terms import Label
from toolkit.window import Quarter

Q1 = Quarter.parse("2025Q1")
NAMES = {"spend": Label("消费额", "spend")}
FLOORS = {"A": 100, "B": 50, "C": "rest"}
BY_SPEND = {"kind": "thresholds", "measure": "spend", "floors": FLOORS}
BY_RANK = {
    "kind": "scored",
    "factors": [{"measure": "spend", "weight": 1.0, "points": {"by": "rank"}}],
    "floors": {"A": 80, "B": 40, "C": "rest"},
}


def panel_of(spend: list[list[float]], first: Quarter = Q1) -> Panel:
    """A panel of one row per customer and one column per quarter; spending is buying."""
    gross = np.array(spend, dtype=float)
    customers = pd.Index([f"c{i}" for i in range(len(gross))], name="customer_id")
    cells = {"gross": gross, "returned": np.zeros_like(gross), "lines": (gross > 0).astype(np.int32)}
    return Panel(Cube(customers, tuple(first + i for i in range(gross.shape[1])), cells))


def policy_of(scheme: dict[str, object] = BY_SPEND, **review: object) -> Policy:
    """A policy with these review rules; by default every quarter on one quarter of history."""
    rules = {"every_quarters": 1, "window_quarters": 1} | review
    service = {
        grade: {"package": package, "promise": {"zh": "承诺", "en": "promise"}, "cost_per_quarter": 1.0}
        for grade, package in zip(scheme["floors"], ("gold", "silver", "silver"), strict=True)
    }
    words = {"zh": "测试", "en": "test"}
    params = PolicyParams.model_validate(
        {
            "id": "test",
            "title": words,
            "status": "proposed",
            "effective": date(2026, 1, 1),
            "source": "test",
            "why": "test",
            "scheme": scheme,
            "review": rules,
            "service": service,
        }
    )
    return Policy.from_params(params, NAMES)


def grades(register: Register, customer: int = 0) -> str:
    """Grades in force of one customer, one letter per quarter; - where there is none."""
    return "".join("CBA-"[code] for code in register.in_force[customer])


@pytest.mark.parametrize(
    ("review", "last", "expected"),
    [
        ({}, 8, "2025Q1 2025Q2 2025Q3 2025Q4 2026Q1 2026Q2 2026Q3 2026Q4"),
        ({"window_quarters": 4}, 6, "2025Q4 2026Q1 2026Q2"),
        ({"every_quarters": 2}, 5, "2025Q1 2025Q3 2026Q1"),  # aligned with the report
        ({"every_quarters": 4, "in_quarter": 4}, 7, "2025Q4"),
        ({"every_quarters": 4, "in_quarter": 2, "window_quarters": 2}, 8, "2025Q2 2026Q2"),
        ({"every_quarters": 4, "in_quarter": 2, "window_quarters": 3}, 8, "2026Q2"),
        ({"every_quarters": 2, "in_quarter": 4}, 7, "2025Q2 2025Q4 2026Q2"),
        ({"window_quarters": 9}, 8, "2026Q4"),  # no full window: the report quarter alone
        ({"every_quarters": 4, "in_quarter": 4, "window_quarters": 6}, 7, "2026Q3"),
    ],
)
def test_the_review_calendar(review, last, expected):
    """Calendars written out by hand for eight quarters from 2025Q1."""
    quarters = [Q1 + i for i in range(8)]
    found = review_quarters(policy_of(**review), quarters, quarters[last - 1])
    assert " ".join(map(str, found)) == expected


def test_a_quarter_outside_the_history_is_refused():
    panel = panel_of([[1, 1]])
    with pytest.raises(HistoryError, match=r"2025Q3.*2025Q1 to 2025Q2"):
        walk(policy_of(), panel, Q1 + 2)
    with pytest.raises(HistoryError, match="complete are: none"):
        walk(policy_of(), panel, Q1 + 1, first=Q1 + 5)


def test_a_short_history_is_flagged():
    panel = panel_of([[60, 60, 60]])
    short = walk(policy_of(window_quarters=4), panel, Q1 + 2)
    assert short.short_window and short.reviews == (Q1 + 2,) and grades(short) == "--A"
    assert not walk(policy_of(window_quarters=3), panel, Q1 + 2).short_window
    # the first quarter is unfinished: three complete ones are not there
    assert walk(policy_of(window_quarters=3), panel, Q1 + 2, first=Q1 + 1).short_window


def test_grades_stand_between_reviews_and_newcomers_wait():
    panel = panel_of([[100, 0, 0, 0, 0, 60], [0, 100, 0, 0, 0, 0], [100, 0, 20, 0, 0, 0]])
    register = walk(policy_of(every_quarters=4, in_quarter=1), panel, Q1 + 5)
    assert register.reviews == (Q1, Q1 + 4)
    assert grades(register, 0) == "AAAA--"  # not active at the second review, waits for the third
    assert grades(register, 1) == "----C-"  # bought after the first review; inactive in the last quarter
    assert grades(register, 2) == "AAAACC"
    assert register.counts(Q1 + 4).to_dict() == {"A": 0, "B": 0, "C": 2}


def test_a_customer_who_comes_back_between_reviews_has_the_grade_of_the_last_review():
    panel = panel_of([[100, 0, 0, 5]])
    register = walk(policy_of(every_quarters=4, in_quarter=1), panel, Q1 + 3, active_quarters=1)
    assert grades(register) == "A--A"


@pytest.mark.parametrize(
    ("hold_quarters", "expected"), [(0, "ACCBB"), (1, "AACBB"), (2, "AAABB"), (3, "AAAAB"), (9, "AAAAA")]
)
def test_a_lost_grade_is_held(hold_quarters, expected):
    """Worked by hand: 100, 10, 10, 50, 50 a quarter earn A C C B B; the A is kept so many quarters."""
    panel = panel_of([[100, 10, 10, 50, 50]])
    register = walk(policy_of(hold_quarters=hold_quarters), panel, Q1 + 4)
    assert grades(register) == expected
    held = [a != b for a, b in zip(expected, "ACCBB", strict=True)]
    assert register.held[0].tolist() == held
    frame = register.frame("zh")
    assert frame["held"].tolist() == held
    assert (frame["reason"] == "保级期内保留原等级").tolist() == held
    assert frame["reason"].iloc[0] == "消费额达到 100 以上"


def test_a_hold_runs_out_between_annual_reviews():
    panel = panel_of([[100, 1, 1, 1, 1, 1, 1, 1, 1]])
    register = walk(policy_of(every_quarters=4, in_quarter=1, hold_quarters=2), panel, Q1 + 8)
    assert grades(register) == "AAAAAACCC"


def test_whoever_was_not_graded_at_a_review_is_not_held():
    panel = panel_of([[100, 0, 10, 0]])
    register = walk(policy_of(hold_quarters=3), panel, Q1 + 3, active_quarters=1)
    assert grades(register) == "A-A-"


histories = st.integers(1, 8).flatmap(
    lambda n: st.lists(st.lists(st.integers(-1, 3), min_size=n, max_size=n), min_size=1, max_size=4)
)


@given(history=histories, quarters=st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_holding_a_grade_never_hurts_and_never_invents(history, quarters):
    earned = np.array(history)
    held = hold(earned, quarters)
    assert (held >= earned).all()  # never below what was earned
    assert (held <= np.maximum.accumulate(earned, axis=1)).all()  # never above what was ever earned
    assert np.array_equal(hold(earned, 0), earned)
    assert (hold(earned, quarters + 1) >= held).all()
    assert ((held < 0) == (earned < 0)).all()
    for row, kept in zip(earned.tolist(), held.tolist(), strict=True):  # slow twin
        for i, value in enumerate(kept):
            assert value == (-1 if row[i] < 0 else max(row[max(i - quarters, 0) : i + 1]))


def test_a_relative_scheme_is_frozen_at_the_first_review():
    """In the second quarter everybody spends ten times as much; against the frozen first quarter
    all of them are best."""
    panel = panel_of([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]])
    register = walk(policy_of(BY_RANK), panel, Q1 + 1)
    assert register.counts(Q1).tolist() == [2, 2, 1] and register.counts(Q1 + 1).tolist() == [5, 0, 0]
    assert [grades(register, i) for i in range(5)] == ["CA", "BA", "BA", "AA", "AA"]


def test_the_register_of_one_quarter():
    panel = panel_of([[100, 10], [60, 60], [0, 0]])
    register = walk(policy_of(hold_quarters=1), panel, Q1 + 1)
    found = register.at(Q1 + 1)
    assert found.index.tolist() == ["c0", "c1"] and found.index.name == "customer_id"
    assert found["grade"].tolist() == ["A", "B"] and found["grade"].cat.ordered
    assert found["because"].tolist() == ["held", "floor:B"] and found["held"].tolist() == [True, False]
    assert set(found["because"].cat.categories) == set(register.reasons)
    assert register.packages(Q1 + 1).to_dict() == {"c0": "gold", "c1": "silver"}
    assert register.counts(Q1 + 1).to_dict() == {"A": 1, "B": 1, "C": 0}
    with pytest.raises(HistoryError, match="2025Q3"):
        register.at(Q1 + 2)


def test_the_long_register_agrees_with_that_of_each_quarter():
    rng = np.random.default_rng(20261122)
    panel = panel_of((rng.gamma(1, 60, (12, 6)) * (rng.random((12, 6)) < 0.5)).tolist())
    register = walk(policy_of(hold_quarters=1), panel, Q1 + 5, active_quarters=2)
    frame = register.frame("en")
    assert frame.columns.tolist() == ["customer_id", "quarter", "grade", "reason", "held"]
    for quarter in register.quarters:
        own, there = frame[frame["quarter"] == str(quarter)], register.at(quarter)
        assert own["customer_id"].tolist() == there.index.tolist()
        assert own["grade"].tolist() == there["grade"].tolist()
        words = [register.reasons[code].en for code in there["because"]]
        assert own["reason"].tolist() == words and own["held"].tolist() == there["held"].tolist()


@pytest.fixture(scope="module")
def ledger_panel() -> Panel:
    """300 customers over three years, aggregated from transactions."""
    rng = np.random.default_rng(20261124)
    size = 6_000
    amount = np.round(rng.lognormal(5, 1, size), 2) * np.where(rng.random(size) < 0.05, -1, 1)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 1096, size), unit="D")
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in (300 * rng.random(size) ** 2).astype(int)],
            "order_id": [f"o{i}" for i in range(size)],
            "paid_at": days,
            "amount": amount,
            "is_return": amount < 0,
        }
    )
    quarters = [Quarter.parse("2024Q1") + i for i in range(12)]
    return Panel(build_cube(ibis.memtable(pa.Table.from_pandas(frame)), quarters=quarters))


FILES = sorted((Path(__file__).parents[1] / "params" / "policies").rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_policy_of_the_project_walks_through_a_real_panel(ledger_panel, file):
    """From transactions and the policy file to a register in which every active customer of a review
    has one grade, and the parts agree with each other."""
    policy = Policy.from_params(read_policy(file), {name: m.label for name, m in MEASURES.items()})
    last = ledger_panel.quarters[-1]
    register = walk(policy, ledger_panel, last)
    assert register.reviews and not register.short_window
    for review in register.reviews:
        assert register.counts(review).sum() == ledger_panel.active(review).sum()
        assert register.packages(review).isin([s.package for s in policy.service.values()]).all()
    assert set(register.frame("zh")["grade"].cat.categories) == set(policy.scheme.scale.grades)
    assert len(register.frame("en")) == sum(register.counts(q).sum() for q in register.quarters)


def labelled(register: Register, customer: int = 0) -> list[str]:
    """Reasons of one customer in English, one per quarter."""
    return [register.reasons[list(register.reasons)[place]].en for place in register.because[customer]]


def test_a_grade_is_kept_at_a_lower_floor_than_earns_it():
    """Worked by hand: A is earned at 100 and kept from 80; at 79 it is lost, and 99 does not earn it again."""
    panel = panel_of([[100, 80, 79, 99, 100]])
    register = walk(policy_of(keep_floors={"A": 80}), panel, Q1 + 4)
    assert grades(register) == "AABBA"
    assert labelled(register)[1] == "reaches the floor at which the last grade is kept"
    with pytest.raises(ValueError, match="must not be harder"):
        policy_of(keep_floors={"A": 120})


def test_a_fall_is_limited_to_so_many_steps_at_a_review():
    panel = panel_of([[100, 1, 1, 1, 60]])
    register = walk(policy_of(max_fall_steps=1), panel, Q1 + 4)
    assert grades(register) == "ABCCB"
    assert labelled(register)[1] == "falls at most 1 step(s) at one review"


def test_a_short_history_waits_or_has_a_grade_of_its_own():
    panel = panel_of([[100, 100, 100], [0, 100, 100]])
    waiting = walk(policy_of(minimum_quarters=2), panel, Q1 + 2)
    assert [grades(waiting, i) for i in range(2)] == ["-AA", "--A"]
    assert waiting.ungraded(Q1 + 1).to_dict() == {"c1": "cold_start"}
    own = walk(policy_of(minimum_quarters=2, cold_start_grade="B"), panel, Q1 + 2)
    assert [grades(own, i) for i in range(2)] == ["BAA", "-BA"]


def test_tags_and_classes_stand_beside_the_grade():
    params = policy_of().params.model_dump(exclude_none=True)
    risk = {"kind": "thresholds", "measure": "spend", "floors": {"高": {"above": 60}, "低": "rest"}}
    params |= {
        "tags": [{"name": "大额", "when": [{"measure": "spend", "at_least": 60}]}],
        "beside": {"risk": risk},
    }
    register = walk(
        Policy.from_params(PolicyParams.model_validate(params), NAMES), panel_of([[100], [60], [1]]), Q1
    )
    marks = register.marks(Q1)
    assert marks["大额"].tolist() == [True, True, False] and marks["risk"].tolist() == ["高", "低", "低"]
    assert [grades(register, i) for i in range(3)] == ["A", "B", "C"]


def test_a_rule_sees_tables_and_windows_as_they_stood_at_the_review():
    """Two quarters of spend for the floor; a list and a late invoice that begin after the first review."""
    scheme = {
        "kind": "overrides",
        "base": BY_SPEND | {"window_quarters": 2},
        "rules": [
            {"reason": {"zh": "黑名单", "en": "black list"}, "when": [{"list": "black"}], "pin": "C"},
            {
                "reason": {"zh": "逾期", "en": "late"},
                "when": [{"event": {"table": "payments", "overdue_days": 10}, "at_least": 1}],
                "down": 1,
            },
        ],
    }
    tables = {
        "lists": pd.DataFrame(
            {
                "customer_id": ["c0"],
                "list": ["black"],
                "from_on": [pd.Timestamp("2025-04-01")],
                "to_on": [pd.NaT],
            }
        ),
        "payments": pd.DataFrame(
            {
                "customer_id": ["c1"],
                "due_on": [pd.Timestamp("2025-06-01")],
                "paid_on": [pd.NaT],
                "amount": [1.0],
            }
        ),
    }
    panel = Panel(panel_of([[60, 60], [60, 60], [60, 60]]).cube, tables)
    policy = policy_of(BY_SPEND)
    params = PolicyParams.model_validate(policy.params.model_dump(exclude_none=True) | {"scheme": scheme})
    register = walk(Policy.from_params(params, NAMES), panel, Q1 + 1)
    assert [grades(register, i) for i in range(3)] == ["BC", "BB", "BA"]
    with pytest.raises(HistoryError, match="lists"):
        walk(Policy.from_params(params, NAMES), panel_of([[60, 60]]), Q1 + 1)


def test_walking_again_or_later_changes_no_past_grade():
    """Reviews fixed to a quarter of the year do not move when the report moves on."""
    rng = np.random.default_rng(20261123)
    panel = panel_of((rng.gamma(1, 60, (30, 10)) * (rng.random((30, 10)) < 0.6)).tolist())
    policy = policy_of(BY_RANK, every_quarters=2, in_quarter=2, window_quarters=2, hold_quarters=1)
    early, late = walk(policy, panel, Q1 + 6), walk(policy, panel, Q1 + 9)
    assert np.array_equal(early.in_force, late.in_force[:, :7])
    assert np.array_equal(early.because, late.because[:, :7])
    assert np.array_equal(late.earned, walk(policy, panel, Q1 + 9).earned)
