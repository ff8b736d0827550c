"""Time what answers while somebody types; prints processor seconds, their share of the bar, and of a bare start.

``.venv/bin/python benchmarks/typing_speed.py``: every command in fresh processes, the least of several runs, user and
system time of the process. A bare start imports what any check must have (pydantic, ruamel.yaml, typer, numpy).
Fails where a command is above its bar.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIMES = 7
BARE = ("-c", "import numpy, pydantic, ruamel.yaml, typer")
COMMANDS = {
    "import toolkit": (("-c", "import toolkit"), 0.15),
    "gradelab --help": (("-m", "toolkit", "--help"), 0.30),
    "gradelab check, a policy": (("-m", "toolkit", "check", "params/policies/demo/weighted_2027.yaml"), 0.50),
    "gradelab check, a study and all it names": (
        ("-m", "toolkit", "check", "params/studies/demo.yaml"),
        0.50,
    ),
}


def main() -> int:
    """Print the table; 1 where a command is above its bar."""
    bare, over = seconds(BARE), 0
    print(f"{'bare start':<42} {bare:5.2f} s")
    for name, (words, most) in COMMANDS.items():
        taken = seconds(words)
        over += taken > most
        print(f"{name:<42} {taken:5.2f} s   {taken / most:4.0%} of the bar   {taken / bare:4.1f} bare starts")
    return int(over > 0)


def seconds(words: tuple[str, ...]) -> float:
    """Processor seconds of ``python words``, the least of several runs after one that is not counted."""
    return min([once(words) for _ in range(TIMES + 1)][1:])


def once(words: tuple[str, ...]) -> float:
    """Processor seconds of one fresh process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)}\n{told.decode()}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
