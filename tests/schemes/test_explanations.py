"""The reason and the detail of a grade are enough to find the grade again.

The reader below knows the file of the policy as an analyst reads it, and none of the code of the schemes.
"""

from __future__ import annotations

import math
import re
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

CASES = runpy.run_path(str(Path(__file__).with_name("test_every_kind.py")))
KINDS, known, scheme_of = CASES["KINDS"], CASES["known"], CASES["scheme_of"]
FULL = 1e-9


def reaches(value: float, floor: object, better: str = "higher") -> bool:
    if floor == "rest":
        return True
    sign = -1 if better == "lower" else 1
    strict = isinstance(floor, dict)
    bar = sign * (floor["above"] if strict else floor)
    return sign * value > bar if strict else sign * value >= bar


def step(value: float, floors: dict, better: str = "higher") -> str:
    return next(grade for grade, floor in floors.items() if reaches(value, floor, better))


def column(subject: dict) -> str:
    if "measure" in subject:
        window = f"@{subject['window_quarters']}q" if "window_quarters" in subject else ""
        return subject["measure"] + window + (f"/{subject['per']}" if "per" in subject else "")
    return f"customers.{subject['attribute']}" if "attribute" in subject else f"lists.{subject['list']}"


def holds(condition: dict, row: pd.Series) -> bool:
    for name, joint in (("any_of", any), ("all_of", all), ("none_of", lambda parts: not any(parts))):
        if name in condition:
            return joint([holds(part, row) for part in condition[name]])
    value = row[column(condition)]
    if "list" in condition:
        return bool(value)
    tests = {
        "at_least": lambda bar: value >= bar,
        "above": lambda bar: value > bar,
        "at_most": lambda bar: value <= bar,
        "below": lambda bar: value < bar,
        "between": lambda ends: ends[0] <= value < ends[1],
        "equals": lambda wanted: value == wanted,
        "one_of": lambda wanted: value in wanted,
    }
    return all(test(condition[name]) for name, test in tests.items() if name in condition)


