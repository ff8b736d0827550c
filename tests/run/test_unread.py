"""Parameters without effect. Expected: what is read is known by hand; the shipped studies raise no alarm."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from toolkit.measures.registry import names
from toolkit.params.readings import Readings, unread
from toolkit.params.strict import Strict
from toolkit.params.study_files import read_study
from toolkit.run.notebooks import read_notebook, unloaded_parameters
from toolkit.run.thin import notebook_problems

LEAVE = (
    "import json, pathlib\nfrom toolkit.params.readings import Readings\nfrom toolkit.params.study_files import read_study\n"
    "files = read_study(study)\nseen = Readings(files)\nseen.start()\n_ = {read}\n"
    "(pathlib.Path(out) / 'readings').mkdir()\n"
    "_ = (pathlib.Path(out) / 'readings' / '{name}.json').write_text(json.dumps(sorted(seen.read)))"
)


@pytest.fixture
def files(root):
    """The demo."""
    return read_study(root / "params" / "studies" / "demo.yaml", names())


def test_what_is_read_is_noted_and_the_rest_told(files):
    """A field, a part taken whole, a part that was never touched; nothing is noted after the end."""
    seen = Readings(files)
    seen.start()
    _ = files.study.bootstrap.seed
    _ = files.study.hotline.model_dump()
    _ = [one.quarters for one in files.study.retention]
    seen.stop()
    _ = files.study.active_quarters
    assert "__getattribute__" not in vars(Strict)
    assert {"study.bootstrap.seed", "study.hotline.*", "study.retention.1.quarters"} <= seen.read
    told = [key for key in unread(files, seen.read) if key.startswith("study.")]
    assert "study.bootstrap.draws" in told and "study.bootstrap.seed" not in told
    assert "study.retention.0.kind" in told and "study.retention.0.title" not in told
    assert "study.programme" in told and "study.active_quarters" in told
    assert not [key for key in told if key.startswith(("study.hotline", "study.history", "study.forecast"))]


def test_a_run_warns_of_what_no_chapter_read(project, kernels, manifest, capfd):
    """Together the chapters read draws and seed; nobody reads how many quarters count as active."""
    project.chapter("01_a", LEAVE.format(read="files.study.bootstrap.draws", name="01_a"))
    project.chapter("02_b", LEAVE.format(read="files.study.bootstrap.seed", name="02_b"))
    run = project.run(kernels)
    run.go()
    [warning] = manifest(run.folder)["warnings"]
    assert warning["where"] == "parameters" and "study.active_quarters" in warning["text"]
    assert "study.bootstrap" not in warning["text"] and "study.active_quarters" in capfd.readouterr().err
    again = project.run(kernels)
    again.go()
    assert manifest(again.folder)["warnings"] == [warning]


def test_a_parameter_that_no_cell_uses_is_named(project, kernels, manifest):
    """``gradelab check`` refuses the notebook, a run warns."""
    path = project.chapter("01_a", "x = 1")
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][-1]["source"] = "print(study, data, out)\nquarter = 3\n'lang'"
    path.write_text(json.dumps(notebook), "utf-8")
    assert unloaded_parameters(path) == ["quarter", "lang"]
    found = [problem.en for problem in notebook_problems(path, "01_a.ipynb")]
    assert found == ["no cell uses the parameter quarter", "no cell uses the parameter lang"]
    run = project.run(kernels)
    run.go()
    [warning] = manifest(run.folder)["warnings"]
    assert warning["where"] == "01_a" and "quarter, lang" in warning["text"]


def test_the_chapters_use_their_parameters(root):
    """None of the shipped notebooks carries a parameter along for nothing."""
    for path in sorted((root / "notebooks").glob("0*.ipynb")):
        assert unloaded_parameters(path) == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["demo", "online_retail", "catalogue"])
def test_the_shipped_studies_raise_no_alarm(name, root, small_demo, cache, tmp_path, monkeypatch, request):
    """Every chapter of every study that lies here, as its cells run; online_retail where its data are at hand."""
    data = str(request.getfixturevalue("data_folder")) if name == "online_retail" else ""
    study = small_demo.with_name(f"{name}.yaml")
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    after: list = []
    shell = SimpleNamespace(events=SimpleNamespace(register=lambda event, call: after.append(call)))
    monkeypatch.setattr("toolkit.reporting.chapter.get_ipython", lambda: shell)
    monkeypatch.setattr("toolkit.reporting.chapter.display", lambda *shown, **more: None)
    monkeypatch.setattr("toolkit.reporting.chapter._svg", _undrawn)
    chapters = sorted((root / "notebooks").glob("0*.ipynb"))
    for path in chapters:
        scope = {"study": str(study), "quarter": "last", "data": data, "out": str(tmp_path), "lang": "zh"}
        for cell in read_notebook(path).cells:
            if cell.code and "parameters" not in cell.tags:
                exec(cell.source, scope)
        after[-1]()
        scope["chapter"]._readings.stop()
    read = {key for file in (tmp_path / "readings").glob("*.json") for key in json.loads(file.read_text())}
    assert unread(scope["opened"].files, read) == []


def _undrawn(chart) -> str:
    import matplotlib.pyplot as plt

    plt.close(chart.axes.figure)
    return ""
