"""Facts of the track record: what earlier reports claimed, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.reporting.facts import Fact
from toolkit.terms import Label
from toolkit.track.calibration import ALL
from toolkit.track.record import TrackRecord

HALF = 0.25


def track_record(record: TrackRecord) -> Iterator[Fact]:
    """Every figure that the sentences of this section may name; what there is none of is left out.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.record import TrackRecord
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> said = {"kind": "retained", "made": made, "resolves": made + 4, "unit": "share", "label": toolkit.Label("VIP", "VIP")}
    >>> claims = [toolkit.Claim(id, value=0.8, low=0.7, high=0.9, **said) for id in "abc"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (0.75, 0.85, 0.6))]
    >>> record = TrackRecord((), tuple(found), (made,), ())
    >>> for fact in list(toolkit.findings.track_record(record))[:4]:
    ...     print(fact.id, "=", fact.text("en", "CNY"))
    track.made = 0
    track.unread = 0
    track.reports = 1
    track.claims = 3
    """
    found = record.calibration
    yield Fact("track.made", len(record.made), "count", Label("本报告的预判", "claims of this report"))
    yield Fact("track.unread", len(record.problems), "count", Label("读不出来的季度", "quarters not read"))
    for place, problem in enumerate(record.problems):
        yield Fact.prose(f"track.problem.{place}", problem, Label("读不出来的原因", "why it was not read"))
    if not record.reports:
        return
    for name, count, label in (
        ("reports", len(record.reports), Label("更早的报告", "earlier reports")),
        ("claims", len(record.resolutions), Label("更早的预判", "claims of earlier reports")),
        ("resolved", found.resolved, Label("已核对", "checked")),
        ("scored", found.scored, Label("计分", "scored")),
        ("pending", found.pending, Label("待核对", "pending")),
    ):
        yield Fact(f"track.{name}", count, "count", label)
    if found.checked:
        row = found.intervals.loc[ALL]
        share, ends = Label("相符的占比", "share that agreed"), (float(row["low"]), float(row["high"]))
        yield Fact("track.checked", found.checked, "count", Label("有区间的预判", "claims with an interval"))
        yield Fact("track.inside", found.inside, "count", Label("与后来相符", "agreed with what happened"))
        yield Fact("track.inside_share", float(row["share"]), "share", share, *ends)
        yield Fact(
            "track.promised", float(row["level"]), "share", Label("承诺的占比", "share promised"), digits=0
        )
    if found.said:
        yield Fact("track.said", found.said, "count", Label("概率预判", "claims with a probability"))
        yield Fact("track.brier", found.brier, "index", Label("布赖尔分", "Brier score"))
        yield Fact("track.brier_half", HALF, "index", Label("总说一半的得分", "score of one half each time"))


def track_told(record: TrackRecord) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Sentences on the claims of earlier reports that could not be read.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.record import TrackRecord
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> said = {"kind": "retained", "made": made, "resolves": made + 4, "unit": "share", "label": toolkit.Label("VIP", "VIP")}
    >>> claims = [toolkit.Claim(id, value=0.8, low=0.7, high=0.9, **said) for id in "abc"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (0.75, 0.85, 0.6))]
    >>> record = TrackRecord((), tuple(found), (made,), ())
    >>> [key for key, _, _ in toolkit.findings.track_told(record)]
    []
    """
    for place, _ in enumerate(record.problems):
        yield "track.problem", str(place), {}
