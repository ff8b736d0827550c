"""The section on what earlier reports claimed: two quarters of the simulated company, in both languages."""

from __future__ import annotations

import json
import re

import matplotlib.pyplot as plt
import pytest

from toolkit.reporting import charts, findings, tables
from toolkit.reporting.chapter import Chapter
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence
from toolkit.study import open_study
from toolkit.terms import Label
from toolkit.track.calibration import calibrate
from toolkit.track.claim import Claim
from toolkit.track.file import CLAIMS, read_claims
from toolkit.track.record import TrackRecord
from toolkit.track.resolution import Observation, pending, resolved
from toolkit.window import Quarter

Q = Quarter.parse("2024Q3")


@pytest.fixture(scope="module")
def chapter(small_demo, tmp_path_factory):
    """Chapter 07 of 2025Q3 beside the good report of 2024Q3 and a broken one of 2024Q4."""
    study = tmp_path_factory.mktemp("reports") / "demo"
    first = study / str(Q) / "run"
    Chapter("07_were_we_right", open_study(small_demo, quarter=str(Q)), str(first), "both").keep_claims()
    broken = study / "2024Q4" / "run"
    broken.mkdir(parents=True)
    (broken / CLAIMS).write_text("{", "utf-8")
    for folder in (first, broken):
        (folder.parent / "latest.json").write_text(json.dumps({"run": "run"}), "utf-8")
    out = study / "2025Q3" / ".run.partial"
    return Chapter("07_were_we_right", open_study(small_demo, quarter="2025Q3"), str(out), "both")


@pytest.fixture(scope="module")
def record(chapter):
    return chapter.track_record()


def made_up():
    """Forty intervals, all but four inside, and one probability in the highest band."""
    rows = [resolved(one(str(i)), Observation(0.5 if i >= 4 else 0.9)) for i in range(40)]
    sure = one("p", "better", low=None, high=None, probability=0.95)
    return [*rows, resolved(sure, Observation(1.0)), pending(one("w"), Label("未到期", "not yet"))]


def one(id, kind="retained", low=0.4, high=0.6, probability=None):
    return Claim(id, kind, Q, Q + 4, 0.5, "share", Label("“金”", "gold"), low, high, probability=probability)


def facts_of(record):
    facts = Facts("CNY")
    facts.extend(findings.track_record(record))
    return facts


def test_claims_are_kept_and_read_back(chapter, record):
    assert read_claims(chapter.out / CLAIMS) == record.made
    assert {r.claim.made for r in record.resolutions} == {Q}
    assert [str(q) for q in record.reports] == ["2024Q3"] and len(record.problems) == 1


def test_facts_count_what_the_record_holds(record):
    facts, found = facts_of(record), record.calibration
    assert facts["track.claims"].value == facts["track.resolved"].value + facts["track.pending"].value
    assert facts["track.inside"].value == sum(r.inside is True for r in record.resolutions)
    assert (
        facts["track.checked"].value == sum(r.inside is not None for r in record.resolutions) == found.checked
    )
    assert facts["track.inside"].value + len(record.misses) == found.checked


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_is_filled(record, lang):
    facts = facts_of(record)
    for key in ("read", "intervals", "left"):
        said = sentence(f"track.{key}", facts, lang)
        assert "{" not in said and "nan" not in said
    for key, each, names in findings.track_told(record):
        assert "2024Q4" in sentence(key, facts, lang, each, names)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_hold_one_row_for_each_thing(record, lang):
    known = {"lang": lang, "currency": "CNY"}
    scores = record.calibration
    assert len(tables.track_kinds(scores, **known).rows) == len(scores.intervals)
    assert len(tables.track_misses(record, **known).rows) == len(record.misses)
    assert sum(int(row[1]) for row in tables.track_unscored(record, **known).rows) == sum(not r.scored for r in record.resolutions)  # fmt: skip
    for make, given in (
        (tables.track_kinds, scores),
        (tables.track_bands, scores),
        (tables.track_misses, record),
    ):
        table = make(given, **known)
        assert all(len(row) == len(table.heads) for row in table.rows) and "nan" not in table.html()
        assert len(table.numbers) == len(table.rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_says_what_it_draws(lang):
    """By hand: 36 of 40 inside is 90 %, one of one came true; both stand beside 95 %."""
    found = calibrate(made_up())
    chart = charts.track_record(found, lang=lang)
    assert len(chart.axes.get_yticks()) == 3
    assert "90.0%" in chart.alt and "100.0%" in chart.alt and chart.alt.count("95.0%") == 3
    assert "(40)" in chart.alt and not re.search("nan|None", chart.alt)
    plt.close(chart.axes.figure)


def test_forty_claims_are_enough_to_say_something():
    record = TrackRecord((), tuple(made_up()), (Q,), ())
    rows = tables.track_kinds(record.calibration, lang="en", currency="CNY").rows
    assert [row[-1] for row in rows] == ["as promised", "as promised"]
    facts = facts_of(record)
    assert (facts["track.said"].value, facts["track.brier"].value) == (1, pytest.approx(0.0025))
    assert sentence("track.probabilities", facts, "en").startswith("Probabilities were given in 1 claims")


def test_a_first_report_has_nothing_to_check(chapter):
    facts = facts_of(TrackRecord(chapter.keep_claims(), (), (), ()))
    assert "track.reports" not in facts and facts["track.made"].value > 0
    assert sentence("track.left", facts, "zh") and sentence("track.no_reports", facts, "en")


def test_outside_a_run_claims_are_made_and_nothing_is_read_or_written(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record = Chapter("07_were_we_right", demo).track_record()
    assert record.made and record.resolutions == () and list(tmp_path.iterdir()) == []
