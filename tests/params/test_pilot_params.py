"""Pilot files: what is refused, in both languages, and what ``gradelab check`` makes of them."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from toolkit.errors import ParameterError
from toolkit.params.pilot import PilotParams, read_pilot
from toolkit.params.problems import FileProblems
from toolkit.pilots.file import pilot_yaml
from toolkit.run.check import check

GOOD = {
    "id": "lower_2026q3",
    "title": {"zh": "试点", "en": "Pilot"},
    "asked": {"study": "demo", "quarter": "2026Q3", "policy": "lower", "definition": "stay"},
    "design": "switchers",
    "package": "vip",
    "otherwise": "standard",
    "seed": 7,
    "drawn_on": "2026Q3",
    "starts_on": date(2027, 1, 1),
    "ends_on": date(2028, 1, 1),
    "served": "a",
    "not_served": "b",
    "customers": 100,
    "quarters": 4,
    "weeks": 65,
    "expected_error": 0.02,
    "detectable": 0.056,
    "cost": 100.0,
    "decides": {"adopt_above": 0.04, "reject_below": 0.0, "text": {"zh": "甲", "en": "a"}},
    "source": "demo 2026Q3",
}


def test_a_good_file_is_read_and_checked(tmp_path):
    path = tmp_path / "pilot.yaml"
    path.write_text(pilot_yaml(PilotParams.model_validate(GOOD)), "utf-8")
    assert read_pilot(path).id == "lower_2026q3"
    assert check([path], ["spend"]) == 1


def test_check_names_every_problem_of_a_pilot_file(tmp_path):
    path = tmp_path / "pilot.yaml"
    text = pilot_yaml(PilotParams.model_validate(GOOD | {"controls": ["spendd"]}))
    path.write_text(text, "utf-8")
    with pytest.raises(ParameterError, match="spendd") as refused:
        check([path], ["spend"])
    assert "没有名为此的指标" in refused.value.zh


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"not_served": "a"}, "different lists"),
        ({"otherwise": "vip"}, "package and otherwise"),
        ({"share": 1.0}, "between 0 and 1"),
        ({"ends_on": date(2026, 12, 31)}, "must come after"),
        ({"starts_on": date(2027, 1, 15)}, "first day of a quarter"),
        ({"design": "tie_breaker"}, "needs band"),
        ({"cluster": "region"}, "must not have cluster"),
        ({"decides": GOOD["decides"] | {"reject_below": 0.05}}, "must not be higher"),
    ],
)
def test_what_contradicts_itself_is_refused(other, said):
    with pytest.raises(ValueError, match=said):
        PilotParams.model_validate(GOOD | other)


def test_waves_begin_with_the_served_and_end_with_the_others():
    wave = {"starts_on": date(2027, 1, 1), "customers": 50}
    waves = [{"list": "a"} | wave, {"list": "b"} | wave | {"starts_on": date(2028, 1, 1)}]
    assert PilotParams.model_validate(GOOD | {"design": "waves", "waves": waves}).waves[0].list == "a"
    with pytest.raises(ValueError, match="first of the waves"):
        PilotParams.model_validate(GOOD | {"design": "waves", "waves": waves[::-1]})


def test_all_problems_at_once_with_their_lines(tmp_path):
    path = tmp_path / "pilot.yaml"
    text = (
        pilot_yaml(PilotParams.model_validate(GOOD))
        .replace("weeks: 65", "weeks: 0")
        .replace("2026Q3\n", "26\n")
    )
    path.write_text(text, "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_pilot(path)
    assert {p.key for p in refused.value.problems} >= {"weeks", "drawn_on", "asked.quarter"}
    assert all(p.line > 1 for p in refused.value.problems)


WAVE = {"starts_on": date(2027, 1, 1), "customers": 50}
BATCHES = [{"list": "a"} | WAVE, {"list": "m"} | WAVE | {"starts_on": date(2027, 7, 1)},
           {"list": "b"} | WAVE | {"starts_on": date(2028, 1, 1)}]  # fmt: skip


def in_batches(*days: date) -> dict:
    batches = [wave | {"starts_on": day} for wave, day in zip(BATCHES, days, strict=True)]
    return GOOD | {"design": "waves", "waves": batches}


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        ((date(2027, 1, 1), date(2027, 7, 1), date(2027, 10, 1)), "答案已知之后", "once the answer is known"),
        ((date(2027, 1, 1), date(2027, 1, 1), date(2028, 1, 1)), "依次更晚", "later than the one before"),
        ((date(2027, 4, 1), date(2027, 7, 1), date(2028, 1, 1)), "在 starts_on 开始", "start on starts_on"),
    ],
)
def test_batches_begin_in_turn_and_the_last_after_the_answer(days, zh, en):
    """A year is asked about, so the last batch waits for a year."""
    with pytest.raises(ValidationError, match=en) as refused:
        PilotParams.model_validate(in_batches(*days))
    assert zh in refused.value.errors()[0]["ctx"]["zh"]


def test_waves_and_branches_are_read_as_what_they_are():
    """First against last until the last begins; regions whole."""
    read = PilotParams.model_validate(in_batches(*(wave["starts_on"] for wave in BATCHES))).experiment()
    assert (read.treated, read.control, read.control_served_on) == ("a", "b", date(2028, 1, 1))
    whole = PilotParams.model_validate(GOOD | {"design": "branches", "cluster": "region"}).experiment()
    assert (whole.cluster, whole.control_served_on) == ("region", None)
    assert PilotParams.model_validate(GOOD).experiment().cluster is None
