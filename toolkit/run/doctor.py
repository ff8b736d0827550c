"""What this machine is like, whether a run would get on with it, and what to do where it would not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError, ParameterError
from toolkit.params.places import data_folder, project_root
from toolkit.run import machine, remains
from toolkit.run.files import Places
from toolkit.run.finding import OK, PROBLEM, Finding
from toolkit.run.speech import CACHE, near
from toolkit.terms import Label, Lang

EXIT_CODE = 78
MARKS = {OK: "✓", "warning": "!", PROBLEM: "✗"}


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at.

    Attributes
    ----------
    root : Path
        The project, or the working folder where there is none.
    out, data, cache : Path
        Folders of reports, of data, and of what can be made again.
    """

    root: Path
    out: Path
    data: Path
    cache: Path

    @classmethod
    def here(cls, out: Path | None, data: Path | None) -> Patient:
        """The project around the working folder; folders as asked, else as a run would take them."""
        from platformdirs import user_cache_dir

        try:
            root = project_root(Path.cwd() / "params")
        except ParameterError:
            root = Path.cwd()
        reports = (out or root / "reports").absolute()
        cache = Path(os.environ.get(CACHE) or user_cache_dir("gradelab", appauthor=False)).absolute()
        return cls(root, reports, data_folder(root, data), cache)

    def shown(self, path: Path) -> str:
        """``path`` without the folders of this machine."""
        return str(Places(self.root).cleaned(near(path)))


def examine(patient: Patient) -> Iterator[Finding]:
    """Every finding, as soon as it is known; none keeps the others from being looked at."""
    shown = patient.shown
    yield from _looked(Label("Python", "Python"), machine.python)
    yield from _looked(Label("软件包", "packages"), lambda: machine.packages(patient.root))
    yield from _looked(Label("语言环境", "locale"), machine.locales)
    yield from _looked(Label("时区", "time zone"), machine.time_zone)
    yield from _looked(Label("内存与核心", "memory and cores"), machine.memory)
    for name, folder in (
        (Label("报告文件夹", "reports"), patient.out),
        (Label("缓存", "cache"), patient.cache),
    ):
        yield from _looked(name, lambda folder=folder: machine.room(folder, shown(folder)))
    yield from _looked(Label("数据文件夹", "data"), lambda: machine.data(patient.data, shown(patient.data)))
    yield from _looked(Label("字体", "fonts"), machine.fonts)
    yield from _looked(Label("排版", "typesetting"), machine.typesetting)
    yield from _looked(Label("内核", "kernel"), lambda: machine.kernel(patient.root))
    yield from _looked(Label("时钟", "clock"), lambda: remains.clock(patient.out))
    yield from _looked(Label("残留", "leftovers"), lambda: remains.leftovers(patient.out))


def line(finding: Finding, lang: Lang) -> str:
    """A finding as one line."""
    colon = "：" if lang == "zh" else ": "
    told = f"{MARKS[finding.level]} {finding.name.text(lang)}{colon}{finding.found.text(lang)}"
    gap = "" if lang == "zh" else " "
    return f"{told}{gap}{finding.advice.text(lang)}" if finding.advice else told


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "exit_code": exit_code(findings),
        "findings": [
            {
                "name": one.name.en,
                "level": one.level,
                "zh": one.found.zh,
                "en": one.found.en,
                "advice": {"zh": one.advice.zh, "en": one.advice.en} if one.advice else None,
            }
            for one in findings
        ],
    }


def exit_code(findings: Sequence[Finding]) -> int:
    """0 unless there is a problem (then ``EX_CONFIG`` of ``sysexits.h``)."""
    return EXIT_CODE if any(one.level == PROBLEM for one in findings) else 0


def _looked(name: Label, look: Callable[[], Finding]) -> Iterator[Finding]:
    """What ``look`` finds under ``name``; a refusal, or any error, is a finding as well."""
    try:
        found = look()
        yield found.named(name)
    except GradelabError as error:
        yield Finding(PROBLEM, Label(error.zh, error.en)).named(name)
    except Exception as error:
        kind = f"{type(error).__name__}: {Places(Path.cwd()).cleaned(str(error))}"
        yield Finding(PROBLEM, Label(kind, kind)).named(name)
