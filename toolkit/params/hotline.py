"""Parameters of the hotline: who is promised what, when it is open, who may sit there, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
EVERYBODY = "all"
Minutes = Literal[5, 10, 15, 20, 30, 60]


def minute(clock: str) -> int:
    """Minutes after midnight.

    >>> minute("08:30")
    510
    """
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


class CallClassParams(Strict):
    """One class of callers: whose calls they are and what they are promised."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    packages: Several[Identifier] = described(
        "得到这些服务包的等级属于本类；各方案的等级名不同，服务包相同即待遇相同",
        "grades that receive these service packages belong to the class, whatever each policy calls them",
        (),
    )
    rest: bool = described(
        "其余等级和没有等级的来电者归入本类；须恰有一类如此",
        "takes all other grades and callers without one; exactly one class does",
        False,
    )
    share: float | None = described(
        "承诺的接通率，0 至 1；不写则不作承诺",
        "promised share answered in time, 0 to 1; left out, no promise",
        None,
    )
    seconds: float | None = described(
        "多少秒之内接通", "seconds within which that share is answered", None, ge=0
    )
    callback_hours: float | None = described(
        "放弃的来电多少小时之内回访；不写则不回访",
        "hours within which callers who gave up are called back; left out, they are not",
        None,
        gt=0,
    )

    @field_validator("share")
    @classmethod
    def share_is_a_share(cls, value: float | None) -> float | None:
        if value is not None and not 0 < value < 1:
            raise refuse(
                f"接通率应大于 0 且小于 1（0.9 即 90%），这里相当于 {value:.0%}",
                f"a share answered in time lies between 0 and 1 (0.9 means 90%); this one is {value:.0%}",
            )
        return value

    @model_validator(mode="after")
    def promise_is_whole(self) -> CallClassParams:
        if (self.share is None) != (self.seconds is None):
            raise refuse(
                "share 与 seconds 须同时写或同时不写", "share and seconds are given together or not at all"
            )
        if not self.packages and not self.rest:
            raise refuse(
                f"来电类别 {self.id} 没有任何等级：请写 packages（哪些服务包的等级属于它），或写 rest: true",
                f"the class {self.id} has no grade: name the packages of its grades, or say rest: true",
            )
        return self


class ShiftParams(Strict):
    """A shift that a head may work on any open day."""

    id: Identifier = described("编号", "identifier")
    start: Clock = described("开始时刻，如 08:00", "start, such as 08:00")
    hours: float = described("时长（小时，含休息）", "length in hours, break included", gt=0, le=24)
    cost: float = described(
        "每人每班的成本（研究所用货币）", "cost per head and shift, in the study's currency", ge=0
    )
    break_after_hours: float = described("开始后几小时休息", "hours from the start to the break", 0.0, ge=0)
    break_minutes: float = described("休息几分钟；0 为不休息", "minutes of the break; 0 for none", 0.0, ge=0)

    @model_validator(mode="after")
    def break_lies_inside(self) -> ShiftParams:
        if 60 * self.break_after_hours + self.break_minutes > 60 * self.hours:
            raise refuse("休息应在班次之内", "the break must lie inside the shift")
        return self

    def covers(self, start: int, minutes: int) -> bool:
        """Whether a head is there for the whole interval from minute ``start`` of the day."""
        begin = start - minute(self.start)
        pause = 60 * self.break_after_hours
        away = begin < pause + self.break_minutes and begin + minutes > pause and self.break_minutes > 0
        return begin >= 0 and begin + minutes <= 60 * self.hours and not away


