"""The section on weights: facts, tables and the chart, in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.params.policy import PolicyParams
from toolkit.reporting import charts, findings, tables
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence

SAID = ("in_force", "regression", "stress", "key_factor", "captured_range")


@pytest.fixture(scope="module")
def several(demo):
    """The demo with a second weighted score, by pairs, whose judgements were accepted though inconsistent."""
    first = next(p for p in demo.files.policies if p.scheme.kind == "scored")
    score = first.scheme.model_dump(exclude_none=True)
    score["factors"] = [{k: v for k, v in f.items() if k != "weight"} for f in score["factors"]]
    matrix = np.ones((5, 5))
    matrix[0, 1], matrix[1, 0], matrix[1, 2], matrix[2, 1] = 7, 1 / 7, 7, 1 / 7
    experts = {"sales": matrix.tolist(), "service": np.ones((5, 5)).tolist()}
    ahp = {"by": "ahp", "judgements": experts, "accept_inconsistent": True, "consistency_limit": 0.01}
    data = first.model_dump(exclude_none=True) | {
        "id": "by_pairs",
        "title": {"zh": "两两比较", "en": "Pairs"},
        "scheme": score | {"weights": ahp, "floors": first.scheme.floors},
    }
    pairs = PolicyParams.model_validate(data)
    return replace(demo, files=replace(demo.files, alternatives=(*demo.files.alternatives, pairs)))


def facts_of(study) -> Facts:
    facts = Facts(study.currency)
    facts.extend(findings.weights(study))
    return facts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_is_filled_for_every_policy(several, lang):
    facts = facts_of(several)
    for policy in several.weights.policies:
        for key in SAID:
            said = sentence(f"weights.{key}", facts, lang, policy.id, {"policy": policy.title})
            assert policy.title.text(lang) in said and "{" not in said and "nan" not in said
    assert sentence("weights.best", facts, lang)
    said = sentence("weights.in_force", facts, lang, "by_pairs", {"policy": "x"})
    assert "CR" in said and ("仍照用" in said or "used all the same" in said)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "make", [tables.weights, tables.weight_moves, tables.weight_stress, tables.weight_dropped]
)
def test_tables_say_every_figure(several, make, lang):
    for policy in several.weights.policies:
        table = make(several.weights, policy, lang=lang, currency="CNY")
        assert table.rows and all(len(row) == len(table.heads) for row in table.rows)
        assert policy.title.text(lang) in table.caption and "nan" not in table.html()


def test_the_table_prints_the_weights_of_the_result(several):
    found = several.weights.versions["weighted_2027"]
    table = tables.weights(several.weights, several.policies[3], lang="en", currency="CNY")
    assert table.heads[1] == "in force (experts)" and table.rows[0][1] == "40.0%"
    printed = [float(row[3].rstrip("%")) / 100 for row in table.rows[:5]]
    assert printed == pytest.approx(found.comparison.weights["critic"].tolist(), abs=5e-4)
    assert table.numbers.index.name == "factor"
    assert float(table.rows[5][4]) == pytest.approx(found.judged.loc["regression", "somers_d"], abs=5e-3)


def test_a_missing_version_is_named_with_its_reason(demo):
    from toolkit.terms import Label

    found = demo.weights.versions["weighted_2027"]
    policy = demo.weights.policies[0]
    short = replace(found, missing={"regression": Label("数据太短。", "Too short.")})
    result = replace(demo.weights, versions={policy.id: short})
    assert "没有回归版本：数据太短。" in tables.weights(result, policy, lang="zh", currency="CNY").note
    assert (
        "No version by regression: Too short."
        in tables.weights(result, policy, lang="en", currency="CNY").note
    )


def test_who_is_shown(several, demo):
    """The scored alternatives while the baseline has no score; one policy alone has nobody to lead."""
    assert [p.id for p in several.weights.policies] == ["weighted_2027", "by_pairs"]
    shares = several.weights.acceptability
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1) and set(shares) == {"weighted_2027", "by_pairs"}
    table = tables.weight_acceptability(several.weights, lang="zh", currency="CNY")
    assert len(table.rows) == 2 and table.numbers.index.name == "policy"
    assert {type(column) for column in table.numbers} == {str}  # a file of numbers keeps no other heads
    assert demo.weights.acceptability is None and "weights.best" not in facts_of(demo)
    first = next(p for p in several.files.policies if p.id == "by_pairs")
    files = replace(several.files, baseline=first, alternatives=several.files.policies[:-1])
    assert [p.id for p in replace(several, files=files).weights.policies] == ["by_pairs"]
    files = replace(demo.files, alternatives=demo.files.alternatives[:2])
    assert replace(demo, files=files).weights is None


def test_the_study_chooses_the_versions(demo):
    params = demo.params.model_copy(update={"weight_versions": ("critic",)})
    study = replace(demo, files=replace(demo.files, study=params))
    assert list(study.weights.versions["weighted_2027"].comparison.weights) == ["in_force", "critic"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_has_a_mark_per_version_and_words(several, demo, lang):
    import matplotlib.pyplot as plt

    for study, lines in ((demo, 5), (several, 10)):
        chart = charts.weights(study.weights, lang=lang)
        assert len(chart.axes.get_yticks()) == lines and "40%" in chart.alt
        (legend,) = chart.axes.figure.legends
        assert len(legend.get_texts()) == 4
        plt.close(chart.axes.figure)
