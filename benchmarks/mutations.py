"""Break one rule at a time and see a test go red.

``make mutations`` copies the project to a temporary folder, changes one line, runs the tests that guard it, and prints
a table; it fails where a broken rule is not noticed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("toolkit", "tests", "params", "pyproject.toml", "notebooks")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One rule, the line that keeps it, what it becomes, and the tests that must notice."""

    rule: str
    file: str
    line: str
    broken: str
    tests: str


MUTATIONS = (
    Mutation(
        "a subject who enters at t is not at risk for events at t",
        "toolkit/outcomes/cox.py",
        "AFTER_THE_EVENTS = 1e-6",
        "AFTER_THE_EVENTS = 0.0",
        "tests/outcomes/test_cox.py",
    ),
    Mutation(
        "an outcome window begins the day after its review",
        "toolkit/outcomes/retained.py",
        "outcome = Window(review, definition.quarters).following(definition.quarters)",
        "outcome = Window(review - 1, definition.quarters).following(definition.quarters)",
        "tests/outcomes/test_retention.py tests/effects/test_programme.py",
    ),
    Mutation(
        "a grade counts on the first day after its review",
        "toolkit/effects/records/programme.py",
        "for day in (review.last_day(month), review.end(month))",
        "for day in (review.last_day(month), review.last_day(month))",
        "tests/effects/test_programme.py tests/effects/test_records.py",
    ),
    Mutation(
        "a record of the day after the window stays outside it",
        "toolkit/measures/dated.py",
        "return (days >= begin) & (days < end)",
        "return (days >= begin) & (days <= end)",
        "tests/measures/test_dated.py tests/panel",
    ),
    Mutation(
        "the bias of the lines is taken away",
        "toolkit/effects/cutoff/local_polynomial.py",
        "corrected = level - bias * curved.weights(BIAS_ORDER)",
        "corrected = level - 0.0 * curved.weights(BIAS_ORDER)",
        "tests/effects/test_local_polynomial.py",
    ),
    Mutation(
        "above the bar is the better side",
        "toolkit/effects/cutoff/local_polynomial.py",
        "right.corrected - left.corrected",
        "left.corrected - right.corrected",
        "tests/effects/test_local_polynomial.py",
    ),
    Mutation(
        "rows of one customer are not independent",
        "toolkit/effects/cutoff/fitting.py",
        "rows = Rows.of(sample.x, *columns, cluster=sample.customer)\n    bandwidth",
        "rows = Rows.of(sample.x, *columns)\n    bandwidth",
        "tests/effects/test_fitting.py tests/effects/test_cutoff.py tests/effects/test_programme.py",
    ),
    Mutation(
        "a failed density test refuses",
        "toolkit/effects/cutoff/gates.py",
        '    "density": "MANIP",\n',
        "",
        "tests/effects/test_cutoff.py",
    ),
    Mutation(
        "a refusal carries no figure",
        "toolkit/effects/effect.py",
        'raise ValueError("a result that is not identified carries no figure and no evidence class")',
        "pass",
        "tests/effects/test_effect.py",
    ),
    Mutation(
        "a hidden factor as strong as the strongest recorded one is reckoned with",
        "toolkit/effects/adjusted/single_grade.py",
        'return ("HIDDEN",) if erased(hidden.bounded) else ()',
        "return ()",
        "tests/effects/test_adjusted.py",
    ),
    Mutation(
        "the placebo review refuses",
        "toolkit/effects/rollout/gates.py",
        '"placebo_review": "PLACEBO"',
        '"placebo_review_off": "PLACEBO"',
        "tests/effects/test_rollout_reviews.py",
    ),
    Mutation(
        "lots that do not fall as planned refuse",
        "toolkit/effects/experiment/gates.py",
        '"sample_ratio": "SAMPLERATIO"',
        '"sample_ratio_off": "SAMPLERATIO"',
        "tests/effects/test_experiment_gates.py tests/effects/test_experiment.py",
    ),
    Mutation(
        "a number in brackets is below zero",
        "toolkit/history/cells.py",
        'words.contains("-") | words.startswith("(")',
        'words.contains("-")',
        "tests/history/test_written_numbers.py",
    ),
    Mutation(
        "a marked return lowers quantity and margin as well as the amount",
        "toolkit/history/mapping.py",
        '_TURNED = ("amount", "quantity", "margin")',
        '_TURNED = ("amount", "margin")',
        "tests/history/test_written_numbers.py",
    ),
    Mutation(
        "two sheets that both look like transactions are asked about",
        "toolkit/history/proposal/assigning.py",
        "if first.rival is None:",
        "if False:",
        "tests/bringing/test_mistakes.py",
    ),
    Mutation(
        "a total that every line of an order repeats is not the amount of a line",
        "toolkit/history/proposal/amounts.py",
        "if order and _repeats(page, order.text, named.text) >= _AGREES:",
        "if False:",
        "tests/bringing/test_from_file_to_grades.py",
    ),
    Mutation(
        "a log of an import names no customer",
        "toolkit/bringing/showing.py",
        'return f"{text[0]}***" if text else ""',
        "return text",
        "tests/bringing/test_asking.py",
    ),
)


def noticed(mutation: Mutation, folder: Path) -> str:
    """The first test that went red, or an empty text."""
    path = folder / mutation.file
    kept = path.read_text("utf-8")
    if mutation.line not in kept:
        raise SystemExit(f"{mutation.file} no longer holds the line of the rule '{mutation.rule}'")
    path.write_text(kept.replace(mutation.line, mutation.broken, 1), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:warnings", *mutation.tests.split()],
            cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "", "GRADELAB_DATA": data_folder()},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        path.write_text(kept, "utf-8")
    red = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return red[0].split()[1] if red else ""


def data_folder() -> str:
    """The folder of real data as the tests find it."""
    return str(ROOT.parent / "shared" / "data")


def main() -> int:
    """Try every mutation; the number that nobody noticed."""
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for part in PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, folder / part)
        for mutation in MUTATIONS:
            test = noticed(mutation, folder)
            missed += not test
            print(f"{mutation.rule:<75} {test or 'NOT NOTICED'}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