class HotlineParams(Strict):
    """The hotline that every policy would have to staff."""

    kinds: Several[Text] = described(
        "contacts 表中哪些种类的接触是来电", "kinds of contact that are calls", ("call",), min_length=1
    )
    classes: Several[CallClassParams] = described(
        "来电类别，先接的在前", "classes of callers, the one answered first comes first", min_length=1
    )
    counting: Literal["offered", "answered", "stayed"] = described(
        "接通率的分母：offered 全部来电（放弃的算未达标），answered 接通数，stayed 全部来电减限时内放弃数",
        "what the share is taken of: offered, all calls (an abandoned one is a miss); answered, calls answered; "
        "stayed, calls offered less those abandoned within the time",
        "offered",
    )
    quarters: int = described(
        "典型一周取自最近几个季度的来电",
        "quarters of calls from which the typical week is taken",
        1,
        ge=1,
        le=40,
    )
    interval_minutes: Minutes = described("时段长度（分钟）", "length of an interval in minutes", 30)
    handling_seconds: float | None = described(
        "平均处理时长（秒）；不写则取 contacts 的 minutes",
        "mean handling time in seconds; left out, the minutes of the contacts",
        None,
        gt=0,
    )
    patience_seconds: float | None = described(
        "来电者平均愿意等多久（秒）；不知道则不写，按无人放弃计算",
        "mean patience of callers in seconds; left out where unknown, and nobody abandons",
        None,
        gt=0,
    )
    shrinkage: float = described(
        "损耗率：班上不接电话的时间占比（排班中的休息除外）",
        "share of paid time away from the calls, breaks of the shifts not included",
        0.3,
        ge=0,
        lt=1,
    )
    opens: Clock = described("开线时刻", "opening time", "00:00")
    closes: Clock = described("收线时刻，可写 24:00", "closing time; may be 24:00", "24:00")
    least_seats: int = described(
        "开线时每组坐席至少几个", "fewest seats of a pool while the hotline is open", 1, ge=0, le=1000
    )
    pools: Literal["shared", "separate", "both"] = described(
        "坐席安排：shared 共用、按类别先后接听，separate 每类专席，both 两种都算并比较（以共用为准）",
        "seats: shared by all classes, better ones first; separate for each class; or both compared, shared in charge",
        "both",
    )
    shifts: Several[ShiftParams] = described(
        "可用的班次；不写则只算坐席小时，不算成本", "shifts on offer; left out, seat hours without a cost", ()
    )
    simulated_calls: int = described(
        "每种安排至少模拟多少通来电",
        "calls simulated of each arrangement, at least",
        50_000,
        ge=1000,
        le=10_000_000,
    )

    @property
    def arrangements(self) -> tuple[str, ...]:
        """Arrangements of the seats, the one in charge first."""
        return ("shared", "separate") if self.pools == "both" else (self.pools,)

    @model_validator(mode="after")
    def classes_divide_the_callers(self) -> HotlineParams:
        _refuse_twice([one.id for one in self.classes], "来电类别", "class of callers")
        _refuse_twice([p for one in self.classes for p in one.packages], "服务包", "service package")
        if any(one.id == EVERYBODY for one in self.classes):
            raise refuse(
                f"{EVERYBODY} 指全部来电，不能用作来电类别的编号",
                f"{EVERYBODY} means every call and names no class",
            )
        rests = sum(one.rest for one in self.classes)
        if rests != 1:
            raise refuse(
                f"{rests} 个类别写了 rest: true，应恰有一个，其余来电归入它",
                f"{rests} classes say rest: true; exactly one takes all other callers",
            )
        if all(one.share is None for one in self.classes):
            raise refuse(
                "没有一类写了承诺（share、seconds），坐席无从算起", "no class has a promise (share, seconds)"
            )
        if self.patience_seconds is None and any(one.callback_hours for one in self.classes):
            raise refuse(
                "写了 callback_hours 就要写 patience_seconds：无人放弃就没有回访",
                "callback_hours needs patience_seconds: where nobody gives up, nobody is called back",
            )
        return self

    @model_validator(mode="after")
    def shifts_reach_the_opening_hours(self) -> HotlineParams:
        opens, closes, step = minute(self.opens), minute(self.closes), self.interval_minutes
        if opens >= closes or opens % step or closes % step:
            raise refuse(
                f"closes 应晚于 opens，两者都应是 {step} 分钟的整倍数",
                f"closes must be later than opens, and both multiples of {step} minutes",
            )
        _refuse_twice([one.id for one in self.shifts], "班次", "shift")
        holes = [t for t in range(opens, closes, step) if not any(one.covers(t, step) for one in self.shifts)]
        if self.shifts and holes:
            first = f"{holes[0] // 60:02d}:{holes[0] % 60:02d}"
            raise refuse(
                f"开线时间内有 {len(holes)} 个时段没有任何班次，第一个是 {first}；请增加班次或移动休息",
                f"{len(holes)} intervals of the opening hours are reached by no shift, first {first}; add a shift or "
                "move a break",
            )
        return self


def classes_without_grade(hotline: HotlineParams, packages: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Key below ``hotline``, value and message of every package of a class that no policy gives to any grade."""
    for place, one in enumerate(hotline.classes):
        for i, package in enumerate(one.packages):
            if package not in packages:
                yield (
                    ("classes", place, "packages", i),
                    package,
                    f"没有一个方案的等级得到这个服务包，来电类别 {one.id} 因而没有等级；各方案用到的有 {'、'.join(packages)}",
                    f"no grade of any policy receives this package, so the class {one.id} has no grade; the policies "
                    f"use {', '.join(packages)}",
                )


def _refuse_twice(names: Sequence[str], zh: str, en: str) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise refuse(f"{zh} {twice[0]} 出现了两次", f"the {en} {twice[0]} is listed twice")
