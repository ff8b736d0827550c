"""A choice valued on customers who had no part in it.

The alternative that looks best on the customers who chose it looks better than it is. So the customers are split
in two halves, each half chooses, and what it chose is valued on the other half alone: the value of *choosing*,
summed over all customers. What the winner showed on everybody, less that, is luck.

Each half both chooses and values, so the errors of the two parts are not independent: of two alternatives that win and
lose together, one half errs in what the other errs in choosing. They are added as one error, which can only widen the
interval (``docs/choice.md`` holds it against worlds whose truth is known).

Managers are whole heads in each half, so that the cost of a held-out choice differs from that of all customers
together by at most a head per grade and half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd

from toolkit.comparison.change import Change
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import Drawn
from toolkit.estimate import Estimate
from toolkit.shown import shown

Pick = Callable[[Comparison], str | None]
_SPLIT = b"half"


@shown("customers")
@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """Half of the customers, and the alternatives compared on them and on their records alone.

    Attributes
    ----------
    customers : Index
        Everybody whose records entered the comparison.
    comparison : Comparison
    """

    customers: pd.Index
    comparison: Comparison


@shown("winner", "held_out", "naive", "comparisons")
@dataclass(frozen=True, slots=True)
class Choice:
    """What choosing among the alternatives brings, per year, under the headline definition.

    Attributes
    ----------
    picks : tuple of policy or None
        What each half chose; None: stay with the baseline.
    winner : str or None
        What all customers together would choose.
    naive : Estimate
        Net value of the winner on the customers who chose it: too good, on average.
    held_out : Estimate
        Net value of what each half chose, on the other half; summed over both.
    lines : mapping of :data:`toolkit.comparison.evidence.LINES` to Estimate
        The held-out value by each line of extrapolation; ``held_out`` is that of ``constant``.
    better : float
        Probability that the held-out value is above zero, lowest of the lines.
    luck : float
        ``naive`` less ``held_out``: the part of the lead that is the winner's curse.
    comparisons : int
        Values among which the winner was chosen.
    among : tuple of policy
        Alternatives that have a value on both halves: the others could be chosen by neither.
    """

    picks: tuple[str | None, ...]
    winner: str | None
    naive: Estimate
    held_out: Estimate
    lines: Mapping[str, Estimate]
    better: float
    luck: float
    comparisons: int
    among: tuple[str, ...]


def cross_fitted(halves: Sequence[Half], pick: Pick, whole: Comparison | None = None) -> Choice:
    """Let each half choose and value its choice on the other.

    Parameters
    ----------
    halves : sequence of two Half
    pick : callable
        From a comparison to the policy chosen on it, or None to stay with the baseline. It sees one comparison only.
    whole : Comparison, optional
        On all customers, for the naive value; left out, the naive value is what the halves showed of their own
        choices.

    Raises
    ------
    ValueError
        If there are not two halves, if a customer is in both, or if both were drawn in one stream.
    """
    _apart(halves)
    first, second = halves
    among = valued_on_both(halves, whole)
    picks = tuple(pick(half.comparison.only(among)) for half in halves)
    held = {line: _as_one(_net(second, picks[0], line), _net(first, picks[1], line)) for line in LINES}
    if whole is None:
        winner = picks[0] if picks[0] == picks[1] else None
        naive = (_net(first, picks[0], LINES[0]) + _net(second, picks[1], LINES[0])).estimate("money")
    else:
        winner = pick(whole)
        naive = _net_of(whole, winner, LINES[0]).estimate("money")
    lines = {line: value.estimate("money") for line, value in held.items()}
    return Choice(
        picks,
        winner,
        naive,
        lines[LINES[0]],
        lines,
        min(value.above_zero() for value in held.values()),
        naive.value - lines[LINES[0]].value,
        (whole or first.comparison).comparisons,
        among,
    )


def valued_on_both(halves: Sequence[Half], whole: Comparison | None = None) -> tuple[str, ...]:
    """Alternatives valued under the same headline on either half; under that of ``whole`` where it is given."""
    first, second = ({c.policy: c.values[0].definition for c in half.comparison.valued} for half in halves)
    headline = None if whole is None else next((c.values[0].definition for c in whole.valued), None)
    return tuple(
        policy for policy, found in first.items() if second.get(policy) == found and headline in (None, found)
    )


def highest_net(share: float) -> Pick:
    """Choose the alternative of highest net value under the headline definition among those rankable at ``share``.

    None where none is rankable, or the highest net value is not above zero.
    """

    def pick(comparison: Comparison) -> str | None:
        ranked = comparison.rankable(share)
        best = max(ranked, key=lambda change: change.values[0].net.value, default=None)
        return best.policy if best is not None and best.values[0].net.value > 0 else None

    return pick


def first_half(ids: Sequence[object]) -> np.ndarray:
    """Which of the customers (or clusters) belong to the first half, by their id alone; bool, shape (n,).

    >>> first_half(["a", "b", "c"]).tolist() == first_half(["c", "b", "a"]).tolist()[::-1]
    True
    """
    digests = (blake2b(str(one).encode(), digest_size=1, person=_SPLIT).digest()[0] for one in ids)
    return np.fromiter((digest % 2 == 0 for digest in digests), dtype=bool, count=len(ids))


def _apart(halves: Sequence[Half]) -> None:
    if len(halves) != 2:
        raise ValueError(f"a choice is made on two halves; got {len(halves)}")
    first, second = halves
    shared = first.customers.intersection(second.customers)
    if len(shared):
        raise ValueError(
            f"{len(shared)} customers are in both halves; a choice is not valued on those who made it"
        )
    if first.comparison.draws.stream == second.comparison.draws.stream:
        raise ValueError("both halves were drawn in one stream; draw each with Draws.in_stream of its own")


def _as_one(one: Drawn, other: Drawn) -> Drawn:
    """The sum of two figures whose errors may be alike: the worst of one meets the worst of the other."""
    return Drawn(one.value + other.value, np.sort(one.draws) + np.sort(other.draws))


def _net(half: Half, policy: str | None, line: str) -> Drawn:
    return _net_of(half.comparison, policy, line)


def _net_of(comparison: Comparison, policy: str | None, line: str) -> Drawn:
    if policy is None:
        return Drawn.nothing(comparison.draws.number)
    change: Change = comparison.change(policy)
    if not change.parts:
        raise ValueError(f"{policy} was chosen but has no value on the other half")
    return change.parts[0].net(line)
