"""Pilots proposed by earlier reports, read by the studies of later quarters."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from toolkit.comparison.evidence import LotEvidence
from toolkit.errors import GradelabError, ParameterError
from toolkit.panel import Panel
from toolkit.params.pilot import AskedParams, DecidesParams, PilotParams, WaveParams
from toolkit.params.study_files import read_study
from toolkit.pilots.file import pilot_yaml
from toolkit.reporting.facts import Facts
from toolkit.reporting.findings import pilots as findings
from toolkit.reporting.words import sentence
from toolkit.study import open_study
from toolkit.study.company import company_pilot
from toolkit.study.evidence import halves_of
from toolkit.study.pilot_files import lots_beside, pilots_of_reports, pilots_of_study, read_pilot_file
from toolkit.study.pilot_states import State, startable
from toolkit.synthetic.company import simulate, write
from toolkit.window import Quarter

WORDS = {"zh": "试点", "en": "pilot"}
CUSTOMERS = 1200
DRAWN = 500


def pilot_of(id: str = "one", quarter: str = "2024Q4", **changed) -> PilotParams:
    """A pilot of the first half of 2025 about the half year."""
    made = {
        "id": id,
        "title": WORDS,
        "asked": AskedParams(
            study="rehearsal", quarter=quarter, policy="weighted_2027", definition="half_year"
        ),
        "design": "switchers",
        "package": "vip",
        "otherwise": "standard",
        "seed": 1,
        "drawn_on": quarter,
        "starts_on": date(2025, 4, 1),
        "ends_on": date(2025, 10, 1),
        "served": f"{id}_served",
        "not_served": f"{id}_not_served",
        "customers": DRAWN,
        "quarters": 2,
        "weeks": 39,
        "expected_error": 0.02,
        "detectable": 0.05,
        "cost": 1.0,
        "decides": DecidesParams(adopt_above=0.0, reject_below=-0.5, text=WORDS),
        "source": "test",
    }
    return PilotParams(**(made | changed))


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    """Customers reviewed in 2024Q3."""
    oracle = simulate(CUSTOMERS).oracle
    return oracle.loc[oracle["review"] == "2024Q3", "customer_id"].head(DRAWN).tolist()


def keep(pilot: PilotParams, drawn: list[str], folder: Path) -> Path:
    """Put a pilot on file: every second customer is served."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{pilot.id}.yaml"
    path.write_text(pilot_yaml(pilot), "utf-8")
    lists = [pilot.served, pilot.not_served] * len(drawn)
    lots = pd.DataFrame({"customer_id": drawn, "list": lists[: len(drawn)]})
    lots.to_csv(lots_beside(path), index=False)
    return path


@pytest.fixture(scope="module")
def study(root, tmp_path_factory, cache) -> Path:
    """The rehearsal on a small company."""
    folder = tmp_path_factory.mktemp("pilots") / "params"
    shutil.copytree(root / "params", folder)
    path = folder / "studies" / "rehearsal.yaml"
    path.write_text(path.read_text("utf-8").replace("customers: 6000", f"customers: {CUSTOMERS}"), "utf-8")
    return path


@pytest.fixture(scope="module")
def found(study, drawn) -> Path:
    return keep(pilot_of(), drawn, study.parent / "found")


@pytest.fixture(scope="module")
def at(study, found):
    """The study opened at a quarter."""
    opened = {}

    def open_at(quarter: str):
        if quarter not in opened:
            opened[quarter] = open_study(study, quarter=quarter, pilots=[found])
        return opened[quarter]

    return open_at


@pytest.mark.parametrize(
    ("quarter", "state"), [("2025Q1", State.PROPOSED), ("2025Q2", State.UNDER_WAY), ("2025Q3", State.READ)]
)
def test_a_pilot_passes_through_its_states(at, quarter, state):
    """Begins in April; half a year later is the end of September."""
    one = at(quarter).pilot_states[0]
    assert (one.state, str(one.first_known), one.drawn) == (state, "2025Q3", DRAWN)
    assert (one.effect is None) == (state is not State.READ) and one.open == (state is not State.READ)


def test_a_pilot_that_is_read_answers_as_an_experiment(at):
    opened = at("2025Q3")
    one = opened.pilot_states[0]
    truth = opened.history.truth["pilots"]["one"]["effect"]["2"]
    assert one.effect.design == "experiment" and one.effect is opened.further_effects["one"]["half_year"]
    assert one.effect.estimate.low <= truth <= one.effect.estimate.high
    assert one.decides == ("adopt" if one.brought > 0 else "go_on")


