"""Excel workbooks: one sheet as a typed table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from toolkit.errors import HistoryError
from toolkit.history.raw import distinct_names

Row = tuple[Any, ...]
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def read_sheet(path: Path, where: str, sheet: str | None) -> tuple[tuple[str, ...], list[pa.Array]]:
    """Names of the columns and their values.

    A column whose cells are all dates, or all numbers, is typed so; any other is text. Rows without any
    cell, which spreadsheets keep below a table, are no rows.

    Raises
    ------
    HistoryError
        Where the file is no workbook, the sheet does not exist, or the sheet is empty.
    """
    rows = iter_rows(path, where, sheet)
    header = next(rows, None)
    if header is None:
        raise HistoryError(
            zh=f"{where} 的工作表是空的。请检查导出是否成功，或用 sheet 指定另一张表。",
            en=f"The sheet of {where} is empty. Check the export, or name another sheet.",
        )
    below = list(rows)
    width = max(map(_filled, (header, *below)))
    header, *body = [(*row[:width], *[None] * (width - len(row))) for row in (header, *below)]
    columns = list(zip(*body, strict=True)) if body else [()] * width
    return distinct_names("" if name is None else _text(name) for name in header), [
        _typed(c) for c in columns
    ]


def _filled(row: Row) -> int:
    """Cells of a row up to the last that holds anything."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)


def iter_rows(path: Path, where: str, sheet: str | None = None) -> Iterator[Row]:
    """Rows of a sheet that hold anything, the header first; formulae give their stored value."""
    book = _opened(path, where)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            names = book.sheetnames
            raise HistoryError(
                zh=f"{where} 里没有名为“{sheet}”的工作表；现有 {'、'.join(names)}，请改正 sheet。",
                en=f"{where} has no sheet {sheet!r}; it has {', '.join(names)}; correct sheet.",
            )
        page = book[sheet] if sheet is not None else book.worksheets[0]
        page.reset_dimensions()
        yield from (row for row in page.iter_rows(values_only=True) if any(cell is not None for cell in row))
    finally:
        book.close()


def sheet_names(path: Path, where: str) -> tuple[str, ...]:
    """Names of the sheets that hold any cell, in order.

    Raises
    ------
    HistoryError
        Where the file is no workbook, or every sheet is empty.
    """
    book = _opened(path, where)
    try:
        names = [page.title for page in book.worksheets if _holds_anything(page)]
    finally:
        book.close()
    if not names:
        raise HistoryError(
            zh=f"{where} 的每张工作表都是空的。请检查导出是否成功。",
            en=f"Every sheet of {where} is empty. Check whether the export succeeded.",
        )
    return tuple(names)


def _holds_anything(page: Any) -> bool:
    page.reset_dimensions()
    return any(any(cell is not None for cell in row) for row in page.iter_rows(values_only=True))


def _opened(path: Path, where: str) -> Any:
    if _is_sealed(path):
        raise HistoryError(
            zh=f"{where} 是加密的工作簿，或旧式 .xls。请用 Excel 打开，去掉密码（文件 → 信息 → 保护工作簿），另存为 .xlsx。",
            en=f"{where} is protected by a password, or an old .xls. Open it in Excel, remove the password "
            "(File, Info, Protect Workbook) and save it as .xlsx.",
        )
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, EOFError):
        raise HistoryError(
            zh=f"{where} 不是可以读取的 Excel 文件。请用 Excel 打开，另存为 .xlsx 格式（不加密）。",
            en=f"{where} is not an Excel workbook that can be read. Open it in Excel and save it as .xlsx "
            "without a password.",
        ) from None


def _is_sealed(path: Path) -> bool:
    """Whether the file is a compound document: what Excel makes of a workbook with a password, and an old .xls."""
    with path.open("rb") as stream:
        return stream.read(8) == _COMPOUND


def _typed(cells: Iterable[Any]) -> pa.Array:
    cells = [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds and kinds <= {datetime, date}:
        return pa.array([_moment(cell) for cell in cells], pa.timestamp("us"))
    if kinds == {int} and all(cell is None or abs(cell) < 2**63 for cell in cells):
        return pa.array(cells, pa.int64())
    if kinds and kinds <= {int, float}:
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    return pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())


def _moment(cell: date | None) -> datetime | None:
    return cell if cell is None or isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)
