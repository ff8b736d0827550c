"""Pilots: what would settle an open question, for how much, and what each outcome would decide."""

from toolkit.pilots.branches import design_effect, intraclass_correlation
from toolkit.pilots.cheapest import Chosen, cheapest, designs_for
from toolkit.pilots.deciding import Thresholds, thresholds
from toolkit.pilots.design import Design
from toolkit.pilots.file import pilot_yaml
from toolkit.pilots.lots import Lists, draw_lots, lots_csv, read_lots
from toolkit.pilots.proposal import PilotProposal, Report, propose
from toolkit.pilots.question import Grouping, OpenQuestion, Score
from toolkit.pilots.waves import starting_quarters

__all__ = [
    "Chosen",
    "Design",
    "Grouping",
    "Lists",
    "OpenQuestion",
    "PilotProposal",
    "Report",
    "Score",
    "Thresholds",
    "cheapest",
    "design_effect",
    "designs_for",
    "draw_lots",
    "intraclass_correlation",
    "lots_csv",
    "pilot_yaml",
    "propose",
    "read_lots",
    "starting_quarters",
    "thresholds",
]


def __dir__() -> list[str]:
    return sorted(__all__)
