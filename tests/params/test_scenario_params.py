"""What a study may say of scenarios and of reactions: every refusal in both languages, with its key."""

from __future__ import annotations

import shutil

import pytest

from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study
from toolkit.run.check import check

SCENARIO = "  - {id: low_effect,"
BROKEN = {
    "taken": (SCENARIO, "  - {id: base,", "", "base 出现了两次", "base is listed twice"),
    "twice": (SCENARIO, "  - {id: dear_service,", "", "dear_service 出现了两次", "dear_service is listed twice"),
    "effect": ("effect: low, author", "effect: worst, author", "scenarios.0.effect", "low", "low"),
    "author": ("effect: low, author: 示例作者,", "effect: low,", "scenarios.0.author", "必须填写", "required"),
    "negative": ("service_cost: 1.2, managers: 1.2, author", "service_cost: -1, managers: 1.2, author", "scenarios.2.service_cost", "不小于 0", "at least 0"),
    "spill": ("retention: 0.02", "retention: 2", "scenarios.4.spill_over.retention", "1", "1"),
}  # fmt: skip


@pytest.fixture
def demo_file(root, tmp_path):
    shutil.copytree(root / "params", tmp_path / "params")
    return tmp_path / "params" / "studies" / "demo.yaml"


def change(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("name", BROKEN)
def test_bad_scenarios_are_refused_in_both_languages(demo_file, name):
    old, new, key, zh, en = BROKEN[name]
    change(demo_file, old, new)
    with pytest.raises(FileProblems) as refused:
        read_study(demo_file)
    found = [p for p in refused.value.problems if p.key == key]
    assert found and zh in found[0].zh and en in found[0].en


def test_seats_without_shifts_are_refused(demo_file):
    """Without shifts the seats cost nothing, so a scenario of dearer seats would say nothing."""
    text = demo_file.read_text("utf-8")
    start, end = text.index("  shifts:"), text.index("capacity:")
    demo_file.write_text(text[:start] + text[end:], "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(demo_file)
    assert "hotline_peak" in refused.value.zh and "hotline.shifts" in refused.value.en


def test_reactions_are_off_unless_named(demo_file):
    assert read_study(demo_file).behaviour.id == "example"
    change(demo_file, "behaviour: ../behaviour/example.yaml\n", "")
    found = read_study(demo_file)
    assert found.behaviour is None and all("behaviour" not in file.parts for file in found.files)


def test_a_file_of_reactions_is_checked_with_its_study_and_by_itself(demo_file):
    """A share above one and a missing author, each named with its line."""
    file = demo_file.parents[1] / "behaviour" / "example.yaml"
    assert check([file], names()) == 1
    change(file, "share: 0.10", "share: 1.10")
    change(file, "author: 示例作者\n", "")
    for path in (file, demo_file):
        with pytest.raises(ParameterError) as refused:
            check([path], names())
        for text in (refused.value.zh, refused.value.en):
            assert all(word in text for word in ("elasticities.reaching.share", "author", "example.yaml"))


def test_reactions_must_say_something(demo_file):
    file = demo_file.parents[1] / "behaviour" / "example.yaml"
    text = file.read_text("utf-8")
    start, end = text.index("  reaching:"), text.index("author:")
    file.write_text(text[:start].replace("elasticities:", "elasticities: {}") + text[end:], "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(demo_file)
    assert "至少要写一项" in refused.value.zh and "or both" in refused.value.en


def test_a_horizon_outside_its_range_is_refused(demo_file):
    rule = demo_file.parents[1] / "decision_rules" / "board_2026.yaml"
    change(rule, "horizon_between: {low: 3, high: 5}", "horizon_between: {low: 5, high: 6}")
    with pytest.raises(FileProblems) as refused:
        read_study(demo_file)
    assert "horizon_between 应包含" in refused.value.zh and "must hold horizon_quarters" in refused.value.en
