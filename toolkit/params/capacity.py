"""Parameters of what a company has: caps on people and on the hotline, by quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import model_validator

from toolkit.params.strict import Identifier, QuarterText, Several, Strict, Text, Words, described, refuse

MANAGERS, HOTLINE = "managers", "hotline"
COUNTED = {MANAGERS: ("heads",), HOTLINE: ("seats", "heads", "hours")}
OF_POOLS = ("heads", "hours")


class CapParams(Strict):
    """The most that a company has of one resource in a quarter."""

    pool: Identifier = described(
        "资源：managers 服务各等级的全部整人，hotline 热线，或方案 pools 中的班组名",
        "resource: managers for every whole head that serves a grade, hotline, or the name of a pool of the policies",
    )
    counts: Literal["heads", "seats", "hours"] = described(
        "heads 人数；seats 高峰坐席数（只用于热线）；hours 每季度工时（用于热线和按工时配人的班组）",
        "heads; seats at the peak (hotline alone); or hours per quarter (hotline, and pools sized by hours)",
    )
    title: Words = described("名称", "title")
    most: float = described("上限", "the most there is", ge=0)
    package: Identifier | None = described(
        "只计这一服务包的等级；不写则计全部（只用于 managers）",
        "people of the grades with this service package alone; left out, all (managers only)",
        None,
    )
    since: QuarterText | None = described(
        "自哪个季度起有这么多；同一资源以较晚的为准",
        "quarter from which it holds; a later entry replaces an earlier",
        None,
    )
    source: Text = described("依据", "source")

    @property
    def resource(self) -> tuple[str, str, str | None]:
        """What is capped."""
        return self.pool, self.counts, self.package

    @model_validator(mode="after")
    def pool_has_such_a_count(self) -> CapParams:
        said = COUNTED.get(self.pool, OF_POOLS)
        if self.counts not in said:
            raise refuse(
                f"{self.pool} 只能按 {'、'.join(said)} 计，不能按 {self.counts}",
                f"{self.pool} can be counted in {', '.join(said)}, not in {self.counts}",
            )
        if self.package and self.pool != MANAGERS:
            raise refuse("package 只用于 managers", "package is for managers alone")
        return self


Caps = Several[CapParams]


def refuse_twice(caps: Sequence[CapParams]) -> None:
    """Refuse two caps on one resource from the same quarter on."""
    twice = [key for key, times in Counter((*cap.resource, cap.since) for cap in caps).items() if times > 1]
    if twice:
        pool, counts = twice[0][:2]
        raise refuse(
            f"capacity 对 {pool} 的 {counts} 在同一季度写了两个上限",
            f"capacity caps {counts} of {pool} twice for one quarter",
        )


def caps_without_pool(
    caps: Sequence[CapParams], packages: Sequence[str], pools: Mapping[str, bool]
) -> Iterator[tuple[Any, ...]]:
    """Key below ``capacity``, value and message of every cap on what no policy has.

    Parameters
    ----------
    caps : sequence of CapParams
    packages : sequence of service packages of the policies
    pools : mapping of pool of the policies to whether it is sized by hours
    """
    known = [*COUNTED, *pools]
    for place, cap in enumerate(caps):
        if cap.pool not in known:
            yield (
                (place, "pool"),
                cap.pool,
                f"没有名为此的资源；可用的有 {'、'.join(known)}（方案的 pools 也在内）",
                f"there is no resource of this name; allowed are {', '.join(known)} (pools of the policies included)",
            )
        elif cap.counts == "hours" and not pools.get(cap.pool, True):
            yield (
                (place, "counts"),
                cap.counts,
                "这个班组按客户数配人，没有工时；请按 heads 计",
                "this pool is sized by customers and has no hours; count heads",
            )
        if cap.package and cap.package not in packages:
            yield (
                (place, "package"),
                cap.package,
                f"没有一个方案的等级得到这个服务包；各方案用到的有 {'、'.join(packages)}",
                f"no grade of any policy receives this package; the policies use {', '.join(packages)}",
            )
