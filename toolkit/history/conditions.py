"""Conditions on the rows of a file: which are kept, and which are returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import ge, gt, le, lt, or_

import ibis

from toolkit.errors import ParameterError
from toolkit.history import cells
from toolkit.history.expression import Expression, parse
from toolkit.history.mapping import refuse_absent_columns
from toolkit.history.raw import Raw
from toolkit.history.rows import Rows
from toolkit.params.history import RowTestParams, TableParams
from toolkit.terms import Label

NUMERIC = {"above": gt, "at_least": ge, "below": lt, "at_most": le}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the study.

    Attributes
    ----------
    asked : RowTestParams
    expression : Expression
        The columns of the file that it looks at.
    reason : Label or None
        Why a row that fails it is turned away; None for a condition that turns no row away.
    """

    asked: RowTestParams
    expression: Expression
    reason: Label | None = None


def conditions_of(raw: Raw, params: TableParams) -> tuple[Condition, ...]:
    """The conditions of the study with the columns they look at.

    Raises
    ------
    HistoryError
        A condition on a column that the file does not have.
    ParameterError
        A condition on text that names an expression.
    """
    return tuple(_condition(raw, params, keep, keep.reason.label()) for keep in params.keep)


def returns_of(raw: Raw, params: TableParams) -> Condition | None:
    """The condition that makes a row a return although its amount is positive, where the study states one.

    Raises
    ------
    HistoryError, ParameterError
        As for :func:`conditions_of`.
    """
    return _condition(raw, params, params.returned) if params.returned else None


def met(rows: Rows, condition: Condition) -> ibis.Value:
    """Whether the condition holds; an empty cell meets only conditions that say "not"."""
    rule, value = condition.asked.rule, condition.asked.value
    if rule in NUMERIC:
        return NUMERIC[rule](condition.expression.value(rows.number), value).fill_null(False)
    name = condition.expression.columns[0]
    if rule == "present":
        return ~rows.absent(name)
    if rule.endswith("starts_with"):
        positive = cells.text(rows.words(name)).startswith(str(value)).fill_null(False)
    else:
        positive = _is_one_of(rows, name, value if isinstance(value, tuple) else (value,))
    return ~positive if rule.startswith("not_") else positive


def _condition(raw: Raw, params: TableParams, asked: RowTestParams, reason: Label | None = None) -> Condition:
    expression = parse(asked.column, raw.names)
    refuse_absent_columns(raw, [expression], params)
    if asked.rule not in NUMERIC and expression.column is None:
        raise ParameterError(
            zh=f"条件 {asked.rule} 只能用于文件中的一列，不能用于算式“{asked.column}”。",
            en=f"The condition {asked.rule} applies to one column of the file, "
            f"not to the expression {asked.column!r}.",
        )
    return Condition(asked, expression, reason)


def _is_one_of(rows: Rows, name: str, values: tuple[object, ...]) -> ibis.Value:
    """Numbers are compared as numbers, true and false as flags, everything else as text."""
    flags = [v for v in values if isinstance(v, bool)]
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    texts = [v for v in values if isinstance(v, str)]
    tests = [
        *([cells.flag(rows.words(name)).isin(flags)] if flags else []),
        *([rows.number(name).isin(numbers)] if numbers else []),
        *([cells.text(rows.words(name)).isin(texts)] if texts else []),
    ]
    return reduce(or_, (test.fill_null(False) for test in tests))
