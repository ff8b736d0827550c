"""The public data set Online Retail, brought from its owner, converted and proved.

Source: Daqing Chen, Online Retail, UCI Machine Learning Repository, dataset 352,
doi 10.24432/C5BW33, licence CC BY 4.0.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from toolkit.errors import HistoryError
from toolkit.history.download import Progress, download
from toolkit.history.workbook import iter_rows
from toolkit.terms import Label

FOLDER = "online_retail_2010_2011"
_COLUMNS = {
    "InvoiceNo": pa.string(),
    "StockCode": pa.string(),
    "Description": pa.string(),
    "Quantity": pa.int64(),
    "InvoiceDate": pa.timestamp("us"),
    "UnitPrice": pa.float64(),
    "CustomerID": pa.int64(),
    "Country": pa.string(),
}
_CONVERTING = Label("转换工作簿", "converting the workbook")
_REPORT_EVERY = 50_000
_CLEAN = "CustomerID IS NOT NULL AND NOT starts_with(InvoiceNo, 'C') AND Quantity > 0 AND UnitPrice > 0"


@dataclass(frozen=True, slots=True)
class Edition:
    """Where the data set is, and what it must contain.

    Attributes
    ----------
    address : str
    rows : int
        Rows of the workbook.
    clean_rows : int
        Rows with a customer id that are no cancellation and whose quantity and price are above zero.
    clean_amount : float
        Sum of quantity times price over the clean rows, in GBP, to the penny.
    """

    address: str
    rows: int
    clean_rows: int
    clean_amount: float


PUBLISHED = Edition(
    "https://archive.ics.uci.edu/static/public/352/online+retail.zip", 541_909, 397_884, 8_911_407.90
)


def fetch_online_retail(folder: Path, progress: Progress, *, edition: Edition = PUBLISHED) -> Path:
    """Download, convert and prove the data set; nothing that is there is touched before the proof.

    Parameters
    ----------
    folder : Path
        Data folder; the data set comes to ``online_retail_2010_2011`` below it.
    progress : callable
        ``progress(step, done, total)`` with the step as a Label.
    edition : Edition

    Returns
    -------
    Path
        The folder with ``online_retail.csv.gz``, ``online_retail.parquet`` and ``SOURCE.md``.

    Raises
    ------
    HistoryError
        No network, a damaged download, or contents that differ from what was published.
    """
    final = folder / FOLDER
    work = folder / f".{FOLDER}.part"
    packed = work / "online_retail.zip"
    try:
        work.mkdir(parents=True, exist_ok=True)
        if not packed.is_file():
            download(edition.address, packed, progress)
        made = _converted(packed, work, edition, progress)
        final.mkdir(exist_ok=True)
        for file in made:
            file.replace(final / file.name)
        shutil.rmtree(work)
    except OSError as error:
        raise HistoryError(
            zh=f"无法写入数据文件夹 {folder}（{error.strerror}）。请用 --data 或 GRADELAB_DATA 指定可写、空间足够的文件夹。",
            en=f"Cannot write to the data folder {folder} ({error.strerror}). Choose a folder that can be written and "
            "has room with --data or GRADELAB_DATA.",
        ) from None
    return final


def _converted(packed: Path, work: Path, edition: Edition, progress: Progress) -> tuple[Path, ...]:
    """The files of the data set in ``work``, proved; a download that fails the proof is removed."""
    try:
        return _written(_table(_workbook(packed, work), edition, progress), work, edition)
    except HistoryError:
        packed.unlink()
        raise


def _workbook(packed: Path, work: Path) -> Path:
    try:
        with zipfile.ZipFile(packed) as archive:
            member = next(name for name in archive.namelist() if name.lower().endswith(".xlsx"))
            with archive.open(member) as source, (work / "online_retail.xlsx").open("wb") as target:
                shutil.copyfileobj(source, target)
    except (zipfile.BadZipFile, zlib.error, StopIteration, EOFError):
        raise HistoryError(
            zh="下载的压缩包已损坏或其中没有工作簿，已删除。请再运行一次。",
            en="The archive that was downloaded is damaged or holds no workbook; it was removed. Run the command again.",
        ) from None
    return work / "online_retail.xlsx"


def _table(workbook: Path, edition: Edition, progress: Progress) -> pa.Table:
    rows = iter_rows(workbook, workbook.name)
    header = next(rows, ())
    if list(header[: len(_COLUMNS)]) != list(_COLUMNS):
        raise _differs(f"列名为 {list(header)}", f"its columns are {list(header)}")
    columns: list[list[Any]] = [[] for _ in _COLUMNS]
    for count, row in enumerate(rows, 1):
        cells = (*row, *[None] * len(_COLUMNS))
        for column, cell, kind in zip(columns, cells, _COLUMNS.values(), strict=False):
            column.append(_cell(cell, kind))
        if count % _REPORT_EVERY == 0:
            progress(_CONVERTING, count, edition.rows)
    try:
        typed = [pa.array(cells, kind) for cells, kind in zip(columns, _COLUMNS.values(), strict=True)]
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise _differs("有一列的类型与公布的不符", "a column does not have the published type") from None
    return pa.table(typed, list(_COLUMNS))


def _cell(cell: Any, kind: pa.DataType) -> Any:
    """Excel stores whole numbers as floats and codes such as 71053 as numbers."""
    if isinstance(cell, float) and cell.is_integer() and not pa.types.is_floating(kind):
        cell = int(cell)
    return str(cell) if pa.types.is_string(kind) and cell is not None else cell


def _written(rows: pa.Table, work: Path, edition: Edition) -> tuple[Path, ...]:
    packed, columnar, notice = (
        work / name for name in ("online_retail.csv.gz", "online_retail.parquet", "SOURCE.md")
    )
    with duckdb.connect() as con:
        con.execute("SET autoinstall_known_extensions = false")
        con.register("retail", rows)
        found = con.execute(
            f"SELECT count(*), count(*) FILTER ({_CLEAN}), "
            f"round(sum(CAST(Quantity * UnitPrice AS DECIMAL(18, 4))) FILTER ({_CLEAN}), 2)::DOUBLE FROM retail"
        ).fetchone()
        _prove(found, edition)
        con.execute(f"COPY retail TO '{_quoted(packed)}' (FORMAT csv, HEADER, COMPRESSION gzip)")
        con.execute(f"COPY retail TO '{_quoted(columnar)}' (FORMAT parquet, COMPRESSION zstd)")
    notice.write_text(_notice(edition), encoding="utf-8")
    return packed, columnar, notice


def _prove(found: tuple[int, int, float | None], edition: Edition) -> None:
    wanted = (edition.rows, edition.clean_rows, edition.clean_amount)
    if found[:2] != wanted[:2] or found[2] is None or abs(found[2] - edition.clean_amount) >= 0.005:
        raise _differs(
            f"行数、有效行数、有效金额为 {found}，应为 {wanted}",
            f"rows, clean rows and clean amount are {found}, expected {wanted}",
        )


def _differs(zh: str, en: str) -> HistoryError:
    return HistoryError(
        zh=f"下载的数据与公布的不符：{zh}。没有替换任何已有文件，下载内容已删除。",
        en=f"What was downloaded differs from what was published: {en}. "
        "No existing file was replaced; the download was removed.",
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _notice(edition: Edition) -> str:
    return f"""# Online Retail (2010-12-01 .. 2011-12-09)

Owner: Daqing Chen, UCI Machine Learning Repository, dataset 352, doi 10.24432/C5BW33.
Licence: Creative Commons Attribution 4.0 International (CC BY 4.0), https://creativecommons.org/licenses/by/4.0/
Source: {edition.address}

Changes: the workbook was converted to online_retail.csv.gz and online_retail.parquet with the same
rows and columns; CustomerID is written as a whole number and invoice and stock codes as text.

Proved on arrival: {edition.rows:,} rows; {edition.clean_rows:,} of them clean (customer id present, no
cancellation, quantity and price above zero), worth GBP {edition.clean_amount:,.2f}.
"""
