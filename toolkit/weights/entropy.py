"""Entropy weights (熵权法): a factor weighs more the less evenly its total is spread over customers.

Method
------
With p the shares of a factor's total, the weight is in proportion to 1 + Σ p ln p / ln n (Shannon's
entropy; Hwang and Yoon 1981, Multiple Attribute Decision Making).

Does not show
-------------
Importance. The weight follows skew: a factor whose total sits with one customer takes nearly all of
it, and factors turned into ranks weigh nearly the same. Outcomes are never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.errors import ParameterError
from toolkit.weights.weighting import Weighting, matrix_of

ROUNDING = 1e-12


def entropy_weights(values: object, names: Sequence[str] | None = None) -> Weighting:
    """Entropy weights of a table.

    Parameters
    ----------
    values : DataFrame or array, shape (customers, factors)
        Not negative, no missing values.
    names : sequence of str, optional

    Raises
    ------
    ParameterError
        Where a value is negative or missing, or a factor is zero throughout, or all are constant.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> points = np.array([[1.0, 1.0], [1.0, 0.0]])
    >>> toolkit.entropy_weights(points, ["the same for all", "tells them apart"]).weights.tolist()
    [0.0, 1.0]
    """
    found, named = matrix_of(values, names)
    unusable = (found < 0).any(axis=0) | (found.sum(axis=0) <= 0)
    if unusable.any():
        first = named[int(np.argmax(unusable))]
        raise ParameterError(
            zh=f"{int(unusable.sum())} 个因子有负值或全为零，第一个是 {first}；熵权只适用于非负数据。请先换算成得分。",
            en=f"{int(unusable.sum())} factors hold negative values or only zeros, first {first}; entropy needs "
            "values that are not negative. Turn the measure into points first.",
        )
    share = found / found.sum(axis=0)
    logs = np.log(np.where(share > 0, share, 1.0))
    spread = 1 + (share * logs).sum(axis=0) / np.log(len(found))
    return Weighting.of("entropy", np.where(spread > ROUNDING, spread, 0.0), named)
