"""Every system of the catalogue is a policy file that runs, or is refused by the name of what is missing."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from toolkit.errors import HistoryError
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.reading import read_source

SYSTEMS = 62
AXES = {
    1: "abcd", 11: "abcd", 13: "abc", 14: "a", 18: "a", 19: "ab", 22: "abc", 28: "a", 35: "a", 38: "a", 45: "abc",
    47: "a", 48: "a",
}  # fmt: skip
ROWS = sorted(
    [f"S{n:02d}" for n in range(1, SYSTEMS + 1)]
    + [f"S{n:02d}{axis}" for n, axes in AXES.items() for axis in axes]
)


@pytest.fixture(scope="session")
def folder(root):
    return root / "params" / "catalogue"


@pytest.fixture(scope="session")
def catalogue(folder) -> dict[str, PolicyParams]:
    """Every file of the catalogue by row."""
    return {path.stem: read_policy(path, names()) for path in sorted(folder.glob("S*.yaml"))}


def test_all_88_rows_are_there(catalogue):
    """62 systems and 26 component axes, as counted in the catalogue of the source documents."""
    assert len(ROWS) == 88
    assert sorted(catalogue) == ROWS
    assert {row: policy.id for row, policy in catalogue.items()} == {row: row.lower() for row in ROWS}


@pytest.mark.parametrize("row", ROWS)
def test_a_file_says_where_it_is_from_and_what_is_ours(folder, catalogue, row):
    policy = catalogue[row]
    text = (folder / f"{row}.yaml").read_text("utf-8")
    assert row in policy.source and "# ours" in text
    assert re.search(r"[\u4e00-\u9fff]", policy.title.zh)
    assert set(policy.service) == set(policy.scheme.grades)


@pytest.mark.parametrize("row", ROWS)
def test_a_round_trip_through_the_model_keeps_the_meaning(folder, catalogue, row):
    """What the model writes out, it reads back as the same policy."""
    again = PolicyParams.model_validate(read_source(folder / f"{row}.yaml").data)
    assert again == catalogue[row]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_runs_on_the_simulated_company(demo, catalogue, row):
    """At least four past reviews; everybody has a grade and a reason in both languages, or is left out by the file."""
    register = demo.register_of(catalogue[row])
    assert len(register.reviews) >= 4
    graded = register.at(demo.quarter)
    assert graded["grade"].notna().all() and len(graded) > 0
    reached = set(register.scale.from_codes(np.unique(register.earned[register.earned >= 0])))
    assert not reached & set(register.unreachable)  # what the rule cannot give is given to nobody
    assert reached | set(register.unreached.by_rule) | set(register.unreached.by_history) == set(
        register.scale.grades
    )
    for code in graded["because"].cat.remove_unused_categories().cat.categories:
        assert register.reasons[code].zh and register.reasons[code].en


def test_a_history_of_transactions_alone_refuses_by_name(demo, catalogue):
    """No row grades silently by a factor that is not there: it runs, or names the table that is missing."""
    bare = replace(demo, history=replace(demo.history, panel=Panel(demo.panel.cube)))
    ran, refused = [], {}
    for row, policy in catalogue.items():
        try:
            bare.register_of(policy)
            ran.append(row)
        except HistoryError as error:
            refused[row] = error
    print(f"\ntransactions alone: {len(ran)} rows run, {len(refused)} refused")
    assert len(ran) + len(refused) == 88 and ran and refused
    tables = (
        "customers",
        "payments",
        "contacts",
        "grades",
        "service",
        "lists",
        "transactions",
        "fields",
        "sites",
    )
    tables += ("appeals", "judgements")
    for row, error in refused.items():
        assert any(table in error.en for table in tables), (row, error.en)
        assert re.search(r"[\u4e00-\u9fff]", error.zh)


def test_online_retail_runs_or_refuses_every_row(online_retail, catalogue):
    ran, refused = [], []
    for row, policy in catalogue.items():
        try:
            online_retail.register_of(policy)
            ran.append(row)
        except HistoryError:
            refused.append(row)
    print(f"\nOnline Retail: {len(ran)} rows run, {len(refused)} refused: {' '.join(refused)}")
    assert len(ran) + len(refused) == 88 and len(ran) >= 10


def test_noise_is_not_compared_where_many_customers_have_no_score(demo, catalogue):
    """S41 scores only those inside its gate: moves of all customers beside noise of a few would mislead."""
    study = replace(demo, files=replace(demo.files, catalogue=(catalogue["S41"], catalogue["S44"])))
    frame = study.catalogue.evaluation.frame.set_index("policy")
    assert np.isnan(frame.loc["s41", "noise_moves"]) and frame.loc["s41", "moves"] > 0
    assert frame.loc["s44", "noise_moves"] > 0
