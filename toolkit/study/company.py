"""What a simulated company makes of the pilots that a study reads: it carries them out."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.params.programme import ProgrammeParams
from toolkit.params.study import StudyParams
from toolkit.study.pilot_files import PilotFile
from toolkit.synthetic.pilots import Arm, Pilot


def carried_out(study: StudyParams, pilots: Sequence[PilotFile]) -> tuple[PilotFile, ...]:
    """Those of ``pilots`` that the study's simulated company carries out.

    It has one grade to give: a pilot must be about the two packages of its programme, and one in batches about
    giving the grade, not about taking it away.
    """
    history, programme = study.history, study.programme
    if history.kind != "simulated" or not history.carries_out_pilots or programme is None:
        return ()
    known = {programme.package, programme.otherwise}
    return tuple(
        one
        for one in pilots
        if {one.params.package, one.params.otherwise} == known
        and not (one.params.waves and one.params.otherwise == programme.package)
    )


def company_pilot(pilot: PilotFile, programme: ProgrammeParams) -> Pilot:
    """The pilot as the company carries it out, in terms of its one grade.

    Where the pilot tries the programme's other package, those drawn for it lose the grade and the others hold it.
    """
    asked, gains = pilot.params, pilot.params.package == programme.package
    starts = {asked.served: asked.starts_on, asked.not_served: None}
    starts |= {wave.list: wave.starts_on for wave in asked.waves}
    if not gains:
        starts = {asked.served: None, asked.not_served: asked.starts_on}
    drawn = pilot.lots.groupby("list")["customer_id"].agg(tuple)
    arms = tuple(Arm(name, drawn.get(name, ()), starts[name]) for name in pilot.lists)
    return Pilot(asked.id, asked.starts_on, asked.ends_on, arms)
