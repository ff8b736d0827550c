"""Text files with one row per line: proved readable in Python, then parsed by the engine.

A file in UTF-8 (with or without a byte order mark, packed with gzip or not) is parsed where
it lies. Any other encoding, and files that mix line endings, are written to a temporary UTF-8
copy first. The file itself is never changed.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import ibis

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.raw import cell_name, distinct_names
from toolkit.history.textfile import TextFile

_SPREADING = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM")


def read_delimited(
    con: ibis.BaseBackend, file: TextFile, delimiter: str, scratch: Path, header: int | None = None
) -> tuple[tuple[str, ...], ibis.Table, tuple[str, ...]]:
    """Names of the columns, the rows as text (``cell_0`` ...), and the lines that cannot be split.

    Parameters
    ----------
    con : ibis backend
    file : TextFile
    delimiter : str
    scratch : Path
        Folder for a temporary copy where one is needed.
    header : int, optional
        Row of the column names, counted from 1; left out, the first that holds anything.

    Raises
    ------
    ParameterError
        Unknown encoding, unusable delimiter.
    HistoryError
        Empty or cut-off file, wrong encoding, a quotation mark that is never closed.
    """
    sign = one_sign(delimiter, file.where)
    simple = file.prove()
    names, skipped, spread = _header(file, sign, header)
    path, packed = file.path, file.packed()
    if spread or not simple or _has_pattern(path):
        path, packed = scratch / f"{ibis.util.gen_name('copy')}.csv", False
        file.copy(path)
    options = {
        "columns": {cell_name(place): "VARCHAR" for place in range(len(names))},
        "skip": skipped,
        "delim": sign,
        "compression": "gzip" if packed else "none",
    }
    return names, *_parsed(con, file.where, path, options)


def _parsed(
    con: ibis.BaseBackend, where: str, path: Path, options: dict[str, object]
) -> tuple[ibis.Table, tuple[str, ...]]:
    made, rejects, scans = (ibis.util.gen_name(word) for word in ("lines", "rejects", "scans"))
    asked = {"header": False, "auto_detect": False, "quote": '"', "escape": '"', "store_rejects": True}
    told = asked | {"rejects_table": rejects, "rejects_scan": scans} | options
    words = ", ".join(f"{name} = {_literal(value)}" for name, value in told.items())
    try:
        con.con.execute(
            f'CREATE TEMP TABLE "{made}" AS SELECT * FROM read_csv({_literal(str(path))}, {words})'
        ).fetchall()
        found = con.con.execute(
            f'SELECT DISTINCT line, error_type::VARCHAR, csv_line FROM "{rejects}" ORDER BY line'
        ).fetchall()
        return con.table(made), _broken(where, found)
    except duckdb.Error as error:
        raise HistoryError(
            zh=f"{where} 不是可以读取的文本表（{type(error).__name__}）。请用电子表格软件打开，另存为 UTF-8 编码的 CSV。",
            en=f"{where} is not a text table that can be read ({type(error).__name__}). "
            "Open it in a spreadsheet and save it as CSV in UTF-8.",
        ) from None


def _broken(where: str, found: list[tuple[int, str, str]]) -> tuple[str, ...]:
    lines: dict[int, str] = {}
    for line, kind, text in found:
        text = (text or "").strip("\r\n")
        if kind in _SPREADING and ("\n" in text or kind != "UNQUOTED VALUE"):
            raise HistoryError(
                zh=f"{where} 第 {line} 行的引号没有闭合，后面的行无法分开。请改正该行的双引号（文字中的引号写成两个）。",
                en=f"{where}, line {line}: a quotation mark is not closed, so the lines after it cannot be told "
                "apart. Correct the quotation marks of that line (write one inside a text twice).",
            )
        lines[line] = text
    return tuple(lines.values())


def _literal(value: object) -> str:
    """A value as SQL writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(inner)}" for key, inner in value.items()) + "}"
    return str(value) if isinstance(value, bool | int) else "'" + str(value).replace("'", "''") + "'"


def one_sign(delimiter: str, where: str) -> str:
    """The character that parts columns.

    Raises
    ------
    ParameterError
    """
    sign = "\t" if delimiter == "\\t" else delimiter
    if len(sign) != 1 or sign in '"\r\n' or not sign.isascii():
        raise ParameterError(
            zh=f"列分隔符“{delimiter}”无法使用（{where}）；应为一个字符，如 , ; | 或制表符 \\t。",
            en=f"The column separator {delimiter!r} cannot be used ({where}); "
            r"it must be one character such as , ; | or the tab \t.",
        )
    return sign


def _header(file: TextFile, delimiter: str, header: int | None) -> tuple[tuple[str, ...], int, bool]:
    """Names of the columns, the number of records up to them (empty lines above count), and whether
    a quoted name runs over several lines, which the engine cannot skip behind a byte order mark."""
    with file.open() as text:
        lines = csv.reader(text, delimiter=delimiter)
        try:
            place, names = next(
                (place, row)
                for place, row in enumerate(lines, 1)
                if (row if header is None else place == header)
            )
        except (csv.Error, StopIteration):
            raise HistoryError(
                zh=f"{file.where} 的第 {header or 1} 行不是列名。请确认文件是带表头的 CSV，并核对 header。",
                en=f"Line {header or 1} of {file.where} does not hold column names. "
                "Check that the file is a CSV with a header, and the key header.",
            ) from None
        return distinct_names(names), place, lines.line_num > place


def _has_pattern(path: Path) -> bool:
    return any(sign in str(path) for sign in "*?[{")
