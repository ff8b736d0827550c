"""Facts, tables and charts of cost to serve in chapter 04."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from toolkit.outcomes.evaluation import Basis, evaluate
from toolkit.params.policy import PolicyParams
from toolkit.reporting import charts, findings, tables
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence

SHOWN = (
    tables.service_behaviour,
    tables.service_teams,
    tables.service_regions,
    tables.service_ledger,
    tables.service_neglect,
    tables.service_moves,
    tables.service_rebates,
)


@pytest.fixture(scope="module")
def dear(demo):
    """The demo with a baseline that has a discount, moves with a price, a platform, and one team per region."""
    base = demo.baseline.params.model_dump(exclude_none=True)
    vip = base["service"]["VIP"]
    del vip["discount_share"]
    platform = {"measure": "M49", "quantity": 1, "per": "grade", "over_quarters": 12, "unit_cost": {"value": 120_000.0, "unit": "once"}}  # fmt: skip
    rebate = {
        "measure": "M23",
        "quantity": 1,
        "per": "revenue",
        "unit_cost": {"value": 0.35, "unit": "share"},
    }
    vip["measures"] = [*vip["measures"], platform, rebate]
    base |= {"teams": {"by": "region"}, "moves": {"hand_over": {"value": 50.0}}}
    params = PolicyParams.model_validate(base)
    return replace(demo, files=replace(demo.files, baseline=params))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", SHOWN)
def test_tables_are_square_and_say_no_nan(demo, dear, table, lang):
    for study in (demo, dear):
        made = table(study, lang=lang, currency="CNY")
        assert all(len(row) == len(made.heads) for row in made.rows)
        assert "nan" not in made.html().lower() and "n/a" not in made.html()
        assert len(made.rows) or table is tables.service_rebates


def test_parts_add_up_to_the_cost_of_the_chapter(demo):
    """Committed, stepped and variable are the whole of the policy's yearly cost; lines and people are too."""
    facts = Facts(demo.currency)
    facts.extend(findings.service(demo))
    parts = sum(facts[f"service.{name}"].value for name in ("committed", "step", "variable"))
    assert parts == pytest.approx(demo.costs[demo.baseline.id].per_year["total_cost"], abs=0.01)
    made = tables.service_behaviour(demo, lang="en", currency="CNY").numbers
    for policy in demo.policies:
        total = made.loc[made["policy"] == policy.id, "total"].sum()
        assert 4 * total == pytest.approx(demo.costs[policy.id].per_year["total_cost"], abs=0.01)


def test_every_told_sentence_finds_its_facts(demo, dear):
    for study in (demo, dear):
        facts = Facts(study.currency)
        facts.extend(findings.service(study))
        told = [
            one
            for tell in (findings.service_told, findings.people_told, findings.ledger_told, findings.neglect_told, findings.dependence_told)
            for one in tell(study)
        ]  # fmt: skip
        assert {"service.made_up", "service.ledger_apart", "service.dependence_said"} <= {
            key for key, _, _ in told
        }
        for key, each, names in told:
            for lang in ("zh", "en"):
                assert "{" not in sentence(key, facts, lang, each, names)


def test_a_discount_above_the_margin_never_pays_and_makes_losses(dear):
    """More of the spend given away than the margin: no uplift is enough, and the profit curve climbs above the whole."""
    row = dear.serving.rebates.iloc[0]
    assert row["share"] > row["margin"] and pd.isna(row["break_even"])
    assert dear.serving.whale.peak > 1
    assert "service.whale_above" in [key for key, _, _ in findings.dependence_told(dear)]
    assert "none" in tables.service_rebates(dear, lang="en", currency="CNY").rows[0]


def test_moves_by_chance_are_those_of_the_noise_benchmark(dear):
    """Other route: noise-only moves per thousand of the evaluation, of the customers graded at both last reviews; a
    yearly review, so once a year. Their cost is the price of a hand-over for each."""
    policy = dear.baseline
    register = dear.registers[policy.id]
    told = evaluate(
        [policy], {policy.id: register}, Basis(dear.panel, dear.definitions, dear.complete[-1])
    ).frame
    last = [register.at(review).index for review in register.reviews[-2:]]
    expected = told["noise_moves"].iloc[0] * len(last[0].intersection(last[1])) / 1000
    moves = dear.serving.moves
    row = moves[(moves["policy"] == policy.id) & (moves["move"] == "hand_over")].iloc[0]
    assert row["noise_per_year"] == pytest.approx(expected)
    assert row["noise_amount"] == pytest.approx(50 * expected) and row["amount"] == pytest.approx(
        50 * row["per_year"]
    )


def test_without_a_profit_in_all_no_curve_is_drawn(demo):
    serving = replace(demo.serving, margin=demo.serving.margin * 0)
    study = replace(demo)
    object.__setattr__(study, "__dict__", {**study.__dict__, "serving": serving})
    assert not serving.profitable
    assert [key for key, _, _ in findings.dependence_told(study)] == ["service.no_profit"]


def test_teams_enter_the_comparison_as_heads(dear, demo):
    """Managers divided by region are more heads than in one team; the change of heads counts them all."""
    extra = (
        dear.costs[dear.baseline.id].by_grade["managers"].sum()
        - demo.costs[demo.baseline.id].by_grade["managers"].sum()
    )
    assert extra == demo.serving.more_heads(demo.baseline.id) > 0
    before = {change.policy: change.heads for change in demo.comparison.changes}
    after = {change.policy: change.heads for change in dear.comparison.changes}
    assert {name: before[name] - after[name] for name in before} == dict.fromkeys(before, extra)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_say_what_they_show(demo, lang):
    tornado, whale = charts.service_tornado(demo, lang=lang), charts.service_whale(demo, lang=lang)
    for row in demo.serving.sensitivity.itertuples():
        assert demo.serving.plans[demo.baseline.id].labels[row.cost].text(lang) in tornado.alt
    assert "%" in whale.alt
    plt.close("all")


def test_a_company_without_a_ledger_is_told_so(demo):
    panel = replace(demo.panel, tables={"customers": demo.panel.tables["customers"]})
    study = replace(demo, history=replace(demo.history, panel=panel))
    serving = replace(demo.serving, panel=panel)
    object.__setattr__(study, "__dict__", {**study.__dict__, "serving": serving})
    assert [key for key, _, _ in findings.ledger_told(study)] == ["service.no_ledger"]
