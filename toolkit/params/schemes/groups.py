"""Parameters of similarity groups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes.bounds import Better
from toolkit.params.schemes.subject import RuleParams, SubjectParams
from toolkit.params.schemes.table import check_grades
from toolkit.params.strict import Several, Text, described, refuse


class FeatureParams(SubjectParams):
    """One figure by which customers are alike."""

    missing: Literal["refuse", "mean"] = described(
        "缺失时：refuse 拒绝，mean 用参照客户的平均值",
        "where missing: refuse, or the mean of the reference",
        "refuse",
    )


class OrderByParams(SubjectParams):
    """The figure by whose mean the groups are ordered and named."""

    better: Better = described("越高越好还是越低越好", "whether higher or lower is better", "higher")


class GroupsParams(RuleParams):
    """Groups of customers who are alike; found at the first review and kept, so that they can be followed."""

    kind: Literal["groups"] = described("相似客户群", "groups of similar customers")
    features: Several[FeatureParams] = described(
        "按哪些指标判断相似", "figures that are compared", min_length=1
    )
    by: Literal["zscore", "rank"] = described(
        "可比口径：zscore 标准分，rank 名次", "made comparable by z-score or by rank", "zscore"
    )
    names: Several[Text] = described(
        "各群名称，按 order_by 平均值从好到差；群数较少时只用前几个",
        "names of the groups by the mean of order_by, best first; fewer groups use the first names",
        min_length=2,
    )
    choose_from: Several[Annotated[int, Field(ge=2, le=20)]] | None = described(
        "候选群数，取重抽样下最稳定的；不写则群数等于名称数",
        "numbers of groups to choose from by stability under resampling; left out, one group per name",
        None,
        min_length=1,
    )
    order_by: OrderByParams = described("按哪个指标的平均值排序命名", "figure by whose mean groups are named")
    ordered: bool = described("各群是否有高低之分", "whether the groups have an order", False)
    seed: int = described("随机种子", "random seed", 20261122, ge=0)

    @model_validator(mode="after")
    def names_suffice(self) -> GroupsParams:
        check_grades(self.names, ())
        if self.choose_from and max(self.choose_from) > len(self.names):
            raise refuse(
                f"最多 {max(self.choose_from)} 群，但只有 {len(self.names)} 个名称",
                f"up to {max(self.choose_from)} groups but only {len(self.names)} names",
            )
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return self.names
