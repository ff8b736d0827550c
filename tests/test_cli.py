"""The command line. Expected: what its own help promises, in both languages, quickly and without tracebacks."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from toolkit import __version__
from toolkit.cli import main
from toolkit.errors import ChapterError, GradelabError, HistoryError, ParameterError, ReportError, UsageError
from toolkit.history.intake import Count, Intake
from toolkit.terms import Label

COMMANDS = (
    "run",
    "check",
    "grade",
    "fetch",
    "simulate",
    "index",
    "sign",
    "clean",
    "doctor",
    "params",
    "verify",
    "compare",
    "render",
    "lab",
    "whatif",
)
WATCHED = (
    "import sys\nfrom toolkit.cli import main\n"
    "try:\n    main()\nfinally:\n"
    "    print('heavy:', *sorted({'jupyter_client', 'papermill', 'pandas', 'matplotlib'} & set(sys.modules)))"
)


@pytest.fixture
def gradelab(root):
    """Call the command in a process of its own."""

    def call(*arguments, **environment):
        clean = {
            key: value for key, value in os.environ.items() if not key.startswith(("GRADELAB", "LC_", "LANG"))
        }
        return subprocess.run(
            [sys.executable, "-c", WATCHED, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=root,
            env={**clean, "PYTHONPATH": str(root), "PYTHONUTF8": "1", "COLUMNS": "100", **environment},
        )

    return call


@pytest.fixture
def here(monkeypatch, capsys):
    """Call the command in this process; returns exit code and standard error."""

    def call(*arguments, lang="en"):
        monkeypatch.setenv("GRADELAB_LANG", lang)
        monkeypatch.setattr(sys, "argv", ["gradelab", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out + told.err

    return call


def test_help_is_light_and_says_the_exit_codes(gradelab):
    """Nothing heavy is imported; processor time, unlike the clock, does not depend on who else is at work."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = gradelab("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert done.returncode == 0 and "heavy:\n" in done.stdout
    assert seconds < 0.3
    assert all(command in done.stdout for command in COMMANDS)
    codes = {
        kind.exit_code
        for kind in (GradelabError, UsageError, ParameterError, ChapterError, HistoryError, ReportError)
    }
    assert codes == {1, 2, 3, 4, 7, 8}
    assert all(f"{code} " in done.stdout.split("Exit codes")[1] for code in (*codes, 130, 143))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_explained_in_both_languages(here, command):
    """A stranger who reads one of the two languages is served."""
    code, text = here(command, "--help")
    assert code == 0 and any("\u4e00" <= c <= "\u9fff" for c in text) and " / " in text


def test_version(here):
    """One line."""
    assert here("--version") == (0, f"gradelab {__version__}\n")


@pytest.mark.parametrize("words", [[], ["run"], ["run", "a.yaml", "--quater", "x"], ["dance"]])
def test_wrong_words_end_with_2(here, words):
    """As schedulers expect."""
    assert here(*words)[0] == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_mistakes_in_a_policy_are_told_before_a_kernel_starts(gradelab, root, tmp_path, lang):
    """Three mistakes give three numbered messages and exit 3; neither papermill nor a kernel was even imported."""
    shutil.copytree(root / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    policy = tmp_path / "params" / "policies" / "demo" / "vip_2022.yaml"
    text = policy.read_text("utf-8")
    for right, wrong in (
        ("measure: spend ", "measure: spent "),
        ("span: 300", "spam: 300"),
        ("every_quarters: 4", "every_quarters: 0"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    policy.write_text(text, "utf-8")
    done = gradelab("run", tmp_path / "params" / "studies" / "demo.yaml", GRADELAB_LANG=lang)
    assert done.returncode == 3
    assert all(f"  {i}. " in done.stderr for i in (1, 2, 3)) and "  4. " not in done.stderr
    assert ("应不小于 1" if lang == "zh" else "must be at least 1") in done.stderr
    heavy = done.stdout.split("heavy:")[1].split()
    assert not {"jupyter_client", "papermill"} & set(heavy)
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "找不到"),
        ({"LANG": "zh_TW"}, "找不到"),
        ({"LANG": "C"}, "There is no"),
        ({"LANG": "zh_CN", "GRADELAB_LANG": "en"}, "There is no"),
    ],
)
def test_the_language_is_that_of_the_user(here, monkeypatch, environment, word):
    """By option or variable, else by locale."""
    for key in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    code, text = here("check", "nothing.yaml", lang=environment.get("GRADELAB_LANG", ""))
    assert code == 3 and word in text


