"""Controls as columns that a regression can use.

Numbers enter as normal scores of their ranks and the squares of these, so that neither the unit nor a
logarithm nor a single large customer matters; categories as one column per level; a missing value as a
column of its own. Columns that say nothing new are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import ndtri

RARE = 20
INDEPENDENT = 1e-6


@dataclass(frozen=True, slots=True)
class Basis:
    """Controls of n rows.

    Attributes
    ----------
    matrix : ndarray, shape (n, 1 + k)
        First column 1; the others have mean 0 and standard deviation 1.
    owner : ndarray of int, shape (1 + k,)
        Position in ``names`` of the control behind each column; -1 for the first.
    names : tuple of str
        Controls, also those that add no column.
    plain : ndarray, shape (n, len(names))
        Numbers as recorded (standardised, the mean where missing); NaN columns for categories.
    """

    matrix: np.ndarray
    owner: np.ndarray
    names: tuple[str, ...]
    plain: np.ndarray

    @classmethod
    def of(cls, controls: pd.DataFrame) -> Basis:
        """Columns for ``controls``, one row per row."""
        n = len(controls)
        columns, owner = [np.ones(n)], [-1]
        plain = np.full((n, controls.shape[1]), np.nan)
        for position, name in enumerate(controls):
            column = controls[name]
            if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
                values = column.to_numpy(dtype=float, na_value=np.nan)
                found = _number(values)
                plain[:, position] = _standard(np.where(np.isnan(values), _middle(values), values))
            else:
                found = _category(column)
            columns += found
            owner += [position] * len(found)
        matrix, kept = _independent(np.column_stack([columns[0], *map(_standard, columns[1:])]))
        return cls(matrix, np.array(owner)[kept], tuple(map(str, controls.columns)), plain)

    @property
    def empty(self) -> bool:
        """Whether no control differs between rows."""
        return self.matrix.shape[1] == 1

    def columns_of(self, position: int) -> np.ndarray:
        """Positions of the columns of one control."""
        return np.flatnonzero(self.owner == position)


def _number(values: np.ndarray) -> list[np.ndarray]:
    known = ~np.isnan(values)
    columns = []
    if known.any():
        ranks = stats.rankdata(values[known])
        score = np.zeros(len(values))
        score[known] = _standard(ndtri(ranks / (known.sum() + 1)))
        columns.append(score)
        if len(np.unique(ranks)) > 2:
            columns.append(np.where(known, score**2 - 1, 0.0))
    if not known.all():
        columns.append((~known).astype(float))
    return columns


def _category(column: pd.Series) -> list[np.ndarray]:
    """One column per level but the commonest; levels of fewer than 20 rows are taken together, missing is a level."""
    missing = column.isna().to_numpy()
    levels, codes, counts = np.unique(
        column.astype("object").where(~missing, "").astype(str), return_inverse=True, return_counts=True
    )
    codes = np.where(counts[codes] < RARE, len(levels), codes)
    codes = np.where(missing, len(levels) + 1, codes)
    found, sizes = np.unique(codes, return_counts=True)
    return [(codes == code).astype(float) for code in np.delete(found, np.argmax(sizes))]


def _middle(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    centred = values - values.mean()
    return (
        centred / spread if spread > 1e-12 * max(1.0, float(np.abs(values).max())) else np.zeros(len(values))
    )


def _independent(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns that are no combination of those before them, and which they are."""
    lengths = np.abs(np.diag(np.linalg.qr(matrix, mode="r"))) if len(matrix) else np.zeros(0)
    lengths = np.append(lengths, np.zeros(matrix.shape[1] - len(lengths)))
    kept = lengths > INDEPENDENT * np.sqrt(max(len(matrix), 1))
    return matrix[:, kept], kept
