"""Time the four files of a run after its chapters; prints seconds and size per file and where the time goes.

``.venv/bin/python benchmarks/render.py [run folder]``: renders the executed notebooks of a run anew, by default of the
latest run of the demo, with the fonts built and everything imported. Fails where the four files together take longer
than the bar, or where a page is larger than mail likes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from toolkit.reporting import document, exporters, fonts, formulas, pdf
from toolkit.reporting.merge import merge_chapters

ROOT = Path(__file__).resolve().parents[1]
RUNS = "reports/demo/*/*/manifest.json"
MOST_SECONDS, MOST_BYTES = 15.0, 2_000_000
PARTS: dict[str, tuple[Any, str]] = {
    "read the notebook": (document, "read"),
    "cut the fonts": (fonts, "web_font"),
    "set the formulas": (formulas, "typeset"),
    "set the sheets (Typst)": (pdf, "_compile"),
}


def main(folder: Path) -> int:
    """Print the table; 1 where it takes too long or a page is too large."""
    notebook = merged(folder)
    fonts.font_files()
    spent = {name: watched(*place) for name, place in PARTS.items()}
    taken, largest = 0.0, 0
    for lang in ("zh", "en"):
        for kind, render in (("html", exporters.render_html), ("pdf", exporters.render_pdf)):
            seconds, size = timed(render, notebook, lang)
            taken, largest = taken + seconds, max(largest, size if kind == "html" else 0)
            print(f"report.{lang}.{kind:<6} {seconds:6.2f} s {size / 1e6:6.2f} MB")
    print(f"all four           {taken:6.2f} s   (at most {MOST_SECONDS:.0f}); largest page {largest / 1e6:.2f} MB "
          f"(at most {MOST_BYTES / 1e6:.0f})")  # fmt: skip
    for name, seconds in spent.items():
        print(f"  of which {name:<24} {sum(seconds):6.2f} s in {len(seconds)} calls")
    return int(taken > MOST_SECONDS or largest > MOST_BYTES)


def merged(folder: Path) -> nbformat.NotebookNode:
    """The chapters of a run as one notebook, as the run merges them."""
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    chapters = [nbformat.read(path, as_version=4) for path in sorted((folder / "notebooks").glob("*.ipynb"))]
    about = {
        "title": told["title"],
        "quarter": told.get("quarter", ""),
        "run_id": folder.name,
        "simulated": True,
    }
    return merge_chapters(chapters, about)


def timed(render: Callable[..., Path], notebook: nbformat.NotebookNode, lang: str) -> tuple[float, int]:
    """Seconds and bytes of one file."""
    with tempfile.TemporaryDirectory(prefix="gradelab-bench-") as place:
        begun = time.perf_counter()
        made = render(notebook, lang, Path(place) / "report")
        return time.perf_counter() - begun, made.stat().st_size


def watched(module: Any, name: str) -> list[float]:
    """Seconds of every call of a function from now on."""
    real, seconds = getattr(module, name), []

    def call(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(*arguments, **named)
        finally:
            seconds.append(time.perf_counter() - begun)

    setattr(module, name, call)
    return seconds


def latest() -> Path:
    """The newest run of the demo."""
    found = sorted(ROOT.glob(RUNS), key=lambda path: path.parent.name)
    if not found:
        sys.exit("no run of the demo: make report first")
    return found[-1].parent


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else latest()))
