"""Allocation against HiGHS, against trying everything, and by what must hold of any optimum."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from toolkit.errors import ParameterError
from toolkit.search.allocation import allocate
from toolkit.search.relaxation import Scarce, Task, relax, settle
from toolkit.terms import Label

KINDS = ("smooth", "whole numbers", "free grade", "alike")


def task_of(value, use, caps, unit="hours"):
    titles = [Label(f"资源{i}", f"resource {i}") for i in range(len(caps))]
    scarce = tuple(Scarce(title, float(cap), unit) for title, cap in zip(titles, caps, strict=True))
    return Task(np.asarray(value, float), np.asarray(use, float), scarce)


def drawn(rng, kind, customers=12, grades=4, resources=3):
    """A random task; whole numbers bring ties and zero caps, alike makes every customer the same."""
    n, g = int(rng.integers(1, customers + 1)), int(rng.integers(1, grades + 1))
    r = int(rng.integers(0, resources + 1))
    if kind == "smooth":
        value, use, caps = (
            rng.normal(0, 100, (n, g)),
            rng.uniform(0, 3, (r, n, g)),
            rng.uniform(0, 1.5, r) * n,
        )
    else:
        value, use, caps = (
            rng.integers(-3, 4, (n, g)),
            rng.integers(0, 3, (r, n, g)),
            rng.integers(0, n + 2, r),
        )
    if kind == "free grade" or rng.random() < 0.5:
        use[:, :, 0] = 0
    if kind == "alike":
        value, use = np.repeat(value[:1], n, axis=0), np.repeat(use[:, :1], n, axis=1)
    return task_of(value, use, caps)


def highs(task):
    """The same linear programme by HiGHS."""
    n, g = task.value.shape
    each = sparse.kron(sparse.eye(n), np.ones((1, g)), format="csr")
    rows, caps = (task.use.reshape(-1, n * g), task.caps) if len(task.caps) else (None, None)
    return linprog(-task.value.ravel(), A_ub=rows, b_ub=caps, A_eq=each, b_eq=np.ones(n), method="highs")


def best_whole(task):
    """Value of the best whole allocation by trying every one; -inf where none keeps the caps."""
    n, g = task.value.shape
    every = (np.array(grade) for grade in product(range(g), repeat=n))
    within = (task.gained(grade) for grade in every if (task.used(grade) <= task.caps + 1e-9).all())
    return max(within, default=-np.inf)


@pytest.mark.parametrize("kind", KINDS)
def test_the_optimum_is_that_of_a_generic_solver(kind):
    """HiGHS (Huangfu & Hall 2018) on 250 random tasks of each kind: same value, same verdict on feasibility,
    caps kept, at most one divided customer for each resource, and prices that prove the optimum."""
    rng = np.random.default_rng(20261122)
    refused = 0
    for _ in range(250):
        task = drawn(rng, kind)
        other = highs(task)
        if other.status == 2:
            refused += 1
            with pytest.raises(ParameterError):
                relax(task)
            continue
        found = relax(task)
        assert found.value == pytest.approx(-other.fun, rel=1e-6, abs=1e-6)
        assert len(found.divided) <= len(task.caps)
        used = np.einsum("rng,ng->r", task.use, found.share)
        assert (used <= task.caps + 1e-7).all() and (found.prices >= 0).all()
        assert found.prices * (task.caps - used) == pytest.approx(0.0, abs=1e-6)
        net = task.value - np.tensordot(found.prices, task.use, axes=1)
        assert found.prices @ task.caps + net.max(axis=1).sum() == pytest.approx(
            found.value, rel=1e-6, abs=1e-6
        )
    assert refused < 200


def test_prices_are_those_of_a_generic_solver_where_they_are_unique():
    """Smooth random tasks have one dual solution; HiGHS reports it with the sign of a minimum."""
    rng, compared = np.random.default_rng(3), 0
    for _ in range(60):
        task = drawn(rng, "smooth", customers=40, resources=2)
        other = highs(task)
        if other.status != 0 or not len(task.caps):
            continue
        found = relax(task)
        if len(found.divided) < (found.prices > 0).sum():
            continue
        compared += 1
        assert found.prices == pytest.approx(-other.ineqlin.marginals, rel=1e-6, abs=1e-6)
    assert compared >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_whole_allocations_keep_the_caps_and_lie_between_the_best_and_the_bound(kind):
    """Every whole allocation tried: none beats the bound, and ours loses at most what the divided customers carry."""
    rng = np.random.default_rng(7)
    for _ in range(60):
        task = drawn(rng, kind, customers=5, grades=3, resources=2)
        best = best_whole(task)
        if best == -np.inf:
            with pytest.raises(ParameterError):
                allocate(task)
            continue
        try:
            found = allocate(task)
        except ParameterError:
            assert task.use[:, :, 0].any()  # only where no grade is free may a whole allocation be missed
            continue
        assert (task.used(found.grade) <= task.caps + 1e-8).all()
        assert found.value <= best + 1e-9 <= found.bound + 1e-6
        if task.use.shape[0] and not task.use[:, :, 0].any():
            assert found.bound - found.value <= len(task.caps) * np.ptp(task.value, axis=1).max() + 1e-6


def test_a_large_company_loses_almost_nothing_to_whole_customers():
    """20,000 customers, 4 grades, 2 resources: within 0.01 % of the linear programme, caps kept."""
    rng = np.random.default_rng(1)
    value = rng.lognormal(0, 1, (20_000, 4)) * np.array([0, 100, 200, 300])
    use = rng.uniform(0.5, 1.5, (2, 20_000, 4)) * np.array([0, 1, 2, 4])
    found = allocate(task_of(value, use, [24_000, 24_000]))
    assert found.gap_share < 1e-4
    assert (found.resources["used"] <= found.resources["most"]).all()
    assert found.divided <= 2


def test_many_customers_alike_are_settled():
    """10,000 equal customers: closed form, prices solve 1 = p + 2q and 2.5 = 3p + q, so p = .8, q = .1."""
    task = task_of(
        np.repeat([[0.0, 1.0, 2.5]], 10_000, axis=0), [[[0, 1, 3]], [[0, 2, 1]]], [10_001.5, 9_000]
    )
    found = allocate(task)
    assert found.prices == pytest.approx([0.8, 0.1])
    assert found.bound == pytest.approx(0.8 * 10_001.5 + 0.1 * 9_000)
    assert found.divided <= 2 and found.gap_share < 1e-3


def test_one_grade_and_no_caps():
    assert allocate(task_of([[5.0], [7.0]], np.zeros((0, 2, 1)), [])).value == 12.0
    assert allocate(task_of([[1.0, 2.0], [4.0, 3.0]], np.zeros((0, 2, 2)), [])).grade.tolist() == [1, 0]


def test_zero_caps_leave_the_free_grade():
    found = allocate(task_of([[0.0, 9.0]] * 3, [[[0, 1]]], [0]))
    assert found.grade.tolist() == [0, 0, 0] and found.value == 0.0


def test_the_bound_and_price_of_one_resource_by_hand():
    """Three customers worth 6, 4, 1 who take 2 hours each, 3 hours: one served, one half; an hour is worth 2."""
    found = allocate(task_of([[0, 6], [0, 4], [0, 1]], [[[0, 2]]], [3]))
    assert found.grade.tolist() == [1, 0, 0]
    assert (found.bound, found.value, found.divided) == (pytest.approx(8.0), 6.0, 1)
    assert found.prices.tolist() == pytest.approx([2.0])
    assert found.gap_share == pytest.approx(0.25)


def test_the_optimum_is_found_from_a_start_beyond_the_caps():
    """One customer whose cheapest grade breaks the first cap; the other keeps both and is worth 3."""
    found = relax(task_of([[0, 3]], [[[2, 0]], [[0, 1]]], [1, 1]))
    assert found.value == pytest.approx(3.0) and not len(found.divided)


@pytest.mark.parametrize("resources", [1, 2, 3])
def test_settling_changes_no_use_loses_no_value_and_divides_few(resources):
    """Any shares, not only those of an optimum: directions within the null space of the use, towards more value."""
    rng = np.random.default_rng(8)
    task = task_of(rng.normal(0, 10, (200, 4)), rng.uniform(0, 3, (resources, 200, 4)), [1e6] * resources)
    share = rng.dirichlet(np.ones(4), 200)
    after = settle(task, share, np.ones(resources))
    use = [np.einsum("rng,ng->r", task.use, part) for part in (share, after)]
    assert use[1] == pytest.approx(use[0])
    assert (after * task.value).sum() >= (share * task.value).sum()
    assert after.sum(axis=1) == pytest.approx(1.0) and (after >= 0).all()
    assert ((after > 1e-9).sum(axis=1) > 1).sum() <= resources


def test_too_little_is_refused_by_how_much():
    """Two customers need 3 hours each at least; 5 exist, 1 is missing."""
    with pytest.raises(ParameterError) as refused:
        allocate(task_of([[0, 9]] * 2, [[[3, 4]]], [5]))
    assert "1.0 hours short" in refused.value.en and "差 1.0 小时" in refused.value.zh
    assert "resource 0" in refused.value.en


def test_caps_that_exclude_each_other_are_refused():
    """Either grade keeps one cap and breaks the other."""
    with pytest.raises(ParameterError, match="together"):
        allocate(task_of([[1, 2]] * 4, [[[0, 2]], [[2, 0]]], [2, 2]))


def test_use_below_zero_or_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        task_of([[1, 2]], [[[0, -1]]], [1])
    with pytest.raises(ValueError, match="shape"):
        task_of([[1, 2]], [[[0, 1, 2]]], [1])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(KINDS), st.floats(0.0, 5.0))
def test_more_of_a_resource_never_lowers_the_optimum(seed, kind, more):
    """The value of a linear programme rises with its caps, and by no more than price times rise."""
    task = drawn(np.random.default_rng(seed), kind)
    try:
        found = relax(task)
    except ParameterError:
        return
    wider = task_of(task.value, task.use, task.caps + more)
    after = relax(wider)
    assert after.value >= found.value - 1e-6
    assert after.value <= found.value + more * found.prices.sum() + 1e-6
