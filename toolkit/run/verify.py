"""``gradelab verify``: the same run again, from the parameters that were kept with it, and what came out otherwise.

The second run happens in a temporary project with an empty store of steps and an empty cache: everything of
the project is there by link, but parameters come from the run and reports go nowhere else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.measures.registry import names
from toolkit.params.overlays import scenario_file, split_study
from toolkit.reporting.brand import PLACE as BRAND
from toolkit.reporting.difference import Differences, differences
from toolkit.run.facts import FACTS
from toolkit.run.files import read_json, write_json, write_whole
from toolkit.run.folder import LATEST, MANIFEST
from toolkit.run.given import COPIES
from toolkit.run.merged import stamps
from toolkit.run.normal import normal_digest
from toolkit.run.plan import Plan, make_plan
from toolkit.run.provenance_difference import Traced, provenance_differences
from toolkit.run.speech import CACHE
from toolkit.run.unread import READINGS
from toolkit.terms import Label, Lang

REPORTS = "reports"
NO_RESULTS = ("params.", f"{READINGS}/")
IDENTICAL, DIFFERS = 0, 9
SAME = Label("完全一致", "identical")
NOT_SAME = Label("不一致", "differs")


@dataclass(frozen=True, slots=True)
class Verification:
    """What running again came to.

    Attributes
    ----------
    run : str
        Identifier of the run that was verified.
    facts : Differences
        Before is the run, after is the second run.
    outputs : tuple of str
        Names of outputs, below the run folder, whose normalised content differs or that one run lacks.
    compared : int
        Number of outputs that were compared.
    provenance : tuple of Traced
        What the two runs were made of, where that differs.
    """

    run: str
    facts: Differences
    outputs: tuple[str, ...]
    compared: int
    provenance: tuple[Traced, ...]

    @property
    def exit_code(self) -> int:
        """0 where every fact and every output is the same, else 9."""
        return DIFFERS if self.facts.moved or self.outputs else IDENTICAL

    def lines(self, lang: Lang) -> list[str]:
        """What to print."""
        verdict = (NOT_SAME if self.exit_code else SAME).text(lang)
        count = len(self.facts.moved) + self.facts.same
        told = Label(
            f"{self.run}：{verdict}（{count} 个数据要点中 {len(self.facts.moved)} 个变了，"
            f"{self.compared} 个文件中 {len(self.outputs)} 个变了）",
            f"{self.run}: {verdict} ({len(self.facts.moved)} of {count} facts moved, "
            f"{len(self.outputs)} of {self.compared} files differ)",
        )
        moved = [f"  {one.line(lang)}" for one in self.facts.moved]
        files = [f"  {name}" for name in self.outputs]
        traced = [f"  {one.line(lang)}" for one in self.provenance]
        return [
            told.text(lang),
            *_headed(Label("变了的数据要点：", "Facts that moved:"), moved, lang),
            *_headed(Label("变了的文件：", "Files that differ:"), files, lang),
            *_headed(Label("来源的不同：", "Differences in provenance:"), traced, lang),
        ]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "run": self.run,
            "identical": not self.exit_code,
            "exit_code": self.exit_code,
            "facts": {"same": self.facts.same, "moved": [one.as_json() for one in self.facts.moved]},
            "outputs": {"compared": self.compared, "differ": list(self.outputs)},
            "provenance": [one.as_json() for one in self.provenance],
        }


def verify(run: Path, root: Path, data: Path | None, carry_out: Callable[[Plan], Path]) -> Verification:
    """Run ``run`` again and compare.

    Parameters
    ----------
    run : Path
        Folder of a good run.
    root : Path
        The project: its notebooks, data and lock are those of today.
    data : Path, optional
        Data folder; without it as for a run.
    carry_out : callable (Plan) -> Path
        Runs a plan and returns the folder of the run.

    Raises
    ------
    UsageError
        Where the run did not succeed, or was kept without its parameter files.
    GradelabError
        Whatever the second run is refused for.
    """
    manifest, files = _kept(run)
    with tempfile.TemporaryDirectory(prefix="gradelab-verify-") as scratch:
        again = Path(scratch).resolve() / root.name
        _build(again, root, files)
        _lend_earlier(run, manifest, again / REPORTS)
        with _own_cache(Path(scratch) / "cache"):
            second = carry_out(_plan(again, manifest, data))
        return _compared(run, manifest, second, root)


def _kept(run: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Manifest and parameter files of a run."""
    manifest, files = read_json(run / MANIFEST), read_json(run / COPIES)
    if manifest.get("state") != "succeeded" or not (run / FACTS).is_file():
        raise UsageError(
            zh=f"{run} 不是成功的运行，没有可以核对的结果。",
            en=f"{run} is no run that succeeded; it has nothing to verify.",
        )
    named = str(manifest.get("study_file", ""))
    study, scenarios = split_study(named)
    missing = [
        str(one) for one in (study, *map(scenario_file, scenarios)) if Path(one).as_posix() not in files
    ]
    if missing:
        raise UsageError(
            zh=f"运行 {run.name} 没有保存参数文件 {missing[0]}（版本较旧，或文件在项目之外），无法重做。",
            en=f"Run {run.name} was kept without the parameter file {missing[0]} (an older version made it, or the file "
            "lay outside the project); it cannot be run again.",
        )
    return manifest, files


