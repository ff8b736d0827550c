"""A study weighed up: the pieces together, on a simulated company and where nothing is identified."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from toolkit.comparison.evidence import LINES
from toolkit.study import open_study
from toolkit.study.bars import bars_of


def rankable(study):
    return study.comparison.rankable(study.files.rule.adopt_identified_share)


def test_every_part_speaks_of_the_same_policies(demo):
    """Baseline first; what is rankable has a tornado, a place on the frontier, a column of the scenarios and a reaction."""
    found, names = demo.weighing, [change.policy for change in rankable(demo)]
    everybody = [policy.id for policy in demo.policies]
    assert names and list(found.standing.frame.index) == everybody == list(found.frontier.frame.index)
    assert list(found.tornado) == names == [one.policy for one in found.behaviour.reactions]
    assert list(found.scenarios.values.columns) == [demo.baseline.id, *names]
    assert [*found.scenarios.values.index, *found.scenarios.left_out] == [
        "base",
        *(one.id for one in demo.params.scenarios),
    ]


def test_the_same_net_value_stands_everywhere(demo):
    """Standing, tornado, base scenario and static value are one number, that of the comparison."""
    found = demo.weighing
    for change in rankable(demo):
        net = change.values[0].net.value
        assert found.standing.frame.loc[change.policy, "net"] == pytest.approx(net)
        assert found.tornado[change.policy].base == pytest.approx(net)
        assert found.scenarios.values.loc["base", change.policy] == pytest.approx(net)
    for one in found.behaviour.reactions:
        assert one.static == pytest.approx(demo.comparison.change(one.policy).values[0].net.value)


def test_scenarios_of_the_effect_are_the_ends_of_its_interval(demo):
    """The gain at the 2.5 % quantile of the effect, less the cost as it is."""
    for change in rankable(demo):
        parts = change.parts[0]
        low = parts.readings[LINES[0]][0.025] - parts.costs.total.value
        assert demo.weighing.scenarios.values.loc["low_effect", change.policy] == pytest.approx(low)


def test_the_horizon_moves_between_the_quarters_of_the_rule(demo):
    """Three and five quarters instead of four, discounted as the rule says."""
    rule = demo.files.rule

    def factor(quarters):
        return sum((1 + rule.discount_per_year) ** (-t / 4) for t in range(1, quarters + 1))

    bars = next(iter(demo.weighing.tornado.values())).bars
    assert bars.loc["horizon", ["at_low", "at_high"]].to_list() == pytest.approx(
        [factor(3) / factor(4), factor(5) / factor(4)]
    )


def test_the_map_is_of_the_leading_alternative(demo):
    found = demo.weighing
    leading = max(found.tornado, key=lambda name: found.tornado[name].base)
    assert found.two_way.policy == leading
    assert (found.two_way.first, found.two_way.second) == found.tornado[leading].inputs[:2]


def test_bars_of_the_baseline_slow_twin(demo):
    """Customer by customer: what is missing to 100,000, the margin on it, and what a VIP costs more a year."""
    bars, rows = bars_of(demo, demo.baseline), demo.panel.customers.get_indexer(demo.customers)
    place = demo.panel.quarters.index(demo.quarter)
    spend, margin = (demo.panel.values(name, 4)[rows, place] for name in ("spend", "margin"))
    grade = (
        demo.registers[demo.baseline.id].at(demo.quarter)["grade"].loc[demo.customers].astype(str).tolist()
    )
    cost = demo.costs[demo.baseline.id].by_grade["per_customer"]
    seen = 0
    for i in range(len(rows)):
        if grade[i] == "VIP" or not spend[i] < 100_000:
            assert bars.missing[i] == np.inf and bars.pushed[i] == bars.price[i] == 0.0
            continue
        seen += 1
        lacking = 100_000 - spend[i]
        assert bars.missing[i] == pytest.approx(lacking / 100_000)
        assert bars.pushed[i] == pytest.approx(lacking * margin[i] / spend[i] if spend[i] > 0 else 0.0)
        assert bars.price[i] == pytest.approx(4 * (cost["VIP"] - cost["普通"]))
    assert seen > 100
    assert all(bars_of(demo, p) is None for p in demo.alternatives if p.params.scheme.kind != "thresholds")


def test_exposure_is_of_those_who_get_a_worse_package(demo):
    """Spill-over costs 2 % of the margin of the lowered, and as much as a fifth of a customer for each one lost."""
    values = demo.weighing.scenarios.values
    for change, position in zip(demo.comparison.changes, demo.positions[1:], strict=True):
        if change.policy not in values:
            continue
        worth = sum(w for w, d in zip(demo.stakes.worth, position.direction, strict=True) if d < 0)
        lost = values.loc["base", change.policy] - values.loc["neglect", change.policy]
        assert lost == pytest.approx(0.02 * worth * 1.2)


def test_seats_move_with_the_cost_of_the_hotline(demo):
    line, values = demo.hotline, demo.weighing.scenarios.values
    for policy in values.columns[1:]:
        before, after = (line.cost_per_year(name, line.in_charge) for name in (demo.baseline.id, policy))
        moved = values.loc["hotline_peak", policy] - values.loc["base", policy]
        assert moved == pytest.approx(-0.3 * (after - before))


def test_reactions_change_no_verdict(demo, small_demo, tmp_path):
    """Everybody who is lowered leaves, by declaration: every verdict and every static figure stays."""
    shutil.copytree(small_demo.parents[1], tmp_path / "params")
    file = tmp_path / "params" / "behaviour" / "example.yaml"
    text = file.read_text("utf-8")
    assert "retention: 0.01" in text
    file.write_text(text.replace("retention: 0.01", "retention: 1.0"), "utf-8")
    other = open_study(tmp_path / "params" / "studies" / "demo.yaml")
    pd.testing.assert_frame_equal(other.weighing.standing.frame, demo.weighing.standing.frame)
    verdicts = [
        [(j.change.policy, j.verdict, j.because) for j in one.recommendation.judgements]
        for one in (demo, other)
    ]
    assert verdicts[0] == verdicts[1]
    amounts = [one.weighing.behaviour.table()["behavioural"].min() for one in (demo, other)]
    assert amounts[1] < amounts[0]


@pytest.fixture(scope="module")
def bare(small_demo, tmp_path_factory):
    """The demo without its programme, designs, hotline and declared reactions: nothing is identified."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(small_demo.parents[1], folder / "params")
    study = folder / "params" / "studies" / "demo.yaml"
    text = study.read_text("utf-8")
    for start, end in (("programme:", "decision_rule:"), ("behaviour:", "bootstrap:")):
        text = text[: text.index(f"\n{start}") + 1] + text[text.index(f"\n{end}") + 1 :]
    lines = [line for line in text.splitlines() if "hotline_peak" not in line]
    study.write_text("\n".join(lines) + "\n", "utf-8")
    return open_study(study)


