"""A proposal becomes a file that a later study can read, always with the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from toolkit.params.pilot import read_pilot
from toolkit.pilots.file import pilot_yaml
from toolkit.pilots.proposal import propose
from toolkit.window import Quarter

QUESTIONS = {
    "switchers": "raised",
    "tie_breaker": "around_a_bar",
    "branches": "in_branches",
    "waves": "raised",
}


@pytest.fixture(params=QUESTIONS)
def proposed(request, rule, report):
    """A proposal of every design."""
    found = propose(request.getfixturevalue(QUESTIONS[request.param]), rule, report, request.param)
    assert found.params.design == request.param
    return found


def test_written_and_read_back(proposed, tmp_path):
    path = tmp_path / "pilot.yaml"
    path.write_text(pilot_yaml(proposed.params), "utf-8")
    assert read_pilot(path, ["spend"]) == proposed.params
    assert pilot_yaml(read_pilot(path)) == pilot_yaml(proposed.params)


def test_every_key_is_explained_in_both_languages(proposed):
    lines = pilot_yaml(proposed.params).splitlines()
    keys = [i for i, line in enumerate(lines) if line and line[0] not in "# -" and ":" in line]
    assert len(keys) > 15
    for i in keys:
        assert lines[i - 1].startswith("# ") and " · " in lines[i - 1]


def test_a_quarter_is_left_to_prepare(raised, rule, report):
    """Reported for 2026Q3, hence in 2026Q4: the quarter after next begins on 1 January 2027; four quarters."""
    params = propose(raised, rule, report).params
    assert (params.drawn_on, params.starts_on, params.ends_on) == (
        "2026Q3",
        date(2027, 1, 1),
        date(2028, 1, 1),
    )
    fiscal = propose(raised, rule, replace(report, fiscal_start_month=2)).params
    assert fiscal.starts_on == date(2027, 2, 1)


def test_the_lots_are_those_of_the_file(proposed):
    params, lots = proposed.params, proposed.lots
    named = {params.served, params.not_served, *(wave.list for wave in params.waves)}
    assert set(lots["list"]) == named and len(lots) == params.customers
    assert lots["customer_id"].is_unique


def test_the_file_is_read_as_an_experiment(around_a_bar, rule, report):
    params = propose(around_a_bar, rule, report).params
    lot = params.experiment()
    assert (lot.design, lot.treated, lot.control, lot.package) == (
        "experiment",
        params.served,
        params.not_served,
        "vip",
    )
    assert lot.share == 0.5 and lot.band == params.band and params.design == "tie_breaker"


def test_the_thresholds_are_those_of_the_rule(raised, rule, report):
    """Break-even 2 points; lots among 1,200: error sqrt(4 x .1476 / 1200)."""
    proposed = propose(raised, rule, report)
    error = np.sqrt(4 * 0.82 * 0.18 / 1200)
    assert proposed.params.design == "switchers"
    assert proposed.params.decides.adopt_above == pytest.approx(0.02 + 1.281552 * error, abs=1e-5)
    assert proposed.params.decides.reject_below == pytest.approx(0.02 - 1.281552 * error, abs=1e-5)


def test_another_report_draws_anew(raised, rule, report):
    first, later = (
        propose(raised, rule, one) for one in (report, replace(report, quarter=Quarter.parse("2026Q4")))
    )
    assert first.params.seed != later.params.seed and first.params.id != later.params.id
    assert propose(raised, rule, report).lots.equals(first.lots)


def test_nothing_at_stake_is_no_pilot(ask, rule, report):
    assert propose(ask(np.ones(100, dtype=int), margin=np.zeros(100)), rule, report) is None
    assert propose(ask(np.zeros(100, dtype=int)), rule, report) is None


def test_what_a_pilot_cannot_show_is_said(raised, rule, report):
    sure = propose(raised, rule, report)
    hard = propose(replace(raised, expected=0.021), rule, report)
    assert sure.chosen.can_decide and "leave the question open" not in sure.text.en
    assert "leave the question open" in hard.params.decides.text.en
    assert "未必能作出判定" in hard.params.decides.text.zh
