"""What is called when a run has ended. Nothing it does changes the run, its state or its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError
from toolkit.params.hooks import HookParams
from toolkit.params.references import is_secret_word
from toolkit.params.study import StudyParams
from toolkit.run.facts import flipped, read_facts
from toolkit.run.files import Places, read_json
from toolkit.run.folder import MANIFEST
from toolkit.run.found import last_good
from toolkit.run.secrets import hidden, values
from toolkit.run.signals import Interrupted
from toolkit.run.speech import internal, language, say, words
from toolkit.terms import Label

HOOKS = "hooks.jsonl"
CALLER = "toolkit.run.hooked"
LONGEST_TEXT = 400
NOT_FOUND = 127
DONE = "done"
OUTCOMES = {
    "failed": Label("失败", "failed"),
    "timed_out": Label("超时", "timed out"),
    "missing": Label("找不到", "not found"),
}


@dataclass(frozen=True, slots=True)
class Called:
    """What became of one hook.

    Attributes
    ----------
    on : str
    hook : str
        The command's first word, or the function.
    outcome : "done", "failed", "timed_out" or "missing"
    seconds : float
    exit_code : int or None
    said : str
        The end of what it printed, without secrets and folders of this machine.
    """

    on: str
    hook: str
    outcome: str
    seconds: float
    exit_code: int | None
    said: str


def call_hooks(study: StudyParams, run: Path, root: Path) -> list[Called]:
    """Call the hooks of ``study`` for the run in ``run``, whose manifest is final; never raises.

    Parameters
    ----------
    study : StudyParams
    run : Path
        Folder of the run, under its last name.
    root : Path
        The project; commands start there, and functions are imported from there.

    Returns
    -------
    list of Called
        In the order of the study; also written to ``hooks.jsonl`` in the run folder.
    """
    called: list[Called] = []
    if study.hooks:
        try:
            _call_all(study, run, root, called)
        except Interrupted:
            say(words("已停止调用钩子；运行的结果不受影响。", "Hooks were stopped; the run is not affected."))
        except Exception as error:
            say(internal(error)[language()])
        _warn(called)
    return called


def _call_all(study: StudyParams, run: Path, root: Path, called: list[Called]) -> None:
    """Call every hook that is due, and note in ``called`` and on disk what became of each."""
    manifest = read_json(run / MANIFEST)
    state = str(manifest.get("state"))
    flip = state == "succeeded" and _flip(run)
    given = environment(run, manifest, flip)
    secrets = _secrets(study)
    for hook in study.hooks:
        if is_due(hook.on, state, flip):
            called.append(_call(hook, given, root, secrets))
            _record(run, called[-1])


def is_due(on: str, state: str, flip: bool) -> bool:
    """Whether a hook that waits for ``on`` is called after a run that ended in ``state``.

    >>> is_due("failure", "interrupted", False), is_due("success", "failed", False), is_due("flip", "succeeded", True)
    (True, False, True)
    """
    good = state == "succeeded"
    return {"success": good, "failure": not good, "flip": good and flip}[on]


def _flip(run: Path) -> bool:
    before = earlier(run)
    return before is not None and flipped(read_facts(run), read_facts(before))


def earlier(run: Path) -> Path | None:
    """The last good run of the nearest quarter before that of ``run``; None where there is none."""
    quarter = run.parent.name
    found = [folder for name, folder in last_good(run.parent.parent).items() if name < quarter]
    return found[-1] if found else None


def environment(run: Path, manifest: Mapping[str, Any], flip: bool) -> dict[str, str]:
    """What a hook is told through its environment."""
    reason = manifest.get("reason") or {}
    return {
        "GRADELAB_RUN": str(run),
        "GRADELAB_STATE": str(manifest.get("state", "")),
        "GRADELAB_MANIFEST": str(run / MANIFEST),
        "GRADELAB_STUDY": str(manifest.get("study", "")),
        "GRADELAB_QUARTER": str(manifest.get("quarter") or ""),
        "GRADELAB_REASON": str(reason.get(language(), "")),
        "GRADELAB_FLIPPED": "1" if flip else "",
    }


def _call(hook: HookParams, given: Mapping[str, str], root: Path, secrets: Sequence[str]) -> Called:
    command = list(hook.command or (sys.executable, "-m", CALLER, hook.callable))
    begun = time.monotonic()
    outcome, code, said = _ended(command, {**os.environ, **given, **_path(root)}, root, hook.seconds)
    if hook.callable and code == NOT_FOUND:
        outcome = "missing"
    tail = hidden(Places(root).cleaned(said.strip()), secrets)[-LONGEST_TEXT:]
    shown = hook.callable or Path(command[0]).name
    return Called(hook.on, shown, outcome, round(time.monotonic() - begun, 2), code, tail)


def _ended(
    command: list[str], given: dict[str, str], root: Path, seconds: float
) -> tuple[str, int | None, str]:
    """Outcome, exit code and words of a command; it and all it started are ended after ``seconds``."""
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return "missing", None, f"{type(error).__name__}: {error}"
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end_group(process)
        return "timed_out", None, ""
    except BaseException:
        _end_group(process)
        raise
    return DONE if process.returncode == 0 else "failed", process.returncode, said.decode("utf-8", "replace")


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the command and whatever it started; what left its group is not waited for."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def _path(root: Path) -> dict[str, str]:
    """``PYTHONPATH`` on which a function finds the project and this package."""
    code = str(Path(__file__).resolve().parents[2])
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {"PYTHONPATH": os.pathsep.join(dict.fromkeys(one for one in (str(root), code, *before) if one))}


def _record(run: Path, one: Called) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"at": now, **{name: getattr(one, name) for name in Called.__slots__}}
    with suppress(OSError), (run / HOOKS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(told, ensure_ascii=False) + "\n")


def _warn(called: Sequence[Called]) -> None:
    bad = [one for one in called if one.outcome != DONE]
    if bad:
        first, outcome = bad[0], OUTCOMES[bad[0].outcome]
        say(
            words(
                f"有 {len(bad)} 个钩子没有做成，第一个是 {first.hook}（{outcome.zh}）；运行的结果不受影响，详见运行文件夹中的 {HOOKS}。",
                f"{len(bad)} hook(s) did not do their work, the first is {first.hook} ({outcome.en}); "
                f"the run is not affected, see {HOOKS} in its folder.",
            )
        )


def _secrets(study: StudyParams) -> tuple[str, ...]:
    """What a hook may have printed and must not be recorded: values of references, variables named as secrets."""
    named = tuple(value for name, value in os.environ.items() if is_secret_word(name))
    try:
        return (*named, *values(study.history).values())
    except GradelabError:
        return named
