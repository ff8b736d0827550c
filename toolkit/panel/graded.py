"""Who or what a policy grades, chosen by its parameters."""

from __future__ import annotations

from toolkit.panel.panel import Panel
from toolkit.panel.recorded import RecordedPanel, recorded
from toolkit.panel.roster import Roster, roster
from toolkit.params.policy import PolicyParams

Graded = Panel | RecordedPanel | Roster


def graded(panel: Graded, params: PolicyParams) -> Graded:
    """The panel of those whom a policy grades: active customers, everybody on record, data fields or sites.

    Raises
    ------
    HistoryError
        If the history lacks the table of them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> whom = toolkit.graded(study.panel, study.baseline.params)
    >>> int(whom.active(study.quarter, study.params.active_quarters).sum())
    503
    """
    if not isinstance(panel, Panel):
        return panel
    if params.of != "customers":
        return roster(params.of, panel.tables, panel.cube)
    if params.review.whom == "recorded" and not isinstance(panel, RecordedPanel):
        return recorded(panel)
    return panel
