"""The start page at work: your data in, first policy, first comparison, first report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from pathlib import Path

from IPython.display import DisplayHandle

from toolkit.comparison.movers import LOWERED, RAISED, RENAMED
from toolkit.errors import ParameterError, UsageError
from toolkit.lab.bringing_in import brought_in
from toolkit.lab.report import write_report
from toolkit.lab.showing import link, show
from toolkit.measures.registry import labels
from toolkit.params.named import policies_named
from toolkit.params.places import project_root
from toolkit.params.policy_copy import differences, eased, write_copy
from toolkit.reporting import charts, findings
from toolkit.reporting.chapter import Chapter
from toolkit.reporting.facts import Fact
from toolkit.reporting.mistakes import answer_mistakes
from toolkit.run.check import check
from toolkit.run.speech import speak
from toolkit.study import Study, open_study
from toolkit.study.under import under
from toolkit.terms import LANGS, Label, Lang

OWN = Path("params") / "policies" / "own"
NAME = "start"
DATA = "data"


class Start:
    """What the cells of the start page call.

    Attributes
    ----------
    root : Path
        The project.
    lang : "zh" or "en"
    here : Path
        Where the page lies; links begin there, while files are named from the project.
    study : Study or None
        None before :meth:`bring`.
    """

    def __init__(self, root: Path, lang: Lang) -> None:
        self.root, self.lang, self.here = root, lang, Path.cwd()
        self.study: Study | None = None
        self._data = ""

    def bring(
        self,
        files: Sequence[str] = (),
        study_id: str = "mine",
        study: str = "",
        *,
        quarter: str = "last",
        data: str = "",
        answers: str = "",
    ) -> Chapter:
        """Open the study that ``files`` become, or without files the file ``study``, and say what its data hold.

        Raises
        ------
        UsageError, ParameterError, HistoryError
        """
        waiting = self._say("正在读取数据……", "Reading the data ...")
        with chdir(self.root):
            path = brought_in(self.root, files, study_id, data, answers) if files else Path(study)
            self.study = open_study(path, quarter=quarter, data=data or None)
        self._data = data
        opened = Chapter(NAME, self.study, lang=self.lang, linked=False)
        opened.record(findings.history(self.study))
        name = self._link(path)
        self._say(
            f"打开的研究：{name}，报告季度 {self.study.quarter}。",
            f"The study that is open: {name}, quarter {self.study.quarter}.",
            waiting,
        )
        if self.study.simulated:
            opened.say("start.simulated")
        return opened

    def under(self, *policies: str) -> Chapter:
        """The study under ``policies`` alone, the first as the baseline, with its grades and costs as facts.

        An empty name stands for the policy in force, in a later place for the first alternative of the study.

        Raises
        ------
        UsageError, ParameterError
        """
        study = self._opened()
        with chdir(self.root):
            found = under(study, *(self._policy(name, place) for place, name in enumerate(policies or ("",))))
        chapter = Chapter(NAME, found, lang=self.lang, linked=False)
        chapter.record(findings.grades(found))
        chapter.record(findings.cost(found))
        return chapter

    def copy(self, policy: str = "", change: Mapping[str, float] | None = None) -> str:
        """Write a copy of a policy file with other numbers in it, and name it as cells name files.

        Parameters
        ----------
        policy : str
            Empty for the policy in force.
        change : mapping of dotted key to number
            Empty to lower the floor of the best grade by a tenth.

        Raises
        ------
        UsageError, ParameterError
        """
        with chdir(self.root):
            file = self._policy(policy, 0)
            to = OWN / f"{file.stem}_mine.yaml"
            write_copy(file, to, change or eased(file))
            changed = differences(file, to)
        shown = "\n".join(f"- `{key}`: {before:,} → **{after:,}**" for key, before, after in changed)
        self._say(
            f"副本写在 {self._link(to)}，原文件 {self._link(file)} 没有动。与原文件不同的数字：\n\n{shown}",
            f"The copy is {self._link(to)}; {self._link(file)} stays as it is. Numbers that differ:\n\n{shown}",
        )
        return to.as_posix()

    def check(self, *paths: str) -> None:
        """Check parameter files as ``gradelab check`` does.

        Raises
        ------
        ParameterError
            With every problem of every file.
        """
        with chdir(self.root):
            count = check(map(Path, paths), labels())
        self._say(f"检查了 {count} 个文件，没有问题。", f"{count} file(s) checked, no problem.")

    def moves(self, chapter: Chapter) -> None:
        """Say and draw who moves between the two policies of ``chapter``."""
        study = chapter.study
        for policy in study.alternatives:
            found = study.movers[policy.id]
            chapter.record(_moved(study, policy.id))
            chapter.say("start.moves", policy.id, now=study.baseline.title, policy=policy.title)
            scales = study.baseline.scheme.scale.grades, policy.scheme.scale.grades
            chapter.figure(charts.alluvial, found, scales, (study.baseline.title, policy.title))

    def report(self) -> None:
        """Write the report of the study that is open, and link to it.

        Raises
        ------
        GradelabError
            In the words of the run.
        """
        study = self._opened()
        write_report(self.root, study.files.path, str(study.quarter), self._data, self.lang)

    def _opened(self) -> Study:
        if self.study is None:
            raise UsageError(
                zh="还没有打开研究；请先运行“数据”一节的单元。",
                en="No study is open yet; run the cell under “Your data” first.",
            )
        return self.study

    def _policy(self, name: str, place: int) -> Path:
        """The policy file that ``name`` means, named from the project."""
        if name:
            return Path(name)
        source = self._opened().files.stack.source
        named = policies_named(source)
        if place >= len(named):
            raise UsageError(
                zh="这份研究没有备选方案可比；请写明第二个方案文件。",
                en="This study has no alternative to compare with; name a second policy file.",
            )
        return self._near(source.beside(*named[place]))

    def _near(self, path: Path) -> Path:
        """``path`` as it is named in the project."""
        whole = (self.root / path).resolve()
        return whole.relative_to(self.root) if whole.is_relative_to(self.root) else whole

    def _link(self, path: Path) -> str:
        return link(self.root / path, self.here, self._near(path).as_posix())

    def _say(self, zh: str, en: str, instead: DisplayHandle | None = None) -> DisplayHandle:
        return show(zh if self.lang == "zh" else en, instead)


def open_start(lang: str = "zh") -> Start:
    """Begin a page that leads from data to a report; mistakes in its cells are answered in ``lang`` from now on.

    Raises
    ------
    UsageError
        For another language, or outside a project.
    """
    answer_mistakes(lang)
    if lang not in LANGS:
        raise UsageError(
            zh=f"lang 应为 zh 或 en，写的是 {lang}。", en=f"lang must be zh or en; you wrote {lang}."
        )
    speak(lang)
    root = _project(Path.cwd())
    (root / DATA).mkdir(exist_ok=True)
    return Start(root, lang)


def _project(here: Path) -> Path:
    """The project that the folder ``here`` belongs to."""
    try:
        return project_root(here / NAME)
    except ParameterError:
        raise UsageError(
            zh=f"{here} 不在项目之内：它和上级文件夹里都没有 notebooks/。请在项目文件夹里打开。",
            en=f"{here} is in no project: neither it nor a folder above has notebooks/. Open it inside the project.",
        ) from None


def _moved(study: Study, policy: str) -> Iterator[Fact]:
    """Customers of better, of worse and of the same service but another grade under ``policy``."""
    counts = study.movers[policy].counts
    said = {
        RAISED: Label("服务提高的客户", "customers whose service rises"),
        LOWERED: Label("服务降低的客户", "customers whose service falls"),
        RENAMED: Label("换了等级而服务不变的客户", "customers of another grade and the same service"),
    }
    for change, label in said.items():
        yield Fact(f"start.{change}.{policy}", int(counts[change]), "customers", label)
