"""Rows of a programme: scores up to the review, the grade on the first day after it, outcomes strictly later."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from toolkit.effects.records.programme import no_programme, programme_effects, programme_gap, programme_rows
from toolkit.errors import HistoryError
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.params.programme import ProgrammeParams
from toolkit.params.strict import Words
from toolkit.params.study import RetentionParams
from toolkit.window import Quarter

QUARTERS = tuple(Quarter.parse("2023Q1") + i for i in range(6))
NEXT = RetentionParams(id="next", kind="bought_within", quarters=1, title=Words(zh="下季", en="next quarter"))
PROGRAMME = ProgrammeParams(
    grade="VIP", package="vip", otherwise="standard", measure="spend", bar=100, window_quarters=2, active_quarters=1,
    since="2023Q2", every_quarters=2, source="test",
)  # fmt: skip


@pytest.fixture
def panel() -> Panel:
    """a buys 60 every quarter, b buys 40 and stops after 2023Q2, c buys 55 until 2023Q4."""
    buys = (
        [("a", q, 60.0) for q in range(6)]
        + [("b", q, 40.0) for q in range(2)]
        + [("c", q, 55.0) for q in range(4)]
    )
    rows = pd.DataFrame(buys, columns=["customer_id", "quarter", "amount"])
    rows["paid_at"] = [
        pd.Timestamp((QUARTERS[0] + q).start()) + pd.Timedelta(days=40) for q in rows["quarter"]
    ]
    rows["order_id"] = [f"o{i}" for i in range(len(rows))]
    rows["is_return"] = False
    table = ibis.memtable(rows.drop(columns="quarter"))
    return Panel(build_cube(table, quarters=QUARTERS))


def grades(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "from_on", "grade"])
    return frame.assign(from_on=pd.to_datetime(frame["from_on"]))


RECORD = grades(
    ("a", "2023-07-01", "VIP"),
    ("b", "2023-07-02", "VIP"),
    ("c", "2023-07-01", "VIP"),
    ("c", "2024-01-01", "普通"),
)


def test_reviews_scores_and_grades_by_hand(panel):
    """b's grade begins a day after the first day that follows the review, so b had none at the review;
    c is VIP after 2023Q2 and no longer after 2023Q4."""
    rows = programme_rows(panel, PROGRAMME, RECORD, QUARTERS)
    assert rows.reviews == tuple(Quarter.parse(q) for q in ("2023Q2", "2023Q4", "2024Q2"))
    names = panel.customers[rows.customer]
    found = {
        (str(rows.reviews[r]), n): (s, d)
        for r, n, s, d in zip(rows.review, names, rows.score, rows.received, strict=True)
    }
    assert found == {
        ("2023Q2", "a"): (120, True),
        ("2023Q2", "b"): (80, False),
        ("2023Q2", "c"): (110, True),
        ("2023Q4", "a"): (120, True),
        ("2023Q4", "c"): (110, False),
        ("2024Q2", "a"): (120, True),
    }
    assert rows.latest.isoformat() == "2024-05-11"


def test_outcomes_that_are_not_known_yet_are_left_out(panel):
    """Raw gap over 2023Q2 and 2023Q4 alone: treated a, c, a stayed (1, 1, 1), others b and c left (0, 0)."""
    rows = programme_rows(panel, PROGRAMME, RECORD, QUARTERS)
    assert programme_gap(panel, rows, NEXT, QUARTERS).value == 1.0
    assert programme_gap(panel, rows, NEXT, QUARTERS[:2]) is None


def test_a_programme_that_has_not_begun_is_refused(panel):
    late = PROGRAMME.model_copy(update={"since": "2030Q2"})
    rows = programme_rows(panel, late, RECORD, QUARTERS)
    effect = programme_effects(panel, late, rows, (NEXT,), QUARTERS)["next"]
    assert effect.estimate is None and effect.codes


def test_a_score_that_looks_ahead_is_refused(panel, monkeypatch):
    from toolkit.measures.registry import MEASURES

    spend = MEASURES["spend"]
    ahead = type(spend)(
        spend.id,
        spend.label,
        spend.unit,
        spend.better,
        spend.about,
        lambda cube, w: np.roll(spend.compute(cube, w), -1, axis=1),
    )
    monkeypatch.setitem(MEASURES, "spend", ahead)
    with pytest.raises(HistoryError, match="later than the review"):
        programme_rows(Panel(panel.cube), PROGRAMME, RECORD, QUARTERS)


def test_without_a_programme_there_is_a_pilot_and_no_figure():
    """300 customers in the widest band at p = .5: standard error sqrt(4 x .25 / 300) for one review."""
    effect = no_programme("VIP", NEXT, 0.5, {0.1: 50, 0.5: 300}, 1)
    assert (effect.estimate, effect.codes) == (None, ("NOPROGRAMME",))
    widest = effect.pilot.options[-1]
    assert (widest.customers, widest.expected_error) == (300, pytest.approx(np.sqrt(1 / 300)))
