"""What Python, imports, a kernel and papermill cost before a notebook has done anything, each in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import ROOT, environment

sys.path.append(str(ROOT / "benchmarks"))
import shell

TIMED = "from time import perf_counter as now; begun = now(); {act}; print(now() - begun)"
KERNEL = (
    "from jupyter_client.manager import start_new_kernel as start; manager, client = start(kernel_name='python3'); "
    "client.execute_interactive({code!r}); client.stop_channels(); manager.shutdown_kernel(now=True)"
)
EMPTY = (
    "import nbformat, papermill, tempfile, pathlib; folder = pathlib.Path(tempfile.mkdtemp()); "
    "book = nbformat.v4.new_notebook(metadata=dict(kernelspec=dict(name='python3', display_name='', language='python'))); "
    "nbformat.write(book, folder / 'a.ipynb'); "
    "papermill.execute_notebook(folder / 'a.ipynb', folder / 'b.ipynb', progress_bar=False)"
)
CHAPTER = "import pandas, seaborn, statsmodels.api, toolkit.study"
ACTS = {
    "interpreter": "pass",
    "pandas": "import pandas",
    "statsmodels": "import statsmodels.api",
    "chapter": CHAPTER,
    "command": "import toolkit.cli",
    "kernel": KERNEL.format(code="pass"),
    "kernel_with_imports": KERNEL.format(code=CHAPTER),
    "papermill": EMPTY,
}


def cost(name: str, repeats: int) -> float:
    """Median wall seconds of one of :data:`ACTS`; of the interpreter, its whole process."""
    return round(median(_once(name) for _ in range(repeats)), 3)


def _once(name: str) -> float:
    words = [sys.executable, "-c", TIMED.format(act=ACTS[name])]
    begun = perf_counter()
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    whole = perf_counter() - begun
    return whole if name == "interpreter" else float(done.stdout.split()[-1])


def whole_run() -> dict[str, float]:
    """Seconds of the demo: its chapters by plain papermill, ``gradelab run``, and again with nothing changed."""
    with tempfile.TemporaryDirectory(prefix="gradelab-bench-") as folder:
        place, study = Path(folder), shell.STUDY
        plain = shell.seconds(lambda: shell.papermill(study, place), place / "plain")
        ours = [
            shell.seconds(lambda: shell.gradelab(study, place / "reports"), place / "ours") for _ in range(2)
        ]
    return dict(zip(("papermill", "gradelab", "again"), (round(s, 1) for s in (plain, *ours)), strict=True))


def slow(found: dict[str, float]) -> list[str]:
    """Runs of :func:`whole_run` that take more of papermill's time than ``benchmarks/shell.py`` allows."""
    bars = {"gradelab": shell.MOST["cold"], "again": shell.MOST["unchanged"]}
    return [name for name, most in bars.items() if found[name] > most * found["papermill"]]


def replicates() -> dict[str, float]:
    """Seconds and gigabytes of ``benchmarks/bootstrap.py``, and seconds that the naive loop would take."""
    words = [sys.executable, str(ROOT / "benchmarks" / "bootstrap.py"), "--json"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
