"""Which of the named files belong together: one table written in many files of the same columns."""

from __future__ import annotations

import csv
import difflib
import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from toolkit.errors import HistoryError, UsageError
from toolkit.history.piece import DELIMITED, KNOWN, WORKBOOKS
from toolkit.history.proposal.heading import LOOKED_AT, heading
from toolkit.history.proposal.writing import Written, written
from toolkit.history.raw import distinct_names
from toolkit.history.vault import DATABASES, files_of
from toolkit.history.workbook import beginnings
from toolkit.params.references import holds_password, references

_NEAR = 5


@dataclass(frozen=True, slots=True)
class Sheets:
    """Sheets of one workbook that have the same columns.

    Attributes
    ----------
    names : tuple of str
        In the order of the workbook.
    columns : frozenset of str
    header : int or None
        Row of the column names, where a title stands above them.
    """

    names: tuple[str, ...]
    columns: frozenset[str]
    header: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one table, or one file, or a database.

    Attributes
    ----------
    path : str
        As the study names it: below the data folder, or absolute; with ``*`` for several files.
    files : tuple of Path
        Empty for a database.
    written : Written or None
        How text files are written.
    header : int or None
        Row of the column names of text files, where a title stands above them.
    sheets : tuple of Sheets
        What a workbook holds; the same in each where there are several.
    table : str or None
        Table of a database, where one is named.
    """

    path: str
    files: tuple[Path, ...]
    written: Written | None = None
    header: int | None = None
    sheets: tuple[Sheets, ...] = ()
    table: str | None = None


def groups_of(named: Sequence[str], data_folder: Path) -> tuple[Group, ...]:
    """The files and databases that ``named`` means, those of the same columns in one folder together.

    Parameters
    ----------
    named : sequence of str
        Files, patterns, or references to databases (``${env:SHOP_URL}``, perhaps with ``#table``).
    data_folder : Path
        Paths below it are written relative to it.

    Raises
    ------
    UsageError
        Nothing of that name, a pattern that matches nothing, a password on the command line.
    HistoryError
        A file of no known kind, or one that is empty.
    """
    found: dict[tuple, list[Path]] = {}
    databases = []
    for name in named:
        if (database := _database(name)) is not None:
            databases.append(database)
            continue
        for path in _files(name):
            found.setdefault((_suffix(path), *_content(path)), []).append(path)
    groups = [
        Group(_place(files, data_folder), files, written, header, sheets)
        for (_, written, header, sheets, _), paths in found.items()
        for files in [tuple(dict.fromkeys(paths))]
    ]
    return (*groups, *databases)


def _content(path: Path) -> tuple[Written | None, int | None, tuple[Sheets, ...], object]:
    """How a file is written, where its names stand, its sheets, and what only files of the same table share."""
    if path.name.lower().endswith(DELIMITED):
        told = written(path)
        with told.open(path) as text:
            rows = list(islice(csv.reader(text, delimiter=told.sign), LOOKED_AT))
        return told, heading(rows), (), _columns(rows)
    if path.name.lower().endswith(WORKBOOKS):
        return None, None, _sheets(path), None
    return None, None, (), path


def _sheets(path: Path) -> tuple[Sheets, ...]:
    """The sheets of a workbook, those of the same columns together; the only sheet needs no name."""
    alike: dict[tuple[frozenset[str], int | None], list[str]] = {}
    pages = beginnings(path, path.name, LOOKED_AT)
    for name, rows in pages.items():
        alike.setdefault((_columns(rows), heading(rows)), []).append(name)
    return tuple(Sheets(tuple(names) if len(pages) > 1 else (), *key) for key, names in alike.items())


def _columns(rows: Sequence[Sequence[object]]) -> frozenset[str]:
    """Names of the columns at the beginning of a file or sheet."""
    place = heading(rows)
    names = rows[place - 1] if place else next((row for row in rows if row), ())
    return frozenset(distinct_names("" if name is None else str(name) for name in names))


def _database(name: str) -> Group | None:
    path, _, table = name.partition("#")
    if holds_password(path):
        raise UsageError(
            zh="命令行里有密码：命令会留在历史记录里，人人可见。请把整个地址放进环境变量，写作 '${env:SHOP_URL}'，并更换这个密码。",
            en="There is a password on the command line, where it stays in the history and everybody can see it. Put the "
            "whole address into a variable, write '${env:SHOP_URL}', and change the password.",
        )
    whole = references(path) and not Path(path).suffix
    return Group(path, (), table=table or None) if path.startswith(DATABASES) or whole else None


def _files(name: str) -> Iterable[Path]:
    single = Path(name)
    if single.is_file():
        return [_known(single)]
    if single.is_dir():
        inside = [path for path in sorted(single.iterdir()) if path.name.lower().endswith(KNOWN)]
        return inside or _nothing(name)
    matches = [Path(one) for one in sorted(glob.glob(name, recursive=True)) if Path(one).is_file()]
    return [_known(path) for path in matches] or _nothing(name)


def _known(path: Path) -> Path:
    if path.name.lower().endswith(KNOWN):
        return path
    raise HistoryError(
        zh=f"不认识 {path.name} 的格式；可读取 {'、'.join(KNOWN)}。旧式 .xls 和 .et 请另存为 .xlsx。",
        en=f"The format of {path.name} is not known; readable are {', '.join(KNOWN)}. Save an old .xls or .et as .xlsx.",
    )


def _nothing(name: str) -> list[Path]:
    folder = Path(name).parent
    if any(sign in name for sign in "*?["):
        raise UsageError(
            zh=f"没有文件符合 {name}；请核对文件夹和 *，并给整个路径加单引号，免得命令行先行展开。",
            en=f"No file matches {name}; check the folder and the *, and put the path in single quotes so that the shell leaves it alone.",
        )
    here = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(Path(name).name, here, n=_NEAR, cutoff=0.5)
    readable = near or [one for one in sorted(here) if one.lower().endswith(KNOWN)][:_NEAR]
    zh = f"同一文件夹里有 {'、'.join(readable)}" if readable else "请检查路径"
    en = f"the folder holds {', '.join(readable)}" if readable else "check the path"
    raise UsageError(zh=f"找不到文件 {name}；{zh}。", en=f"There is no file {name}; {en}.")


def _suffix(path: Path) -> str:
    return next(one for one in sorted(KNOWN, key=len, reverse=True) if path.name.lower().endswith(one))


def _place(files: Sequence[Path], data_folder: Path) -> str:
    """Path of a study that means exactly ``files``."""
    root = data_folder.absolute()
    absolute = [Path(os.path.abspath(path)) for path in files]
    inside = all(path.is_relative_to(root) for path in absolute)
    named = [(path.relative_to(root) if inside else path).as_posix() for path in absolute]
    if len(named) == 1:
        return named[0]
    for pattern in _patterns(named):
        if {path for _, path in files_of(pattern, root)} == set(absolute):
            return pattern
    raise UsageError(
        zh=f"这 {len(files)} 个文件列名相同，是同一张表，但没有一个带 * 的路径恰好只含它们（第一个是 {files[0]}）。"
        "请把它们单独放进一个文件夹，再导入这个文件夹。",
        en=f"These {len(files)} files have the same columns and are one table, but no path with * means exactly them "
        f"(the first is {files[0]}). Put them into a folder of their own and import that folder.",
    )


def _patterns(named: Sequence[str]) -> list[str]:
    """Paths with ``*`` that could mean all of ``named``, the narrowest first."""
    folders = {one.rpartition("/")[0] for one in named}
    names = [one.rpartition("/")[2] for one in named]
    name = starred(names)
    if len(folders) == 1:
        return [f"{folder}/{name}" if (folder := next(iter(folders))) else name]
    depths = {folder.count("/") for folder in folders}
    if len(depths) != 1:
        return []
    parts = zip(*(folder.split("/") for folder in sorted(folders)), strict=True)
    return ["/".join(one[0] if len(set(one)) == 1 else "*" for one in parts) + f"/{name}"]


def starred(names: Sequence[str]) -> str:
    """The narrowest pattern with one ``*`` that means all of ``names``, and perhaps more.

    >>> starred(["1月", "2月"]), starred(["2026-01", "2026-02"])
    ('*月', '2026-0*')
    """
    if len(set(names)) == 1:
        return glob.escape(names[0])
    start = _beginning(names)
    end = _beginning([name[len(start) :][::-1] for name in names])[::-1]
    return f"{glob.escape(start)}*{glob.escape(end)}"


def _beginning(names: Sequence[str]) -> str:
    """What all names begin with."""
    low, high = min(names), max(names)
    return next((low[:place] for place, sign in enumerate(low) if high[place : place + 1] != sign), low)
