"""The hotline: arrivals of calls, queues by formula and by simulation, seats, shifts and their cost."""

from toolkit.hotline.arrivals import Arrivals, arrivals_from_counts
from toolkit.hotline.contacts import CallReading, arrivals_from_contacts
from toolkit.hotline.erlang import Calls, ErlangA, ErlangC, erlang_b, erlang_c
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.pools import PoolComparison, compare_pools
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.roster import Roster, cover
from toolkit.hotline.seats import priority_seats, seats_needed
from toolkit.hotline.shifts import Shift
from toolkit.hotline.simulation import Settings, Simulated, simulate
from toolkit.hotline.staffing import Rule, Staffing, heads, staff
from toolkit.hotline.target import Target
from toolkit.hotline.week import WeekPlan, plan_week, serve_week

__all__ = [
    "Arrivals",
    "CallClass",
    "CallReading",
    "Calls",
    "ErlangA",
    "ErlangC",
    "Floor",
    "PoolComparison",
    "PriorityQueue",
    "Roster",
    "Rule",
    "Settings",
    "Shift",
    "Simulated",
    "Staffing",
    "Target",
    "WeekPlan",
    "arrivals_from_contacts",
    "arrivals_from_counts",
    "compare_pools",
    "cover",
    "erlang_b",
    "erlang_c",
    "heads",
    "plan_week",
    "priority_seats",
    "seats_needed",
    "serve_week",
    "simulate",
    "staff",
]


def __dir__() -> list[str]:
    return sorted(__all__)
