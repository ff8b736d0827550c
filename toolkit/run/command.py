"""``gradelab run``: from the words of the command line to the answer for a person or a scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError
from toolkit.run.signals import Interrupted
from toolkit.run.speech import internal, language, near


@dataclass(slots=True)
class Answer:
    """What a run came to; complete also when it was refused or failed.

    Attributes
    ----------
    state : str
        ``succeeded``, ``failed`` or ``interrupted``.
    run_folder : str or None
        None when the run was refused before it began.
    reports : dict of str to str
        Name of each report -> file.
    exit_code : int
    reason : dict of language to str, or None
    """

    state: str = "failed"
    run_folder: str | None = None
    reports: dict[str, str] = field(default_factory=dict)
    exit_code: int = GradelabError.exit_code
    reason: dict[str, str] | None = None


def run_study(answer: Answer, study: Path, **asked: Any) -> None:
    """Plan and run ``study``; ``asked`` are ``quarter``, ``data`` and ``out``, each perhaps None.

    ``answer`` is filled in, whatever is raised.

    Raises
    ------
    GradelabError, Interrupted
    """
    with _noting(answer):
        from toolkit.measures.registry import names
        from toolkit.run.plan import make_plan

        _carry_out(answer, make_plan(study, known_measures=names(), **asked))


def _carry_out(answer: Answer, plan: Any) -> None:
    """Run ``plan``; the server of warm kernels starts before the heavier half of this program is imported."""
    from toolkit.run.kernels import Kernels
    from toolkit.run.notebooks import imported_modules

    with Kernels(plan.root, imported_modules(plan.chapters), warm=True) as kernels:
        from toolkit.run.progress import watcher
        from toolkit.run.runner import Run

        with watcher(language()) as seen:
            work = Run(plan, kernels, seen)
            try:
                answer.reports = {name: near(path) for name, path in work.go().items()}
            finally:
                answer.run_folder = near(work.folder)
    answer.state, answer.exit_code = "succeeded", 0


@contextmanager
def _noting(answer: Answer) -> Iterator[None]:
    try:
        yield
    except GradelabError as error:
        answer.exit_code, answer.reason = error.exit_code, {"zh": error.zh, "en": error.en}
        raise
    except Interrupted as error:
        answer.exit_code, answer.state = error.exit_code, "interrupted"
        raise
    except Exception as error:
        answer.reason = internal(error)
        raise
