"""The shallow rule against every tree there is, against planted trees, and as a policy file that is walked."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.search.shallow import Cut, Limit, best_tree, cuts_of, rounded
from toolkit.search.tree import Leaf, Split, depth, pruned, scheme_of, served_paths, serves


def every_tree(cuts, deepest):
    """All trees over ``cuts``: each question with any two trees below it."""
    trees = [Leaf(False), Leaf(True)]
    if deepest:
        below = every_tree(cuts, deepest - 1)
        trees += [
            Split(c.measure, c.at_least, high, low) for c in cuts for high, low in product(below, repeat=2)
        ]
    return trees


def tiny(rng, customers=14, measures=2):
    columns = {f"m{i}": rng.integers(0, 4, customers).astype(float) for i in range(measures)}
    columns["m0"][rng.random(customers) < 0.15] = np.nan
    return columns, rng.normal(0, 10, customers)


@pytest.mark.parametrize("deepest", [0, 1, 2])
@pytest.mark.parametrize("capped", [False, True])
def test_no_tree_is_better(deepest, capped):
    """Every tree over the same bounds, valued one by one, missing values included."""
    rng = np.random.default_rng(5)
    for _ in range(6):
        columns, gain = tiny(rng)
        cuts = cuts_of(columns, 4)
        limit = Limit(rng.uniform(0, 2, len(gain)), 6.0) if capped else None
        found = best_tree(columns, gain, deepest=deepest, limit=limit, cuts=cuts)
        best = 0.0
        for tree in every_tree(cuts, deepest):
            served = serves(tree, columns)
            if limit is None or limit.use[served].sum() <= limit.most:
                best = max(best, gain[served].sum())
        mine = serves(found, columns)
        assert gain[mine].sum() == pytest.approx(best, abs=1e-9)
        assert limit is None or limit.use[mine].sum() <= limit.most + 1e-9
        assert depth(found) <= deepest


@pytest.mark.parametrize(
    "planted",
    [
        Leaf(True),
        Split("a", 0.5, Leaf(True), Leaf(False)),
        Split("a", 0.5, Split("b", -1.0, Leaf(True), Leaf(False)), Leaf(False)),
        Split("b", 0.0, Split("a", 1.0, Leaf(True), Leaf(False)), Split("c", 0.5, Leaf(False), Leaf(True))),
    ],
)
def test_a_planted_tree_is_recovered(planted):
    """As policytree is validated: gains of one sign in the planted leaves, of the other elsewhere (depth 0 to 2)."""
    rng = np.random.default_rng(11)
    columns = {name: np.round(rng.normal(0, 1, 3000), 1) for name in "abc"}
    gain = np.where(serves(planted, columns), 1.0, -1.0) * rng.uniform(0.5, 1.5, 3000)
    cuts = tuple(Cut(name, float(at)) for name in "abc" for at in np.arange(-2, 2.1, 0.5))
    found = best_tree(columns, gain, cuts=cuts)
    assert (serves(found, columns) == serves(planted, columns)).all()
    assert depth(found) == depth(planted)


def test_of_equally_good_trees_the_shallowest_is_taken():
    columns = {"a": np.arange(10.0), "b": np.arange(10.0)[::-1].copy()}
    assert best_tree(columns, np.ones(10)) == Leaf(True)
    assert best_tree(columns, -np.ones(10)) == Leaf(False)
    found = best_tree(columns, np.where(np.arange(10) >= 5, 1.0, -1.0))
    assert depth(found) == 1


def test_bounds_are_round_before_they_are_used():
    """Two significant digits, computed by hand: quartiles 1,234 and 56.78 would print as they are not."""
    assert [rounded(x) for x in (1234.0, 56.78, 0.0456, -98.7, 0.0)] == [1200.0, 57.0, 0.046, -99.0, 0.0]
    spend = np.random.default_rng(1).lognormal(10, 1, 500)
    for cut in cuts_of({"spend": spend}):
        assert float(f"{cut.at_least:.1e}") == cut.at_least


def test_a_limit_of_nothing_serves_nobody():
    columns, gain = tiny(np.random.default_rng(2))
    found = best_tree(columns, np.abs(gain), limit=Limit(np.ones(len(gain)), 0.0))
    assert not serves(found, columns).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10))
def test_more_room_and_more_questions_never_cost(seed, most):
    """The best of more trees is no worse."""
    columns, gain = tiny(np.random.default_rng(seed))
    cuts = cuts_of(columns, 5)

    def worth(deepest, room):
        limit = Limit(np.ones(len(gain)), float(room))
        return gain[serves(best_tree(columns, gain, deepest=deepest, limit=limit, cuts=cuts), columns)].sum()

    values = [worth(2, most + 1), worth(2, most), worth(1, most), worth(0, most)]
    assert all(a >= b - 1e-9 for a, b in pairwise(values))


def test_paths_join_what_is_asked_of_one_measure():
    """spend of 50 or more and below 80, or 100 and more: by hand."""
    tree = Split(
        "spend",
        80.0,
        Split("spend", 100.0, Leaf(True), Leaf(False)),
        Split("spend", 50.0, Leaf(True), Leaf(False)),
    )
    found = [{m: (b.at_least, b.below) for m, b in path.items()} for path in served_paths(tree)]
    assert found == [{"spend": (100.0, None)}, {"spend": (50.0, 80.0)}]
    assert pruned(Split("a", 1.0, Leaf(True), Leaf(True))) == Leaf(True)
    assert scheme_of(Leaf(False), "VIP", "普通") == {"kind": "fixed", "grade": "普通"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_written_scheme_gives_the_grades_of_the_tree(seed):
    """Scheme built from the file against the tree itself, missing values included."""
    import pandas as pd
    from pydantic import TypeAdapter

    from toolkit.params.schemes import SchemeParams
    from toolkit.schemes.build import build_scheme
    from toolkit.terms import Label

    columns, gain = tiny(np.random.default_rng(seed))
    columns = {"spend": columns["m0"], "orders": columns["m1"]}
    tree = best_tree(columns, gain, cuts=cuts_of(columns, 5))
    params = TypeAdapter(SchemeParams).validate_python(scheme_of(tree, "VIP", "普通"))
    scheme = build_scheme(params, {name: Label(name, name) for name in columns})
    known = pd.DataFrame(
        {n.column: columns[n.measure] for n in scheme.needs}, index=np.arange(len(gain)).astype(str)
    )
    given_grades = scheme.grade(known).grade.astype(str).to_numpy()
    assert (given_grades == np.where(serves(tree, columns), "VIP", "普通")).all()