def test_a_pilot_values_policies_only_once_its_own_outcome_is_known(at):
    """Next quarter's purchases are known a quarter earlier; the study must not look."""
    designs = {quarter: at(quarter).params.designs for quarter in ("2025Q1", "2025Q2", "2025Q3")}
    assert designs["2025Q1"] == ()
    assert [d.package for d in designs["2025Q2"]] == [None] and at("2025Q2").lot_values == {}
    assert [d.package for d in designs["2025Q3"]] == ["vip"] and "one" in at("2025Q3").lot_values


def test_the_bar_is_asked_without_those_in_the_lot(at, drawn):
    """By hand: rows of the review of 2025Q3 whose grade the pilot decided; it ends the day after."""
    rows = at("2025Q3").programme
    assert rows.lots and rows.in_lot == 0 and str(rows.reviews[-1]) == "2025Q3"


def test_the_company_before_the_pilot_is_the_one_that_was_reported_on(study, at):
    """The quarter before the pilot begins reads the same with and without it."""
    alone = open_study(study, quarter="2025Q1")
    place = alone.panel.quarters.index(Quarter.parse("2025Q1"))
    for measure in ("spend", "orders", "margin"):
        before, after = (one.panel.values(measure, 4)[:, : place + 1] for one in (alone, at("2025Q1")))
        pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(after))
    assert alone.pilot_states == () and alone.pilots_on_file == ()


def test_a_pilot_that_nobody_carried_out_is_said_not_to_have_been(study, found):
    text = study.read_text("utf-8").replace(
        "seed: 20261122}", "seed: 20261122, carries_out_pilots: false}", 1
    )
    other = study.with_name("idle.yaml")
    other.write_text(text, "utf-8")
    opened = open_study(other, quarter="2025Q3", pilots=[found])
    assert [one.state for one in opened.pilot_states] == [State.NOT_CARRIED_OUT]
    assert opened.params.designs == () and opened.programme.lots == ()


def test_a_study_reads_only_what_it_asks_for_and_only_from_before(study, found, drawn):
    """Not its own proposal of the same quarter, nor a later one; none without the key; files beside the reports."""
    files = read_study(study)
    assert pilots_of_study(files, [found], Quarter.parse("2024Q4")) == ()
    assert [one.id for one in pilots_of_study(files, [found], Quarter.parse("2025Q1"))] == ["one"]
    silent, own = study.with_name("silent.yaml"), study.with_name("own.yaml")
    text = study.read_text("utf-8")
    silent.write_text(text.replace("pilots: {from_reports: true}\n", ""), "utf-8")
    own.write_text(text.replace("{from_reports: true}", "{files: [../kept/*.yaml]}"), "utf-8")
    keep(pilot_of("two"), drawn, study.parent.parent / "kept")
    late = Quarter.parse("2026Q1")
    assert pilots_of_study(read_study(silent), [found], late) == ()
    assert [one.id for one in pilots_of_study(read_study(own), [found], late)] == ["two"]


def test_pilots_are_found_in_the_last_good_run_of_every_quarter(tmp_path, drawn):
    for quarter, run, id in (("2025Q1", "a", "one"), ("2025Q1", "b", "two"), ("2024Q4", "c", "three")):
        keep(pilot_of(id), drawn, tmp_path / quarter / run / "pilots")
    (tmp_path / "2025Q1" / "latest.json").write_text(json.dumps({"run": "b"}), "utf-8")
    assert [path.stem for path in pilots_of_reports(tmp_path)] == ["two"]
    (tmp_path / "2024Q4" / "latest.json").write_text(json.dumps({"run": "c"}), "utf-8")
    assert [path.stem for path in pilots_of_reports(tmp_path)] == ["three", "two"]
    assert pilots_of_reports(tmp_path / "none") == ()


def test_files_that_contradict_or_lack_their_lots_are_refused(study, found, drawn, tmp_path):
    files, late = read_study(study), Quarter.parse("2026Q1")
    other = keep(pilot_of(seed=2), drawn, tmp_path / "other")
    with pytest.raises(ParameterError, match="id one") as refused:
        pilots_of_study(files, [found, other], late)
    assert "两个试点文件" in refused.value.zh
    assert len(pilots_of_study(files, [found, keep(pilot_of(), drawn, tmp_path / "same")], late)) == 1
    lots_beside(other).unlink()
    with pytest.raises(GradelabError, match=r"one\.lots\.csv"):
        read_pilot_file(other)
    pd.DataFrame({"customer_id": ["a"], "list": ["elsewhere"]}).to_csv(lots_beside(other), index=False)
    with pytest.raises(GradelabError, match="elsewhere"):
        read_pilot_file(other)


