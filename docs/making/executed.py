"""A notebook executed and written as a page in each language, its code folded open above what it showed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from toolkit.run.kernels import OwnInterpreter

LANGS = ("en", "zh")
TAGS = {lang: f"lang-{lang}" for lang in LANGS}
BOTH = '\nlang = "both"\n'
FACT = re.compile(r"\[([^\[\]]*)\]\(#fact:[^)]*\)")


class Kernel(AsyncKernelManager):
    """The interpreter we run in, spoken to in cipher where that is to be had."""

    def __init__(self, **given: Any) -> None:
        super().__init__(kernel_spec_manager=OwnInterpreter(), transport_encryption="auto", **given)


def pages(root: Path, notebook: Path) -> dict[str, str]:
    """The page of ``notebook`` by language; it is executed once, in the folder of the project.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    written = nbformat.read(notebook, as_version=4)
    found = deepcopy(written)
    for cell in found.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source += BOTH
    NotebookClient(
        found,
        timeout=300,
        kernel_name="python3",
        kernel_manager_class=Kernel,
        resources={"metadata": {"path": str(root)}},
    ).execute()
    for cell, before in zip(found.cells, written.cells, strict=True):
        cell.source = before.source
    return {lang: "\n\n".join(_cells(found.cells, lang)) + "\n" for lang in LANGS}


def _cells(cells: list[Any], lang: str) -> Iterator[str]:
    for cell in cells:
        tags = cell.metadata.get("tags", ())
        if any(tag in tags for other, tag in TAGS.items() if other != lang):
            continue
        if cell.cell_type == "markdown":
            yield cell.source
            continue
        yield f"```python\n{cell.source}\n```"
        yield from (shown for output in cell.outputs if (shown := _shown(output, lang)))


def _shown(output: Mapping[str, Any], lang: str) -> str:
    """One output as Markdown; empty where it is in another language."""
    about = output.get("metadata", {}).get("gradelab", {})
    if about.get("lang", lang) != lang:
        return ""
    data = output.get("data", {"text/plain": output.get("text", "")})
    if "image/svg+xml" in data:
        return _block("figure", data["image/svg+xml"], about)
    if "text/html" in data:
        return _block("table", data["text/html"], about)
    if "text/markdown" in data:
        return FACT.sub(r"\1", data["text/markdown"])
    return f"```text\n{data['text/plain'].rstrip()}\n```"


def _block(kind: str, inner: str, about: Mapping[str, Any]) -> str:
    inner = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"\n\s*\n", "\n", inner).strip()
    caption = f"\n\n*{about['caption']}*" if kind == "figure" and about.get("caption") else ""
    return f'<div class="shown {kind}">\n{inner}\n</div>{caption}'