class Reader:
    """Finds the grade of one customer; ``everyone`` is how many were graded together."""

    def __init__(self, row: pd.Series, code: str, words: str, everyone: int) -> None:
        self.row, self.code, self.words, self.everyone = row, code, words, everyone

    def read(self, file: dict | str) -> str | None:
        return file if isinstance(file, str) else getattr(self, file["kind"])(file)

    def thresholds(self, file: dict) -> str:
        floors = file.get("floors")
        if floors is None:
            by = file["floors_by"]
            own = self.row[f"customers.{by['attribute']}"]
            floors = by["floors"].get(own, by["floors"].get("rest"))
        return step(self.row[column(file)], floors, file.get("better", "higher"))

    def scored(self, file: dict) -> str:
        parts = [self.row[f"{column(factor)}_points"] for factor in file["factors"]]
        total = sum(parts) + (self.row["bonus"] if file.get("bonuses") else 0.0)
        total = min(total, file.get("score_cap", math.inf))
        assert total == pytest.approx(self.row["score"])
        grades = list(file["floors"])
        place = grades.index(step(self.row["score"], file["floors"]))
        return grades[place - (int(self.row["steps"]) if file.get("steps") else 0)]

    def pareto(self, file: dict) -> str:
        value, taken = self.row[column(file)], self.row["taken"]
        if "computed" in file:
            limits = (
                "above the computed limit of A",
                "between the computed",
                "below the computed limit of B",
            )
            said = [i for i, part in enumerate(limits) if part in self.words]
            return file["computed"][said[0] if said else 2]
        lines = file.get("upto") or file.get("top_share") or file["top_customers"]
        before = taken * self.everyone if "top_customers" in file else taken
        counts = value > 0 or "upto" not in file
        for grade, line in lines.items():
            if counts and (line == "rest" or before < line - FULL):
                return grade
        return step(value, file["then"]) if "then" in file else list(lines)[-1]

    def cascade(self, file: dict) -> str:
        reach = self.row["before"] / self.everyone
        return next(grade for grade, line in file["top_share"].items() if reach < line - FULL)

    def table(self, file: dict) -> str | None:
        rows = file.get("rows") or file["states"]
        first = next((i for i, row in enumerate(rows) if all(holds(c, self.row) for c in row["when"])), None)
        assert self.row["row"] == (0 if first is None else first + 1)
        chosen = file["default"] if first is None else rows[first]
        return chosen if first is None else chosen.get("grade") or chosen.get("state")

    states = table

    def attribute(self, file: dict) -> str:
        value = self.row[f"customers.{file['attribute']}"]
        return next((name for name, values in file["classes"].items() if value in values), file["default"])

    def matrix(self, file: dict) -> str:
        cell = {axis: self.row[axis] for axis in file["axes"]}
        assert cell == {axis: self.read(scheme) for axis, scheme in file["axes"].items()}
        if file.get("keep_cell_label"):
            return " × ".join(cell.values())
        for entry in file["cells"]:
            wanted = {a: [g] if isinstance(g, str) else g for a, g in entry["at"].items()}
            if all(cell[axis] in grades for axis, grades in wanted.items()):
                return entry["grade"]
        return file["default"]

    def groups(self, file: dict) -> str:
        return re.search(r"nearest to the group '(.+)' in", self.words)[1]

    def gate(self, file: dict) -> str | None:
        return self.read(file["inside" if self.row["inside"] else "outside"])

    def overrides(self, file: dict) -> str:
        base, computed, applied = file["base"], self.row["computed"], self.row["applied"]
        if base["kind"] != "overrides" and isinstance(computed, str):
            assert self.read(base) == computed
        scale = file.get("grades") or [*"ABC"] if base["kind"] in ("thresholds", "overrides") else None
        scale = scale or list(
            dict.fromkeys([*(c["grade"] for c in base["inside"]["cells"]), base["outside"]])
        )
        grade = computed
        for number in applied.split(";") if applied else []:
            rule = file["rules"][int(number) - 1]
            place = scale.index(grade) if isinstance(grade, str) else None
            if "pin" in rule:
                grade = rule["pin"]
            elif "not_above" in rule:
                grade = scale[max(place, scale.index(rule["not_above"]))]
            elif "not_below" in rule:
                grade = scale[min(place, scale.index(rule["not_below"]))]
            else:
                grade = scale[min(max(place - rule.get("up", 0) + rule.get("down", 0), 0), len(scale) - 1)]
        return grade

    def lists(self, file: dict) -> str | None:
        on = [entry["grade"] for entry in file["lists"] if self.row[f"lists.{entry['list']}"]]
        return on[0] if on else self.read(file["otherwise"])

    def judged(self, file: dict) -> str | None:
        what = "score" if file.get("floors") else "grade"
        window = f"@{file['valid_quarters']}q" if "valid_quarters" in file else ""
        said = self.row[f"{file.get('table', 'grades')}.{what}{window}"]
        if pd.isna(said):
            return None if file["otherwise"] is None else self.read(file["otherwise"])
        if file.get("require_reason") and not (
            self.row["judged_by"].strip() and self.row["judged_for"].strip()
        ):
            return None
        return step(said, file["floors"]) if file.get("floors") else file.get("names", {}).get(said, said)

    def versions(self, file: dict) -> str | None:
        return self.read(file["versions"][int(self.row["version"]) - 1]["scheme"])

    def fixed(self, file: dict) -> str:
        return file["grade"]


@pytest.mark.parametrize("kind", KINDS)
@given(rows=CASES["customers"])
@settings(max_examples=6, deadline=None)
def test_the_reason_and_the_detail_give_the_grade_again(kind, rows):
    frame = known(rows)
    grading = scheme_of(kind).freeze(frame).grade(frame)
    words = grading.reason_text("en")
    for place, customer in enumerate(frame.index):
        reader = Reader(
            grading.detail.loc[customer], str(grading.because.iloc[place]), words.iloc[place], len(frame)
        )
        grade = grading.grade.iloc[place]
        assert reader.read(KINDS[kind]) == (grade if isinstance(grade, str) else None), (kind, customer)


def test_the_reader_has_a_page_for_every_kind():
    assert all(hasattr(Reader, written["kind"]) for written in KINDS.values())
