"""A report on policies that are not the company's own, or have no price, decides nothing and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

import toolkit
from toolkit.recommendation.verdict import Verdict
from toolkit.reporting import charts, findings, tables
from toolkit.reporting.tracing import unmarked
from toolkit.reporting.verdict_page import first_page
from toolkit.run.facts import flipped


def without_prices(policy):
    service = {
        grade: plan.model_copy(update={"cost_per_quarter": "unknown"})
        for grade, plan in policy.service.items()
    }
    return policy.model_copy(update={"service": service})


@pytest.fixture
def drafted():
    """The small study with a baseline as an import writes it: a starter without prices."""
    study = toolkit.example_study()
    baseline = without_prices(study.files.baseline).model_copy(update={"starter": True})
    return replace(study, files=replace(study.files, baseline=baseline))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_one_decides_nothing(drafted, facts_of, lang):
    facts = facts_of(drafted)
    page = first_page(drafted, facts, lang=lang)
    assert page.tone == "unready" and page.pilot == "" and drafted.pilots == ()
    assert drafted.baseline.title.text(lang) in page.alarm
    assert {"zh": "不是判定", "en": "not a verdict"}[lang] in page.alarm
    shown = {figure.id: unmarked(figure.value) for figure in page.figures}
    lead = drafted.recommendation.leading().change.policy
    assert shown[f"change.{lead}.net"] == {"zh": "未计算", "en": "not computed"}[lang]
    cost = shown[f"change.{lead}.cost"]
    assert cost.startswith({"zh": "未填", "en": "not filled in"}[lang])
    assert "¥0" not in " ".join(unmarked(text) for text in page.texts)


def test_what_has_no_price_has_no_cost_anywhere(drafted, facts_of):
    facts = facts_of(drafted)
    known = [policy.id for policy in drafted.alternatives]
    assert [policy.id for policy in drafted.priced] == known
    assert f"cost.year.{drafted.baseline.id}" not in facts and f"cost.year.{known[0]}" in facts
    assert not any(f"change.{name}.cost" in facts for name in known)
    assert findings.costed(drafted).changes == ()
    table = tables.cost(drafted, lang="en", currency="CNY")
    assert drafted.baseline.title.en not in {row[0] for row in table.rows}
    assert drafted.baseline.title.en not in charts.cost(drafted, lang="en").alt


def test_prices_alone_do_not_make_a_starter_the_companys_own():
    study = toolkit.example_study()
    priced = study.files.baseline.model_copy(update={"starter": True})
    found = replace(study, files=replace(study.files, baseline=priced)).recommendation
    assert found.verdict is Verdict.UNREADY and found.policy is None


def test_a_first_verdict_turns_nothing():
    said = {name: {"verdict": {"value": name}} for name in ("unready", "keep", "adopt")}
    assert not flipped(said["adopt"], said["unready"]) and not flipped(said["unready"], said["adopt"])
    assert flipped(said["adopt"], said["keep"])
