"""What a register says besides the grades: what moved them, appeals, grades nobody reached, tags and classes.

Does not show
-------------
Why a customer was moved rightly or wrongly, nor what a move brings about. Counts only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.policy import Policy
from toolkit.register import MOVED_BY, Register, Unreached
from toolkit.shown import shown
from toolkit.window import Quarter

LAST = 4
CAUSES = tuple(MOVED_BY)
FILED = ("filed", "granted", "refused", "pending", "confirmed", "withdrawn", "lapsed")
MARKS = ("policy", "mark", "kind", "customers", "share", "sensitive", "why")
TAG = "tag"


@shown("moved", "appeals")
@dataclass(frozen=True, slots=True, eq=False)
class Particulars:
    """Particulars of several policies.

    Attributes
    ----------
    moved : DataFrame of int, index (``policy``, ``quarter``), columns :data:`CAUSES`
        Customers moved, by what moved them, at each policy's last four quarters with moves; what no
        policy has is no row.
    appeals : DataFrame of int, index (``policy``, ``quarter``), columns :data:`FILED`
        Appeals at each policy's last four quarters that have any; no row for a policy that does not look
        at appeals.
    rates : DataFrame, index ``policy``, columns ``trigger``, ``appeal``
        Moves in the last four quarters per thousand customers graded at the last one; NaN where the policy
        knows no triggers or no appeals.
    unreached : mapping of policy to Unreached
        Grades that nobody was given.
    marks : DataFrame, columns :data:`MARKS`, one row per tag, and per class kept beside the grade
        ``mark`` (tag or class), ``kind`` (``tag``, or the name of the classes), ``customers`` graded who carry
        it at that quarter, their ``share`` (0..1), ``sensitive`` (bool) and ``why`` (purpose, or empty).
    """

    moved: pd.DataFrame
    appeals: pd.DataFrame
    rates: pd.DataFrame
    unreached: Mapping[str, Unreached]
    marks: pd.DataFrame

    @property
    def mixed(self) -> pd.DataFrame:
        """``moved`` of the policies under which anything but a review moved a grade."""
        others = self.moved[[cause for cause in CAUSES if cause != "review"]].any(axis=1)
        return self.moved[others.groupby(level="policy").transform("any")] if len(others) else self.moved

    def marks_of(self, policy: str) -> int:
        """Tags and sets of classes that the policy keeps beside the grade."""
        mine = self.marks[self.marks["policy"] == policy]
        return int((mine["kind"] == TAG).sum() + mine.loc[mine["kind"] != TAG, "kind"].nunique())


def particulars(
    policies: Sequence[Policy], registers: Mapping[str, Register], quarter: Quarter
) -> Particulars:
    """Particulars of ``policies`` up to ``quarter``, one register for each policy id."""
    mine = [(policy, registers[policy.id]) for policy in policies]
    return Particulars(
        moved=_stacked({p.id: _latest(r.moves, quarter) for p, r in mine}, CAUSES),
        appeals=_stacked(
            {p.id: _latest(r.appeals, quarter) for p, r in mine if r.appeals is not None}, FILED
        ),
        rates=pd.DataFrame(
            [_rates(policy, register, quarter) for policy, register in mine],
            index=pd.Index([policy.id for policy in policies], name="policy"),
        ),
        unreached={policy.id: register.unreached for policy, register in mine},
        marks=pd.DataFrame(
            [row for policy, register in mine for row in _marks(policy, register, quarter)],
            columns=list(MARKS),
        ),
    )


def _latest(counts: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """The last four quarters, up to ``quarter``, in which anything was counted."""
    until = counts[[Quarter.parse(text) <= quarter for text in counts.index]]
    return until[(until > 0).any(axis=1)].tail(LAST)


def _stacked(parts: Mapping[str, pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    if not parts:
        index = pd.MultiIndex.from_arrays([[], []], names=["policy", "quarter"])
        return pd.DataFrame(columns=list(columns), index=index, dtype=int)
    return pd.concat(parts, names=["policy", "quarter"])[list(columns)]


def _rates(policy: Policy, register: Register, quarter: Quarter) -> dict[str, float]:
    end = register.column(quarter) + 1
    moves = register.moves.iloc[max(end - LAST, 0) : end].sum()
    graded = int(register.counts(quarter).sum())
    review = policy.params.review
    known = {"trigger": bool(review.triggers), "appeal": review.appeals is not None}
    return {
        name: 1000 * moves[name] / graded if there and graded else np.nan for name, there in known.items()
    }


def _marks(policy: Policy, register: Register, quarter: Quarter) -> list[tuple]:
    found = register.marks(quarter)
    written = {tag.name: tag for tag in policy.params.tags}
    rows = []
    for name in register.tags:
        carried = int(found[name].sum())
        tag = written[name]
        rows.append((policy.id, name, TAG, carried, _share(carried, found), tag.sensitive, tag.why or ""))
    for name in register.beside:
        counts = found[name].value_counts(sort=False)[::-1]
        rows += [(policy.id, str(m), name, int(n), _share(n, found), False, "") for m, n in counts.items()]
    return rows


def _share(carried: int, found: pd.DataFrame) -> float:
    return carried / len(found) if len(found) else np.nan
