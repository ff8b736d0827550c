"""Which evidence speaks of which switcher: every rule by a case made for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from toolkit.comparison.evidence import (
    LOT_ROWS,
    NOBODY,
    AssumedEvidence,
    BarEvidence,
    LotEvidence,
    classify,
    definitions_of,
)
from toolkit.comparison.position import Position
from toolkit.estimate import Estimate
from toolkit.terms import Label

WORD = Label("字", "word")
EFFECT = Estimate(0.05, 0.0, 0.1, "points_share")
BEFORE = ["standard", "standard", "vip", "vip", "club", "standard", "standard"]
AFTER = ["vip", "vip", "standard", "standard", "vip", "standard", "club"]
DISTANCE = np.array([0.1, 0.5, -0.4, -0.41, 0.0, 0.0, 0.0])


def position(package, along=("spend",), window=4) -> Position:
    column = np.array(package, dtype=object)
    nothing = np.zeros(len(column), dtype=int)
    return Position("new", WORD, column, column, nothing, nothing, {}, 0.0, along, window)


BASE, OPTION = position(BEFORE), position(AFTER)
BAR = BarEvidence("vip", "standard", "spend", 4, DISTANCE, 0.4, {"stay": EFFECT})
GUESS = AssumedEvidence("guess", "vip", "club", None, 0, 0.1, 0.2, "王", date(2026, 1, 1), "memo")


def lot(inside, up=LOT_ROWS, down=LOT_ROWS, policy="new") -> LotEvidence:
    way = np.repeat([1, -1], [up, down])
    return LotEvidence(
        "lot", "vip", "standard", np.array(inside), {"stay": way * 0.1}, np.ones(len(way)), {policy: way}
    )


def kinds(evidence, base=BASE, option=OPTION, definition="stay") -> str:
    """First letters: identified, extrapolated, assumed, not identified, a dot where nobody switches."""
    return "".join(kind[:1] or "." for kind in classify(base, option, evidence, definition).kind)


def test_the_bar_identifies_within_reach_and_extrapolates_beyond():
    """0.4 is within reach, 0.41 is not; other packages are not its business."""
    found = classify(BASE, OPTION, (BAR,), "stay")
    assert kinds((BAR,)) == "ieien.n"
    assert found.toward.tolist() == [1, 1, -1, -1, 0, 0, 0]
    assert found.source.tolist() == [0, 0, 0, 0, NOBODY, NOBODY, NOBODY]
    assert kinds((BAR,), definition="other") == "nnnnn.n"


@pytest.mark.parametrize("other", [{"along": ("spend", "orders")}, {"along": ()}, {"window": 8}])
def test_another_axis_is_not_identified_by_the_bar(other):
    assert kinds((BAR,), option=position(AFTER, **other)) == "nnnnn.n"
    assert kinds((BAR,), base=position(BEFORE, **other)) == "nnnnn.n"


def test_a_lot_identifies_those_inside_whatever_the_axis():
    inside = [True, False, True, False, True, True, True]
    other = position(AFTER, along=("need", "tenure"))
    assert kinds((lot(inside),), option=other) == "ininn.n"
    assert kinds((BAR, lot(inside))) == "ieien.n"
    assert classify(BASE, OPTION, (BAR, lot(inside)), "stay").source[0] == 1


@pytest.mark.parametrize("thin", [{"up": LOT_ROWS - 1}, {"down": LOT_ROWS - 1}, {"policy": "old"}])
def test_a_lot_with_too_few_rows_in_a_direction_that_occurs_is_refused(thin):
    assert kinds((lot([True] * 7, **thin),)) == "nnnnn.n"


def test_a_direction_that_does_not_occur_needs_no_rows():
    up_only = [True, True, False, False, False, False, False]
    assert kinds((lot(up_only, down=3),)) == "iinnn.n"


def test_an_assumption_comes_last_and_speaks_of_its_packages_and_definition():
    assert kinds((GUESS, BAR)) == "ieiea.n"
    wide = replace(GUESS, otherwise="standard")
    assert kinds((wide, BAR)) == "ieien.n"
    assert kinds((wide,)) == "aaaan.n"
    assert kinds((replace(wide, definition="soon"),)) == "nnnnn.n"


def test_definitions_keep_the_order_of_the_study():
    both = replace(BAR, effects={"soon": EFFECT, "stay": EFFECT})
    assert definitions_of((both,), ("stay", "half", "soon")) == ("stay", "soon")
    assert definitions_of((both, GUESS), ("stay", "half", "soon")) == ("stay", "half", "soon")
    assert definitions_of((both,)) == ("soon", "stay")
    assert definitions_of(()) == ()


def test_the_table_adds_up_by_margin():
    """By hand: six switchers with 22 a quarter between them; a loss counts by its size."""
    margin = np.array([1.0, 2, 3, -4, 5, 6, 7])
    found = classify(BASE, OPTION, (BAR, GUESS), "stay")
    table = found.table(margin)
    assert table["customers"].tolist() == [2, 2, 1, 1]
    assert table["margin"].tolist() == [16, 24, 20, 28]
    assert table["share"].tolist() == pytest.approx([16 / 88, 24 / 88, 20 / 88, 28 / 88])
    named = found.by_source(margin, (BAR, GUESS))
    assert named.loc[("assumed", "guess"), "margin"] == 20
    assert named.loc[("identified", "spend"), "customers"] == 2
