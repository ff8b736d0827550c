"""Where the weights of a score come from: the file, judgements in pairs, or the data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.params.schemes import (
    CriticParams,
    EntropyParams,
    PairwiseParams,
    RegressionParams,
    ScoredParams,
    parts,
)
from toolkit.schemes.scheme import Names
from toolkit.terms import number
from toolkit.weights.ahp import PairwiseWeights, pairwise_weights
from toolkit.weights.critic import critic_weights
from toolkit.weights.entropy import entropy_weights

DataMade = EntropyParams | CriticParams | RegressionParams


def settled_weights(params: ScoredParams, names: Names) -> tuple[tuple[float, ...], DataMade | None]:
    """Weights in the order of the factors, and what they still wait for; NaN where they wait.

    Raises
    ------
    ParameterError
        Where judgements in pairs contradict each other, or the value of a regression is not known.
    """
    given = params.expert_weights
    if given is not None:
        return given, None
    if isinstance(params.weights, PairwiseParams):
        found = judged_weights(params)
        refuse_inconsistent(params.weights, found)
        return tuple(float(found.weights[name]) for name in params.factor_names), None
    if isinstance(params.weights, RegressionParams) and params.weights.on not in names:
        raise ParameterError(
            zh=f"weights.on 写的指标 {params.weights.on} 没有登记；可用的有：{'、'.join(names)}。",
            en=f"The measure {params.weights.on} of weights.on is not known; known are: {', '.join(names)}.",
        )
    return (math.nan,) * len(params.factors), params.weights


def check_judgements(params: object) -> None:
    """Refuse judgements that contradict each other, in any weighted score inside ``params``.

    Raises
    ------
    ParameterError
    """
    for _, part in parts(params):
        if isinstance(part, ScoredParams) and isinstance(part.weights, PairwiseParams):
            refuse_inconsistent(part.weights, judged_weights(part))


def judged_weights(params: ScoredParams) -> PairwiseWeights:
    """What the judgements in pairs of a policy file amount to, index as ``factor_names``."""
    rows = params.weights.order or params.factor_names
    matrices = {expert: np.array(matrix) for expert, matrix in params.weights.judgements.items()}
    return pairwise_weights(matrices, rows)


def refuse_inconsistent(params: PairwiseParams, found: PairwiseWeights) -> None:
    """Refuse judgements above the limit of their file.

    Raises
    ------
    ParameterError
        With the ratio and the most contradictory triple.
    """
    if (
        params.accept_inconsistent
        or found.worst is None
        or found.consistency_ratio <= params.consistency_limit
    ):
        return
    first, second, third = found.worst.factors
    stated, implied = number(found.worst.stated, 2), number(found.worst.implied, 2)
    ratio, limit = number(found.consistency_ratio, 4), number(params.consistency_limit, 2)
    raise ParameterError(
        zh=f"weights.judgements 的判断不够一致：一致性比率 CR 为 {ratio}，应不超过 {limit}。矛盾最大的三个因子："
        f"{first}、{second}、{third}；{first} 对 {third} 填了 {stated}，而另两个判断意味着 {implied}。"
        "请退回专家重判；确要照用则写 accept_inconsistent: true。",
        en=f"The judgements in weights.judgements are not consistent enough: their ratio (CR) is {ratio}, at most "
        f"{limit} is allowed. Most contradictory: {first}, {second}, {third}. {first} against {third} was given as "
        f"{stated}, while the other two judgements imply {implied}. Send them back to the experts, or write "
        "accept_inconsistent: true to use them all the same.",
    )


def made_weights(how: DataMade, points: pd.DataFrame) -> pd.Series:
    """Weights that the points of the reference customers make, index column of the factor, not rounded.

    Raises
    ------
    ParameterError
        Where they come from a regression, which needs an earlier review, or nothing tells the factors apart.
    """
    refuse_unfitted(how if isinstance(how, RegressionParams) else None)
    return (entropy_weights if isinstance(how, EntropyParams) else critic_weights)(points).weights


def refuse_unfitted(how: DataMade | None) -> None:
    """Refuse to go on with weights that are still to be made.

    Raises
    ------
    ParameterError
    """
    if how is not None:
        raise ParameterError(
            zh=f"方案的权重按 {how.by} 由数据得出，现在还没有得出。请先让方案走到第一次复评。",
            en=f"The weights of the scheme are made from data ({how.by}) and have not been made yet. "
            "Walk the policy to its first review first.",
        )
