"""``gradelab check``. Expected: every problem of every file at once, each once, in both languages."""

from __future__ import annotations

import pytest

from toolkit.errors import ParameterError, UsageError
from toolkit.measures.registry import names
from toolkit.run.check import check


def break_policy(project):
    """Three mistakes in one policy file: a wrong key, a number out of range, an unknown measure."""
    policy = project.folder / "params" / "policies" / "demo" / "vip_2022.yaml"
    text = policy.read_text("utf-8")
    for right, wrong in (
        ("measure: spend ", "measure: spent "),
        ("span: 300", "spam: 300"),
        ("every_quarters: 4", "every_quarters: 0"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    policy.write_text(text, "utf-8")
    return policy


def test_three_mistakes_give_three_messages_in_both_languages(project):
    """Named by file and line, also where a study names the same file."""
    policy = break_policy(project)
    with pytest.raises(ParameterError) as refused:
        check([policy, project.study], names())
    assert refused.value.exit_code == 3
    for text in (refused.value.zh, refused.value.en):
        assert all(word in text for word in ("service.VIP.spam", "review.every_quarters", "scheme.measure"))
        assert text.count("vip_2022.yaml") == 3
    assert "2 file(s) checked, 3 problem(s)" in refused.value.en


def test_a_folder_is_checked_with_its_notebooks(project):
    """Hidden folders are not looked into."""
    hidden = project.folder / "notebooks" / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "01_a-checkpoint.ipynb").write_text("{")
    good = project.chapter("01_a", "x = 1")
    rule = project.folder / "params" / "decision_rules"
    assert check([project.folder / "notebooks", rule, good], names()) == 2
    project.chapter("02_b", "for x in y: x")
    (rule / "other.yml").write_text("a: 1\n")
    with pytest.raises(ParameterError) as refused:
        check([project.folder / "notebooks", rule, project.folder / "missing.yaml"], names())
    assert "5 file(s) checked, 3 problem(s)" in refused.value.en
    assert all(
        word in refused.value.en for word in ("move this to toolkit/", "of no known kind", "missing.yaml")
    )


def test_nothing_to_check_is_a_mistake_of_usage(tmp_path):
    """Silence would look like success."""
    with pytest.raises(UsageError):
        check([tmp_path], names())


def test_a_brand_file_is_checked_with_its_folder(project):
    """It is known by its name, for any of its keys may be left out."""
    look = project.folder / "reports" / "template" / "brand.yaml"
    look.parent.mkdir(parents=True)
    look.write_text("imprint: {zh: 青禾}\n", "utf-8")
    assert check([look.parent], names()) == 1
    look.write_text("imprint: {zh: 青禾}\naccent: red\n", "utf-8")
    with pytest.raises(ParameterError, match=r"brand\.yaml, line 2, accent"):
        check([look.parent], names())
