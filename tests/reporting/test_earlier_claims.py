"""Claims of earlier reports, read from their run folders: every quarter once, nothing later, faults in words."""

from __future__ import annotations

import json

import pytest

from toolkit.reporting.earlier import earlier_claims
from toolkit.terms import Label
from toolkit.track.claim import Claim
from toolkit.track.file import CLAIMS, claims_text
from toolkit.window import Quarter

NOW = Quarter.parse("2025Q3")


def claim(quarter, value=0.5):
    return Claim(f"a.{quarter}", "retained", quarter, quarter + 4, value, "share", Label("甲", "a"), 0.4, 0.6)


def put(study, quarter, run, value=0.5, *, latest=True):
    """One run of one quarter, as the runner leaves it."""
    folder = study / quarter / run
    folder.mkdir(parents=True)
    one = claim(Quarter.parse(quarter), value)
    (folder / CLAIMS).write_text(claims_text([one], "demo", one.made), "utf-8")
    if latest:
        (study / quarter / "latest.json").write_text(json.dumps({"run": run}), "utf-8")


@pytest.fixture
def study(tmp_path):
    for quarter in ("2024Q3", "2024Q4", "2025Q3", "2025Q4"):
        put(tmp_path, quarter, "one")
    return tmp_path


def read(study):
    return earlier_claims(study / "2025Q3" / ".run.partial", NOW)


def test_all_earlier_quarters_are_read_in_order(study):
    found = read(study)
    assert [str(q) for q in found.reports] == ["2024Q3", "2024Q4"] and found.problems == ()
    assert [c.id for c in found.claims] == ["a.2024Q3", "a.2024Q4"]


def test_of_a_quarter_run_twice_the_latest_run_counts(study):
    put(study, "2024Q4", "two", 0.55)
    put(study, "2024Q4", "three.failed", 0.45, latest=False)
    assert [c.value for c in read(study).claims] == [0.5, 0.55]


def test_outside_a_run_and_without_reports(tmp_path):
    assert earlier_claims(None, NOW).reports == ()
    assert earlier_claims(tmp_path / "2025Q3" / "run", NOW).claims == ()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: (f / "one" / CLAIMS).write_text("{", "utf-8"), "cannot be read"),
        (lambda f: (f / "one" / CLAIMS).write_text('{"schema": 7}', "utf-8"), "schema 7"),
        (lambda f: (f / "one" / CLAIMS).unlink(), "older version"),
        (lambda f: (f / "latest.json").write_text("", "utf-8"), "latest.json cannot be read"),
        (lambda f: (f / "latest.json").write_text("[]", "utf-8"), "latest.json cannot be read"),
        (lambda f: (f / "latest.json").write_text('{"run": "gone"}', "utf-8"), "older version"),
    ],
)
def test_what_is_broken_is_said_and_left_out(study, spoil, said):
    spoil(study / "2024Q3")
    found = read(study)
    assert [str(q) for q in found.reports] == ["2024Q4"] and len(found.claims) == 1
    (problem,) = found.problems
    assert said in problem.en and "2024Q3" in problem.en and "2024Q3" in problem.zh
    assert "/tmp" not in problem.en


def test_a_folder_that_is_no_quarter_is_passed_by(study):
    (study / "archive").mkdir()
    (study / "archive" / "latest.json").write_text("{}", "utf-8")
    assert len(read(study).reports) == 2 and read(study).problems == ()
