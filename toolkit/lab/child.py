"""``gradelab`` called from a notebook: a process of its own, its progress told line by line."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError
from toolkit.run.kernels import import_path
from toolkit.run.speech import LANG

TICK = 1.0
GOODBYE_SECONDS = 20.0
COLOURS = ("FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
STOPPED = GradelabError(
    zh="已中断；再运行这一格，会从停下的地方接着做。",
    en="Interrupted; run this cell again to go on from where it stopped.",
)


def call(words: Sequence[str], root: Path, lang: str, tell: Callable[[list[str]], None]) -> dict[str, Any]:
    """What ``gradelab WORDS --json`` answers.

    Parameters
    ----------
    words : sequence of str
    root : Path
        The project, in whose folder it works.
    lang : "zh" or "en"
    tell : callable
        Hears, every second and with each new line, all lines written to standard error so far.

    Raises
    ------
    GradelabError
        Where it fails, in its own words, or where it is interrupted.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *words, "--json"],
        cwd=root, env=_environment(lang),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    answer: list[str] = []
    reader = threading.Thread(target=lambda: answer.append(child.stdout.read()), daemon=True)
    reader.start()
    try:
        lines = _heard(child, tell)
        reader.join()
    except KeyboardInterrupt:
        raise _stopped(child) from None
    return _answer(child.wait(), "".join(answer), lines)


def _environment(lang: str) -> dict[str, str]:
    """That of the kernel, which pretends to be a terminal with colours."""
    kept = {name: value for name, value in os.environ.items() if name not in COLOURS}
    return {**kept, **import_path(), LANG: lang, "PYTHONUTF8": "1", "NO_COLOR": "1", "TERM": "dumb"}


def _heard(child: subprocess.Popen[str], tell: Callable[[list[str]], None]) -> list[str]:
    """Lines of standard error until it is closed."""
    coming: queue.Queue[str | None] = queue.Queue()

    def pass_on() -> None:
        for line in child.stderr:
            coming.put(line.rstrip())
        coming.put(None)

    threading.Thread(target=pass_on, daemon=True).start()
    lines: list[str] = []
    while True:
        tell(lines)
        with suppress(queue.Empty):
            line = coming.get(timeout=TICK)
            if line is None:
                return lines
            lines.append(line)


def _stopped(child: subprocess.Popen[str]) -> GradelabError:
    """End ``child`` as Ctrl-C would, so that its record is closed."""
    child.send_signal(2)
    try:
        child.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
    return STOPPED


def _answer(code: int, told: str, lines: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(told)
    except ValueError:
        found = {}
    if code == 0 and found:
        return found
    said = "\n".join(lines[-3:]) or f"gradelab: {code}"
    reason = found.get("reason") or {"zh": said, "en": said}
    raise GradelabError(reason["zh"], reason["en"])
