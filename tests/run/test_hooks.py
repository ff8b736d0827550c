"""Hooks. Expected: each is called when it is due and told what happened; nothing it does touches the run."""

from __future__ import annotations

import importlib.util
import json
import sys
import time

import psutil
import pytest

from toolkit.errors import ChapterError
from toolkit.params.hooks import HookParams
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study
from toolkit.run.hooked import Ended
from toolkit.run.hooks import HOOKS, call_hooks, earlier, flipped, is_due

EARLIER, NOW = "20260401T080000Z-00000a", "20260701T080000Z-00000b"
TELL = (
    "import json, os, pathlib; "
    "told = {k: v for k, v in os.environ.items() if k.startswith('GRADELAB_')}; "
    "pathlib.Path('{name}').write_text(json.dumps(told), 'utf-8')"
)


@pytest.fixture
def call(root, tmp_path):
    """Call hooks for a run; the project is the temporary folder."""
    study = read_study(root / "params" / "studies" / "demo.yaml").study

    def it(run, *hooks):
        made = tuple(HookParams.model_validate(hook) for hook in hooks)
        return call_hooks(study.model_copy(update={"hooks": made}), run, tmp_path)

    return it


def python(code: str) -> list[str]:
    """A command that runs ``code``."""
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("state", "flip", "due"),
    [
        ("succeeded", False, {"success"}),
        ("succeeded", True, {"success", "flip"}),
        ("failed", True, {"failure"}),
        ("interrupted", False, {"failure"}),
    ],
)
def test_when_a_hook_is_due(state, flip, due):
    """The table of the parameter page."""
    assert {on for on in ("success", "failure", "flip") if is_due(on, state, flip)} == due


def test_a_flip_is_another_verdict_or_another_policy():
    """Every combination of a small table, by hand."""

    def facts(verdict, policy):
        return {"verdict": {"value": verdict}, "verdict.policy": {"value": policy}}

    assert not flipped(facts("adopt", "abc"), facts("adopt", "abc"))
    assert flipped(facts("keep", "now"), facts("adopt", "abc"))
    assert flipped(facts("adopt", "stars"), facts("adopt", "abc"))
    assert not flipped(facts("keep", "now"), {}) and not flipped({}, facts("keep", "now"))


def test_a_flip_is_held_against_the_nearest_earlier_quarter(past_run, call, tmp_path):
    """The quarter before last, a later quarter and a failed run do not count."""
    past_run("2025Q4", "20260101T080000Z-00000c", verdict="keep")
    before = past_run("2026Q1", EARLIER, verdict="adopt")
    past_run("2026Q1", "20260402T080000Z-00000d", "failed", verdict="keep")
    past_run("2026Q3", "20261001T080000Z-00000e", verdict="adopt")
    run = past_run("2026Q2", NOW, verdict="keep")
    assert earlier(run) == before
    hook = {"on": "flip", "command": python(TELL.replace("{name}", "flip.json"))}
    assert [one.outcome for one in call(run, hook)] == ["done"]
    assert json.loads((tmp_path / "flip.json").read_text())["GRADELAB_FLIPPED"] == "1"
    assert call(before, hook)[0].outcome == "done"
    assert call(past_run("2026Q4", "20270101T080000Z-00000f", verdict="adopt"), hook) == []


