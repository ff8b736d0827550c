"""Which column of a file is which standard column, and how its cells are read."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from toolkit.errors import HistoryError, ParameterError
from toolkit.history import cells, dates
from toolkit.history.canonical import TABLES, Column, StandardTable
from toolkit.history.expression import Expression, parse
from toolkit.history.raw import Raw
from toolkit.history.rows import Rows, layered
from toolkit.params.history import TableParams

_SHOWN = 30
_TURNED = ("amount", "quantity", "margin")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A standard column and where it comes from.

    Attributes
    ----------
    column : Column
    expression : Expression
        Of columns of the file.
    """

    column: Column
    expression: Expression


def table_missing(table: str, column: str | None = None) -> HistoryError:
    """The refusal of something that needs a table, or a column of it, that the company does not have."""
    standard = TABLES[table]
    required = ", ".join(standard.required())
    if column is None:
        others = ", ".join(name for name in standard.names() if name not in standard.required())
        return HistoryError(
            zh=f"缺少表 {table}（{standard.label.zh}）。需要的列：{required}；可选的列：{others}。"
            f"请在参数文件 history.tables.{table} 中写明文件和列。",
            en=f"The table {table} is missing. It needs the columns {required} and may have {others}. "
            f"Name its file and columns under history.tables.{table} in the study file.",
        )
    known = standard.column(column)
    label = known.label.zh if known else column
    key = "history.transactions" if table == "transactions" else f"history.tables.{table}"
    return HistoryError(
        zh=f"表 {table}（{standard.label.zh}）缺少列 {column}（{label}）。请在 {key}.columns 中写明它对应文件的哪一列。",
        en=f"The table {table} has no column {column}. Say under {key}.columns which column of the file it is.",
    )


def map_columns(raw: Raw, table: StandardTable, params: TableParams) -> tuple[Mapped, ...]:
    """The standard columns of ``table`` that ``params`` maps, in their standard order, attributes last.

    Raises
    ------
    ParameterError
        A standard column that does not exist, or arithmetic where one column is expected.
    HistoryError
        A required column that is not mapped, or a column that the file does not have.
    """
    for name in table.required():
        if name not in params.columns:
            raise table_missing(table.name, name)
    _refuse_unknown_standard(table, params)
    order = [*table.names(), *(name for name in params.columns if name not in table.names())]
    mapped = tuple(
        Mapped(table.column(name), parse(params.columns[name], raw.names))
        for name in order
        if name in params.columns
    )
    refuse_absent_columns(raw, [m.expression for m in mapped], params)
    for m in mapped:
        if m.column.kind != "number" and m.expression.column is None:
            raise ParameterError(
                zh=f"{m.column.name} 不是数字，不能写成算式“{m.expression.text}”；应为文件中的一列。",
                en=f"{m.column.name} is not a number and cannot be the expression {m.expression.text!r}; "
                "name one column.",
            )
    return mapped


def read_columns(
    rows: Rows,
    mapped: Sequence[Mapped],
    date_format: str | Sequence[str] | None,
    returned: ibis.Value | None = None,
) -> Rows:
    """Add the standard columns, typed: missing where a cell is empty or cannot be read.

    Parameters
    ----------
    rows : Rows
    mapped : sequence of Mapped
    date_format : str or sequence of str or None
    returned : ibis Value, optional
        Whether a row is a return; its amount, quantity and margin are then below zero however they are written.

    Raises
    ------
    ParameterError
        Where ``date_format`` cannot be used.
    """
    attributes = [m.expression.columns[0] for m in mapped if m.column.kind == "attribute"]
    numeric = _all_numbers(rows, list(dict.fromkeys(attributes)))
    values = {m.column.name: _value(rows, m, date_format, numeric) for m in mapped}
    if returned is not None:
        turned = {name: value for name, value in values.items() if name in _TURNED}
        values |= {name: ibis.ifelse(returned, -value.abs(), value) for name, value in turned.items()}
    return rows.with_values(values)


def refuse_absent_columns(raw: Raw, expressions: Sequence[Expression], params: TableParams) -> None:
    """Refuse columns that the file does not have, all at once, with what it has and what comes near."""
    used = dict.fromkeys(column for expression in expressions for column in expression.columns)
    absent = [column for column in used if column not in raw.names]
    if absent:
        raise _absent(raw, absent, len(absent) == len(used), params)
    twice = [column for column in used if f"{column} (2)" in raw.names]
    if twice:
        raise HistoryError(
            zh=f"{raw.where} 中列“{twice[0]}”出现了不止一次，无法判断用哪一个。请改正表头，或写明 `{twice[0]} (2)`。",
            en=f"The column {twice[0]!r} appears more than once in {raw.where}. Correct the header.",
        )


