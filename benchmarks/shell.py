"""Time a whole run against plain papermill over the same notebooks; prints seconds and ratios.

``.venv/bin/python benchmarks/shell.py [study file]``: both begin without an opened history and with the fonts built.
papermill executes the chapters one after another; ``gradelab run`` executes them and writes every report, and is then
run once more with nothing changed. Fails where a ratio is above its bar.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = "params/studies/demo.yaml"
MOST = {"cold": 1.0, "unchanged": 1 / 3}


def main(study: str) -> int:
    """Print the table; 1 where a ratio is above its bar."""
    with tempfile.TemporaryDirectory(prefix="gradelab-bench-") as folder:
        place = Path(folder)
        plain = seconds(lambda: papermill(study, place), place / "plain")
        cold = seconds(lambda: gradelab(study, place / "reports"), place / "ours")
        again = seconds(lambda: gradelab(study, place / "reports"), place / "ours")
    ratios = {"cold": cold / plain, "unchanged": again / plain}
    print(f"papermill, one after another   {plain:7.1f} s")
    for name, taken in (("cold", cold), ("unchanged", again)):
        print(f"gradelab run, {name:<16} {taken:7.1f} s   {ratios[name]:.2f} x   (at most {MOST[name]:.2f})")
    return int(any(ratios[name] > most for name, most in MOST.items()))


def seconds(work: object, cache: Path) -> float:
    """Wall time of ``work`` with the cache at ``cache``, in which the fonts are built already."""
    os.environ["GRADELAB_CACHE"] = str(cache)
    run("-c", "from toolkit.reporting.fonts import font_files; font_files()")
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def papermill(study: str, place: Path) -> None:
    """Every chapter by the plain command line tool."""
    out = place / "plain reports" / "study" / "2000Q1" / "run"
    out.mkdir(parents=True)
    for chapter in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        given = [
            word
            for name, value in (("study", study), ("out", str(out)), ("lang", "both"))
            for word in ("-r", name, value)
        ]
        quiet = ["--no-progress-bar", "--log-level", "ERROR", "--cwd", str(ROOT), "-k", "python3"]
        run("-m", "papermill", str(chapter), str(out / chapter.name), *given, *quiet)


def gradelab(study: str, out: Path) -> None:
    """The whole run."""
    run("-m", "toolkit", "run", study, "--out", str(out))


def run(*words: str) -> None:
    """A Python process in the project; its output is shown where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else STUDY))
