"""A panel that remembers what it was asked: turning a floor or a weight looks at the same measures again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import psutil

from toolkit.measures.cube import Cube
from toolkit.panel import Graded
from toolkit.params.schemes.needs import Need
from toolkit.window import Quarter

KEPT_BYTES = max(256 * 1024**2, psutil.virtual_memory().total // 8)


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """The panel of those whom a policy grades, each answer kept until an eighth of the memory is full.

    Attributes
    ----------
    panel : Graded
        Of the policy: buyers, everybody on record, or data fields and sites.
    """

    panel: Graded
    _kept: dict[tuple, np.ndarray | pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def cube(self) -> Cube:
        """As of the panel."""
        return self.panel.cube

    @property
    def customers(self) -> pd.Index:
        """As of the panel."""
        return self.panel.customers

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """As of the panel."""
        return self.panel.quarters

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """As of the panel."""
        return self.panel.tables

    def values(self, measure: str, window: int) -> np.ndarray:
        """As :meth:`toolkit.panel.Panel.values`, which remembers by itself."""
        return self.panel.values(measure, window)

    def active(self, quarter: Quarter, quarters: int = 4) -> np.ndarray:
        """As :meth:`toolkit.panel.Panel.active`."""
        key = (quarter, quarters)
        if key not in self._kept:
            self._keep(key, self.panel.active(quarter, quarters))
        return self._kept[key]

    def bought(self, quarter: Quarter) -> np.ndarray:
        """As :meth:`toolkit.panel.Panel.bought`."""
        return self.panel.bought(quarter)

    def at(
        self, quarter: Quarter, measures: Sequence[str], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """As :meth:`toolkit.panel.Panel.at`."""
        return self.panel.at(quarter, measures, window, active_quarters)

    def snapshot(
        self, quarter: Quarter, needs: Sequence[Need], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """As :meth:`toolkit.panel.Panel.snapshot`."""
        key = (quarter, tuple(needs), window, active_quarters)
        if key not in self._kept:
            self._keep(key, self.panel.snapshot(quarter, needs, window, active_quarters))
        return self._kept[key]

    def _keep(self, key: tuple, found: np.ndarray | pd.DataFrame) -> None:
        while self._kept and sum(map(_size, self._kept.values())) + _size(found) > KEPT_BYTES:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = found


def _size(kept: np.ndarray | pd.DataFrame) -> int:
    return kept.nbytes if isinstance(kept, np.ndarray) else int(kept.memory_usage().sum())
