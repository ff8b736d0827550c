"""Opening a study: parameters, then the history through a cache, then the quarter.

The cache holds what the history became (cube, other tables, record of the intake), under a key made
of the parameters of the history, the bytes of its files and the code that reads them. The first
opening does the work; notebooks of the same run find it done.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pandas as pd

from toolkit.errors import HistoryError, UsageError
from toolkit.history.history import History, from_tables, read_history
from toolkit.history.quarantine import write_quarantine
from toolkit.measures.aggregation import build_cube
from toolkit.measures.cube import read_cube
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.history import FilesParams, SimulatedParams
from toolkit.params.places import data_folder, find_study, project_root
from toolkit.params.study import StudyParams, read_study
from toolkit.study.history import StudyHistory
from toolkit.study.study import Study
from toolkit.synthetic.company import simulate
from toolkit.window import Quarter

CACHE = "GRADELAB_CACHE"
ROOMS = ("history", "measures", "synthetic")
BLOCK = 1 << 20


def open_study(path: str | Path, *, quarter: str = "last", data: str | Path | None = None) -> Study:
    """Open the study file ``path`` for one quarter.

    Parameters
    ----------
    path : path
        Absolute, or relative to the working folder or to one above it.
    quarter : str
        ``2026Q3``, or ``last`` for the quarter that the study names (the last complete one by default).
    data : path, optional
        Data folder; without it ``GRADELAB_DATA``, else ``data/`` beside ``params/``.

    Raises
    ------
    ParameterError, HistoryError
    """
    path = find_study(path)
    files = read_study(path, names())
    history = _history(files.study, _folder(files.study, path, data))
    wanted = files.study.quarter if quarter == "last" else quarter
    return Study(files, history, _quarter(wanted, history))


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


def _history(study: StudyParams, folder: Path) -> StudyHistory:
    place = cache_folder() / _key(study, folder)
    if not (place / "record.pickle").exists():
        _fill(place, study, folder)
    with (place / "record.pickle").open("rb") as stream:
        record = pickle.load(stream)
    tables = {path.stem: pd.read_parquet(path) for path in sorted((place / "tables").glob("*.parquet"))}
    panel = Panel(read_cube(place / "cube"), tables)
    return StudyHistory(panel=panel, quarantine=place / "quarantine", **record)


def _fill(place: Path, study: StudyParams, folder: Path) -> None:
    """Read the history and keep what it became; complete or not there at all."""
    history, truth = _read(study, folder)
    beside = place.with_name(f".{place.name}.{uuid4().hex[:8]}")
    try:
        cube = build_cube(
            history.transactions,
            quarters=history.quarters,
            fiscal_start_month=study.fiscal_start_month,
            returns=history.returns,
        )
        cube.write(beside / "cube")
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
        if not place.exists():
            beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _read(study: StudyParams, folder: Path) -> tuple[History, dict | None]:
    params = study.history
    if isinstance(params, SimulatedParams):
        company = simulate(params.customers, params.seed)
        return from_tables(company.tables, params, fiscal_start_month=study.fiscal_start_month), dict(
            company.truth
        )
    return read_history(params, folder, today=date.today(), fiscal_start_month=study.fiscal_start_month), None


def _key(study: StudyParams, folder: Path) -> str:
    digest = hashlib.sha256(study.history.model_dump_json().encode())
    digest.update(str(study.fiscal_start_month).encode())
    for room in ROOMS:
        for module in sorted((Path(__file__).parents[1] / room).glob("*.py")):
            digest.update(module.read_bytes())
    if isinstance(study.history, FilesParams):
        digest.update(date.today().isoformat().encode() if study.history.latest is None else b"")
        for table in (study.history.transactions, *study.history.tables.values()):
            for path in sorted(folder.glob(table.path)):
                _add_file(digest, path)
    return digest.hexdigest()[:24]


def _add_file(digest: hashlib._Hash, path: Path) -> None:
    digest.update(path.name.encode())
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
