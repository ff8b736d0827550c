"""Opening a study: parameters, then the history through a cache, then the quarter.

The cache holds what the history became (cube, other tables, record of the intake), under a key made
of the parameters of the history, the bytes of its files and the code that reads them. The first
opening does the work; notebooks of the same run find it done.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pandas as pd

from toolkit.errors import HistoryError, UsageError
from toolkit.history.history import History, from_tables, read_history
from toolkit.history.quarantine import write_quarantine
from toolkit.history.stored import seen, tables_of
from toolkit.history.vault import files_of
from toolkit.measures.reading import read_cube
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.history import FilesParams, SimulatedParams
from toolkit.params.overlays import has_quarter_files
from toolkit.params.places import data_folder, find_study, project_root
from toolkit.params.study import StudyParams
from toolkit.params.study_files import StudyFiles, read_study
from toolkit.study.cache import CUBE, LINEAGE, latest_whole, lineage_of, make_cube
from toolkit.study.company import carried_out, company_pilot
from toolkit.study.history import StudyHistory
from toolkit.study.pilot_files import PilotFile, pilots_of_study
from toolkit.study.pilot_states import designs_on_record
from toolkit.study.study import Study
from toolkit.synthetic.company import simulate
from toolkit.window import Quarter

CACHE = "GRADELAB_CACHE"
ROOMS = ("history", "measures", "synthetic")
BLOCK = 1 << 20
DIGESTS = "digests.json"


def open_study(
    path: str | Path,
    *,
    quarter: str = "last",
    data: str | Path | None = None,
    pilots: Iterable[Path] = (),
) -> Study:
    """Open the study file ``path`` for one quarter.

    Parameters
    ----------
    path : path
        Absolute, or relative to the working folder or to one above it; perhaps with scenarios, see
        :func:`toolkit.params.overlays.split_study`.
    quarter : str
        ``2026Q3``, or ``last`` for the quarter that the study names (the last complete one by default).
    data : path, optional
        Data folder; without it ``GRADELAB_DATA``, else ``data/`` beside ``params/``.
    pilots : iterable of Path
        Pilot files of the study's earlier reports, see :func:`toolkit.study.pilot_files.pilots_of_reports`;
        those of reports before ``quarter`` are read, where the study asks for them. One that stands in the
        table ``lists`` becomes a design of the study; a simulated company carries all of them out.

    Raises
    ------
    ParameterError, HistoryError

    Examples
    --------
    >>> study = toolkit.open_study("params/studies/demo.yaml", quarter="2026Q3")  # doctest: +SKIP
    >>> import tempfile, toolkit
    >>> from unittest.mock import patch
    >>> from toolkit.study.example import FILE
    >>> with tempfile.TemporaryDirectory() as cache, patch.dict("os.environ", GRADELAB_CACHE=cache):
    ...     study = toolkit.open_study(FILE, quarter="2025Q4")
    >>> study.quarter, study.baseline.title.en, len(study.registers["vip"].at(study.quarter))
    (Quarter(2025Q4), 'VIP rules in force', 482)
    """
    study = find_study(path)
    files = read_study(study, names(), quarter)
    folder = _folder(files.study, files.path, data)
    wanted = files.study.quarter if quarter == "last" else quarter
    history = _history(files.study, folder) if wanted == "last" or files.study.pilots is None else None
    place = _quarter(wanted, history) if history else Quarter.parse(wanted)
    if quarter == "last" and has_quarter_files(files.path, files.study.id):
        files = read_study(study, names(), str(place))
    read = pilots_of_study(files, pilots, place)
    carried = carried_out(files.study, read)
    if history is None or carried:
        history = _history(files.study, folder, carried)
        place = _quarter(str(place), history)
    return Study(_with_designs(files, history, place, read), history, place, read)


def _with_designs(
    files: StudyFiles, history: StudyHistory, quarter: Quarter, pilots: Sequence[PilotFile]
) -> StudyFiles:
    """The study with a design for each pilot whose lists are on record, unless it has one of that name."""
    asked = files.study
    known = {design.id for design in asked.designs}
    found = designs_on_record(asked, history.tables.get("lists"), quarter, pilots)
    new = tuple(design for design in found if design.id not in known)
    return replace(files, study=asked.model_copy(update={"designs": (*asked.designs, *new)}))


def last_quarter(files: StudyFiles, data: str | Path | None = None) -> Quarter:
    """The quarter that the study means: the last complete one that its data show, unless it names another.

    Raises
    ------
    ParameterError, HistoryError
    """
    history = _history(files.study, _folder(files.study, files.path, data))
    return _quarter(files.study.quarter, history)


def cache_folder() -> Path:
    """Where opened histories are kept."""
    if os.environ.get(CACHE):
        return Path(os.environ[CACHE]) / "histories"
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("gradelab", appauthor=False)) / "histories"


def _folder(study: StudyParams, path: Path, data: str | Path | None) -> Path:
    """The data folder of a study on files; a simulated history needs none."""
    if isinstance(study.history, SimulatedParams):
        return path.parent
    return data_folder(path.parent if data else project_root(path), data)


def _quarter(wanted: str, history: StudyHistory) -> Quarter:
    complete = history.complete
    if not complete:
        raise HistoryError(
            zh=f"数据从 {history.first_day} 到 {history.last_day}，没有一个完整的季度，无法出报告；请补充数据。",
            en=f"The data run from {history.first_day} to {history.last_day} and hold no complete quarter; add data.",
        )
    if wanted == "last":
        return complete[-1]
    quarter = Quarter.parse(wanted)
    if quarter not in complete:
        state = (
            ("尚未结束", "is unfinished")
            if quarter in history.unfinished
            else ("不在数据之内", "is not in the data")
        )
        raise UsageError(
            zh=f"季度 {quarter} {state[0]}；可选的完整季度是 {complete[0]} 至 {complete[-1]}。",
            en=f"Quarter {quarter} {state[1]}; complete quarters run from {complete[0]} to {complete[-1]}.",
        )
    return quarter


def _history(study: StudyParams, folder: Path, pilots: Sequence[PilotFile] = ()) -> StudyHistory:
    place = cache_folder() / _key(study, folder, pilots)
    if not is_whole(place):
        _fill(place, study, folder, pilots)
    with (place / "record.pickle").open("rb") as stream:
        record = pickle.load(stream)
    tables = {path.stem: pd.read_parquet(path) for path in sorted((place / "tables").glob("*.parquet"))}
    panel = Panel(read_cube(place / CUBE), tables)
    return StudyHistory(panel=panel, quarantine=place / "quarantine", **record)


def _fill(place: Path, study: StudyParams, folder: Path, pilots: Sequence[PilotFile]) -> None:
    """Read the history and keep what it became; complete or not there at all."""
    history, truth = _read(study, folder, pilots)
    beside = place.with_name(f".{place.name}.{uuid4().hex[:8]}")
    try:
        lineage = lineage_of(study, folder)
        earlier = latest_whole(cache_folder(), lineage, is_whole)
        make_cube(history, study, beside / CUBE, earlier)
        (beside / LINEAGE).write_text(lineage, "utf-8")
        (beside / "tables").mkdir()
        for name, table in history.tables.items():
            table.to_parquet(beside / "tables" / f"{name}.parquet")
        write_quarantine(history, beside / "quarantine")
        record = {
            "intakes": tuple(history.ledger.values()),
            "files": history.files,
            "first_day": history.first_day,
            "last_day": history.last_day,
            "unfinished": history.unfinished,
            "currency": history.currency,
            "truth": truth,
        }
        (beside / "record.pickle").write_bytes(pickle.dumps(record))
        (beside / DIGESTS).write_text(json.dumps(_digests(beside)), "utf-8")
        _take_place(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _take_place(beside: Path, place: Path) -> None:
    """Give ``beside`` the name ``place``, unless a whole history came to lie there meanwhile."""
    if is_whole(place):
        return
    if place.exists():
        damaged = place.with_name(f".{place.name}.{uuid4().hex[:8]}")
        place.rename(damaged)
        shutil.rmtree(damaged, ignore_errors=True)
    try:
        beside.rename(place)
    except OSError:
        if not is_whole(place):
            raise


def is_whole(place: Path) -> bool:
    """Whether every file of an opened history is there, byte for byte; a damaged one is made again."""
    try:
        return json.loads((place / DIGESTS).read_text("utf-8")) == _digests(place)
    except (OSError, ValueError):
        return False


def _digests(place: Path) -> dict[str, str]:
    """SHA-256 of every file below ``place``, by name."""
    found = {}
    for path in sorted(path for path in place.rglob("*") if path.is_file() and path.name != DIGESTS):
        digest = hashlib.sha256()
        _add_file(digest, path)
        found[path.relative_to(place).as_posix()] = digest.hexdigest()
    return found


def _read(study: StudyParams, folder: Path, pilots: Sequence[PilotFile]) -> tuple[History, dict | None]:
    params = study.history
    if isinstance(params, SimulatedParams):
        known = [company_pilot(one, study.programme) for one in pilots]
        company = simulate(params.customers, params.seed, pilots=known)
        return from_tables(company.tables, params, fiscal_start_month=study.fiscal_start_month), dict(
            company.truth
        )
    return read_history(params, folder, today=date.today(), fiscal_start_month=study.fiscal_start_month), None


def _key(study: StudyParams, folder: Path, pilots: Sequence[PilotFile]) -> str:
    digest = hashlib.sha256(study.history.model_dump_json(exclude={"memory_limit", "spill_folder"}).encode())
    if pilots:
        digest.update(study.programme.package.encode())
        for one in pilots:
            digest.update(one.sha256.encode())
    digest.update(str(study.fiscal_start_month).encode())
    for room in ROOMS:
        for module in sorted((Path(__file__).parents[1] / room).glob("*.py")):
            digest.update(module.read_bytes())
    if isinstance(study.history, FilesParams):
        digest.update(date.today().isoformat().encode() if study.history.latest is None else b"")
        for table in (study.history.transactions, *study.history.tables.values()):
            for _, path in files_of(table.path, folder):
                _add_file(digest, path)
        for table in tables_of(study.history):
            digest.update(seen(table, study.history).encode())
    return digest.hexdigest()[:24]


def _add_file(digest: hashlib._Hash, path: Path) -> None:
    digest.update(path.name.encode())
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
