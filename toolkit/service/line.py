"""One cost of one grade, and one pool of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.params.service_people import RangeParams
from toolkit.terms import Label

Behaviour = Literal["committed", "step", "variable"]
BEHAVIOURS: tuple[Behaviour, ...] = ("committed", "step", "variable")
DIRECT, DISCOUNT, MANAGERS = "direct", "discount", "managers"
MOVES = ("onboarding", "hand_over", "recovery")
SIMPLE = {
    DIRECT: Label("直接服务", "direct service"),
    DISCOUNT: Label("折扣", "discount"),
    MANAGERS: Label("客户经理", "managers"),
    "onboarding": Label("新客户进入等级", "onboarding"),
    "hand_over": Label("升降级交接", "hand-over"),
    "recovery": Label("降级后的安抚", "recovery after demotion"),
}
ZERO = RangeParams(value=0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One cost of one grade.

    Attributes
    ----------
    grade, cost : str
        ``cost`` is the id of a measure or a key of :data:`SIMPLE`.
    quantity : float
        Deliveries per unit of ``per``.
    per : str
        As :data:`toolkit.params.service.Per`, or the name of a move.
    unit : str
        hour, event, share, head, seat or once.
    price, each : RangeParams
        Money per unit, and money per delivery besides.
    hours : float
        Hours of one delivery, travel included.
    over_quarters : int
    uplift : float
        Spend brought by a discount, as a share of spend.
    pool : str or None
    paid_by_pool : bool
    """

    grade: str
    cost: str
    quantity: float
    per: str
    unit: str
    price: RangeParams = ZERO
    each: RangeParams = ZERO
    hours: float = 0.0
    over_quarters: int = 1
    uplift: float = 0.0
    pool: str | None = None
    paid_by_pool: bool = False

    @property
    def behaviour(self) -> Behaviour:
        """Committed: fixed for the grade or spent once; the rest of a line follows its volume."""
        return "committed" if self.per == "grade" or self.unit == "once" else "variable"

    @property
    def money(self) -> float:
        """Money per delivery."""
        per_unit = self.price.value * (self.hours if self.unit == "hour" else 1.0)
        return per_unit / self.over_quarters + self.each.value

    @property
    def is_discount(self) -> bool:
        """Whether a share of spend is given."""
        return self.unit == "share"


@dataclass(frozen=True, slots=True)
class Pool:
    """People hired as whole heads.

    Attributes
    ----------
    id : str
    title : Label
    places : float or None
        Customers that one head can serve; None where hours count.
    hours : float or None
        Hours of one head per quarter that can be used; None where customers count.
    price : RangeParams or None
        Money per head and quarter; None where hours are priced elsewhere.
    heads_per_leader : int or None
    leader : RangeParams or None
    grade : str or None
        The one grade that a simple ``span`` serves.
    """

    id: str
    title: Label
    places: float | None
    hours: float | None
    price: RangeParams | None
    heads_per_leader: int | None = None
    leader: RangeParams | None = None
    grade: str | None = None

    @property
    def rate(self) -> float:
        """Money per place or hour with people at full use, their leaders included."""
        heads = self.price.value if self.price else 0.0
        leaders = self.leader.value / self.heads_per_leader if self.leader and self.heads_per_leader else 0.0
        return (heads + leaders) / self.capacity

    @property
    def capacity(self) -> float:
        """What one head can take, in customers or hours."""
        return float(self.hours if self.places is None else self.places)
