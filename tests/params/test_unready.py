"""What must be put in before a verdict: expected by reading the four policies below."""

from __future__ import annotations

import pytest

import toolkit
from toolkit.params.unready import Lack, unready


@pytest.fixture
def policies():
    return toolkit.example_study().files.policies


@pytest.fixture
def rule():
    return toolkit.example_study().files.rule


def unpriced(policy, grade):
    """The policy with the price of one grade not known."""
    plan = policy.service[grade].model_copy(update={"cost_per_quarter": "unknown"})
    return policy.model_copy(update={"service": {**policy.service, grade: plan}})


def test_one_price_that_lacks_takes_its_alternative_out(policies, rule):
    baseline, first, *others = policies
    grade = list(first.service)[-1]
    found = unready([baseline, unpriced(first, grade), *others], rule)
    assert list(found) == [first.id] and found[first.id].lack is Lack.NOT_PRICED
    assert grade in found[first.id].said.zh and first.title.en in found[first.id].said.en


def test_nothing_is_compared_with_a_baseline_without_prices(policies, rule):
    baseline, *others = policies
    found = unready([unpriced(baseline, next(iter(baseline.service))), *others], rule)
    assert {one.lack for one in found.values()} == {Lack.NOT_PRICED}
    assert list(found) == [policy.id for policy in others]


def test_a_starter_counts_only_where_it_stands_for_the_policy_in_force(policies, rule):
    baseline, first, *others = policies
    drafted = first.model_copy(update={"starter": True})
    assert unready([baseline, drafted, *others], rule) == {}


def test_a_price_of_nothing_is_a_price(policies):
    plan = next(iter(policies[0].service.values()))
    assert plan.model_copy(update={"cost_per_quarter": 0.0}).priced
    assert not plan.model_copy(update={"cost_per_quarter": "unknown"}).priced


def test_by_a_rule_that_nobody_agreed_nothing_is_judged(policies, rule):
    found = unready(policies, rule.model_copy(update={"starter": True}))
    assert {one.lack for one in found.values()} == {Lack.NO_RULE} and len(found) == len(policies) - 1
    assert rule.title.zh in next(iter(found.values())).said.zh
