"""Parameters of what no record shows: numbers that somebody wrote down, with name, date and source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Literal

from pydantic import model_validator

from toolkit.params.strict import Identifier, Strict, Text, described, refuse


class _Stated(Strict):
    """What every assumption states."""

    author: Text = described("由谁提出", "who says so")
    on: date = described("提出日期", "on which day")
    source: Text = described("依据", "on what grounds")


class AssumedEffectParams(_Stated):
    """The effect of a service package on retention, where no design of this history shows it."""

    id: Identifier = described("编号", "identifier")
    package: Identifier = described("服务包", "service package")
    otherwise: Identifier = described("与之相比的服务包", "service package it is compared with")
    definition: Identifier | None = described(
        "适用的留存定义；不写则适用于全部",
        "definition of retention that it speaks of; left out, all of them",
        None,
    )
    low: float = described(
        "留存变化的最低值（0.05 即五个百分点）",
        "lowest change of the share retained, 0.05 for 5 points",
        ge=-1,
        le=1,
    )
    mode: float = described("最可能的值", "most likely value", ge=-1, le=1)
    high: float = described("最高值", "highest value", ge=-1, le=1)

    @model_validator(mode="after")
    def in_order(self) -> AssumedEffectParams:
        _rising(self.low, self.mode, self.high)
        if self.package == self.otherwise:
            raise refuse(
                "package 与 otherwise 不能是同一服务包", "package and otherwise must be different packages"
            )
        return self


class FactorParams(_Stated):
    """How far an amount may be off: a factor on it, 1 where the books are right."""

    factor: Literal["margin", "service", "managers", "moves"] = described(
        "margin 毛利，service 服务成本，managers 客户经理成本，moves 等级变动费用",
        "margin, cost of service, cost of managers, or cost of changes of grade",
    )
    low: float = described("最低倍数", "lowest multiple", ge=0)
    mode: float = described("最可能的倍数", "most likely multiple", 1.0, ge=0)
    high: float = described("最高倍数", "highest multiple", ge=0)
    law: Literal["triangular", "lognormal"] = described(
        "triangular 三角分布；lognormal 对数正态（mode 为中位数，low 与 high 为 95% 区间两端）",
        "triangular, or lognormal: mode is the median, low and high are the ends of the 95 % interval",
        "triangular",
    )

    @model_validator(mode="after")
    def in_order(self) -> FactorParams:
        _rising(self.low, self.mode, self.high)
        if self.law == "lognormal" and self.low == 0:
            raise refuse("lognormal 的 low 应大于 0", "low must be above 0 for lognormal")
        return self


def _rising(low: float, mode: float, high: float) -> None:
    if not low <= mode <= high:
        raise refuse(
            f"应为 low ≤ mode ≤ high，现在是 {low:g}、{mode:g}、{high:g}",
            f"must read low <= mode <= high; it reads {low:g}, {mode:g}, {high:g}",
        )


def refuse_repeated(effects: Sequence[AssumedEffectParams], factors: Sequence[FactorParams]) -> None:
    """Refuse two assumed effects of one id, and two assumptions about one factor."""
    for key, names in (
        ("assumed_effects", [e.id for e in effects]),
        ("assumptions", [f.factor for f in factors]),
    ):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise refuse(f"{key} 中 {twice[0]} 出现了两次", f"{key} has {twice[0]} twice")


def effects_without_place(
    effects: Sequence[AssumedEffectParams], packages: Collection[str], definitions: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str, str, str]]:
    """Key, value and the problem in Chinese and English of what no policy or no definition of the study knows."""
    for place, one in enumerate(effects):
        for key in ("package", "otherwise"):
            name = getattr(one, key)
            if name not in packages:
                yield (
                    (place, key),
                    name,
                    f"没有任何方案使用服务包 {name}；已有：{'、'.join(packages)}",
                    f"no policy has the package {name}; they have {', '.join(packages)}",
                )
        if one.definition is not None and one.definition not in definitions:
            yield (
                (place, "definition"),
                one.definition,
                f"retention 中没有“买没买过”类的定义 {one.definition}；可用：{'、'.join(definitions)}",
                f"retention has no definition {one.definition} by purchase; there are {', '.join(definitions)}",
            )
