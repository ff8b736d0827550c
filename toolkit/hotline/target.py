"""Answer levels that a hotline promises, and how they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.errors import ParameterError
from toolkit.hotline.refusals import SECONDS, at_least, proper_share
from toolkit.shown import shown
from toolkit.terms import Label, Lang

Counting = Literal["offered", "answered", "stayed"]
"""What the calls answered in time are divided by."""

COUNTINGS: dict[str, Label] = {
    "offered": Label(
        "限时内接通数 ÷ 全部来电（放弃的算未达标）",
        "answered in time / all calls offered (an abandoned call is a miss)",
    ),
    "answered": Label(
        "限时内接通数 ÷ 接通数（放弃的不计入）",
        "answered in time / calls answered (abandoned calls are left out)",
    ),
    "stayed": Label(
        "限时内接通数 ÷（全部来电 − 限时内放弃数）",
        "answered in time / (calls offered - calls abandoned within the time)",
    ),
}

_SHARE = Label("接通率目标", "target share")


@shown()
@dataclass(frozen=True, slots=True)
class Target:
    """A share of calls to be answered within some seconds.

    Attributes
    ----------
    share : float
        Above 0 and below 1.
    seconds : float

    >>> Target(0.9, 20).text("en")
    '90% within 20 s'
    """

    share: float
    seconds: float

    def __post_init__(self) -> None:
        proper_share(self.share, _SHARE)
        at_least(0, self.seconds, SECONDS)

    def _repr_short_(self, lang: Lang) -> str:
        """The target in words."""
        return self.text(lang)

    def text(self, lang: Lang) -> str:
        """The target in words."""
        share, seconds = f"{self.share * 100:g}%", f"{self.seconds:g}"
        return f"{seconds} 秒内接通 {share}" if lang == "zh" else f"{share} within {seconds} s"


def level(in_time: float, answered: float, quit_in_time: float, counting: Counting = "offered") -> float:
    """Share answered in time, by ``counting``; every argument is a share of the calls offered."""
    if counting not in COUNTINGS:
        raise ParameterError(
            zh=f"计数口径“{counting}”不存在；可选 {'、'.join(COUNTINGS)}。",
            en=f"There is no counting convention {counting!r}; choose one of {', '.join(COUNTINGS)}.",
        )
    base = {"offered": 1.0, "answered": answered, "stayed": 1.0 - quit_in_time}[counting]
    return min(in_time / base, 1.0) if base > 0 else float("nan")
