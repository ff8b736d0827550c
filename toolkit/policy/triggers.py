"""Events between two reviews that move a grade (事件触发)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Scale
from toolkit.params.review import TriggerParams
from toolkit.params.schemes import Need, needs_of, single_quarter
from toolkit.schemes.conditions import Condition, all_hold, conditions_of
from toolkit.schemes.scheme import Names
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule.

    Attributes
    ----------
    params : TriggerParams
    when : tuple of Condition
    needs : tuple of Need
        What the conditions look at.
    reason : Label
    """

    params: TriggerParams
    when: tuple[Condition, ...]
    needs: tuple[Need, ...]
    reason: Label

    def fits(self, known: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
        """Customers whom the rule moves, array of bool; up and down need a grade to start from.

        Parameters
        ----------
        known : DataFrame, one row per active customer
        codes : array of int, shape (customers,)
            Their grade now; −1 where there is none.
        """
        found = all_hold(self.when, known)
        starts = self.params.regrade is not None or self.params.pin is not None
        return found if starts else found & (codes >= 0)

    def moved(self, codes: np.ndarray, scale: Scale) -> np.ndarray:
        """Grade codes after a rule that pins, raises or lowers."""
        if self.params.pin is not None:
            return np.full_like(codes, scale.codes([self.params.pin])[0])
        moved = np.clip(codes + (self.params.up or 0) - (self.params.down or 0), 0, len(scale) - 1)
        return np.where(codes < 0, codes, moved)


def triggers_of(params: Sequence[TriggerParams], names: Names) -> tuple[Trigger, ...]:
    """The rules of a policy file."""
    return tuple(_trigger(written, names) for written in params)


def _trigger(params: TriggerParams, names: Names) -> Trigger:
    when = tuple(single_quarter(condition) for condition in params.when)
    reason = params.reason.label()
    words = Label(f"事件触发：{reason.zh}", f"event: {reason.en}")
    return Trigger(params, conditions_of(when, names), needs_of(when), words)
