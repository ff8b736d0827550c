"""A pilot from its proposal to its answer: four consecutive quarters, by the command alone."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
STUDY = "params/studies/rehearsal.yaml"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Report:
    """What one run left."""

    folder: Path
    facts: dict
    manifest: dict

    def value(self, name: str):
        return self.facts[name]["value"]

    @property
    def said(self) -> str:
        """The page as a reader sees it."""
        page = (self.folder / "report.en.html").read_text("utf-8")
        page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


@pytest.fixture(scope="module")
def project(root, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal") / "project"
    for part in ("params", "notebooks"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


@pytest.fixture(scope="module")
def reports(project) -> dict[str, Report]:
    """One report a quarter, in a folder of reports of its own."""
    made = {}
    for quarter in QUARTERS:
        words = ["run", STUDY, "--quarter", quarter, "--out", "kept", "--json", "--lang", "en"]
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *words],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        folder = project / json.loads(done.stdout.strip().splitlines()[-1])["run_folder"]
        read = {
            name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("facts", "manifest")
        }
        made[quarter] = Report(folder, **read)
    return made


@pytest.fixture(scope="module")
def pilot(reports) -> str:
    """The one pilot that the first report proposed."""
    files = sorted((reports["2025Q1"].folder / "pilots").glob("*.yaml"))
    assert len(files) == 1
    return files[0].stem


def test_the_first_report_proposes_a_pilot_and_writes_it(reports, pilot):
    first = reports["2025Q1"]
    assert first.value("verdict") == "pilot"
    lots = pd.read_csv(first.folder / "pilots" / f"{pilot}.lots.csv")
    assert sorted(lots["list"].unique()) == [f"{pilot}_not_served", f"{pilot}_served"]
    assert lots["customer_id"].is_unique and len(lots) > 400
    assert not any(name.startswith("pilot_state.") for name in first.facts)


def test_each_report_says_how_far_the_pilot_has_come(reports, pilot):
    """Proposed at the end of March, prepared in the second quarter, begun in July, half a year on at New Year."""
    states = [reports[quarter].value(f"pilot_state.{pilot}") for quarter in QUARTERS[1:]]
    assert states == ["proposed", "under_way", "read"]
    for quarter, words in zip(QUARTERS[1:], ("not begun yet", "under way", "drew lots"), strict=True):
        assert words in reports[quarter].said, quarter


def test_nothing_is_decided_and_nothing_new_proposed_while_it_is_under_way(reports):
    for quarter in ("2025Q2", "2025Q3"):
        assert reports[quarter].value("verdict") == "pilot"
        assert not (reports[quarter].folder / "pilots").exists()


def test_the_last_report_reads_it_as_an_experiment_near_the_truth(reports, pilot):
    """The truth is the simulator's, for the customers drawn and the half year."""
    last = reports["2025Q4"]
    change, truth = last.facts[f"pilot_state.{pilot}.change"], last.value(f"truth.pilot.{pilot}")
    assert last.value(f"pilot_state.{pilot}.design") == "experiment"
    assert last.value(f"effect.status.{pilot}.half_year") == "identified"
    assert change["low"] <= truth <= change["high"] and truth > 0.01
    assert change["value"] == last.value(f"effect.{pilot}.half_year")


def test_the_last_report_says_what_that_decides(reports, pilot):
    """By the thresholds in the file that the first report wrote."""
    text = (reports["2025Q1"].folder / "pilots" / f"{pilot}.yaml").read_text("utf-8")
    above, below = (float(re.search(rf"{key}: (\S+)", text)[1]) for key in ("adopt_above", "reject_below"))
    brought = reports["2025Q4"].value(f"pilot_state.{pilot}.brought")
    decided = "adopt" if brought > above else "reject" if brought < below else "go_on"
    assert reports["2025Q4"].value(f"pilot_state.{pilot}.decides") == decided
    assert "thresholds written into the pilot beforehand" in reports["2025Q4"].said


def test_those_in_the_lot_are_left_out_at_the_bar(reports):
    for quarter in ("2025Q3", "2025Q4"):
        assert reports[quarter].value("pilot_state.left_out") > 300
    assert "pilot_state.left_out" not in reports["2025Q2"].facts


def test_the_record_names_the_pilot_file(reports, pilot, project):
    """By digest in the manifest, in full in the resolved parameters."""
    names = {quarter: reports[quarter].manifest["data"]["pilots"] for quarter in QUARTERS}
    assert names["2025Q1"] == [] and [one["name"] for one in names["2025Q4"]] == [f"{pilot}.yaml"]
    assert names["2025Q2"] == names["2025Q3"] == names["2025Q4"]
    assert f"served: {pilot}_served" in (reports["2025Q4"].folder / "params.resolved.yaml").read_text("utf-8")


def test_the_track_record_grows_with_every_report(reports):
    made = [reports[quarter].value("track.reports") for quarter in QUARTERS[1:]]
    assert made == [1, 2, 3]
    assert reports["2025Q4"].value("track.resolved") > 0
    assert reports["2025Q4"].value("earlier.quarter") == "2025Q3"
