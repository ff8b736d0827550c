"""A hotline simulated: service by class, with the error that chance leaves in the simulation.

Method
------
Independent runs from an empty hotline, calls before the warm-up's end left out of the counts. A
figure is a ratio of sums over runs, its error the standard error of a ratio estimator between runs.
Where the last interval has no seats, calls still waiting at its end count as abandoned then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.hotline.events import Log, answer, draw
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.refusals import at_least
from toolkit.hotline.target import COUNTINGS, Counting
from toolkit.shown import shown
from toolkit.terms import Label

_SUMS = ("offered", "answered", "in_time", "quit_in_time", "wait", "lost", "back", "back_in_time", "delay")
_RUNS = Label("模拟次数", "number of runs")
_WARMUP = Label("预热秒数", "seconds of warm-up")


@shown("runs", "seed")
@dataclass(frozen=True, slots=True)
class Settings:
    """How a simulation is run and counted.

    Attributes
    ----------
    runs : int
        At least 2, so that an error can be given.
    seed : int
    warmup_seconds : float
        Calls that arrive earlier are answered but not counted.
    counting : Counting
    """

    runs: int = 20
    seed: int = 20261122
    warmup_seconds: float = 0.0
    counting: Counting = "offered"

    def __post_init__(self) -> None:
        at_least(2, self.runs, _RUNS)
        at_least(0, self.warmup_seconds, _WARMUP)
        if self.counting not in COUNTINGS:
            raise ParameterError(
                zh=f"计数口径“{self.counting}”不存在；可选 {'、'.join(COUNTINGS)}。",
                en=f"There is no counting convention {self.counting!r}; choose one of {', '.join(COUNTINGS)}.",
            )


@shown("by_class", "utilisation", "settings")
@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """A simulated hotline.

    Attributes
    ----------
    by_class : DataFrame, index ``class`` in the order given
        ``offered`` (calls per run), ``service_level`` (share within the target's seconds, by
        ``settings.counting``; NaN without a target), ``target`` (share), ``met`` (bool; False without a
        target), ``mean_wait`` (seconds, over all calls), ``abandoned`` (share of calls),
        ``callbacks`` (per run), ``callbacks_in_time`` (share of those due; NaN without any),
        ``callback_delay`` (mean hours), and ``service_level_error``, ``mean_wait_error``,
        ``abandoned_error``: Monte Carlo standard errors in the same units.
    by_interval : DataFrame, index interval number, columns class
        Share answered in time, by the interval of arrival, over all runs; NaN where none was counted.
    utilisation, utilisation_error : float
        Busy seat time over planned seat time; calls in hand may carry it above 1 where seats fall.
    settings : Settings
    """

    by_class: pd.DataFrame
    by_interval: pd.DataFrame
    utilisation: float
    utilisation_error: float
    settings: Settings


def simulate(classes: Sequence[CallClass], floor: Floor, settings: Settings | None = None) -> Simulated:
    """Simulate a hotline.

    Parameters
    ----------
    classes : sequence of CallClass
        One for each row of ``floor.calls``.
    floor : Floor
    settings : Settings, optional

    Raises
    ------
    ParameterError
        Where classes and calls do not match, or the warm-up leaves nothing to count.

    Examples
    --------
    >>> import numpy as np
    >>> from toolkit import hotline
    >>> calls = hotline.CallClass("all", handling_seconds=180, target=hotline.Target(0.8, 20))
    >>> floor = hotline.Floor.steady([100], seats=7, hours=8)
    >>> found = hotline.simulate([calls], floor, hotline.Settings(runs=5, seed=1))
    >>> found
    Simulated(1 class, utilisation 70.0%, settings (5 runs, seed 1))
    """
    settings = settings or Settings()
    _check(classes, floor, settings)
    sums = np.empty((settings.runs, len(classes), len(_SUMS)))
    cells = np.zeros((len(_SUMS[:4]), *floor.calls.shape))
    busy = np.empty(settings.runs)
    for run, seed in enumerate(np.random.SeedSequence(settings.seed).spawn(settings.runs)):
        log = answer(classes, floor, draw(classes, floor, np.random.default_rng(seed)))
        tally = _tally(classes, log, settings)
        interval = np.minimum(log.draws.at // floor.interval_seconds, floor.calls.shape[1] - 1)
        place = np.ravel_multi_index((log.draws.kind, interval.astype(int)), floor.calls.shape)
        for row in range(len(_SUMS)):
            cell = np.bincount(place, tally[row], floor.calls.size).reshape(floor.calls.shape)
            sums[run, :, row] = cell.sum(axis=1)
            if row < len(cells):
                cells[row] += cell
        busy[run] = log.busy_seconds(settings.warmup_seconds, floor.horizon)
    used, error = _ratio(busy, np.full(settings.runs, _seat_seconds(floor, settings.warmup_seconds)))
    return Simulated(
        _by_class(classes, sums, settings), _by_interval(classes, cells, settings), used, error, settings
    )


def _tally(classes: Sequence[CallClass], log: Log, settings: Settings) -> np.ndarray:
    """One row for each name of ``_SUMS``, one column for each call."""
    counted = log.draws.at >= settings.warmup_seconds
    limit = np.array([one.target.seconds if one.target else np.nan for one in classes])[log.draws.kind]
    hours = np.array([one.callback_hours or np.nan for one in classes])[log.draws.kind]
    lost, soon, delay = ~log.answered, log.wait <= limit, log.back_hours
    due = lost & ~np.isnan(hours)
    rows = [
        counted, log.answered, log.answered & soon, lost & soon, log.wait, lost, due, delay <= hours,
        np.nan_to_num(delay),
    ]  # fmt: skip
    return np.array(rows, dtype=float) * counted


def _by_class(classes: Sequence[CallClass], sums: np.ndarray, settings: Settings) -> pd.DataFrame:
    rows = []
    for place, one in enumerate(classes):
        of = dict(zip(_SUMS, sums[:, place].T, strict=True))
        share, share_error = _ratio(of["in_time"], _base(of, settings.counting))
        if one.target is None:
            share = share_error = np.nan
        wait, wait_error = _ratio(of["wait"], of["offered"])
        lost, lost_error = _ratio(of["lost"], of["offered"])
        rows.append(
            {
                "offered": of["offered"].mean(), "service_level": share, "service_level_error": share_error,
                "target": one.target.share if one.target else np.nan,
                "met": bool(one.target and share >= one.target.share), "mean_wait": wait,
                "mean_wait_error": wait_error, "abandoned": lost, "abandoned_error": lost_error,
                "callbacks": of["back"].mean(), "callbacks_in_time": _ratio(of["back_in_time"], of["back"])[0],
                "callback_delay": _ratio(of["delay"], of["back"])[0],
            }
        )  # fmt: skip
    return pd.DataFrame(rows, index=pd.Index([one.name for one in classes], name="class"))


def _by_interval(classes: Sequence[CallClass], cells: np.ndarray, settings: Settings) -> pd.DataFrame:
    of = dict(zip(_SUMS[:4], cells, strict=True))
    base = _base(of, settings.counting)
    share = np.divide(of["in_time"], base, out=np.full(base.shape, np.nan), where=base > 0)
    share[[one.target is None for one in classes]] = np.nan
    frame = pd.DataFrame(share.T, columns=pd.Index([one.name for one in classes], name="class"))
    return frame.rename_axis("interval")


def _base(of: dict[str, np.ndarray], counting: Counting) -> np.ndarray:
    return {
        "offered": of["offered"],
        "answered": of["answered"],
        "stayed": of["offered"] - of["quit_in_time"],
    }[counting]


def _ratio(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """Ratio of sums over runs and its standard error."""
    total = below.sum()
    if not total > 0:
        return float("nan"), float("nan")
    ratio = above.sum() / total
    left = above - ratio * below
    return float(ratio), float(np.sqrt(len(below) / (len(below) - 1) * (left @ left)) / total)


def _seat_seconds(floor: Floor, start: float) -> float:
    ends = (np.arange(len(floor.seats)) + 1) * floor.interval_seconds
    return float((np.clip(ends - start, 0, floor.interval_seconds) * floor.seats).sum())


def _check(classes: Sequence[CallClass], floor: Floor, settings: Settings) -> None:
    if len(classes) != len(floor.calls) or len({one.name for one in classes}) != len(classes):
        raise ParameterError(
            zh=f"给出 {len(classes)} 个类别、{len(floor.calls)} 行来电；应一一对应，且名称不重复。",
            en=f"{len(classes)} classes and {len(floor.calls)} rows of calls were given; one for each was expected, "
            "with names that differ.",
        )
    if settings.warmup_seconds >= floor.horizon:
        raise ParameterError(
            zh=f"预热 {settings.warmup_seconds:g} 秒，不短于全程 {floor.horizon:g} 秒，没有可计数的来电。请缩短预热。",
            en=f"The warm-up of {settings.warmup_seconds:g} s is not shorter than the whole of {floor.horizon:g} s, so no "
            "call would be counted. Shorten the warm-up.",
        )