def _build(again: Path, root: Path, files: dict[str, str]) -> None:
    """A project like that at ``root`` whose parameter files are ``files``."""
    own = {Path(name).parts[0] for name in files} | {REPORTS}
    again.mkdir()
    for entry in root.iterdir():
        if entry.name not in own and not entry.name.startswith("."):
            _link(entry, again / entry.name)
    look = root / BRAND.parent
    if look.is_dir():
        (again / BRAND.parent).parent.mkdir(exist_ok=True)
        _link(look, again / BRAND.parent)
    for name, text in files.items():
        write_whole(again / name, text)


def _lend_earlier(run: Path, manifest: dict[str, Any], reports: Path) -> None:
    """Reports of earlier quarters that the run could read, where they still are."""
    study = run.resolve().parents[1]
    for quarter, told in (manifest.get("earlier") or {}).items():
        earlier = study / quarter / str(told.get("run"))
        if earlier.is_dir():
            place = reports / str(manifest["study"]) / quarter
            write_json(place / LATEST, {"run": earlier.name})
            _link(earlier, place / earlier.name)


def _link(source: Path, target: Path) -> None:
    """A link, or a copy where links are not allowed."""
    try:
        target.symlink_to(source.resolve(), target_is_directory=source.is_dir())
    except OSError:
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)


def _plan(again: Path, manifest: dict[str, Any], data: Path | None) -> Plan:
    study, scenarios = split_study(manifest["study_file"])
    plan = make_plan(
        again / study,
        known_measures=names(),
        quarter=manifest["quarter"],
        data=data,
        scenarios=[str(again / name) for name in scenarios],
    )
    return replace(plan, stamps=stamps(manifest, plan.reports))


@contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    before = os.environ.get(CACHE)
    os.environ[CACHE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[CACHE]
        else:
            os.environ[CACHE] = before


def _compared(run: Path, manifest: dict[str, Any], second: Path, root: Path) -> Verification:
    after = read_json(second / MANIFEST)
    listed = dict.fromkeys([*manifest.get("outputs", {}), *after.get("outputs", {})])
    outputs = [name for name in listed if not name.startswith(NO_RESULTS)]
    differing = tuple(name for name in outputs if _digest(run / name) != _digest(second / name))
    facts = differences(read_json(run / FACTS), read_json(second / FACTS))
    traced = provenance_differences(manifest, after, root)
    return Verification(manifest["run"], facts, differing, len(outputs), traced)


def _digest(path: Path) -> str | None:
    return normal_digest(path) if path.is_file() else None


def _headed(head: Label, lines: list[str], lang: Lang) -> list[str]:
    return ["", head.text(lang), *lines] if lines else []
