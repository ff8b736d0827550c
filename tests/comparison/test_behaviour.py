"""Declared reactions beside the static value. Expected values are computed by hand; what ranks and judges takes none."""

from __future__ import annotations

import ast
import operator

import numpy as np
import pytest

from toolkit.comparison.behaviour import (
    NEGLECT,
    REACHING,
    WORD_OF_MOUTH,
    Bars,
    Behavioural,
    Elasticities,
    Reaching,
    reactions,
)
from toolkit.comparison.parts import Drawn
from toolkit.comparison.scenarios import Exposure, SpillOver
from toolkit.comparison.standing import standing

DECIDING = ("recommendation", "pilots", "search", "track")
RANKING = ("standing", "frontier", "tornado", "scenarios", "choice", "change", "comparison", "parts")
DECLARED = Elasticities(Reaching(within=0.1, share=0.2, new=0.5), SpillOver(0.02, 0.5))
BARS = Bars(
    missing=np.array([0.05, 0.1, 0.2, np.inf]),
    pushed=np.array([100.0, 60.0, 900.0, 0.0]),
    price=np.full(4, 10.0),
)


def fixed(value: float) -> Drawn:
    return Drawn(value, np.full(100, value))


@pytest.fixture
def reacted(parts_of, comparison_of):
    """One alternative worth 50 that lowers 50 customers worth 1,000."""

    def build(bars, declared=DECLARED, static=50.0, exposure=Exposure(50, 1000.0)):  # noqa: B008
        comparison = comparison_of([parts_of("a", fixed(static))])
        return reactions(comparison, 0.8, declared, bars, {"a": exposure})

    return build


def test_by_hand(reacted):
    """Two of four are near the bar: half of 160 less 20 is 60, a fifth of it 12. 2 % of 1,000 leave, and half as much again."""
    (one,) = reacted({"base": None, "a": BARS}).reactions
    assert one.static == 50.0
    assert {name: amount.amount for name, amount in one.responses.items()} == pytest.approx(
        {REACHING: 12.0, NEGLECT: -20.0, WORD_OF_MOUTH: -10.0}
    )
    assert one.behavioural.amount == pytest.approx(32.0) and not one.flips
    # 50 + 60 r - 1000 n - 500 m n = 0, one elasticity at a time
    assert one.flips_at[NEGLECT] == pytest.approx(62.0 / (1000.0 + 0.5 * 1000.0))
    assert one.flips_at[WORD_OF_MOUTH] == pytest.approx((62.0 - 20.0) / 20.0)
    assert np.isnan(one.flips_at[REACHING])


def test_the_turning_point_turns(reacted):
    """At the elasticity found the alternative is worth the baseline, and just beyond it the answer flips."""
    bars = {"base": None, "a": BARS}
    at = reacted(bars).reactions[0].flips_at[NEGLECT]
    found = [
        reacted(bars, Elasticities(DECLARED.reaching, SpillOver(x, 0.5))).reactions[0]
        for x in (at, at * 1.01)
    ]
    assert found[0].behavioural.amount == pytest.approx(0.0, abs=1e-9)
    assert found[1].flips and not found[0].static < 0


def test_a_bar_that_moves_takes_its_reachers_along(reacted):
    """The same customers near the bar of the baseline and of the alternative: reaching changes nothing."""
    (one,) = reacted({"base": BARS, "a": BARS}).reactions
    assert one.responses[REACHING].amount == 0.0
    (lost,) = reacted({"base": BARS, "a": None}).reactions
    assert lost.responses[REACHING].amount == pytest.approx(-12.0)


def test_a_null_reform_is_zero_also_with_reactions(reacted):
    found = reacted({"base": BARS, "a": BARS}, static=0.0, exposure=Exposure())
    (one,) = found.reactions
    assert one.static == one.behavioural.amount == 0.0 and not one.flips
    assert all(amount.amount == 0.0 for amount in one.responses.values())
    assert all(np.isnan(at) for at in one.flips_at.values())


def test_what_has_no_bar_is_named(reacted):
    found = reacted({"base": BARS, "a": None})
    assert found.without_bar == ("a",)
    assert list(found.table().columns) == ["static", REACHING, NEGLECT, WORD_OF_MOUTH, "behavioural", "flips"]
    assert found.turning_points().loc[("a", NEGLECT), "declared"] == 0.02


def test_nothing_rankable(comparison_of):
    found = reactions(comparison_of([], without_value=["a"]), 0.8, DECLARED, {"base": None, "a": None}, {})
    assert found.reactions == () and found.table().empty and found.turning_points().empty


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.lt, operator.ge])
@pytest.mark.parametrize(
    "other", [1.0, Drawn(1.0, np.ones(3)), Behavioural(1.0)], ids=["number", "drawn", "own"]
)
def test_a_behavioural_amount_is_no_number(operation, other):
    """It can be shown; it cannot be added to a static value, ranked or compared."""
    for left, right in ((Behavioural(1.0), other), (other, Behavioural(1.0))):
        with pytest.raises(TypeError):
            operation(left, right)
    with pytest.raises(TypeError):
        float(Behavioural(1.0))


def test_standing_refuses_reactions(reacted):
    with pytest.raises((TypeError, AttributeError)):
        standing(reacted({"base": None, "a": BARS}), 0.8)


def test_what_ranks_and_judges_knows_of_no_reaction(root):
    """No module that ranks, searches, judges or designs pilots imports the reactions."""
    files = [root / "toolkit" / "comparison" / f"{name}.py" for name in RANKING]
    for room in DECIDING:
        files += sorted((root / "toolkit" / room).rglob("*.py"))
    read = [file for file in files if file.exists()]
    assert len(read) > len(RANKING) // 2
    for file in read:
        tree = ast.parse(file.read_text("utf-8"))
        named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        whole = [
            f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        assert "toolkit.comparison.behaviour" not in [*named, *whole], f"{file.name} imports reactions"
