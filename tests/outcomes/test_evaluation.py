from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from toolkit.grades import Scale
from toolkit.outcomes.agreement import agreement
from toolkit.outcomes.discrimination import discrimination
from toolkit.outcomes.evaluation import COLUMNS, Basis, evaluate
from toolkit.outcomes.migration import migration
from toolkit.outcomes.scores import scores_of, stress_of
from toolkit.params.policy import PolicyParams
from toolkit.params.study import RetentionParams
from toolkit.policy import Policy, walk
from toolkit.terms import Label

WITHIN = RetentionParams.model_validate(
    {"id": "next", "title": {"zh": "留存", "en": "retention"}, "kind": "bought_within", "quarters": 1}
)
PLAN = {
    g: {"package": p, "cost_per_quarter": 1.0} for g, p in (("A", "gold"), ("B", "silver"), ("C", "basic"))
}


def written(id: str, scheme: dict, **review: object) -> Policy:
    """A policy with the three packages of the room's other tests."""
    words = {"zh": "测试", "en": "test"}
    params = PolicyParams.model_validate(
        {
            "id": id,
            "title": words,
            "status": "proposed",
            "effective": date(2026, 1, 1),
            "source": "test",
            "why": "test",
            "scheme": scheme,
            "review": {"every_quarters": 2, "window_quarters": 2} | review,
            "service": {grade: {"promise": words, **item} for grade, item in PLAN.items()},
        }
    )
    return Policy.from_params(params, {name: Label(name, name) for name in ("spend", "orders", "margin")})


THRESHOLDS = {"kind": "thresholds", "measure": "spend", "floors": {"A": 100, "B": 40, "C": "rest"}}
SCORED = {
    "kind": "scored",
    "factors": [
        {"measure": "spend", "weight": 0.6, "points": {"by": "rank"}},
        {"measure": "margin", "weight": 0.4, "points": {"by": "zscore"}},
    ],
    "floors": {"A": 75, "B": 40, "C": "rest"},
}
PARETO = {"kind": "pareto", "measure": "spend", "upto": {"A": 0.5, "B": 0.8, "C": 1.0}}


@pytest.fixture(scope="module")
def world(make_random_panel, first_quarter):
    """Four policies on 400 customers over 14 quarters; the second is the first once more."""
    panel, last = make_random_panel(1, customers=400, quarters=14), first_quarter + 13
    policies = [
        written("base", THRESHOLDS),
        written("same", THRESHOLDS),
        written("scored", SCORED, hold_quarters=2),
        written("pareto", PARETO),
    ]
    registers = {policy.id: walk(policy, panel, last) for policy in policies}
    basis = Basis(panel, (WITHIN,), last, stress_draws=20)
    return panel, policies, registers, basis


@pytest.fixture(scope="module")
def found(world):
    return evaluate(*world[1:3], world[3])


def test_one_row_per_policy_with_every_column(found):
    assert found.frame.columns.tolist() == list(COLUMNS) and found.baseline == "base"
    assert found.frame["policy"].tolist() == ["base", "same", "scored", "pareto"]
    rows = found.rows()
    assert rows[0]["flip"] is None and isinstance(rows[2]["flip"], float)


def test_a_policy_against_itself_changes_nothing(found):
    base, same = (
        found.frame[found.frame["policy"] == name].iloc[0, 1:].to_dict() for name in ("base", "same")
    )
    assert base == pytest.approx(same, nan_ok=True)
    assert same["switchers"] == 0 and same["kappa"] == same["kappa_equal"] == 1


def test_the_figures_are_those_of_the_other_modules(world, found):
    """Independent twins: agreement(), discrimination(), migration() and counting."""
    panel, _, registers, basis = world
    row = found.frame.set_index("policy").loc["scored"]
    register, quarter = registers["scored"], basis.last
    both = agreement(registers["base"], register, quarter)
    assert row["kappa"] == both.kappa_quadratic
    assert row["switchers"] == len(both.switchers) / both.customers
    told = discrimination(register, panel, [WITHIN], basis.last)
    assert row["margin_d"] == told[told["outcome"] == "margin"]["somers_d"].iloc[-1]
    assert row["retention_low"] == told[told["outcome"] == "next"]["low"].iloc[-1]
    assert row["outcome_reviews"] == (told["outcome"] == "margin").sum() >= 2
    summary = migration(register).summary
    stayed = summary[["same", "up", "down"]].to_numpy().sum()
    assert row["moves"] == pytest.approx(1000 * summary[["up", "down"]].to_numpy().sum() / stayed)
    counts = register.counts(quarter)
    assert row["largest"] == counts.max() / counts.sum() and row["customers"] == counts.sum()
    spend = panel.values("spend", 2)[:, -1]
    best = register.codes(quarter) == 2
    assert row["spend_best"] == pytest.approx(spend[best].sum() / spend[register.codes(quarter) >= 0].sum())


