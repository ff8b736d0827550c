"""What the rows of every design are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.effects.records.under_lot import UnderLot, decided_by_lot
from toolkit.errors import HistoryError
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.panel import Panel
from toolkit.panel.known import attribute
from toolkit.params.study import RetentionParams
from toolkit.terms import Label
from toolkit.window import Quarter

SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A history up to the report's quarter.

    Attributes
    ----------
    panel : Panel
    complete : tuple of Quarter
        Complete quarters, oldest first.
    active_quarters : int
        A customer is active who bought within so many quarters.
    names : mapping of measure to Label
    lots : tuple of UnderLot
        Pilots that were carried out, whose lots decided grades for a while.
    """

    panel: Panel
    complete: tuple[Quarter, ...]
    active_quarters: int
    names: Mapping[str, Label]
    lots: tuple[UnderLot, ...] = ()

    @property
    def fiscal_start_month(self) -> int:
        return self.panel.cube.fiscal_start_month

    def table(self, name: str) -> pd.DataFrame:
        """A table of the history; refused where there is none."""
        if name not in self.panel.tables:
            raise HistoryError(
                zh=f"这一设计需要 {name} 表，数据中没有；请在 history.tables 中提供，或删去该设计。",
                en=f"This design needs the table {name}, which the history lacks; "
                "add it to history.tables or leave the design out.",
            )
        return self.panel.tables[name]

    def entries(self, name: str) -> pd.Series:
        """First day of every customer on a list up to the report, index customer_id."""
        lists = self.table("lists")
        mine = lists[lists["list"] == name]
        if mine.empty:
            known = sorted(lists["list"].dropna().unique())[:SHOWN]
            raise HistoryError(
                zh=f"lists 表中没有名单“{name}”；已有：{'、'.join(known)}。请核对名单名称。",
                en=f"The table lists has no list '{name}'; it has {', '.join(known)}. Check the name.",
            )
        first = pd.to_datetime(mine.groupby("customer_id")["from_on"].min())
        return first[first < pd.Timestamp(self.closed)]

    @property
    def closed(self) -> date:
        """First day after the last complete quarter."""
        return self.complete[-1].end(self.fiscal_start_month)

    def quarter_before(self, day: pd.Timestamp) -> Quarter:
        """The last quarter that had ended by the beginning of ``day``."""
        return Quarter.containing(day.date(), self.fiscal_start_month) - 1

    def outcome(self, definition: RetentionParams, review: Quarter) -> np.ndarray | None:
        """What followed for every customer of the panel; None while the outcome window is open."""
        if missing_quarter(definition, review, self.complete[0], self.complete[-1]) is not None:
            return None
        return retained_after(self.panel, definition, review)

    def decided_by_lot(self, review: Quarter) -> np.ndarray:
        """Whose grade after ``review`` a pilot decided; bool, shape (customers of the panel,)."""
        return decided_by_lot(self.panel, self.lots, review)

    def drawn_with(self, name: str, customers: pd.Index) -> np.ndarray:
        """Attribute ``name`` of ``customers`` as text, shape (n,); who has none is a cluster of his own.

        The table customers carries no dates: it says what is on record now.
        """
        known = [one for one in self.table("customers").columns if one != "customer_id"]
        if name not in known:
            raise HistoryError(
                zh=f"customers 表中没有“{name}”一栏，抽签却按它整体进行；已有：{'、'.join(known[:SHOWN]) or '无'}。"
                "请核对 cluster 的名称，或在 history.tables 中补上这一栏。",
                en=f"The table customers has no column '{name}', by which lots were drawn whole; it has "
                f"{', '.join(known[:SHOWN]) or 'none'}. Check the name under cluster, or map the column in history.tables.",
            )
        found = attribute(self.panel.tables, name, customers)
        own = np.array([f"\0{customer}" for customer in customers], dtype=object)
        return np.where(found.isna(), own, found.astype(str)).astype(str)

    def facts(self, measures: tuple[str, ...], review: Quarter, window: int) -> dict[str, np.ndarray]:
        """Measures of every customer of the panel at the end of ``review``."""
        place = self.panel.quarters.index(review)
        return {name: self.panel.values(name, window)[:, place] for name in measures}
