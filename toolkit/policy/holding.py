"""How a fall is eased: lower floors to keep a grade, a limit to the fall, and the hold period (保级期)."""

from __future__ import annotations

import numpy as np

from toolkit.register import NONE


def hold(earned: np.ndarray, quarters: int, at_once: np.ndarray | None = None) -> np.ndarray:
    """Grades after the hold rule (保级): a lost grade is kept for ``quarters`` quarters.

    Parameters
    ----------
    earned : array of int, shape (customers, quarters in order)
        Grade codes; −1 where there is no grade, which the rule never changes.
    quarters : int
        0 changes nothing.
    at_once : array of bool, same shape, optional
        Where a grade took effect at once: nothing earned before is kept from there on.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> toolkit.hold(np.array([[2, 0, 0, 1]]), 1).tolist()
    [[2, 2, 0, 1]]
    >>> toolkit.hold(np.array([[2, 0, 0, 1]]), 1, np.array([[False, True, False, False]])).tolist()
    [[2, 0, 0, 1]]
    """
    kept = earned.copy(order="K")
    spells = None if at_once is None or not at_once.any() else np.cumsum(at_once, axis=1)
    for back in range(1, quarters + 1):
        before = earned[:, :-back]
        if spells is not None:
            before = np.where(spells[:, back:] == spells[:, :-back], before, NONE)
        kept[:, back:] = np.maximum(kept[:, back:], before)
    return np.where(earned >= 0, kept, earned) if quarters else kept


def ease(
    earned: np.ndarray, before: np.ndarray, kept: np.ndarray | None, most_steps: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Grade codes after the rules that ease a fall, and which decided: 0 kept, 1 fall limited, −1 neither.

    Parameters
    ----------
    earned, before : array of int, shape (customers,)
        Code earned now and code of the last decision; −1 where there is none.
    kept : array of int, shape (customers,), or None
        Code reached with the floors at which a grade is kept.
    most_steps : int or None
        Most grades lost at one review.
    """
    codes, rule = earned.astype(np.int16), np.full(len(earned), NONE, dtype=np.int8)
    graded = (earned >= 0) & (before >= 0)
    if kept is not None:
        eased_to = np.where(graded, np.maximum(codes, np.minimum(before, kept)), codes)
        rule[eased_to != codes] = 0
        codes = eased_to
    if most_steps is not None:
        limited = np.where(graded, np.maximum(codes, before - most_steps), codes)
        rule[limited != codes] = 1
        codes = limited
    return codes, rule
