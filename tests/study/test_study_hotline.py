"""The hotline and the capacity of a study. Expected: counts by hand from the contacts, definitions, and the rule that what is
infeasible is not ranked."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.panel import Panel
from toolkit.params.capacity import CapParams
from toolkit.recommendation.verdict import Because, Verdict
from toolkit.reporting import findings, tables
from toolkit.reporting.facts import Facts
from toolkit.reporting.verdict_page import verdict_sentence
from toolkit.reporting.words import sentence
from toolkit.study import open_study
from toolkit.study.capacity import study_capacity

POLICY = "policies/demo/vip_80k.yaml"


def with_tables(study, **tables):
    """The study on other tables beside the transactions; None takes a table away."""
    kept = {**study.history.tables, **tables}
    panel = Panel(study.panel.cube, {name: table for name, table in kept.items() if table is not None})
    return replace(study, history=replace(study.history, panel=panel))


def with_hotline(study, **changes):
    params = study.params.model_copy(update={"hotline": study.params.hotline.model_copy(update=changes)})
    return replace(study, files=replace(study.files, study=params))


def calls_by_hand(study, policy):
    """Calls of the report's quarter by class, counted one by one."""
    contacts, packages = (
        study.history.tables["contacts"],
        dict(study.registers[policy].packages(study.quarter)),
    )
    first, end = (pd.Timestamp(day) for day in (study.quarter.start(), study.quarter.end()))
    counts = {"vip": 0, "others": 0}
    for row in contacts.itertuples():
        if row.kind == "call" and first <= row.at < end and 8 <= row.at.hour < 21:
            counts["vip" if packages.get(row.customer_id) == "vip" else "others"] += 1
    return counts


def test_the_typical_week_holds_the_calls_of_the_quarter(demo):
    """Typical calls times the number of such weekdays are the calls counted one by one, under every policy."""
    days = pd.date_range(demo.quarter.start(), demo.quarter.end(), inclusive="left")
    weekdays = pd.Series(days.day_of_week).value_counts()
    for policy in demo.policies:
        calls = demo.hotline.arrivals[policy.id].calls
        total = calls.mul(weekdays.loc[calls.index.day_of_week].to_numpy(), axis=0).sum()
        assert total.round(6).to_dict() == calls_by_hand(demo, policy.id)
    assert (
        demo.hotline.recorded == sum(calls_by_hand(demo, "vip_2022").values()) and demo.hotline.outside == 0
    )


def test_only_the_class_of_the_callers_differs_between_policies(demo):
    found = demo.hotline
    totals = {name: one.calls.sum(axis=1).round(9).tolist() for name, one in found.arrivals.items()}
    assert all(one == totals["vip_2022"] for one in totals.values())
    assert found.shares("vip_80k")["vip"] > found.shares("vip_2022")["vip"]
    assert found.same_seats["vip_2022"] is found.served["vip_2022", "shared"]


def test_calls_outside_the_opening_hours_are_counted_and_not_staffed(demo):
    narrow = with_hotline(demo, opens="10:00", closes="12:00", shifts=()).hotline
    at = demo.history.tables["contacts"].loc[lambda t: t["kind"] == "call", "at"]
    first, end = (pd.Timestamp(day) for day in (demo.quarter.start(), demo.quarter.end()))
    inside = at[(at >= first) & (at < end)].dt.hour.isin([10, 11])
    assert (narrow.recorded, narrow.outside) == (len(inside), int((~inside).sum()))
    assert set(narrow.plans["vip_2022", "shared"].seats.index.hour) == {10, 11}
    assert np.isnan(narrow.cost_per_year("vip_2022", "shared"))


def test_a_given_handling_time_replaces_the_recorded_minutes(demo):
    found = with_hotline(demo, handling_seconds=300.0).hotline
    assert set(found.arrivals["vip_2022"].handling) == {300.0}
    bare = demo.history.tables["contacts"].drop(columns="minutes")
    assert with_tables(with_hotline(demo, handling_seconds=300.0), contacts=bare).hotline is not None


