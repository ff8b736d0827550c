"""Service plans in files: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolkit.params.policy import read_policy
from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_model
from toolkit.params.service_plan import ServicePlanParams
from toolkit.run.check import check

GOOD = """
id: vip
title: {zh: 现行办法, en: rules in force}
status: current
effective: 2026-01-01
source: board paper
why: because
scheme: {kind: thresholds, measure: spend, floors: {VIP: 100_000, 普通: rest}}
review: {every_quarters: 4}
manager_cost_per_quarter: 36_000
pools:
  desk: {title: {zh: 坐席, en: desk}, hours_per_head: 400}
  crew: {title: {zh: 队, en: crew}, span: 50, cost_per_head: {value: 100, low: 90, high: 120}}
ledger: {visit: [m07_visits]}
service:
  VIP:
    package: vip
    promise: {zh: 专属, en: own}
    measures:
      - {measure: m07_visits, quantity: 4, per: year, hours: 1.5, unit_cost: {value: 120, low: 90, high: 160, unit: hour}, pool: desk}
      - {measure: M03, quantity: 1, per: customer, pool: crew}
  普通: {package: standard, promise: {zh: 标准, en: standard}, cost_per_quarter: 12}
"""


@pytest.fixture
def write(tmp_path: Path):
    def put(text: str) -> Path:
        path = tmp_path / "policies" / "policy.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return put


def test_a_measure_may_be_named_by_its_number(write):
    plan = read_policy(write(GOOD)).service["VIP"]
    assert [item.measure for item in plan.measures] == ["m07_visits", "m03_own_team"]
    assert plan.measures[0].unit_cost.ends == (90, 160) and plan.direct == 0


MISTAKES = [
    ("hours: 1.5", "hours: -1.5", "service.VIP.measures.0.hours", "at least 0"),
    ("quantity: 4, per: year", "quantity: -4, per: year", "service.VIP.measures.0.quantity", "at least 0"),
    (", unit: hour}", "}", "service.VIP.measures.0.unit_cost.unit", "required"),
    ("m07_visits, quantity", "m07_visit, quantity", "service.VIP.measures.0.measure", "did you mean m07_visits"),
    ("m07_visits, quantity", "M99, quantity", "service.VIP.measures.0.measure", "params/README.md"),
    ("quantity: 4, per: year", "quantity: 4", "service.VIP.measures.0.per", "required"),
    ("low: 90, high: 160", "low: 160, high: 90", "service.VIP.measures.0.unit_cost", "low <= value <= high"),
    ("hours: 1.5, ", "", "service.VIP.measures.0", "needs hours"),
    ("per: year, hours", "per: revenue, hours", "service.VIP.measures.0", "go together"),
    ("unit: hour", "unit: head", "service.VIP.measures.0", "per customer or per grade"),
    ("unit: hour", "unit: once", "service.VIP.measures.0", "over_quarters"),
    ("pool: desk}", "pool: desks}", "", "did you mean desk"),
    ("pool: crew}", "pool: crew, unit_cost: {value: 1, unit: event}}", "", "count it twice"),
    ("per: customer, pool: crew", "per: year, pool: crew", "", "per must be customer"),
    ("span: 50, cost_per_head: {value: 100, low: 90, high: 120}", "span: 50", "pools.crew", "needs cost_per_head"),
    ("hours_per_head: 400", "hours_per_head: 400, span: 3", "pools.desk", "either span or hours_per_head"),
    (", cost_per_quarter: 12", "", "service.普通", "cost_per_quarter or measures must be given"),
    ("    measures:\n", "    span: 9\n    measures:\n      - {measure: M01, quantity: 1, per: customer, pool: crew}\n", "service.VIP", "pay for the same manager"),
    ("    measures:\n", "    discount_share: 0.1\n    measures:\n      - {measure: M24, quantity: 1, per: revenue, unit_cost: {value: 0.02, unit: share}}\n", "service.VIP", "the same discount"),
    ("measure: M03", "measure: M07, hours: 1", "service.VIP", "given twice"),
    ("visit: [m07_visits]", "visit: [m07_visit]", "", "did you mean m07_visits"),
    ("visit: [m07_visits]", "visit: [m07_visits], trip: [m07_visits]", "", "two kinds"),
    ("  普通: {package: standard, promise: {zh: 标准, en: standard}, cost_per_quarter: 12}\n", "", "service", "missing 普通"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "said"), MISTAKES)
def test_each_mistake_is_named_at_its_key_in_both_languages(write, old, new, key, said):
    assert old in GOOD
    with pytest.raises(FileProblems) as caught:
        read_policy(write(GOOD.replace(old, new, 1)))
    found = {problem.key: problem for problem in caught.value.problems}
    assert key in found, caught.value.en
    assert said in found[key].en
    assert found[key].zh and not found[key].zh.isascii()


def test_several_mistakes_come_at_once(write):
    bad = (
        GOOD.replace("hours: 1.5", "hours: -1")
        .replace(", unit: hour}", "}")
        .replace("m07_visits, q", "visits, q")
    )
    with pytest.raises(FileProblems) as caught:
        read_policy(write(bad))
    assert len(caught.value.problems) == 3


def test_a_preset_brings_measures_prices_and_pools(root, write, tmp_path):
    """S01 gives its best grade M01 M03 M19 M17 M21; the file's own price of one of them takes its place."""
    shutil.copytree(root / "params" / "service", tmp_path / "service")
    own = "preset: s01_1\n    measures:\n      - {measure: M17, quantity: 2, per: year, unit_cost: {value: 99, unit: event}}\n"
    start, end = GOOD.index("measures:"), GOOD.index("  普通: {package")
    text = (GOOD[:start] + own + GOOD[end:]).replace("ledger: {visit: [m07_visits]}\n", "")
    policy = read_policy(write(text))
    named = [item.measure for item in policy.service["VIP"].measures]
    assert sorted(named) == [
        "m01_own_manager",
        "m03_own_team",
        "m17_survey",
        "m19_tailoring",
        "m21_priority_handling",
    ]
    assert policy.service["VIP"].measures[0].unit_cost.value == 99
    assert {"managers", "service_team", "desk", "crew"} == set(policy.pools)
    for bad, said in (("s01_9", "did you mean s01_"), ("zzz", "lists them all")):
        with pytest.raises(FileProblems, match=said) as caught:
            read_policy(write(text.replace("s01_1", bad)))
        assert caught.value.problems[0].key == "service.VIP.preset"


