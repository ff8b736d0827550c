"""Tolerances as they are written on the command line: ``0.01``, ``money=100``, ``change.*.net=5%``."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from toolkit.errors import UsageError
from toolkit.reporting.difference import EXACT, Tolerance, Tolerances
from toolkit.terms import UNITS

PER_CENT = "%"
WORDS_UNIT = "text"


@dataclass(frozen=True, slots=True)
class Given:
    """The tolerances that were asked for.

    Attributes
    ----------
    tolerances : Tolerances
    everything : bool
        Whether one of them is for all facts.
    """

    tolerances: Tolerances
    everything: bool

    def covers(self, id: str, unit: str) -> bool:
        """Whether a tolerance was asked for this fact; it then counts instead of how the fact is printed."""
        return self.everything or id in self.tolerances.ids or unit in self.tolerances.units


def read_tolerances(written: Sequence[str], ids: Iterable[str]) -> Given:
    """What ``--tolerance`` says, each as ``AMOUNT`` or ``NAME=AMOUNT``.

    Parameters
    ----------
    written : sequence of str
        An amount alone is a share of the figure and holds for all facts. ``NAME`` is a unit or a fact, in which ``*``
        stands for anything; its amount is in the unit of the fact, or with ``%`` a share of the figure.
    ids : iterable of str
        Facts that there are.

    Raises
    ------
    UsageError
        Where an amount is no number from 0 upwards, or a name is neither a unit nor a fact.
    """
    known = list(ids)
    general, units, named = None, {}, {}
    for one in written:
        name, mark, amount = one.rpartition("=")
        tolerance = _tolerance(one, amount, relative=not mark)
        if not mark:
            _refuse_second(one, general)
            general = tolerance
        elif name in UNITS and name != WORDS_UNIT:
            _refuse_second(one, units.get(name))
            units[name] = tolerance
        else:
            named |= dict.fromkeys(_matching(name, known), tolerance)
    return Given(Tolerances(general or EXACT, units, named), general is not None)


def _tolerance(written: str, amount: str, *, relative: bool) -> Tolerance:
    shares = amount.endswith(PER_CENT)
    try:
        value = float(amount.removesuffix(PER_CENT)) / (100 if shares else 1)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise UsageError(
            zh=f"--tolerance {written} 的数量应为不小于 0 的数，如 0.01、money=100、change.*.net=5%。",
            en=f"The amount of --tolerance {written} must be a number from 0 upwards, as in 0.01, money=100 or "
            "change.*.net=5%.",
        )
    return Tolerance(relative=value) if relative or shares else Tolerance(absolute=value)


def _matching(name: str, known: Sequence[str]) -> list[str]:
    found = [id for id in known if id == name or fnmatchcase(id, name)]
    if found:
        return found
    near = difflib.get_close_matches(name, [*known, *UNITS], n=3)
    units = [unit for unit in UNITS if unit != WORDS_UNIT]
    zh = f"；是否想写 {'、'.join(near)}" if near else ""
    en = f"; did you mean {', '.join(near)}" if near else ""
    raise UsageError(
        zh=f"--tolerance 里的 {name} 既不是单位，也不是两次运行里的数据要点{zh}。单位有 {'、'.join(units)}。",
        en=f"{name} in --tolerance is neither a unit nor a fact of the two runs{en}. Units are {', '.join(units)}.",
    )


def _refuse_second(written: str, before: Tolerance | None) -> None:
    if before is not None:
        raise UsageError(
            zh=f"--tolerance {written} 与前面的一项重复；同一对象只写一次。",
            en=f"--tolerance {written} repeats an earlier one; give each once.",
        )
