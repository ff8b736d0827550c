"""With which probability each row was to be given each arm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError

Planned = Mapping[object, "float | np.ndarray"] | np.ndarray
Message = Callable[[int, int], tuple[str, str]]

ROUNDING = 1e-6


def arm_labels(arm: np.ndarray, planned: Planned) -> tuple[object, ...]:
    """The arms that could be given: keys of the plan, else the values found, in order.

    >>> arm_labels(np.array([True, False]), np.array([0.5, 0.5]))
    (False, True)
    """
    if isinstance(planned, Mapping):
        return tuple(planned)
    found = pd.unique(pd.Series(arm).dropna())
    return tuple(sorted(np.asarray(found).tolist()))


def arm_codes(arm: np.ndarray, labels: Sequence[object]) -> np.ndarray:
    """Position of each row's arm among ``labels``.

    Raises
    ------
    HistoryError
        For rows whose arm is missing or not in the plan.
    """
    codes = pd.Index(list(labels), dtype=object).get_indexer(pd.Index(np.asarray(arm), dtype=object))
    known = "、".join(map(str, labels)), ", ".join(map(str, labels))
    refuse_rows(
        codes < 0,
        lambda many, first: (
            f"{many} 行的组别缺失或不在方案之内（第一处：第 {first} 行）；方案中的组别为 {known[0]}。请核对分组记录。",
            f"{many} row(s) have no arm, or one that was not planned (first: row {first}); the plan knows {known[1]}. "
            "Check the record of assignment.",
        ),
    )
    return codes


def probabilities(planned: Planned, labels: Sequence[object], codes: np.ndarray) -> np.ndarray:
    """Probability of every arm for every row.

    Parameters
    ----------
    planned : mapping or ndarray
        Arm to probability (one for all rows, or shape (n,)); or shape (n, arms) in the order of ``labels``;
        or, for two arms, shape (n,): the probability of the second.
    labels : sequence
    codes : ndarray of int, shape (n,)
        The arm each row was given.

    Returns
    -------
    ndarray, shape (n, arms)
        Rows sum to 1; an arm that could not be given has 0.

    Raises
    ------
    HistoryError
        Where a probability is missing or outside 0..1, a row does not sum to 1, or the arm given had none.
    """
    table = _spread(planned, labels, len(codes))
    refuse_rows(
        (~np.isfinite(table) | (table < 0) | (table > 1)).any(axis=1),
        lambda many, first: (
            f"{many} 行的分组概率缺失或不在 0 到 1 之间（第一处：第 {first} 行）。请提供分组时实际使用的概率。",
            f"{many} row(s) have a propensity that is missing or outside 0 to 1 (first: row {first}). "
            "Supply the probabilities that were used when arms were given.",
        ),
    )
    refuse_rows(
        np.abs(table.sum(axis=1) - 1) > ROUNDING,
        lambda many, first: (
            f"{many} 行各组概率之和不为 1（第一处：第 {first} 行，和为 {table[first].sum():.6g}）。请补全所有组别。",
            f"{many} row(s) have propensities that do not sum to 1 (first: row {first}, sum {table[first].sum():.6g}). "
            "List every arm.",
        ),
    )
    refuse_rows(
        table[np.arange(len(codes)), codes] <= 0,
        lambda many, first: (
            f"{many} 行被分到概率为 0 的组（第一处：第 {first} 行）。概率记录与实际分组不符，请核对。",
            f"{many} row(s) were given an arm of propensity 0 (first: row {first}). "
            "The propensities are not those that were used; check the log.",
        ),
    )
    return table


def _spread(planned: Planned, labels: Sequence[object], n: int) -> np.ndarray:
    if isinstance(planned, Mapping):
        _of_length([planned[label] for label in labels], n)
        return np.column_stack([np.broadcast_to(np.asarray(planned[k], float), n) for k in labels])
    given = np.asarray(planned, dtype=float)
    _of_length([given], n)
    if given.ndim == 1 and len(labels) == 2:
        return np.column_stack([1 - given, given])
    if given.ndim == 2 and given.shape[1] == len(labels):
        return given
    raise HistoryError(
        zh=f"共有 {len(labels)} 个组，但概率的形状为 {given.shape}；每组应有一列。",
        en=f"There are {len(labels)} arms, but the propensities have shape {given.shape}; give one column to each arm.",
    )


def _of_length(columns: list[object], n: int) -> None:
    for column in columns:
        length = np.shape(column)[0] if np.ndim(column) else n
        if length != n:
            raise HistoryError(
                zh=f"分组概率有 {length} 行，与 {n} 行客户不符。",
                en=f"There are propensities for {length} rows; {n} rows were given.",
            )


def refuse_rows(broken: np.ndarray, message: Message) -> None:
    """Raise the message, filled with how many rows are ``broken`` and the first one, where there are any."""
    rows = np.flatnonzero(broken)
    if len(rows):
        zh, en = message(len(rows), int(rows[0]))
        raise HistoryError(zh=zh, en=en)
