"""What a register says besides the grades. Expected: counted by hand from the arrays below."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.grades import Scale
from toolkit.outcomes.particulars import LAST, particulars
from toolkit.register import APPEAL, REVIEW, TRIGGER, Register
from toolkit.terms import Label
from toolkit.window import Quarter

QUARTERS = tuple(Quarter.parse("2025Q1") + i for i in range(6))
COMPLAINT = {
    "when": [{"event": {"table": "contacts", "where": {"kind": "complaint"}}, "at_least": 1}],
    "down": 1,
    "reason": {"zh": "投诉", "en": "complaint"},
}
IN_FORCE = [[2, 1, 1, 0, 0, 0], [2, 2, 0, 0, 0, 0], [0, 0, 0, 2, 0, 0], [-1, 0, 0, 0, 0, 0]]
BY = [[0, 1, -1, 0, 0, 0], [0, -1, -1, 0, 0, 0], [0, -1, -1, 2, 0, 0], [-1, 0, -1, -1, 0, 0]]


def register_of(appeals: pd.DataFrame | None = None, **marks: object) -> Register:
    """Four customers, six quarters: one fall by an event, one at a review, one end of a hold, one appeal and its check."""
    in_force, by = np.array(IN_FORCE), np.array(BY)
    assert {REVIEW, TRIGGER, APPEAL} == {0, 1, 2}
    return Register(
        policy="test", scale=Scale(("A", "B", "C")), customers=pd.Index(list("wxyz"), name="customer_id"),
        quarters=QUARTERS, reviews=QUARTERS, earned=in_force, in_force=in_force, because=np.zeros_like(in_force),
        reasons={"why": Label("因", "why")}, service_packages={}, active_quarters=4, complete_from=QUARTERS[0],
        short_window=False, decided_by=by, appeals=appeals, **marks,
    )  # fmt: skip


@pytest.fixture
def policy(make_policy):
    return make_policy(triggers=[COMPLAINT])


def test_moves_are_told_by_what_moved_them_and_quiet_quarters_are_left_out(policy):
    found = particulars([policy], {policy.id: register_of()}, QUARTERS[-1])
    moved = found.moved.loc[policy.id]
    assert list(moved.index) == [str(q) for q in QUARTERS[1:5]]  # nothing moves in the sixth
    assert moved.to_dict("list") == {
        "review": [0, 0, 1, 1],
        "trigger": [1, 0, 0, 0],
        "appeal": [0, 0, 1, 0],
        "hold": [0, 1, 0, 0],
    }


def test_rates_are_of_the_last_four_quarters_and_only_where_the_policy_has_the_rule(policy):
    """Four customers are graded at the end; one event in the year that ends with the fifth quarter, none after."""
    register = register_of()
    for quarter, rate in ((QUARTERS[4], 250.0), (QUARTERS[5], 0.0)):
        rates = particulars([policy], {policy.id: register}, quarter).rates.loc[policy.id]
        assert rates["trigger"] == rate and np.isnan(rates["appeal"])


def test_nothing_after_the_quarter_is_told(policy):
    found = particulars([policy], {policy.id: register_of()}, QUARTERS[2])
    assert list(found.moved.loc[policy.id].index) == [str(q) for q in QUARTERS[1:3]]


def test_appeals_stand_at_the_last_quarters_that_have_any(policy):
    names = ("filed", "granted", "refused", "pending", "confirmed", "withdrawn", "lapsed")
    counts = np.zeros((6, 7), dtype=int)
    counts[[0, 1, 2, 4, 5], 0] = [1, 2, 3, 4, 5]
    appeals = pd.DataFrame(counts, columns=names, index=pd.Index([str(q) for q in QUARTERS], name="quarter"))
    found = particulars([policy], {policy.id: register_of(appeals)}, QUARTERS[-1])
    assert len(found.appeals) == LAST and found.appeals["filed"].tolist() == [2, 3, 4, 5]
    assert particulars([policy], {policy.id: register_of()}, QUARTERS[-1]).appeals.empty


def test_tags_and_classes_are_counted_among_the_graded(make_policy):
    tags = [
        {
            "name": "家庭",
            "when": [{"measure": "spend", "at_least": 1}],
            "sensitive": True,
            "why": "只用于推荐",
        },
        {"name": "老客户", "when": [{"measure": "spend", "at_least": 1}]},
    ]
    policy = make_policy()
    written = policy.params.model_dump(exclude_unset=True) | {"tags": tags}
    policy = type(policy)(type(policy.params).model_validate(written), policy.scheme, policy.title)
    carried = np.zeros((4, 6), dtype=bool)
    carried[:3, 0] = True
    marks = {
        "tags": {"家庭": carried, "老客户": ~carried},
        "beside": {"risk": (Scale(("low", "high")), np.array([[1] * 6, [0] * 6, [0] * 6, [1] * 6]))},
    }
    found = particulars([policy], {policy.id: register_of(**marks)}, QUARTERS[0])  # three are graded
    assert found.marks.drop(columns="policy").to_numpy().tolist() == [
        ["家庭", "tag", 3, 1.0, True, "只用于推荐"],
        ["老客户", "tag", 0, 0.0, False, ""],
        ["low", "risk", 1, pytest.approx(1 / 3), False, ""],
        ["high", "risk", 2, pytest.approx(2 / 3), False, ""],
    ]
    assert found.marks_of(policy.id) == 3 and found.unreached[policy.id].by_history == ()