def test_a_preset_without_a_folder_says_so(write):
    text = GOOD.replace("cost_per_quarter: 12", "preset: s01_1")
    with pytest.raises(FileProblems, match="no folder service"):
        read_policy(write(text))


def test_the_file_of_prices_is_checked_like_the_others(root, tmp_path):
    path = root / "params" / "service" / "catalogue.yaml"
    assert check([path], []) == 1
    text = path.read_text("utf-8").replace("measures: [m72_basic_service]", "measures: [m72_basic_servic]", 1)
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        text.replace("low: 80, high: 130, unit: hour", "low: 800, high: 130, unit: hour", 1), "utf-8"
    )
    with pytest.raises(FileProblems) as caught:
        read_model(bad, ServicePlanParams)
    assert "did you mean m72_basic_service" in caught.value.en and "low <= value <= high" in caught.value.en


@pytest.mark.parametrize("unpriced", ["m72_basic_service", "m01_own_manager"])
def test_a_package_of_unpriced_measures_is_refused(root, tmp_path, unpriced):
    text = (root / "params" / "service" / "catalogue.yaml").read_text("utf-8")
    rows = [row for row in text.splitlines() if f"measure: {unpriced}," not in row]
    path = tmp_path / "plan.yaml"
    path.write_text("\n".join(rows), "utf-8")
    with pytest.raises(FileProblems, match=f"{unpriced} of the package .* has no price"):
        read_model(path, ServicePlanParams)
