"""Differences of facts. Expected values are worked out by hand."""

from __future__ import annotations

import pytest

from toolkit.reporting.difference import Tolerance, Tolerances, differences


def fact(value, unit="share", **more):
    """One record of ``facts.json``."""
    return {"value": value, "unit": unit, "zh": "留存率", "en": "retention", **more}


def test_nothing_moved():
    """Equal facts, whatever chapter or printed digits they have."""
    found = differences({"a": fact(0.5, chapter="01")}, {"a": fact(0.5, chapter="02")})
    assert found.moved == () and found.same == 1 and found.flips == ()


def test_every_part_counts():
    """Value, low, high; a unit; a fact that came or went."""
    before = {"a": fact(1, low=0.5, high=2), "b": fact(1, "money"), "gone": fact(3)}
    after = {"a": fact(1, low=0.4, high=3), "b": fact(1, "share"), "new": fact(4)}
    found = {one.id: (one.kind, one.parts) for one in differences(before, after).moved}
    assert found == {
        "a": ("moved", ("low", "high")),
        "b": ("moved", ("unit",)),
        "new": ("added", ()),
        "gone": ("removed", ()),
    }


@pytest.mark.parametrize(
    ("tolerances", "moves"),
    [
        (Tolerances(), True),
        (Tolerances(Tolerance(absolute=0.01)), False),
        (Tolerances(Tolerance(relative=0.001)), True),
        (Tolerances(units={"share": Tolerance(relative=0.02)}), False),
        (Tolerances(Tolerance(absolute=0.01), ids={"a": Tolerance(absolute=0.001)}), True),
    ],
)
def test_tolerances_by_id_unit_or_all(tolerances, moves):
    """0.50 against 0.505: one hundredth of the larger, five thousandths apart."""
    assert bool(differences({"a": fact(0.50)}, {"a": fact(0.505)}, tolerances).moved) is moves


@pytest.mark.parametrize(
    ("better", "after", "direction"),
    [("higher", 0.6, "better"), ("higher", 0.4, "worse"), ("lower", 0.4, "better"), (None, 0.6, None)],
)
def test_direction(better, after, direction):
    """As the fact says which way is better."""
    more = {"better": better} if better else {}
    [moved] = differences({"a": fact(0.5, **more)}, {"a": fact(after, **more)}).moved
    assert moved.direction == direction and moved.change == pytest.approx(after - 0.5)


@pytest.mark.parametrize(
    ("before", "after", "flip"),
    [
        (fact(1.0), fact(2.0), False),
        (fact(1.0), fact(-0.1), True),
        (fact(1.0, low=0.2, high=2), fact(1.0, low=-0.2, high=2), True),
        (fact(1.0, low=0.2, high=2), fact(1.1, low=0.3, high=2), False),
        (fact("keep", "text"), fact("adopt", "text"), True),
        (
            fact("x", "text", text={"zh": "维持", "en": "keep"}),
            fact("x", "text", text={"zh": "采用", "en": "keep"}),
            True,
        ),
        (fact(1.0, low="unbounded", high=2), fact(1.2, low="unbounded", high=2), False),
    ],
)
def test_flips(before, after, flip):
    """Another sign, another word, an interval that meets zero on one side only."""
    [moved] = differences({"a": before}, {"a": after}).moved
    assert moved.flip is flip


def test_lines_name_the_fact_in_both_languages():
    """Printed figures where they differ, every digit where they are printed alike."""
    text = {"zh": "50.0%", "en": "50.0%"}
    [moved] = differences({"a": fact(0.5, text=text)}, {"a": fact(0.50001, text=text)}).moved
    assert moved.line("zh") == "a 留存率 [share]: 0.5 → 0.50001"
    after = fact(0.6, text={"zh": "60.0%", "en": "60.0 %"})
    [moved] = differences({"a": fact(0.5, text=text)}, {"a": after}).moved
    assert moved.line("en") == "a retention [share]: 50.0% → 60.0 %"
    assert moved.as_json()["before"] == {"value": 0.5, "text": text}
