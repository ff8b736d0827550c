"""The sections on hotline and capacity: facts, tables and the chart, in both languages."""

from __future__ import annotations

import pytest

from toolkit.reporting import charts, findings, tables
from toolkit.reporting.facts import Facts
from toolkit.reporting.words import sentence


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_is_filled(demo, lang):
    facts = Facts(demo.currency)
    facts.extend(findings.hotline(demo))
    facts.extend(findings.capacity(demo))
    told = findings.hotline_told(demo) + findings.capacity_told(demo)
    assert [key for key, _, _ in told].count("hotline.change") == len(demo.alternatives)
    for key, each, names in told:
        said = sentence(key, facts, lang, each, names)
        assert said and "{" not in said and "nan" not in said and "n/a" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_say_every_policy_arrangement_and_class(demo, lang):
    found, policies = demo.hotline, demo.policies
    sizes = {tables.hotline_seats: 8, tables.hotline_service: 16, tables.hotline_same_seats: 8}
    for make, rows in sizes.items():
        table = make(found, policies, lang=lang, currency="CNY")
        assert len(table.rows) == len(table.numbers) == rows
        assert all(len(row) == len(table.heads) for row in table.rows) and "nan" not in table.html()
    table = tables.capacity(demo.capacity, policies, lang=lang, currency="CNY")
    assert len(table.rows) == len(policies) * len(demo.params.capacity)


def test_the_table_prints_the_seats_of_the_plan(demo):
    table = tables.hotline_seats(demo.hotline, demo.policies, lang="en", currency="CNY")
    plan = demo.hotline.plans["vip_2022", "shared"]
    assert table.rows[0][3] == str(plan.peak) and table.rows[0][6] == f"{plan.paid_hours:,.0f}"
    assert table.numbers.loc[0, "cost"] == pytest.approx(plan.cost * 365.25 / 7)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_draws_calls_and_every_pool(demo, lang):
    import matplotlib.pyplot as plt

    chart = charts.hotline(demo.hotline, demo.baseline, lang=lang)
    above, below = chart.axes.figure.axes
    assert len(above.get_legend().get_texts()) == 2 and "VIP" in chart.alt
    assert len(below.get_legend().get_texts()) == 3, "one pool, or one of its own for each class"
    bars = sum(bar.get_height() for bar in above.patches)
    calls = demo.hotline.arrivals["vip_2022"].calls
    day = calls[calls.index.normalize() == demo.hotline.busiest_day("vip_2022")]
    assert bars == pytest.approx(day.to_numpy().sum())
    plt.close(chart.axes.figure)
