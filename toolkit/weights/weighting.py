"""A set of weights, and the checks that every way of finding one shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.shown import shown


@shown("method", "weights")
@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """Weights of named factors.

    Attributes
    ----------
    method : str
        Where they come from: ``ahp``, ``entropy``, ``critic`` or ``regression``.
    weights : Series of float, index factor
        Shares, 0..1; they sum to 1.
    """

    method: str
    weights: pd.Series

    @classmethod
    def of(cls, method: str, raw: np.ndarray, names: Sequence[str]) -> Weighting:
        """Weights in proportion to ``raw``, shape (factors,), not negative.

        Raises
        ------
        ParameterError
            Where all are zero, so that nothing tells the factors apart.
        """
        total = raw.sum()
        if not total > 0:
            raise ParameterError(
                zh=f"{len(raw)} 个因子都得不到权重：没有一个因子能把客户区分开。请换因子或换一批客户。",
                en=f"None of the {len(raw)} factors earns a weight: no factor tells customers apart. "
                "Choose other factors or other customers.",
            )
        return cls(method, pd.Series(raw / total, index=pd.Index(names, name="factor"), name="weight"))


def matrix_of(values: object, names: Sequence[str] | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
    """A table of customers by factors as an array, and the names of its columns.

    Parameters
    ----------
    values : DataFrame or array, shape (customers, factors)
    names : sequence of str, optional
        Without it the columns of a frame, or ``1``, ``2``, ... of an array.

    Raises
    ------
    ParameterError
        Where values are missing, or there are fewer than two customers or no factor.
    """
    found = np.asarray(values, dtype=float)
    if found.ndim != 2 or len(found) < 2 or found.shape[1] < 1:
        raise ParameterError(
            zh=f"需要至少两位客户、一个因子的表，得到的形状是 {found.shape}。请检查输入的表。",
            en=f"A table of at least two customers and one factor is needed, got shape {found.shape}. "
            "Check the table handed in.",
        )
    columns = values.columns if isinstance(values, pd.DataFrame) else range(1, found.shape[1] + 1)
    named = tuple(map(str, columns if names is None else names))
    missing = ~np.isfinite(found)
    if missing.any():
        first = named[int(np.argmax(missing.any(axis=0)))]
        raise ParameterError(
            zh=f"有 {int(missing.sum()):,} 个数值缺失，第一个在因子 {first}。请先补齐或去掉这些客户。",
            en=f"{int(missing.sum()):,} values are missing, the first in factor {first}. "
            "Fill them or leave these customers out first.",
        )
    return found, named
