"""The examples of schedules. Expected: what they promise, each really parsed, and its command really run."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date, timedelta
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from ruamel.yaml import YAML

from toolkit.params.chapter import ChapterParams
from toolkit.reporting.fonts import font_files
from toolkit.window import Quarter

HOME = "/srv/grading"
RUN_DAY = [5, (1, 4, 7, 10)]
CHAPTER = """import json, pathlib
place = pathlib.Path(out) / 'facts'
place.mkdir(parents=True, exist_ok=True)
verdict = {'value': 'adopt' if quarter.endswith('Q1') else 'keep', 'unit': 'text', 'zh': '判定', 'en': 'verdict'}
said = {'value': quarter, 'unit': 'text', 'zh': '季度', 'en': 'quarter'}
_ = (place / '01_one.json').write_text(json.dumps({'verdict': verdict, 'quarter': said}), 'utf-8')"""
STUDY = """id: growing
title: {zh: 会长大的数据, en: Growing data}
company: {zh: 某公司, en: A company}
history:
  kind: files
  transactions:
    path: orders_*.csv
    columns: {customer_id: customer, paid_at: day, amount: amount}
retention:
  - {id: a, kind: bought_within, quarters: 1, title: {zh: 一, en: one}}
  - {id: b, kind: bought_within, quarters: 2, title: {zh: 二, en: two}}
  - {id: c, kind: spend_kept, quarters: 1, title: {zh: 三, en: three}}
policies:
  baseline: ../policies/online_retail/floors.yaml
  alternatives: [../policies/online_retail/abc_80_95.yaml]
decision_rule: ../decision_rules/board_2026.yaml
languages: [en]
hooks:
  - {on: flip, command: [sh, -c, 'echo "$GRADELAB_QUARTER" >> flips.txt']}
"""


@pytest.fixture(scope="module")
def examples(root):
    return root / "examples" / "schedule"


@pytest.fixture
def project(tmp_path, root, cache):
    """A project of one short chapter, with the fonts built already, whose ``gradelab`` is where the examples look for it, and no data yet."""
    folder = tmp_path / "grading"
    shutil.copytree(root / "params", folder / "params")
    (folder / "params" / "studies" / "demo.yaml").write_text(STUDY, "utf-8")
    (folder / "notebooks").mkdir()
    first = nbformat.v4.new_code_cell(ChapterParams.cell_source(), id="parameters")
    first.metadata.tags = ["parameters"]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cells = [first, nbformat.v4.new_code_cell(CHAPTER, id="c1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "notebooks" / "01_one.ipynb")
    command = folder / ".venv" / "bin" / "gradelab"
    command.parent.mkdir(parents=True)
    start = f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom toolkit.cli import main\n"
    start += "if __name__ == '__main__':\n    main()\n"
    command.write_text(f"#!{sys.executable}\n{start}", "utf-8")
    command.chmod(0o755)
    shutil.copytree(font_files().folder.parent, folder / ".cache" / "fonts")
    return folder


def unit(path) -> configparser.ConfigParser:
    """A unit file; a key that may come twice is not used here."""
    parser = configparser.ConfigParser(strict=True, interpolation=None, comment_prefixes=("#", ";"))
    parser.optionxform = str
    parser.read_string(path.read_text("utf-8"))
    return parser


def crontab(text: str) -> tuple[dict[str, str], list[tuple[list[str], str]]]:
    """Variables, and the five fields and the command of each line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if "=" in line.split()[0])
    jobs = [line.split(None, 5) for line in lines if "=" not in line.split()[0]]
    return variables, [(fields[:5], fields[5]) for fields in jobs]


def cover(project, quarter: Quarter) -> None:
    """Put the orders of ``quarter`` into the data folder: ten customers, some every third day."""
    (project / "data").mkdir(exist_ok=True)
    days = [quarter.start() + timedelta(days=n) for n in range((quarter.end() - quarter.start()).days)]
    rows = [f"c{n % 10},{day:%Y-%m-%d},{10 + n % 7}" for n, day in enumerate(days)]
    (project / "data" / f"orders_{quarter}.csv").write_text(
        "\n".join(["customer,day,amount", *rows]), "utf-8"
    )


