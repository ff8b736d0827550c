"""Parameters of a pilot: who is drawn by lot, for how long, and what each outcome would decide.

A pilot file is written by :mod:`toolkit.pilots` from a report and read by the studies of the quarters that
follow, as a draw by lot.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from toolkit.params.designs import BandParams, LotParams
from toolkit.params.problems import FileProblems
from toolkit.params.reading import Key, read_source, unknown_names, validate
from toolkit.params.strict import (
    Identifier,
    QuarterText,
    Several,
    Share,
    Strict,
    Text,
    Words,
    described,
    refuse,
)

PilotDesign = Literal["tie_breaker", "switchers", "branches", "waves"]
MONTHS_A_QUARTER = 3
NEEDS = {"tie_breaker": "band", "branches": "cluster", "waves": "waves"}
TITLES: dict[str, tuple[str, str]] = {
    "tie_breaker": ("在门槛附近抽签", "draw lots around the bar"),
    "switchers": ("在变动客户中抽签", "draw lots among those who would move"),
    "branches": ("整体抽签", "draw whole branches by lot"),
    "waves": ("分批开始，先后由抽签决定", "start in batches, the order drawn by lot"),
}


class AskedParams(Strict):
    """The open question, and the report that left it open."""

    study: Identifier = described("研究编号", "identifier of the study")
    quarter: QuarterText = described("提出问题的报告季度", "quarter of the report that asked")
    policy: Identifier = described("方案编号", "identifier of the policy in question")
    definition: Identifier = described("留存定义编号", "identifier of the definition of retention")


class WaveParams(Strict):
    """Customers who start together."""

    list: Text = described("名单（lists 表）", "list of the table lists")
    starts_on: date = described("开始日期", "first day of service")
    customers: int = described("客户数", "customers", ge=1)


class DecidesParams(Strict):
    """What the finished pilot would decide under the rule in force."""

    adopt_above: float = described(
        "估计的留存变化高于此值则采用", "estimated change of retention above which the policy is adopted"
    )
    reject_below: float = described(
        "估计的留存变化低于此值则否决", "estimated change of retention below which the policy is rejected"
    )
    text: Words = described("一句话说明", "the same in a sentence")

    @model_validator(mode="after")
    def in_order(self) -> DecidesParams:
        if self.reject_below > self.adopt_above:
            raise refuse(
                "reject_below 不能高于 adopt_above", "reject_below must not be higher than adopt_above"
            )
        return self


class PilotParams(Strict):
    """A pilot: customers drawn by lot, what they receive, how long, and what the outcome would decide."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    asked: AskedParams = described("要回答的问题", "the question to be answered")
    design: PilotDesign = described(
        "tie_breaker：门槛附近抽签；switchers：变动客户抽签；branches：按属性整体抽签；waves：分批开始",
        "tie_breaker: lots around the bar; switchers: lots among those who would move; branches: an attribute "
        "drawn whole; waves: start in batches",
    )
    package: Identifier = described("抽中者得到的服务包", "service package of those drawn for it")
    otherwise: Identifier = described("未抽中者得到的服务包", "service package of those drawn against it")
    band: BandParams | None = described("门槛附近的范围", "band around the bar", None)
    cluster: Text | None = described(
        "整体抽签的客户属性（如 region）", "attribute drawn whole (such as region)", None
    )
    waves: Several[WaveParams] = described(
        "各批次；第一批即 served，最后一批即 not_served",
        "the batches; the first is served, the last is not_served",
        (),
    )
    share: Share = described("抽中的概率", "probability of being drawn for it", 0.5)
    seed: int = described("抽签的随机种子", "random seed of the draw", ge=0)
    drawn_on: QuarterText = described(
        "按该季度末的记录抽签", "quarter at whose end the records stood when lots were drawn"
    )
    starts_on: date = described("开始日期（季度首日）", "first day, the first of a quarter")
    ends_on: date = described("从该日起恢复按规则评级", "day from which the rule applies again")
    served: Text = described("抽中者名单（lists 表）", "list of those drawn for it")
    not_served: Text = described("未抽中者名单（lists 表）", "list of those drawn against it")
    customers: int = described("参加抽签的客户数", "customers who draw lots", ge=2)
    quarters: int = described("从开始到有答案的季度数", "quarters from the start to the answer", ge=1, le=40)
    weeks: int = described("从报告到有答案的周数", "weeks from the report to the answer", ge=1)
    expected_error: float = described("预计标准误", "expected standard error", gt=0)
    detectable: float = described("可检出的变化", "change that would be found", gt=0)
    cost: float = described("试点期间净增的服务成本", "extra cost to serve over the pilot")
    decides: DecidesParams = described("各种结果分别决定什么", "what each outcome would decide")
    controls: Several[Text] = described(
        "抽签前的指标，用于提高精度", "measures from before the draw, for precision", ()
    )
    source: Text = described("依据", "source")

    @model_validator(mode="after")
    def arms_differ(self) -> PilotParams:
        if self.served == self.not_served:
            raise refuse(
                "served 与 not_served 不能是同一名单", "served and not_served must be different lists"
            )
        if self.package == self.otherwise:
            raise refuse("package 与 otherwise 不能相同", "package and otherwise must be different")
        if not 0 < self.share < 1:
            raise refuse("share 应在 0 与 1 之间", "share must lie between 0 and 1")
        return self

    @model_validator(mode="after")
    def days_in_order(self) -> PilotParams:
        if self.starts_on >= self.ends_on:
            raise refuse("ends_on 应晚于 starts_on", "ends_on must come after starts_on")
        if self.starts_on.day != 1:
            raise refuse(
                "starts_on 应为季度首日，如 2027-01-01",
                "starts_on must be the first day of a quarter, such as 2027-01-01",
            )
        return self

    @model_validator(mode="after")
    def states_what_its_design_needs(self) -> PilotParams:
        for design, key in NEEDS.items():
            if bool(getattr(self, key)) is not (self.design == design):
                zh, en = ("需要", "needs") if self.design == design else ("不应有", "must not have")
                raise refuse(f"design 为 {self.design} 时{zh} {key}", f"the design {self.design} {en} {key}")
        ends = (self.waves[0].list, self.waves[-1].list) if self.waves else (self.served, self.not_served)
        if ends != (self.served, self.not_served):
            raise refuse(
                "waves 的第一批应为 served，最后一批应为 not_served",
                "the first of the waves must be served and the last not_served",
            )
        return self

    @model_validator(mode="after")
    def batches_begin_in_turn(self) -> PilotParams:
        days = [wave.starts_on for wave in self.waves]
        if days and (days[0] != self.starts_on or days != sorted(set(days))):
            raise refuse(
                "waves 的第一批应在 starts_on 开始，以后各批依次更晚",
                "the first of the waves must start on starts_on and every other later than the one before it",
            )
        if days and _months(self.starts_on, days[-1]) < MONTHS_A_QUARTER * self.quarters:
            raise refuse(
                "waves 的最后一批应在答案已知之后开始：从 starts_on 起满 quarters 个季度",
                "the last of the waves must start once the answer is known: quarters after starts_on",
            )
        return self

    def experiment(self) -> LotParams:
        """The pilot as a draw by lot that a study reads: those served against those not.

        Of waves the first stands against the last, which starts when the answer is known; no outcome counts whose
        window reaches beyond that day. Those in between enter no list of the draw.
        """
        return LotParams(
            id=self.id,
            design="experiment",
            title=self.title,
            contrast=Words(
                zh=f"服务包 {self.package} 与 {self.otherwise}",
                en=f"service package {self.package} against {self.otherwise}",
            ),
            treated=self.served,
            control=self.not_served,
            share=self.share,
            band=self.band,
            cluster=self.cluster,
            control_served_on=self.waves[-1].starts_on if self.waves else None,
            package=self.package,
            otherwise=self.otherwise,
            drawn_on=self.drawn_on,
            policy=None if self.design == "tie_breaker" else self.asked.policy,
            controls=self.controls,
            source=self.source,
        )


def _months(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)


def read_pilot(path: str | Path, known_measures: Collection[str] | None = None) -> PilotParams:
    """Read the pilot file ``path``.

    Raises
    ------
    FileProblems
        With every problem of the file; measures that are not in ``known_measures`` among them.
    """
    source = read_source(path)
    pilot = validate(source, PilotParams)
    wanted: list[tuple[Key, str]] = [(("controls", i), name) for i, name in enumerate(pilot.controls)]
    if pilot.band:
        wanted.append((("band", "measure"), pilot.band.measure))
    if known_measures is not None and (
        problems := unknown_names(source, wanted, known_measures, "指标", "measure")
    ):
        raise FileProblems(problems)
    return pilot
