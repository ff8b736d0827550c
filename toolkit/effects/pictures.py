"""What the chart of each design needs. Nothing here is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.shown import shown


@shown("scale", "bandwidth")
@dataclass(frozen=True, slots=True)
class CutoffPicture:
    """Customers around a bar.

    Attributes
    ----------
    bins : DataFrame, one row per bin
        ``side`` ("below" or "above"), ``low``, ``high``, ``middle`` (distance from the bar), ``n`` (rows),
        ``outcome`` (mean; NaN where n is 0), ``received`` (share; absent where not on record).
    lines : DataFrame or None
        ``side``, ``x``, ``outcome``, ``received``: the fitted lines within the bandwidth. None where the
        effect is not identified, since the gap between the lines would be read as one.
    bandwidth : float or None
        Distance from the bar within which rows carry weight.
    scale : str
        "log": distances are log(score / bar); "linear": score − bar.
    """

    bins: pd.DataFrame
    lines: pd.DataFrame | None
    bandwidth: float | None
    scale: str


@shown("bins")
@dataclass(frozen=True, slots=True)
class OverlapPicture:
    """How likely the better grade was, among those who had it and those who had not.

    Attributes
    ----------
    bins : DataFrame, one row per bin of the estimated probability
        ``low``, ``high``, ``received``, ``others`` (rows of each arm).
    balance : DataFrame, index control
        ``before``, ``after``: standardised difference of means without and with the weights.
    """

    bins: pd.DataFrame
    balance: pd.DataFrame


@shown("base", "periods")
@dataclass(frozen=True, slots=True)
class EventPicture:
    """The outcome before and after a start, relative to a base period.

    Attributes
    ----------
    periods : DataFrame, index period (int; 0 is the first treated one)
        ``value``, ``low``, ``high`` in the unit of the effect; ``n`` (customers behind it). Where the effect is
        not identified only periods before the start are listed.
    base : int
        The period everything is relative to.
    """

    periods: pd.DataFrame
    base: int


@shown("arms")
@dataclass(frozen=True, slots=True)
class ArmsPicture:
    """What became of each arm of an experiment.

    Attributes
    ----------
    arms : DataFrame, index arm
        ``n``, ``mean``, ``low``, ``high`` (interval of the mean).
    """

    arms: pd.DataFrame


Picture = CutoffPicture | OverlapPicture | EventPicture | ArmsPicture
