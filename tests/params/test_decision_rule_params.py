"""The decision rule: its probabilities in order, and a file of the old kind told what to write."""

from __future__ import annotations

import pytest

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_model

BOARD = "decision_rules/board_2026.yaml"


@pytest.fixture
def changed(root, tmp_path):
    """The board's rule with parts of its text replaced."""

    def write(*pairs):
        text = (root / "params" / BOARD).read_text("utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "rule.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_the_rule_of_the_board(root):
    rule = read_model(root / "params" / BOARD, DecisionRuleParams)
    assert rule.reject_probability < rule.pilot_probability <= rule.adopt_probability
    assert rule.plausible_change.author and rule.plausible_change.change > 0


def test_an_old_file_is_told_what_to_write_instead(changed):
    path = changed(("reject_probability: 0.1", "keep_probability: 0.1"), ("pilot_probability: 0.5\n", ""))
    with pytest.raises(FileProblems) as refused:
        read_model(path, DecisionRuleParams)
    (problem,) = refused.value.problems
    for text in (problem.zh, problem.en):
        assert all(key in text for key in ("keep_probability", "reject_probability", "pilot_probability"))


@pytest.mark.parametrize("pilot", ["0.1", "0.05", "0.95"])
def test_probabilities_in_order(changed, pilot):
    path = changed(("pilot_probability: 0.5", f"pilot_probability: {pilot}"))
    with pytest.raises(FileProblems, match="reject_probability < pilot_probability <= adopt_probability"):
        read_model(path, DecisionRuleParams)


def test_a_plausible_change_has_an_author(changed):
    path = changed(("  author: 示例董事会\n", ""))
    with pytest.raises(FileProblems, match=r"plausible_change.*author"):
        read_model(path, DecisionRuleParams)


def test_the_probabilities_may_leave_no_gap(changed):
    path = changed(("pilot_probability: 0.5", "pilot_probability: 0.9"))
    assert read_model(path, DecisionRuleParams).pilot_probability == 0.9
