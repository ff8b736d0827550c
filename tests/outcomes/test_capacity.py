"""Need against what exists. Expected by hand."""

from __future__ import annotations

from toolkit.outcomes.capacity import Capacity, Resource, Use
from toolkit.terms import Label

HEADS = Resource(Label("客户经理", "managers"), "heads", 8.0, "HR")
HOURS = Resource(Label("工时", "time"), "hours", 100.0, "HR")


def test_short_is_more_than_exists_and_the_baseline_is_never_excluded():
    uses = (
        Use("base", HEADS, 9), Use("base", HOURS, 1.0),
        Use("equal", HEADS, 8), Use("equal", HOURS, None),
        Use("more", HEADS, 11), Use("more", HOURS, 112.5),
    )  # fmt: skip
    found = Capacity("base", uses)
    assert [use.slack for use in uses] == [-1, 99, 0, None, -3, -12.5]
    assert [use.short for use in uses] == [True, False, False, False, True, True]
    assert list(found.infeasible) == ["more"] and len(found.shortfalls("base")) == 1
    assert found.infeasible["more"].en == (
        "managers: 11 heads needed, 8 at hand, 3 short; time: 112.5 hours needed, 100 at hand, 12.5 short"
    )
    assert (
        found.infeasible["more"].zh
        == "客户经理需 11 人，现有 8 人，差 3 人；工时需 112.5 工时，现有 100 工时，差 12.5 工时"
    )
