"""Parameters of two reports side by side. Expected: keys that last, by hand."""

from __future__ import annotations

import shutil

import pytest

from toolkit.params.resolved import described_parameters, flat_parameters, resolved_parameters
from toolkit.params.study_files import read_study


@pytest.fixture
def params(root, tmp_path):
    shutil.copytree(root / "params", tmp_path / "params")
    return tmp_path / "params"


def flat(params):
    files = read_study(params / "studies" / "demo.yaml")
    return flat_parameters(resolved_parameters(files, "2026Q3"))


def edit(file, before, after):
    text = file.read_text("utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), "utf-8")


def test_one_changed_value_is_one_changed_key(params):
    before = flat(params)
    edit(params / "decision_rules" / "board_2026.yaml", "adopt_probability: 0.9", "adopt_probability: 0.85")
    after = flat(params)
    assert {key for key in before | after if before.get(key) != after.get(key)} == {
        "decision_rule.adopt_probability"
    }


def test_what_is_put_in_between_moves_nothing_else(params):
    """A cap before the others, a policy that is left out: only they differ, and the list of policies."""
    before = flat(params)
    study = params / "studies" / "demo.yaml"
    edit(
        study,
        "capacity:\n",
        "capacity:\n  - {pool: managers, counts: heads, title: {zh: 新, en: new}, most: 9, since: 2026Q1, source: x}\n",
    )
    edit(study, "    - ../policies/demo/vip_80k.yaml\n", "")
    after = flat(params)
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert changed and all(
        key.startswith(("study.capacity", "policy.vip_80k.", "study.policies.alternatives"))
        or key == "policies"
        for key in changed
    )
    assert after["policies"] == "vip_2022, abc_2027, weighted_2027"


def test_the_quarter_hooks_and_signatories_are_no_parameters_of_the_result(params):
    before = flat(params)
    study = params / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8") + "sign_off: {analyst: {name: 王敏}}\n", "utf-8")
    files = read_study(study)
    assert files.study.sign_off.analyst.name == "王敏"
    assert flat_parameters(resolved_parameters(files, "2026Q2")) == before


def test_every_key_of_the_demo_is_described_in_both_languages(params):
    files = read_study(params / "studies" / "demo.yaml")
    told = described_parameters(files)
    keys = set(flat_parameters(resolved_parameters(files, "2026Q3"))) - {"policies"}
    without = [key for key in keys if not (told[key].zh and told[key].en)]
    assert without == []
    assert told["decision_rule.adopt_probability"].en.startswith("lowest probability")
