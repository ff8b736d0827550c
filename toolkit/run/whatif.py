"""A what-if: a run like any other, in the index like any other, that never becomes the report of its quarter."""

from __future__ import annotations

from contextlib import suppress

from toolkit.run.index import write_index
from toolkit.run.runner import Run


class WhatIf(Run):
    """A run of a study with scenarios laid over it; ``latest.json`` stays where it points."""

    def _succeed(self) -> None:
        self._record.finish("succeeded")
        self._record.folder.release()
        with suppress(OSError):
            write_index(self.plan.out)
