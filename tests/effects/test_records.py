"""Designs put to the records of simulated companies whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest

from toolkit.effects.experiment.off_policy import evaluate_policy
from toolkit.effects.records.asked import asked_effects
from toolkit.effects.records.lot import logged_lot
from toolkit.effects.records.programme import keeping_effects, programme_effects, programme_rows, rows_before
from toolkit.effects.records.source import Source
from toolkit.errors import HistoryError
from toolkit.measures.aggregation import build_cube
from toolkit.measures.registry import MEASURES
from toolkit.panel import Panel
from toolkit.params.designs import DiscretionParams, LotParams, ReviewsParams, RolloutParams
from toolkit.params.programme import ProgrammeParams
from toolkit.params.study import RetentionParams
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.company import Company, simulate
from toolkit.synthetic.trials import FOLLOW_UP, MAILED, NOT_MAILED
from toolkit.synthetic.world import World
from toolkit.window import Quarter

WORDS = {"zh": "问题", "en": "question"}
YEAR = RetentionParams(id="year", title=WORDS, kind="bought_in", quarters=4)
NEXT = RetentionParams(id="next", title=WORDS, kind="bought_within", quarters=1)
PROGRAMME = ProgrammeParams(
    grade="VIP", package="vip", otherwise="standard", measure="spend", bar=100_000, active_quarters=1,
    since="2022Q3", source="test",
)  # fmt: skip
FOLLOWED = {"id": "calls", "title": WORDS, "contrast": WORDS, "source": "test", "design": "rollout",
            "measure": "complaints", "started_by": FOLLOW_UP}  # fmt: skip
LOT = {"id": "lot", "title": WORDS, "contrast": WORDS, "source": "test", "design": "experiment",
       "treated": MAILED, "control": NOT_MAILED}  # fmt: skip


def source_of(company: Company, calendar: Calendar | None = None, **tables: pd.DataFrame) -> Source:
    calendar = calendar or Calendar()
    sales = company.tables["transactions"]
    complete = tuple(calendar.first + i for i in range(calendar.complete))
    cube = build_cube(ibis.memtable(sales.assign(is_return=sales["amount"] < 0)), quarters=complete)
    names = {name: measure.label for name, measure in MEASURES.items()}
    return Source(Panel(cube, company.tables | tables), complete, 1, names)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(4_000, 5)


@pytest.fixture(scope="module")
def source(company) -> Source:
    return source_of(company)


def ask(source: Source, asked, definitions=(YEAR,), programme=PROGRAMME):
    return asked_effects(source, asked, definitions, programme)


def test_calls_in_waves_prevent_what_the_simulator_says(source, company):
    """Two fifths of the complaints in quarters with a purchase; the interval of one company is missed 1 in 20."""
    effect = ask(source, RolloutParams(**FOLLOWED))["complaints"]
    truth = company.truth["trials"][FOLLOW_UP]
    assert truth < -0.01
    assert effect.estimate.low <= truth <= effect.estimate.high < 0
    assert effect.design == "rollout" and effect.estimate.unit == "per_quarter"


def test_a_start_counts_from_the_quarter_of_its_first_day(source):
    """Those of a wave are treated in exactly the quarters from the wave on."""
    from toolkit.effects.records.waves import _sample

    sample = _sample(source, RolloutParams(**FOLLOWED))
    first = source.entries(FOLLOW_UP).reindex(source.panel.customers)
    begun = first.dropna().dt.to_period("Q")
    expected = begun.map(lambda q: Quarter.parse(str(q)) - source.complete[0])
    assert (sample.start[first.notna()] == expected.to_numpy()).all()
    assert np.isnan(sample.start[first.isna()]).all()
    unbought = ~np.array([source.panel.bought(q) for q in source.complete]).T
    assert (np.isnan(sample.outcome) == unbought).all()


def test_a_mailing_that_does_nothing_is_seen_to_do_nothing(source, company):
    found = ask(source, LotParams(**LOT, controls=["spend", "tenure_months"]), (YEAR, NEXT))
    assert company.truth["trials"][MAILED] == 0
    for effect in found.values():
        assert effect.status == "identified" and effect.estimate.low < 0 < effect.estimate.high


def test_an_open_outcome_window_is_no_outcome(source):
    lists = source.panel.tables["lists"].copy()
    drawn = lists["list"].isin([MAILED, NOT_MAILED])
    lists.loc[drawn, "from_on"] = pd.Timestamp("2026-04-01")
    later = replace(source, panel=Panel(source.panel.cube, source.panel.tables | {"lists": lists}))
    found = ask(later, LotParams(**LOT), (YEAR, NEXT))
    assert found["year"].codes == ("CENSORED",) and found["year"].estimate is None
    assert found["next"].estimate is not None


def test_lots_that_were_drawn_off_the_bar_are_off_plan(source):
    """The mailing was drawn among everybody; a study that says otherwise is contradicted by the scores."""
    band = {"measure": "spend", "bar": 100_000, "low": 0.9, "high": 1.1}
    effect = ask(source, LotParams(**LOT, band=band))["year"]
    assert "OFFPLAN" in effect.codes and effect.estimate is None


def test_a_lot_in_a_band_is_answered_from_the_band(source):
    score = source.facts(("spend",), Quarter.parse("2024Q4"), 4)["spend"]
    near = source.panel.customers[(score >= 50_000) & (score <= 200_000)]
    lists = source.panel.tables["lists"]
    lists = lists[lists["customer_id"].isin(near)]
    inside = replace(source, panel=Panel(source.panel.cube, source.panel.tables | {"lists": lists}))
    band = {"measure": "spend", "bar": 100_000, "low": 0.5, "high": 2.0}
    effect = ask(inside, LotParams(**LOT, band=band))["year"]
    assert effect.estimate.low < 0 < effect.estimate.high
    assert effect.n_effective == lists["list"].isin([MAILED, NOT_MAILED]).sum()


def test_lists_that_contradict_are_refused(source):
    lists = source.panel.tables["lists"]
    twice = lists[lists["list"] == MAILED].head(3).assign(list=NOT_MAILED)
    both = replace(
        source, panel=Panel(source.panel.cube, source.panel.tables | {"lists": pd.concat([lists, twice])})
    )
    with pytest.raises(HistoryError, match="3 customers stand on both lists"):
        ask(both, LotParams(**LOT))
    with pytest.raises(HistoryError, match="no list 'mails'; it has black, follow_up"):
        ask(source, LotParams(**LOT | {"treated": "mails"}))
    without = replace(source, panel=Panel(source.panel.cube, {}))
    with pytest.raises(HistoryError, match="needs the table lists"):
        ask(without, LotParams(**LOT))


def test_policies_are_valued_by_the_lot(source):
    """The mailing does nothing, so no rule for sending it is worth anything; the same rule is worth exactly 0; and the
    doubly robust value of sending to everybody is the adjusted difference of the arms, seen from another side."""
    lot = logged_lot(source, LotParams(**LOT, controls=["spend"]), YEAR)
    n = len(lot.customers)
    spend = source.facts(("spend",), Quarter.parse("2024Q4"), 4)["spend"]
    big = spend[source.panel.customers.get_indexer(lot.customers)] >= 100_000
    some = evaluate_policy(lot.log, big, np.zeros(n, dtype=bool))
    assert some.change.low < 0 < some.change.high and some.n_moved == big.sum()
    assert evaluate_policy(lot.log, big, big).change.value == 0
    everybody = evaluate_policy(lot.log, np.ones(n, dtype=bool), np.zeros(n, dtype=bool))
    effect = ask(source, LotParams(**LOT, controls=["spend"]))["year"]
    assert everybody.change.value == pytest.approx(effect.estimate.value, abs=0.5 * effect.std_error)
    assert everybody.std_error == pytest.approx(effect.std_error, rel=0.05)


DISCRETION = {"id": "x", "title": WORDS, "contrast": WORDS, "source": "test", "design": "adjusted", "grade": "VIP",
              "since": "2022Q3", "controls": ["spend", "tenure_months"]}  # fmt: skip


def test_a_grade_given_by_a_bar_is_no_matter_of_judgement(source):
    """Declared, or found: those above the bar nearly all have the grade, those below hardly ever."""
    declared = ask(source, DiscretionParams(**DISCRETION, rule_known=True))["year"]
    assert declared.codes[0] == "NOOVERLAP" and declared.estimate is None


def test_exceptions_are_looked_for_among_those_the_study_names(source):
    among = [{"measure": "spend", "between": [61_000, 100_000]}]
    effect = ask(source, DiscretionParams(**DISCRETION, among=among))["year"]
    score = source.panel.values("spend", 4)
    expected = sum(
        int((source.panel.active(q, 1) & (score[:, i] >= 61_000) & (score[:, i] < 100_000)).sum())
        for i, q in enumerate(source.complete)
        if q.number == 3 and Quarter.parse("2022Q3") <= q <= Quarter.parse("2025Q3")
    )
    assert effect.n == expected


@pytest.fixture(scope="module")
def long_history() -> tuple[Calendar, Company]:
    """Five reviews before the launch of 2022Q3."""
    calendar = Calendar(first=Quarter.parse("2016Q4"))
    return calendar, simulate(6_000, 3, calendar=calendar)


def test_the_launch_lifts_spend_by_what_the_simulator_says(long_history):
    """Spend is multiplied by exp(.06) for a year; those who stay are compared with others who stay."""
    calendar, company = long_history
    asked = {
        "id": "spend",
        "title": WORDS,
        "contrast": WORDS,
        "source": "test",
        "design": "reviews",
        "measure": "spend",
    }
    effect = ask(source_of(company, calendar), ReviewsParams(**asked, moved="launch"))["spend"]
    assert effect.estimand == "ATT" and effect.status in ("identified", "identified_weak")
    assert effect.estimate.low <= company.truth["spend_lift"] <= effect.estimate.high


def test_without_reviews_from_before_there_is_no_placebo_and_no_figure(source):
    asked = {
        "id": "spend",
        "title": WORDS,
        "contrast": WORDS,
        "source": "test",
        "design": "reviews",
        "measure": "spend",
    }
    assert ask(source, ReviewsParams(**asked))["spend"].codes == ("NOBEFORE",)


def test_another_benefit_at_the_bar_is_differenced_out_where_it_is_older(long_history):
    """Compound .4: without earlier reviews the bundle is refused; with them the answer covers the effect on top."""
    calendar, _ = long_history
    company = simulate(6_000, 4, World(compound=0.4), calendar)
    bundled = PROGRAMME.model_copy(update={"other_perks": ("hotline",)})
    older = bundled.model_copy(update={"other_perks_since": "2017Q3"})
    source = source_of(company, calendar)
    grades = source.table("grades")
    rows = programme_rows(source.panel, PROGRAMME, grades, source.complete)
    refused = programme_effects(source.panel, bundled, rows, (YEAR,), source.complete)["year"]
    assert refused.codes == ("COMPOUND",)
    before = rows_before(source.panel, older, grades, source.complete)
    assert [str(q) for q in before.reviews] == ["2017Q3", "2018Q3", "2019Q3", "2020Q3", "2021Q3"]
    assert not before.received.any()
    answered = programme_effects(source.panel, older, rows, (YEAR,), source.complete, before)["year"]
    truth = company.truth["bar"]["late"]
    assert answered.estimate.low <= truth <= answered.estimate.high


def test_keeping_is_asked_of_holders_and_gaining_of_the_others(source):
    """With a bar of its own for holders the rows of the two questions part, and none is lost."""
    eased = PROGRAMME.model_copy(update={"keep_bar": 80_000.0})
    rows = programme_rows(source.panel, eased, source.table("grades"), source.complete)
    gained = programme_effects(source.panel, eased, rows, (NEXT,), source.complete)["next"]
    kept = keeping_effects(source.panel, eased, rows, (NEXT,), source.complete)["next"]
    known = np.isfinite(rows.score) & (rows.review < len(rows.reviews) - 1)
    assert kept.n + gained.n == known.sum() and kept.n == (known & rows.held).sum()
    assert keeping_effects(source.panel, PROGRAMME, rows, (NEXT,), source.complete) == {}
    assert not rows.held[rows.review == 0].any() and rows.held[rows.review == 1].any()


def test_a_neighbouring_bar_limits_who_is_compared(source):
    """With bars at 100,000 and 200,000 nobody beyond their geometric mean of 141,421 is used."""
    rows = programme_rows(source.panel, PROGRAMME, source.table("grades"), source.complete)
    ladder = PROGRAMME.model_copy(update={"other_bars": (200_000.0,)})
    alone = programme_effects(source.panel, PROGRAMME, rows, (NEXT,), source.complete)["next"]
    beside = programme_effects(source.panel, ladder, rows, (NEXT,), source.complete)["next"]
    known = rows.review < len(rows.reviews) - 1
    assert beside.n == (known & (rows.score > 0) & (rows.score < np.sqrt(2) * 100_000)).sum() < alone.n
