"""What registers say besides the grades, in tables and sentences, on the simulated company. Expected: the registers themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.measures.registry import names
from toolkit.params.filled import filled_values
from toolkit.params.policy import read_policy
from toolkit.reporting import findings, tables
from toolkit.reporting.catalogue_page import catalogue_page
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence
from toolkit.terms import Label

WITH_EVENTS, WITH_APPEALS, WITH_TAGS = "s12", "s45", "s18a"
RULE_IS_OURS, OF_FIELDS = "s46", "s27"


@pytest.fixture(scope="module")
def folder(root):
    return root / "params" / "catalogue"


@pytest.fixture(scope="module")
def study(demo, folder):
    """The demo with three policies of the catalogue as alternatives, and two described."""
    ids = (WITH_EVENTS, WITH_APPEALS, WITH_TAGS, RULE_IS_OURS, OF_FIELDS)
    paths = [folder / f"S{one[1:]}.yaml" for one in ids]
    read = tuple(read_policy(path, names()) for path in paths)
    more = {"files": (*demo.files.files, *paths), "named": (*demo.files.named, *paths)}
    return replace(demo, files=replace(demo.files, alternatives=read[:3], catalogue=read[3:], **more))


@pytest.fixture(scope="module")
def beside(study):
    return findings.particulars_of(study)


@pytest.fixture(scope="module")
def facts(study, beside):
    recorded = Facts("CNY")
    recorded.extend(findings.beside(study, beside))
    recorded.extend(findings.audit(study))
    return recorded


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_is_filled_and_says_only_what_there_is(study, beside, facts, lang):
    told = list(findings.beside_told(study, beside))
    said = {(key, each): sentence(key, facts, lang, each, given) for key, each, given in told}
    keys = {each: {key for key, one in said if one == each} for _, each in said}
    assert "schemes.moved" in keys[WITH_EVENTS] and "schemes.appeals" in keys[WITH_APPEALS]
    assert {"schemes.marks", "schemes.sensitive"} <= keys[WITH_TAGS]
    assert keys["vip_2022"] == {"schemes.moved_at_reviews"}
    register = study.registers[WITH_TAGS]
    assert register.unreached.label().text(lang) in said["schemes.unreached", WITH_TAGS]
    assert all("{" not in text for text in said.values())


def test_events_and_appeals_are_those_of_the_registers(study, facts):
    events = study.registers[WITH_EVENTS].moves
    quarters = events[(events > 0).any(axis=1)].index[-4:]
    assert facts[f"moved.trigger.{WITH_EVENTS}"].value == events.loc[quarters, "trigger"].sum() > 0
    appeals = study.registers[WITH_APPEALS].appeals
    shown = appeals[(appeals > 0).any(axis=1)].tail(4)
    assert facts[f"appeals.filed.{WITH_APPEALS}"].value == shown["filed"].sum() > 0
    assert facts[f"appeals.pending.{WITH_APPEALS}"].value == shown["pending"].iloc[-1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_whole_and_flag_what_is_sensitive(study, beside, lang):
    assert {WITH_EVENTS, WITH_APPEALS} <= set(beside.mixed.index.get_level_values("policy"))
    assert "vip_2022" not in beside.mixed.index.get_level_values("policy")
    for make in (tables.moved, tables.appeals, tables.marks):
        made = make(study, beside, lang=lang, currency="CNY")
        assert made.rows and all(len(row) == len(made.heads) for row in made.rows)
        assert len(made.numbers) == len(made.rows) and "nan" not in made.html()
    flag = {"zh": "标签（敏感）", "en": "tag (sensitive)"}[lang]
    sensitive = [row for row in made.rows if row[2] == flag]
    written = {tag.name: tag.why for tag in study.alternatives[2].params.tags if tag.sensitive}
    assert {row[1]: row[5] for row in sensitive} == written and written


def test_a_study_of_plain_policies_has_no_table_of_marks_or_appeals(demo):
    found = findings.particulars_of(demo)
    assert found.marks.empty and found.appeals.empty and found.mixed.empty and len(found.moved)
    assert not any(
        key in ("schemes.appeals", "schemes.marks") for key, _, _ in findings.beside_told(demo, found)
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_audit_shows_every_column_and_flags_what_has_no_date(study, facts, lang):
    made = tables.audit(study, lang=lang, currency="CNY")
    flagged = [row for row in made.rows if row[4].startswith("⚠")]
    needs = sum(len(policy.needs) for policy in study.policies)
    assert len(made.rows) == needs == facts["audit.columns"].value
    assert len(flagged) == facts["audit.undated"].value == needs - facts["audit.dated"].value > 0
    assert {row[3] for row in made.rows} == {"2026-09-30"}  # the last day of the third quarter
    assert all(row[2] <= row[3] for row in made.rows if row[2][:2] == "20")
    for key in ("audit.said", "audit.latest_said", "audit.undated_said"):
        assert "{" not in sentence(key, facts, lang)


def test_the_audit_stands_without_a_programme(demo):
    bare = replace(demo, files=replace(demo.files, study=demo.params.model_copy(update={"programme": None})))
    assert not findings.programme_recorded(bare) and findings.programme_recorded(demo)
    assert len(tables.audit(bare, lang="en", currency="CNY").rows) == len(demo.audit)
    recorded = Facts("CNY")
    recorded.extend(findings.audit(bare))
    assert "audit.undated" not in recorded and "audit.latest" in recorded


def test_the_catalogue_says_what_is_graded_and_what_is_ours(study, folder):
    rows = {row["policy"]: row for row in findings.catalogue_rows(study)}
    assert [rows[one]["of"].en for one in ("vip_2022", OF_FIELDS)] == ["customers", "data fields"]
    assert rows[RULE_IS_OURS]["rule_is_ours"] and not rows[OF_FIELDS]["rule_is_ours"]
    for one in (RULE_IS_OURS, OF_FIELDS):
        ours = filled_values(folder / f"S{one[1:]}.yaml")
        assert [label.en.split(" = ")[0] for label in rows[one]["filled"]] == [value.path for value in ours]
    assert rows["vip_2022"]["filled"] == ()
    assert all(row["trigger_moves"] is None and row["appeal_moves"] is None for row in rows.values())
    recorded = Facts("CNY")
    recorded.extend(findings.catalogue(study, list(rows.values())))
    assert recorded["catalogue.filled"].value == sum(len(row["filled"]) for row in rows.values())
    assert recorded["catalogue.rules_ours"].value == 1
    for lang, mark in (("zh", "（规则代拟）"), ("en", " (rule is ours)")):
        made = tables.catalogue_particulars(list(rows.values()), lang=lang, currency="CNY")
        assert [row[1].endswith(mark) for row in made.rows] == [False, True, False]
        assert "{" not in sentence("catalogue.filled_said", recorded, lang) + sentence(
            "catalogue.rules_said", recorded, lang
        )
    page = catalogue_page(list(rows.values()), Label("目录", "Catalogue"))
    assert page.count('class="mark"') == 1
    assert page.count("<li>") == sum(len(row[name] or ()) for row in rows.values() for name in ("filled", "marks", "unreached"))  # fmt: skip
