"""Evidence, clusters, costs and the choice of an opened study: second ways to the same figure."""

from __future__ import annotations

import numpy as np
import pytest
from ruamel.yaml import YAML

from toolkit.comparison.choice import cross_fitted, highest_net
from toolkit.comparison.evidence import LINES, AssumedEvidence, BarEvidence, LotEvidence
from toolkit.effects.experiment.off_policy import evaluate_policy
from toolkit.effects.experiment.scored_log import OffPolicySettings
from toolkit.effects.records.lot import logged_lot
from toolkit.effects.records.source import Source
from toolkit.errors import ParameterError
from toolkit.outcomes.cost import customer_costs
from toolkit.service.volumes import moves_of
from toolkit.study import open_study
from toolkit.study.evidence import halves_of

WHO = "author: 王工, on: 2026-06-30, source: 内部测算"
MOVES = "moves: {hand_over: {value: 130}, recovery: {value: 70}}\n"


@pytest.fixture(scope="module")
def write(small_demo):
    """A variant of the demo study: replacements in its file, keys of ``more`` instead, policies beside its own."""
    yaml = YAML(typ="safe")

    def variant(name: str, changes: dict[str, str], more: str = "{}"):
        text = small_demo.read_text("utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = small_demo.with_name(f"{name}.yaml")
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(yaml.load(text) | yaml.load(more), stream)
        return path

    policies = small_demo.parent.parent / "policies" / "demo"
    for old, new in (("vip_2022", "vip_same"), ("vip_80k", "vip_priced")):
        text = (policies / f"{old}.yaml").read_text("utf-8").replace(f"id: {old}", f"id: {new}")
        (policies / f"{new}.yaml").write_text(text + (MOVES if new == "vip_priced" else ""), "utf-8")
    return variant


@pytest.fixture(scope="module")
def study(write):
    """The demo with a null reform, priced changes of grade, a lot for the package, clusters and assumptions."""
    changes = {
        "vip_80k.yaml": "vip_priced.yaml",
        "abc_2027.yaml": "vip_same.yaml",
        "treated: mailed": "treated: mailed\n    package: vip",
        "draws: 1000": "draws: 200, cluster: region",
    }
    assumed = f"assumed_effects: [{{id: guess, package: vip, otherwise: standard, low: 0, mode: 0.02, high: 0.05, {WHO}}}]"
    factor = f"assumptions: [{{factor: service, low: 0.9, mode: 1.1, high: 1.4, {WHO}}}]"
    return open_study(write("evidence", changes, f"{assumed}\n{factor}\n"))


def test_a_policy_that_is_the_baseline_under_another_name_changes_nothing(study):
    """Null reform on records: exactly zero in every figure, in the whole and in each half."""
    for comparison in (study.comparison, *(half.comparison for half in halves_of(study))):
        change = comparison.change("vip_same")
        figures = [change.cost, *(e for v in change.values for e in (v.retained, v.net, *v.lines.values()))]
        assert all((e.value, e.low, e.high) == (0.0, 0.0, 0.0) for e in figures)
        assert (change.moved, change.heads, change.stake) == (0, 0, 0.0)
        assert all(value.winsorised == 0.0 and value.surely == 0.0 for value in change.values)


def test_changes_of_grade_are_priced_once(study):
    """Cost without moves, and moves, are together what the service plan bills; moves are events times prices."""
    policy = next(p for p in study.policies if p.id == "vip_priced")
    position = next(p for p in study.positions if p.policy == policy.id)
    register = study.registers[policy.id]
    billed = customer_costs(policy, register, study.panel, study.quarter).loc[study.customers]
    np.testing.assert_allclose(position.cost + position.moves, 4 * billed.sum(axis=1), rtol=1e-12)
    moved = moves_of(register, study.quarter)
    rows = study.panel.customers.get_indexer(study.customers)
    expected = 4 * (130 * moved["hand_over"][rows] + 70 * moved["recovery"][rows])
    np.testing.assert_allclose(position.moves, expected)
    assert position.moves.sum() > 0 and not study.positions[0].moves.any()
    parts = study.comparison.change("vip_priced").parts[0]
    assert parts.moves.value == pytest.approx(expected.sum())


def test_customers_of_a_region_are_drawn_whole(study, demo):
    regions = study.panel.tables["customers"].set_index("customer_id")["region"].reindex(study.customers)
    own = int(regions.isna().sum())
    assert study.comparison.clusters == regions.nunique() + own < len(study.customers)
    assert demo.comparison.clusters == len(demo.customers)


def test_an_unknown_attribute_is_refused_by_name(write):
    opened = open_study(write("unclustered", {"draws: 1000": "draws: 1000, cluster: county"}))
    with pytest.raises(ParameterError) as refused:
        _ = opened.comparison
    for lang, words in (
        ("zh", ("bootstrap.cluster", "没有“county”")),
        ("en", ("no attribute 'county'", "region")),
    ):
        assert all(word in refused.value.text(lang) for word in (*words, "unclustered.yaml"))


def test_gains_by_lot_add_up_to_the_off_policy_value(study):
    """Mean of direction times gain is the doubly robust difference that the off-policy room computes."""
    lot = next(one for one in study.evidence if isinstance(one, LotEvidence))
    asked = next(one for one in study.params.designs if one.id == "mailing")
    source = Source(study.panel, study.complete, study.params.active_quarters, study.names)
    known = logged_lot(source, asked, study.headline)
    open_door = OffPolicySettings(matched=0.0, heaviest=1.0)
    for policy, way in lot.directions.items():
        served = [
            np.array([study.registers[name].packages(r).astype(object).get(c) == "vip"
                      for c, r in zip(known.customers, known.review, strict=True)])
            for name in (policy, "vip_2022")
        ]  # fmt: skip
        assert (way == served[0].astype(int) - served[1]).all()
        value = evaluate_policy(known.log, *served, open_door)
        assert float((way * lot.gains["still_buying"]).mean()) == pytest.approx(
            0.0 if value.change is None else value.change.value
        )
    assert lot.inside.all() and (lot.worth >= 0).all() and lot.package == "vip"


def test_what_each_source_is_made_of(study):
    """Margins and distances are those of the panel; the bar carries the effects that were identified."""
    bar = next(one for one in study.evidence if isinstance(one, BarEvidence))
    assert bar.effects == {n: e.estimate for n, e in study.effects.items() if e.estimate is not None}
    graded = study.panel.snapshot(study.quarter, study.baseline.scheme.needs, 4, 1)["spend"]
    assert bar.distance == pytest.approx(np.log(graded.loc[study.customers] / 100_000).to_numpy())
    guess = next(one for one in study.evidence if isinstance(one, AssumedEvidence))
    assert (guess.author, guess.mode) == ("王工", 0.02)
    assert study.comparison.draws.factors["service"].mode == 1.1


def test_halves_share_no_customer_and_no_record(study):
    """Each half holds the customers its hash says; margins add up to the whole; clusters are not torn."""
    first, second = halves_of(study)
    assert not len(first.customers.intersection(second.customers))
    assert len(first.customers) + len(second.customers) == len(study.panel.customers)
    regions = study.panel.tables["customers"].set_index("customer_id")["region"]
    assert not set(regions.reindex(first.customers).dropna()) & set(
        regions.reindex(second.customers).dropna()
    )
    for name in ("vip_priced", "weighted_2027"):
        parts = [half.comparison.change(name) for half in (first, second)]
        whole = study.comparison.change(name)
        assert sum(part.moved for part in parts) == whole.moved
        assert sum(part.stake for part in parts) == pytest.approx(whole.stake)
        assert sum(part.costs.service.value for part in parts) == pytest.approx(whole.costs.service.value)


def test_the_choice_is_valued_on_the_other_half(demo):
    """The held-out value from the halves, by hand."""
    assert demo.no_choice is None
    share = demo.files.rule.adopt_identified_share
    first, second = halves_of(demo)
    picks = [highest_net(share)(half.comparison) for half in (first, second)]
    nets = [
        0.0 if pick is None else half.comparison.change(pick).values[0].net.value
        for pick, half in zip(picks, (second, first), strict=True)
    ]
    assert demo.choice.picks == tuple(picks)
    assert demo.choice.held_out.value == pytest.approx(sum(nets))
    assert demo.choice == cross_fitted((first, second), highest_net(share), demo.comparison)
    assert set(demo.choice.lines) == set(LINES)


def test_without_a_programme_there_is_no_evidence_and_no_choice(online_retail):
    assert online_retail.evidence == () and online_retail.choice is None
    assert "排序" in online_retail.no_choice.zh
    assert all(change.values == () for change in online_retail.comparison.changes)
