"""Reviews of a programme while a pilot decides some of its grades."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from toolkit.effects.records.asked import asked_effects
from toolkit.effects.records.programme import _outcome, programme_effects, programme_rows
from toolkit.effects.records.reviewed import _reviews, _sample, _studied
from toolkit.effects.records.source import Source
from toolkit.effects.records.under_lot import UnderLot
from toolkit.measures.aggregation import build_cube
from toolkit.measures.registry import MEASURES
from toolkit.panel import Panel
from toolkit.params.designs import DiscretionParams, ReviewsParams
from toolkit.params.programme import ProgrammeParams
from toolkit.params.study import RetentionParams
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.company import Company, simulate
from toolkit.synthetic.pilots import Arm, Pilot
from toolkit.window import Quarter

WORDS = {"zh": "问题", "en": "question"}
NEXT = RetentionParams(id="next", title=WORDS, kind="bought_within", quarters=1)
YEAR = RetentionParams(id="year", title=WORDS, kind="bought_in", quarters=4)
PROGRAMME = ProgrammeParams(
    grade="VIP", package="vip", otherwise="standard", measure="spend", bar=100_000, active_quarters=1,
    since="2022Q3", source="test",
)  # fmt: skip
BEGAN, ENDED = date(2024, 7, 1), date(2026, 1, 1)
COMPLETE = tuple(Calendar().first + i for i in range(Calendar().complete))


@pytest.fixture(scope="module")
def arms() -> tuple[np.ndarray, np.ndarray]:
    """Nine in ten of those near the bar at the review of 2023Q3 and still there, half of them drawn."""
    oracle = simulate(8_000, 6).oracle
    near = oracle[(oracle["review"] == "2023Q3") & oracle["x"].between(-1.2, 1.2)]
    chance = np.random.default_rng(2).random(len(near))
    ids = near["customer_id"].to_numpy(str)
    return ids[chance < 0.45], ids[(chance >= 0.45) & (chance < 0.9)]


@pytest.fixture(scope="module")
def company(arms) -> Company:
    served, others = (tuple(arm) for arm in arms)
    pilot = Pilot("p", BEGAN, ENDED, (Arm("yes", served, BEGAN), Arm("no", others, None)))
    return simulate(8_000, 6, pilots=[pilot])


@pytest.fixture(scope="module")
def panel(company) -> Panel:
    sales = company.tables["transactions"]
    cube = build_cube(ibis.memtable(sales.assign(is_return=sales["amount"] < 0)), quarters=COMPLETE)
    return Panel(cube, company.tables)


@pytest.fixture(scope="module")
def lot(arms) -> UnderLot:
    return UnderLot(pd.Index(np.concatenate(arms)), BEGAN, ENDED)


def rows_of(panel: Panel, company: Company, *lots: UnderLot):
    return programme_rows(panel, PROGRAMME, company.tables["grades"], COMPLETE, lots=lots)


def first_stage(rows, review: str) -> float:
    """Share who received the grade just above the bar minus just below it."""
    at = (rows.review == rows.reviews.index(Quarter.parse(review))) & (
        np.abs(np.log(rows.score / 100_000)) < 0.15
    )
    above = rows.score[at] >= 100_000
    received = rows.received[at]
    return received[above].mean() - received[~above].mean()


def test_who_is_in_a_lot_at_a_review_is_left_out_there_and_counted(panel, company, arms, lot):
    """At 2024Q3 and 2025Q3, while the pilot lasts; by hand from the grades on record."""
    whole, kept = rows_of(panel, company), rows_of(panel, company, lot)
    grades = company.tables["grades"]
    days = pd.to_datetime(["2024-10-01", "2025-10-01"])
    by_lot = grades[grades["decided_by"].eq("pilot") & grades["from_on"].isin(days)]
    assert whole.in_lot == 0 and kept.in_lot == len(by_lot) == len(whole.score) - len(kept.score) > 2000
    drawn = panel.customers.isin(lot.customers)
    for place, review in enumerate(kept.reviews):
        assert drawn[kept.customer[kept.review == place]].any() == (str(review) not in ("2024Q3", "2025Q3"))


def test_the_bar_decides_only_among_the_others(panel, company, lot):
    """Nine in ten met a coin: the jump of the grade at the bar is a fraction; among the others the oracle's."""
    oracle = company.oracle[company.oracle["launched"]]
    near = oracle[(oracle["x"].abs() < 0.15) & ~oracle["randomised"]]
    whole, kept = rows_of(panel, company), rows_of(panel, company, lot)
    for review in ("2024Q3", "2025Q3"):
        assert first_stage(whole, review) < 0.55
        assert first_stage(kept, review) == pytest.approx(near["complier"].mean(), abs=0.12)
    assert first_stage(kept, "2022Q3") == first_stage(whole, "2022Q3")


