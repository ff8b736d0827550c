"""Review rules in a policy file: written out and read back they mean the same; mistakes are named at their key."""

from __future__ import annotations

from io import StringIO

import pytest
from ruamel.yaml import YAML

from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems

FILE = """
id: vip
title: {zh: 现行办法, en: rules in force}
status: current
effective: 2026-01-01
source: board paper
why: because
scheme: {kind: thresholds, measure: spend, floors: {VIP: 100_000, 普通: rest}}
review:
  every_quarters: 4
  every_quarters_by_grade: {VIP: 1}
  triggers:
    - reason: {zh: 投诉成立, en: complaint upheld}
      when: [{event: {table: contacts, where: {kind: complaint, justified: true}}, at_least: 1}]
      down: 1
      at_once: true
    - reason: {zh: 大单, en: large order}
      when: [{measure: spend, window_quarters: 1, at_least: 50_000}]
      regrade: true
  appeals: {names: {通过: granted, 驳回: refused}, grades: {gold: VIP}, quarters: 2, recheck: false}
service:
  VIP: {package: vip, promise: {zh: 专属, en: own}, cost_per_quarter: 90, surcharge_share: 0.05}
  普通: {package: standard, promise: {zh: 标准, en: standard}, cost_per_quarter: 12}
"""


def read(tmp_path, text: str) -> PolicyParams:
    path = tmp_path / "policy.yaml"
    path.write_text(text, "utf-8")
    return read_policy(path, ["spend"])


def plain(node: object) -> object:
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, tuple | list) else node


def test_file_model_file_keeps_the_meaning(tmp_path):
    policy, stream = read(tmp_path, FILE), StringIO()
    YAML().dump(plain(policy.model_dump(exclude_unset=True)), stream)
    assert read(tmp_path, stream.getvalue()) == policy
    assert PolicyParams.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("{VIP: 1}", "{VIP: 0}", "review.every_quarters_by_grade.VIP", "at least 1"),
        ("{VIP: 1}", "{金: 1}", "", "name 金, no grade"),
        ("down: 1", "lower: 1", "review.triggers.0.lower", "down"),
        ("regrade: true", "regrade: true\n      up: 1", "review.triggers.1", "exactly one of regrade"),
        ("regrade: true", "pin: 金", "", "name 金, no grade"),
        ("measure: spend, window", "measure: spnd, window", "review.triggers.1.when.0.measure", "did you mean spend"),
        ("通过: granted", "通过: yes", "review.appeals.names.通过", "granted, refused"),
        ("quarters: 2, re", "quarters: 2, until: next_review, re", "review.appeals", "only one of until"),
        ("{gold: VIP}", "{gold: 银}", "", "name 银, no grade"),
        ("surcharge_share: 0.05", "surcharge_share: 1.5", "service.VIP.surcharge_share", "at most 1"),
        ("surcharge_share: 0.05", "surcharge_share: 0.1, discount_share: 0.1", "service.VIP", "cannot both be"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_in_both_languages(tmp_path, old, new, key, said):
    assert old in FILE
    with pytest.raises(FileProblems) as caught:
        read(tmp_path, FILE.replace(old, new, 1))
    found = {problem.key: problem for problem in caught.value.problems}
    assert key in found, found
    assert said in found[key].en and not found[key].zh.isascii()
