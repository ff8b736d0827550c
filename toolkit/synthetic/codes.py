"""Columns made from numbers: identifiers and words, without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

DIGITS = 7


def numbered(prefix: str, count: int, start: int = 1) -> pa.Array:
    """Identifiers of one width, so that the order of the text is the order of the numbers.

    >>> numbered("C", 2, start=9).to_pylist()
    ['C0000009', 'C0000010']
    """
    width = max(DIGITS, len(str(start + count - 1)))
    letters = prefix.encode("ascii")
    text = np.empty((count, len(letters) + width), np.uint8)
    text[:, : len(letters)] = np.frombuffer(letters, np.uint8)
    rest = np.arange(start, start + count, dtype=np.int64)
    for place in range(text.shape[1] - 1, len(letters) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + ord("0")
    offsets = np.arange(count + 1, dtype=np.int64) * text.shape[1]
    return pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))


def chosen(
    words: Sequence[str] | pa.Array, places: np.ndarray, missing: np.ndarray | None = None
) -> pd.Series:
    """The word at each place as a text column; empty where ``missing``.

    >>> chosen(["store", "online"], np.array([1, 0])).tolist()
    ['online', 'store']
    """
    pool = words if isinstance(words, pa.Array) else pa.array(list(words), type=pa.large_string())
    taken = pool.take(pa.array(places, mask=missing))
    return pd.Series(pd.arrays.ArrowStringArray(taken, dtype=pd.StringDtype("pyarrow", na_value=np.nan)))


def picked(shares: Sequence[float] | np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Place drawn by each uniform number when place i has share ``shares[i]``.

    >>> picked([0.5, 0.5], np.array([0.2, 0.7])).tolist()
    [0, 1]
    """
    return np.minimum(np.searchsorted(np.cumsum(shares), uniform, side="right"), len(shares) - 1)
