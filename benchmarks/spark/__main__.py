"""One history on DuckDB, on Spark in one process, and on a master with two workers: seconds, memory, the same cube.

    python benchmarks/spark [ROWS ...] [--page docs/spark.md] [--folder FOLDER]

Rows default to 1 and 10 million, drawn by hashing. Every engine runs in a process of its own, from nothing to the
finished cube; memory is that of the process and all it started, workers included, at its highest. ``--page`` writes
the table below the mark of that page.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1] / "history"))
from cluster import Standalone
from generate import history

MEMORY = "3g"
MARK = "<!-- measured by benchmarks/spark -->"
JOB = """
import hashlib, json, sys, time
from datetime import date
from pathlib import Path
from toolkit.history import read_history
from toolkit.measures.aggregation import build_cube
from toolkit.params.history import FilesParams
path, told = Path(sys.argv[1]), json.loads(sys.argv[2])
columns = {name: name for name in ("customer_id", "order_id", "paid_at", "amount")}
params = FilesParams.model_validate({"kind": "files", "time_zone": "UTC", "transactions": {"path": path.name, "columns": columns}, **told})
begun = time.perf_counter()
if told:
    from toolkit.history.source import on_spark
    on_spark(params.spark, "UTC")
started = time.perf_counter()
history = read_history(params, path.parent, today=date(2026, 10, 1))
checked = time.perf_counter()
cube = build_cube(history.transactions, quarters=history.quarters, returns=history.returns)
done = time.perf_counter()
digest = hashlib.sha256("\\n".join(cube.customers).encode())
for name in sorted(cube.cells):
    digest.update(name.encode() + cube.cells[name].tobytes())
seconds = {"start": started - begun, "check": checked - started, "cube": done - checked, "all": done - begun}
print(json.dumps({"seconds": seconds, "cube": digest.hexdigest()[:16], "rows": history.ledger["transactions"].rows_accepted,
                  "customers": len(cube.customers)}))
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("rows", nargs="*", type=int, default=[1_000_000, 10_000_000])
    asked.add_argument("--page", type=Path)
    asked.add_argument("--folder", type=Path)
    words = asked.parse_args()
    with ExitStack() as stack:
        folder = words.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradelab-")))
        found = [one for rows in words.rows for one in compared(history(rows, folder), rows)]
    if any(len({one["cube"] for one in found if one["asked"] == rows}) > 1 for rows in words.rows):
        sys.exit("the cubes differ")
    text = "\n".join([*table(found), "", *slopes(found)])
    print(text)
    if words.page:
        above = words.page.read_text("utf-8").partition(MARK)[0]
        words.page.write_text(f"{above}{MARK}\n\n{text}\n", "utf-8")


def compared(path: Path, rows: int) -> list[dict]:
    """Each engine on one file."""
    found = []
    for name in ("duckdb", "spark, one process", "spark, two workers"):
        with ExitStack() as stack:
            told, root = engine(name, stack)
            one = measured(path, told, root)
        one |= {"engine": name, "asked": rows}
        found.append(one)
        seconds = "  ".join(f"{part} {value:7.1f} s" for part, value in one["seconds"].items())
        print(
            f"{rows:>12,} rows  {name:<20} {seconds}  {one['memory'] / 1e9:5.1f} GB  cube {one['cube']}",
            flush=True,
        )
    return found


def engine(name: str, stack: ExitStack) -> tuple[dict, list[psutil.Process]]:
    """What the study says of the engine, and the processes of its cluster."""
    if name == "duckdb":
        return {}, []
    options = {"spark.driver.memory": MEMORY}
    if name == "spark, one process":
        return {"engine": "spark", "spark": {"master": "local[*]", "options": options}}, []
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradelab-")))
    cluster = stack.enter_context(Standalone(folder, memory=MEMORY))
    told = {"master": cluster.master, "options": options | {"spark.executor.memory": "2g"}}
    return {"engine": "spark", "spark": told}, [psutil.Process(one.pid) for one in cluster.processes]


def measured(path: Path, told: dict, cluster: list[psutil.Process]) -> dict:
    """Run the job, and watch its memory and that of the cluster."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOB, str(path), json.dumps(told)], stdout=subprocess.PIPE, text=True
    )
    peak = [0]
    watch = threading.Thread(target=watched, args=(process, cluster, peak), daemon=True)
    watch.start()
    said, _ = process.communicate()
    watch.join()
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(said.splitlines()[-1]) | {"memory": peak[0]}


def watched(process: subprocess.Popen, cluster: list[psutil.Process], peak: list[int]) -> None:
    while process.poll() is None:
        resident = 0
        for root in (psutil.Process(process.pid), *cluster):
            try:
                resident += sum(one.memory_info().rss for one in (root, *root.children(recursive=True)))
            except psutil.NoSuchProcess:
                continue
        peak[0] = max(peak[0], resident)
        time.sleep(0.2)


def table(found: list[dict]) -> list[str]:
    """Rows of a table in Markdown."""
    head = ["rows · 行", "engine · 引擎", "start · 启动", "check · 检查", "cube · 汇总", "all · 合计", "to DuckDB · 与 DuckDB 之比",
            "memory · 内存", "cube · 汇总结果"]  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for one in found:
        first = next(other for other in found if other["asked"] == one["asked"])
        seconds = [f"{value:.1f} s" for value in one["seconds"].values()]
        ratio = f"{one['seconds']['all'] / first['seconds']['all']:.1f}"
        same = "same · 相同" if one["cube"] == first["cube"] else "DIFFERS"
        lines.append(
            f"| {one['asked']:,} | {one['engine']} | "
            + " | ".join([*seconds, ratio, f"{one['memory'] / 1e9:.1f} GB", same])
            + " |"
        )
    return lines


def slopes(found: list[dict]) -> list[str]:
    """Seconds that do not grow with rows, and seconds for every further million; where the lines would meet."""
    lines, fitted = [], {}
    for name in dict.fromkeys(one["engine"] for one in found):
        own = [(one["rows"] / 1e6, one["seconds"]["all"]) for one in found if one["engine"] == name]
        if len(own) > 1:
            slope, fixed = fitted[name] = np.polyfit(*zip(*own, strict=True), 1)
            lines.append(
                f"- {name}: {fixed:.1f} s + {slope:.2f} s × million rows · 每百万行 {slope:.2f} 秒，另加 {fixed:.1f} 秒"
            )
    two, here = fitted.get("spark, two workers"), fitted.get("duckdb")
    if two is not None and here is not None:
        workers = 2 * two[0] / here[0]
        lines.append(
            f"- extrapolated, not measured: {workers:.0f} cores of such workers keep pace with DuckDB on two "
            f"· 外推而非实测：约 {workers:.0f} 个这样的核才与两核上的 DuckDB 同速"
        )
    return lines


if __name__ == "__main__":
    main()
