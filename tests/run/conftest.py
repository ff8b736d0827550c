"""Tiny projects: real parameter files of the demo, notebooks of a few lines, stand-ins for the rooms below."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from toolkit.measures.registry import names
from toolkit.params.chapter import ChapterParams
from toolkit.run.kernels import Kernels
from toolkit.run.plan import Plan, make_plan
from toolkit.run.record import Step
from toolkit.run.rooms import Rooms
from toolkit.run.runner import Run

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
        """Write the chapter ``name``: the parameters cell, then a code cell for each source."""
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

    def run(self, kernels: Kernels, cell_seconds: int = 60, **changed: Any) -> Run:
        """A run with stand-ins for the rooms below."""
        return Run(self.plan(), kernels, self.seen, stand_ins(**changed), cell_seconds)


def stand_ins(**changed: Any) -> Rooms:
    """Rooms that cost nothing."""
    study = SimpleNamespace(
        quarter=QUARTER, provenance=lambda: {"rows": {"in": 3, "accepted": 2, "quarantined": 1}}
    )
    made = {
        "open_study": lambda path, quarter, data: study,
        "merge": lambda chapters, about: nbformat.v4.new_notebook(metadata={"gradelab": about}),
        "render": lambda notebook, lang, kind, target: target.write_text(f"{lang} {kind}", "utf-8"),
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
