"""Sets of what-ifs. Expected: every member is a run of its own, and none of them becomes the latest report."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from toolkit.cli import main
from toolkit.errors import ParameterError
from toolkit.run.set_page import lines, write_set
from toolkit.run.sets import run_set
from toolkit.run.whatif import WhatIf

SET = (
    "id: draws\ntitle: {zh: 抽样次数, en: Draws}\nscenarios:\n"
    "  - {name: few, title: {zh: 少, en: few}, change: {bootstrap: {draws: 200}}}\n"
    "  - {name: wrong, change: {bootstrap: {draws: 5}}}\n"
    "  - {name: broken, change: {bootstrap: {draws: 666}}}\n"
    "grid: {bootstrap.draws: [300]}\n"
)
DRAWS = (
    "import json, pathlib\nfrom toolkit.params.study_files import read_study\n"
    "draws = read_study(study, quarter=quarter).study.bootstrap.draws\nassert draws != 666\n"
    "facts = {'draws': {'value': draws, 'unit': 'count', 'zh': '次数', 'en': 'draws'},\n"
    " 'verdict': {'value': 'keep', 'unit': 'text', 'zh': '结论', 'en': 'verdict', 'text': {'zh': '维持', 'en': 'keep'}},\n"
    " 'front.figures': {'value': 'draws', 'unit': 'text', 'zh': '', 'en': ''}}\n"
    "(pathlib.Path(out) / 'facts').mkdir()\n"
    "_ = (pathlib.Path(out) / 'facts' / '01_draws.json').write_text(json.dumps(facts), 'utf-8')"
)


@pytest.fixture
def counted(project):
    """A project whose chapter tells how many draws it was given, and fails at 666; its set beside."""
    project.chapter("01_draws", DRAWS)
    path = project.folder / "params" / "sets" / "draws.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SET, "utf-8")
    return project


@pytest.fixture
def carry_out(counted, kernels, below):
    """Carry out a plan as a what-if, with stand-ins for the rooms below."""

    def go(plan) -> Path:
        run = WhatIf(plan, lambda: nullcontext(kernels), counted.seen, below())
        run.go()
        return run.folder

    return go


def test_members_run_and_failures_stop_nobody(counted, kernels, carry_out, manifest):
    """Two fail, one before it begins and one in a chapter; the others are held against the study as it is."""
    counted.run(kernels).go()
    latest = counted.folder / "reports" / "demo" / "2026Q3" / "latest.json"
    before = latest.read_bytes()
    path = counted.folder / "params" / "sets" / "draws.yaml"
    found = run_set(path, counted.study, carry_out)

    assert latest.read_bytes() == before
    assert [(one.name, one.state) for one in found.results] == [
        ("", "succeeded"),
        ("few", "succeeded"),
        ("wrong", "failed"),
        ("broken", "failed"),
        ("grid_01", "succeeded"),
    ]
    assert found.exit_code == 4 and found.quarter == "2026Q3" and found.key_facts == ["draws"]
    by_name = {one.name: one for one in found.results}
    assert {name: one.facts["draws"]["value"] for name, one in by_name.items() if one.facts} == {
        "": 1000,
        "few": 200,
        "grid_01": 300,
    }
    [moved] = by_name["few"].moved.moved
    assert (moved.id, moved.change) == ("draws", -800)
    assert "at least 100" in by_name["wrong"].reason.en and "draws.yaml" in by_name["wrong"].reason.en
    told = manifest(by_name["few"].run)
    assert told["scenario"] == "few" and told["state"] == "succeeded"
    assert told["study_file"].endswith("演示.yaml + params/sets/draws.yaml#few")
    origins = json.loads((by_name["few"].run / "params.origins.json").read_text("utf-8"))
    assert origins["study.bootstrap.draws"] == "params/sets/draws.yaml:4"
    assert origins["study.bootstrap.seed"].startswith("params/studies/演示.yaml:")
    index = (counted.folder / "reports" / "index.html").read_text("utf-8")
    assert "情景 few" in index and "what-if grid_01" in index

    html, table, data = write_set(found, counted.folder / "reports")
    assert html.name == "draws.2026Q3.html" and "少" in html.read_text("utf-8")
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    few = next(row for row in rows if row["member"] == "few")
    assert (few["fact"], float(few["base"]), float(few["value"]), float(few["change"])) == (
        "draws",
        1000,
        200,
        -800,
    )
    results = json.loads(data.read_text("utf-8"))["results"]
    assert results[2]["reason"]["zh"] and results[1]["verdict"] == {"zh": "维持", "en": "keep"}
    assert by_name["grid_01"].title.en == "bootstrap.draws = 300"
    assert any("few: succeeded" in line for line in lines(found, "en"))


def test_a_scenario_by_hand_never_becomes_the_latest(counted, kernels, carry_out, manifest):
    """``--with`` is a what-if too; sweeping up a lost pointer does not aim at it."""
    from toolkit.measures.registry import names
    from toolkit.run.plan import make_plan
    from toolkit.run.sweep import sweep

    scenario = counted.folder / "a.yaml"
    scenario.write_text("bootstrap: {draws: 250}\n", "utf-8")
    folder = carry_out(make_plan(counted.study, known_measures=names(), scenarios=[str(scenario)]))
    assert manifest(folder)["scenario"] == "a" and not (folder.parent / "latest.json").exists()
    (folder.parent / "latest.json").write_text('{"run": "gone"}', "utf-8")
    sweep(counted.folder / "reports")
    assert not (folder.parent / "latest.json").exists()


def test_a_study_that_cannot_be_read_is_refused_at_once(counted, carry_out):
    """There is nothing to hold the members against."""
    counted.study.write_text("id: x\n", "utf-8")
    with pytest.raises(ParameterError):
        run_set(counted.folder / "params" / "sets" / "draws.yaml", counted.study, carry_out)


def test_the_command_ends_with_4(counted, monkeypatch, capsys):
    """As the table of exit codes says; the table goes to standard output."""
    from toolkit.run import command

    def carry_out(answer, plan, wanted, *, what_if):
        assert what_if
        if plan.scenario == "broken":
            raise ParameterError(zh="坏", en="broken")
        answer.run_folder = str(counted.folder)

    monkeypatch.setattr(command, "_carry_out", carry_out)
    path = counted.folder / "params" / "sets" / "draws.yaml"
    monkeypatch.setattr(
        sys, "argv", ["gradelab", "run", str(counted.study), "--set", str(path), "--lang", "en"]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().out
    assert ended.value.code == 4 and "few few: succeeded" in said and "broken broken: failed" in said


def test_the_params_command_shows_origin_and_change(counted, monkeypatch, capsys):
    """Merged values with file and line, and what the scenario changes; both languages in the headings."""
    words = [
        "gradelab",
        "params",
        str(counted.study),
        "--with",
        f"{counted.folder}/params/sets/draws.yaml#few",
    ]
    monkeypatch.setattr(sys, "argv", words)
    main_ends_with(0)
    said = capsys.readouterr().out
    assert "study.bootstrap.draws = 200  (params/sets/draws.yaml:4)" in said
    assert "bootstrap.draws: 1000 → 200  (params/sets/draws.yaml:4)" in said
    assert "参数与出处 Parameters" in said and "各文件的改动 What each file changes" in said
    monkeypatch.setattr(sys, "argv", [*words, "--json", "--quarter", "2026Q2"])
    main_ends_with(0)
    told = json.loads(capsys.readouterr().out)
    assert told["parameters"]["study.quarter"] == {"value": "2026Q2", "origin": "--quarter"}
    assert told["parameters"]["study.fiscal_start_month"]["origin"] == "default"
    assert [(c["key"], c["before"], c["after"]) for c in told["changes"]] == [("bootstrap.draws", 1000, 200)]


def main_ends_with(code: int) -> None:
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code or 0) == code
