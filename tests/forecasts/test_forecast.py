"""A forecast cannot pass for an outcome or for an effect."""

from __future__ import annotations

import dataclasses
import typing
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from toolkit.comparison.comparison import Comparison
from toolkit.effects.effect import Effect
from toolkit.estimate import Estimate
from toolkit.forecasts.forecast import FORECAST, Forecast, Holdout
from toolkit.outcomes.retained import retained_after
from toolkit.params.study import RetentionParams
from toolkit.recommendation.verdict import Recommendation


def fields(kind: type) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def test_no_field_of_an_effect_or_a_decision_takes_a_forecast():
    for kind in (Effect, Comparison, Recommendation):
        for name, hint in typing.get_type_hints(kind).items():
            assert Forecast not in (hint, *typing.get_args(hint)), f"{kind.__name__}.{name}"


def test_a_forecast_is_no_estimate():
    """What reads an estimate finds none of its fields."""
    assert not issubclass(Forecast, Estimate) and not fields(Forecast) & fields(Estimate)
    assert not fields(Holdout) & fields(Estimate)
    assert FORECAST.en.startswith("forecast") and "不是" in FORECAST.zh


@pytest.mark.parametrize("kind", ["alive", "p_alive", "forecast", "expected"])
def test_no_outcome_of_a_study_can_name_a_forecast(kind):
    """Effects are estimated on outcomes that definitions of retention name; a forecast is none of them."""
    with pytest.raises(ValidationError):
        RetentionParams(id="x", title={"zh": "测", "en": "x"}, kind=kind, quarters=1)


def test_a_forecast_in_the_place_of_an_outcome_is_no_number(cdnow_panel):
    from toolkit.forecasts.purchases import forecast_purchases

    quarter = cdnow_panel.quarters[2]
    forecast = forecast_purchases(cdnow_panel, quarter, 1, hold_back=0)
    with pytest.raises(AttributeError):
        retained_after(cdnow_panel, forecast, quarter)
    with pytest.raises(TypeError):
        float(forecast)


def test_an_error_against_nothing_is_not_a_number():
    held = Holdout(SimpleNamespace(), 1, 10, 3.0, 0.0)
    assert held.error != held.error
