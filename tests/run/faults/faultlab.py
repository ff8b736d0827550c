"""A tiny project in which faults are let loose, and the judge of what they leave.

Three chapters read one file of data and record facts; a chapter obeys ``fault.py`` in the project's folder while
that exists, so that the notebooks, and with them the keys of the steps, stay the same when the fault is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import nbformat

from toolkit.errors import GradelabError, HistoryError
from toolkit.measures.registry import names
from toolkit.params.chapter import ChapterParams
from toolkit.run import sources
from toolkit.run.kernels import Kernels
from toolkit.run.plan import make_plan
from toolkit.run.rooms import Rooms
from toolkit.run.runner import Run, Settings
from toolkit.run.signals import Interrupted
from toolkit.run.store import DAMAGED, ENTRY, STEPS, Store

ROOT = Path(__file__).resolve().parents[3]
STUDY = "params/studies/online_retail.yaml"
QUARTER = "2011Q3"
NOTE = "at_work"
ENDLESS = f"import pathlib, time\npathlib.Path('{NOTE}').write_text('x')\ntime.sleep(60)"
CHAPTERS = ("01_a", "02_b", "03_c")
CELL = """import json, os, pathlib
rows = len(pathlib.Path(data, 'data.csv').read_text('utf-8').splitlines()) - 1
place = pathlib.Path(out)
for folder in ('facts', 'tables'): (place / folder).mkdir(exist_ok=True)
_ = (place / 'tables' / '{name}.csv').write_text('rows\\n' + str(rows))
_ = (place / 'facts' / '{name}.json').write_text(json.dumps({{
    '{fact}': {{'value': rows * {times}, 'unit': 'count', 'zh': '行', 'en': 'rows'}}}}), 'utf-8')"""
OBEY = (
    "fault = pathlib.Path('fault.py')\n"
    "exec(fault.read_text('utf-8') if fault.exists() and '{name}' in fault.read_text('utf-8') else '')  # {mark}"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    Attributes
    ----------
    code : int
        Exit code.
    state : str
        As the manifest says; empty where no run began.
    folder : Path or None
    said : str
        The message in English.
    manifest : dict
    """

    code: int
    state: str = ""
    folder: Path | None = None
    said: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)

    def reused(self) -> set[str]:
        """Steps that were taken from an earlier run."""
        return {step["id"] for step in self.manifest["steps"] if step["reused"]}


class Silent:
    """A watcher that may do something when a step begins or ends."""

    def __init__(self, act: Callable[[str, str], None] = lambda when, step: None) -> None:
        self.act = act

    def begin(self, step: Any) -> None:
        """A step begins."""
        self.act("begin", step.id)

    def end(self, step: Any, state: str, seconds: float) -> None:
        """A step ended."""
        self.act("end", step.id)


