"""One table at the door: mapped, judged, and parted into accepted and quarantined rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa

from toolkit.errors import HistoryError
from toolkit.history.canonical import StandardTable
from toolkit.history.cells import text
from toolkit.history.checks import (
    BROKEN,
    CONFLICT,
    DUPLICATE,
    Check,
    Limits,
    checks_of,
    reason,
)
from toolkit.history.conditions import conditions_of, met, returns_of
from toolkit.history.intake import Count, Intake
from toolkit.history.mapping import map_columns, read_columns
from toolkit.history.raw import Raw, distinct_names, drop
from toolkit.history.rows import Rows, layered, read_cells
from toolkit.params.history import TableParams
from toolkit.terms import Label

_REPEATS = {"duplicate": DUPLICATE, "conflict": CONFLICT, "broken_row": BROKEN}
_EQUAL = Label("文件中完全相同的行（除第一行外）", "exactly equal rows in the file, beyond the first of each")
_KEPT = Label("被接受的行中保留下来的完全相同的行", "equal rows kept among the accepted")


@dataclass(frozen=True, slots=True)
class Admitted:
    """The outcome for one table.

    Attributes
    ----------
    accepted : ibis Table
        The standard columns that are mapped, typed; attributes follow.
    quarantined : ibis Table
        ``reason`` (code), then every column of the file as text.
    mapped : frozenset of str
        Standard columns and attributes that the file provides.
    intake : Intake
    """

    accepted: ibis.Table
    quarantined: ibis.Table
    mapped: frozenset[str]
    intake: Intake


@dataclass(frozen=True, slots=True)
class Judged:
    """Every row of a table with what was read from it and why it is turned away.

    Attributes
    ----------
    table : ibis Table
        Cells of the file (``cell_0`` ...), standard columns (``value_0`` ...), ``why``: code or missing. In the order
        of the file, unless repeats are dropped.
    standard : tuple of str
        What ``value_0``, ``value_1`` ... hold.
    before : ibis Table
        The same before repeats were turned away.
    labels : dict of code to Label
    asked : set of str
        Codes of the study's own conditions.
    """

    table: ibis.Table
    standard: tuple[str, ...]
    before: ibis.Table
    labels: dict[str, Label]
    asked: frozenset[str]

    def value(self, name: str) -> ibis.Value:
        """A standard column."""
        return self.table[f"value_{self.standard.index(name)}"]

    def forget(self, con: ibis.BaseBackend) -> None:
        """Free its tables."""
        for done in {one.op().name: one for one in (self.before, self.table)}.values():
            drop(con, done)


def admit(
    con: ibis.BaseBackend, raw: Raw, table: StandardTable, params: TableParams, limits: Limits
) -> Admitted:
    """Check every row of ``raw``; rows in are rows accepted plus rows quarantined.

    Raises
    ------
    HistoryError
        Columns are missing, there is no row, or no row passes.
    ParameterError
        The mapping or a condition is not acceptable.
    """
    judged = judge(con, raw, table, params, limits)
    try:
        return part(con, raw, table, judged)
    finally:
        judged.forget(con)


def judge(
    con: ibis.BaseBackend, raw: Raw, table: StandardTable, params: TableParams, limits: Limits
) -> Judged:
    """Read every row of ``raw`` and ask it every question.

    Raises
    ------
    HistoryError, ParameterError
        As for :func:`admit`, save that rows may all fail.
    """
    mapped = map_columns(raw, table, params)
    conditions = conditions_of(raw, params)
    returns = returns_of(raw, params)
    parts = (*mapped, *conditions, *([returns] if returns else []))
    used = {name for part in parts for name in part.expression.columns}
    cells = read_cells(raw, used, params.numbers)
    rows = read_columns(cells, mapped, params.date_format, met(cells, returns) if returns else None)
    checks = checks_of(rows, conditions, mapped, limits)
    judged = _judged(con, rows, checks)
    keys = tuple(rows.standard.index(name) for name in table.key)
    final = _without_repeats(con, judged, keys, limits.drop_duplicates)
    labels = {**{c.code: c.label for c in checks}, **_REPEATS}
    return Judged(final, rows.standard, judged, labels, frozenset(c.code for c in checks if c.asked))


def part(con: ibis.BaseBackend, raw: Raw, table: StandardTable, judged: Judged) -> Admitted:
    """Part judged rows into accepted and quarantined.

    Raises
    ------
    HistoryError
        There is no row, or no row passes.
    """
    accepted = _accepted(con, judged.table, judged.standard)
    quarantined = _quarantined(con, judged.table, raw)
    intake = Intake(
        table.name,
        rows_in=_count(judged.before) + len(raw.broken),
        rows_accepted=_count(accepted),
        reasons=_reasons(quarantined, judged.labels, judged.asked),
        notes=_equal_rows(judged.before, dropped=judged.table is not judged.before),
    )
    _refuse_nothing_left(raw, intake)
    return Admitted(accepted, quarantined, frozenset(judged.standard), intake)


def _judged(con: ibis.BaseBackend, rows: Rows, checks: Sequence[Check]) -> ibis.Table:
    """Cells, standard columns (``value_0`` ...) and ``why`` a row is turned away, computed once."""
    table = rows.table.select(*rows.beginning("cell_"), *rows.beginning("value_"), why=reason(checks))
    with layered():
        return con.create_table(ibis.util.gen_name("judged"), table, temp=True)


def _without_repeats(
    con: ibis.BaseBackend, judged: ibis.Table, keys: tuple[int, ...], drop_duplicates: bool
) -> ibis.Table:
    """The judged rows, with repeats turned away where the study or the key of the table asks for it.

    ``keys`` are the places of the standard columns that may not carry two different rows.
    """
    if not (drop_duplicates or keys):
        return judged
    same = _beginning(judged, "value_" if keys else "cell_")
    place = ibis.row_number().over(group_by=[*same, judged.why.isnull()])
    once = judged.mutate(why=_also(judged.why, place > 0, "duplicate"))
    if keys:
        rivals = once.count().over(group_by=[*(f"value_{key}" for key in keys), once.why.isnull()])
        once = once.mutate(why=_also(once.why, rivals > 1, "conflict"))
    return con.create_table(ibis.util.gen_name("final"), once, temp=True)


def _also(why: ibis.Value, fails: ibis.Value, code: str) -> ibis.Value:
    """``code`` for rows that fail and were not turned away before."""
    return ibis.coalesce(why, ibis.ifelse(fails, code, ibis.null("string")))


def _accepted(con: ibis.BaseBackend, final: ibis.Table, names: Sequence[str]) -> ibis.Table:
    rows = final.filter(final.why.isnull())
    values = {name: rows[f"value_{place}"] for place, name in enumerate(names)}
    return con.create_table(ibis.util.gen_name("accepted"), rows.select(**values), temp=True)


def _quarantined(con: ibis.BaseBackend, final: ibis.Table, raw: Raw) -> ibis.Table:
    rows = final.filter(final.why.notnull())
    names = distinct_names(["reason", *raw.names])
    cells = [text(rows[name]) for name in _beginning(rows, "cell_")]
    table = rows.select(**dict(zip(names, [rows.why, *cells], strict=True)))
    if raw.broken:
        blank = [None] * len(raw.broken)
        lines = [["broken_row"] * len(raw.broken), raw.broken, *[blank] * (len(names) - 2)]
        table = table.union(ibis.memtable(pa.table([pa.array(c, pa.string()) for c in lines], list(names))))
    return con.create_table(ibis.util.gen_name("quarantined"), table, temp=True)


def _beginning(rows: ibis.Table, prefix: str) -> list[str]:
    return [name for name in rows.columns if name.startswith(prefix)]


def _reasons(quarantined: ibis.Table, labels: dict[str, Label], asked: frozenset[str]) -> tuple[Count, ...]:
    counted = quarantined.group_by("reason").aggregate(rows=quarantined.count()).to_pyarrow().to_pylist()
    rows = {row["reason"]: row["rows"] for row in counted}
    return tuple(
        Count(code, label, rows.get(code, 0))
        for code, label in labels.items()
        if code in rows or code in asked
    )


def _equal_rows(judged: ibis.Table, dropped: bool) -> tuple[Count, ...]:
    """Notes on rows that are exactly equal: how many the file has, and how many were kept."""
    groups = judged.group_by([*_beginning(judged, "cell_"), judged.why.isnull().name("passed")])
    sizes = groups.aggregate(rows=judged.count())
    extra = sizes.group_by("passed").aggregate(extra=(sizes.rows - 1).sum()).to_pyarrow().to_pylist()
    among = {row["passed"]: int(row["extra"]) for row in extra}
    counts = (
        Count("equal_rows", _EQUAL, sum(among.values())),
        Count("equal_rows_kept", _KEPT, among.get(True, 0)),
    )
    return tuple(
        count for count in counts if count.rows and not (dropped and count.code == "equal_rows_kept")
    )


def _count(rows: ibis.Table) -> int:
    return int(rows.count().execute())


def _refuse_nothing_left(raw: Raw, intake: Intake) -> None:
    if not intake.rows_in:
        raise HistoryError(
            zh=f"{raw.where} 只有表头，没有数据行。请检查导出的时间范围；公司没有这张表时请从参数中删去。",
            en=f"{raw.where} has a header but no rows. Check the range of the export; "
            "leave the table out of the study where the company has none.",
        )
    if not intake.rows_accepted:
        zh = "；".join(f"{r.label.zh} {r.rows:,} 行" for r in intake.reasons if r.rows)
        en = "; ".join(f"{r.label.en}: {r.rows:,}" for r in intake.reasons if r.rows)
        raise HistoryError(
            zh=f"{raw.where} 的 {intake.rows_in:,} 行全部被隔离：{zh}；请核对 columns、date_format、keep 等设置。",
            en=f"All {intake.rows_in:,} rows of {raw.where} were quarantined ({en}); "
            "check columns, date_format and keep in the study file.",
        )
