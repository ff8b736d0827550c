"""The page of a bank's hotline: written by ``make staffing``, which says what it needs where the counts are absent."""

from __future__ import annotations

import os
import re
import subprocess
import sys


def test_without_the_data_folder_it_says_what_to_do(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "benchmarks/staffing.py", str(tmp_path / "page.md")], cwd=root, capture_output=True, text=True,
        check=False, env={**os.environ, "GRADELAB_DATA": str(tmp_path), "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 1 and not (tmp_path / "page.md").exists()
    assert "GRADELAB_DATA" in done.stderr and "缺少" in done.stderr and "Traceback" not in done.stderr


def test_the_page_holds_the_counts_of_the_data(root):
    """Calls of the busiest day and of the last week, counted apart from the table of the bank (R package fpp3)."""
    page = (root / "docs" / "staffing.md").read_text("utf-8")
    assert re.findall(r"([\d,]+) calls\.", page) == ["42,889", "157,757"]
    assert len(re.findall(r"^\| (?:interval|carried) ", page, re.M)) == 12