def _value(
    rows: Rows, mapped: Mapped, date_format: str | Sequence[str] | None, numeric: frozenset[str]
) -> ibis.Value:
    kind = mapped.column.kind
    if kind == "number":
        return mapped.expression.value(rows.number)
    name = mapped.expression.columns[0]
    words = rows.words(name)
    if kind == "attribute" and words.type().is_boolean():
        return words
    if kind == "attribute":
        return rows.number(name) if name in numeric else cells.text(words)
    if kind in ("timestamp", "day"):
        moment = dates.timestamp(words, date_format)
        return moment if kind == "timestamp" else moment.truncate("D")
    return {"id": cells.identifier, "text": cells.text, "flag": cells.flag}[kind](words)


def _all_numbers(rows: Rows, names: Sequence[str]) -> frozenset[str]:
    """Columns whose every filled cell is a plain number; a leading zero, as in a code, makes it text."""
    worded = [name for name in names if not rows.words(name).type().is_boolean()]
    asked = {}
    for place, name in enumerate(worded):
        filled = ~rows.absent(name)
        coded = cells.text(rows.words(name)).re_search(r"^[+-]?0\d").fill_null(False)
        other = filled & (rows.number(name).isnull() | coded)
        asked |= {f"filled_{place}": filled.sum(), f"other_{place}": other.sum()}
    if not asked:
        return frozenset()
    with layered():
        counts = rows.table.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return frozenset(
        name
        for place, name in enumerate(worded)
        if counts[f"filled_{place}"] and not counts[f"other_{place}"]
    )


def _refuse_unknown_standard(table: StandardTable, params: TableParams) -> None:
    folded = Counter(
        name.casefold() for name in (*table.names(), *set(params.columns).difference(table.names()))
    )
    alike = [name for name in params.columns if folded[name.casefold()] > 1]
    if alike:
        raise ParameterError(
            zh=f"表 {table.name} 的列名 {alike[0]} 与另一列只有大小写不同；请改名。",
            en=f"The column {alike[0]} of the table {table.name} differs from another one only by case; rename it.",
        )
    for name in params.columns:
        if table.column(name) is None:
            near = difflib.get_close_matches(name, table.names(), n=1)
            hint_zh = f"是否想写 {near[0]}？" if near else ""
            hint_en = f"Did you mean {near[0]}? " if near else ""
            raise ParameterError(
                zh=f"表 {table.name} 没有标准列 {name}。{hint_zh}可用的有 {'、'.join(table.names())}。",
                en=f"The table {table.name} has no standard column {name}. {hint_en}"
                f"There are {', '.join(table.names())}.",
            )


def _absent(raw: Raw, absent: list[str], none_found: bool, params: TableParams) -> HistoryError:
    if none_found and (delimiter := _other_delimiter(raw, absent)):
        shown = "\\t" if delimiter == "\t" else delimiter
        return HistoryError(
            zh=f'{raw.where} 按分隔符“{params.delimiter}”只读出一列。文件看来用“{shown}”分隔：请写 delimiter: "{shown}"。',
            en=f"{raw.where} has a single column when split at {params.delimiter!r}. It seems to be split by {shown!r}: "
            f'write delimiter: "{shown}".',
        )
    if none_found and any(_is_data(name) for name in raw.names):
        return HistoryError(
            zh=f"{raw.where} 的第一行看来是数据而不是列名。请给文件加上表头；需要的列有 {'、'.join(absent)}。",
            en=f"The first line of {raw.where} looks like data, not like column names. "
            f"Give the file a header; the columns needed are {', '.join(absent)}.",
        )
    near = {name: difflib.get_close_matches(name, raw.names, n=1) for name in absent}
    listed = [f"{name} → {found[0]}" if (found := near[name]) else name for name in absent]
    more = "…" if len(raw.names) > _SHOWN else ""
    found = [*raw.names[:_SHOWN], *([more] if more else [])]
    return HistoryError(
        zh=f"{raw.where} 缺少 {len(absent)} 列：{'、'.join(listed)}（箭头后为相近的列），文件中的列有 {'、'.join(found)}；"
        "请改正 columns 或 keep 中的列名。",
        en=f"{raw.where} lacks {len(absent)} column(s): {', '.join(listed)} (an arrow points to the nearest), "
        f"it has {', '.join(found)}; correct the names under columns or keep.",
    )


def _other_delimiter(raw: Raw, absent: list[str]) -> str | None:
    if len(raw.names) != 1:
        return None
    tries = (sign for sign in ";\t|," if sign in raw.names[0])
    return next(
        (s for s in tries if set(absent) & {part.strip(' "') for part in raw.names[0].split(s)}), None
    )


def _is_data(name: str) -> bool:
    return any(sign.isdigit() for sign in name) and not any(sign.isalpha() for sign in name)
