"""Things graded like customers. Worked by hand, against a slow twin, and through the door, walk and report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.history import read_history
from toolkit.measures.cube import Cube
from toolkit.measures.registry import names
from toolkit.panel import Panel, Roster, graded
from toolkit.panel.roster import roster
from toolkit.params.history import FilesParams
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems
from toolkit.params.schemes.needs import AttributeNeed, ListNeed, MeasureNeed, ReviewDayNeed
from toolkit.params.study_files import read_study
from toolkit.policy import Policy, walk
from toolkit.run.register_file import register_of
from toolkit.schemes.description import describe_policy
from toolkit.window import Quarter

Q1 = Quarter.parse("2024Q1")
QUARTERS = tuple(Q1 + i for i in range(4))
NOBODY = Cube(pd.Index([], dtype="str", name="customer_id"), QUARTERS, {"lines": np.zeros((0, 4), np.int32)})
CLASS = AttributeNeed("sensitivity_class")


def days(*written: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(written), format="ISO8601")


FIELDS = pd.DataFrame(
    {
        "field_id": ["b", "a", "b", "c", "a"],
        "recorded_on": days("2024-02-01", "2023-05-05", "2024-07-01", "2024-06-30", "2024-12-31"),
        "retired_on": days(None, "2024-09-30", None, "2024-10-01", None),
        "sensitivity_class": ["public", "internal", "confidential", None, "public"],
    }
)
SERVICE = {"package": "basic", "promise": {"zh": "管", "en": "kept"}, "cost_per_quarter": 1}
SCHEME = {
    "kind": "attribute", "attribute": "sensitivity_class", "ordered": True, "missing": "default", "default": "机密",
    "classes": {"机密": ["confidential"], "内部": ["internal"], "公开": ["public"]},
}  # fmt: skip


def policy_of(
    scheme: dict = SCHEME, grades: tuple[str, ...] = ("机密", "内部", "公开"), **more
) -> PolicyParams:
    written = {
        "id": "p", "title": {"zh": "密级", "en": "secrecy"}, "status": "proposed", "effective": date(2026, 1, 1),
        "source": "hand", "why": "hand", "of": "fields", "review": {"every_quarters": 1, "window_quarters": 1},
        "service": dict.fromkeys(grades, SERVICE), "scheme": scheme,
    }  # fmt: skip
    return PolicyParams.model_validate(written | more)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel(NOBODY, {"fields": FIELDS})


@pytest.fixture(scope="module")
def fields(panel) -> Roster:
    return graded(panel, policy_of())


def test_a_thing_is_there_from_its_record_until_it_is_retired(fields):
    """a is retired on 30 September and recorded again on 31 December; b comes in February, c on 30 June."""
    assert fields.customers.tolist() == ["a", "b", "c"] and fields.customers.name == "field_id"
    assert fields.quarters == QUARTERS
    there = [fields.active(quarter).tolist() for quarter in QUARTERS]
    assert there == [[True, True, False], [True, True, True], [False, True, True], [True, True, False]]


def test_each_thing_is_what_its_latest_record_says(fields):
    """The record of 1 July is not known at the end of June."""
    june, september = (fields.snapshot(Q1 + i, [CLASS, ReviewDayNeed()], 4) for i in (1, 2))
    assert june[CLASS.column].fillna("-").to_dict() == {"a": "internal", "b": "public", "c": "-"}
    assert september[CLASS.column].fillna("-").to_dict() == {"b": "confidential", "c": "-"}
    assert (june[ReviewDayNeed().column] == pd.Timestamp("2024-07-01")).all()
    assert fields.audit([CLASS], Q1 + 1, 4).loc[CLASS.column, "latest"] == pd.Timestamp("2024-06-30")


RECORDS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(-200, 400),
        st.one_of(st.none(), st.integers(-200, 500)),
        st.sampled_from(["public", "internal", "confidential"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[:2],
)


@given(RECORDS, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_slow_twin_agrees(records, place):
    """Row by row: the last record before the day, its day of retirement known only once it has come."""
    start, day = date(2024, 1, 1), (Q1 + place).end()
    table = pd.DataFrame(records, columns=["field_id", "recorded_on", "retired_on", "sensitivity_class"])
    for column in ("recorded_on", "retired_on"):
        table[column] = pd.to_datetime(
            [None if pd.isna(n) else start + timedelta(int(n)) for n in table[column]]
        )
    expected = {}
    for thing, on, off, word in sorted(records, key=lambda row: row[1]):
        if start + timedelta(on) < day:
            expected[thing] = None if off is not None and start + timedelta(off) < day else word
    made = roster("fields", {"fields": table}, NOBODY)
    known = made.snapshot(Q1 + place, [CLASS], 4)[CLASS.column]
    assert known.to_dict() == {thing: word for thing, word in sorted(expected.items()) if word}
    assert (made.audit([CLASS], Q1 + place, 4)["latest"].dropna() < pd.Timestamp(day)).all()
    later = table.assign(
        recorded_on=table["recorded_on"].clip(lower=pd.Timestamp(day)), sensitivity_class="later"
    )
    more = roster("fields", {"fields": pd.concat([table, later], ignore_index=True)}, NOBODY)
    pd.testing.assert_series_equal(
        more.snapshot(Q1 + place, [CLASS], 4)[CLASS.column].dropna(), known.dropna()
    )


def test_the_walk_grades_things(panel):
    """By hand, quarter by quarter; c has no class and is kept as the strictest."""
    params = policy_of()
    register = walk(Policy.from_params(params, {}), panel, Q1 + 3)
    assert register.customers.name == "field_id" and register.reviews == QUARTERS
    found = [register.at(quarter)["grade"].to_dict() for quarter in QUARTERS]
    assert found == [
        {"a": "内部", "b": "公开"},
        {"a": "内部", "b": "公开", "c": "机密"},
        {"b": "机密", "c": "机密"},
        {"a": "公开", "b": "机密"},
    ]
    assert register.frame("zh").columns[0] == "field_id"
    words = describe_policy(params, {})
    assert words.zh.startswith("定级对象是数据字段") and words.en.startswith("Data fields are graded")


def test_things_recorded_lately_may_wait(panel):
    """With two quarters before a grade, b (February) waits at Q1, c (June) at Q2, where a is long known."""
    review = {"every_quarters": 1, "window_quarters": 1, "minimum_quarters": 2, "cold_start_grade": "机密"}
    register = walk(Policy.from_params(policy_of(review=review), {}), panel, Q1 + 1)
    assert register.at(Q1)["grade"].to_dict() == {"a": "机密", "b": "机密"}
    assert register.at(Q1 + 1)["grade"].to_dict() == {"a": "内部", "b": "公开", "c": "机密"}


@pytest.mark.parametrize(
    ("when", "named"),
    [
        ({"measure": "spend", "at_least": 1}, "spend"),
        ({"list": "red"}, "lists.red"),
        ({"event": {"table": "contacts"}, "at_least": 1}, r"contacts\[\].count"),
    ],
)
def test_what_only_customers_have_is_refused_by_name(when, named):
    scheme = {"kind": "table", "rows": [{"grade": "A", "when": [when]}], "default": "B"}
    with pytest.raises(ValidationError, match=rf"cannot use {named}.*a column of the table fields"):
        policy_of(scheme, ("A", "B"))
    with pytest.raises(ValidationError, match=named):
        policy_of(tags=[{"name": "t", "when": [when]}])
    assert policy_of(scheme, ("A", "B"), of="customers").of == "customers"


def test_judgements_appeals_and_prospects_belong_to_customers():
    with pytest.raises(ValidationError, match=r"grades\.grade"):
        policy_of({"kind": "judged", "grades": ["A", "B"], "otherwise": "B"}, ("A", "B"))
    with pytest.raises(ValidationError, match="whom belongs to customers"):
        policy_of(review={"every_quarters": 1, "whom": "recorded"})
    with pytest.raises(ValidationError, match="appeals belongs to customers"):
        policy_of(review={"every_quarters": 1, "appeals": {}})


def test_a_roster_gives_nothing_of_customers(fields):
    for need in (MeasureNeed("spend"), ListNeed("red")):
        with pytest.raises(ParameterError, match="column of the table fields"):
            fields.snapshot(Q1, [need], 4)
    with pytest.raises(HistoryError, match="no column colour"):
        fields.snapshot(Q1, [AttributeNeed("colour")], 4)
    with pytest.raises(HistoryError, match="2024Q1 to 2024Q4"):
        fields.active(Q1 + 4)


def test_a_missing_table_is_named():
    with pytest.raises(HistoryError, match="table sites is missing"):
        graded(Panel(NOBODY), policy_of(of="sites"))


def test_the_door_checks_a_table_of_things(tmp_path):
    """A row without id, without a readable day, and two that contradict each other stay outside."""
    (tmp_path / "sales.csv").write_text("c,d,a\nc1,2026-01-05,10\n", "utf-8")
    (tmp_path / "fields.csv").write_text(
        "field_id,recorded_on,sensitivity_class,owner\nf1,2026-01-01,public,it\n,2026-01-01,public,it\n"
        "f2,soon,public,it\nf3,2026-01-01,public,it\nf3,2026-01-01,internal,it\nf1,2026-02-01,internal,\n",
        "utf-8",
    )
    columns = {c: c for c in ("field_id", "recorded_on", "sensitivity_class", "owner")}
    params = FilesParams.model_validate(
        {
            "kind": "files",
            "transactions": {
                "path": "sales.csv",
                "columns": {"customer_id": "c", "paid_at": "d", "amount": "a"},
            },
            "tables": {"fields": {"path": "fields.csv", "columns": columns}},
        }
    )
    history = read_history(params, tmp_path, today=date(2026, 9, 30))
    found = {r.code: r.rows for r in history.ledger["fields"].reasons if r.rows}
    assert found == {"missing_field_id": 1, "unreadable_recorded_on": 1, "conflict": 2}
    assert history.tables["fields"]["field_id"].tolist() == ["f1", "f1"]
    assert history.tables["fields"]["owner"].tolist()[0] == "it"


def test_things_are_described_in_the_catalogue_and_never_compared(demo, root):
    """Sizes and moves are there; what customers did, and agreement with a policy of customers, is not defined."""
    rows = [read_policy(root / "params/catalogue" / f"{row}.yaml", names()) for row in ("S27", "S47")]
    study = replace(demo, files=replace(demo.files, catalogue=tuple(rows)))
    frame = study.catalogue.evaluation.frame.set_index("policy").loc[["s27", "s47"]]
    for row in rows:
        register = study.register_of(row)
        assert frame.loc[row.id, "customers"] == len(register.at(study.quarter)) > 20
        assert set(register.at(study.quarter)["grade"]) == set(row.scheme.grades)
    assert frame[["moves", "largest", "evenness", "psi_grades"]].notna().all(axis=None)
    undefined = ["spend_best", "kappa", "switchers", "margin_d", "retention_d"]
    assert frame[undefined].isna().all(axis=None) and (frame["outcome_reviews"] == 0).all()


def test_grades_of_things_are_written_under_their_own_id(small_demo, root):
    frame, turned_away = register_of(
        root / "params/catalogue/S47a.yaml", small_demo, quarter="2026Q3", data=None, lang="zh"
    )
    assert frame.columns[:4].tolist() == ["site_id", "quarter", "grade", "reason"] and len(frame) > 20
    assert not turned_away
    assert frame["site_id"].str.startswith("S").all()


def test_a_study_does_not_compare_customers_with_things(small_demo, root, tmp_path):
    folder = shutil.copytree(small_demo.parents[1], tmp_path / "params")
    shutil.copy(root / "params/catalogue/S27.yaml", folder / "policies" / "fields.yaml")
    text = small_demo.read_text("utf-8")
    study = folder / "studies" / "demo.yaml"
    start = text.index("../policies/")
    study.write_text(text[:start] + "../policies/fields.yaml" + text[text.index("\n", start) :], "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(study, names())
    assert any("grades fields, not customers" in problem.en for problem in refused.value.problems)