def test_a_command_is_told_everything(past_run, call, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADELAB_LANG", "zh")
    run = past_run("2026Q2", NOW, "failed")
    call(run, {"on": "failure", "command": python(TELL.replace("{name}", "told.json"))})
    told = json.loads((tmp_path / "told.json").read_text("utf-8"))
    assert {
        name: told[f"GRADELAB_{name}"] for name in ("RUN", "STATE", "MANIFEST", "STUDY", "QUARTER", "REASON")
    } == {
        "RUN": str(run),
        "STATE": "failed",
        "MANIFEST": str(run / "manifest.json"),
        "STUDY": "demo",
        "QUARTER": "2026Q2",
        "REASON": "坏了",
    }


def test_no_shell_reads_a_command(past_run, call, tmp_path):
    run = past_run("2026Q2", NOW)
    told = call(run, {"on": "success", "command": ["echo", "$HOME; touch made"]})
    assert told[0].said == "$HOME; touch made" and not (tmp_path / "made").exists()


def test_a_function_is_given_the_run(past_run, call, tmp_path):
    run = past_run("2026Q2", NOW)
    (tmp_path / "ours.py").write_text(
        "import dataclasses\n"
        "def tell(ended):\n"
        "    print(type(ended).__name__, ended.run.name, ended.state, ended.manifest['quarter'], ended.flipped)\n"
        "    try:\n        ended.state = 'x'\n"
        "    except dataclasses.FrozenInstanceError:\n        print('frozen')\n",
        "utf-8",
    )
    told = call(run, {"on": "success", "callable": "ours:tell"})
    assert told[0].said == f"Ended {NOW} succeeded 2026Q2 False\nfrozen"


def test_bad_hooks_are_recorded_and_warned_of_once(past_run, call, tmp_path, capsys, monkeypatch):
    """Failing, hanging with a child, missing, raising: the run folder is the same but for the record of hooks."""
    monkeypatch.setenv("GRADELAB_LANG", "en")
    run = past_run("2026Q2", NOW)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    (tmp_path / "theirs.py").write_text("def bad(ended):\n    raise ValueError('no')\n", "utf-8")
    hang = (
        "import subprocess, sys, pathlib, time; "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "pathlib.Path('pid').write_text(str(p.pid)); time.sleep(60)"
    )
    begun = time.monotonic()
    told = call(
        run,
        {"on": "success", "command": python("import sys; print('怎么了'); sys.exit(3)")},
        {"on": "success", "command": python(hang), "seconds": 1.5},
        {"on": "success", "command": ["no-such-command-anywhere"]},
        {"on": "success", "callable": "theirs:bad"},
        {"on": "success", "callable": "nobody.knows:it"},
        {"on": "success", "command": python("print('fine')")},
    )
    assert time.monotonic() - begun < 20
    assert [one.outcome for one in told] == ["failed", "timed_out", "missing", "failed", "missing", "done"]
    assert (told[0].exit_code, told[0].said) == (3, "怎么了") and told[3].said == "ValueError: no"
    assert not _at_work(int((tmp_path / "pid").read_text()))
    assert {path: path.read_bytes() for path in before} == before
    lines = [json.loads(line) for line in (run / HOOKS).read_text("utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == [one.outcome for one in told]
    warned = capsys.readouterr().err.strip().splitlines()
    assert len(warned) == 1 and warned[0].startswith("5 hook(s)")


def test_a_record_of_hooks_that_cannot_be_written_stops_nothing(past_run, call):
    run = past_run("2026Q2", NOW)
    (run / HOOKS).mkdir()
    assert [one.outcome for one in call(run, {"on": "success", "command": ["true"]})] == ["done"]


def test_a_run_calls_its_hooks_after_its_end(project, kernels, manifest):
    """Good and bad run, through the runner: the manifest is final, exit and state are those without hooks."""
    text = project.study.read_text("utf-8")
    show = python("import json, os; print(json.load(open(os.environ['GRADELAB_MANIFEST']))['state'])")
    hooks = [{"on": on, "command": command} for on in ("success", "failure") for command in (show, ["false"])]
    project.study.write_text(f"{text}\nhooks: {json.dumps(hooks)}\n", "utf-8")
    project.chapter("01_one", project.fact("01_one", verdict="keep"))
    good = project.run(kernels)
    good.go()
    assert manifest(good.folder)["state"] == "succeeded"
    assert _told(good.folder) == [("success", "done", "succeeded"), ("success", "failed", "")]
    project.chapter("01_one", "1 / 0")
    bad = project.run(kernels)
    with pytest.raises(ChapterError):
        bad.go()
    assert _told(bad.folder) == [("failure", "done", "failed"), ("failure", "failed", "")]


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("{on: success}", "needs either command or callable"),
        ("{on: success, command: [a], callable: 'a:b'}", "needs either command or callable"),
        ("{on: always, command: [a]}", "must be one of"),
        ("{on: success, callable: 'a.b'}", "module:function"),
        ("{on: success, command: []}", "needs at least 1"),
        ("{on: success, command: [a], seconds: 0}", "greater than 0"),
        ("{on: success, command: [a, 'https://me:hunter2@host/x']}", "let it read there"),
        ("{on: success, command: [a, '${env:TOKEN}']}", "let it read there"),
    ],
)
def test_a_hook_is_checked_before_anything_runs(project, hook, said):
    text = project.study.read_text("utf-8")
    project.study.write_text(f"{text}\nhooks: [{hook}]\n", "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(project.study)
    assert said in refused.value.en and "hooks.0" in refused.value.zh
    assert "hunter2" not in refused.value.en + refused.value.zh


def test_the_example_writes_a_mail_in_both_languages(root, tmp_path, monkeypatch):
    """Nothing is sent: a stand-in takes the mail."""
    monkeypatch.setenv("GRADELAB_MAIL_HOST", "mail.example.org:2525")
    monkeypatch.setenv("GRADELAB_MAIL_FROM", "reports@example.org")
    monkeypatch.setenv("GRADELAB_MAIL_TO", "a@example.org, b@example.org")
    spec = importlib.util.spec_from_file_location("mail_example", root / "examples" / "hooks" / "mail.py")
    mail = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mail)
    sent = []

    class Server:
        def __init__(self, host, port, timeout):
            sent.append((host, port))

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def send_message(self, message):
            sent.append(message)

    monkeypatch.setattr(mail.smtplib, "SMTP", Server)
    manifest = {"study": "demo", "quarter": "2026Q3", "run": NOW}
    mail.tell(Ended(tmp_path, "succeeded", manifest, True, ""))
    assert sent[0] == ("mail.example.org", 2525)
    assert (
        "判定与上一份报告不同" in sent[1].get_content() and "the verdict has changed" in sent[1].get_content()
    )
    assert sent[1]["To"] == "a@example.org, b@example.org" and "demo 2026Q3" in sent[1]["Subject"]


def _told(folder):
    lines = [json.loads(line) for line in (folder / HOOKS).read_text("utf-8").splitlines()]
    return [(line["on"], line["outcome"], line["said"]) for line in lines]


def _at_work(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