def test_the_option_wins_over_the_environment(here):
    """``--lang`` is the nearest wish."""
    assert "找不到" in here("check", "nothing.yaml", "--lang", "zh", lang="en")[1]


def test_a_mistake_of_ours_is_one_sentence_and_a_log(here, monkeypatch, tmp_path):
    """No traceback for users; it is in the log, and on the screen where it is asked for."""
    monkeypatch.setenv("GRADELAB_CACHE", str(tmp_path))
    monkeypatch.delenv("GRADELAB_DEBUG", raising=False)

    def break_down(*given):
        raise KeyError("grade")

    monkeypatch.setattr("toolkit.run.check.check", break_down)
    code, text = here("check", "a.yaml")
    [log] = (tmp_path / "errors").iterdir()
    assert code == 1 and text.count("\n") == 1 and str(log) in text
    assert "KeyError: 'grade'" in log.read_text("utf-8") and "Traceback" in log.read_text("utf-8")
    monkeypatch.setenv("GRADELAB_DEBUG", "1")
    assert "Traceback" in here("check", "a.yaml")[1]


def test_check_says_so_when_all_is_well(here, root):
    """Files of the project itself."""
    code, text = here("check", root / "params" / "decision_rules", lang="zh")
    assert code == 0 and text.endswith("个文件，没有问题。\n")


def test_the_index_is_rebuilt(here, tmp_path):
    """Also without a run; a folder that is not there is a mistake of usage."""
    assert here("index", "--out", tmp_path)[0] == 0
    assert "还没有运行记录" in (tmp_path / "index.html").read_text("utf-8")
    assert here("index", "--out", tmp_path / "nowhere")[0] == 2


def test_grade_refuses_a_file_name_first(here, tmp_path):
    """Before policy or data are read."""
    code, text = here("grade", "p.yaml", "--study", "s.yaml", "--out", tmp_path / "a.xlsx")
    assert code == 2 and "a.xlsx" in text


def test_grade_writes_the_quarter_asked_for(here, monkeypatch, root, tmp_path):
    """``last`` is the study's quarter; without the option all quarters are written."""
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "quarter": ["2026Q2", "2026Q3"],
            "grade": ["甲", "乙"],
            "reason": ["x", "y"],
        }
    )
    asked = []

    def open_study(path, *, quarter, data):
        asked.append((quarter, data))
        register = SimpleNamespace(frame=lambda lang: frame)
        history = SimpleNamespace(
            intakes=[Intake("transactions", 5, 3, (Count("late", Label("晚", "late"), 2),))]
        )
        files = SimpleNamespace(extensions=())
        return SimpleNamespace(
            quarter="2026Q3", files=files, register_of=lambda params: register, history=history
        )

    monkeypatch.setattr("toolkit.study.open_study", open_study)
    policy = root / "params" / "policies" / "demo" / "vip_2022.yaml"
    words = ("grade", policy, "--study", "s.yaml", "--data", tmp_path, "--out", tmp_path / "a.csv")
    said = here(*words)[1]
    assert "2 rows written" in said and "# ours" not in said
    assert "2 row(s) of the table transactions were quarantined and not used (late: 2)" in said
    assert "1 rows written" in here(*words, "--quarter", "last")[1]
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines()[1:] == ['"a","2026Q3","乙","y"']
    ours = root / "params" / "catalogue" / "S44.yaml"  # four comments, counted by eye
    assert "4 value(s) of this policy were filled" in here("grade", ours, *words[2:])[1]
    assert asked == [("last", tmp_path)] * 3


def test_fetch_and_simulate_pass_on_what_was_asked(here, monkeypatch, tmp_path):
    """The rooms below do the work."""
    monkeypatch.setattr(
        "toolkit.history.fetch.fetch_online_retail", lambda folder, progress: folder / "there"
    )
    assert here("fetch", "online-retail", "--data", tmp_path) == (
        0,
        f"online-retail is in {tmp_path}/there\n",
    )
    made = []
    monkeypatch.setattr("toolkit.synthetic.company.simulate", lambda customers, seed: (customers, seed))
    monkeypatch.setattr("toolkit.synthetic.company.write", lambda *given: made.append(given))
    code, _ = here("simulate", "--customers", 200, "--seed", 3, "--out", tmp_path, "--format", "csv")
    assert code == 0 and made == [((200, 3), tmp_path, "csv")]
    assert here("simulate", "--customers", 5, "--seed", 3, "--out", tmp_path)[0] == 2
