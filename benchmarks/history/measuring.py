"""Formulations run in fresh processes, measured from outside: wall and processor seconds, peak memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(slots=True)
class Measured:
    """What one formulation took, run by run.

    Attributes
    ----------
    seconds, processor : list of float
        Wall and processor time of the whole process, its start and imports included.
    gigabytes : float
        Most memory held in any run.
    checksum : str
    absent : str
        Why there is nothing; else empty.
    """

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    gigabytes: float = 0.0
    checksum: str = ""
    absent: str = ""

    @property
    def typical(self) -> float:
        """Median of the wall seconds."""
        return median(self.seconds)

    def as_json(self) -> dict[str, object]:
        """As it is kept."""
        return asdict(self)

    def again(self, module: str, path: Path, python: str = sys.executable) -> None:
        """Run ``module`` once more on the history ``path``."""
        began = time.perf_counter()
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
            process = subprocess.Popen(
                [python, str(HERE / "child.py"), module, str(path)],
                env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=complained,
            )  # fmt: skip
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                raise
            taken = time.perf_counter() - began
            said.seek(0)
            complained.seek(0)
            self._enter(os.waitstatus_to_exitcode(status), said.read(), complained.read())
        if not self.absent:
            self.seconds.append(round(taken, 3))
            self.processor.append(round(used.ru_utime + used.ru_stime, 3))

    def _enter(self, code: int, said: str, complained: str) -> None:
        if code == -9:
            self.absent = "the system ended it: not enough memory"
        elif code:
            self.absent = reason(complained) or f"exit code {code}"
        else:
            found = json.loads(said.splitlines()[-1])
            if self.checksum not in ("", found["checksum"]):
                self.absent = "two runs gave different results"
            self.checksum = found["checksum"]
            self.gigabytes = round(max(self.gigabytes, found["gigabytes"]), 3)


def reason(complained: str) -> str:
    """The line of a traceback that names the error, without folders; empty where there is none."""
    lines = [line for line in complained.splitlines() if re.match(r"[\w.]+: ", line)]
    return re.sub(r"(/[^/\s'\"]+)+/", "", lines[-1])[:200] if lines else ""


def environment() -> dict[str, str]:
    """Of every formulation: this checkout, and as many threads as each of them likes."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
