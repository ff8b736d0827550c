from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from toolkit.errors import HistoryError
from toolkit.outcomes.agreement import agreement, disagreement, weighted_kappa
from toolkit.outcomes.packages import package_changes
from toolkit.policy import walk

COHEN = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])


def test_kappa_as_published(published):
    """Cohen (1968), Psychological Bulletin 70: unweighted, and with the disagreement weights of the example."""
    weighted = weighted_kappa(COHEN, [[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    published("weighted_kappa", kappa=weighted_kappa(COHEN, 1 - np.eye(3)), weighted=weighted)


@pytest.mark.parametrize(("power", "name"), [(1, "linear"), (2, "quadratic")])
def test_kappa_agrees_with_sklearn(power, name):
    rng = np.random.default_rng(20261122)
    first = rng.integers(0, 4, 500)
    second = np.clip(first + rng.integers(-1, 2, 500), 0, 3)
    table = np.bincount(first * 4 + second, minlength=16).reshape(4, 4)
    ours = weighted_kappa(table, disagreement((4, 4), power))
    assert ours == pytest.approx(cohen_kappa_score(first, second, weights=name))


def test_a_policy_against_itself(make_random_panel, make_policy, first_quarter):
    panel, last = make_random_panel(1), first_quarter + 9
    registers = [walk(make_policy(hold_quarters=1), panel, last) for _ in range(2)]
    assert np.array_equal(registers[0].in_force, registers[1].in_force)
    assert np.array_equal(registers[0].because, registers[1].because)
    found = agreement(*registers, last)
    assert len(found.switchers) == 0 and found.moves["customers"].tolist() == [0, 0, 0]
    assert found.kappa_linear == found.kappa_quadratic == found.jaccard_best == 1
    assert found.only_baseline == found.only_alternative == 0
    assert np.array_equal(found.table, np.diag(registers[0].counts(last)))


def test_renaming_grades_switches_nobody(make_random_panel, make_policy, first_quarter):
    """Two grades with the packages of A and of B and C: the package decides, not the name."""
    panel, last = make_random_panel(2), first_quarter + 9
    plain = {"cost_per_quarter": 1.0}
    gold, basic = {"package": "gold", **plain}, {"package": "basic", **plain}
    three = make_policy(service={"A": gold, "B": basic, "C": basic})
    two = make_policy({"VIP": 100, "普通": "rest"}, {"VIP": gold, "普通": basic})
    found = agreement(walk(three, panel, last), walk(two, panel, last), last)
    assert len(found.switchers) == 0 and found.jaccard_best == 1
    assert found.table.shape == (3, 2) and found.kappa_quadratic < 1


def test_switchers_worked_by_hand(make_panel, make_policy, first_quarter):
    """Floors 100/40 against 60/40 and a lower one: c1 (80) rises to gold, c3 (30) rises to silver,
    the others keep their packages; c4 is not active."""
    panel = make_panel([[60, 60], [40, 40], [20, 30], [15, 15], [0, 0]])
    baseline = walk(make_policy(), panel, first_quarter + 1)
    alternative = walk(make_policy({"A": 60, "B": 30, "C": "rest"}), panel, first_quarter + 1)
    stake = pd.Series({"c001": 7.5, "c003": 2.0, "c000": 99.0})
    found = agreement(baseline, alternative, first_quarter + 1, stake)
    assert found.table.to_numpy().tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
    assert found.customers == 4
    assert found.switchers.index.tolist() == ["c001", "c003"]
    assert found.switchers["package_baseline"].tolist() == ["silver", "basic"]
    assert found.switchers["package_alternative"].tolist() == ["gold", "silver"]
    assert found.moves.loc["up"].tolist() == [2, 9.5] and found.moves.loc["down"].tolist() == [0, 0]
    assert found.jaccard_best == 0.5
    mirrored = agreement(alternative, baseline, first_quarter + 1, stake)
    assert mirrored.moves.loc["down"].tolist() == [2, 9.5] and mirrored.moves.loc["up"].tolist() == [0, 0]
    assert mirrored.kappa_quadratic == pytest.approx(found.kappa_quadratic)


def test_customers_graded_by_one_policy_only_are_counted(make_panel, make_policy, first_quarter):
    panel = make_panel([[10, 10, 10], [0, 0, 10]])
    often = walk(make_policy(window_quarters=1), panel, first_quarter + 2)
    seldom = walk(make_policy(window_quarters=1, every_quarters=4, in_quarter=1), panel, first_quarter + 2)
    found = agreement(often, seldom, first_quarter + 2)
    assert (found.customers, found.only_baseline, found.only_alternative) == (1, 1, 0)


def packages(make_policy, make_panel, first_quarter, *names: str):
    grades = [f"G{i}" for i in range(len(names))]
    floors = {g: 1000 - 10 * i for i, g in enumerate(grades[:-1])} | {grades[-1]: "rest"}
    plan = {g: {"package": name, "cost_per_quarter": 1.0} for g, name in zip(grades, names, strict=True)}
    return walk(make_policy(floors, plan), make_panel([[1, 1]]), first_quarter + 1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # a step added on top: the same package is no move although the grade stands lower
        (("gold", "basic"), ("platinum", "gold", "basic"), [[1, 0, -1], [1, 1, 0]]),
        # a chain through both plans orders gold above basic
        (("gold", "silver"), ("silver", "basic"), [[-1, -1], [0, -1]]),
        # a chain within one plan, where the places say nothing
        (("platinum", "gold", "silver"), ("silver", "basic"), [[-1, -1], [-1, -1], [0, -1]]),
        # nothing in common: compared by the place on each scale
        (("x", "y"), ("u", "v", "w"), [[0, -1, -1], [1, 1, 0]]),
        # contradicting orders: compared by place as well
        (("x", "y"), ("y", "x"), [[0, 0], [0, 0]]),
    ],
)
def test_which_package_is_better(make_policy, make_panel, first_quarter, before, after, expected):
    """Directions written by hand, rows and columns best grade first."""
    plans = [packages(make_policy, make_panel, first_quarter, *names) for names in (before, after)]
    changes = package_changes(*plans)
    assert changes.direction[::-1, ::-1].tolist() == expected
    assert changes.differs[::-1, ::-1].tolist() == [[b != a for a in after] for b in before]


def test_registers_of_different_customers_are_refused(make_panel, make_policy, first_quarter):
    one, two = (walk(make_policy(), make_panel([[1, 1]] * n), first_quarter + 1) for n in (1, 2))
    with pytest.raises(HistoryError, match="1 and 2"):
        agreement(one, two, first_quarter + 1)


def test_everybody_in_one_grade_has_no_kappa(make_panel, make_policy, first_quarter):
    register = walk(make_policy(), make_panel([[1, 1]] * 3), first_quarter + 1)
    found = agreement(register, register, first_quarter + 1)
    assert np.isnan(found.kappa_quadratic) and np.isnan(found.jaccard_best) and found.customers == 3
