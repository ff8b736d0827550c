"""Facts of the hotline: calls, seats and the service they give under every policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.hotline.target import COUNTINGS, Target
from toolkit.params.hotline import HotlineParams
from toolkit.policy import Policy
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.study.hotline import StudyHotline
from toolkit.terms import Label, number

Told = list[tuple[str, str, dict[str, Any]]]
SEATS = ("席", "seats")
SECONDS = ("秒", "s")


def hotline(study: Study) -> Iterator[Fact]:
    """The typical week, what is promised, and seats, cost and waiting under every policy; none where it is missing.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.hotline(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    hotline.span = 2026Q3
    hotline.recorded = 390
    hotline.outside = 0
    """
    found = study.hotline
    if found is None:
        return
    yield from _week(found)
    yield from _promised(found.params)
    for policy in study.policies:
        yield from _seats(found, policy)
        yield from _service(found, policy)
    waits = _waits(found.same_seats[found.baseline], found)
    said = Label("现行办法下的平均等待", "mean wait under the policy in force")
    yield Fact("hotline.waits_in_force", waits.en, "text", said, words=waits)
    for policy in study.alternatives:
        yield from _change(found, policy)


def hotline_told(study: Study) -> Told:
    """The sentences of the section on the hotline.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.hotline_told(study)]
    ['hotline.basis', 'hotline.promised', 'hotline.assumed', 'hotline.patience', 'hotline.seats_priced',
    'hotline.seats_priced', 'hotline.change', 'hotline.change', 'hotline.change']
    """
    found, base = study.hotline, study.baseline
    if found is None:
        return [("hotline.missing", "", {"why": study.no_hotline})]
    told: Told = [("hotline.basis", "", {}), ("hotline.promised", "", {}), ("hotline.assumed", "", {})]
    if found.params.patience_seconds is not None:
        told.append(("hotline.patience", "", {}))
    for pools in found.params.arrangements:
        names = {"policy": base.title, "pools": label(f"hotline.pools.{pools}")}
        key = "hotline.seats_priced" if found.params.shifts else "hotline.seats"
        told.append((key, f"{base.id}.{pools}", names))
    names = {"first": found.params.classes[0].title.label(), "baseline": base.title}
    return told + [
        ("hotline.change", policy.id, names | {"policy": policy.title}) for policy in study.alternatives
    ]


def _week(found: StudyHotline) -> Iterator[Fact]:
    span = f"{found.window.first}", f"{found.window.last}"
    words = Label(span[0], span[0]) if span[0] == span[1] else Label("至".join(span), " to ".join(span))
    yield Fact("hotline.span", words.en, "text", Label("来电所在季度", "quarters of the calls"), words=words)
    counts = {
        "recorded": (found.recorded, Label("来电数", "calls recorded")),
        "outside": (found.outside, Label("开线时间外的来电", "calls outside the opening hours")),
        "ungraded": (found.ungraded, Label("没有等级者的来电", "calls of callers without a grade")),
    }
    for name, (value, said) in counts.items():
        yield Fact(f"hotline.{name}", value, "count", said)
    arrivals = found.arrivals[found.baseline]
    calls = arrivals.calls.sum()
    yield Fact(
        "hotline.calls",
        float(calls.sum()),
        "count",
        Label("典型一周的来电", "calls of a typical week"),
        digits=0,
    )
    handling = float(calls @ arrivals.handling / calls.sum())
    yield _worded(
        "hotline.handling",
        handling,
        Label("平均处理时长（秒）", "mean handling time (seconds)"),
        ("秒", "s"),
        0,
    )
    load = handling * calls.sum() / 60 / arrivals.minutes / len(arrivals.calls)
    yield Fact("hotline.load", float(load), "index", Label("平均话务量（爱尔兰）", "mean load (erlangs)"))
    weeks = "hotline.weeks", found.runs, Label("模拟的周数", "weeks simulated")
    yield Fact(weeks[0], weeks[1], "count", weeks[2])


def _promised(params: HotlineParams) -> Iterator[Fact]:
    zh, en = [], []
    for one in params.classes:
        title = one.title.label()
        if one.share is None:
            zh.append(f"{title.zh} 不作承诺")
            en.append(f"{title.en} nothing")
            continue
        target = Target(one.share, one.seconds)
        back = one.callback_hours
        zh.append(f"{title.zh} {target.text('zh')}" + (f"，放弃的 {back:g} 小时内回访" if back else ""))
        en.append(f"{title.en} {target.text('en')}" + (f", called back within {back:g} h" if back else ""))
    words = Label("；".join(zh), "; ".join(en))
    yield Fact("hotline.promises", words.en, "text", Label("承诺", "promises"), words=words)
    counted = COUNTINGS[params.counting]
    yield Fact("hotline.counting", params.counting, "text", Label("计数口径", "counting"), words=counted)
    yield Fact("hotline.shrinkage", params.shrinkage, "share", Label("损耗率", "shrinkage"), digits=0)
    if params.patience_seconds is not None:
        said = Label("平均耐心时长（秒）", "mean patience (seconds)")
        yield _worded("hotline.patience", params.patience_seconds, said, SECONDS, 0)


def _seats(found: StudyHotline, policy: Policy) -> Iterator[Fact]:
    name, zh, en = policy.id, f"《{policy.title.zh}》", f"“{policy.title.en}”, "
    first, share = found.params.classes[0].title.label(), float(found.shares(policy.id).iloc[0])
    said = Label(f"{zh}{first.zh} 占来电的比例", f"{en}share of calls, {first.en}")
    yield Fact(f"hotline.first.{name}", share, "share", said)
    for pools in found.params.arrangements:
        plan, about = found.plans[name, pools], label(f"hotline.pools.{pools}")
        about, each = Label(f"{zh}{about.zh}：", f"{en}{about.en}: "), f"{name}.{pools}"
        said = Label(f"{about.zh}高峰坐席", f"{about.en}peak seats")
        yield _worded(f"hotline.peak.{each}", plan.peak, said, SEATS, 0)
        said = Label(f"{about.zh}平均坐席", f"{about.en}average seats")
        yield _worded(f"hotline.average.{each}", plan.average, said, SEATS, 1)
        said = Label(f"{about.zh}每周付薪工时", f"{about.en}paid hours per week")
        yield Fact(f"hotline.paid.{each}", plan.paid_hours, "hours", said, digits=0)
        if found.params.shifts:
            said = Label(f"{about.zh}班次的年成本", f"{about.en}cost of shifts per year")
            yield Fact(
                f"hotline.cost.{each}", found.cost_per_year(name, pools), "money", said, better="lower"
            )


def _change(found: StudyHotline, policy: Policy) -> Iterator[Fact]:
    """What an alternative changes against the baseline, arrangement in charge."""
    name, zh, en = policy.id, f"《{policy.title.zh}》", f"“{policy.title.en}”, "
    mine, base = (found.plans[one, found.in_charge] for one in (name, found.baseline))
    said = Label(f"{zh}高峰坐席变化", f"{en}change in peak seats")
    yield Fact(f"hotline.change.peak.{name}", mine.peak - base.peak, "count", said, signed=True)
    said = Label(f"{zh}每周付薪工时变化", f"{en}change in paid hours per week")
    hours = mine.paid_hours - base.paid_hours
    yield Fact(f"hotline.change.paid.{name}", hours, "count", said, signed=True)
    waits = _waits(found.same_seats[name], found)
    said = Label(f"{zh}按现行坐席的平均等待", f"{en}mean wait at the seats in force")
    yield Fact(f"hotline.waits.{name}", waits.en, "text", said, words=waits)


def _service(found: StudyHotline, policy: Policy) -> Iterator[Fact]:
    name = policy.id
    for pools in found.params.arrangements:
        frame = found.served[name, pools]
        for one, row in frame[frame["offered"] > 0].iterrows():
            title = found.titles[one]
            if pd.notna(row["service_level"]):
                said = Label(f"{title.zh} 的接通率", f"{title.en}, answered in time")
                yield Fact(f"hotline.served.{name}.{pools}.{one}", float(row["service_level"]), "share", said)
            said = Label(f"{title.zh} 的平均等待（秒）", f"{title.en}, mean wait (seconds)")
            yield _worded(f"hotline.wait.{name}.{pools}.{one}", float(row["mean_wait"]), said, SECONDS, 1)


def _waits(frame: pd.DataFrame, found: StudyHotline) -> Label:
    zh, en = [], []
    for one, row in frame[frame["offered"] > 0].iterrows():
        said = f"{number(row['mean_wait'], 1)} ± {number(row['mean_wait_error'], 1)}"
        zh.append(f"{found.titles[one].zh} {said} 秒")
        en.append(f"{found.titles[one].en} {said} s")
    return Label("、".join(zh), ", ".join(en))


def _worded(id: str, value: float, said: Label, unit: tuple[str, str], digits: int) -> Fact:
    """A fact whose unit is not in the table of units."""
    text = number(value, digits)
    return Fact(id, value, "index", said, words=Label(f"{text} {unit[0]}", f"{text} {unit[1]}"))
