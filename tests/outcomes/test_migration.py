from __future__ import annotations

import numpy as np
import pytest

from toolkit.outcomes.migration import LEFT, NEW, migration, mobility
from toolkit.policy import walk


def test_a_migration_worked_by_hand(make_panel, make_policy, first_quarter):
    """One quarter of history decides. c0 A to A, c1 A to B, c2 B to A, c3 C to C, c4 C to gone,
    c5 new as B."""
    spend = [[100, 100], [100, 40], [40, 100], [1, 1], [1, 0], [0, 40]]
    register = walk(make_policy(window_quarters=1), make_panel(spend), first_quarter + 1, active_quarters=1)
    result = migration(register)
    assert result.pairs == ((first_quarter, first_quarter + 1),)
    expected = [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0]]
    matrix = result.matrix(result.pairs[0])
    assert matrix.to_numpy().tolist() == expected
    assert matrix.index.tolist() == ["A", "B", "C", NEW] and matrix.columns.tolist() == ["A", "B", "C", LEFT]
    row = result.summary.iloc[0]
    assert row[["customers", "same", "up", "down", "left", "new"]].tolist() == [5, 2, 1, 1, 1, 1]
    assert row["up_per_1000"] == row["down_per_1000"] == 200 and row["stability"] == 0.4
    # on the four who stayed: rows (1/2 1/2 0), (1 0 0), (0 0 1); trace 1.5; (3 - 1.5) / 2
    assert row["mobility"] == pytest.approx(0.75)
    shares = result.moves.set_index(["before", "after"])["share"]
    assert shares["C", LEFT] == 0.5 and shares["A", "B"] == 0.5 and shares[NEW, "B"] == 1
    assert (NEW, LEFT) not in shares.index


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_margins_are_the_customers_before_and_after(make_random_panel, make_policy, first_quarter, seed):
    register = walk(
        make_policy(hold_quarters=1), make_random_panel(seed), first_quarter + 9, active_quarters=2
    )
    result = migration(register)
    assert len(result.pairs) == len(register.reviews) - 1
    for pair, (_, row) in zip(result.pairs, result.summary.iterrows(), strict=True):
        matrix = result.matrix(pair)
        grades = list(result.grades)
        assert matrix.loc[grades].sum(axis=1).tolist() == register.counts(pair[0]).tolist()
        assert matrix[grades].sum(axis=0).tolist() == register.counts(pair[1]).tolist()
        assert row[["same", "up", "down", "left"]].sum() == row["customers"]
        codes = register.codes(pair[0]), register.codes(pair[1])
        both = (codes[0] >= 0) & (codes[1] >= 0)
        assert (
            row["up"] == (codes[1] > codes[0])[both].sum()
            and row["down"] == (codes[1] < codes[0])[both].sum()
        )
    pooled = sum(result.matrix(pair).to_numpy() for pair in result.pairs)
    assert result.matrix().to_numpy().tolist() == pooled.tolist()
    whole = result.moves.groupby(["review", "before"])["share"].sum()
    assert whole[whole > 0].to_numpy() == pytest.approx(1)


def test_nothing_moves_when_nothing_changes(make_panel, make_policy, first_quarter):
    panel = make_panel([[100] * 6, [50] * 6, [1] * 6])
    summary = migration(walk(make_policy(), panel, first_quarter + 5)).summary
    assert (summary[["up", "down", "left", "new"]].to_numpy() == 0).all()
    assert (summary["stability"] == 1).all() and (summary["mobility"] == 0).all()


def test_the_mobility_index_of_known_tables():
    """Shorrocks (1978): 0 for the identity, 1 where all rows are alike; hand-worked in between."""
    assert mobility(np.array([[10, 30], [1, 3]])) == pytest.approx(1)
    assert mobility(np.array([[8, 2], [1, 9]])) == pytest.approx(2 - 0.8 - 0.9)
    assert np.isnan(mobility(np.array([[8, 2], [0, 0]])))


def test_one_review_has_no_migration(make_panel, make_policy, first_quarter):
    result = migration(walk(make_policy(), make_panel([[1, 1]]), first_quarter + 1))
    assert result.pairs == () and len(result.moves) == 0 and len(result.summary) == 0
    assert result.matrix().to_numpy().sum() == 0
