"""What a run reads, by digest, and whether it is still the same when a step has ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError, HistoryError, ParameterError
from toolkit.params.history import FilesParams, HistoryParams, TableParams
from toolkit.run.files import Places, digest, text_digest

PACKAGE = Path(__file__).resolve().parents[1]
NOT_CODE = ("__pycache__",)
NO_PART_OF_THE_TEXT = ("kernelspec", "language_info", "papermill", "widgets")

Signature = tuple[int, int, int] | None


class Sources:
    """The files a run reads.

    Parameters
    ----------
    parameters, notebooks, data : sequence of Path
    places : Places
        Names of the files in messages and records.
    code : Path, optional
        Folder of the package.
    look : sequence of Path
        The brand file and its pictures.
    databases : sequence of TableParams
        Tables that the run reads and that are no files here.
    history : HistoryParams, optional
        Whose tables they are.
    """

    def __init__(
        self,
        parameters: Sequence[Path],
        notebooks: Sequence[Path],
        data: Sequence[Path],
        places: Places,
        code: Path | None = None,
        look: Sequence[Path] = (),
        databases: Sequence[TableParams] = (),
        history: HistoryParams | None = None,
    ) -> None:
        self.parameters, self.notebooks, self.data = tuple(parameters), tuple(notebooks), tuple(data)
        self.look = tuple(look)
        self._places = places
        self._code = code or PACKAGE
        self._history = history
        self._databases = {f"{table.path}#{table.table}": (table, self._stored(table)) for table in databases}
        self._seen: dict[Path, tuple[Signature, str | None]] = {}
        self._modules = sorted(_files_below(self._code))
        for path in (*parameters, *notebooks, *data, *look, *self._modules):
            self._see(path)

    def digest(self, path: Path) -> str | None:
        """SHA-256 of ``path`` as it was when the run began; None where it was missing."""
        return self._seen[path][1]

    def digests(self, paths: Iterable[Path]) -> dict[str, str | None]:
        """Name and SHA-256 of each of ``paths``."""
        return {self._places.name(path): self.digest(path) for path in paths}

    def stored(self) -> dict[str, str | None]:
        """Name and digest of each table of a database as it was when the run began; None where it could not be read."""
        return {name: digest for name, (_, digest) in self._databases.items()}

    def code(self, *rooms: str) -> str:
        """Digest of the package, or of some of its rooms: modules, tables, templates."""
        wanted = [path for path in self._modules if not rooms or self._room(path) in rooms]
        told = [[path.relative_to(self._code).as_posix(), self.digest(path)] for path in wanted]
        return text_digest(json.dumps(told))

    def handed_down(self) -> dict[str, str]:
        """Environment in which the chapters find the digests of tables that are no files, so that they need not ask again."""
        if not self._databases:
            return {}
        from toolkit.history.stored import handed_down

        return handed_down(self.stored())

    def refuse_changed(self) -> None:
        """Stop where data, parameters, a notebook or the brand were changed or lost while the run was at work.

        Raises
        ------
        HistoryError
            Where it is a file of data.
        ParameterError
            Where it is a parameter file, a notebook or a file of the brand.
        """
        read = (*self.parameters, *self.notebooks, *self.data, *self.look)
        changed = [path for path in read if self._differs(path)]
        if changed:
            raise self._refusal(changed)
        moved = [name for name, (table, digest) in self._databases.items() if self._stored(table) != digest]
        if moved:
            raise HistoryError(
                zh=f"运行期间数据库里有 {len(moved)} 张表变了，第一张是 {moved[0]}。报告不能出自两种输入；"
                "请在没有写入的时候运行，或让研究读一张不再变动的表或视图（如按日期截止）。",
                en=f"{len(moved)} table(s) of a database changed while the run was at work, the first is {moved[0]}. A "
                "report must not come from two inputs; run when nothing is written, or let the study read a table or "
                "view that stands still (such as one that ends at a date).",
            )

    def changed_code(self) -> str | None:
        """The first module that is no longer as it was when the run began; None where all are."""
        return next((self._places.name(path) for path in self._modules if self._differs(path)), None)

    def _see(self, path: Path) -> None:
        before = _signature(path)
        self._seen[path] = (before, _digest(path) if before else None)

    def _differs(self, path: Path) -> bool:
        seen, now = self._seen[path][0], _signature(path)
        if now == seen:
            return False
        if now is None or seen is None or _digest(path) != self.digest(path):
            return True
        self._see(path)
        return False

    def _refusal(self, changed: list[Path]) -> GradelabError:
        kind = HistoryError if any(path in self.data for path in changed) else ParameterError
        lost = sum(not path.exists() for path in changed)
        first = self._places.name(next((p for p in changed if p in self.data), changed[0]))
        return kind(
            zh=f"运行期间有 {len(changed)} 个输入文件变了（其中 {lost} 个不见了），第一个是 {first}。"
            "报告不能出自两种输入；请放好文件后重新运行，已完成且不受影响的步骤不会重做。",
            en=f"{len(changed)} input file(s) changed while the run was at work ({lost} of them vanished), "
            f"the first is {first}. A report must not come from two inputs; put the files right and run again, "
            "finished steps that are not touched by it are not done again.",
        )

    def _stored(self, table: TableParams) -> str | None:
        """Digest of a table; None where it cannot be read: reading the data refuses it, and that is on record."""
        from toolkit.history.stored import fingerprint

        try:
            return fingerprint(table, self._history)
        except GradelabError:
            return None

    def _room(self, path: Path) -> str:
        return path.relative_to(self._code).parts[0].removesuffix(".py")


def data_tables(history: HistoryParams) -> tuple[TableParams, ...]:
    """Every table of ``history`` that is no file here; none where a reference stands for nothing."""
    if not isinstance(history, FilesParams):
        return ()
    from toolkit.history.stored import tables_of

    try:
        return tables_of(history)
    except ParameterError:
        return ()


def data_files(history: HistoryParams, folder: Path) -> list[Path]:
    """Every file that the tables of ``history`` name, in order; a named file that is missing is listed as well.

    So is one whose reference stands for nothing: reading the data refuses it, and the refusal is on record.
    """
    if not isinstance(history, FilesParams):
        return []
    from toolkit.history.vault import files_of

    found: dict[Path, None] = {}
    stored = data_tables(history)
    for table in (history.transactions, *history.tables.values()):
        if table in stored:
            continue
        try:
            matches = [path for _, path in files_of(table.path, folder)]
        except ParameterError:
            matches = []
        found.update(dict.fromkeys(matches or [folder / table.path]))
    return list(found)


def notebook_text(path: Path) -> dict[str, Any]:
    """What a notebook says: its cells' kind, source and tags, and its own metadata; no outputs, no ids.

    Raises
    ------
    ParameterError
        Where it is no notebook.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        cells = [
            [cell["cell_type"], _source(cell["source"]), sorted(cell["metadata"].get("tags", ()))]
            for cell in content["cells"]
        ]
        about = {k: v for k, v in content["metadata"].items() if k not in NO_PART_OF_THE_TEXT}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ParameterError(
            zh=f"{path} 不是 Jupyter 笔记本（第 4 版格式），或已损坏。",
            en=f"{path} is not a Jupyter notebook (format 4), or it is damaged.",
        ) from None
    return {"cells": [text_digest(json.dumps(cell)) for cell in cells], "about": about}


def _source(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part in NOT_CODE for part in path.parts):
            yield path


def _signature(path: Path) -> Signature:
    try:
        told = os.stat(path)
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns, told.st_ino


def _digest(path: Path) -> str:
    try:
        return digest(path)
    except OSError as error:
        raise HistoryError(
            zh=f"读不了文件 {path.name}（{error.strerror}）；请检查权限，或换一份文件。",
            en=f"The file {path.name} cannot be read ({error.strerror}); check its permissions or replace it.",
        ) from None
