"""The chapter on the decision: what is told, tabled and drawn agrees with the results, in both languages."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from toolkit.comparison.evidence import LINES
from toolkit.comparison.movers import CHANGES
from toolkit.params.policy import read_policy
from toolkit.reporting import charts, findings, tables
from toolkit.reporting.chapter import Chapter
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence
from toolkit.search.tree import Leaf, Split
from toolkit.terms import LANGS, Label, money

BOTH = pytest.mark.parametrize("lang", LANGS)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def known(study) -> Facts:
    facts = Facts(study.currency)
    for found in (
        findings.retention,
        findings.effect,
        findings.decision,
        findings.standing,
        findings.searched,
        findings.proposals,
        findings.moves,
    ):
        facts.extend(found(study))
    return facts


def said(study, facts, lang) -> list[str]:
    told = [
        *findings.standing_told(study),
        *findings.scenarios_told(study),
        *findings.searched_told(study),
        *findings.proposals_told(study),
        *findings.moves_told(study),
    ]
    return [sentence(key, facts, lang, each, names) for key, each, names in told]


@BOTH
def test_every_sentence_finds_its_figures(demo, online_retail, lang):
    """A missing fact raises; an unfilled place would show its brace."""
    for study in (demo, online_retail):
        texts = said(study, known(study), lang)
        assert texts and not any("{" in text or "nan" in text.lower() for text in texts)


@BOTH
def test_where_nothing_is_identified_nothing_is_ranked_and_a_manager_can_still_act(online_retail, lang):
    """Break-even, who moves and a pilot stand on the page; no standing, no scenario, no net value."""
    facts = known(online_retail)
    keys = [key for key, *_ in findings.standing_told(online_retail)]
    assert "standing.nothing" in keys and "standing.evpi" not in keys
    assert {"standing.below", "standing.below_cheaper"} & set(keys)
    assert not any(fact.id.endswith((".net", ".adjusted", ".best", ".regret")) for fact in facts)
    assert any(key == "pilots.told" for key, *_ in findings.proposals_told(online_retail))
    assert not findings.tornado_shown(online_retail) and not findings.two_way_shown(online_retail)


@BOTH
def test_the_standing_is_that_of_the_weighing(demo, lang):
    """Ranked policies first with money, the others with dashes."""
    weighing, titles = demo.weighing, findings.policy_titles(demo)
    table = tables.standing(weighing.standing, titles, lang=lang, currency=demo.currency)
    by_title = {row[0]: row for row in table.rows}
    for policy, row in weighing.standing.frame.iterrows():
        shown = by_title[titles[policy].text(lang)]
        net = money(row["net"], demo.currency, lang, signed=True) if row["rankable"] else "—"
        assert shown[1] == net and (row["rankable"] or set(shown[1:]) == {"—"})
    assert len(table.rows) == len(demo.policies) == len(table.numbers)


@BOTH
def test_the_verdict_table_prints_the_lowest_chance(demo, lang):
    table = tables.verdicts(demo.recommendation, demo.weighing.standing, lang=lang, currency=demo.currency)
    lowest = demo.weighing.standing.lowest["adjusted"]
    assert np.allclose(table.numbers["surely"], lowest.reindex(table.numbers["policy"]), equal_nan=True)


def test_values_stand_under_every_definition_and_line(demo):
    table = tables.values_by_definition(
        demo.comparison, demo.definition_titles, lang="en", currency=demo.currency
    )
    for _, row in table.numbers.iterrows():
        change = demo.comparison.change(row["policy"])
        value = next(v for v in change.values if v.definition == row["definition"])
        assert [row[line] for line in LINES] == [value.lines[line].value for line in LINES]
        assert row["surely"] <= value.possibly


@BOTH
def test_scenarios_end_with_the_largest_regret(demo, lang):
    found, titles = demo.weighing.scenarios, findings.policy_titles(demo)
    table = tables.scenarios(found, titles, lang=lang, currency=demo.currency)
    assert len(table.rows) == len(found.values) + 1
    assert table.rows[-1][-1] == titles[found.choice].text(lang)
    assert table.rows[0][2] == money(found.values.iloc[0, 1], demo.currency, lang, signed=True)


@BOTH
def test_charts_say_in_words_what_they_draw(demo, lang):
    """Every chart of the chapter has a caption and a text with its figures."""
    weighing, titles = demo.weighing, findings.policy_titles(demo)
    drawn = [charts.frontier(weighing.frontier, titles, demo.currency, lang=lang)]
    drawn += [charts.value_tornado(*found, lang=lang) for found in findings.tornado_shown(demo).values()]
    drawn += [charts.alluvial(*found, lang=lang) for found in findings.moves_shown(demo).values()]
    drawn += [charts.candidates(*found, lang=lang) for found in findings.searched_along_one(demo).values()]
    drawn += [charts.two_way(*found, lang=lang) for found in findings.two_way_shown(demo).values()]
    assert len(drawn) >= 5
    for chart in drawn:
        assert chart.caption and chart.alt.startswith(chart.caption) and len(chart.alt) > len(chart.caption)


def test_bands_of_the_alluvial_add_up_to_the_customers(demo):
    """The bars of either side have the heights of their grades; nobody is lost between them."""
    (movers, scales, titles), *_ = findings.moves_shown(demo).values()
    chart = charts.alluvial(movers, scales, titles, lang="en")
    heights = [bar.get_height() for bar in chart.axes.patches]
    assert sum(heights) == pytest.approx(2)
    total = movers.flows["customers"].sum()
    assert total == len(demo.customers)
    for grade, height in zip(scales[0], heights[: len(scales[0])], strict=True):
        mine = movers.flows.loc[movers.flows["grade_now"] == grade, "customers"].sum()
        assert height == pytest.approx(mine / total)


def test_who_moves_is_counted_once(demo):
    table = tables.movers(demo.movers, findings.policy_titles(demo), lang="en", currency=demo.currency)
    for _, row in table.numbers.iterrows():
        assert sum(row[change] for change in CHANGES) == len(demo.movers[row["policy"]].frame)


@BOTH
def test_a_shallow_rule_reads_as_a_sentence(lang):
    """Two questions, one of them a range, as a person would say it; worked by hand."""
    tree = Split("spend", 1000.0, Split("orders", 4.0, Leaf(True), Leaf(False)), Leaf(False))
    names = {"spend": Label("消费", "spend"), "orders": Label("订单", "orders")}
    expected = {
        "zh": "消费 不低于 1,000且订单 不低于 4",
        "en": "spend at least 1,000 and orders at least 4",
    }
    assert findings.rule_in_words(tree, names).text(lang) == expected[lang]
    low = Split("spend", 1000.0, Leaf(False), Split("spend", 0.5, Leaf(True), Leaf(False)))
    ranged = {"zh": "消费 不低于 0.500 且低于 1,000", "en": "spend at least 0.500 and below 1,000"}
    assert findings.rule_in_words(low, names).text(lang) == ranged[lang]


def test_the_run_folder_holds_what_the_next_steps_need(demo, tmp_path):
    """Policies that were found can be read as policy files; movers are there for every alternative."""
    chapter = Chapter("06", demo, str(tmp_path), "en")
    chapter.keep_policies()
    chapter.keep_movers()
    chapter.keep_pilots()
    for found in demo.searched:
        if found.chosen is not None:
            assert read_policy(tmp_path / "policies" / f"{found.chosen.id}.yaml") == found.chosen
    assert {p.stem for p in (tmp_path / "who_moves").glob("*.csv")} == {p.id for p in demo.alternatives}
    assert {p.stem for p in (tmp_path / "pilots").glob("*.yaml")} == {p.params.id for p in demo.pilots}
