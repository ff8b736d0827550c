"""Refusals shared by everything that plans a hotline."""

from __future__ import annotations

import math

from toolkit.errors import ParameterError
from toolkit.terms import Label

CALLS = Label("每小时来电数", "calls per hour")
LOAD = Label("话务量（爱尔兰）", "load (erlangs)")
HANDLING = Label("平均处理时长（秒）", "mean handling time (seconds)")
PATIENCE = Label("平均耐心时长（秒）", "mean patience (seconds)")
SECONDS = Label("等待秒数", "seconds of waiting")
SEATS = Label("坐席数", "seats")


def at_least(least: float, value: float, name: Label, where: str = "") -> None:
    """Refuse a number that is below ``least`` or not finite."""
    if not (math.isfinite(value) and value >= least):
        _refuse(value, name, where, Label(f"不小于 {least:g}", f"at least {least:g}"))


def above_zero(value: float, name: Label, where: str = "") -> None:
    """Refuse a number that is not finite and above zero."""
    if not (math.isfinite(value) and value > 0):
        _refuse(value, name, where, Label("大于 0", "above 0"))


def proper_share(value: float, name: Label, where: str = "", *, zero: bool = False) -> None:
    """Refuse a share outside 0..1; 1 is always refused, 0 unless ``zero``."""
    if not (math.isfinite(value) and (0 < value < 1 or (zero and value == 0))):
        start = (
            Label("不小于 0 且小于 1", "at least 0 and below 1")
            if zero
            else Label("大于 0 且小于 1", "between 0 and 1")
        )
        hint = Label("（例如 0.9 表示 90%）", " (0.9 means 90%)")
        _refuse(value, name, where, Label(start.zh + hint.zh, start.en + hint.en))


def stable(load: float, seats: int) -> None:
    """Refuse a queue without abandonment whose load reaches its seats: it would grow without end."""
    if load >= seats:
        raise ParameterError(
            zh=f"话务量 {load:.2f} 爱尔兰不小于坐席数 {seats}，无人放弃时队列会无限增长。"
            f"请至少安排 {math.floor(load) + 1} 个坐席，或给出客户的平均耐心时长。",
            en=f"A load of {load:.2f} erlangs is not below {seats} seats: where nobody abandons, the queue grows "
            f"without end. Plan at least {math.floor(load) + 1} seats, or state the callers' mean patience.",
        )


def _refuse(value: float, name: Label, where: str, expected: Label) -> None:
    raise ParameterError(
        zh=f"{f'“{where}”的' if where else ''}{name.zh}为 {value:g}，应{expected.zh}。请更正该参数。",
        en=f"{name.en}{f' of {where}' if where else ''} is {value:g}; it must be {expected.en}. Correct this parameter.",
    )
