"""What choosing a policy by the report's own path is worth where the best policy is known.

``make choice`` draws the worlds and writes ``docs/choice.md`` with its figure and its tallies; ``--quick`` draws a few
of each, ``--studies`` and ``--worlds`` shorten a run (the page keeps what it has of the others). Worlds drawn are kept
one by one in the cache folder under a key of the code, so that an interrupted run goes on where it stopped. Every world
has a seed of its own, made of its study and its number, so that any one of them can be drawn again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

from counting import COUNTS
from page import write_page
from platformdirs import user_cache_dir
from studies import STUDIES, Study
from tqdm import tqdm
from worlds import POPULATION

from toolkit.run.workers import ADDRESS, Workers, workers

ROOT = Path(__file__).resolve().parents[2]
READ = (
    "toolkit/bootstrap.py",
    "toolkit/comparison",
    "toolkit/recommendation",
    "toolkit/effects",
    "toolkit/search",
    "toolkit/synthetic",
)
DRAWN_BY = ("worlds.py", "evidence.py", "through.py", "studies.py")
TALLIES = "choice.json"
QUICK = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, count, write the page; 1 where a bar of the page is missed."""
    asked = parsed(arguments)
    chosen = [study for study in STUDIES if asked.studies is None or study.id in asked.studies]
    cache = Path(os.environ.get("GRADELAB_CACHE") or user_cache_dir("gradelab", appauthor=False)) / "choice"
    folder, tallies, missed = cache / key_of_code(), read_tallies(asked.out), 0
    with workers(asked.jobs, asked.on, [Path(__file__).parent]) as pool:
        for study in chosen:
            worlds = min(asked.worlds or study.worlds, study.worlds)
            records = drawn(pool, study, worlds, folder)
            tallies[study.id] = {"size": study.size} | COUNTS[study.group](records)
            missed = write_page(tallies, STUDIES, asked.out, POPULATION)
            (asked.out / TALLIES).write_text(json.dumps(tallies, indent=1) + "\n", "utf-8")
    return int(missed > 0)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", dest="worlds", action="store_const", const=QUICK, help=f"{QUICK} worlds of each"
    )
    parser.add_argument("--worlds", type=int, help="no more than these of each study")
    parser.add_argument("--studies", nargs="+", choices=[study.id for study in STUDIES])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--on", default=os.environ.get(ADDRESS), help="address of a Dask scheduler to draw them"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args(arguments)


def drawn(pool: Workers, study: Study, worlds: int, folder: Path) -> list[dict]:
    """Records of the worlds 0, 1, ... of a study; those missing in ``folder`` are drawn and kept there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{study.id}.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    kept = {line["world"]: line["record"] for line in map(json.loads, lines)}
    missing = [number for number in range(worlds) if number not in kept]
    found = pool.each(partial(one_world, study.id), missing, in_order=False)
    with path.open("a", encoding="utf-8") as file:
        for number, record in tqdm(found, desc=study.id, total=len(missing), file=sys.stderr):
            file.write(json.dumps({"world": number, "record": record}) + "\n")
            file.flush()
            kept[number] = record
    return [kept[number] for number in range(worlds)]


def one_world(name: str, number: int) -> tuple[int, dict]:
    """The number of a world and its record."""
    study = next(study for study in STUDIES if study.id == name)
    return number, study.world(number)


def key_of_code() -> str:
    """Changes with any line that a world passes through."""
    digest = blake2b(digest_size=8)
    here = Path(__file__).parent
    paths = [path for name in READ for path in sorted((ROOT / name).rglob("*.py")) or [ROOT / name]]
    for path in (*paths, *(here / name for name in DRAWN_BY)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_tallies(folder: Path) -> dict[str, dict]:
    """What earlier runs found: studies that are not drawn again keep their tally."""
    path = folder / TALLIES
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())
