"""``gradelab run``: from the words of the command line to the answer for a person or a scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import GradelabError, ParameterError
from toolkit.run.folder import MANIFEST
from toolkit.run.signals import Interrupted
from toolkit.run.speech import internal, language, near

if TYPE_CHECKING:
    from toolkit.run.kernels import Kernels
    from toolkit.run.members import SideBySide
    from toolkit.run.plan import Plan
    from toolkit.run.rehearsal import Rehearsal
    from toolkit.run.render import Rendered
    from toolkit.run.sets import SetRun
    from toolkit.run.verify import Verification

SECONDS_OF_A_MINUTE = 60


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a run is asked for.

    Attributes
    ----------
    force : tuple of str
        Steps that are done although nothing changed.
    minutes : float or None
        Time limit of the run.
    wait : float
        Seconds to wait for another run of the same study and quarter.
    hooks : bool
        Whether the hooks of the study are called.
    jobs : int or None
        Processes at work at most; None leaves it to the number of cores.
    on : str or None
        Address of the Dask cluster that runs the members of a set; None runs them on this machine.
    """

    force: tuple[str, ...] = ()
    minutes: float | None = None
    wait: float = 0.0
    hooks: bool = True
    jobs: int | None = None
    on: str | None = None


def rehearse_study(study: Path, wanted: Wanted, **asked: Any) -> Rehearsal:
    """Check all that a run of ``study`` needs; as :func:`run_study`, but nothing is run and nothing written.

    Raises
    ------
    GradelabError
        Where already the plan is refused.
    """
    from toolkit.measures.registry import names
    from toolkit.run.plan import make_plan
    from toolkit.run.rehearsal import rehearse

    return rehearse(make_plan(study, known_measures=names(), **asked), wanted.force)


def run_study(answer: Answer, study: Path, wanted: Wanted | None = None, **asked: Any) -> None:
    """Plan and run ``study``; ``asked`` are ``quarter``, ``data``, ``out`` and ``scenarios``, as of a plan.

    ``answer`` is filled in, whatever is raised.

    Raises
    ------
    GradelabError, Interrupted
    """
    with _noting(answer):
        from toolkit.measures.registry import names
        from toolkit.run.plan import make_plan

        _carry_out(answer, make_plan(study, known_measures=names(), **asked), wanted or Wanted())


def _carry_out(answer: Answer, plan: Plan, wanted: Wanted, *, what_if: bool = False) -> None:
    """Run ``plan``, which as a what-if never becomes the latest report; what only the execution of chapters needs is imported when one is executed."""
    from toolkit.run.progress import watcher
    from toolkit.run.runner import Run, Settings
    from toolkit.run.whatif import WhatIf

    limit = None if wanted.minutes is None else wanted.minutes * SECONDS_OF_A_MINUTE
    settings = Settings(wanted.force, limit, wanted.wait, hooks=wanted.hooks, jobs=wanted.jobs)
    with watcher(language()) as seen:
        kind = WhatIf if what_if or plan.scenario else Run
        work = kind(plan, partial(_kernels, plan), seen, settings=settings)
        try:
            answer.reports = {name: near(path) for name, path in work.go().items()}
        finally:
            answer.run_folder = near(work.folder) if work.folder else None
    answer.state, answer.exit_code = "succeeded", 0


def run_set(path: Path, study: Path, wanted: Wanted, **asked: Any) -> tuple[SetRun, list[Path]]:
    """Run ``study`` as it is and with every member of the set ``path``, and keep the table of what they came to.

    Raises
    ------
    GradelabError
        Where the set or the study itself is refused.
    """
    from toolkit.run.set_page import write_set
    from toolkit.run.sets import run_set as run_members

    out: list[Path] = []

    def carry_out(plan: Plan) -> Path:
        answer = Answer()
        out.append(plan.out)
        _carry_out(answer, plan, wanted, what_if=True)
        return Path(str(answer.run_folder)).absolute()

    with _apart(study, wanted, asked) as apart:
        found = run_members(path, study, carry_out, apart, **asked)
    return found, write_set(found, out[0])


@contextmanager
def _apart(study: Path, wanted: Wanted, asked: dict[str, Any]) -> Iterator[SideBySide | None]:
    """Members side by side, where that was asked for, a cluster is named or there are cores for it; a step that is forced is done by one run only."""
    from toolkit.run.jobs import jobs_here, runs_at_once
    from toolkit.run.members import SideBySide
    from toolkit.run.workers import workers

    runs = runs_at_once(wanted.jobs or jobs_here())
    if wanted.force or (runs == 1 and not wanted.on):
        yield None
        return
    named = {"--quarter": asked["quarter"], "--data": asked["data"], "--out": asked["out"]}
    named |= {"--time-limit": wanted.minutes, "--wait": wanted.wait}
    given = [word for name, value in named.items() if value is not None for word in (name, str(value))]
    with workers(runs, wanted.on) as those:
        yield SideBySide(study, given, those)


def verify_run(run: Path, *, data: Path | None, out: Path, quarter: str | None) -> Verification:
    """Run ``run`` again, as :func:`toolkit.run.found.find_run` finds it, and compare.

    Raises
    ------
    GradelabError
    """
    from toolkit.run.found import find_run
    from toolkit.run.verify import verify

    def carry_out(plan: Plan) -> Path:
        answer = Answer()
        _carry_out(answer, plan, Wanted(hooks=False))
        return Path(str(answer.run_folder)).absolute()

    folder = find_run(run, out, quarter)
    return verify(folder, _project_of(folder), data, carry_out)


def render_run(run: Path, out: Path, **wanted: Any) -> Rendered:
    """Make the reports of ``run`` anew in the look of its project; ``wanted`` as :func:`toolkit.run.render.render`.

    Raises
    ------
    GradelabError
    """
    from toolkit.reporting.brand import brand_file, brand_files, load
    from toolkit.run.files import Places
    from toolkit.run.found import find_run
    from toolkit.run.render import render
    from toolkit.run.rooms import rooms

    folder = find_run(run, out)
    root = _project_of(folder)
    brand = brand_file(root)
    load(brand)
    return render(folder, rooms(brand), brand_files(brand), Places(root), **wanted)


def _project_of(run: Path) -> Path:
    """The project that the run in folder ``run`` belongs to; else the one we are in."""
    from toolkit.params.places import project_root

    try:
        return project_root(run)
    except ParameterError:
        return project_root(Path.cwd() / MANIFEST)


def _kernels(plan: Plan) -> Kernels:
    """Kernels forked from a server that imports what the chapters import."""
    from toolkit.run.kernels import Kernels
    from toolkit.run.notebooks import imported_modules

    return Kernels(plan.root, imported_modules(plan.chapters), warm=True)


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
