"""A run, good or bad: what it leaves and whether the record is true. Expected: the contract in DESIGN.md, section 6."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from toolkit.errors import ChapterError, HistoryError, ParameterError, ReportError
from toolkit.run.kernels import Kernels
from toolkit.run.signals import Interrupted
from toolkit.run.sweep import sweep

ENDLESS = "import time\nprint('begun', flush=True)\ntime.sleep(60)"


def executed(folder: Path, chapter: str) -> nbformat.NotebookNode:
    """The executed notebook of ``chapter``."""
    return nbformat.read(folder / "notebooks" / f"{chapter}.ipynb", as_version=4)


def states(notebook: nbformat.NotebookNode) -> list[str]:
    """State of each cell."""
    return [cell.metadata.papermill.status for cell in notebook.cells]


def only(folder: Path, pattern: str) -> Path:
    """The one path below ``folder`` that fits ``pattern``."""
    [found] = folder.glob(pattern)
    return found


def test_a_good_run_and_then_a_bad_one(project, kernels, manifest):
    """The good run leaves every promised file and a true record; the bad one changes nothing of it."""
    project.chapter("01_一", project.fact("01_一", verdict="keep"), "import os\nprint(os.getcwd(), out)")
    project.chapter(
        "02_two", "import sys; print('小心', file=sys.stderr)", project.fact("02_two", customers=3)
    )
    run = project.run(kernels)
    reports = run.go()

    told = manifest(run.folder)
    assert run.folder.parent == project.folder / "reports" / "demo" / "2026Q3"
    assert told["state"] == "succeeded" and told["reason"] is None and told["finished"] >= told["started"]
    assert {step["state"] for step in told["steps"]} == {"succeeded"}
    assert told["data"]["rows"] == {"in": 3, "accepted": 2, "quarantined": 1}
    assert told["warnings"] == [{"where": "02_two", "text": "小心"}]
    assert told["parameters"][0]["file"] == "params/studies/演示.yaml"
    assert sorted(reports) == [f"report.{lang}.{kind}" for lang in ("en", "zh") for kind in ("html", "pdf")]
    for name, digest in told["outputs"].items():
        assert hashlib.sha256((run.folder / name).read_bytes()).hexdigest() == digest
    kept = {path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*") if path.is_file()}
    assert kept == set(told["outputs"]) | {"manifest.json", "events.jsonl"}
    assert json.loads((run.folder.parent / "latest.json").read_text()) == {"run": run.folder.name}
    facts = json.loads((run.folder / "facts.json").read_text("utf-8"))
    assert facts["verdict"] == {
        "value": "keep",
        "unit": "text",
        "zh": "verdict（中文）",
        "en": "verdict",
        "chapter": "01_一",
    }
    assert "示例公司（模拟）" in (run.folder / "params.resolved.yaml").read_text("utf-8")

    notebook = executed(run.folder, "01_一")
    given = notebook.cells[1]
    assert set(states(notebook)) == {"completed"}
    assert given.id == "injected-parameters" and given.metadata.tags == ["injected-parameters"]
    assert given.source.splitlines()[1:] == [
        'study = "params/studies/演示.yaml"',
        'quarter = "2026Q3"',
        'data = "data"',
        f'out = "reports/demo/2026Q3/{run.folder.name}"',
        'lang = "both"',
    ]
    for path in run.folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert str(project.folder) not in text and str(Path.home()) + "/" not in text, path

    before = {path: path.read_bytes() for path in run.folder.parent.rglob("*") if path.is_file()}
    project.chapter("02_two", "x = 1", "1 / 0", "x = 2")
    bad = project.run(kernels)
    with pytest.raises(ChapterError) as refused:
        bad.go()
    assert "第 3 个代码单元（1 / 0）失败：ZeroDivisionError" in refused.value.zh
    assert "code cell 3 (1 / 0) failed: ZeroDivisionError" in refused.value.en
    assert {path: path.read_bytes() for path in before} == before
    told = manifest(bad.folder)
    assert bad.folder.name.endswith(".failed") and told["state"] == "failed"
    assert told["reason"] == {"zh": refused.value.zh, "en": refused.value.en}
    by_step = {step["id"]: step["state"] for step in told["steps"]}
    assert by_step["chapter:02_two"] == "failed" and by_step["facts"] == "planned"
    notebook = executed(bad.folder, "02_two")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.metadata.papermill.status for cell in code] == [
        "completed",
        "completed",
        "completed",
        "failed",
        "pending",
    ]
    assert code[3].outputs[0].ename == "ZeroDivisionError"
    index = (project.folder / "reports" / "index.html").read_text("utf-8")
    assert run.folder.name in index and bad.folder.name.removesuffix(".failed") in index


@pytest.mark.parametrize(
    ("source", "seconds", "shown", "said"),
    [
        ("import sys; sys.exit(0)", 60, "SystemExit", "code cell 2"),
        ("import os; os._exit(0)", 60, "DeadKernelError", "kernel died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 60, "DeadKernelError", "kernel died"),
        (ENDLESS, 1, "CellTimeoutError", "longer than 1 s"),
    ],
    ids=["exit", "os-exit", "killed", "time-out"],
)
def test_no_end_of_a_kernel_counts_as_success(project, kernels, manifest, source, seconds, shown, said):
    """papermill alone says ``completed`` in each of these cases (notebook-shell.md (c) 11 and 12)."""
    project.chapter("01_first", source, "x = 1")
    run = project.run(kernels, seconds)
    with pytest.raises(ChapterError) as refused:
        run.go()
    notebook = executed(run.folder, "01_first")
    assert states(notebook) == ["completed", "completed", "failed", "pending"]
    errors = [output.ename for output in notebook.cells[2].outputs if output.output_type == "error"]
    assert shown in errors
    assert said in refused.value.en
    assert manifest(run.folder)["state"] == "failed"


def test_a_request_to_stop_is_recorded(project, kernels, manifest):
    """SIGTERM ends kernels, record and process in order; the exit code is 128 + 15."""
    project.chapter("01_first", ENDLESS)
    run = project.run(kernels)

    over = threading.Event()

    def stop_when_at_work() -> None:
        while not over.is_set():
            if any(client.code_cells_executed == 3 for client in list(kernels._clients)):
                os.kill(os.getpid(), signal.SIGTERM)
                return
            time.sleep(0.05)

    threading.Thread(target=stop_when_at_work, daemon=True).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted) as stopped:
        run.go()
    over.set()
    assert stopped.value.exit_code == 143 and time.monotonic() - begun < 20
    told = manifest(run.folder)
    assert run.folder.name.endswith(".interrupted") and told["state"] == "interrupted"
    assert states(executed(run.folder, "01_first"))[-1] == "failed"
    assert {step["state"] for step in told["steps"]} <= {"succeeded", "failed", "interrupted", "planned"}
    assert not (run.folder.parent / "latest.json").exists()


def test_data_and_report_problems_leave_a_record(project, kernels, manifest):
    """A run that fails before its quarter is known is kept beside the quarters; a report problem beside the good ones."""

    def no_data(*given: object) -> None:
        raise HistoryError(zh="没有数据。", en="No data.")

    def no_report(*given: object) -> None:
        raise ReportError(zh="缺字。", en="A glyph is missing.")

    project.chapter("01_first", "x = 1")
    run = project.run(kernels, open_study=no_data)
    with pytest.raises(HistoryError):
        run.go()
    assert run.folder.parent == project.folder / "reports" / "demo"
    assert manifest(run.folder)["reason"] == {"zh": "没有数据。", "en": "No data."}
    assert manifest(run.folder)["quarter"] is None
    run = project.run(kernels, render=no_report)
    with pytest.raises(ReportError):
        run.go()
    assert manifest(run.folder)["quarter"] == "2026Q3" and not (run.folder.parent / "latest.json").exists()


def test_a_mistake_of_ours_is_recorded_too(project, kernels, manifest):
    """An exception that is no refusal leaves a failed run, and is passed on."""
    project.chapter("01_first", "x = 1")
    run = project.run(kernels, open_study=lambda *given: {}["quarter"])
    with pytest.raises(KeyError):
        run.go()
    assert manifest(run.folder)["reason"]["en"] == "internal error: KeyError: 'quarter'"


def test_unknown_parameters_are_refused_in_the_plan(project):
    """papermill would only warn (papermill#818); nothing has started when the plan refuses."""
    project.chapter("01_first", "x = 1", parameters='quater: str = "last"\nstudy: str = "a"')
    with pytest.raises(ParameterError) as refused:
        project.plan()
    assert "missing ['quarter', 'data', 'out', 'lang'], unknown ['quater']" in refused.value.en
    assert not (project.folder / "reports").exists()


def test_a_killed_run_leaves_no_kernel_and_is_swept(project, root, manifest):
    """SIGKILL cannot be heard: the kernel notices by itself, and the next run records what happened."""
    project.chapter(
        "01_first", f"import os, pathlib\npathlib.Path('kernel.pid').write_text(str(os.getpid()))\n{ENDLESS}"
    )
    script = (
        "import sys; sys.path[:0] = ['tests/run']; from pathlib import Path\n"
        "import conftest as c; from toolkit.run.kernels import Kernels; from toolkit.run.runner import Run\n"
        "from toolkit.run.plan import make_plan; from toolkit.measures.registry import names\n"
        "if __name__ == '__main__':\n"
        f"    plan = make_plan(Path({str(project.study)!r}), known_measures=names())\n"
        "    Run(plan, lambda: Kernels(plan.root, warm=True), c.Silent(), c.stand_ins()).go()\n"
    )
    code = project.folder / "go.py"
    code.write_text(script, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, str(code)], cwd=root, env=environment)
    note = project.folder / "kernel.pid"
    _until(lambda: note.exists() and note.read_text(), 60)
    assert sweep(project.folder / "reports") == [], "a run at work must be left alone"
    process.kill()
    process.wait()
    kernel = int(note.read_text())
    _until(lambda: not psutil.pid_exists(kernel), 10)
    [swept] = sweep(project.folder / "reports")
    assert swept.name.endswith(".abandoned") and manifest(swept)["state"] == "abandoned"
    assert "vanished" in manifest(swept)["reason"]["en"]
    assert sweep(project.folder / "reports") == []


