"""The start page at work: your data in, first policy, first comparison, first report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from toolkit.comparison.movers import LOWERED, RAISED
from toolkit.errors import ParameterError, UsageError
from toolkit.lab.bringing_in import brought_in
from toolkit.lab.report import write_report
from toolkit.lab.showing import link, show
from toolkit.measures.registry import labels, names
from toolkit.params.named import policies_named
from toolkit.params.places import find_file, project_root
from toolkit.params.policy import read_policy
from toolkit.params.policy_copy import copied_policy, differences, eased
from toolkit.reporting import charts, findings
from toolkit.reporting.chapter import Chapter
from toolkit.reporting.facts import Fact
from toolkit.reporting.mistakes import answer_mistakes
from toolkit.run.check import check
from toolkit.run.files import write_whole
from toolkit.study import Study, open_study
from toolkit.study.under import under
from toolkit.terms import LANGS, Label, Lang

OWN = Path("params") / "policies" / "own"
NAME = "start"


class Start:
    """What the cells of the start page call.

    Attributes
    ----------
    root : Path
        The project.
    lang : "zh" or "en"
    study : Study or None
        None before :meth:`bring`.
    """

    def __init__(self, root: Path, lang: Lang) -> None:
        self.root, self.lang = root, lang
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
    ) -> Chapter:
        """Open the study that ``files`` become, or without files the file ``study``, and say what its data hold.

        Raises
        ------
        UsageError, ParameterError, HistoryError
        """
        path = brought_in(self.root, files, study_id, data) if files else self._file(study)
        self._data = data
        self.study = open_study(path, quarter=quarter, data=data or None)
        opened = Chapter(NAME, self.study, lang=self.lang)
        opened.record(findings.history(self.study))
        self._say(
            f"打开的研究：{link(path, self._named(path))}，报告季度 {self.study.quarter}。",
            f"The study that is open: {link(path, self._named(path))}, quarter {self.study.quarter}.",
        )
        return opened

    def under(self, *policies: str) -> Chapter:
        """The study under ``policies`` alone, the first as the baseline, with its grades and costs as facts.

        An empty name stands for the policy in force, in a later place for the first alternative of the study.

        Raises
        ------
        UsageError, ParameterError
        """
        study = self._opened()
        found = under(study, *(self._policy(name, place) for place, name in enumerate(policies or ("",))))
        chapter = Chapter(NAME, found, lang=self.lang)
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
        file = self._policy(policy, 0)
        read_policy(file, names())
        to = self.root / OWN / f"{file.stem}_mine.yaml"
        text = copied_policy(file, to, change or eased(file), self._named(file))
        write_whole(to, text)
        shown = "\n".join(
            f"- `{key}`: {before:,} → **{after:,}**" for key, before, after in differences(file, to)
        )
        self._say(
            f"副本写在 {link(to, self._named(to))}，原文件 {link(file, self._named(file))} 没有动。与原文件不同的数字：\n\n{shown}",
            f"The copy is {link(to, self._named(to))}; {link(file, self._named(file))} stays as it is. Numbers that differ:\n\n{shown}",
        )
        return self._named(to)

    def check(self, *paths: str) -> None:
        """Check parameter files as ``gradelab check`` does.

        Raises
        ------
        ParameterError
            With every problem of every file.
        """
        count = check([self._file(path) for path in paths], labels())
        self._say(f"检查了 {count} 个文件，没有问题。", f"{count} file(s) checked, no problem.")

    def moves(self, chapter: Chapter) -> None:
        """Say and draw who moves between the two policies of ``chapter``."""
        study = chapter.study
        for policy in study.alternatives:
            found = study.movers[policy.id]
            chapter.record(_moved(study, policy.id))
            chapter.write(
                zh="从《{now}》换成《{then}》：**{start.moved.@}** 的等级会变；服务提高的有 **{start.raised.@}**，降低的有 **{start.lowered.@}**。".replace("@", policy.id),
                en="From “{now}” to “{then}”: **{start.moved.@}** change grade; service rises for **{start.raised.@}** and falls for **{start.lowered.@}**.".replace("@", policy.id),
                now=study.baseline.title, then=policy.title,
            )  # fmt: skip
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
        """The policy file that ``name`` means."""
        if name:
            return self._file(name)
        source = self._opened().files.stack.source
        named = policies_named(source)
        if place >= len(named):
            raise UsageError(
                zh="这份研究没有备选方案可比；请写明第二个方案文件。",
                en="This study has no alternative to compare with; name a second policy file.",
            )
        return source.beside(*named[place]).resolve()

    def _file(self, name: str) -> Path:
        """The file called ``name``, here, above or in the project."""
        found = find_file(name)
        return found if found.is_file() else self.root / name

    def _named(self, path: Path) -> str:
        path = path.resolve()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def _say(self, zh: str, en: str) -> None:
        show(zh if self.lang == "zh" else en)


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
    return Start(_project(Path.cwd()), lang)


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
    """Customers of another grade, and of better or worse service, under ``policy``."""
    flows, counts = study.movers[policy].flows, study.movers[policy].counts
    other = int(flows.loc[flows["grade_now"] != flows["grade_then"], "customers"].sum())
    yield Fact(
        f"start.moved.{policy}", other, "customers", Label("等级会变的客户", "customers whose grade changes")
    )
    yield Fact(
        f"start.raised.{policy}",
        int(counts[RAISED]),
        "customers",
        Label("服务提高的客户", "customers whose service rises"),
    )
    yield Fact(
        f"start.lowered.{policy}",
        int(counts[LOWERED]),
        "customers",
        Label("服务降低的客户", "customers whose service falls"),
    )
