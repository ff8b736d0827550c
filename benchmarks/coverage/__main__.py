"""How often each design covers the truth, refuses, or is fooled, in worlds where the truth is known.

``make coverage`` draws the worlds and writes ``docs/coverage.md`` with its figure; ``--worlds``, ``--sizes`` and
``--settings`` shorten a run (the page keeps what it has of the others), ``--jobs`` sets the number of processes and ``--on``
names a Dask cluster to draw them instead. Every world has a seed of its own, made of its
setting, its size and its number, so that any one of them can be drawn again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from nothing import KINDS, claims
from page import write_page
from settings import SEED, SETTINGS, Setting, Trial
from tqdm import tqdm

from toolkit.run.workers import ADDRESS, Workers, workers

ROOT = Path(__file__).resolve().parents[2]
SIZES = (5_000, 12_000, 46_000)
TALLIES = "coverage.json"
BLOCK = 10


def draw_block(setting: Setting, size: int, numbers: Sequence[int]) -> list[Trial]:
    """Trials of the worlds with these numbers."""
    label = crc32(setting.id.encode())
    return [setting.draw(np.random.default_rng([SEED, label, size, number]), size) for number in numbers]


def tally(setting: Setting, truth: float, size: int, trials: Sequence[Trial]) -> dict[str, object]:
    """One line of the table: what became of the worlds of a setting at one size."""
    answered = [trial for trial in trials if not trial.refused]
    values = np.array([trial.value for trial in answered])
    inside = np.array([trial.low <= truth <= trial.high for trial in answered], dtype=bool)
    nothing = np.array([trial.low <= 0 <= trial.high for trial in answered], dtype=bool)
    errors = values - truth
    return {
        "setting": setting.id,
        "customers": size,
        "worlds": len(trials),
        "truth": truth,
        "refused": 1 - len(answered) / len(trials),
        "bias": float(errors.mean()) if len(answered) else np.nan,
        "rmse": float(np.sqrt(np.mean(errors**2))) if len(answered) else np.nan,
        "coverage": float(inside.mean()) if len(answered) else np.nan,
        "claimed": float(np.sum(~nothing) / len(trials)),
        "codes": Counter(code for trial in trials if trial.refused for code in trial.codes).most_common(3),
        "figures_in_refusals": int(sum(trial.refused and np.isfinite(trial.value) for trial in trials)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, tally, write the page; 1 where a bar of the page is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--settings", nargs="+", choices=[s.id for s in SETTINGS], default=None)
    parser.add_argument(
        "--reports", type=int, default=200, help="whole reports of companies where nothing works"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--on", default=os.environ.get(ADDRESS), help="address of a Dask scheduler")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    asked = parser.parse_args(arguments)
    chosen = [s for s in SETTINGS if asked.settings is None or s.id in asked.settings]
    kept = read_tallies(asked.out)
    with workers(asked.jobs, asked.on, [Path(__file__).parent]) as pool:
        for setting in chosen:
            truth = setting.truth()
            for size in tqdm(asked.sizes, desc=setting.id, file=sys.stderr):
                worlds = asked.worlds * setting.times
                blocks = [range(i, min(i + BLOCK, worlds)) for i in range(0, worlds, BLOCK)]
                found = pool.each(partial(draw_block, setting, size), blocks)
                line = tally(setting, truth, size, [trial for block in found for trial in block])
                kept["worlds"][f"{setting.id} {size}"] = line
            write_tallies(kept, asked.out)
        for kind in KINDS if asked.reports else ():
            kept["reports"][kind] = said_of_nothing(pool, kind, asked.reports)
            write_tallies(kept, asked.out)
    order = {f"{setting.id} {size}": None for setting in SETTINGS for size in SIZES}
    lines = [kept["worlds"][name] for name in order if name in kept["worlds"]]
    return write_page(pd.DataFrame(lines), SETTINGS, list(kept["reports"].values()), asked.out)


def read_tallies(folder: Path) -> dict[str, dict]:
    """What earlier runs found: settings that are not drawn again keep their line."""
    path = folder / TALLIES
    return json.loads(path.read_text("utf-8")) if path.is_file() else {"worlds": {}, "reports": {}}


def write_tallies(kept: dict[str, dict], folder: Path) -> None:
    """Keep what was found, so that an interrupted run loses one setting at most."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TALLIES).write_text(json.dumps(kept, indent=0) + "\n", "utf-8")


def said_of_nothing(pool: Workers, kind: str, count: int) -> dict[str, object]:
    """Share of the reports of one kind that make each claim."""
    seeds = tqdm(range(1, count + 1), desc=f"reports, {kind}", file=sys.stderr)
    found = pd.DataFrame(pool.each(partial(claims, kind), seeds))
    return {"kind": kind, "reports": count, **{name: float(share) for name, share in found.mean().items()}}


if __name__ == "__main__":
    sys.exit(main())