def test_nobody_draws_lots_twice_and_no_question_is_asked_twice(at):
    """While a pilot is open: the same policy waits, others may begin on other customers only."""

    def proposal(policy: str, customers: list[str]) -> SimpleNamespace:
        asked = SimpleNamespace(asked=SimpleNamespace(policy=policy))
        return SimpleNamespace(params=asked, lots=pd.DataFrame({"customer_id": customers}))

    busy = at("2025Q2").pilots_on_file[0].lots["customer_id"].iloc[0]
    offered = [
        proposal("weighted_2027", ["x"]),
        proposal("a", [busy]),
        proposal("b", ["y"]),
        proposal("c", ["y", "z"]),
    ]
    assert startable(at("2025Q2"), offered) == (offered[2],)
    assert startable(at("2025Q3"), offered) == (offered[0], offered[1], offered[2])
    assert at("2025Q2").pilots == ()


def test_the_record_names_the_pilots(at):
    opened = at("2025Q2")
    assert opened.provenance()["pilots"] == [{"name": "one.yaml", "sha256": opened.pilots_on_file[0].sha256}]
    assert opened.pilots_read()[0]["served"] == "one_served"


MAPPED = {
    "transactions": (
        "customer_id",
        "order_id",
        "paid_at",
        "amount",
        "margin",
        "quantity",
        "category",
        "channel",
    ),
    "customers": ("customer_id", "since", "region"),
    "grades": ("customer_id", "from_on", "grade"),
    "lists": ("customer_id", "list", "from_on", "to_on"),
}


def table_params(name: str) -> dict:
    return {"path": f"tables/{name}.csv", "columns": {column: column for column in MAPPED[name]}}


@pytest.fixture(scope="module")
def on_files(study, found, at, tmp_path_factory):
    """The rehearsal on files, opened at a quarter; what the company with the pilot has on record, or without its lists."""
    pilot = read_pilot_file(found)
    programme = at("2025Q1").params.programme
    company = simulate(CUSTOMERS, pilots=[company_pilot(pilot, programme)])
    data = tmp_path_factory.mktemp("records") / "data"
    write(company, data, "csv")
    bare = tmp_path_factory.mktemp("records") / "bare"
    shutil.copytree(data, bare)
    lists = pd.read_csv(bare / "tables" / "lists.csv", dtype=str)
    lists[~lists["list"].isin(pilot.lists)].to_csv(bare / "tables" / "lists.csv", index=False)
    yaml = YAML(typ="safe")
    asked = yaml.load(study.read_text("utf-8"))
    asked["history"] = {
        "kind": "files",
        "latest": date(2026, 12, 31),
        "transactions": table_params("transactions"),
        "tables": {name: table_params(name) for name in ("customers", "grades", "lists")},
    }
    asked["pilots"] = {"files": ["found/*.yaml"]}
    asked["designs"] = []
    path = study.with_name("on_files.yaml")
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(asked, stream)
    return lambda quarter, whole=True: open_study(path, quarter=quarter, data=data if whole else bare)


def told(opened, lang: str) -> str:
    facts = Facts("CNY")
    facts.extend(findings.pilot_states(opened))
    return " ".join(
        sentence(key, facts, lang, each, names) for key, each, names in findings.pilot_states_told(opened)
    )


@pytest.mark.parametrize(
    ("quarter", "state", "zh", "en"),
    [
        ("2025Q1", State.PROPOSED, "已提出，尚未开始", "begins on 2025-04-01"),
        ("2025Q2", State.UNDER_WAY, "2025Q3 季度末有答案；此前不作结论", "known at the end of 2025Q3"),
        ("2025Q3", State.READ, "抽中者与未抽中者的留存相差", "Retention of those drawn and of the others"),
    ],
)
def test_a_company_on_files_follows_its_pilot(on_files, at, quarter, state, zh, en):
    """As the simulated study of the same company does; the files know no truth."""
    opened, simulated = on_files(quarter), at(quarter).pilot_states[0]
    one = opened.pilot_states[0]
    assert (one.state, one.first_known, one.drawn) == (state, simulated.first_known, DRAWN)
    assert opened.history.truth is None
    if state is State.READ:
        assert one.effect.estimate.value == pytest.approx(simulated.effect.estimate.value)
        assert one.effect.std_error == pytest.approx(simulated.effect.std_error)
        assert (one.effect.n, one.decides) == (simulated.effect.n, simulated.decides)
        assert one.brought == pytest.approx(simulated.brought)
        assert "模拟公司" not in told(opened, "zh")
    assert zh in told(opened, "zh") and en in told(opened, "en")


