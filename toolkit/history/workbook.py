"""Excel workbooks: one sheet, or several of the same columns, as a typed table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from toolkit.errors import HistoryError
from toolkit.history.raw import distinct_names

Row = tuple[Any, ...]
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def read_sheets(
    path: Path, where: str, sheet: str | Sequence[str] | None, header: int | None = None
) -> tuple[tuple[str, ...], list[pa.Array], dict[str, int]]:
    """Names of the columns, their values, and the rows of each sheet in their order.

    A column whose cells are all dates, or all numbers, is typed so; any other is text. Rows without any
    cell, which spreadsheets keep below a table, are no rows.

    Parameters
    ----------
    path : Path
    where : str
        The file as the study names it.
    sheet : str or sequence of str, optional
        Names of sheets, ``*`` standing for anything; left out, the first sheet. Of several, those that
        are empty are passed over, and the columns are those of the first.
    header : int, optional
        Row of the column names, as the spreadsheet counts; left out, the first that holds anything.

    Raises
    ------
    HistoryError
        Where the file is no workbook, a sheet does not exist, holds nothing, or has other columns.
    """
    book = _opened(path, where)
    try:
        wanted = _wanted(book, where, sheet)
        sheets = [(name, _table(book[name], header)) for name in wanted]
    finally:
        book.close()
    filled = [(name, table) for name, table in sheets if table is not None]
    if not filled:
        raise _nothing_in(where, header)
    first, (names, body) = filled[0]
    lengths = {name: len(table[1]) for name, table in filled}
    for name, (others, rows) in filled[1:]:
        _refuse_other_columns((f"{where}#{first}", names), (f"{where}#{name}", others))
        order = [others.index(column) for column in names]
        body += [tuple(row[place] for place in order) for row in rows]
    columns = list(zip(*body, strict=True)) if body else [()] * len(names)
    return names, [_typed(cells) for cells in columns], lengths


def iter_rows(path: Path, where: str) -> Iterator[Row]:
    """Rows of the first sheet that hold anything, the header first; formulae give their stored value."""
    book = _opened(path, where)
    try:
        yield from (row for _, row in _numbered(book.worksheets[0]))
    finally:
        book.close()


def beginnings(path: Path, where: str, rows: int) -> dict[str, list[Row]]:
    """The first ``rows`` rows of every sheet that holds anything, empty ones as ``()``, by name of the sheet.

    Raises
    ------
    HistoryError
        Where the file is no workbook, or every sheet is empty.
    """
    book = _opened(path, where)
    try:
        found = {page.title: list(islice(_numbered(page), rows)) for page in book.worksheets}
    finally:
        book.close()
    if not any(found.values()):
        raise HistoryError(
            zh=f"{where} 的每张工作表都是空的。请检查导出是否成功。",
            en=f"Every sheet of {where} is empty. Check whether the export succeeded.",
        )
    return {name: _spaced(held) for name, held in found.items() if held}


def _spaced(held: Sequence[tuple[int, Row]]) -> list[Row]:
    rows: list[Row] = [()] * held[-1][0]
    for number, row in held:
        rows[number - 1] = row
    return rows


def _wanted(book: Any, where: str, sheet: str | Sequence[str] | None) -> list[str]:
    """Names of the sheets meant by ``sheet``, in the order of the workbook where ``*`` names them."""
    if sheet is None:
        return [book.worksheets[0].title]
    found: dict[str, None] = {}
    for asked in (sheet,) if isinstance(sheet, str) else sheet:
        pages = [page.title for page in book.worksheets]
        meant = [asked] if asked in pages else [name for name in pages if fnmatchcase(name, asked)]
        if not meant:
            raise HistoryError(
                zh=f"{where} 里没有名为“{asked}”的工作表；现有 {'、'.join(pages)}，请改正 sheet。",
                en=f"{where} has no sheet {asked!r}; it has {', '.join(pages)}; correct sheet.",
            )
        found.update(dict.fromkeys(meant))
    return list(found)


def _table(page: Any, header: int | None) -> tuple[tuple[str, ...], list[Row]] | None:
    """Names of the columns and the rows below them; None where the sheet has no such row."""
    rows = [row for number, row in _numbered(page) if number >= (header or 1)]
    if not rows:
        return None
    width = max(map(_filled, rows))
    names, *body = [(*row[:width], *[None] * (width - len(row))) for row in rows]
    return distinct_names("" if name is None else _text(name) for name in names), body


def _numbered(page: Any) -> Iterator[tuple[int, Row]]:
    """Rows that hold anything, with the number that the spreadsheet gives them."""
    page.reset_dimensions()
    for number, row in enumerate(page.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in row):
            yield number, row


def _filled(row: Row) -> int:
    """Cells of a row up to the last that holds anything."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)


def _nothing_in(where: str, header: int | None) -> HistoryError:
    if header is not None:
        return HistoryError(
            zh=f"{where} 的工作表在第 {header} 行及以下没有内容。请核对 header 和 sheet。",
            en=f"The sheet of {where} holds nothing in row {header} or below it. Check header and sheet.",
        )
    return HistoryError(
        zh=f"{where} 的工作表是空的。请检查导出是否成功，或用 sheet 指定另一张表。",
        en=f"The sheet of {where} is empty. Check the export, or name another sheet.",
    )


def _refuse_other_columns(first: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> None:
    missing = [name for name in first[1] if name not in other[1]]
    extra = [name for name in other[1] if name not in first[1]]
    if missing or extra:
        raise HistoryError(
            zh=f"工作表 {other[0]} 与 {first[0]} 的列不同：缺少 {missing}，多出 {extra}。同一张表的各工作表列名应一致。",
            en=f"Sheets {other[0]} and {first[0]} have different columns: missing {missing}, additional {extra}. "
            "The sheets of one table must have the same columns.",
        )


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
