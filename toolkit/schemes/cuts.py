"""Where a ranking is cut: at shares of the customers, at ranks, or at computed limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.params.schemes import LinesParams
from toolkit.schemes.reasons import plain
from toolkit.terms import Label

EVERYBODY = "rest"
ON_THE_LINE = 1e-12


@dataclass(frozen=True, slots=True)
class Cut:
    """Grades of a ranking by how many customers rank strictly before.

    Customers with equal rank share a grade, the better one, so that a line never parts equals and
    a top grade may hold a few more than its line says.

    Attributes
    ----------
    lines : tuple of float
        Best first: shares of the customers, or ranks; infinite where everybody else follows.
    shares : bool
    """

    lines: tuple[float, ...]
    shares: bool

    def place(self, before: np.ndarray, customers: int) -> np.ndarray:
        """Position of the grade, 0 the best; ``len(lines)`` beyond the last line.

        Parameters
        ----------
        before : array of int, shape (customers,)
            Customers who rank strictly before each.
        customers : int
            All who are ranked.
        """
        reach = np.asarray(before) / max(customers, 1) if self.shares else np.asarray(before)
        return np.searchsorted(np.array(self.lines) - ON_THE_LINE, reach, side="right")

    def words(self, name: Label) -> list[Label]:
        """What each grade means, best first."""
        found = []
        for line in self.lines:
            if not np.isfinite(line):
                found.append(Label(f"按{name.zh}排名在前述名次之外", f"ranked by {name.en} after the others"))
            elif self.shares:
                share = f"{plain(100 * line)}%"
                found.append(
                    Label(
                        f"按{name.zh}排名位于前 {share} 的客户之内",
                        f"within the first {share} of customers by {name.en}",
                    )
                )
            else:
                rank = plain(line)
                found.append(
                    Label(f"按{name.zh}排名在前 {rank} 名", f"among the first {rank} customers by {name.en}")
                )
        return found


def cut_of(params: LinesParams) -> Cut | None:
    """The cut of a policy file; None where it cuts at shares of a total or at computed limits."""
    if params.top_share is not None:
        return Cut(tuple(params.top_share.values()), shares=True)
    if params.top_customers is not None:
        return Cut(_ranks(params.top_customers), shares=False)
    return None


def _ranks(lines: Mapping[str, int | str]) -> tuple[float, ...]:
    return tuple(np.inf if line == EVERYBODY else float(line) for line in lines.values())
