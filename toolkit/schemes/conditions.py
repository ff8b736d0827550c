"""Conditions of a policy file, put to every customer at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.params.schemes import Bound, ConditionParams
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import plain
from toolkit.schemes.scheme import Names
from toolkit.schemes.subject import Subject, label_of, listed, subject_of
from toolkit.terms import Label

ABOVE = {"at_least": False, "above": True}
BELOW = {"at_most": False, "below": True}
WORDS = {
    "at_least": Label("{name}达到 {value} 以上", "{name} of {value} or more"),
    "above": Label("{name}超过 {value}", "{name} above {value}"),
    "at_most": Label("{name}在 {value} 以内", "{name} of {value} or less"),
    "below": Label("{name}低于 {value}", "{name} below {value}"),
    "equals": Label("{name}为{value}", "{name} is {value}"),
    "one_of": Label("{name}属于 {value}", "{name} is one of {value}"),
    "present": Label("{name}有记录", "{name} is known"),
    "absent": Label("{name}没有记录", "{name} is not known"),
}
JOINED = {
    "any_of": Label("或", " or "),
    "all_of": Label("且", " and "),
    "none_of": Label("或", " or "),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition.

    Attributes
    ----------
    params : ConditionParams
    label : Label
        The condition in words.
    subject : Subject or None
        None where other conditions are joined.
    inner : tuple of Condition
        The joined ones.
    """

    params: ConditionParams
    label: Label
    subject: Subject | None = None
    inner: tuple[Condition, ...] = ()

    def holds(self, known: pd.DataFrame) -> np.ndarray:
        """Whether it holds, array of bool, shape (customers,).

        Raises
        ------
        ParameterError
            Where a value is missing and the file does not say what then.
        """
        params = self.params
        if self.subject is None:
            found = np.array([inner.holds(known) for inner in self.inner]).reshape(
                len(self.inner), len(known)
            )
            if params.all_of is not None:
                return found.all(axis=0)
            return found.any(axis=0) if params.any_of is not None else ~found.any(axis=0)
        if params.list is not None:
            return self.subject.column(known).to_numpy(bool) == (params.present is not False)
        values = self.subject.column(known)
        absent = values.isna().to_numpy()
        if params.present is not None and not _compared(params):
            return absent != params.present
        if params.missing == "refuse" and params.present is None:
            refuse_missing(absent, known.index, self.subject.name)
        return np.where(absent, params.missing == "holds", self._compare(known, values))

    def _compare(self, known: pd.DataFrame, values: pd.Series) -> np.ndarray:
        params, found = self.params, np.ones(len(known), dtype=bool)
        bounds = [(name, getattr(params, name)) for name in (*ABOVE, *BELOW)]
        if params.between is not None:
            bounds += [("at_least", params.between[0]), ("below", params.between[1])]
        for name, value in bounds:
            if value is not None:
                strict, better = (ABOVE | BELOW)[name], "higher" if name in ABOVE else "lower"
                ladder = Ladder((Bound(value, strict),), better)
                found &= ladder.place(self.subject.numbers(known)) == 0
        for wanted in ((params.equals,) if params.equals is not None else None, params.one_of):
            if wanted is not None:
                found &= values.isin(list(wanted)).to_numpy()
        return found


def condition_of(params: ConditionParams, names: Names) -> Condition:
    """The condition of a part of a policy file."""
    for name, joint in JOINED.items():
        written = getattr(params, name)
        if written is not None:
            inner = tuple(condition_of(part, names) for part in written)
            return Condition(params, _joined([c.label for c in inner], joint, name), None, inner)
    if params.list is not None:
        (need,) = params.own_needs()
        subject = Subject(need, label_of(need, names))
        zh, en = ("不在", "not on ") if params.present is False else ("在", "on ")
        return Condition(params, Label(f"{zh}{subject.name.zh}上", f"{en}{subject.name.en}"), subject)
    subject = subject_of(params, names)
    return Condition(params, _described(params, subject.name), subject)


def conditions_of(params: Sequence[ConditionParams], names: Names) -> tuple[Condition, ...]:
    """The conditions of a ``when`` of a policy file."""
    return tuple(condition_of(part, names) for part in params)


def all_hold(conditions: Sequence[Condition], known: pd.DataFrame) -> np.ndarray:
    """Whether all hold, array of bool, shape (customers,)."""
    found = np.ones(len(known), dtype=bool)
    for condition in conditions:
        found &= condition.holds(known)
    return found


def in_words(conditions: Sequence[Condition]) -> Label:
    """Conditions that must all hold, in words."""
    return _joined([condition.label for condition in conditions], JOINED["all_of"], "")


def _compared(params: ConditionParams) -> bool:
    names = (*ABOVE, *BELOW, "between", "equals", "one_of")
    return any(getattr(params, name) is not None for name in names)


def _joined(labels: Sequence[Label], joint: Label, how: str) -> Label:
    zh, en = joint.zh.join(part.zh for part in labels), joint.en.join(part.en for part in labels)
    if how == "none_of":
        return Label(f"不属于（{zh}）", f"not ({en})")
    return Label(f"（{zh}）", f"({en})") if how and len(labels) > 1 else Label(zh, en)


def _described(params: ConditionParams, name: Label) -> Label:
    found = [
        (test, Label(t := plain(v), t))
        for test in (*ABOVE, *BELOW)
        if (v := getattr(params, test)) is not None
    ]
    if params.between is not None:
        low, high = (plain(end) for end in params.between)
        found += [("at_least", Label(low, low)), ("below", Label(high, high))]
    if params.equals is not None:
        found.append(("equals", listed([params.equals])))
    if params.one_of is not None:
        found.append(("one_of", listed(params.one_of)))
    if params.present is not None:
        found.append(("present" if params.present else "absent", Label("", "")))
    words = [(WORDS[test], value) for test, value in found]
    return Label(
        "且".join(w.zh.format(name=name.zh, value=v.zh) for w, v in words),
        " and ".join(w.en.format(name=name.en, value=v.en) for w, v in words),
    )