def test_what_is_missing_is_named_and_nothing_else_fails(demo):
    """No table, no column, no call of the kind, negative minutes, a study without the block."""
    contacts = demo.history.tables["contacts"]
    cases = {
        "contacts": with_tables(demo, contacts=None),
        "minutes": with_tables(demo, contacts=contacts.drop(columns="minutes")),
        "fax": with_hotline(demo, kinds=("fax",)),
        "negative": with_tables(demo, contacts=contacts.assign(minutes=-1.0)),
        "hotline": replace(demo, files=replace(demo.files, study=demo.params.model_copy(update={"hotline": None, "capacity": ()}))),
    }  # fmt: skip
    for word, study in cases.items():
        assert study.hotline is None and word in study.no_hotline.en and study.no_hotline.zh
        assert list(findings.hotline(study)) == []
        ((key, _, names),) = findings.hotline_told(study)
        assert sentence(key, Facts("CNY"), "zh", names=names) == study.no_hotline.zh
    lost = cases["contacts"]
    assert not lost.capacity.infeasible and {
        u.need for u in lost.capacity.of("vip_2022") if u.resource.counts == "seats"
    } == {None}
    assert {key for key, _, _ in findings.capacity_told(lost)} == {"capacity.fits", "capacity.unknown"}
    table = tables.capacity(lost.capacity, lost.policies, lang="en", currency="CNY")
    assert [row[-1] for row in table.rows[:3]] == ["yes", "not checked", "not checked"]