class Lab:
    """The project at ``folder``; it counts its own folder ``code`` as the code of the package.

    Parameters
    ----------
    folder : Path
        Copied from a finished one, or made new.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.out = self.folder / "reports"
        self.place = self.out / "online_retail" / QUARTER
        self.data = self.folder / "data" / "data.csv"

    def build(self) -> Lab:
        """Write the project and carry out a first, good run."""
        shutil.copytree(ROOT / "params", self.folder / "params")
        study = self.folder / STUDY
        text = study.read_text("utf-8").replace("online_retail_2010_2011/online_retail.csv.gz", "data.csv")
        study.write_text(text, "utf-8")
        (self.folder / "code").mkdir()
        (self.folder / "code" / "study.py").write_text("")
        self.data.parent.mkdir()
        self.data.write_text(sales(), "utf-8")
        (self.folder / "notebooks").mkdir()
        for chapter in CHAPTERS:
            self.change(chapter, "0")
        first = self.run()
        assert first.code == 0, first.said
        return self

    def change(self, chapter: str, mark: str) -> None:
        """Change a comment in ``chapter``: it must be executed again, and finds the same facts."""
        number = CHAPTERS.index(chapter) + 1
        fact = "verdict" if number == 1 else f"fact_{number}"
        sources = [
            CELL.format(name=chapter, fact=fact, times=number),
            OBEY.format(name=chapter, mark=mark),
            "done = (study, quarter, lang)",
        ]
        first = nbformat.v4.new_code_cell(ChapterParams.cell_source(), id="parameters")
        first.metadata.tags = ["parameters"]
        cells = [first, *(nbformat.v4.new_code_cell(s, id=f"c{i}") for i, s in enumerate(sources))]
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.folder / "notebooks" / f"{chapter}.ipynb")

    def fault(self, chapter: str, source: str) -> None:
        """From now on ``chapter`` does ``source`` in its third cell."""
        (self.folder / "fault.py").write_text(f"# {chapter}\n{source}", "utf-8")

    def mend(self) -> None:
        """No fault any more."""
        for name in ("fault.py", NOTE):
            (self.folder / name).unlink(missing_ok=True)

    def run(self, settings: Settings | None = None, watcher: Any = None, **changed: Any) -> Outcome:
        """Run the study in this process."""
        with patch.object(sources, "PACKAGE", self.folder / "code"):
            return self._run(settings or Settings(cell_seconds=30), watcher or Silent(), changed)

    def _run(self, settings: Settings, watcher: Any, changed: dict[str, Any]) -> Outcome:
        work = None
        try:
            plan = make_plan(self.folder / STUDY, known_measures=names(), data=self.data.parent)
            kernels = lambda: Kernels(self.folder, warm=True)  # noqa: E731
            work = Run(plan, kernels, watcher, stand_ins(self.data, **changed), settings)
            work.go()
            return self._outcome(0, work.folder)
        except GradelabError as error:
            return self._outcome(error.exit_code, work and work.folder, error.en)
        except Interrupted as error:
            return self._outcome(error.exit_code, work and work.folder)
        except Exception as error:
            return self._outcome(1, work and work.folder, f"{type(error).__name__}: {error}")

    def when_at_work(self, act: Callable[[], None]) -> None:
        """Do ``act`` as soon as a chapter is inside ``ENDLESS``."""

        def wait() -> None:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                if (self.folder / NOTE).exists():
                    act()
                    return
                time.sleep(0.02)

        threading.Thread(target=wait, daemon=True).start()

    def facts(self, folder: Path | None = None) -> dict[str, Any]:
        """Facts of a run, of the last good one by default."""
        run = folder or self.place / json.loads((self.place / "latest.json").read_text())["run"]
        return json.loads((run / "facts.json").read_text("utf-8"))

    def good(self) -> Good:
        """The last good report, as it lies there."""
        pointer = (self.place / "latest.json").read_text()
        run = self.place / json.loads(pointer)["run"]
        return Good(run, pointer, prints(run), self.facts(run))

    def unsound(self, *, store: bool = True) -> list[str]:
        """Every file under its final name that is not whole; ``store`` looks at the stored steps as well."""
        found = []
        for path in self.out.rglob("*"):
            parts = path.relative_to(self.out).parts
            if path.is_dir() or any(part.startswith(".") for part in parts):
                continue
            if path.suffix in (".json", ".ipynb") and not _is_json(path.read_bytes()):
                found.append(str(path))
            if path.name == "manifest.json":
                found += _false_claims(path.parent)
        steps = self.out / STEPS / "online_retail"
        for told in steps.glob(f"*/[0-9a-f]*/{ENTRY}") if store else ():
            entry = json.loads(told.read_text("utf-8"))
            if Store(steps).find(entry["step"], entry["key"]) in (None, DAMAGED):
                found.append(str(told))
        return found

    def _outcome(self, code: int, folder: Path | None, said: str = "") -> Outcome:
        told = {}
        with suppress(OSError, ValueError, TypeError):
            told = json.loads((folder / "manifest.json").read_text("utf-8"))
        return Outcome(code, told.get("state", ""), folder, said, told)


@dataclass(frozen=True, slots=True)
class Good:
    """A good report: its folder, what points to it, digests of all its files, its facts."""

    folder: Path
    pointer: str
    prints: dict[str, str]
    facts: dict[str, Any]

    def is_unharmed(self) -> bool:
        """Whether it lies there as it did, and is still the latest."""
        pointer = self.folder.parent / "latest.json"
        return prints(self.folder) == self.prints and pointer.read_text() == self.pointer


class Zygote:
    """A process that has imported everything and forks a fresh one for each run that is to be killed."""

    def __init__(self) -> None:
        paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import faultlab; faultlab.breed()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )

    def start(self, lab: Lab, **options: Any) -> int:
        """Start a run of ``lab`` in a process of its own; its process id."""
        self._say({"folder": str(lab.folder), **options})
        return int(self._process.stdout.readline())

    def wait(self) -> int:
        """Exit code of the run that was started; negative where a signal ended it."""
        self._say({})
        return os.waitstatus_to_exitcode(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _say(self, told: dict[str, Any]) -> None:
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()


def breed() -> None:
    """Be the zygote."""
    import toolkit.run.execution
    import toolkit.run.reports  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_trial(**asked))
        print(child, flush=True)
        sys.stdin.readline()
        print(os.waitpid(child, 0)[1], flush=True)


def _trial(folder: str, kill_at: int = 0, before: bool = True) -> int:
    """A run that kills itself at its ``kill_at``-th rename; writes how many there were."""
    seen = count_renames(kill_at, before)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    code = Lab(Path(folder)).run().code
    (Path(folder) / "renames.txt").write_text(str(len(seen)))
    return code


def count_renames(kill_at: int, before: bool) -> list[str]:
    """Count renames of this process, and end it without warning at one of them."""
    rename, seen, turn = os.replace, [], threading.Lock()

    def counted(source: Any, target: Any, **more: Any) -> None:
        with turn:
            seen.append(str(target))
            now = len(seen) == kill_at
        if now and before:
            os.kill(os.getpid(), 9)
        try:
            rename(source, target, **more)
        finally:
            if now:
                os.kill(os.getpid(), 9)

    os.replace = counted
    return seen


def stand_ins(data: Path, **changed: Any) -> Rooms:
    """Rooms that cost nothing, but do read the data and the executed chapters."""

    def open_study(path: Path, quarter: str, folder: Path, reports: Path) -> Any:
        try:
            text = data.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise HistoryError(zh=f"读不了数据：{error}", en=f"The data cannot be read: {error}") from None
        told = {"rows": len(text.splitlines()) - 1}
        return SimpleNamespace(quarter=QUARTER, provenance=lambda: told, pilots_read=list)

    made = {
        "open_study": open_study,
        "merge": lambda chapters, about: nbformat.v4.new_notebook(metadata={"gradelab": about}),
        "render": lambda notebook, lang, kind, target: target.write_text(f"{lang} {kind}", "utf-8"),
        "close": lambda run, facts, quarter, study: [],
        "fonts": lambda: [{"name": "Test.ttf", "sha256": "0" * 64}],
    }
    return Rooms(**{**made, **changed})


def sales() -> str:
    """Invoices of some customers in every month of two years."""
    lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"]
    for month in range(24):
        for customer in range(20):
            day = f"{2010 + month // 12}-{month % 12 + 1:02d}-{customer % 27 + 1:02d}"
            lines.append(
                f"{month * 100 + customer},A,thing,{customer % 5 + 1},{day} 10:00:00,2.5,C{customer},UK"
            )
    return "\n".join(lines) + "\n"


def prints(folder: Path) -> dict[str, str]:
    """Digest of every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _false_claims(run: Path) -> list[str]:
    """Outputs of a run that are not what its manifest says."""
    with suppress(ValueError):
        outputs = json.loads((run / "manifest.json").read_text("utf-8")).get("outputs", {})
        there = prints(run)
        return [f"{run.name}/{name}" for name, digest in outputs.items() if there.get(name) != digest]
    return []


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True
