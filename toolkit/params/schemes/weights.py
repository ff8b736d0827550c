"""Parameters of the weights of a score: given, judged in pairs, or made from the data at the first review."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from toolkit.params.strict import Several, Share, Strict, Text, described, refuse

FRACTION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?)\s*)?")


def _judgement(written: Any) -> float:
    if isinstance(written, int | float) and not isinstance(written, bool) and written > 0:
        return float(written)
    found = FRACTION.fullmatch(written) if isinstance(written, str) else None
    if found is None or not float(found[1]) or not float(found[2] or 1):
        raise refuse(
            "判断应为正数或分数，例如 3 或 1/3",
            "a judgement must be a positive number or fraction, as 3 or 1/3",
        )
    return float(Fraction(found[1]) / Fraction(found[2] or "1"))


Judgement = Annotated[
    float,
    BeforeValidator(_judgement),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}),
]


class ExpertWeights(Strict):
    """Weights given by the factors' names."""

    by: Literal["expert"] = described("专家给定", "given by experts")
    values: dict[str, Share] = described("因子: 权重，合计为 1", "factor: weight; they sum to 1")


class PairwiseParams(Strict):
    """Weights from comparisons of the factors in pairs (AHP)."""

    by: Literal["ahp"] = described("层次分析法", "analytic hierarchy process")
    judgements: dict[Text, Several[Several[Judgement]]] = described(
        "专家: 判断矩阵；第 i 行第 j 列是因子 i 的重要性为因子 j 的几倍，可写 1/3；几位专家取几何平均",
        "expert: matrix; row i, column j says how many times as important factor i is as factor j, 1/3 is allowed; "
        "several experts are joined by geometric means",
        min_length=1,
    )
    order: Several[Text] | None = described(
        "矩阵各行对应的因子；不写则按 factors 的次序",
        "factors of the rows of the matrices; left out, the order of factors",
        None,
    )
    consistency_limit: float = described(
        "一致性比率 CR 的上限", "highest consistency ratio (CR)", 0.10, gt=0, le=1
    )
    accept_inconsistent: bool = described(
        "CR 超过上限也照用", "use the judgements even above that ratio", False
    )

    def refuse_other_sizes(self, size: int) -> None:
        """Refuse a matrix that is not ``size`` by ``size``.

        Raises
        ------
        PydanticCustomError
        """
        for expert, matrix in self.judgements.items():
            widths = [len(row) for row in matrix]
            if widths != [size] * size:
                raise refuse(
                    f"{expert} 的判断矩阵应有 {size} 行，每行 {size} 个数，现在各行有 {widths} 个",
                    f"the matrix of {expert} must have {size} rows of {size} judgements, its rows hold {widths}",
                )


class EntropyParams(Strict):
    """Weights by how unevenly each factor's points are spread, made at the first review and kept."""

    by: Literal["entropy"] = described("熵权法", "entropy weights")


class CriticParams(Strict):
    """Weights by how much a factor varies and how little it repeats others, made at the first review and kept."""

    by: Literal["critic"] = described("CRITIC 法", "CRITIC weights")


class RegressionParams(Strict):
    """Weights that predict the value that follows, fitted before the first review and kept."""

    by: Literal["regression"] = described("对后续价值回归", "regression on the value that follows")
    on: Text = described("以哪个指标为后续价值", "measure that is the value that follows", "margin")
    quarters: int = described("后续价值算几个季度", "quarters over which it is earned", 4, ge=1, le=12)


WeightsParams = Annotated[
    ExpertWeights | PairwiseParams | EntropyParams | CriticParams | RegressionParams,
    Field(discriminator="by"),
]
