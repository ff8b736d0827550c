"""The reasons that are given for a grade, in Chinese and English."""

from __future__ import annotations

from toolkit.params.schemes import Better, Bound
from toolkit.schemes.ladder import Ladder
from toolkit.terms import Label, number

MISSING = "missing"

REACHED = {
    ("higher", False): Label("{name}达到 {floor} 以上", "{name} of {floor} or more"),
    ("higher", True): Label("{name}超过 {floor}", "{name} above {floor}"),
    ("lower", False): Label("{name}在 {floor} 以内", "{name} of {floor} or less"),
    ("lower", True): Label("{name}低于 {floor}", "{name} below {floor}"),
}
NOT_REACHED = {
    ("higher", False): Label("{name}未达到 {floor}", "{name} below {floor}"),
    ("higher", True): Label("{name}未超过 {floor}", "{name} not above {floor}"),
    ("lower", False): Label("{name}多于 {floor}", "{name} above {floor}"),
    ("lower", True): Label("{name}不低于 {floor}", "{name} not below {floor}"),
}


def plain(value: float) -> str:
    """A figure with no more decimals than it has.

    >>> plain(100000), plain(4.5)
    ('100,000', '4.5')
    """
    digits = next((d for d in range(6) if round(value, d) == value), 6)
    return number(value, digits)


def step_reasons(name: Label, grades: tuple[str, ...], ladder: Ladder) -> dict[str, Label]:
    """One reason per grade, last grade first, so that its position equals the grade's code.

    >>> ladder = Ladder((Bound(100_000.0), Bound(None)))
    >>> reasons = step_reasons(Label("消费额", "spend"), ("VIP", "普通"), ladder)
    >>> [(code, label.zh, label.en) for code, label in reasons.items()]
    [('floor:普通', '消费额未达到 100,000', 'spend below 100,000'), \
('floor:VIP', '消费额达到 100,000 以上', 'spend of 100,000 or more')]
    """
    words = {}
    for position in reversed(range(len(grades))):
        bound = ladder.bounds[position]
        words[f"floor:{grades[position]}"] = (
            _phrase(NOT_REACHED, name, ladder.bounds[position - 1], ladder.better)
            if bound.value is None
            else _phrase(REACHED, name, bound, ladder.better)
        )
    return words


def missing_reason(name: Label) -> Label:
    """Why a customer without a value has the last grade."""
    return Label(f"缺少{name.zh}", f"{name.en} is missing")


def _phrase(phrases: dict[tuple[Better, bool], Label], name: Label, bound: Bound, better: Better) -> Label:
    phrase, floor = phrases[better, bound.strict], plain(bound.value)
    return Label(phrase.zh.format(name=name.zh, floor=floor), phrase.en.format(name=name.en, floor=floor))
