"""The plan of a run: everything that can be known, and refused, before a kernel starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from toolkit.errors import HistoryError, ParameterError
from toolkit.params.overlays import JOINT, has_quarter_files, joined_study
from toolkit.params.places import data_folder, project_root
from toolkit.params.resolved import resolved_parameters
from toolkit.params.sets import MEMBER
from toolkit.params.study_files import StudyFiles, read_study
from toolkit.reporting.brand import brand_file
from toolkit.reporting.brand import load as load_brand
from toolkit.run.needed_tables import refuse_missing_tables
from toolkit.run.notebooks import chapters, parameter_problems
from toolkit.run.own_chapters import with_own_chapters
from toolkit.run.printable import refuse_unprintable
from toolkit.run.record import Step
from toolkit.terms import Label
from toolkit.window import Quarter

RESOLVED = "params.resolved.yaml"
FORMATS = ("html", "pdf")


@dataclass(frozen=True, slots=True)
class Plan:
    """One run, before it begins.

    Attributes
    ----------
    root : Path
        The project: nearest folder above the study file that has ``notebooks/``.
    files : StudyFiles
        The study with its policies and rule.
    quarter : str
        As asked for: ``last`` or such as ``2026Q3``.
    data, out : Path
        Data folder and folder of all reports.
    chapters : tuple of Path
        Notebooks in reading order.
    stamps : mapping of str to str
        The run that a report names, where it is not the run that makes it.
    """

    root: Path
    files: StudyFiles
    quarter: str
    data: Path
    out: Path
    chapters: tuple[Path, ...]
    stamps: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the report."""
        return self.files.study.languages

    @property
    def chapter_language(self) -> str:
        """What a chapter is given as its language: one, or both."""
        return "both" if len(self.languages) > 1 else self.languages[0]

    @property
    def reports(self) -> list[str]:
        """Names of the reports that the run will leave."""
        return [f"report.{lang}.{kind}" for lang in self.languages for kind in FORMATS]

    @property
    def brand(self) -> Path | None:
        """The project's brand file; None where the built-in look holds."""
        return brand_file(self.root)

    @property
    def scenario(self) -> str:
        """Name of the what-if: its files and members; empty where nothing is laid over the study."""
        named = (name.partition(MEMBER) for name in self.files.scenarios)
        return JOINT.join(member or Path(file).stem for file, _, member in named)

    def study_named(self, name: Callable[[Path], str]) -> str:
        """The study and what is laid over it, as :func:`toolkit.study.open_study` takes it.

        ``name`` says how a file is named.
        """
        scenarios = [one.partition(MEMBER) for one in self.files.scenarios]
        return joined_study(
            name(self.files.path.resolve()),
            [f"{name(Path(file).resolve())}{mark}{member}" for file, mark, member in scenarios],
        )

    def resolved(self) -> dict[str, Any]:
        """Study, policies and rule with every default filled in."""
        return resolved_parameters(self.files, self.quarter)


def make_plan(
    study: Path,
    *,
    known_measures: Sequence[str],
    quarter: str | None = None,
    data: Path | None = None,
    out: Path | None = None,
    scenarios: Sequence[str] = (),
) -> Plan:
    """Read and check all that a run depends on, except the data.

    The data are opened only where the study has files for single quarters and means the last one.

    Raises
    ------
    ParameterError
        With every problem of every parameter file, of every chapter, or of the brand file, at once, or with every name
        that cannot be printed.
    """
    named = joined_study(study, scenarios)
    files = read_study(named, known_measures)
    wanted = files.study.quarter if quarter in (None, "last") else quarter
    if wanted != "last":
        Quarter.parse(wanted)
    if has_quarter_files(files.path, files.study.id):
        wanted = _last_quarter(files, data) if wanted == "last" else wanted
        files = read_study(named, known_measures, wanted)
    refuse_unprintable(files.files)
    refuse_missing_tables(files)
    root = project_root(files.path)
    shipped = chapters(root)
    problems = [problem for path in shipped for problem in parameter_problems(path, f"notebooks/{path.name}")]
    if problems:
        raise ParameterError(
            zh="有章节的参数与要传入的不符：\n" + "\n".join(f"  {p.text('zh')}" for p in problems),
            en="Some chapters do not take the parameters they would be given:\n"
            + "\n".join(f"  {p.text('en')}" for p in problems),
        )
    load_brand(brand_file(root))
    found = with_own_chapters(shipped, files, root)
    return Plan(root, files, wanted, data_folder(root, data), (out or root / "reports").absolute(), found)


def _last_quarter(files: StudyFiles, data: Path | None) -> str:
    """The quarter that the data show; ``last`` where they cannot be used, which the run will say."""
    from toolkit.study.opening import last_quarter

    try:
        return str(last_quarter(files, data))
    except HistoryError:
        return "last"


def as_yaml(resolved: dict[str, Any]) -> str:
    """``resolved`` as YAML, Chinese kept."""
    stream = StringIO()
    writer = YAML()
    writer.width = 110
    writer.dump(resolved, stream)
    return stream.getvalue()


DATA = Step("data", Label("读取并核对数据", "read and check the data"))
FACTS = Step("facts", Label("汇总数据要点", "gather the facts"))


def chapter_step(chapter: Path) -> Step:
    """The step in which ``chapter`` runs."""
    return Step(f"chapter:{chapter.stem}", Label(f"章节 {chapter.stem}", f"chapter {chapter.stem}"))


def report_step(name: str) -> Step:
    """The step that makes the report ``name``."""
    return Step(f"report:{name}", Label(f"生成 {name}", f"make {name}"))


def steps(plan: Plan) -> list[Step]:
    """Every step of the run, in order."""
    return [
        DATA,
        *(chapter_step(path) for path in plan.chapters),
        FACTS,
        *(report_step(name) for name in plan.reports),
    ]
