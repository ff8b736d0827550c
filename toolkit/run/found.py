"""Which run is meant: a folder, a quarter of a study, or a study file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.run.files import read_json
from toolkit.run.folder import LATEST, MANIFEST

SUFFIXES = (".yaml", ".yml")


def find_run(wanted: Path, out: Path, quarter: str | None = None) -> Path:
    """The folder of one run.

    Parameters
    ----------
    wanted : Path
        A run folder, the folder of a quarter, the folder of a study, a study file, or the name of a
        study or ``study/quarter`` below ``out``.
    out : Path
        Folder of reports.
    quarter : str, optional
        Such as ``2026Q3``; None or ``last`` for the last quarter that has a good report.

    Raises
    ------
    UsageError
        Where no run is meant, or the quarter has no good report.

    Examples
    --------
    >>> import pathlib, tempfile, toolkit
    >>> out = pathlib.Path(tempfile.mkdtemp())
    >>> run = out / "demo" / "2026Q3" / "20261001-0800"
    >>> run.mkdir(parents=True)
    >>> _ = (run / "manifest.json").write_text("{}"), (run.parent / "latest.json").write_text('{"run": "20261001-0800"}')
    >>> toolkit.find_run(pathlib.Path("demo/2026Q3"), out).name
    '20261001-0800'
    """
    for place in _places(wanted, out):
        if (place / MANIFEST).is_file():
            return place.resolve()
        if (place / LATEST).is_file():
            return _latest(place)
        if quarters := last_good(place):
            return _of_quarter(place, quarters, quarter)
    raise UsageError(
        zh=f"{wanted} 不是运行文件夹，{out} 之下也没有它的报告；请写运行文件夹、研究文件或“研究编号/季度”。",
        en=f"{wanted} is no run folder and has no report below {out}; name a run folder, a study file or STUDY/QUARTER.",
    )


def last_good(study: Path) -> dict[str, Path]:
    """Quarter -> folder of its last good run, in order; only quarters that have one.

    Parameters
    ----------
    study : Path
        Folder of the study's reports.
    """
    pointers = sorted(study.glob(f"[0-9]*Q[1-4]/{LATEST}"))
    found = {one.parent.name: one.parent / str(read_json(one).get("run")) for one in pointers}
    return {quarter: run for quarter, run in found.items() if (run / MANIFEST).is_file()}


def _places(wanted: Path, out: Path) -> Iterator[Path]:
    if wanted.suffix in SUFFIXES:
        from toolkit.params.study_files import read_study

        yield out / read_study(wanted).study.id
    else:
        yield wanted
        if not wanted.is_absolute():
            yield out / wanted


def _latest(folder: Path) -> Path:
    run = folder / str(read_json(folder / LATEST).get("run"))
    if (run / MANIFEST).is_file():
        return run.resolve()
    raise UsageError(
        zh=f"{folder} 的 {LATEST} 没有指向任何运行；请执行 gradelab index 修复后再试。",
        en=f"{LATEST} in {folder} points to no run; put it right with gradelab index and try again.",
    )


def _of_quarter(study: Path, quarters: dict[str, Path], quarter: str | None) -> Path:
    wanted = list(quarters)[-1] if quarter in (None, "last") else quarter
    if wanted in quarters:
        return quarters[wanted].resolve()
    raise UsageError(
        zh=f"研究 {study.name} 的 {wanted} 没有成功的报告；有的是 {'、'.join(quarters)}。",
        en=f"The study {study.name} has no good report of {wanted}; there are {', '.join(quarters)}.",
    )
