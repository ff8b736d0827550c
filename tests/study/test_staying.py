"""How long customers stay, as a study asks for it."""

from __future__ import annotations

from dataclasses import replace

from toolkit.outcomes.lapse import LapseRule
from toolkit.study.staying import Staying


def with_params(study, **changes: object) -> Staying:
    found = study.staying
    return replace(found, params=found.params.model_copy(update=changes))


def test_the_demo_buys_every_quarter(demo):
    """The simulated company's customers buy in each quarter until they leave, so a silence of one says all."""
    found = demo.staying
    assert found.horizon.quarters == 1 and found.rule == LapseRule(1, demo.complete[-1])
    assert not found.definitions["short"].any()
    assert found.survival.review == found.register.reviews[0] < demo.quarter


def test_a_contract_is_followed_by_its_own_model(demo):
    """The shifted beta-geometric forecast of the survivors lies within a twentieth of what followed."""
    found = with_params(demo, relationship="contractual").forecast
    assert found.model == "sbg" and found.asof == demo.complete[-1]
    assert abs(found.holdout.error) < 0.05


def test_without_a_contract_purchases_are_forecast(demo):
    found = demo.staying.forecast
    assert found.model == "bg_nbd" and abs(found.holdout.error) < 0.15
    assert found.holdout.asof == demo.complete[-1] - 4


def test_a_forecast_can_be_switched_off(demo):
    off = demo.params.forecast.model_copy(update={"quarters": 0})
    assert with_params(demo, forecast=off).forecast is None


def test_a_short_history_says_so(online_retail):
    """Three complete quarters: silences longer than two cannot be seen, and nobody is seen to leave."""
    found = online_retail.staying
    assert found.horizon.quarters == found.horizon.longest == 2
    assert found.definitions.set_index("definition")["short"].to_dict() == {
        "next_quarter": True, "half_year": False, "spend_kept": True}  # fmt: skip
    assert not found.forecast.settled
