"""Forecasts read from a panel: CDNOW once more, from the door to the check against what followed."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.forecasts.buyers import buyers_at
from toolkit.forecasts.purchases import forecast_purchases
from toolkit.outcomes.retained import retained_after
from toolkit.panel import Panel
from toolkit.params.study import RetentionParams
from toolkit.window import Quarter

REVIEW, END = Quarter.parse("1997Q3"), Quarter.parse("1998Q2")


def test_the_check_of_the_paper_comes_out_of_a_panel(cdnow_panel):
    """1,653 purchases expected over 39 weeks from 1997-09-30, 1,882 seen; fitted on the first three quarters."""
    found = forecast_purchases(cdnow_panel, END, 4, hold_back=3).holdout
    assert (found.asof, found.quarters, found.customers) == (REVIEW, 3, 2357)
    assert (round(found.predicted), found.actual) == (1653, 1882)
    assert found.error == pytest.approx(1653.4 / 1882 - 1, abs=1e-4)


def test_the_fit_of_the_paper_comes_out_of_a_panel(cdnow_panel, published):
    found = forecast_purchases(cdnow_panel, REVIEW, 3, hold_back=0)
    published("bgnbd_precise", **found.parameters["fitted"])
    assert found.holdout is None and found.settled
    assert found.ahead["expected"].iloc[-1] == pytest.approx(1653.4, abs=0.1)
    assert found.customers["purchases"].sum() == pytest.approx(found.ahead["expected"].iloc[-1])
    assert found.customers["alive"].between(0, 1).all() and len(found.customers) == 2357


def test_the_other_model_comes_out_of_a_panel(cdnow_panel, published):
    """Pareto/NBD on the same quarters; its check is about the same purchases."""
    found = forecast_purchases(cdnow_panel, END, 4, hold_back=3, model="pareto_nbd")
    assert (found.holdout.customers, found.holdout.actual) == (2357, 1882)
    then = forecast_purchases(cdnow_panel, REVIEW, 3, hold_back=0, model="pareto_nbd")
    published("pareto_nbd", **then.parameters["fitted"])
    assert then.ahead["expected"].iloc[-1] == pytest.approx(found.holdout.predicted)
    assert then.model == "pareto_nbd" and then.customers["spend"].isna().all()


@pytest.mark.parametrize("model", ["bg_nbd", "pareto_nbd"])
def test_nothing_after_the_quarter_is_seen(cdnow_panel, model):
    """The same forecast from a cube that ends there."""
    then = Panel(cdnow_panel.cube.upto(REVIEW))
    whole, cut = (forecast_purchases(p, REVIEW, 2, 1, model) for p in (cdnow_panel, then))
    assert whole.customers.equals(cut.customers) and whole.holdout == cut.holdout


def test_too_few_who_came_back_make_no_forecast(cdnow_panel):
    few = cdnow_panel.cube.upto(Quarter.parse("1997Q1"))
    rows = slice(0, 120)
    small = Panel(type(few)(few.customers[rows], few.quarters, {n: c[rows] for n, c in few.cells.items()}))
    assert len(buyers_at(small, few.quarters[-1])[1]) == 120
    assert forecast_purchases(small, few.quarters[-1], 4, hold_back=0) is None


def test_the_definition_of_retention_and_leakage_move_the_figure(cdnow_whole):
    """Grade A = best twentieth by spend to 1997-09-30: 73.8 against 27.6 % bought in the next 273 days; built
    on the whole log the grade makes 91.7 % of it (evidence V33)."""
    words = {"zh": "再次购买", "en": "bought again"}
    definition = RetentionParams(id="again", title=words, kind="bought_within", quarters=3)
    kept = retained_after(cdnow_whole, definition, REVIEW)
    known, whole = (cdnow_whole.values("spend", 6)[:, place] for place in (2, 5))
    shares = [100 * kept[mask].mean() for mask in (top(known), ~top(known), top(whole))]
    assert (REVIEW.end() - REVIEW.start()).days and shares == pytest.approx([73.8, 27.6, 91.7], abs=0.051)
    assert (END.end() - REVIEW.end()).days == 273


def top(spend: np.ndarray) -> np.ndarray:
    return spend >= np.quantile(spend, 0.95)
