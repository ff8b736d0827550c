"""Parameters of shares: of a total (ABC), or of the customers (top n)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes.bounds import Better, Floor, Missing, check_steps
from toolkit.params.schemes.subject import RuleParams, SubjectParams
from toolkit.params.strict import Several, Strict, Text, described, refuse

Line = Annotated[float, Field(gt=0, le=1)]
Places = Annotated[int, Field(ge=1)]


class LinesParams(Strict):
    """Where a ranking is cut; exactly one way."""

    top_share: dict[str, Line] | None = described(
        "各等级累计到前百分之几的客户，最后一级为 1",
        "share of the customers up to which each grade reaches",
        None,
    )
    top_customers: dict[str, Places | Literal["rest"]] | None = described(
        "各等级累计到前几名客户，最后一级写 rest", "rank up to which each grade reaches, the last rest", None
    )

    def cuts(self) -> dict[str, object]:
        """The ways of cutting that were written."""
        names = ("upto", "top_share", "top_customers", "computed")
        return {name: value for name in names if (value := getattr(self, name, None)) is not None}


def check_cuts(cuts: dict[str, object], open_end: bool) -> None:
    """Exactly one way of cutting; its lines rise, and end with everybody unless something follows."""
    if len(cuts) != 1:
        raise refuse(
            f"划线办法应恰好写一种，现在写了 {list(cuts) or '零种'}",
            f"exactly one way of cutting must be given, got {list(cuts) or 'none'}",
        )
    way, lines = next(iter(cuts.items()))
    if way == "computed":
        return
    values = list(lines.values())
    ends = [v for v in values if v == (1 if way != "top_customers" else "rest")]
    numbers = [v for v in values if v != "rest"]
    closed = len(ends) == 1 and values[-1] == ends[0]
    enough = len(values) >= (1 if open_end else 2)
    if numbers != sorted(set(numbers)) or (bool(ends) if open_end else not closed) or not enough:
        last = "rest" if way == "top_customers" else "1"
        more_zh = "小于" if open_end else "以"
        raise refuse(
            f"累计占比应逐级升高并{'都' if open_end else ''}{more_zh} {last} {'' if open_end else '结束'}，现在是 {values}",
            f"cumulative shares must rise and {'stay below' if open_end else 'end with'} {last}, got {values}",
            way,
        )


class ParetoParams(SubjectParams, LinesParams, RuleParams):
    """Rank customers by a measure and cut at cumulative shares of its total, or of the customers."""

    kind: Literal["pareto"] = described("ABC（累计占比）法", "grade by cumulative share (ABC)")
    upto: dict[str, Line] | None = described(
        "各等级的累计占比上限，从最好的等级写起，最后一级为 1；使累计占比越过界线的那位客户归入较好的等级",
        "cumulative share up to which each grade reaches, best first, the last 1; "
        "the customer who carries the share over a line belongs above it",
        None,
    )
    computed: Several[Text] | None = described(
        "三个等级的名称；界线由数据算出：A 至最接近（0, 100%）的点，B 至曲线斜率降为 1 的点",
        "names of three grades; the limits are computed: A up to the point nearest to (0, 100%), "
        "B up to where the curve's slope falls to 1",
        None,
        min_length=3,
        max_length=3,
    )
    then: dict[str, Floor] | None = described(
        "越过最后一条线的客户按同一指标的门槛再分，如微利、持平、亏损",
        "grades below the last line by floors on the same measure, such as thin profit, even and loss",
        None,
    )
    better: Better = described(
        "指标越高越好还是越低越好（top_share、top_customers）",
        "whether higher or lower values are better (top_share, top_customers)",
        "higher",
    )
    missing: Missing = described(
        "指标缺失时：refuse 拒绝，last_grade 归入最后一级",
        "where the measure is missing: refuse, or give the last grade",
        "refuse",
    )

    @model_validator(mode="after")
    def lines_rise_to_one(self) -> ParetoParams:
        cuts = self.cuts()
        check_cuts(cuts, self.then is not None)
        if self.then is not None:
            check_steps(self.then, self.better, "门槛", "floors", "then")
            if "computed" in cuts or set(self.then) & set(next(iter(cuts.values()))):
                raise refuse(
                    "then 的等级应与线上的等级不同，且不能与 computed 同用",
                    "then needs grades of its own and cannot follow computed limits",
                )
        if self.better == "lower" and not (self.top_share or self.top_customers):
            raise refuse("累计占比只适用于越高越好", "cumulative shares need better: higher")
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return (*next(iter(self.cuts().values())), *(self.then or ()))

    @property
    def ordered(self) -> bool:
        return True


class CriterionParams(SubjectParams):
    """One criterion of a cascade."""

    better: Better = described("越高越好还是越低越好", "whether higher or lower is better", "higher")
    tie_within: float | None = described(
        "按此间距分档，同档视为并列，由下一条决定；不写则须完全相等才算并列",
        "values in the same step of this width are tied and the next criterion decides; left out, only equal ones",
        None,
        gt=0,
    )
    missing: Literal["refuse", "last"] = described(
        "缺失时：refuse 拒绝，last 排在最后", "where missing: refuse, or rank last", "refuse"
    )


class CascadeParams(LinesParams, RuleParams):
    """Rank customers by the first criterion, ties by the second, and so on; then cut the ranking."""

    kind: Literal["cascade"] = described("逐级比较法", "rank by criteria in order, ties by the next")
    criteria: Several[CriterionParams] = described("先后次序", "criteria in order", min_length=1)

    @model_validator(mode="after")
    def lines_rise(self) -> CascadeParams:
        check_cuts(self.cuts(), open_end=False)
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(next(iter(self.cuts().values())))

    @property
    def ordered(self) -> bool:
        return True
