"""The table of appeals, read for one policy: what was filed, granted, refused, and when it was known (申诉)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.grades import Scale
from toolkit.panel import Graded
from toolkit.panel.known import held
from toolkit.params.review import AppealsParams
from toolkit.register import NONE
from toolkit.terms import Label
from toolkit.window import Quarter

GRANTED, REFUSED = "granted", "refused"
NEVER = np.iinfo(np.int64).max
COLUMNS = ("decided_on", "decision", "grade")
GRANTED_LABEL = Label("申诉成立", "appeal granted")
CONFIRMED_LABEL = Label("申诉所定等级经复核维持", "grade of the appeal confirmed at the review")
WITHDRAWN_LABEL = Label("申诉所定等级经复核撤销", "grade of the appeal withdrawn at the review")


@dataclass(frozen=True, slots=True, eq=False)
class Docket:
    """Appeals of the panel's customers known by the end of the last quarter, one entry each in every array.

    Attributes
    ----------
    customer : array of int
        Position in the panel's customers.
    filed, decided : array of int
        Ordinal of the quarter; a decision that is not known yet lies beyond every quarter.
    decided_on : array of datetime64
    granted : array of bool
    code : array of int
        Grade that was granted; −1 elsewhere.
    recheck : bool
        Whether the next review checks the grades of appeals again.
    """

    customer: np.ndarray
    filed: np.ndarray
    decided: np.ndarray
    decided_on: np.ndarray
    granted: np.ndarray
    code: np.ndarray
    recheck: bool = True

    @classmethod
    def of(cls, params: AppealsParams, scale: Scale, panel: Graded, last: Quarter) -> Docket:
        """The docket of ``panel`` as it stood at the end of ``last``.

        Raises
        ------
        HistoryError
            If the table ``appeals`` or one of its columns is missing.
        ParameterError
            If a decision or a granted grade is none that the policy knows.
        """
        table = held(panel.tables, "appeals", "filed_on", *COLUMNS)
        start_month = panel.cube.fiscal_start_month
        filed, decided = (_ordinals(table[name], start_month) for name in ("filed_on", "decided_on"))
        customer = panel.customers.get_indexer(table["customer_id"])
        known = (customer >= 0) & (filed <= last.ordinal)
        table, customer, filed, decided = table[known], customer[known], filed[known], decided[known]
        decided = np.where(decided > last.ordinal, NEVER, decided)
        closed = decided < NEVER
        words = _words(table["decision"], params.names, closed)
        granted = closed & (words == GRANTED)
        grades = _grades(table["grade"], params.grades, granted, scale)
        days = table["decided_on"].to_numpy()
        return cls(customer, filed, decided, days, granted, grades, params.recheck)

    def granted_in(self, quarter: Quarter) -> tuple[np.ndarray, np.ndarray]:
        """Customers whose appeal was granted in ``quarter`` and the code granted; the latest counts."""
        rows = np.flatnonzero(self.granted & (self.decided == quarter.ordinal))
        rows = rows[np.argsort(self.decided_on[rows], kind="stable")]
        last = dict(zip(self.customer[rows].tolist(), self.code[rows].tolist(), strict=True))
        return np.array(list(last), dtype=int), np.array(list(last.values()), dtype=np.int16)

    def counts(self, quarters: tuple[Quarter, ...]) -> pd.DataFrame:
        """Appeals ``filed``, ``granted`` and ``refused`` in each quarter, and ``pending`` at its end."""
        ends = np.array([quarter.ordinal for quarter in quarters])[:, None]
        refused = (self.decided < NEVER) & ~self.granted
        return pd.DataFrame(
            {
                "filed": (self.filed == ends).sum(axis=1),
                "granted": (self.granted & (self.decided == ends)).sum(axis=1),
                "refused": (refused & (self.decided == ends)).sum(axis=1),
                "pending": ((self.filed <= ends) & (self.decided > ends)).sum(axis=1),
            },
            index=pd.Index([str(quarter) for quarter in quarters], name="quarter"),
        )


def _ordinals(days: pd.Series, start_month: int) -> np.ndarray:
    """Ordinal of the quarter of each day; beyond every quarter where there is none."""
    when = pd.to_datetime(days)
    known = when.notna().to_numpy()
    found = np.full(len(when), NEVER)
    months = 12 * when[known].dt.year + when[known].dt.month - start_month
    found[known] = months.to_numpy(dtype=np.int64) // 3
    return found


def _words(said: pd.Series, names: Mapping[str, str] | None, closed: np.ndarray) -> np.ndarray:
    """``granted`` or ``refused`` for every appeal that has been decided."""
    words = said.map(lambda word: (names or {}).get(word, word), na_action="ignore").to_numpy(dtype=object)
    strange = closed & ~np.isin(words.astype(str), (GRANTED, REFUSED))
    if strange.any():
        count, first = int(strange.sum()), words[strange.argmax()]
        raise ParameterError(
            zh=f"申诉表有 {count:,} 个已决定的申诉，其结论既不是 granted 也不是 refused（第一个：{first}）。"
            "请在 review.appeals.names 中写明它的意思。",
            en=f"{count:,} decided appeal(s) say neither granted nor refused (first: {first}). "
            "Say what it means under review.appeals.names.",
        )
    return words


def _grades(
    said: pd.Series, grades: Mapping[str, str] | None, granted: np.ndarray, scale: Scale
) -> np.ndarray:
    """Code of every granted grade."""
    words = said.map(lambda word: (grades or {}).get(word, word), na_action="ignore").astype(object)
    codes = np.where(granted, scale.codes(words.where(words.isin(scale.grades), None)), NONE)
    strange = granted & (codes < 0)
    if strange.any():
        count, first = int(strange.sum()), words.iloc[int(strange.argmax())]
        shown = ("无", "none") if pd.isna(first) else (first, first)
        raise ParameterError(
            zh=f"申诉表有 {count:,} 个成立的申诉，其等级不在方案的等级之中（第一个：{shown[0]}）。"
            "请在 review.appeals.grades 中写明它对应哪一级。",
            en=f"{count:,} granted appeal(s) name a grade that the scheme does not have (first: {shown[1]}). "
            "Say under review.appeals.grades which grade it is.",
        )
    return codes