def test_the_answer_at_the_bar_is_the_truth_again(panel, company, lot):
    """The oracle's, with fewer rows and yet a firmer jump of the grade."""
    answers = [
        programme_effects(panel, PROGRAMME, rows_of(panel, company, *lots), (YEAR,), COMPLETE)["year"]
        for lots in ((), (lot,))
    ]
    firmness = [next(c.value for c in one.checks if c.id == "first_stage") for one in answers]
    assert answers[1].n < answers[0].n and firmness[1] > firmness[0]
    assert answers[1].estimate.low <= company.truth["bar"]["late"] <= answers[1].estimate.high


def test_a_review_has_no_outcome_where_a_pilot_began_before_it_was_known(panel, company, lot):
    """Begun in 2024Q3: the year after the review of 2023Q3 was mixed up, the quarter after it was not."""
    rows = rows_of(panel, company, lot)
    place = rows.reviews.index(Quarter.parse("2023Q3"))
    known = {
        d.id: np.isfinite(_outcome(panel, rows, d, COMPLETE))[rows.review == place] for d in (YEAR, NEXT)
    }
    assert not known["year"].any() and known["next"].all()


def source_of(panel: Panel, *lots: UnderLot) -> Source:
    names = {name: measure.label for name, measure in MEASURES.items()}
    return Source(panel, COMPLETE, 1, names, lots)


EXCEPTIONS = DiscretionParams(
    id="x", title=WORDS, contrast=WORDS, source="test", design="adjusted", grade="VIP", since="2022Q3",
    controls=["spend", "tenure_months"], among=[{"measure": "spend", "between": [61_000, 100_000]}],
)  # fmt: skip
SPENT = ReviewsParams(id="y", title=WORDS, contrast=WORDS, source="test", design="reviews", measure="spend")


def test_exceptions_are_not_looked_for_among_those_in_a_lot(panel, arms, lot):
    """By hand: the review of 2022Q3 whole; of 2023Q3 nothing, a pilot having begun within the year; of 2024Q3 and
    2025Q3 those who did not draw. The quarter after 2023Q3 was over before the pilot began."""
    effects, whole = (
        asked_effects(source_of(panel, *lots), EXCEPTIONS, (YEAR, NEXT), None) for lots in ((lot,), ())
    )
    score, drawn = panel.values("spend", 4), panel.customers.isin(np.concatenate(arms))
    rows = {
        review: panel.active(Quarter.parse(review), 1)
        & (score[:, COMPLETE.index(Quarter.parse(review))] >= 61_000)
        & (score[:, COMPLETE.index(Quarter.parse(review))] < 100_000)
        for review in ("2022Q3", "2023Q3", "2024Q3", "2025Q3")
    }
    counted = {name: {r: (mine & ~drawn).sum() for r, mine in rows.items()} for name in ("year", "next")}
    for name in counted:
        counted[name]["2022Q3"] = rows["2022Q3"].sum()
    counted["year"]["2023Q3"], counted["next"]["2023Q3"] = 0, rows["2023Q3"].sum()
    for name, by_review in counted.items():
        assert effects[name].n == sum(by_review.values())
        assert whole[name].n == sum(mine.sum() for mine in rows.values())


def test_before_and_after_does_not_compare_those_whose_grade_a_lot_decided(panel, arms, lot):
    """Neither where it decided nor a review later, when it had decided the grade before; nobody at the review after
    which it began. The review studied is the last one with a next period that is free of it."""
    source = source_of(panel, lot)
    reviews = _reviews(source, PROGRAMME)
    kept, whole = (_sample(one, SPENT, PROGRAMME, reviews) for one in (source, source_of(panel)))
    drawn = panel.customers.isin(np.concatenate(arms))
    for place, review in enumerate(reviews):
        out = np.isfinite(whole.distance[:, place]) & ~np.isfinite(kept.distance[:, place])
        known = np.isfinite(whole.distance[:, place])
        expected = {"2023Q3": known, "2024Q3": known & drawn, "2025Q3": known & drawn}.get(str(review))
        expected = known & drawn if str(review) == "2026Q3" else expected
        assert (out == (np.zeros(len(drawn), bool) if expected is None else expected)).all()
    assert (kept.received == whole.received).all()
    assert str(reviews[_studied(source, kept, reviews, PROGRAMME)]) == "2025Q3"
    later = source_of(panel, UnderLot(lot.customers, date(2026, 1, 1), date(2026, 7, 1)))
    place = _studied(later, _sample(later, SPENT, PROGRAMME, reviews), reviews, PROGRAMME)
    assert str(reviews[place]) == "2024Q3"
    assert _studied(source_of(panel), whole, reviews, PROGRAMME) is None
