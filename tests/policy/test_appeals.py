"""Appeals. Expected grades are worked by hand; quarters run from 2025Q1, reviews are in the first quarter."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from toolkit.errors import HistoryError, ParameterError
from toolkit.policy import walk
from toolkit.window import Quarter

FIRST = Quarter.parse("2025Q1")
LOW_THEN_HIGH, LOW = [10, 10, 10, 10, 100, 100], [10, 10, 10, 10, 10, 10]


def appeals(*rows: tuple) -> pd.DataFrame:
    """Rows of (customer, filed, decided, decision, grade)."""
    names = ["customer_id", "filed_on", "decided_on", "decision", "grade"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        filed_on=pd.to_datetime(frame["filed_on"]), decided_on=pd.to_datetime(frame["decided_on"])
    )


ONE = ("c0", "2025-05-01", "2025-08-15", "granted", "A")


@pytest.mark.parametrize(
    ("rules", "spend", "expected", "ends"),
    [
        ({}, LOW, "CCAACC", ("withdrawn", 4)),
        ({}, LOW_THEN_HIGH, "CCAAAA", ("confirmed", 4)),
        ({"until": "next_review", "recheck": False}, LOW, "CCAACC", ("lapsed", 4)),
        ({"quarters": 1}, LOW, "CCACCC", ("lapsed", 3)),
        ({"quarters": 1}, LOW_THEN_HIGH, "CCACAA", ("lapsed", 3)),
        ({"quarters": 9}, LOW, "CCAACC", ("withdrawn", 4)),
        ({"quarters": 3, "recheck": False}, LOW, "CCAAAC", ("lapsed", 5)),
        ({"quarters": 9, "recheck": False}, LOW, "CCAAAA", None),
    ],
)
def test_a_granted_appeal_sets_the_grade_and_ends_as_the_file_says(
    make_panel, make_policy, grades, rules, spend, expected, ends
):
    """Granted on 15 August 2025, so in force from the third quarter; the next review is that of 2026Q1."""
    register = walk(make_policy(appeals=rules), make_panel([spend], appeals=appeals(ONE)), FIRST + 5)
    assert grades(register) == expected
    found = register.appeals
    assert found["filed"].tolist() == [0, 1, 0, 0, 0, 0] and found["granted"].tolist() == [0, 0, 1, 0, 0, 0]
    assert found["pending"].tolist() == [0, 1, 0, 0, 0, 0]
    ended = found[["confirmed", "withdrawn", "lapsed"]]
    assert ended.sum().sum() == (ends is not None)
    if ends:
        assert ended[ends[0]].tolist() == [int(place == ends[1]) for place in range(6)]
    assert register.moves["appeal"].iloc[2] == 1 and register.at(FIRST + 2)["because"].tolist() == ["appeal"]


def test_the_reason_says_how_the_check_ended(make_panel, make_policy):
    panel = make_panel([LOW, LOW_THEN_HIGH], appeals=appeals(ONE, ("c1", *ONE[1:])))
    found = walk(make_policy(appeals={}), panel, FIRST + 4)
    words = [found.reasons[code] for code in found.at(FIRST + 4)["because"]]
    assert "撤销" in words[0].zh and "消费额未达到 50" in words[0].zh
    assert "confirmed" in words[1].en and "spend of 100 or more" in words[1].en


def test_no_decision_is_known_before_its_quarter_ends(make_panel, make_policy, grades):
    """Decided on the last day of a quarter it counts in that quarter, one day later in the next."""
    for day, expected in (("2025-06-30", "CAAA"), ("2025-07-01", "CCAA")):
        row = ("c0", "2025-05-01", day, "granted", "A")
        panel = make_panel([LOW[:4]], appeals=appeals(row))
        assert grades(walk(make_policy(appeals={}), panel, FIRST + 3)) == expected
        early = walk(make_policy(appeals={}), panel, FIRST + 1)
        assert grades(early) == expected[:2]
        assert early.appeals["pending"].tolist() == [0, int(expected[1] == "C")]


def test_what_is_decided_later_is_not_even_read(make_panel, make_policy):
    """A word that the policy does not know stops the walk only from the quarter in which it was written."""
    panel = make_panel([LOW], appeals=appeals(("c0", "2025-05-01", "2025-08-15", "maybe", "A")))
    assert walk(make_policy(appeals={}), panel, FIRST + 1).appeals["pending"].tolist() == [0, 1]
    with pytest.raises(ParameterError, match="maybe"):
        walk(make_policy(appeals={}), panel, FIRST + 2)


def test_a_decision_in_the_quarter_of_a_review_follows_it(make_panel, make_policy, grades):
    row = ("c0", "2025-12-01", "2026-02-01", "granted", "B")
    register = walk(make_policy(appeals={}), make_panel([LOW], appeals=appeals(row)), FIRST + 5)
    assert grades(register) == "CCCCBB"
    quarterly = make_policy(appeals={}, every_quarters=1)
    assert grades(walk(quarterly, make_panel([LOW], appeals=appeals(row)), FIRST + 5)) == "CCCCBC"


def test_refused_pending_and_unknown_customers_change_nothing(make_panel, make_policy, grades):
    rows = [
        ("c0", "2025-04-02", "2025-05-01", "refused", None),
        ("c0", "2025-08-01", None, None, None),
        ("stranger", "2025-04-02", "2025-05-01", "granted", "A"),
    ]
    register = walk(make_policy(appeals={}), make_panel([LOW], appeals=appeals(*rows)), FIRST + 3)
    assert grades(register) == "CCCC"
    totals = register.appeals.sum()
    assert (totals["filed"], totals["granted"], totals["refused"]) == (2, 0, 1)
    assert register.appeals["pending"].tolist() == [0, 0, 1, 1]


def test_the_words_of_the_table_are_mapped(make_panel, make_policy, grades):
    rows = [
        ("c0", "2025-04-02", "2025-05-01", "通过", "VIP"),
        ("c1", "2025-04-02", "2025-05-01", "驳回", None),
    ]
    panel = make_panel([LOW, LOW], appeals=appeals(*rows))
    mapped = {"names": {"通过": "granted", "驳回": "refused"}, "grades": {"VIP": "B"}}
    assert grades(walk(make_policy(appeals=mapped), panel, FIRST + 3)) == "CBBB"
    with pytest.raises(ParameterError, match=r"2 decided appeal\(s\).*通过"):
        walk(make_policy(appeals={}), panel, FIRST + 3)
    with pytest.raises(ParameterError, match=r"1 granted appeal\(s\).*VIP") as refused:
        walk(make_policy(appeals={"names": mapped["names"]}), panel, FIRST + 3)
    assert "c0" not in refused.value.en and "c0" not in refused.value.zh


def test_the_table_and_its_columns_are_asked_for_by_name(make_panel, make_policy):
    with pytest.raises(HistoryError, match="appeals"):
        walk(make_policy(appeals={}), make_panel([LOW]), FIRST + 1)
    with pytest.raises(HistoryError, match="decision"):
        walk(
            make_policy(appeals={}),
            make_panel([LOW], appeals=appeals(ONE).drop(columns="decision")),
            FIRST + 1,
        )


def test_two_ends_are_refused(make_params):
    with pytest.raises(ValidationError, match="only one of until"):
        make_params(appeals={"until": "next_review", "quarters": 2})


def test_an_appeal_gives_no_right_to_an_easier_check(make_panel, make_policy, grades):
    """Kept from 80: whoever earned A keeps it at 90, whoever has it by appeal must earn it."""
    panel = make_panel([[10, 10, 10, 10, 90], [100, 10, 10, 10, 90]], appeals=appeals(ONE))
    register = walk(make_policy(appeals={}, keep_floors={"A": 80}), panel, FIRST + 4)
    assert [grades(register, i) for i in (0, 1)] == ["CCAAB", "AAAAA"]
