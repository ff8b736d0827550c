"""Titles of the chapters of a run, from the headings of its executed notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.run.files import read_json
from toolkit.terms import LANGS, Label, Lang

NOTEBOOKS = "notebooks"


def chapter_titles(run: Path) -> dict[str, Label]:
    """Name of each notebook of a run folder -> its title; notebooks without one are left out."""
    found = {path.stem: _title(read_json(path)) for path in sorted((run / NOTEBOOKS).glob("*.ipynb"))}
    return {name: title for name, title in found.items() if title.zh or title.en}


def _title(notebook: dict[str, Any]) -> Label:
    cells = [cell for cell in notebook.get("cells") or () if isinstance(cell, dict)]
    told = {lang: next(_headings(cells, lang), "") for lang in LANGS}
    return Label(told["zh"] or told["en"], told["en"] or told["zh"])


def _headings(cells: list[dict[str, Any]], lang: Lang) -> Iterator[str]:
    """First-level headings that a reader of ``lang`` sees."""
    others = {f"lang-{other}" for other in LANGS if other != lang}
    for cell in cells:
        tags = (cell.get("metadata") or {}).get("tags") or ()
        if cell.get("cell_type") == "markdown" and not others & set(tags):
            source = cell.get("source") or ""
            text = source if isinstance(source, str) else "".join(map(str, source))
            yield from (line[2:].strip() for line in text.splitlines() if line.startswith("# "))
