"""Parameters of weighted scores."""

from __future__ import annotations

from collections import Counter
from math import isclose
from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes.bounds import Better, Floor, check_ladder
from toolkit.params.schemes.condition import When
from toolkit.params.schemes.subject import RuleParams, SubjectParams
from toolkit.params.schemes.weights import ExpertWeights, PairwiseParams, WeightsParams
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
    """One factor of a score: a value mapped to 0..100 points, with a weight here or in ``weights`` of the scheme."""

    weight: Share | None = described(
        "权重，0 至 1；方案写了 weights 则不写", "weight, 0 to 1; left out where the scheme has weights", None
    )
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
            check_ladder(
                {str(i): band.floor for i, band in enumerate(bands)}, self.better, "档位", "bands", "points"
            )
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
    weights: WeightsParams | None = described(
        "定权办法；不写则在每个因子里写 weight",
        "where the weights come from; left out, every factor has its weight",
        None,
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
    def weights_are_given_once(self) -> ScoredParams:
        given = [factor.weight is not None for factor in self.factors]
        if self.weights is None and not all(given):
            raise refuse(
                f"有 {given.count(False)} 个因子没有 weight，方案也没有写 weights",
                f"{given.count(False)} factor(s) have no weight, and the scheme has no weights",
            )
        if self.weights is not None and any(given):
            raise refuse(
                f"写了 weights 就不能在因子里写 weight，现在有 {given.count(True)} 个因子写了",
                f"with weights no factor may have a weight of its own, {given.count(True)} have one",
            )
        return self

    @model_validator(mode="after")
    def weights_sum_to_one(self) -> ScoredParams:
        weights = self.expert_weights
        if weights is not None and not isclose(sum(weights), 1.0, abs_tol=1e-9):
            raise refuse(
                f"各因子权重之和应为 1，现在是 {sum(weights):g}，{'还差' if sum(weights) < 1 else '多了'} {abs(1 - sum(weights)):g}",
                f"the weights must sum to 1, they sum to {sum(weights):g}, {abs(1 - sum(weights)):g} too {'little' if sum(weights) < 1 else 'much'}",
                "factors" if self.weights is None else "weights",
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
    def weights_name_the_factors(self) -> ScoredParams:
        names, weights = self.factor_names, self.weights
        named = names
        if isinstance(weights, ExpertWeights):
            named = tuple(weights.values)
        elif isinstance(weights, PairwiseParams):
            named = weights.order or names
        if sorted(named) != sorted(names):
            raise refuse(
                f"weights 应恰好提到各因子 {list(names)}，现在是 {list(named)}",
                f"weights must name the factors {list(names)}, each once; got {list(named)}",
            )
        if isinstance(weights, PairwiseParams):
            weights.refuse_other_sizes(len(names))
        return self

    @model_validator(mode="after")
    def floors_form_a_ladder(self) -> ScoredParams:
        check_ladder(self.floors, "higher", "得分门槛", "score floors")
        unknown = [g for s in self.steps for g in (s.not_above, s.not_below) if g and g not in self.floors]
        if unknown:
            raise refuse(f"没有等级 {unknown[0]}", f"there is no grade {unknown[0]}")
        return self

    @property
    def factor_names(self) -> tuple[str, ...]:
        """What ``weights`` calls each factor: its measure or attribute, or its column where that is not enough."""
        short = [f.measure or f.attribute or f.own_needs()[0].column for f in self.factors]
        return tuple(
            name if short.count(name) == 1 else factor.own_needs()[0].column
            for name, factor in zip(short, self.factors, strict=True)
        )

    @property
    def expert_weights(self) -> tuple[float, ...] | None:
        """Weights that the file gives, in the order of the factors; None where they are worked out."""
        if self.weights is None:
            return tuple(factor.weight for factor in self.factors if factor.weight is not None)
        if isinstance(self.weights, ExpertWeights):
            return tuple(self.weights.values.get(name, 0.0) for name in self.factor_names)
        return None

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.floors)

    @property
    def ordered(self) -> bool:
        return True
