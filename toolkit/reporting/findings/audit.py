"""Facts of what entered the latest grades, and when."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label


def audit(study: Study) -> Iterator[Fact]:
    """Columns of the latest grades, those with dates, the latest date, those as recorded today.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.audit(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    audit.columns = 6
    audit.dated = 6
    audit.latest = 2026-09-30
    """
    found = study.audit
    undated = int((~found["dated"]).sum())
    yield Fact("audit.columns", len(found), "count", Label("定级所用的列", "columns behind the grades"))
    dated = Label("截至复评日的列", "columns as of the review")
    yield Fact("audit.dated", len(found) - undated, "count", dated)
    if found["latest"].notna().any():
        latest = found["latest"].max().date().isoformat()
        yield Fact("audit.latest", latest, "text", Label("最晚的记录", "latest record"))
    if undated:
        label = Label("只有今日记录的列", "columns as recorded today")
        yield Fact("audit.undated", undated, "count", label)