def empty(project, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as cron does: no home, POSIX locale, nothing but the variables of the file."""
    given = [f"{name}={value}" for name, value in {"PATH": "/usr/bin:/bin", **variables}.items()]
    words = ["env", "-i", *given, "/bin/sh", "-c", command]
    return subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=600)


def test_every_schedule_calls_the_same_command(examples):
    """The words after ``gradelab`` are those of the service."""
    service = unit(examples / "gradelab.service")["Service"]["ExecStart"]
    wanted = shlex.split(service)[1:]
    [(_, cron)] = crontab((examples / "gradelab.cron").read_text("utf-8"))[1]
    tree = ast.parse((examples / "airflow_dag.py").read_text("utf-8"))
    [airflow] = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and "gradelab run" in str(n.value)
    ]
    for command in (cron, airflow):
        assert shlex.split(command)[4:] == wanted and command.startswith(f"cd {HOME} && ")
    assert wanted[0] == "run" and wanted[2:4] == ["--quarter", "last"]


def test_unit_files(examples, project, tmp_path):
    """systemd's own judgement where it is installed; keys and calendar by our own reading in any case."""
    timer, service = unit(examples / "gradelab.timer"), unit(examples / "gradelab.service")
    assert timer["Timer"]["Persistent"] == "true" and timer["Install"]["WantedBy"] == "timers.target"
    calendar = timer["Timer"]["OnCalendar"]
    months, day = calendar.split()[0].split("-")[1:]
    assert [int(day), tuple(map(int, months.split(",")))] == RUN_DAY
    assert service["Service"]["Type"] == "oneshot" and service["Service"]["WorkingDirectory"] == HOME
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent; unit files were only parsed")
    for name in ("gradelab.service", "gradelab.timer"):
        text = (
            (examples / name)
            .read_text("utf-8")
            .replace(HOME, str(project))
            .replace("User=gradelab", "User=root")
        )
        (tmp_path / name).write_text(text, "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "gradelab.service", tmp_path / "gradelab.timer"],
        capture_output=True,
        text=True,
    )
    ours = [line for line in (told.stdout + told.stderr).splitlines() if "gradelab" in line]
    assert told.returncode == 0 and ours == []
    next_ones = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=4", "--base-time=2026-11-22", calendar],
        capture_output=True,
        text=True,
    ).stdout
    assert [d for d in ("2027-01-05", "2027-04-05", "2027-07-05", "2027-10-05") if d not in next_ones] == []


def test_the_workflow(examples):
    """Dispatch, the quarter's day, a monthly rehearsal that is a dry run; no secret and no digit out of step."""
    told = YAML(typ="safe", pure=True).load((examples / "github-actions.yaml").read_text("utf-8"))
    quarterly, monthly = [entry["cron"] for entry in told["on"]["schedule"]]
    assert quarterly.split()[2:] == ["5", "1,4,7,10", "*"] and monthly.split()[2:] == ["20", "*", "*"]
    assert "workflow_dispatch" in told["on"] and told["permissions"] == {"contents": "read"}
    job = told["jobs"]["report"]
    assert f"'{monthly}'" in job["env"]["REHEARSE"] and quarterly not in job["env"]["REHEARSE"]
    steps = {step.get("name"): step for step in job["steps"]}
    assert steps["rehearse"]["run"].endswith("--dry-run") and "--dry-run" not in steps["run"]["run"]
    assert (
        steps["rehearse"]["if"] == "env.REHEARSE == 'true'" and steps["run"]["if"] == "env.REHEARSE != 'true'"
    )
    assert "${{" not in "".join(step.get("run", "") for step in job["steps"])
    commands = [shlex.split(step["run"]) for step in (steps["rehearse"], steps["run"])]
    assert all(
        words[:5] == [".venv/bin/gradelab", "run", "$STUDY", "--quarter", "$QUARTER"] for words in commands
    )