def test_nothing_rankable_gives_empty_and_well_formed_results(bare):
    found = bare.weighing
    assert not rankable(bare)
    assert found.standing.frame["rankable"].to_list() == [True, False, False, False]
    assert found.standing.readings.empty and found.standing.evpi == 0.0
    assert found.frontier.definition is None and dict(found.tornado) == {}
    assert found.two_way is None and found.behaviour is None
    assert found.scenarios.choice == bare.baseline.id
    assert (found.scenarios.values == 0.0).all(axis=None)


def test_the_public_data_set_has_nothing_to_rank(online_retail):
    """No programme, no effect: the baseline alone in every scenario."""
    found = online_retail.weighing
    assert list(found.scenarios.values.columns) == [online_retail.baseline.id]
    assert found.scenarios.total == 1 + len(online_retail.params.scenarios)
    assert found.behaviour is None and found.two_way is None and not found.tornado


def test_a_null_reform_is_zero_in_every_figure(small_demo, tmp_path):
    """The policy in force under another name: no bar has a width, no scenario and no reaction an amount."""
    shutil.copytree(small_demo.parents[1], tmp_path / "params")
    params = tmp_path / "params"
    base = (params / "policies" / "demo" / "vip_2022.yaml").read_text("utf-8")
    (params / "policies" / "demo" / "same.yaml").write_text(base.replace("id: vip_2022", "id: same"), "utf-8")
    file = params / "studies" / "demo.yaml"
    file.write_text(file.read_text("utf-8").replace("demo/vip_80k.yaml", "demo/same.yaml"), "utf-8")
    found = open_study(file).weighing
    row = found.standing.readings.xs("same", level="policy")
    figures = ["net", "low80", "high80", "low95", "high95", "better", "adjusted", "tail"]
    assert row["rankable"].all() and (row[figures] == 0.0).all(axis=None)
    frame = found.standing.frame
    assert (frame.loc["same", ["best", "regret"]] == frame.loc["vip_2022", ["best", "regret"]]).all()
    assert (found.frontier.frame.loc["same", ["retained", "cost"]] == 0.0).all()
    assert (found.tornado["same"].bars[["low", "high", "width"]] == 0.0).all(axis=None)
    assert (found.scenarios.values["same"] == 0.0).all()
    amounts = found.behaviour.table().loc[
        "same", ["static", "reaching", "neglect", "word_of_mouth", "behavioural"]
    ]
    assert (amounts == 0.0).all()
