"""Tolerances as they are typed."""

from __future__ import annotations

import pytest

from toolkit.errors import UsageError
from toolkit.reporting.difference import Tolerance
from toolkit.run.tolerances import read_tolerances

IDS = ("change.a.net", "change.b.net", "verdict")


@pytest.mark.parametrize(
    ("written", "id", "unit", "expected"),
    [
        ("0.01", "verdict", "share", Tolerance(relative=0.01)),
        ("1%", "verdict", "share", Tolerance(relative=0.01)),
        ("money=100", "change.a.net", "money", Tolerance(absolute=100)),
        ("money=5%", "change.a.net", "money", Tolerance(relative=0.05)),
        ("change.a.net=7", "change.a.net", "money", Tolerance(absolute=7)),
        ("change.*.net=7", "change.b.net", "money", Tolerance(absolute=7)),
        ("change.*.net=7", "verdict", "money", Tolerance()),
    ],
)
def test_an_amount_for_all_for_a_unit_or_for_facts(written, id, unit, expected):
    assert read_tolerances([written], IDS).tolerances.of(id, unit) == expected


def test_the_nearest_name_counts():
    """A fact before its unit, the unit before all."""
    given = read_tolerances(["0.5", "money=100", "change.a.net=0"], IDS).tolerances
    assert given.of("change.a.net", "money") == Tolerance()
    assert given.of("change.b.net", "money") == Tolerance(absolute=100)
    assert given.of("verdict", "share") == Tolerance(relative=0.5)


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        (["money=many"], "应为不小于 0 的数", "number from 0"),
        (["-1"], "应为不小于 0 的数", "number from 0"),
        (["nan"], "应为不小于 0 的数", "number from 0"),
        (["monney=1"], "是否想写 money", "did you mean money"),
        (["text=1"], "既不是单位", "neither a unit"),
        (["nothing.*=1"], "既不是单位", "neither a unit"),
        (["0.1", "0.2"], "重复", "repeats"),
        (["money=1", "money=2"], "重复", "repeats"),
    ],
)
def test_what_is_not_understood_is_refused_in_both_languages(written, zh, en):
    with pytest.raises(UsageError) as refused:
        read_tolerances(written, IDS)
    assert zh in refused.value.zh and en in refused.value.en
