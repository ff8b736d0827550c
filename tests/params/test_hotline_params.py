"""What a study may say of its hotline and of its capacity: every refusal in both languages, with line and key."""

from __future__ import annotations

import shutil

import pytest

from toolkit.hotline.staffing import ONE_POOL
from toolkit.hotline.target import COUNTINGS
from toolkit.params.capacity import CapParams, caps_without_pool
from toolkit.params.hotline import EVERYBODY, HotlineParams, ShiftParams
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study
from toolkit.study.capacity import caps_in_force
from toolkit.window import Quarter

VIP = "- {id: vip, title: {zh: VIP, en: VIP}, packages: [vip], share: 0.90, seconds: 20}"
SEATS = "{pool: hotline, counts: seats,"
BROKEN = {
    "hours": ("most: 7_000", "most: -10", "capacity.2.most", "不小于 0", "at least 0"),
    "target": ("share: 0.90", "share: 1.1", "hotline.classes.0.share", "110%", "110%"),
    "no_grade": ("packages: [vip], ", "", "hotline.classes.0", "vip 没有任何等级", "vip has no grade"),
    "not_given": ("packages: [vip]", "packages: [gold]", "hotline.classes.0.packages.0", "没有一个方案", "no grade of any policy"),
    "pool": (
        "pool: managers",
        "pool: porters",
        "capacity.0.pool",
        "没有名为此的资源；可用的有 managers、hotline",
        "no resource of this name; allowed are managers, hotline",
    ),
    "unit": (SEATS, "{pool: managers, counts: seats,", "capacity.1", "只能按 heads", "can be counted in heads"),
    "package": ("counts: heads, title", "counts: heads, package: gold, title", "capacity.0.package", "没有一个方案的等级", "no grade of any policy"),
    "twice": (SEATS, "{pool: managers, counts: heads,", "", "两个上限", "twice for one quarter"),
    "half": ("share: 0.85, ", "", "hotline.classes.1", "同时", "together"),
    "rest": ("rest: true", "rest: false, packages: [standard]", "hotline", "恰有一个", "exactly one"),
    "closed": ('closes: "21:00"', 'closes: "08:00"', "hotline", "晚于", "later"),
    "hole": ('start: "14:30"', 'start: "15:30"', "hotline", "15:00", "15:00"),
    "shift": ("hours: 4, cost: 200", "hours: -4, cost: 200", "hotline.shifts.2.hours", "大于 0", "greater than 0"),
    "back": ("  patience_seconds: 180", "  least_seats: 1", "hotline", "patience_seconds", "patience_seconds"),
    "everybody": ("id: others,", "id: all,", "hotline", "全部来电", "every call"),
    "clock": ('opens: "08:00"', 'opens: "8 am"', "hotline.opens", "时刻", "time of day"),
}  # fmt: skip


@pytest.fixture
def demo_file(root, tmp_path):
    shutil.copytree(root / "params", tmp_path / "params")
    return tmp_path / "params" / "studies" / "demo.yaml"


@pytest.mark.parametrize("name", BROKEN)
def test_bad_input_is_refused_in_both_languages(demo_file, name):
    old, new, key, zh, en = BROKEN[name]
    text = demo_file.read_text("utf-8")
    assert old in text
    demo_file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FileProblems) as refused:
        read_study(demo_file)
    found = [p for p in refused.value.problems if p.key == key]
    assert found, [p.text("en") for p in refused.value.problems]
    assert (
        any(part in found[0].zh for part in zh.split("|"))
        and en in found[0].en
        and (found[0].line > 1) == bool(key)
    )


def test_a_cap_on_a_hotline_needs_one(demo_file):
    text = demo_file.read_text("utf-8")
    start, end = text.index("hotline:\n"), text.index("capacity:\n")
    demo_file.write_text(text[:start] + text[end:], "utf-8")
    with pytest.raises(FileProblems, match="no hotline"):
        read_study(demo_file)


def test_countings_are_those_of_the_hotline():
    """Two rooms name them; they may not drift apart."""
    assert HotlineParams.model_fields["counting"].annotation.__args__ == tuple(COUNTINGS)


def test_a_shift_covers_as_a_head_does():
    """Second implementation: Shift.covers of the hotline room, every quarter of an hour of a day."""
    from datetime import time

    import numpy as np

    from toolkit.hotline.shifts import Shift

    mine = ShiftParams(id="a", start="08:30", hours=8, cost=1, break_after_hours=4, break_minutes=30)
    twin = Shift("a", time(8, 30), 8, 1, 4, 30)
    starts = np.arange(0, 24 * 60, 15)
    assert [mine.covers(int(t), 15) for t in starts] == twin.covers(starts, 15).tolist()


def test_the_cap_of_the_quarter_holds():
    """A later entry replaces an earlier one from its quarter on; another resource is another cap."""
    words = {"zh": "甲", "en": "a"}
    first = {"pool": "managers", "counts": "heads", "title": words, "source": "x"}
    caps = [CapParams.model_validate(first | more) for more in
            ({"most": 12.0, "since": "2027Q1"}, {"most": 8.0}, {"most": 3.0, "package": "vip", "since": "2027Q1"})]  # fmt: skip
    held = {
        q: [cap.most for cap in caps_in_force(caps, Quarter.parse(q))] for q in ("2026Q4", "2027Q1", "2028Q1")
    }
    assert held == {"2026Q4": [8.0], "2027Q1": [12.0, 3.0], "2028Q1": [12.0, 3.0]}


def test_a_pool_sized_by_customers_has_no_hours():
    words = {"zh": "组", "en": "pool"}
    caps = [CapParams.model_validate({"pool": "team", "counts": c, "title": words, "most": 3.0, "source": "x"})
            for c in ("heads", "hours")]  # fmt: skip
    assert list(caps_without_pool(caps, (), {"team": True})) == []
    ((key, _, zh, en),) = caps_without_pool(caps, (), {"team": False})
    assert key == (1, "counts") and "没有工时" in zh and "no hours" in en


def test_the_name_of_the_shared_pool_is_no_class():
    assert EVERYBODY == ONE_POOL