def test_lists_that_never_came_are_said_to_be_missing(on_files):
    opened = on_files("2025Q3", whole=False)
    assert [one.state for one in opened.pilot_states] == [State.NOT_CARRIED_OUT]
    assert opened.params.designs == () and opened.programme.lots == ()
    assert "lists 表中没有它的名单" in told(opened, "zh")
    assert "the table lists does not have its lists" in told(opened, "en")


DAYS = {"one_served": date(2025, 4, 1), "middle": date(2025, 7, 1), "one_not_served": date(2025, 10, 1)}


@pytest.fixture(scope="module")
def in_batches(study, drawn) -> Path:
    """The same question asked of three batches, a quarter apart."""
    waves = [WaveParams(list=name, starts_on=day, customers=DRAWN // 3) for name, day in DAYS.items()]
    path = keep(pilot_of(design="waves", waves=waves), drawn, study.parent / "batches")
    lots = pd.DataFrame({"customer_id": drawn, "list": [list(DAYS)[i % 3] for i in range(len(drawn))]})
    lots.to_csv(lots_beside(path), index=False)
    return path


def test_of_batches_the_first_stands_against_the_last(study, in_batches, drawn):
    """The middle one, begun in July, is in neither arm. What follows the last day is refused; and all three are kept
    out of the comparison at the bar from the first day on, also before their own."""
    waiting, opened = (open_study(study, quarter=q, pilots=[in_batches]) for q in ("2025Q2", "2025Q4"))
    assert waiting.pilot_states[0].state is State.UNDER_WAY
    assert (
        sorted(waiting.programme.lots[0].customers)
        == sorted(opened.programme.lots[0].customers)
        == sorted(drawn)
    )
    lists = opened.history.tables["lists"]
    entered = lists[lists["list"].isin(DAYS)].groupby("list")["from_on"].agg(["min", "size"])
    assert str(entered.loc["middle", "min"].date()) == "2025-07-01"
    effects = opened.further_effects["one"]
    arms = int(entered.loc[["one_served", "one_not_served"], "size"].sum())
    assert effects["half_year"].n == effects["next_quarter"].n == arms < len(drawn)
    one = opened.pilot_states[0]
    truth = opened.history.truth["pilots"]["one"]["effect"]["2"]
    assert one.state is State.READ and one.effect.estimate.low <= truth <= one.effect.estimate.high
    assert effects["still_buying"].estimate is None and "CAUGHTUP" in effects["still_buying"].codes


BRANCHES = 16


def test_branches_drawn_whole_value_policies_by_branch(study, drawn):
    """Eight of sixteen: a figure, said to rest on few. Rows of the evidence are drawn by branch, and the halves of
    the choice do not tear one."""
    branch = {customer: f"b{place % BRANCHES}" for place, customer in enumerate(drawn)}
    path = keep(pilot_of(design="branches", cluster="region"), drawn, study.parent / "whole")
    lists = ["one_served" if int(branch[one][1:]) % 2 else "one_not_served" for one in drawn]
    pd.DataFrame({"customer_id": drawn, "list": lists}).to_csv(lots_beside(path), index=False)
    opened = open_study(study, quarter="2025Q3", pilots=[path])
    tables = opened.panel.tables
    customers = tables["customers"].assign(region=tables["customers"]["customer_id"].map(branch))
    panel = Panel(opened.panel.cube, tables | {"customers": customers})
    opened = replace(opened, history=replace(opened.history, panel=panel))
    assert opened.params.designs[0].cluster == "region"
    effect = opened.further_effects["one"]["half_year"]
    assert (
        effect.codes == ("FEWDRAWN",) and {c.id: c.value for c in effect.checks}["clusters"] == BRANCHES / 2
    )
    (found,) = (one for one in opened.evidence if isinstance(one, LotEvidence))
    assert len(np.unique(found.cluster)) == BRANCHES
    first, second = ({branch.get(one) for one in half.customers} - {None} for half in halves_of(opened))
    assert first and second and not first & second
