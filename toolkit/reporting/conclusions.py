"""Conclusions that flipped between two runs: another verdict or policy, another sign, an interval that met or left zero."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from toolkit.reporting.difference import IN_WORDS, WORDS, Moved
from toolkit.reporting.moving import side_text
from toolkit.terms import Label

ANSWERS = re.compile(r"^(verdict(\..+)?|change\..+\.verdict|effect\.status\..+)$")
FIRST = "verdict"
ANSWER, SIGN, ZERO = "answer", "sign", "zero"


@dataclass(frozen=True, slots=True)
class Flip:
    """A conclusion that is another one.

    Attributes
    ----------
    moved : Moved
    kinds : tuple of str
        ``answer`` (a verdict, the policy to run, the standing of an effect), ``sign``, ``zero``.
    sentence : Label
        What to say about it.
    """

    moved: Moved
    kinds: tuple[str, ...]
    sentence: Label


def flips(moved: Iterable[Moved]) -> tuple[Flip, ...]:
    """The conclusions among ``moved`` that flipped; the verdict and the policy first.

    Words that only describe (a quarter, a date, a list) are no conclusions.
    """
    found = [flip for one in moved if (flip := _flip(one))]
    return tuple(
        sorted(found, key=lambda flip: (not flip.moved.id.startswith(FIRST), flip.kinds != (ANSWER,)))
    )


def is_flip(moved: Moved) -> bool:
    """Whether the conclusion is another one."""
    return _flip(moved) is not None


def _flip(moved: Moved) -> Flip | None:
    if not moved.flip:
        return None
    before, after = side_text(moved.before), side_text(moved.after)
    name = moved.label
    if WORDS in moved.parts:
        if not ANSWERS.match(moved.id):
            return None
        told = Label(
            f"{name.zh}：由“{before.zh}”变为“{after.zh}”。",
            f"{_sentence(name.en)} changed from “{before.en}” to “{after.en}”.",
        )
        return Flip(moved, (ANSWER,), told)
    kinds = tuple(kind for kind, turned in ((SIGN, _sign(moved)), (ZERO, _zero(moved))) if turned)
    if not kinds:
        return None
    said = [_words(moved, kind) for kind in kinds]
    told = Label(
        f"{name.zh}：{'，'.join(one.zh for one in said)}（{before.zh} → {after.zh}）。",
        f"{_sentence(name.en)} {' and '.join(one.en for one in said)} ({before.en} → {after.en}).",
    )
    return Flip(moved, kinds, told)


def _words(moved: Moved, kind: str) -> Label:
    if kind == SIGN:
        return Label("正负号变了", "changed its sign")
    if _meets_zero(moved.after):
        return Label("区间现在含零", "has an interval that now includes zero")
    return Label("区间不再含零", "has an interval that no longer includes zero")


def _sign(moved: Moved) -> bool:
    first, last = ((side or {}).get("value") for side in (moved.before, moved.after))
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (first, last))
    return numbers and first * last < 0


def _zero(moved: Moved) -> bool:
    first, last = _meets_zero(moved.before), _meets_zero(moved.after)
    return first is not None and last is not None and first != last


def _meets_zero(side: dict[str, Any] | None) -> bool | None:
    """Whether zero lies in the interval; None without one."""
    low, high = ((side or {}).get(end) for end in ("low", "high"))
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    return low * high <= 0


def is_printed_alike(moved: Moved) -> bool:
    """Whether both sides are printed in the same words and figures, in both languages."""
    first, last = ((side or {}).get(IN_WORDS) for side in (moved.before, moved.after))
    return first is not None and first == last


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
