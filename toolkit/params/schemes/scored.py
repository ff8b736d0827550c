"""Parameters of weighted scores."""

from __future__ import annotations

from collections import Counter
from math import isclose
from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes.bounds import Better, Floor, check_ladder
from toolkit.params.schemes.condition import When
from toolkit.params.schemes.subject import RuleParams, SubjectParams
from toolkit.params.strict import Several, Share, Strict, Text, Words, described, refuse


class RankPoints(Strict):
    """Points by rank among the customers of the frozen reference review."""

    by: Literal["rank"] = described("按名次", "points by rank in the frozen reference")


class ZScorePoints(Strict):
    """Points by distance from the mean of the frozen reference, in standard deviations, cut at ``limit``."""

    by: Literal["zscore"] = described("按标准分", "points by z-score in the frozen reference")
    limit: float = described("截断的标准差倍数", "standard deviations at which points stop", 3.0, gt=0, le=10)


class RangePoints(Strict):
    """Points by place between two values: 0 at the worse, 100 at the better, straight between, cut outside."""

    by: Literal["range"] = described("按区间折算", "points by place between two values")
    worst: float = described("得 0 分的值", "value with 0 points")
    best: float = described("得 100 分的值", "value with 100 points")

    @model_validator(mode="after")
    def ends_differ(self) -> RangePoints:
        if self.worst == self.best:
            raise refuse("worst 与 best 应不同", "worst and best must differ")
        return self


class ValuePoints(Strict):
    """Points by value of an attribute."""

    by: Literal["values"] = described("按属性取值", "points by value of an attribute")
    values: dict[str, Annotated[float, Field(ge=0, le=100)]] = described(
        "属性值: 得分", "value of the attribute: points"
    )
    otherwise: float = described("其余取值的得分", "points of every other value", ge=0, le=100)


class Band(Strict):
    """One step of a points table."""

    floor: Floor = described("达到该值（含）起", "from this value on (inclusive)")
    points: float = described("得分", "points", ge=0, le=100)


class BandPoints(Strict):
    """Points from a table of bands."""

    by: Literal["bands"] = described("按档位", "points from a table of bands")
    bands: Several[Band] = described("档位，从最好的写起", "bands, best first", min_length=2)

    @model_validator(mode="after")
    def last_band_takes_the_rest(self) -> BandPoints:
        if self.bands[-1].floor.value is not None:
            raise refuse(
                "最后一档的 floor 应写 rest，否则有的客户得不到分",
                "the last band must have floor: rest, otherwise some customers get no points",
            )
        return self


class FactorParams(SubjectParams):
    """One factor of a score: a value mapped to 0..100 points, with a weight."""

    weight: Share = described("权重，0 至 1", "weight, 0 to 1")
    better: Better = described("越高越好还是越低越好", "whether higher or lower is better", "higher")
    points: Annotated[
        RankPoints | ZScorePoints | RangePoints | BandPoints | ValuePoints, Field(discriminator="by")
    ] = described("换算成 0 至 100 分的办法", "how the value becomes 0 to 100 points")
    missing: Literal["refuse", "zero_points", "middle_points"] = described(
        "指标缺失时：refuse 拒绝，zero_points 记 0 分，middle_points 记 50 分",
        "where the measure is missing: refuse, give 0 points, or give 50 points",
        "refuse",
    )

    @model_validator(mode="after")
    def bands_form_a_ladder(self) -> FactorParams:
        if isinstance(self.points, BandPoints):
            bands = self.points.bands
            check_ladder({str(i): band.floor for i, band in enumerate(bands)}, self.better, "档位", "bands")
            given = [band.points for band in bands]
            if given != sorted(given, reverse=True):
                raise refuse(
                    f"档位的得分应从最好的一档起不再升高，现在是 {given}",
                    f"the points of the bands must not rise from the best band down, got {given}",
                )
        return self

    @model_validator(mode="after")
    def words_belong_to_attributes(self) -> FactorParams:
        if isinstance(self.points, ValuePoints) and self.attribute is None:
            raise refuse("by: values 只用于 attribute", "by: values needs an attribute")
        return self


class BonusParams(Strict):
    """Points added to the score (or taken away) where conditions hold."""

    points: float = described(
        "加分；负数为扣分", "points added; negative ones are taken away", ge=-100, le=100
    )
    when: When = described("须全部成立的条件", "conditions that must all hold", min_length=1)
    reason: Words = described("理由", "reason")


class StepParams(Strict):
    """Grades up or down from the one that the score gives, where conditions hold."""

    steps: int = described("升（正）或降（负）几级", "grades up (positive) or down (negative)", ge=-10, le=10)
    when: When = described("须全部成立的条件", "conditions that must all hold", min_length=1)
    reason: Words = described("理由", "reason")
    not_above: Text | None = described("最高升到哪一级", "grade above which it does not raise", None)
    not_below: Text | None = described("最低降到哪一级", "grade below which it does not lower", None)


class ScoredParams(RuleParams):
    """Grade by a weighted sum of factors."""

    kind: Literal["scored"] = described("加权评分法", "grade by a weighted score")
    factors: Several[FactorParams] = described(
        "各因子；权重之和为 1", "factors; weights sum to 1", min_length=1
    )
    bonuses: Several[BonusParams] = described("加分与扣分", "points added or taken away", ())
    bonus_cap: float | None = described("加分合计的上限", "most points that bonuses add together", None, ge=0)
    score_cap: float | None = described("总分上限", "highest score", None, gt=0)
    floors: dict[str, Floor] = described(
        "各等级的最低得分，从最好的等级写起", "lowest score of each grade, best grade first"
    )
    steps: Several[StepParams] = described(
        "按得分定级之后的升降级", "grades up or down after the score has decided", ()
    )

    @model_validator(mode="after")
    def weights_sum_to_one(self) -> ScoredParams:
        total = sum(f.weight for f in self.factors)
        if not isclose(total, 1.0, abs_tol=1e-9):
            raise refuse(
                f"各因子权重之和应为 1，现在是 {total:g}", f"the weights must sum to 1, they sum to {total:g}"
            )
        return self

    @model_validator(mode="after")
    def factors_differ(self) -> ScoredParams:
        columns = Counter(need.column for f in self.factors for need in f.own_needs())
        twice = [name for name, times in columns.items() if times > 1]
        if twice:
            raise refuse(f"指标 {twice[0]} 出现了两次", f"measure {twice[0]} is used twice")
        return self

    @model_validator(mode="after")
    def floors_form_a_ladder(self) -> ScoredParams:
        check_ladder(self.floors, "higher", "得分门槛", "score floors")
        unknown = [g for s in self.steps for g in (s.not_above, s.not_below) if g and g not in self.floors]
        if unknown:
            raise refuse(f"没有等级 {unknown[0]}", f"there is no grade {unknown[0]}")
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.floors)

    @property
    def ordered(self) -> bool:
        return True
