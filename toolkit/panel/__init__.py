"""The panel: what is known, quarter by quarter, of those who are graded."""

from toolkit.panel.graded import Graded, graded
from toolkit.panel.panel import Panel
from toolkit.panel.recorded import RecordedPanel
from toolkit.panel.roster import Roster

__all__ = ["Graded", "Panel", "RecordedPanel", "Roster", "graded"]
