"""Weights from comparisons in pairs (层次分析法, AHP).

Method
------
Principal eigenvector of the matrix of judgements; consistency index (λ − n) / (n − 1), and its ratio
to the mean index of random matrices (Saaty 1980, The Analytic Hierarchy Process). Judgements of
several experts are joined by geometric means, the only rule that keeps them reciprocal (Aczél and
Saaty 1983). The triple named is the one whose three judgements contradict each other most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.shown import shown
from toolkit.terms import Label, number
from toolkit.weights.weighting import Weighting

RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
TOLERATED = 0.10
RECIPROCAL = 1e-6


@shown("factors", "stated", "implied")
@dataclass(frozen=True, slots=True, eq=False)
class Triple:
    """Three factors and how far their judgements contradict each other.

    Attributes
    ----------
    factors : tuple of three str
    stated : float
        Judgement of the first against the third.
    implied : float
        What the judgements of first against second and second against third multiply to.
    """

    factors: tuple[str, str, str]
    stated: float
    implied: float

    @property
    def contradiction(self) -> float:
        """Ratio of the two, the larger over the smaller; 1 where they agree."""
        return max(self.stated / self.implied, self.implied / self.stated)


@shown("weights", "consistency_ratio", "acceptable")
@dataclass(frozen=True, slots=True, eq=False)
class PairwiseWeights:
    """Weights from judgements in pairs.

    Attributes
    ----------
    weighting : Weighting
    principal : float
        Largest eigenvalue λ; the number of factors where all judgements agree.
    consistency_index, consistency_ratio : float
        0 where all judgements agree.
    worst : Triple or None
        Most contradictory triple; None with fewer than three factors.
    by_expert : DataFrame, index expert, columns factors
        Weights of each expert alone.
    ratios : Series, index expert
        Consistency ratio of each expert.
    dispersion : DataFrame, index and columns factors
        Geometric standard deviation of each judgement between experts; 1 where they agree.
    """

    weighting: Weighting
    principal: float
    consistency_index: float
    consistency_ratio: float
    worst: Triple | None
    by_expert: pd.DataFrame
    ratios: pd.Series
    dispersion: pd.DataFrame

    @property
    def weights(self) -> pd.Series:
        """Shares that sum to 1, index factor."""
        return self.weighting.weights

    @property
    def acceptable(self) -> bool:
        """Whether the consistency ratio is at most a tenth."""
        return self.consistency_ratio <= TOLERATED

    @property
    def advice(self) -> Label | None:
        """What to say to the experts; None where nothing needs saying."""
        if self.acceptable or self.worst is None:
            return None
        first, second, third = self.worst.factors
        ratio, stated, implied = (
            number(x, 2) for x in (self.consistency_ratio, self.worst.stated, self.worst.implied)
        )
        return Label(
            f"判断不够一致（CR {ratio}，应不超过 {TOLERATED:.2f}），请退回重判。矛盾最大的三个因子："
            f"{first}、{second}、{third}；{first} 对 {third} 填了 {stated}，而另两个判断意味着 {implied}。",
            f"The judgements are not consistent enough (CR {ratio}, at most {TOLERATED:.2f}); send them back. "
            f"Most contradictory: {first}, {second}, {third}. {first} against {third} was given as {stated}, "
            f"while the other two judgements imply {implied}.",
        )


def pairwise_weights(judgements: object, names: Sequence[str]) -> PairwiseWeights:
    """Weights from one matrix of judgements, or from several experts'.

    Parameters
    ----------
    judgements : array, shape (factors, factors), or mapping of expert to such an array
        Entry (i, j) says how many times as important factor i is as factor j.
    names : sequence of str

    Raises
    ------
    ParameterError
        Where a matrix is not square, not positive, not reciprocal, or has more than ten factors.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> spend_twice_orders = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> found = toolkit.pairwise_weights(spend_twice_orders, ["spend", "orders", "tenure"])
    >>> (found.weights * 7).round(6).tolist(), abs(round(found.consistency_ratio, 6))
    ([4.0, 2.0, 1.0], 0.0)
    >>> found.acceptable
    True
    """
    experts = judgements if isinstance(judgements, Mapping) else {"1": judgements}
    if not experts:
        raise ParameterError(zh="没有任何专家的判断。", en="There is no expert's judgement.")
    logs = np.stack([np.log(_checked(matrix, names, who)) for who, matrix in experts.items()])
    joint = np.exp(logs.mean(axis=0))
    raw, principal = _principal(joint)
    index, ratio = _consistency(principal, len(names))
    alone = [_principal(np.exp(one)) for one in logs]
    who = pd.Index(experts, name="expert")
    spread = logs.std(axis=0, ddof=1) if len(logs) > 1 else np.zeros_like(joint)
    return PairwiseWeights(
        weighting=Weighting.of("ahp", raw, names),
        principal=principal,
        consistency_index=index,
        consistency_ratio=ratio,
        worst=_worst(joint, names),
        by_expert=pd.DataFrame([vector for vector, _ in alone], index=who, columns=list(names)),
        ratios=pd.Series([_consistency(value, len(names))[1] for _, value in alone], index=who),
        dispersion=pd.DataFrame(np.exp(spread), index=list(names), columns=list(names)),
    )


def _principal(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """Principal eigenvector, summing to 1, and its eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    return vector / vector.sum(), float(values[place].real)


def _consistency(principal: float, size: int) -> tuple[float, float]:
    if size < 3:
        return 0.0, 0.0
    index = max((principal - size) / (size - 1), 0.0)
    return index, index / RANDOM_INDEX[size]


def _worst(matrix: np.ndarray, names: Sequence[str]) -> Triple | None:
    triples = [
        Triple((names[i], names[j], names[k]), float(matrix[i, k]), float(matrix[i, j] * matrix[j, k]))
        for i, j, k in combinations(range(len(names)), 3)
    ]
    return max(triples, key=lambda triple: triple.contradiction, default=None)


def _checked(matrix: object, names: Sequence[str], who: str) -> np.ndarray:
    found = np.asarray(matrix, dtype=float)
    size = len(names)
    if found.shape != (size, size) or size not in RANDOM_INDEX:
        raise ParameterError(
            zh=f"专家 {who} 的判断矩阵形状为 {found.shape}，应为 {size}×{size}，且因子不超过 {max(RANDOM_INDEX)} 个。",
            en=f"The judgements of expert {who} have shape {found.shape}; {size} by {size} was expected, with at "
            f"most {max(RANDOM_INDEX)} factors.",
        )
    wrong = ~(np.isfinite(found) & (found > 0))
    wrong |= np.abs(np.where(wrong, 1.0, found) * np.where(wrong, 1.0, found).T - 1) > RECIPROCAL
    if wrong.any():
        row, column = map(int, np.argwhere(wrong)[0])
        raise ParameterError(
            zh=f"专家 {who} 有 {int(wrong.sum())} 个判断不是正数或不互为倒数，第一个是 {names[row]} 对 {names[column]}。"
            "请把对称位置填成倒数。",
            en=f"{int(wrong.sum())} judgements of expert {who} are not positive or not reciprocal, first "
            f"{names[row]} against {names[column]}. Give the mirrored entry the inverse value.",
        )
    return found