@pytest.fixture(scope="module")
def doubled(demo, small_demo, tmp_path_factory):
    """A study whose alternative has twice the VIPs, on a company with managers for the present ones only."""
    folder = tmp_path_factory.mktemp("doubled")
    shutil.copytree(small_demo.parent.parent, folder / "params")
    place = demo.panel.quarters.index(demo.quarter)
    rows = demo.panel.customers.get_indexer(demo.customers)
    spend = np.sort(demo.panel.values("spend", 4)[rows, place])[::-1]
    vips = int(demo.registers["vip_2022"].counts(demo.quarter)["VIP"])
    floor = int(spend[2 * vips - 1])
    policy = folder / "params" / POLICY
    text = policy.read_text("utf-8").replace("VIP: 80_000", f"VIP: {floor}").replace("span: 300", "span: 30")
    policy.write_text(text, "utf-8")
    base = folder / "params" / "policies" / "demo" / "vip_2022.yaml"
    base.write_text(base.read_text("utf-8").replace("span: 300", "span: 30"), "utf-8")
    study = folder / "params" / "studies" / "demo.yaml"
    heads = -(-vips // 30)
    study.write_text(study.read_text("utf-8").replace("most: 12,", f"most: {heads},"), "utf-8")
    return open_study(study), vips, heads


def test_twice_the_vips_need_twice_the_heads_and_are_not_ranked(doubled):
    """Heads by hand: VIPs / 30 rounded up; the cap is what the present VIPs need."""
    study, vips, heads = doubled
    need = {p.id: study.capacity.of(p.id)[0] for p in study.policies}
    more = study.registers["vip_80k"].counts(study.quarter)["VIP"]
    assert more == pytest.approx(2 * vips, abs=2)
    assert need["vip_2022"].need == heads and need["vip_2022"].slack == 0
    assert need["vip_80k"].need == -(-more // 30) and need["vip_80k"].short
    judged = {j.change.policy: j for j in study.recommendation.judgements}
    assert (
        judged["vip_80k"].verdict is Verdict.EXCLUDED and judged["vip_80k"].because is Because.BEYOND_CAPACITY
    )
    assert (
        study.recommendation.policy != "vip_80k" and study.recommendation.leading().change.policy != "vip_80k"
    )
    known = sum(effect.estimate is not None for effect in study.effects.values())
    assert known and study.comparison.comparisons == 2 * known


def test_heads_seats_and_waiting_of_twice_the_vips_are_said(doubled):
    study, _, heads = doubled
    facts = Facts(study.currency)
    facts.extend(findings.hotline(study))
    facts.extend(findings.capacity(study))
    assert facts["hotline.first.vip_80k"].value > 1.3 * facts["hotline.first.vip_2022"].value
    for lang in ("zh", "en"):
        said = {(key, each): sentence(key, facts, lang, each, names)
                for key, each, names in findings.hotline_told(study) + findings.capacity_told(study)}  # fmt: skip
        assert str(heads) in said["capacity.excluded", "vip_80k"]
        assert "±" in said["hotline.change", "vip_80k"] and "VIP" in said["hotline.change", "vip_80k"]


def test_the_verdict_and_its_table_give_the_reason(doubled, facts_of):
    study, _, heads = doubled
    facts = facts_of(study)
    assert facts["change.vip_80k.excluded"].text("en", "CNY").startswith("managers: ")
    for lang, name, word in (("zh", "客户经理", "不参与排序"), ("en", "managers", "Not ranked")):
        table = tables.verdicts(study.recommendation, study.weighing.standing, lang=lang, currency="CNY")
        assert table.rows[0][1] == word and name in table.rows[0][-1] and str(heads) in table.rows[0][-1]
        assert name in verdict_sentence(study, facts, lang=lang)


def test_where_nothing_is_feasible_the_baseline_is_kept(demo, facts_of):
    """Caps of nothing exclude every alternative, not the baseline; no comparison is counted."""
    caps = tuple(cap.model_copy(update={"most": 0.0}) for cap in demo.params.capacity)
    params = demo.params.model_copy(update={"capacity": caps})
    study = replace(demo, files=replace(demo.files, study=params))
    found = study.recommendation
    assert found.verdict is Verdict.KEEP and found.comparison.comparisons == 0
    assert {j.verdict for j in found.judgements} == {Verdict.EXCLUDED}
    facts = facts_of(study)
    assert "Every alternative needs more than exists" in verdict_sentence(study, facts, lang="en")
    assert "均未参与排序" in verdict_sentence(study, facts, lang="zh")
    assert [key for key, _, _ in findings.capacity_told(study)] == ["capacity.short"] + [
        "capacity.excluded"
    ] * 3


def test_online_retail_says_what_is_missing(online_retail):
    """The data set holds purchases only."""
    assert online_retail.hotline is None and "contacts" in online_retail.no_hotline.en
    assert "customer_id" in online_retail.no_hotline.zh and not online_retail.capacity.uses


def test_a_pool_of_the_policies_is_capped_by_name(demo):
    """The engine's own teams: heads and hours of the pool so named, none where a policy has no such pool."""
    words = {"zh": "组", "en": "pool"}
    caps = [CapParams.model_validate({"pool": "visitors", "counts": c, "title": words, "most": 3.0, "source": "x"})
            for c in ("heads", "hours")]  # fmt: skip
    teams = pd.DataFrame(
        {"pool": ["visitors", "visitors", "other"], "heads": [2, 2, 9], "load": [300.0, 250.0, 1.0]}
    )
    cost = demo.costs["vip_2022"]
    costs = {name: replace(one, bill=replace(one.bill, teams=teams)) for name, one in demo.costs.items()}
    found = study_capacity(caps, demo.policies, costs, None, demo.quarter)
    assert [use.need for use in found.of("vip_80k")] == [4.0, 550.0] and found.of("vip_80k")[0].short
    plain = study_capacity(caps, demo.policies, {**costs, "vip_2022": cost}, None, demo.quarter)
    assert [use.need for use in plain.of("vip_2022")] == [0.0, 0.0]


def test_caps_are_those_of_the_quarter_in_which_a_policy_starts(demo):
    """The baseline runs already and meets the cap of 2026Q3; the alternatives start in 2027Q1, when more are hired."""
    first = {"pool": "managers", "counts": "heads", "title": {"zh": "人", "en": "people"}, "source": "x"}
    caps = [
        CapParams.model_validate(first | more) for more in ({"most": 0.0}, {"most": 99.0, "since": "2027Q1"})
    ]
    found = study_capacity(caps, demo.policies, demo.costs, None, demo.quarter)
    assert [use.resource.most for use in found.uses] == [0.0, 99.0, 99.0, 99.0] and not found.infeasible
