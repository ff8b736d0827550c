"""Pilot files: found in the folders of earlier reports or where the study says, and read with their lots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.params.pilot import PilotParams, read_pilot
from toolkit.params.study_files import StudyFiles
from toolkit.pilots.lots import read_lots
from toolkit.shown import shown
from toolkit.window import Quarter

POINTER, FOLDER = "latest.json", "pilots"
LOTS, COLUMNS = ".lots.csv", ("customer_id", "list")


@shown("name", "lots")
@dataclass(frozen=True, slots=True, eq=False)
class PilotFile:
    """A pilot on file.

    Attributes
    ----------
    params : PilotParams
    lots : DataFrame
        Columns ``customer_id``, ``list``: who was drawn for which list.
    name : str
        File name.
    sha256 : str
        Of the file and of its lots together.
    """

    params: PilotParams
    lots: pd.DataFrame
    name: str
    sha256: str

    @property
    def id(self) -> str:
        return self.params.id

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of its lists, in order."""
        named = (self.params.served, *(wave.list for wave in self.params.waves), self.params.not_served)
        return tuple(dict.fromkeys(named))


def lots_beside(pilot: Path) -> Path:
    """Where the lots of the pilot file ``pilot`` lie."""
    return pilot.with_name(f"{pilot.stem}{LOTS}")


def pilots_of_reports(study_folder: Path) -> tuple[Path, ...]:
    """Pilot files of the last good run of every quarter below ``<reports>/<study>``, the oldest quarter first."""
    found: list[Path] = []
    pointers = sorted(
        study_folder.glob(f"[0-9]*Q[1-4]/{POINTER}"), key=lambda p: Quarter.parse(p.parent.name)
    )
    for pointer in pointers:
        run = json.loads(pointer.read_text("utf-8")).get("run")
        found += sorted((pointer.parent / str(run) / FOLDER).glob("*.yaml"))
    return tuple(found)


def pilots_of_study(files: StudyFiles, found: Iterable[Path], quarter: Quarter) -> tuple[PilotFile, ...]:
    """The pilots that a study reads at ``quarter``: proposed by reports of quarters before it, the oldest first.

    Parameters
    ----------
    files : StudyFiles
    found : iterable of Path
        Pilot files of the study's earlier reports; read where the study asks for them.
    quarter : Quarter

    Raises
    ------
    ParameterError
        With every problem of a pilot file; or where two files give the same pilot, or lots are missing.
    """
    asked = files.study.pilots
    if asked is None:
        return ()
    paths = [*found] if asked.from_reports else []
    paths += _named(files.path, asked.files)
    every = [read_pilot_file(path) for path in dict.fromkeys(path.absolute() for path in paths)]
    before = [one for one in every if Quarter.parse(one.params.asked.quarter) < quarter]
    known: dict[str, PilotFile] = {}
    for one in sorted(before, key=lambda one: (Quarter.parse(one.params.asked.quarter), one.id)):
        if known.setdefault(one.id, one).sha256 != one.sha256:
            raise ParameterError(
                zh=f"两个试点文件的 id 都是 {one.id}，内容却不同：{known[one.id].name} 与 {one.name}；请只保留一个。",
                en=f"Two pilot files have the id {one.id} and differ: {known[one.id].name} and {one.name}; keep one.",
            )
    return tuple(known.values())


def read_pilot_file(path: Path) -> PilotFile:
    """Read a pilot file with its lots.

    Raises
    ------
    ParameterError
        With every problem of the file, or where its lots are missing or of other lists.
    """
    params, beside = read_pilot(path, names()), lots_beside(path)
    if not beside.is_file():
        raise ParameterError(
            zh=f"试点文件 {path.name} 旁边没有抽签名单 {beside.name}；请把两个文件放在一起。",
            en=f"Beside the pilot file {path.name} there is no {beside.name}, which says who was drawn; keep both together.",
        )
    lots = read_lots(beside)
    sha256 = hashlib.sha256(path.read_bytes() + beside.read_bytes()).hexdigest()
    pilot = PilotFile(params, lots, path.name, sha256)
    missing = [name for name in COLUMNS if name not in lots.columns]
    strange = [] if missing else sorted(set(lots["list"]) - set(pilot.lists))
    if missing or strange or lots["customer_id"].duplicated().any():
        raise ParameterError(
            zh=f"{beside.name} 应有 customer_id、list 两列，每位客户一行，名单只有 {'、'.join(pilot.lists)}；"
            f"缺少的列：{missing or '无'}，不认识的名单：{strange or '无'}。",
            en=f"{beside.name} should have the columns customer_id and list, one row per customer, and no lists but "
            f"{', '.join(pilot.lists)}; missing columns: {missing or 'none'}, unknown lists: {strange or 'none'}.",
        )
    return pilot


def _named(study: Path, patterns: Sequence[str]) -> list[Path]:
    """Files that the study names; a pattern may find none, a plain name must exist."""
    found: list[Path] = []
    for pattern in patterns:
        wanted = study.parent / pattern
        found += sorted(wanted.parent.glob(wanted.name)) if "*" in wanted.name else [wanted]
    return found
