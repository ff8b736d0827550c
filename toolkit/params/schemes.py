"""Parameters of the schemes: the rules that turn measures into a grade."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isclose
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from toolkit.params.strict import Several, Share, Strict, Text, described, refuse

Missing = Literal["refuse", "last_grade"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a grade begins.

    Attributes
    ----------
    value : float or None
        None for the grade that takes everybody else.
    strict : bool
        True where the file says strictly more (超过); otherwise the value itself is included (以上).
    """

    value: float | None
    strict: bool = False


def _bound(written: Any) -> Bound:
    if isinstance(written, Bound):
        return written
    if written == "rest":
        return Bound(None)
    if isinstance(written, int | float) and not isinstance(written, bool):
        return Bound(float(written))
    if isinstance(written, dict) and len(written) == 1:
        word, value = next(iter(written.items()))
        if word in ("at_least", "above") and isinstance(value, int | float) and not isinstance(value, bool):
            return Bound(float(value), strict=word == "above")
    raise refuse(
        "应为数字（以上，含本数）、{above: 数字}（超过，不含本数）或 rest（其余客户）",
        "must be a number (inclusive), {above: number} (strictly more) or rest (everybody else)",
    )


NUMBER = {"type": "number"}
BOUND_SCHEMA = {
    "anyOf": [
        NUMBER,
        {"const": "rest"},
        {
            "type": "object",
            "properties": {"at_least": NUMBER},
            "required": ["at_least"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"above": NUMBER},
            "required": ["above"],
            "additionalProperties": False,
        },
    ]
}
Floor = Annotated[Bound, BeforeValidator(_bound), WithJsonSchema(BOUND_SCHEMA)]


def check_ladder(floors: dict[str, Bound], better: Better, noun_zh: str, noun_en: str) -> None:
    """Bounds must fall from the best grade down (rise where lower is better); only the last may be ``rest``."""
    grades = list(floors)
    if len(grades) < 2:
        raise refuse(f"至少需要两个等级才有{noun_zh}可言", f"at least two grades are needed for {noun_en}")
    open_grades = [g for g in grades[:-1] if floors[g].value is None]
    if open_grades:
        raise refuse(
            f"只有最后一级可以写 rest，但 {open_grades[0]} 也写了 rest",
            f"only the last grade may say rest, but {open_grades[0]} does too",
        )
    values = [b.value for b in floors.values() if b.value is not None]
    ordered = sorted(values, reverse=better == "higher")
    if values != ordered or len(set(values)) != len(values):
        zh, en = ("逐级降低", "fall") if better == "higher" else ("逐级升高", "rise")
        raise refuse(
            f"{noun_zh}应从最好的等级起{zh}且互不相同，现在是 {values}",
            f"{noun_en} must {en} from the best grade down and differ, got {values}",
        )


class ThresholdsParams(Strict):
    """Grade by the highest floor that a customer's measure reaches."""

    kind: Literal["thresholds"] = described("门槛法", "grade by floors on one measure")
    measure: Text = described("用哪个指标", "the measure that is compared with the floors")
    better: Better = described(
        "指标越高越好还是越低越好", "whether higher or lower values are better", "higher"
    )
    floors: dict[str, Floor] = described(
        "各等级门槛，从最好的等级写起；数字为“以上”（含本数），{above: x} 为“超过”，rest 为其余客户",
        "floor of each grade, best first; a number is inclusive, {above: x} strictly more, rest everybody else",
    )
    missing: Missing = described(
        "指标缺失时：refuse 拒绝，last_grade 归入最后一级",
        "where the measure is missing: refuse, or give the last grade",
        "refuse",
    )

    @model_validator(mode="after")
    def floors_form_a_ladder(self) -> ThresholdsParams:
        check_ladder(self.floors, self.better, "门槛", "floors")
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.floors)

    def measure_keys(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Key paths at which measures are named."""
        return [(("measure",), self.measure)]


class RankPoints(Strict):
    """Points by rank among the customers of the frozen reference review."""

    by: Literal["rank"] = described("按名次", "points by rank in the frozen reference")


class ZScorePoints(Strict):
    """Points by distance from the mean of the frozen reference, in standard deviations, cut at ``limit``."""

    by: Literal["zscore"] = described("按标准分", "points by z-score in the frozen reference")
    limit: float = described("截断的标准差倍数", "standard deviations at which points stop", 3.0, gt=0, le=10)


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


class FactorParams(Strict):
    """One factor of a score: a measure mapped to 0..100 points, with a weight."""

    measure: Text = described("指标", "measure")
    weight: Share = described("权重，0 至 1", "weight, 0 to 1")
    better: Better = described("越高越好还是越低越好", "whether higher or lower is better", "higher")
    points: Annotated[RankPoints | ZScorePoints | BandPoints, Field(discriminator="by")] = described(
        "换算成 0 至 100 分的办法", "how the measure becomes 0 to 100 points"
    )
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


class ScoredParams(Strict):
    """Grade by a weighted sum of factors."""

    kind: Literal["scored"] = described("加权评分法", "grade by a weighted score")
    factors: Several[FactorParams] = described(
        "各因子；权重之和为 1", "factors; weights sum to 1", min_length=1
    )
    floors: dict[str, Floor] = described(
        "各等级的最低得分，从最好的等级写起", "lowest score of each grade, best grade first"
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
        twice = [name for name, times in Counter(f.measure for f in self.factors).items() if times > 1]
        if twice:
            raise refuse(f"指标 {twice[0]} 出现了两次", f"measure {twice[0]} is used twice")
        return self

    @model_validator(mode="after")
    def floors_form_a_ladder(self) -> ScoredParams:
        check_ladder(self.floors, "higher", "得分门槛", "score floors")
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.floors)

    def measure_keys(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Key paths at which measures are named."""
        return [(("factors", i, "measure"), f.measure) for i, f in enumerate(self.factors)]


class ParetoParams(Strict):
    """Rank customers by a measure and cut at cumulative shares of its total."""

    kind: Literal["pareto"] = described("ABC（累计占比）法", "grade by cumulative share (ABC)")
    measure: Text = described("按哪个指标排序", "measure that is ranked and summed")
    upto: dict[str, Annotated[float, Field(gt=0, le=1)]] = described(
        "各等级的累计占比上限，从最好的等级写起，最后一级为 1；使累计占比越过界线的那位客户归入较好的等级",
        "cumulative share up to which each grade reaches, best first, the last 1; "
        "the customer who carries the share over a line belongs above it",
    )
    missing: Missing = described(
        "指标缺失时：refuse 拒绝，last_grade 归入最后一级",
        "where the measure is missing: refuse, or give the last grade",
        "refuse",
    )

    @model_validator(mode="after")
    def lines_rise_to_one(self) -> ParetoParams:
        lines = list(self.upto.values())
        if len(lines) < 2 or lines != sorted(set(lines)) or lines[-1] != 1:
            raise refuse(
                f"累计占比应逐级升高并以 1 结束，现在是 {lines}",
                f"cumulative shares must rise and end with 1, got {lines}",
            )
        return self

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(self.upto)

    def measure_keys(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Key paths at which measures are named."""
        return [(("measure",), self.measure)]


SchemeParams = Annotated[ThresholdsParams | ScoredParams | ParetoParams, Field(discriminator="kind")]
