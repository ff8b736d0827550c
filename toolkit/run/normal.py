"""Outputs without what differs from run to run, so that two equal runs have equal digests.

Tables are held by content, for another version of the writer may lay the same numbers out in other bytes;
everything else by its bytes, in which names of runs count as one name.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from toolkit.run.executed import INJECTED
from toolkit.run.files import digest, text_digest

RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
ANY_RUN = "<run>"
OF_THE_MACHINE = ("data", "out")
NOTEBOOK, TABLE = ".ipynb", ".parquet"
TEXTS = (".json", ".csv", ".svg", ".html", ".yaml")


def normal_digest(path: Path) -> str:
    """SHA-256 of an output, whichever run it comes from and wherever the data lay."""
    if path.suffix == NOTEBOOK:
        return text_digest(_notebook(path.read_text("utf-8")))
    if path.suffix == TABLE:
        return text_digest(_table(path))
    if path.suffix in TEXTS:
        return text_digest(RUN.sub(ANY_RUN, path.read_bytes().decode("utf-8", "replace")))
    return digest(path)


def _notebook(text: str) -> str:
    notebook = json.loads(text)
    given = notebook["metadata"].get("papermill", {}).get("parameters", {})
    for name in OF_THE_MACHINE:
        given.pop(name, None)
    for cell in notebook["cells"]:
        if INJECTED in cell["metadata"].get("tags", []):
            lines = "".join(cell["source"]).splitlines()
            own = tuple(f"{name} = " for name in OF_THE_MACHINE)
            cell["source"] = [line for line in lines if not line.startswith(own)]
    return RUN.sub(ANY_RUN, json.dumps(notebook, ensure_ascii=False, sort_keys=True))


def _table(path: Path) -> str:
    """Columns with their types, and every cell in full."""
    import pandas as pd

    frame = pd.read_parquet(path)
    types = [f"{name}: {dtype}" for name, dtype in frame.dtypes.items()]
    cells = frame.to_json(orient="split", date_format="iso", double_precision=15, force_ascii=False)
    return "\n".join([*types, RUN.sub(ANY_RUN, cells)])
