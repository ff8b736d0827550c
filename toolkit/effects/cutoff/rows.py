"""Rows around a cutoff in the order of their score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.effects.cutoff.polynomial import Kernel


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of their score.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Score less cutoff, ascending; 0 and above is the better side.
    y : ndarray, shape (n, columns)
        Outcome first, then grade received and whatever else is to be compared.
    cluster : ndarray of int, shape (n,), or None
        Code of the customer.
    split : int
        Position of the first row at or above the cutoff.
    controls : ndarray, shape (n, controls), or None
        Facts from before the review whose share in ``y`` is taken out.
    """

    x: np.ndarray
    y: np.ndarray
    cluster: np.ndarray | None
    split: int
    controls: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        x: np.ndarray,
        *columns: np.ndarray,
        cluster: np.ndarray | None = None,
        controls: np.ndarray | None = None,
    ) -> Rows:
        """Sort rows by ``x``; ``cluster`` may hold any hashable ids."""
        order = np.argsort(x, kind="stable")
        codes = None if cluster is None else pd.factorize(np.asarray(cluster)[order])[0]
        ascending = np.asarray(x, dtype=float)[order]
        y = np.array([np.asarray(column, dtype=float)[order] for column in columns]).T
        known = None if controls is None else np.asarray(controls, dtype=float)[order]
        return cls(ascending, y, codes, int(np.searchsorted(ascending, 0.0)), known)

    def part(self, keep: np.ndarray) -> Rows:
        """Rows where ``keep`` (bool, shape (n,)) is true."""
        cluster = None if self.cluster is None else self.cluster[keep]
        controls = None if self.controls is None else self.controls[keep]
        return Rows(self.x[keep], self.y.T[:, keep].T, cluster, int(keep[: self.split].sum()), controls)

    def moved(self, by: float) -> Rows:
        """The same rows with the cutoff moved to ``by``."""
        x = self.x - by
        return replace(self, x=x, split=int(np.searchsorted(x, 0.0)))

    def columns(self, *which: int) -> Rows:
        """The same rows with some of the columns."""
        return replace(self, y=self.y.T[list(which)].T)


def window(rows: Rows, reach: float, kernel: Kernel, side: int) -> slice:
    """Positions of the rows of one side (0 left, 1 right) that carry weight within ``reach``."""
    near, far = ("left", "right") if kernel == "uniform" else ("right", "left")
    if side == 0:
        return slice(min(int(np.searchsorted(rows.x, -reach, near)), rows.split), rows.split)
    return slice(rows.split, max(int(np.searchsorted(rows.x, reach, far)), rows.split))