def test_the_front_door_of_jupyter(examples, tmp_path, monkeypatch):
    """A stand-in for jupyter-scheduler: the job's study is run by the runner, nothing by a shell."""
    if importlib.util.find_spec("jupyter_scheduler") is None:
        with pytest.raises(ImportError, match="pip install jupyter-scheduler"):
            _load(examples / "jupyter_door.py")
        features = {"job_name": 1, "parameters": 2, "tags": 3}
        package, executors, models = (
            ModuleType(f"jupyter_scheduler{n}") for n in ("", ".executors", ".models")
        )
        executors.ExecutionManager = type("ExecutionManager", (), {})
        models.JobFeature = __import__("enum").Enum("JobFeature", features)
        for module in (package, executors, models):
            monkeypatch.setitem(sys.modules, module.__name__, module)
    door = _load(examples / "jupyter_door.py")
    job = door.RunStudy.__new__(door.RunStudy)
    model = SimpleNamespace(
        parameters={"study": "x; touch y.yaml", "quarter": "2026Q1"}, output_formats=["html"]
    )
    monkeypatch.setattr(door.RunStudy, "model", model, raising=False)
    job.root_dir, job.staging_paths = str(tmp_path), {"html": str(tmp_path / "staged.html")}
    (tmp_path / "r.html").write_text("report")
    called = []

    def run(command, **more):
        called.append(command)
        reports = {"report.zh.pdf": "r.pdf", "report.zh.html": "r.html"}
        return SimpleNamespace(returncode=0, stdout=json.dumps({"reports": reports}), stderr="")

    monkeypatch.setattr(door.subprocess, "run", run)
    job.execute()
    assert called[0][1:] == ["-m", "toolkit", "run", "--quarter", "2026Q1", "--json", "--", "x; touch y.yaml"]
    assert (tmp_path / "staged.html").read_text() == "report"
    assert not door.RunStudy.supported_features()[door.JobFeature.tags]
    monkeypatch.setattr(
        door.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=7, stdout="", stderr="bad")
    )
    with pytest.raises(RuntimeError, match="ended with 7: bad"):
        job.execute()


@pytest.mark.slow
def test_four_quarters_by_the_command_of_the_timer_and_of_cron(examples, project):
    """Data grow by a quarter, the schedule fires: ``last`` follows the data, the index has four reports.

    The first firing is cron's, in an empty environment; the others are those of the timer. The verdict
    is another in the third quarter, and again in the fourth.
    """
    variables, [(fields, cron)] = crontab(
        (examples / "gradelab.cron").read_text("utf-8").replace(HOME, str(project))
    )
    assert fields == ["0", "6", "5", "1,4,7,10", "*"] and "HOME" not in variables
    service = unit(examples / "gradelab.service")["Service"]
    timer = service["ExecStart"].replace(HOME, str(project))
    cache = variables["GRADELAB_CACHE"]
    quarters = [Quarter.containing(date(2025, 7, 1)) + n for n in range(4)]
    for n, quarter in enumerate(quarters):
        cover(project, quarter)
        told = (
            empty(project, cron, **variables)
            if n == 0
            else empty(project, f"cd {project} && {timer}", GRADELAB_CACHE=cache)
        )
        assert told.returncode == 0, told.stderr
        assert not any(word in told.stderr for word in ("Warning", "Traceback"))
        [run] = _good(project)[str(quarter)]
        facts = json.loads((run / "facts.json").read_text("utf-8"))
        assert facts["quarter"]["value"] == str(quarter)
        assert (run / "report.en.pdf").read_bytes()[:5] == b"%PDF-"
        page = (run / "report.en.html").read_text("utf-8")
        assert ("This is the first report of this study" in page) == (n == 0)
        assert ("No conclusion turned" in page) == (n == 1)
        assert (
            ("Conclusions that turned" in page)
            == (n > 1)
            == (run / "tables" / "turned_conclusions.csv").exists()
        )
        assert 'class="sign-off"' in page and page.count(run.name) >= 2
    assert list(_good(project)) == [str(quarter) for quarter in quarters]
    assert (project / "flips.txt").read_text().split() == [str(quarters[2]), str(quarters[3])]
    index = (project / "reports" / "index.html").read_text("utf-8")
    assert len(set(re.findall(r'href="([^"]*/report\.en\.html)"', index))) == len(quarters)


def _good(project) -> dict[str, list]:
    found = {}
    for path in sorted(project.glob("reports/growing/*/*/manifest.json")):
        if json.loads(path.read_text("utf-8"))["state"] == "succeeded":
            found.setdefault(path.parent.parent.name, []).append(path.parent)
    return found


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
