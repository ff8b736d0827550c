"""What a run was given, kept with it: where every parameter was set, and the parameter files as they were."""

from __future__ import annotations

from pathlib import Path

from toolkit.params.origins import resolved_origins
from toolkit.params.service_plan import plan_files
from toolkit.run.files import Places, write_json
from toolkit.run.plan import Plan
from toolkit.run.record import RunRecord

ORIGINS = "params.origins.json"
COPIES = "params.files.json"


def keep_given(plan: Plan, record: RunRecord, places: Places) -> None:
    """Write origins and copies of the parameters into the run folder, and the name of the what-if into the manifest."""
    write_json(record.path / ORIGINS, resolved_origins(plan.files, plan.resolved(), places.name))
    write_json(record.path / COPIES, copies(plan))
    record.know(scenario=plan.scenario or None, study_file=plan.study_named(places.name))


def copies(plan: Plan) -> dict[str, str]:
    """Text of every parameter file by its path below the project; a file that lies elsewhere is left out."""
    read = [path.resolve() for path in plan.files.files]
    prices = [path.resolve() for policy in plan.files.named for path in plan_files(policy)]
    inside = [path for path in dict.fromkeys((*read, *prices)) if path.is_relative_to(plan.root)]
    return {path.relative_to(plan.root).as_posix(): _text(path) for path in inside}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")
