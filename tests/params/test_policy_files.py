"""Policy and study files: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolkit.errors import ParameterError
from toolkit.params.policy import read_policy
from toolkit.params.problems import FileProblems
from toolkit.params.schemes import Bound
from toolkit.params.study_files import read_study

GOOD = """
id: vip
title: {zh: 现行办法, en: rules in force}
status: current
effective: 2026-01-01
source: board paper
why: because
scheme: {kind: thresholds, measure: spend, floors: {VIP: 100_000, 普通: rest}}
review: {every_quarters: 4}
service:
  VIP: {package: vip, promise: {zh: 专属, en: own}, cost_per_quarter: 90}
  普通: {package: standard, promise: {zh: 标准, en: standard}, cost_per_quarter: 12}
"""
MEASURES = ["spend", "orders"]


@pytest.fixture
def write(tmp_path: Path):
    def put(text: str, name: str = "policy.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return put


def problems(path: Path) -> dict[str, object]:
    """Problems of a policy file by key."""
    with pytest.raises(FileProblems) as caught:
        read_policy(path, MEASURES)
    return {problem.key: problem for problem in caught.value.problems}


def test_a_good_file_says_inclusive_and_strict_floors(write):
    """A bare number is 以上 (inclusive), ``above`` is 超过 (strict), ``rest`` takes everybody else."""
    policy = read_policy(
        write(
            GOOD.replace("VIP: 100_000", "VIP: {above: 100_000}, 银: 5").replace(
                "  普通: {pack",
                "  银: {package: standard, promise: {zh: 标准, en: s}, cost_per_quarter: 12}\n  普通: {pack",
            )
        ),
        MEASURES,
    )
    assert policy.scheme.floors == {"VIP": Bound(100_000.0, True), "银": Bound(5.0), "普通": Bound(None)}


def test_three_mistakes_give_three_messages_with_file_line_key_value_and_rule(write):
    path = write(
        GOOD.replace("every_quarters: 4", "every_quarters: 0")
        .replace("measure: spend", "measure: spnd")
        .replace("cost_per_quarter: 90", "cost_per_quarter: -1")
    )
    with pytest.raises(FileProblems) as caught:
        read_policy(path, MEASURES)
    error = caught.value
    assert error.exit_code == 3
    found = [(p.file, p.line, p.key, p.value) for p in error.problems]
    assert found == [
        (str(path), 8, "scheme.measure", "spnd"),
        (str(path), 9, "review.every_quarters", "0"),
        (str(path), 11, "service.VIP.cost_per_quarter", "-1"),
    ]
    assert "did you mean spend" in error.en and "是否想写 spend" in error.zh
    assert "must be at least 1" in error.en and "应不小于 1" in error.zh
    assert "must be at least 0" in error.en and "应不小于 0" in error.zh


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("status: current", "status: currnet", "status", "current, proposed, retired"),
        ("kind: thresholds", "kind: threshold", "scheme.kind", "now called thresholds"),
        ("review: {every", "review: {hold: 1, every", "review.hold", "hold_quarters"),
        ("VIP: 100_000", "VIP: -5, A: 7", "scheme.floors.A", "must fall"),
        ("VIP: 100_000", "VIP: rest", "scheme.floors.VIP", "only the last may say rest"),
        ("VIP: 100_000", "VIP: 100k", "scheme.floors.VIP", "must be a number"),
        ("VIP: 100_000", "VIP: true", "scheme.floors.VIP", "must be a number"),
        ("why: because\n", "", "why", "required"),
        ("effective: 2026-01-01", "effective: soon", "effective", "must be a date"),
        ("package: vip", "package: VIP service", "service.VIP.package", "small letters"),
        ("  普通: {pack", "  银: {pack", "service.银", "missing 普通, unknown 银"),
        ("every_quarters: 4", 'every_quarters: "4"', "review.every_quarters", "whole number"),
        ("every_quarters: 4", "every_quarters: 4.5", "review.every_quarters", "whole number"),
        ("cost_per_quarter: 90", "cost_per_quarter: yes", "service.VIP.cost_per_quarter", "must be a number"),
        ("en: rules in force}", "en: rules, in force}", "title.in force", "needs quotes"),
    ],
)
def test_each_mistake_is_named_at_its_key(write, old, new, key, said):
    assert old in GOOD
    found = problems(write(GOOD.replace(old, new, 1)))
    assert key in found, found
    assert said in found[key].en
    assert found[key].zh and not found[key].zh.isascii()


def test_a_key_written_twice_is_refused_with_its_line(write):
    found = problems(write(GOOD + "id: again\n"))
    assert found["id"].line == 13 and "twice" in found["id"].en


def test_yaml_traps_stay_closed(write):
    """YAML 1.1 would read NO as false, 1:30 as 90 and 010 as 8; a grade called NO must stay a grade."""
    text = GOOD.replace("普通", "NO").replace("source: board paper", "source: 1:30")
    policy = read_policy(write(text), MEASURES)
    assert policy.scheme.grades == ("VIP", "NO") and policy.source == "1:30"
    assert read_policy(write(GOOD.replace("100_000", "010")), MEASURES).scheme.floors["VIP"].value == 10
    assert read_policy(write(GOOD.replace("100_000", "1e3")), MEASURES).scheme.floors["VIP"].value == 1000


def test_broken_yaml_and_wrong_encoding_are_sentences(write, tmp_path):
    assert "indentation" in next(iter(problems(write(GOOD + "  - [")).values())).en
    path = tmp_path / "gbk.yaml"
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(ParameterError, match="UTF-8"):
        read_policy(path)
    with pytest.raises(ParameterError, match=r"policy\.yaml"):
        read_policy(tmp_path / "polcy.yaml")


SCORED = "{kind: scored, factors: [%s], floors: {VIP: 60, 普通: rest}}"


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        ("{measure: spend, weight: 0.6, points: {by: rank}}", "sum to 0.6"),
        (
            "{measure: spend, weight: 0.5, points: {by: rank}}, {measure: spend, weight: 0.5, points: {by: rank}}",
            "used twice",
        ),
        (
            "{measure: spend, weight: 1, points: {by: bands, bands: [{floor: 5, points: 3}, {floor: rest, points: 9}]}}",
            "not rise",
        ),
        (
            "{measure: spend, weight: 1, points: {by: bands, bands: "
            "[{floor: 1, points: 9}, {floor: 5, points: 5}, {floor: rest, points: 1}]}}",
            "must fall",
        ),
        (
            "{measure: spend, weight: 1, points: {by: bands, bands: [{floor: 5, points: 9}, {floor: 1, points: 3}]}}",
            "rest",
        ),
    ],
)
def test_score_rules(write, factors, said):
    old = "{kind: thresholds, measure: spend, floors: {VIP: 100_000, 普通: rest}}"
    found = problems(write(GOOD.replace(old, SCORED % factors)))
    assert any(said in problem.en for problem in found.values())


def test_cumulative_shares_must_rise_to_one(write):
    old = "{kind: thresholds, measure: spend, floors: {VIP: 100_000, 普通: rest}}"
    found = problems(write(GOOD.replace(old, "{kind: pareto, measure: spend, upto: {VIP: 0.8, 普通: 0.95}}")))
    assert "end with 1" in found["scheme.upto"].en


def test_every_file_that_ships_is_accepted(root):
    for study in sorted((root / "params" / "studies").glob("*.yaml")):
        files = read_study(study)
        assert len(files.alternatives) >= 1 and len(files.files) == len(set(files.files))


def test_a_study_reports_the_problems_of_all_its_files_at_once(root, tmp_path):
    shutil.copytree(root / "params", tmp_path / "params")
    study = tmp_path / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("draws: 1000", "draws: 1"), "utf-8")
    policy = tmp_path / "params" / "policies" / "demo" / "vip_80k.yaml"
    policy.write_text(policy.read_text("utf-8").replace("status: proposed", "status: maybe"), "utf-8")
    with pytest.raises(FileProblems) as caught:
        read_study(study)
    assert {Path(p.file).name for p in caught.value.problems} == {"demo.yaml", "vip_80k.yaml"}


def test_a_policy_file_that_does_not_exist_is_named_at_its_line(root, tmp_path):
    shutil.copytree(root / "params", tmp_path / "params")
    study = tmp_path / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("demo/vip_80k.yaml", "demo/vip_80.yaml"), "utf-8")
    with pytest.raises(FileProblems) as caught:
        read_study(study)
    (problem,) = caught.value.problems
    assert problem.key == "policies.alternatives.0" and "vip_80k.yaml" in problem.en
