"""Decisions that were drawn by known lots, and the rules one would like to judge by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from toolkit.effects.experiment.propensity import (
    ROUNDING,
    Planned,
    arm_codes,
    arm_labels,
    probabilities,
    refuse_rows,
)
from toolkit.errors import HistoryError
from toolkit.shown import shown

Target = object


@shown("reward")
@dataclass(frozen=True, slots=True)
class LoggedDecisions:
    """What was given by lot, with which probability, and what followed; arrays of shape (n,).

    Attributes
    ----------
    reward : ndarray of float
        Outcome, or money; never missing.
    arm : ndarray
        Label of the arm given.
    planned : mapping or ndarray
        Probability of every arm when the lot was drawn; see
        :func:`toolkit.effects.experiment.propensity.probabilities`. 0 for arms a customer could not get.
    cluster : ndarray or None
        Customer ids or whatever else rows share.
    covariates : mapping of name to ndarray of float
        Facts from before the draw, for the outcome model.
    estimated : bool
        Whether ``planned`` was estimated afterwards; the value is then weak at best.
    """

    reward: np.ndarray
    arm: np.ndarray
    planned: Planned
    cluster: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    estimated: bool = False

    def __post_init__(self) -> None:
        n = len(self.reward)
        if not n:
            raise HistoryError(
                zh="抽签记录为空；请提供至少一个复评的分组、概率与结果。",
                en="The log of lots is empty; supply arms, propensities and outcomes of at least one review.",
            )
        columns = {"arm": self.arm, "cluster": self.cluster} | dict(self.covariates)
        for name, column in columns.items():
            if column is not None and np.shape(column) != (n,):
                raise HistoryError(
                    zh=f"“{name}”有 {np.shape(column)} 个值，与结果的 {n} 行不符。",
                    en=f"'{name}' has shape {np.shape(column)}; {n} rows of rewards were given.",
                )
        refuse_rows(
            ~np.isfinite(np.asarray(self.reward, dtype=float)),
            lambda many, first: (
                f"{n} 行中有 {many} 行没有结果（第一处：第 {first} 行）；结果未知的客户请先剔除。",
                f"{many} of {n} rows have no reward (first: row {first}); leave out customers whose outcome is unknown.",
            ),
        )
        probabilities(self.planned, self.labels, arm_codes(self.arm, self.labels))

    @property
    def labels(self) -> tuple[object, ...]:
        """Arms, in the order of the plan."""
        return arm_labels(self.arm, self.planned)


def target_table(target: Target, labels: tuple[object, ...], n: int) -> np.ndarray:
    """Probability with which a rule gives each arm, shape (n, arms).

    Parameters
    ----------
    target : label, ndarray of labels of shape (n,), or ndarray of probabilities of shape (n, arms)

    Examples
    --------
    >>> target_table("B", ("A", "B"), 2).tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    given = np.asarray(target)
    if given.ndim < 2:
        wanted = np.full(n, target, dtype=object) if given.ndim == 0 else given
        _of_length(wanted, n)
        table = np.zeros((n, len(labels)))
        table[np.arange(n), arm_codes(wanted, labels)] = 1.0
        return table
    _of_length(given, n)
    if given.shape[1] != len(labels):
        raise HistoryError(
            zh=f"共有 {len(labels)} 个组，但规则给出 {given.shape[1]} 列概率；每组应有一列。",
            en=f"There are {len(labels)} arms, but the rule has {given.shape[1]} columns; give one to each arm.",
        )
    broken = ~((given >= 0) & (given <= 1)).all(axis=1) | ~(np.abs(given.sum(axis=1) - 1) <= ROUNDING)
    refuse_rows(
        broken,
        lambda many, first: (
            f"规则有 {many} 行的概率不在 0 到 1 之间或之和不为 1（第一处：第 {first} 行）。请补全所有组别。",
            f"{many} row(s) of the rule have probabilities outside 0 to 1 or not summing to 1 (first: row {first}). "
            "List every arm.",
        ),
    )
    return given.astype(float)


def _of_length(given: np.ndarray, n: int) -> None:
    if len(given) != n:
        raise HistoryError(
            zh=f"规则有 {len(given)} 行，与 {n} 行记录不符。",
            en=f"The rule has {len(given)} rows; {n} decisions were logged.",
        )
