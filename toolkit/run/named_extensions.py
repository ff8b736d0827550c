"""Extensions that the files of ``gradelab check`` name, loaded before any parameter is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from toolkit.errors import GradelabError
from toolkit.params.extensions import load, load_installed
from toolkit.params.named import extensions_named
from toolkit.params.overlays import stacked

CODE = ".py"
YAML = (".yaml", ".yml")
MAY_NAME = re.compile(rb"^(extensions|base)\s*:", re.MULTILINE)


def load_named(files: Iterable[Path]) -> None:
    """Load the extensions among ``files``, and those that studies among them, or beside an extension, name.

    One that cannot be loaded is left to the check of the file itself, or of the study.
    """
    load_installed()
    for path in files:
        beside = sorted(path.parent.glob("*.yaml")) if path.suffix == CODE else [path]
        named = [one for study in beside for one in _of_study(study)]
        for one in [path, *named] if path.suffix == CODE else named:
            try:
                load(one)
            except GradelabError:
                continue


def _of_study(path: Path) -> Iterator[Path]:
    if path.suffix not in YAML:
        return
    try:
        if not MAY_NAME.search(path.read_bytes()):
            return
        source = stacked(path).source
        yield from (source.beside(key, file) for key, file in extensions_named(source))
    except (GradelabError, OSError):
        return
