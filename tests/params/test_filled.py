"""Comments ``# ours`` as data. Expected: a plain count of the text, and small files read by eye."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.params.filled import filled_of, filled_values

FOLDER = Path(__file__).resolve().parents[2] / "params"
CATALOGUE = sorted((FOLDER / "catalogue").glob("*.yaml"))
WRITTEN = """\
id: one                       # 编号
title: {zh: "甲 # ours: 不是注释", en: 'b # ours'}
why: >
  整段文字 # ours: 也不是注释
scheme:                       # ours: 整个方案
  rows:
    - grade: 金               # ours: 名称
      when:
        - {measure: spend, at_least: 100}   # F01；ours: 门槛（元）。
        - any_of: [{list: red},              # ours
                   {list: black}]            # ours: 名单
  # 原文没有写；ours: 每年一次
  # ours: 请替换

review: {every_quarters: 4}
hours: 24 hours#ours
# 费用是我们的假设（ours）
cost: 12
"""


def test_there_is_a_catalogue():
    """A pattern that finds nothing would pass the next test."""
    assert len(CATALOGUE) == 88


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_every_comment_of_the_catalogue_is_found(path):
    """The slow twin: lines whose text has the word behind a hash."""
    lines = [
        n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if re.search(r"#.*\bours\b", line)
    ]
    found = filled_values(path)
    assert lines and [one.line for one in found] == lines
    assert all(one.key[0] != "id" and "ours" not in one.text for one in found)


def test_a_comment_belongs_to_its_line_or_to_what_follows(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(WRITTEN, "utf-8")
    found = [(one.path, one.line, one.shown, one.text) for one in filled_values(path)]
    scheme, *rest = found
    assert scheme[:2] == ("scheme", 5) and scheme[3] == "整个方案" and len(scheme[2]) <= 60
    assert rest == [
        ("scheme.rows.1.grade", 7, "金", "名称"),
        ("scheme.rows.1.when.1", 9, "{measure: spend, at_least: 100}", "门槛（元）"),
        ("scheme.rows.1.when.2.any_of.1", 10, "{list: red}", ""),
        ("scheme.rows.1.when.2.any_of.2", 11, "{list: black}", "名单"),
        ("review", 12, "{every_quarters: 4}", "每年一次"),
        ("review", 13, "{every_quarters: 4}", "请替换"),
        ("cost", 17, "12", ""),
    ]
    assert filled_of([path])["one"] == filled_values(path)


def test_a_file_without_any_has_an_empty_list():
    """The policies of the simulated company are its own."""
    files = sorted((FOLDER / "policies" / "demo").glob("*.yaml"))
    assert files and all(filled_values(path) == () for path in files)
