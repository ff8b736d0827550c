"""From transactions to retention and migration under three policies: ours beside pandas, polars and plain DuckDB SQL.

``make bench`` measures and writes ``docs/benchmarks.md`` with its figure and its figures as JSON; ``make bench-quick``
takes a million rows once and ends with one line of ratios. Every formulation runs in a fresh process on the same file and
must come to the same result. What is not measured again keeps its figures, so that sizes, summarisers (``--peers``, the
interpreter of an environment with ``benchmarks/requirements-peers.txt``) and the costs of notebooks (``--notebooks``) can
be measured at different times on the same machine; ``--page`` only writes the page.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from generate import history
from machine import machine
from measuring import ROOT, Measured
from page import write_page
from told import FLOORS, FORMULATIONS, OURS, SUMMARISERS, closing

KEPT = "benchmarks.json"
QUICK, SIZES, GROWTH = 1_000_000, (1_000_000, 10_000_000), (40, 10, 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked; 1 where results differ or a run is above its bar."""
    asked = parsed(arguments)
    if asked.page:
        write_page(read(asked.out), asked.out)
        return 0
    scratch = asked.scratch or Path(tempfile.mkdtemp(prefix="gradelab-bench-"))
    try:
        return quick(scratch) if asked.quick else whole(asked, scratch)
    finally:
        if asked.scratch is None:
            shutil.rmtree(scratch, ignore_errors=True)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks/history", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} rows once, nothing is written")
    parser.add_argument("--rows", type=int, nargs="*", default=SIZES, help="sizes of the histories")
    parser.add_argument("--repeats", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--only", nargs="+", choices=[*FORMULATIONS, *FLOORS])
    parser.add_argument(
        "--growth", type=int, default=0, metavar="ROWS", help="as many rows with fewer and more customers"
    )
    parser.add_argument("--peers", type=Path, nargs="*", default=(), help="interpreters with summarisers")
    parser.add_argument(
        "--notebooks", action="store_true", help="kernels, imports, papermill and a whole run"
    )
    parser.add_argument("--bootstrap", action="store_true", help="a thousand replicates of retention")
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("--scratch", type=Path, help="where histories are kept; else they are made anew")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args(arguments)


def whole(asked: argparse.Namespace, scratch: Path) -> int:
    """Measure, keep and write the page after every part; 1 where results differ or a run is above its bar."""
    kept = read(asked.out)
    kept["machine"] = machine()

    def keep(part: str, name: str, value: object) -> None:
        kept.setdefault(part, {})[name] = value
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / KEPT).write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        write_page(kept, asked.out)

    wrong = 0
    for rows in asked.rows:
        names = asked.only or [*FLOORS, *FORMULATIONS]
        found = side_by_side(history(rows, scratch), rows, names, asked.repeats)
        wrong += tell(found)
        old = kept.get("history", {}).get(str(rows), {})
        keep("history", str(rows), old | {name: one.as_json() for name, one in found.items()})
    if asked.growth:
        for each in GROWTH:
            one = Measured()
            one.again(OURS, history(asked.growth, scratch, asked.growth // each))
            keep("growth", f"{asked.growth} {asked.growth // each}", one.as_json())
            print(f"{asked.growth:,} rows, {asked.growth // each:,} customers: {shown(one)}", flush=True)
    wrong += summarise(asked, history(max(asked.rows or SIZES[:1]), scratch), keep) if asked.peers else 0
    if asked.notebooks:
        wrong += notebooks(asked.repeats, keep)
    if asked.bootstrap:
        bootstrap(keep)
    return int(wrong > 0)


def side_by_side(path: Path, rows: int, names: Sequence[str], repeats: int) -> dict[str, Measured]:
    """Every formulation in turn, ``repeats`` times round."""
    found = {name: Measured() for name in names}
    for turn in range(repeats):
        for name, one in found.items():
            most = (FORMULATIONS | FLOORS)[name].most_rows
            if most is not None and rows > most:
                one.absent = f"not tried above {most:,} rows: it would not fit in memory"
            if not one.absent:
                one.again(name, path)
                print(f"{rows:,} rows, {name} {turn + 1}/{repeats}: {shown(one)}", flush=True)
    return found


def shown(one: Measured) -> str:
    """One line of what was measured."""
    return one.absent or f"{one.seconds[-1]:.1f} s, {one.gigabytes:.2f} GB, result {one.checksum}"


def tell(found: dict[str, Measured]) -> int:
    """Formulations whose result differs from ours."""
    results = {name: one.checksum for name, one in found.items() if one.checksum and name not in FLOORS}
    wrong = [name for name, checksum in results.items() if checksum != results.get(OURS, checksum)]
    for name in wrong:
        print(f"{name} came to another result than ours")
    return len(wrong)


def summarise(asked: argparse.Namespace, path: Path, keep: Callable[[str, str, object], None]) -> int:
    """Ours and every summariser that one of the interpreters has."""
    found = {}
    for name, summariser in SUMMARISERS.items():
        for python in asked.peers if summariser.own_environment else [Path(sys.executable)]:
            one = Measured()
            for _ in range(asked.repeats):
                if not one.absent:
                    one.again(name, path, str(python))
            print(f"{name}: {shown(one)}", flush=True)
            if name not in found or not one.absent:
                found[name] = one
        keep("summaries", name, found[name].as_json() | {"rows": int(path.stem.split("_")[1])})
    results = {one.checksum for one in found.values() if one.checksum}
    return len(results) - 1


def notebooks(repeats: int, keep: Callable[[str, str, object], None]) -> int:
    """What a notebook costs before it does anything, and a whole run; how many of its ratios are above their bar."""
    from notebook_costs import ACTS, cost, slow, whole_run

    for name in ACTS:
        keep("notebooks", name, cost(name, repeats))
    found = whole_run()
    for name, seconds in found.items():
        keep("run", name, seconds)
    for name in slow(found):
        print(f"{name}: more than its bar against papermill")
    return len(slow(found))


def bootstrap(keep: Callable[[str, str, object], None]) -> None:
    """A thousand replicates in a process of their own."""
    from notebook_costs import replicates

    keep("bootstrap", "1000000", replicates())


def quick(scratch: Path) -> int:
    """Every formulation once on a million rows, and one closing line."""
    found = side_by_side(history(QUICK, scratch), QUICK, [*FLOORS, *FORMULATIONS], 1)
    wrong = tell(found)
    print(closing(found, QUICK))
    return int(wrong > 0)


def read(folder: Path) -> dict:
    """What earlier runs measured."""
    path = folder / KEPT
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())
