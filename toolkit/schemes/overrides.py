"""A base scheme, and rules that depart from what it gives, with reasons (调整规则)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.grades import Grading, Scale
from toolkit.params.schemes import REVIEW_DAY, Need, OverrideParams, OverridesParams
from toolkit.schemes.build import build_scheme
from toolkit.schemes.conditions import Condition, all_hold, conditions_of
from toolkit.schemes.gate import some_of
from toolkit.schemes.scheme import Names, Rule, Scheme, assemble
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Override:
    """One rule.

    Attributes
    ----------
    params : OverrideParams
    when : tuple of Condition
    reason : Label
        With the author and the expiry that the file names.
    """

    params: OverrideParams
    when: tuple[Condition, ...]
    reason: Label

    @classmethod
    def of(cls, params: OverrideParams, names: Names) -> Override:
        """The rule of a policy file."""
        zh, en = params.reason.label().zh, params.reason.label().en
        if params.author:
            zh, en = f"{zh}（{params.author}）", f"{en} ({params.author})"
        if params.until:
            zh, en = f"{zh}，至 {params.until}", f"{en}, until {params.until}"
        return cls(params, conditions_of(params.when or (), names), Label(zh, en))

    def applies(self, known: pd.DataFrame) -> np.ndarray:
        """Customers whom the rule touches, array of bool.

        Raises
        ------
        ParameterError
            If they are more than the file allows.
        """
        params = self.params
        if params.customers is not None:
            found = known.index.isin(list(params.customers))
        else:
            found = all_hold(self.when, known)
        if params.from_on is not None:
            found &= (known[REVIEW_DAY] > pd.Timestamp(params.from_on)).to_numpy()
        if params.until is not None:
            found &= (known[REVIEW_DAY] <= pd.Timestamp(params.until)).to_numpy()
        if params.limit is not None and found.sum() > params.limit:
            raise ParameterError(
                zh=f"调整规则“{self.reason.zh}”适用于 {int(found.sum()):,} 位客户，超过上限 {params.limit:,}。请收紧条件或提高 limit。",
                en=f"The override {self.reason.en!r} touches {int(found.sum()):,} customers, more than its limit "
                f"of {params.limit:,}. Tighten its conditions or raise the limit.",
            )
        return found

    def moved(self, codes: np.ndarray, scale: Scale) -> np.ndarray:
        """Grade codes after the rule; customers without a grade are only pinned."""
        params, top = self.params, len(scale) - 1
        if params.pin is not None:
            return np.full_like(codes, scale.codes([params.pin])[0])
        if params.not_below is not None:
            found = np.maximum(codes, scale.codes([params.not_below])[0])
        elif params.not_above is not None:
            found = np.minimum(codes, scale.codes([params.not_above])[0])
        else:
            found = np.clip(codes + (params.up or 0) - (params.down or 0), 0, top)
        return np.where(codes < 0, codes, found)


@dataclass(frozen=True, slots=True)
class OverridesScheme(Rule):
    """Rules marked ``before`` pin first and keep their customers out of the base scheme; the others follow it.

    Attributes
    ----------
    base : Scheme
    rules : tuple of Override
    apply_all : bool
        Whether every rule that fits applies in turn; otherwise only the first.
    """

    scale: Scale
    needs: tuple[Need, ...]
    base: Scheme
    rules: tuple[Override, ...]
    apply_all: bool = False

    def freeze(self, reference: pd.DataFrame) -> OverridesScheme:
        """The base measured against the customers who are not pinned before it."""
        pinned = self._pinned(self._touched(reference), len(reference))
        return replace(self, base=self.base.freeze(some_of(reference, ~pinned)))

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row.

        ``detail`` is that of the base, ``computed`` (its grade; missing where pinned before),
        ``override`` (number of the rule that had the last word, from 1; 0 where none had) and
        ``applied`` (numbers of all rules that touched the customer, in turn, as in ``2;4``).
        """
        touched = self._touched(known)
        pinned = self._pinned(touched, len(known))
        base = self.base.grade(known[~pinned])
        codes, because = np.full(len(known), -1), np.zeros(len(known), dtype=int)
        codes[~pinned] = self.scale.codes(base.grade.astype(object))
        because[~pinned] = base.because.cat.codes.to_numpy()
        computed, word, done = codes.copy(), np.zeros(len(known), dtype=int), np.zeros(len(known), dtype=bool)
        applied = np.full(len(known), "", dtype=object)
        for number, (rule, rows) in enumerate(zip(self.rules, touched, strict=True), 1):
            rows = rows & (rule.params.before | ~pinned) & (self.apply_all | ~done)
            done |= rows
            applied[rows] = [f"{before};{number}" if before else str(number) for before in applied[rows]]
            new = np.where(rows, rule.moved(codes, self.scale), codes)
            word = np.where(rows & ((new != codes) | (rule.params.pin is not None)), number, word)
            codes = new
        because = np.where(word > 0, len(base.reasons) + word - 1, because)
        reasons = {f"base/{code}": label for code, label in base.reasons.items()}
        reasons |= {f"override:{i}": rule.reason for i, rule in enumerate(self.rules, 1)}
        detail = base.detail.reindex(known.index).assign(
            computed=self.scale.from_codes(computed), override=word, applied=applied
        )
        return assemble(self.scale, codes, because, reasons, detail)

    def applied(self, known: pd.DataFrame) -> Mapping[str, int]:
        """Customers whose grade each rule decided, by the rule's reason code; every rule is listed."""
        word = self.grade(known).detail["override"]
        return {f"override:{i}": int((word == i).sum()) for i in range(1, len(self.rules) + 1)}

    def _touched(self, known: pd.DataFrame) -> list[np.ndarray]:
        return [rule.applies(known) for rule in self.rules]

    def _pinned(self, touched: list[np.ndarray], customers: int) -> np.ndarray:
        pinned = np.zeros(customers, dtype=bool)
        for rule, rows in zip(self.rules, touched, strict=True):
            pinned |= rows & rule.params.before
        return pinned


def build(params: OverridesParams, names: Names) -> OverridesScheme:
    """The scheme of a policy file."""
    return OverridesScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        base=build_scheme(params.base, names),
        rules=tuple(Override.of(rule, names) for rule in params.rules),
        apply_all=params.apply == "all",
    )
