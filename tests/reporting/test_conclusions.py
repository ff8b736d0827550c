"""Flipped conclusions and printed changes. Expected sentences and figures are written by hand."""

from __future__ import annotations

import pytest

from toolkit.reporting.conclusions import flips
from toolkit.reporting.difference import differences
from toolkit.reporting.moving import change_text, direction_text, side_text


def fact(value, unit="money", zh=None, en=None, **more):
    """One record of ``facts.json``."""
    told = {"value": value, "unit": unit, "zh": "年净值", "en": "net value", **more}
    return told | ({"text": {"zh": zh, "en": en}} if zh else {})


def moved(before, after, id="net"):
    return differences({id: before}, {id: after}).moved


def test_another_verdict_is_said_in_words():
    """The verdict comes before other conclusions, whatever the order of the facts."""
    keep, adopt = fact("keep", "text", "维持", "Keep"), fact("adopt", "text", "采用", "Adopt")
    before = {"change.a.verdict": keep, "verdict": keep}
    found = flips(differences(before, {"change.a.verdict": adopt, "verdict": adopt}).moved)
    assert [flip.moved.id for flip in found] == ["verdict", "change.a.verdict"]
    assert found[0].sentence.zh == "年净值：由“维持”变为“采用”。"
    assert found[0].sentence.en == "Net value changed from “Keep” to “Adopt”."


@pytest.mark.parametrize("id", ["report.quarter", "front.figures", "change.a.because", "verdicts"])
def test_words_that_only_describe_are_no_conclusions(id):
    """A quarter that went on is no alarm."""
    assert flips(moved(fact("2026Q2", "text"), fact("2026Q3", "text"), id)) == ()


@pytest.mark.parametrize(
    ("before", "after", "kinds", "zh"),
    [
        (
            fact(2, low=1, high=3, zh="+2", en="+2"),
            fact(-2, low=-3, high=-1, zh="−2", en="−2"),
            ("sign",),
            "年净值：正负号变了（+2 → −2）。",
        ),
        (
            fact(2, low=-1, high=5, zh="+2", en="+2"),
            fact(3, low=1, high=5, zh="+3", en="+3"),
            ("zero",),
            "年净值：区间不再含零（+2 → +3）。",
        ),
        (
            fact(3, low=1, high=5, zh="+3", en="+3"),
            fact(-2, low=-5, high=1, zh="−2", en="−2"),
            ("sign", "zero"),
            "年净值：正负号变了，区间现在含零（+3 → −2）。",
        ),
    ],
)
def test_another_sign_and_an_interval_that_met_or_left_zero(before, after, kinds, zh):
    [flip] = flips(moved(before, after))
    assert flip.kinds == kinds and flip.sentence.zh == zh


def test_an_interval_that_came_is_no_flip():
    """Before there was none to be held against."""
    assert flips(moved(fact(2), fact(3, low=1, high=5))) == ()


@pytest.mark.parametrize(
    ("before", "after", "zh", "en"),
    [
        (fact(0.583, "share", "58.3%", "58.3%"), fact(0.601, "share", "60.1%", "60.1%"), "+1.8 个百分点", "+1.8 pp"),
        (fact(0.93104, "share", "93.10%", "93.10%"), fact(0.93, "share", "93.00%", "93.00%"), "−0.10 个百分点", "−0.10 pp"),
        (fact(100, "customers", "100 位客户", "100 customers"), fact(90, "customers", "90 位客户", "90 customers"), "−10 位客户", "−10 customers"),
        (fact(1.0e6, "money"), fact(2.5e6, "money"), "+¥150.0 万", "+¥1.50 million"),
        (fact(0.04, "index", "0.0", "0.0"), fact(0.06, "index", "0.1", "0.1"), "+0.02", "+0.02"),
        (fact(3, "furlongs"), fact(5, "furlongs"), "+2.00", "+2.00"),
    ],
)  # fmt: skip
def test_a_change_is_printed_like_the_fact(before, after, zh, en):
    """Shares change by percentage points, with the digits the fact has, or more where it takes more to see it."""
    [one] = moved(before, after)
    told = change_text(one, "CNY")
    assert (told.zh, told.en) == (zh, en)


def test_words_change_by_nothing_and_have_no_direction():
    [one] = moved(fact("a", "text", "甲", "a"), fact("b", "text", "乙", "b"))
    assert change_text(one, "CNY").zh == "" and direction_text(one).en == ""
    assert side_text(one.before).zh == "甲" and side_text(None).zh == "–"
