"""Assumed effects and ranges: what a study may state, and what is refused in both languages."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from toolkit.measures.registry import names
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study

WHO = "author: 王工, on: 2026-06-30, source: 内部测算"
EFFECT = f"{{id: guess, package: vip, otherwise: standard, low: 0.01, mode: 0.03, high: 0.06, {WHO}}}"
FACTOR = f"{{factor: service, low: 0.9, mode: 1.0, high: 1.3, {WHO}}}"


@pytest.fixture
def study_with(small_demo, tmp_path_factory):
    """The demo study with these assumptions and no others."""
    yaml = YAML(typ="safe")

    def write(text: str):
        path, asked = small_demo.with_name("assuming.yaml"), yaml.load(small_demo.read_text("utf-8"))
        bare = {key: value for key, value in asked.items() if key not in ("assumptions", "assumed_effects")}
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(bare | yaml.load(text), stream)
        return read_study(path, names()).study

    return write


def test_what_is_assumed_is_read_with_its_author(study_with):
    study = study_with(f"assumed_effects: [{EFFECT}]\nassumptions: [{FACTOR}]")
    (effect,), (factor,) = study.assumed_effects, study.assumptions
    assert (effect.author, str(effect.on), effect.source) == ("王工", "2026-06-30", "内部测算")
    assert (effect.low, effect.mode, effect.high, effect.definition) == (0.01, 0.03, 0.06, None)
    assert (factor.factor, factor.high, factor.law) == ("service", 1.3, "triangular")


def test_nothing_is_assumed_unasked(study_with):
    study = study_with("{}")
    assert study.assumed_effects == () and study.assumptions == ()


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (f"assumed_effects: [{EFFECT.replace('0.01', '0.04')}]", "low ≤ mode ≤ high", "low <= mode <= high"),
        (f"assumed_effects: [{EFFECT}, {EFFECT}]", "guess 出现了两次", "has guess twice"),
        (f"assumed_effects: [{EFFECT.replace('vip', 'gold')}]", "没有任何方案使用服务包 gold",
         "no policy has the package gold"),
        (f"assumed_effects: [{EFFECT.replace('standard', 'vip')}]", "不能是同一服务包", "must be different packages"),
        (f"assumed_effects: [{EFFECT[:-1]}, definition: spend_kept}}]", "spend_kept", "spend_kept"),
        (f"assumptions: [{FACTOR}, {FACTOR}]", "service 出现了两次", "has service twice"),
        (f"assumptions: [{FACTOR.replace('1.3', '0.95')}]", "low ≤ mode ≤ high", "low <= mode <= high"),
        (f"assumptions: [{FACTOR.replace('0.9', '0')[:-1]}, law: lognormal}}]", "low 应大于 0", "low must be above 0"),
        (f"assumptions: [{FACTOR.replace('service', 'rent')}]", "应为以下之一", "must be one of"),
        ("assumptions: [{factor: service, low: 1, mode: 1, high: 1}]", "必须填写", "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(study_with, text, zh, en):
    with pytest.raises(FileProblems) as refused:
        study_with(text)
    assert zh in refused.value.text("zh") and en in refused.value.text("en")
    assert "assuming.yaml" in refused.value.text("zh")
