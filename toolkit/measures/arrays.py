"""Arrays of cells: shape (customers, quarters), the customers of one quarter together in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.cells import DECIMALS, Cell

if TYPE_CHECKING:
    import pyarrow as pa


def trailing_sum(values: np.ndarray, window: int) -> np.ndarray:
    """Sum over the ``window`` columns up to and including each column; int64 or float64.

    Integers stay exact. Money is rounded to the four places in which it was summed, so that the order of
    the quarters leaves no trace.

    >>> trailing_sum(np.array([[1, 2, 3, 4]]), 2).tolist()
    [[1, 3, 5, 7]]
    """
    money = values.dtype.kind == "f"
    total = values.astype(np.float64 if money else np.int64, order="K")
    for back in range(1, min(window, values.shape[1])):
        total[:, back:] += values[:, :-back]
    return np.round(total, DECIMALS, out=total) if money else total


def of_all(money: np.ndarray) -> np.ndarray:
    """Sum over all customers, shape (quarters,), rounded to the four places in which money is summed.

    Customers who hold nothing therefore do not matter, not even in the last bit.

    >>> of_all(np.array([[0.1], [0.2]])).tolist()
    [0.3]
    """
    return np.round(money.sum(axis=0), DECIMALS)


def trailing_max(values: np.ndarray, window: int) -> np.ndarray:
    """Largest over the ``window`` columns up to and including each column; same type.

    >>> trailing_max(np.array([[3, 1, 2, 0]]), 2).tolist()
    [[3, 3, 2, 2]]
    """
    out = values.copy(order="K")
    for back in range(1, min(window, values.shape[1])):
        np.maximum(out[:, back:], values[:, :-back], out=out[:, back:])
    return out


def spread(cell: Cell, figures: pa.ChunkedArray, place: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """``figures`` at their ``place`` in an array of ``shape`` (customers, quarters), read only.

    Places are counted through the customers of one quarter after the other. A null, and a place that is not
    named, hold the neutral value of ``cell``.
    """
    out = np.full(shape[0] * shape[1], cell.neutral, dtype=cell.dtype)
    if figures.null_count:
        place, figures = place[figures.is_valid().to_numpy()], figures.drop_null()
    out[place] = figures.to_numpy()
    out.setflags(write=False)
    return out.reshape(shape[::-1]).T


class CutCells(Mapping[str, np.ndarray]):
    """The cells of some customers and the first quarters; an array is cut only when it is asked for."""

    def __init__(self, whole: Mapping[str, np.ndarray], customers: np.ndarray, quarters: int) -> None:
        self._whole, self._customers, self._quarters = whole, customers, quarters

    def __getitem__(self, name: str) -> np.ndarray:
        return self._whole[name][:, : self._quarters].T[:, self._customers].T

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __contains__(self, name: object) -> bool:
        return name in self._whole

    def column(self, name: str, quarter: int) -> np.ndarray:
        """One quarter of a cell, shape (customers,)."""
        return column_of(self._whole, name, quarter)[self._customers]


def column_of(cells: Mapping[str, np.ndarray], name: str, quarter: int) -> np.ndarray:
    """One quarter of a cell, shape (customers,); read alone where the cells can do that."""
    alone = getattr(cells, "column", None)
    return cells[name][:, quarter] if alone is None else alone(name, quarter)
