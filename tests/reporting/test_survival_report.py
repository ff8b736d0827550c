"""The section on how long customers stay: words, facts, tables and charts."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from toolkit.reporting import charts, findings, tables
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import PLACE, sentence, sentences
from toolkit.terms import NOT_AVAILABLE

KEYS = sorted(k for k in sentences() if k.startswith(("survival", "hazard", "horizon", "immortal", "forecast", "chart.survival")))  # fmt: skip


@pytest.fixture(params=["demo", "online_retail"])
def study(request):
    """A history without and with silences, one of them too short to settle a forecast."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("key", KEYS)
def test_no_description_and_no_forecast_speaks_of_an_effect(key):
    words = sentences()[key]
    assert "影响" not in words.zh and not re.search("effect|impact", words.en.lower())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_whose_facts_exist_is_filled(study, lang):
    facts = Facts(study.currency)
    facts.extend(findings.staying(study))
    said = []
    for key in KEYS:
        places = [place.partition("|")[0] for place in PLACE.findall(sentences()[key].zh)]
        if places and all(place in facts for place in places):
            text = sentence(key, facts, lang)
            assert "{" not in text and "n/a" not in text and "nan" not in text
            said.append(key)
    assert {
        "horizon.chosen",
        "survival.description",
        "survival.ends",
        "forecast.purchases",
        "forecast.held",
    } <= set(said)
    assert ("forecast.alive" in said) == study.staying.forecast.settled
    assert len({"forecast.agrees", "forecast.open", "forecast.depends"} & set(said)) == 1


def test_what_is_too_short_is_named(online_retail):
    ids = {fact.id for fact in findings.staying(online_retail)}
    assert {"horizon.longest", "horizon.short.next_quarter", "forecast.unsettled"} <= ids
    assert "forecast.open.apart" in ids and "forecast.agrees.apart" not in ids
    assert "horizon.short.half_year" not in ids and "immortal.ever" not in ids


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_and_chart(study, lang):
    found, currency = study.staying, study.currency
    curves = tables.survival(found.survival, lang=lang, currency=currency)
    assert len(curves.rows) == len(found.survival.groups)
    assert all(len(row) == len(curves.heads) for row in curves.rows)
    ratios = tables.hazard(found.hazard, lang=lang, currency=currency)
    assert ("description" if lang == "en" else "描述") in ratios.caption
    assert len(tables.horizon(found.around, lang=lang, currency=currency).rows) >= 2
    against = tables.definitions(found.definitions, study.definition_titles, lang=lang, currency=currency)
    assert len(against.rows) == len(study.definitions)
    chart = charts.survival(found.survival, study.baseline.scheme.scale.grades, lang=lang)
    assert (
        len(chart.axes.collections) == len(found.survival.groups)
        and study.baseline.scheme.scale.best in chart.alt
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_models_stand_side_by_side(study, lang):
    """The two models of purchase days are about the same days; every row says that it is a forecast."""
    found = study.staying.forecasts
    table = tables.forecasts(found, lang=lang, currency=study.currency)
    assert table.numbers["model"].tolist() == ["bg_nbd", "pareto_nbd", "bg_bb"]
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert ("forecast" if lang == "en" else "预测") in table.caption
    days, other, quarters = (each.holdout for each in found)
    assert days.actual == other.actual and 0 < quarters.actual <= days.actual
    unchecked = tables.forecasts([replace(found[0], holdout=None)], lang=lang, currency=study.currency)
    assert unchecked.rows[0][2:5] == (("n/a",) * 3 if lang == "en" else (NOT_AVAILABLE["zh"],) * 3)


@pytest.mark.parametrize("factor", [0.8, 1.05, 1.2])
@pytest.mark.parametrize("where", ["ahead", "check"])
def test_a_forecast_that_hangs_on_the_model_says_so(demo, factor, where):
    """Two models a fifth apart, ahead or in the check, exceed the stated share; a twentieth does not."""
    staying = replace(demo.staying)
    first = staying.forecast
    held = replace(first.holdout, predicted=first.holdout.predicted * (factor if where == "check" else 1))
    ahead = first.ahead * (factor if where == "ahead" else 1)
    staying.__dict__["rival"] = replace(first, model="pareto_nbd", ahead=ahead, holdout=held)
    facts = Facts(demo.currency)
    facts.extend(findings.staying(SimpleNamespace(staying=staying, definition_titles=demo.definition_titles)))
    assert staying.apart == pytest.approx(abs(factor - 1))
    assert ("forecast.depends.apart" in facts) == (factor != 1.05) != ("forecast.agrees.apart" in facts)
    if factor != 1.05:
        low, high = (facts[f"forecast.depends.{name}"].value for name in ("lowest", "highest"))
        assert low <= high and {low, high} >= {round(float(first.ahead["expected"].iloc[-1]))}
        assert "depends on the model" in sentence("forecast.depends", facts, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_contracts_have_sentences_of_their_own(demo, lang):
    """The same company under contracts: the facts of the other model, and none of purchases."""
    params = demo.params.model_copy(update={"relationship": "contractual"})
    staying = replace(demo.staying, params=params)
    facts = Facts(demo.currency)
    facts.extend(findings.staying(SimpleNamespace(staying=staying, definition_titles=demo.definition_titles)))
    for key in ("forecast.contracts", "forecast.held", "survival.description"):
        assert "n/a" not in sentence(key, facts, lang)
    assert staying.rival is None and staying.forecasts == () and "forecast.allowed" not in facts
    assert "forecast.purchases" not in facts and 0 < facts["forecast.staying"].value < 1
