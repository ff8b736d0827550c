"""``gradelab``: what an analyst and a scheduler type. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc

from toolkit.cli.program import app
from toolkit.run.speech import answering

# the help lists the commands in this order
# isort: off
from toolkit.cli import running, parameters, grading, data, keeping
# isort: on

__all__ = ["app", "data", "grading", "keeping", "main", "parameters", "running"]

COLLECT_AFTER = 50_000  # objects; loading models makes many, and nearly all of them stay


def main() -> None:
    """Entry of the command ``gradelab``; ends with an exit code of the table in ``--help``."""
    gc.set_threshold(COLLECT_AFTER)
    with answering():
        app()
