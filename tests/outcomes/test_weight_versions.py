"""Versions of the weights on the simulated company, against grades decided anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.outcomes.scoring import Scoring, VersionsPlan
from toolkit.outcomes.weight_versions import IN_FORCE, rank_acceptability, weight_versions
from toolkit.params.policy import PolicyParams
from toolkit.params.schemes import RegressionParams
from toolkit.policy import Policy
from toolkit.weights.regression import judge
from toolkit.weights.stress import StressPlan, draw_weights
from toolkit.window import Quarter

PLAN = VersionsPlan(stress=StressPlan((200.0, 20.0), draws=20))


@pytest.fixture(scope="module")
def scoring(demo):
    policy = next(p for p in demo.policies if p.id == "weighted_2027")
    return Scoring(policy, demo.registers[policy.id], demo.panel)


@pytest.fixture(scope="module")
def versions(scoring, demo):
    return weight_versions(scoring, demo.quarter, PLAN)


def test_every_version_can_be_made_and_sums_to_one(versions):
    weights = versions.comparison.weights
    assert list(weights.columns) == [IN_FORCE, "entropy", "critic", "regression"] and not versions.missing
    assert weights.sum().to_numpy() == pytest.approx(1) and (weights >= 0).all(axis=None)
    assert weights[IN_FORCE].tolist() == [0.4, 0.15, 0.15, 0.15, 0.15]
    assert (str(versions.fitted_on), str(versions.judged_on)) == ("2024Q3", "2025Q3")


def test_who_moves_is_who_gets_another_grade(versions, scoring):
    """Slow twin: the scheme itself grades everybody anew under each version, one customer at a time."""
    policy, scheme = scoring.policy, scoring.scheme
    known = scoring.panel.snapshot(
        versions.review, scheme.needs, policy.review.window_quarters, scoring.register.active_quarters
    )
    before = scheme.grade(known).grade.astype(str)
    order = {grade: -place for place, grade in enumerate(scheme.scale.grades)}
    for version in versions.comparison.moves.index:
        after = scheme.weighted(versions.comparison.weights[version]).grade(known).grade.astype(str)
        mine = versions.by_grade[versions.by_grade["version"] == version].set_index("grade")
        for grade in scheme.scale.grades:
            pairs = [(order[a], order[b]) for a, b in zip(before, after, strict=True) if a == grade]
            assert mine.loc[grade, ["customers", "up", "down", "same"]].tolist() == [
                len(pairs),
                sum(b > a for a, b in pairs),
                sum(b < a for a, b in pairs),
                sum(b == a for a, b in pairs),
            ]
        moves = versions.comparison.moves.loc[version, ["up", "down", "same"]]
        assert mine[["up", "down", "same"]].sum().tolist() == moves.tolist()


def test_the_regression_has_not_seen_what_it_is_judged_on(scoring, demo):
    """Other margins after the review of the judgement change its figures and not the weights."""
    place = demo.panel.quarters.index(Quarter.parse("2025Q3")) + 1
    cells = {name: array.copy() for name, array in demo.panel.cube.cells.items()}
    factor = np.random.default_rng(4).uniform(0.1, 9, (len(demo.panel.customers), 1))
    for array in cells.values():
        if array.dtype.kind == "f" and array.shape == (len(factor), len(demo.panel.quarters)):
            array[:, place:] *= factor
    panel = type(demo.panel)(replace(demo.panel.cube, cells=cells), demo.panel.tables)
    other, own = (weight_versions(replace(scoring, panel=p), demo.quarter, PLAN) for p in (panel, demo.panel))
    assert other.comparison.weights.equals(own.comparison.weights)
    assert not np.allclose(other.judged["captured"], own.judged["captured"])


def test_weights_by_regression_foretell_better_than_those_blind_to_outcomes(versions):
    """Methods 3.6: on held-out value regression leads, experts follow, entropy and CRITIC come last."""
    d = versions.judged["somers_d"]
    assert d["regression"] > d[IN_FORCE] > d["entropy"] > d["critic"]


def test_captured_value_by_hand(versions, scoring):
    """Slow twin: margin of the year after the review, customer by customer."""
    points = scoring.points(versions.judged_on)
    margin = scoring.panel.values("margin", 4)[:, scoring.panel.quarters.index(versions.judged_on + 4)]
    value = dict(zip(scoring.panel.customers, np.nan_to_num(margin), strict=True))
    top = [c for c, row in points.iterrows() if (row * scoring.scheme.weights).sum() >= 78 - 1e-9]
    expected = sum(value[c] for c in top) / sum(value[c] for c in points.index)
    assert versions.captured.in_force == pytest.approx(expected)


def test_a_version_that_cannot_be_made_is_listed_with_its_reason(scoring, demo):
    """A report of 2023Q3 has too few years for a fit and a judgement that has not seen it."""
    register = replace(scoring.register, complete_from=Quarter.parse("2024Q1"))
    found = weight_versions(replace(scoring, register=register), demo.quarter, PLAN)
    assert list(found.missing) == ["regression"] and "2023Q4" in found.missing["regression"].en
    assert "regression" not in found.comparison.weights and found.fitted_on is None


def test_without_a_judged_year_nothing_is_said_of_value(scoring, demo):
    register = replace(scoring.register, complete_from=Quarter.parse("2025Q2"))
    found = weight_versions(replace(scoring, register=register), demo.quarter, PLAN)
    assert found.judged.empty and found.captured is None and found.judged_on is None
    assert rank_acceptability([replace(scoring, register=register)] * 2, demo.quarter, PLAN) is None


def test_the_version_in_force_is_not_shown_twice(scoring, demo):
    """A policy by entropy in force: entropy is no version beside itself."""
    scheme = scoring.policy.params.scheme.model_dump(exclude_none=True)
    scheme["factors"] = [{k: v for k, v in f.items() if k != "weight"} for f in scheme["factors"]]
    data = scoring.policy.params.model_dump(exclude_none=True) | {
        "scheme": scheme | {"weights": {"by": "entropy"}, "floors": scoring.policy.params.scheme.floors}
    }
    policy = Policy.from_params(PolicyParams.model_validate(data), demo.names)
    register = demo.register_of(policy.params)
    found = weight_versions(Scoring(policy, register, demo.panel), demo.quarter, PLAN)
    assert found.method == "entropy" and list(found.comparison.weights) == [IN_FORCE, "critic", "regression"]
    own = weight_versions(scoring, demo.quarter, PLAN).comparison.weights["entropy"]
    assert np.allclose(found.comparison.weights[IN_FORCE], own)


def test_rank_acceptability_by_a_slow_twin(scoring, demo):
    """Two policies that differ in their weights only; the fifth of ``judge`` under each draw, counted."""
    blind = replace(
        scoring.register, policy="blind", scheme=scoring.scheme.weighted(scoring.scheme.weights * 0 + 0.2)
    )
    other = Scoring(
        replace(scoring.policy, params=scoring.policy.params.model_copy(update={"id": "blind"})),
        blind,
        demo.panel,
    )
    found = rank_acceptability([scoring, other], demo.quarter, PLAN)
    points = scoring.points(Quarter.parse("2025Q3"))
    value = scoring.value(points.index, Quarter.parse("2025Q3"), PLAN)
    for row, concentration in enumerate(PLAN.stress.concentrations):
        wins = 0
        draws = [
            draw_weights(s.scheme.weights.to_numpy(), replace(PLAN.stress, seed=PLAN.stress.seed + place))[
                row
            ]
            for place, s in enumerate((scoring, other))
        ]
        for mine, theirs in zip(*draws, strict=True):
            held = [judge(np.round(points.to_numpy() @ w, 9), value)[1] for w in (mine, theirs)]
            wins += held[0] > held[1]
        assert found.loc[concentration, "weighted_2027"] == pytest.approx(wins / 20)


def test_a_regression_in_force_is_not_judged_on_what_it_was_fitted_on(scoring, demo):
    """Fitted until its first review 2026Q3, it cannot be judged on the year before; since 2025Q3 it can."""
    weights = RegressionParams(by="regression", on="margin", quarters=4)
    scheme = scoring.policy.params.scheme.model_copy(update={"weights": weights})
    params = scoring.policy.params.model_copy(update={"scheme": scheme})
    for first, judged in (("2026Q3", None), ("2025Q3", Quarter.parse("2025Q3"))):
        register = replace(scoring.register, reviews=(Quarter.parse(first),))
        own = Scoring(replace(scoring.policy, params=params), register, demo.panel)
        assert own.judged_on(demo.quarter, PLAN) == judged
