"""Tiny projects: real parameter files of the demo, notebooks of a few lines, stand-ins for the rooms below."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from toolkit.measures.registry import names
from toolkit.params.chapter import ChapterParams
from toolkit.run.files import digest
from toolkit.run.kernels import Kernels
from toolkit.run.plan import Plan, make_plan
from toolkit.run.record import Step
from toolkit.run.rooms import Rooms
from toolkit.run.runner import Run, Settings

QUARTER = "2026Q3"
FACT = (
    "import json, pathlib\n"
    "place = pathlib.Path(out) / 'facts'\n"
    "place.mkdir(parents=True, exist_ok=True)\n"
    "_ = (place / '{chapter}.json').write_text(json.dumps({facts!r}), 'utf-8')"
)


class Silent:
    """A watcher that remembers how steps ended."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, str]] = []

    def begin(self, step: Step) -> None:
        """Nothing."""

    def end(self, step: Step, state: str, seconds: float) -> None:
        """Remember."""
        self.ended.append((step.id, state))


class Project:
    """A project in a temporary folder."""

    def __init__(self, folder: Path, params: Path) -> None:
        self.folder = folder
        self.study = folder / "params" / "studies" / "演示.yaml"
        shutil.copytree(params, folder / "params")
        shutil.copy(folder / "params" / "studies" / "demo.yaml", self.study)
        (folder / "notebooks").mkdir()
        self.seen = Silent()

    def chapter(self, name: str, *sources: str, parameters: str | None = None) -> Path:
        """Write the chapter ``name``: the parameters cell, then a code cell for each source; the last uses them all."""
        sources = (*sources[:-1], f"{sources[-1]}\n_ = study, quarter, data, out, lang")
        first = nbformat.v4.new_code_cell(parameters or ChapterParams.cell_source(), id="parameters")
        first.metadata.tags = ["parameters"]
        cells = [first, *(nbformat.v4.new_code_cell(s, id=f"c{i}") for i, s in enumerate(sources))]
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        path = self.folder / "notebooks" / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    def fact(self, chapter: str, **values: Any) -> str:
        """Source of a cell that records facts."""
        facts = {
            name: {"value": value, "unit": "text", "zh": f"{name}（中文）", "en": name}
            for name, value in values.items()
        }
        return FACT.format(chapter=chapter, facts=facts)

    def plan(self) -> Plan:
        """The plan of a run of the study."""
        return make_plan(self.study, known_measures=names())

    def run(
        self,
        kernels: Kernels,
        cell_seconds: float = 60,
        force: tuple[str, ...] = (),
        limit: float | None = None,
        **changed: Any,
    ) -> Run:
        """A run with stand-ins for the rooms below."""
        settings = Settings(force=force, limit=limit, cell_seconds=cell_seconds)
        return Run(self.plan(), lambda: nullcontext(kernels), self.seen, stand_ins(**changed), settings)


def stand_ins(**changed: Any) -> Rooms:
    """Rooms that cost nothing."""
    study = SimpleNamespace(
        quarter=QUARTER,
        provenance=lambda: {"rows": {"in": 3, "accepted": 2, "quarantined": 1}, "simulated": True},
        pilots_read=list,
    )
    made = {
        "open_study": lambda path, quarter, data, reports: study,
        "merge": lambda chapters, about: nbformat.v4.new_notebook(metadata={"gradelab": about}),
        "render": lambda notebook, lang, kind, target: target.write_text(f"{lang} {kind}", "utf-8"),
        "close": lambda run, facts, quarter, study: [],
        "fonts": lambda: [{"name": "Test.ttf", "sha256": "0" * 64}],
    }
    return Rooms(**{**made, **changed})


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch) -> None:
    """A data folder set by whoever runs the suite does not reach these projects."""
    monkeypatch.delenv("GRADELAB_DATA", raising=False)


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    """An empty project with the parameter files of the demo."""
    return Project((tmp_path / "项目").resolve(), root / "params")


@pytest.fixture
def kernels(project: Project) -> Iterator[Kernels]:
    """Kernels for the project, forked where that is possible."""
    with Kernels(project.folder, warm=True) as made:
        yield made


@pytest.fixture
def manifest() -> Callable[[Path], dict[str, Any]]:
    """Reader of the manifest in a folder."""
    return lambda folder: json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.fixture
def below() -> Callable[..., Rooms]:
    """Maker of stand-ins for the rooms below."""
    return stand_ins


@pytest.fixture
def past_run(tmp_path: Path) -> Callable[..., Path]:
    """Maker of a run that has ended: ``past_run("2026Q2", "20260701T080000Z-00000a")`` is good and the latest."""

    def make(
        quarter: str,
        run: str,
        state: str = "succeeded",
        verdict: str = "keep",
        out: Path | None = None,
        **told: Any,
    ) -> Path:
        place = (out or tmp_path / "reports") / "demo" / quarter
        folder = place / (run if state == "succeeded" else f"{run}.{state}")
        (folder / "tables").mkdir(parents=True)
        facts = {"verdict": {"value": verdict, "unit": "text", "zh": "判定", "en": "verdict"}}
        (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
        (folder / "report.zh.html").write_text("<p>报告</p>", "utf-8")
        (folder / "tables" / "grades.csv").write_text("grade,n\nA,1\n", "utf-8")
        made = [path for path in folder.rglob("*") if path.is_file()]
        moment = datetime.strptime(run.split("-")[0], "%Y%m%dT%H%M%SZ").isoformat() + ".000Z"
        manifest = {
            "schema": 1,
            "run": run,
            "state": state,
            "reason": None if state == "succeeded" else {"zh": "坏了", "en": "broken"},
            "started": moment,
            "finished": moment,
            "study": "demo",
            "title": {"zh": "报告", "en": "report"},
            "quarter": quarter,
            "steps": [],
            "outputs": {path.relative_to(folder).as_posix(): digest(path) for path in made},
        }
        (folder / "manifest.json").write_text(json.dumps(manifest | told), "utf-8")
        if state == "succeeded":
            (place / "latest.json").write_text(json.dumps({"run": run}), "utf-8")
        return folder

    return make