def _until(true: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_kernels_are_ours_whatever_is_installed(project, manifest, monkeypatch, tmp_path):
    """A kernelspec python3 of somebody else's environment shadows nothing; without a server kernels start as well."""
    shadow = tmp_path / "share" / "kernels" / "python3"
    shadow.mkdir(parents=True)
    (shadow / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    monkeypatch.delenv("HOME", raising=False)
    project.chapter(
        "01_first", "import os, sys\nprint(sys.executable, os.environ['OMP_NUM_THREADS'], hash('a'))"
    )
    hashes = []
    for warm in (False, True):
        with Kernels(project.folder, warm=warm) as kernels:
            run = project.run(kernels, force=("all",))
            run.go()
        executable, threads, number = executed(run.folder, "01_first").cells[-1].outputs[0].text.split()
        assert threads == "1" and executable.endswith(Path(sys.executable).name)
        hashes.append(number)
    assert hashes[0] == hashes[1], "the hash seed is fixed"


def test_a_server_that_does_not_answer_is_done_without(project, kernels, monkeypatch):
    """The kernel is started in the ordinary way."""
    from multiprocessing.context import ForkServerProcess

    def refuse(self: object) -> None:
        raise EOFError

    monkeypatch.setattr(ForkServerProcess, "start", refuse)
    project.chapter("01_first", "import multiprocessing\nprint(multiprocessing.parent_process())")
    run = project.run(kernels)
    run.go()
    assert executed(run.folder, "01_first").cells[-1].outputs[0].text == "None\n"