def test_what_does_not_exist_is_missing(found):
    frame = found.frame.set_index("policy")
    assert frame["flip"].notna().tolist() == [False, False, True, False]
    assert set(found.stress) == {"scored"}
    # more than a tenth of these customers bought nothing in the window, so their scores are all alike
    assert not found.noise and frame[["noise_moves", "keep_moves"]].isna().all(axis=None)
    assert frame["evenness"].between(0, 1).all() and (frame["ungraded"] == 0).all()


def test_scores_give_the_grades_back(world):
    """The floors that the grades show are those of the file, to the next customer."""
    panel, policies, registers, _ = world
    scores = scores_of(policies[0], registers["base"], panel)
    codes = np.column_stack(
        [registers["base"].earned[:, registers["base"].column(r)] for r in registers["base"].reviews]
    )
    known = codes >= 0
    assert np.array_equal(np.isnan(scores.values), ~known)
    assert scores.floors == pytest.approx((100, 40), rel=0.1)
    placed = (scores.values[known][:, None] >= [100 - 1e-9, 40 - 1e-9]).sum(axis=1)
    assert np.array_equal(placed, codes[known])


@pytest.mark.parametrize("bonus", [0, 12])
def test_dropping_a_factor_is_the_policy_without_it(world, bonus):
    """Independent twin: the policy file with the whole weight on the other factor, graded by the scheme itself."""
    panel, last = world[0], world[3].last
    extra = {"bonuses": [{"points": bonus, "when": [{"measure": "spend", "at_least": 60}],
                          "reason": {"zh": "加分", "en": "bonus"}}]} if bonus else {}  # fmt: skip
    spend, margin = SCORED["factors"]
    both = written("both", SCORED | extra)
    alone = {"margin": written("s", SCORED | extra | {"factors": [spend | {"weight": 1}]}),
             "spend": written("m", SCORED | extra | {"factors": [margin | {"weight": 1}]})}  # fmt: skip
    register = walk(both, panel, last)
    scores = scores_of(both, register, panel)
    found = stress_of(both, scores, 5, 1)
    before = register.earned[:, -1]
    for dropped, policy in alone.items():
        after = walk(policy, panel, last).earned[:, -1]
        graded = before >= 0
        assert found.dropped.loc[dropped, "flipped"] == pytest.approx((before != after)[graded].mean())


def test_classes_without_an_order_have_no_foresight(world):
    _, policies, registers, basis = world
    classes = replace(registers["same"], scale=Scale(("A", "B", "C"), ordered=False))
    row = evaluate(policies[:2], {"base": registers["base"], "same": classes}, basis).frame.iloc[1]
    missing = [
        "noise_moves",
        "psi_score",
        "spend_best",
        "kappa",
        "kappa_equal",
        "margin_d",
        "retention_d",
        "flip",
    ]
    assert row[missing].isna().all() and row["outcome_reviews"] == 0
    assert row[["largest", "evenness", "moves", "psi_grades", "switchers"]].notna().all()


def test_noise_only_moves_come_near_those_of_a_world_without_change(make_panel, first_quarter):
    """Oracle: spend of a fixed size with independent luck, so every move is noise. 3,000 customers x 6 pairs observe
    the moves with a standard error of about 1000 √(.25 x .75 / 18,000) = 3.2 per 1000, the benchmark adds about 2
    of its own; 12 is three of both."""
    rng = np.random.default_rng(2)
    spend = np.round(20 * rng.lognormal(0, 0.9, (3000, 1)) * rng.lognormal(0, 0.4, (3000, 14)), 2)
    panel, last = make_panel(spend), first_quarter + 13
    policy = written("base", THRESHOLDS)
    basis = Basis(panel, (WITHIN,), last, stress_draws=5)
    row = evaluate([policy], {"base": walk(policy, panel, last)}, basis).frame.iloc[0]
    assert row["noise_moves"] == pytest.approx(row["moves"], abs=12)
    assert 0 < row["keep_moves"] < row["noise_moves"]
