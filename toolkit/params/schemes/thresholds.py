"""Parameters of cut-offs on one value."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from toolkit.params.schemes.bounds import Better, Bound, Floor, Missing, check_ladder, check_steps
from toolkit.params.schemes.needs import AttributeNeed, Need
from toolkit.params.schemes.subject import RuleParams, SubjectParams
from toolkit.params.strict import Strict, Text, described, refuse


class FloorsByParams(Strict):
    """Floors that depend on an attribute of the customer, such as the brand."""

    attribute: Text = described("取决于 customers 表的哪一列", "column of the table customers that decides")
    floors: dict[str, dict[str, Floor]] = described(
        "属性值: 该类客户的门槛；键 rest 为其余客户；其中一组须列出全部等级，其余各组可略去够不着的等级",
        "value of the attribute: floors of these customers; the key rest for everybody else; "
        "one ladder must list every grade, the others may leave out grades that they never give",
    )

    def own_needs(self) -> tuple[Need, ...]:
        """The attribute."""
        return (AttributeNeed(self.attribute),)

    @property
    def longest(self) -> dict[str, Bound]:
        """The ladder that lists every grade."""
        return max(self.floors.values(), key=len)


class ThresholdsParams(SubjectParams, RuleParams):
    """Grade by the highest floor that a customer's value reaches."""

    kind: Literal["thresholds"] = described("门槛法", "grade by floors on one value")
    better: Better = described(
        "指标越高越好还是越低越好", "whether higher or lower values are better", "higher"
    )
    floors: dict[str, Floor] | None = described(
        "各等级门槛，从最好的等级写起；数字为“以上”（含本数），{above: x} 为“超过”，rest 为其余客户",
        "floor of each grade, best first; a number is inclusive, {above: x} strictly more, rest everybody else",
        None,
    )
    floors_by: FloorsByParams | None = described(
        "门槛因客户属性而异时，代替 floors", "instead of floors, where they depend on an attribute", None
    )
    missing: Missing = described(
        "指标缺失时：refuse 拒绝，last_grade 归入最后一级",
        "where the measure is missing: refuse, or give the last grade",
        "refuse",
    )

    @model_validator(mode="after")
    def floors_form_a_ladder(self) -> ThresholdsParams:
        if (self.floors is None) == (self.floors_by is None):
            raise refuse(
                "floors 与 floors_by 应恰好写一个", "exactly one of floors and floors_by must be given"
            )
        if self.floors is not None:
            check_ladder(self.floors, self.better, "门槛", "floors")
            return self
        check_ladder(self.floors_by.longest, self.better, "门槛", "floors")
        for value, ladder in self.floors_by.floors.items():
            check_steps(ladder, self.better, "门槛", "floors")
            if [grade for grade in self.grades if grade in ladder] != list(ladder) or not ladder:
                raise refuse(
                    f"{value} 的等级应取自 {list(self.grades)} 且次序相同，现在是 {list(ladder)}",
                    f"the grades of {value} must be some of {list(self.grades)} in this order, got {list(ladder)}",
                )
        if "rest" not in self.floors_by.floors:
            raise refuse("floors_by 需要一组 rest，供其余客户使用", "floors_by needs a ladder called rest")
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.floors if self.floors is not None else self.floors_by.longest)

    @property
    def ordered(self) -> bool:
        return True
