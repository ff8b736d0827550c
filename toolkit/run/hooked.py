"""Calling a hook that is a Python function, in a process of its own: ``python -m toolkit.run.hooked module:function``."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOT_FOUND = 127


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended, as a function is told.

    Attributes
    ----------
    run : Path
        Folder of the run.
    state : str
        ``succeeded``, ``failed`` or ``interrupted``.
    manifest : dict
    flipped : bool
        Whether the verdict differs from the last good report of an earlier quarter.
    reason : str
        Why it did not succeed, in the language of messages; empty where it did.
    """

    run: Path
    state: str
    manifest: dict[str, Any]
    flipped: bool
    reason: str

    @classmethod
    def told(cls, environment: Mapping[str, str]) -> Ended:
        """The run that the variables ``GRADELAB_…`` speak of."""
        manifest = json.loads(Path(environment["GRADELAB_MANIFEST"]).read_text("utf-8"))
        flipped = bool(environment.get("GRADELAB_FLIPPED"))
        run, state = Path(environment["GRADELAB_RUN"]), environment["GRADELAB_STATE"]
        return cls(run, state, manifest, flipped, environment.get("GRADELAB_REASON", ""))


def function(spec: str) -> Callable[[Ended], object]:
    """The function ``module:function``.

    Raises
    ------
    ImportError, AttributeError
    """
    module, _, name = spec.partition(":")
    return getattr(importlib.import_module(module), name)


def main() -> None:
    """Call the function that the command line names with the run that the environment names."""
    try:
        wanted = function(sys.argv[1])
    except (ImportError, AttributeError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(NOT_FOUND)
    try:
        wanted(Ended.told(os.environ))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
