"""What a scheme needs to know of every customer on the day of a review, one column each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Per = Literal["month", "quarter"]
JudgedTable = Literal["grades", "judgements"]
REVIEW_DAY = "review_day"


@dataclass(frozen=True, slots=True)
class MeasureNeed:
    """A measure over its window; without one over the window of the review.

    >>> MeasureNeed("spend").column, MeasureNeed("spend", 2, "month").column
    ('spend', 'spend@2q/month')
    """

    measure: str
    window: int | None = None
    per: Per | None = None

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        window = "" if self.window is None else f"@{self.window}q"
        return f"{self.measure}{window}{f'/{self.per}' if self.per else ''}"


@dataclass(frozen=True, slots=True)
class AttributeNeed:
    """A column of the table ``customers``, as it stands in the data."""

    attribute: str

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        return f"customers.{self.attribute}"


@dataclass(frozen=True, slots=True)
class ListNeed:
    """Whether the customer is on a list of the table ``lists`` at the end of the review quarter."""

    name: str

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        return f"lists.{self.name}"


@dataclass(frozen=True, slots=True)
class EventNeed:
    """A figure made from the dated rows of a table in the window that ends at the review.

    Attributes
    ----------
    table : "contacts", "payments", "service" or "lists"
    figure : "count", "sum", "mean", "days_since"
    of : str or None
        Column that is summed or averaged.
    where : tuple of (column, tuple of values)
        Rows that count.
    window : int or None
        Quarters; None is the window of the review.
    overdue_days : int or None
        For payments: only what was still open, or was paid, so many days after its due date.
    """

    table: str
    figure: str = "count"
    of: str | None = None
    where: tuple[tuple[str, tuple[object, ...]], ...] = ()
    window: int | None = None
    overdue_days: int | None = None

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        rows = ",".join(f"{name}={'|'.join(map(str, values))}" for name, values in self.where)
        late = f",overdue>{self.overdue_days}" if self.overdue_days is not None else ""
        window = "" if self.window is None else f"@{self.window}q"
        return f"{self.table}[{rows}{late}].{self.figure}{f'({self.of})' if self.of else ''}{window}"


@dataclass(frozen=True, slots=True)
class JudgedNeed:
    """The latest row of a table of judgements before the end of the review quarter: one of its columns.

    Attributes
    ----------
    part : str
        Column of the table.
    within : int or None
        Older judgements than so many quarters do not count.
    table : "grades" or "judgements"

    >>> JudgedNeed("grade").column, JudgedNeed("author", 4, "judgements").column
    ('grades.grade', 'judgements.author@4q')
    """

    part: str
    within: int | None = None
    table: JudgedTable = "grades"

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        return f"{self.table}.{self.part}{'' if self.within is None else f'@{self.within}q'}"


@dataclass(frozen=True, slots=True)
class ReviewDayNeed:
    """The first day after the review quarter."""

    @property
    def column(self) -> str:
        """Name of the column that carries it."""
        return REVIEW_DAY


Need = MeasureNeed | AttributeNeed | ListNeed | EventNeed | JudgedNeed | ReviewDayNeed
