"""A forecast and how it fared where the outcome is already known.

A forecast is the expectation of a model. It is not an observed outcome: it shares no field with
:class:`toolkit.estimate.Estimate`, no definition of retention names one, and the rooms of effects,
comparison and recommendation cannot import this room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.window import Quarter

Model = Literal["bg_nbd", "pareto_nbd", "bg_bb", "sbg"]
FORECAST = Label("预测，不是观察到的结果", "forecast, not an observed outcome")


@shown("asof", "quarters", "predicted", "actual", "error")
@dataclass(frozen=True, slots=True)
class Holdout:
    """A forecast made from an earlier quarter, beside what followed.

    Attributes
    ----------
    asof : Quarter
        Last quarter that the model saw.
    quarters : int
        Quarters after it that were forecast.
    customers : int
        Whom the forecast was about.
    predicted, actual : float
        Purchase days in all (BG/NBD, Pareto/NBD), quarters with a purchase over all customers (BG/BB), or
        customers who stayed (sBG).
    """

    asof: Quarter
    quarters: int
    customers: int
    predicted: float
    actual: float

    @property
    def error(self) -> float:
        """Predicted over actual less 1; NaN where nothing happened."""
        return self.predicted / self.actual - 1 if self.actual else math.nan


@shown("model", "asof", "log_likelihood", "holdout")
@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What a model expects after a quarter.

    Attributes
    ----------
    model : "bg_nbd", "pareto_nbd", "bg_bb" or "sbg"
    asof : Quarter
        Last quarter that the model saw.
    parameters : DataFrame, index ``parameter``
        columns ``fitted``, ``error`` (standard error from the Hessian; NaN where it is singular).
    log_likelihood : float
    ahead : DataFrame, index ``quarters`` (from 1)
        column ``expected``: purchase days of the known customers up to then (BG/NBD, Pareto/NBD), their
        quarters with a purchase (BG/BB), or the share of a new cohort still there, 0..1 (sBG).
    customers : DataFrame or None, index customer_id
        ``alive`` (probability, 0..1) and ``purchases`` (expected over the quarters ahead: days, with BG/BB
        quarters). BG/NBD and Pareto/NBD: ``spend`` (money expected over them; missing for Pareto/NBD and
        where gamma-gamma could not be fitted). None for sBG.
    holdout : Holdout or None
        None where the history is too short to hold anything back.
    correlation : float
        Between repeat purchases and spend per purchase day; gamma-gamma takes it for 0. NaN where not used.
    lifetime : float
        Discounted quarters that a new customer is still expected to stay (sBG only, else NaN).
    label : Label
        To be printed beside every figure.
    """

    model: Model
    asof: Quarter
    parameters: pd.DataFrame
    log_likelihood: float
    ahead: pd.DataFrame
    customers: pd.DataFrame | None = None
    holdout: Holdout | None = None
    correlation: float = math.nan
    lifetime: float = math.nan
    label: Label = FORECAST

    @property
    def settled(self) -> bool:
        """Whether every parameter is larger than its error; else leaving and pausing cannot be told apart."""
        return bool((self.parameters["error"] < self.parameters["fitted"]).all())
