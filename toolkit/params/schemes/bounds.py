"""Where a grade begins: floors, and the ladder that they form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from toolkit.params.strict import refuse

Missing = Literal["refuse", "last_grade"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a grade begins.

    Attributes
    ----------
    value : float or None
        None for the grade that takes everybody else.
    strict : bool
        True where the file says strictly more (超过); otherwise the value itself is included (以上).
    """

    value: float | None
    strict: bool = False


def _bound(written: Any) -> Bound:
    if isinstance(written, Bound):
        return written
    if written == "rest":
        return Bound(None)
    if isinstance(written, int | float) and not isinstance(written, bool):
        return Bound(float(written))
    if isinstance(written, dict) and len(written) == 1:
        word, value = next(iter(written.items()))
        if word in ("at_least", "above") and isinstance(value, int | float) and not isinstance(value, bool):
            return Bound(float(value), strict=word == "above")
    raise refuse(
        "应为数字（以上，含本数）、{above: 数字}（超过，不含本数）或 rest（其余客户）",
        "must be a number (inclusive), {above: number} (strictly more) or rest (everybody else)",
        number=True,
    )


def _written(bound: Bound) -> object:
    if bound.value is None:
        return "rest"
    return {"above": bound.value} if bound.strict else bound.value


NUMBER = {"type": "number"}
BOUND_SCHEMA = {
    "anyOf": [
        NUMBER,
        {"const": "rest"},
        {
            "type": "object",
            "properties": {"at_least": NUMBER},
            "required": ["at_least"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"above": NUMBER},
            "required": ["above"],
            "additionalProperties": False,
        },
    ]
}
Floor = Annotated[Bound, BeforeValidator(_bound), PlainSerializer(_written), WithJsonSchema(BOUND_SCHEMA)]


def check_ladder(
    floors: Mapping[str, Bound], better: Better, noun_zh: str, noun_en: str, at: str = "floors"
) -> None:
    """Bounds must fall from the best grade down (rise where lower is better); only the last may be ``rest``.

    ``at`` is the key under which they stand.
    """
    grades = list(floors)
    if len(grades) < 2:
        raise refuse(f"至少需要两个等级才有{noun_zh}可言", f"at least two grades are needed for {noun_en}")
    check_steps(floors, better, noun_zh, noun_en, at)


def check_steps(
    floors: Mapping[str, Bound], better: Better, noun_zh: str, noun_en: str, at: str = "floors"
) -> None:
    """As :func:`check_ladder`, for any number of steps."""
    grades = list(floors)
    open_grades = [g for g in grades[:-1] if floors[g].value is None]
    if open_grades:
        raise refuse(
            f"等级应从最好的写起，只有最后一级可以写 rest，但 {open_grades[0]} 写在了前面",
            f"grades are written best first and only the last may say rest, but {open_grades[0]} stands before others",
            at,
            open_grades[0],
        )
    given = [(grade, b.value) for grade, b in floors.items() if b.value is not None]
    sign = 1 if better == "higher" else -1
    hardness = [(sign * b.value, b.strict) for b in floors.values() if b.value is not None]
    if hardness != sorted(set(hardness), reverse=True):
        zh, en = ("逐级降低", "fall") if better == "higher" else ("逐级升高", "rise")
        wrong = next(
            given[place][0] for place in range(1, len(given)) if hardness[place] >= hardness[place - 1]
        )
        listed = [f"{grade} {value:g}" for grade, value in given]
        raise refuse(
            f"{noun_zh}应从最好的等级起{zh}且互不相同，现在是 {'、'.join(listed)}",
            f"{noun_en} must {en} from the best grade down and differ, got {', '.join(listed)}",
            at,
            wrong,
        )
