"""What a rule looks at: a measure, an attribute of the customer, or a figure made from dated rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, model_validator

from toolkit.params.schemes.needs import AttributeNeed, EventNeed, MeasureNeed, Need, Per
from toolkit.params.strict import Several, Strict, Text, described, refuse

Cell = str | float | int | bool


class EventParams(Strict):
    """A figure made from the dated rows of another table, up to the day of the review."""

    table: Literal["contacts", "payments", "service", "lists"] = described("表", "table")
    where: dict[str, Cell | Several[Cell]] | None = described(
        "只算这些行，列名: 值或值的列表", "rows that count, column: value or list of values", None
    )
    figure: Literal["count", "sum", "mean", "days_since"] = described(
        "count 行数，sum 合计，mean 平均，days_since 距最近一行的天数",
        "count of rows, sum or mean of a column, or days since the latest row",
        "count",
    )
    of: Text | None = described("对哪一列求和或平均", "column that is summed or averaged", None)
    window_quarters: int | None = described(
        "往回看几个季度；不写则用复评规则的观察期",
        "quarters looked back; left out, the window of the review",
        None,
        ge=1,
        le=40,
    )
    overdue_days: int | None = described(
        "只用于 payments：到期后超过几天仍未付（或才付）的账款",
        "payments only: what was still open, or was paid, more than so many days after its due date",
        None,
        ge=0,
    )

    @model_validator(mode="after")
    def figure_has_its_column(self) -> EventParams:
        if (self.figure in ("sum", "mean")) != (self.of is not None):
            raise refuse(
                "of 只用于 sum 和 mean，且必须写明", "sum and mean need 'of', and only they may have it"
            )
        if self.overdue_days is not None and self.table != "payments":
            raise refuse("overdue_days 只用于 payments", "overdue_days belongs to payments only")
        return self

    def need(self) -> EventNeed:
        """The column that a scheme must receive."""
        rows = {
            name: values if isinstance(values, tuple) else (values,)
            for name, values in (self.where or {}).items()
        }
        return EventNeed(
            self.table, self.figure, self.of, tuple(rows.items()), self.window_quarters, self.overdue_days
        )


class SubjectParams(Strict):
    """A number or a word known of every customer: exactly one of measure, attribute and event."""

    measure: Text | None = described("指标", "measure", None)
    window_quarters: int | None = described(
        "该指标自己的观察期（季度）；不写则用复评规则的观察期",
        "window of this measure in quarters; left out, that of the review",
        None,
        ge=1,
        le=40,
    )
    per: Per | None = described(
        "按月或按季度平均；用于须自写 window_quarters 的合计类指标，如 ARPU",
        "divided by the months or quarters of its own window, as for revenue per month",
        None,
    )
    attribute: Text | None = described(
        "customers 表的一列；表中没有时用同名的登记属性（按复评日由记录算出）；of: fields、sites 的方案则为该表的一列",
        "column of the table customers; where it has none, the registered attribute of that name, computed as of the "
        "review; in a policy of fields or sites, column of that table",
        None,
    )
    event: EventParams | None = described(
        "由其他表的记录算出的数字", "figure made from the rows of another table", None
    )

    @model_validator(mode="after")
    def one_subject(self) -> SubjectParams:
        self._refuse_subjects(("measure", "attribute", "event"))
        if self.measure is None and (self.window_quarters or self.per):
            raise refuse(
                "window_quarters 和 per 只用于 measure（event 的窗口写在 event 里）",
                "window_quarters and per belong to a measure (an event has its own)",
            )
        if self.per and self.window_quarters is None:
            raise refuse("写了 per 就要写 window_quarters", "per needs window_quarters")
        return self

    def _refuse_subjects(self, names: tuple[str, ...]) -> None:
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            listed = "、".join(names)
            raise refuse(
                f"{listed} 应恰好写一个，现在写了 {len(given)} 个",
                f"exactly one of {', '.join(names)} must be given, got {len(given)}",
            )

    def own_needs(self) -> tuple[Need, ...]:
        """The columns that this model itself asks for."""
        if self.measure is not None:
            return (MeasureNeed(self.measure, self.window_quarters, self.per),)
        if self.attribute is not None:
            return (AttributeNeed(self.attribute),)
        return (self.event.need(),) if self.event is not None else ()


class RuleParams(Strict):
    """A scheme of any kind: it knows its grades, and what it needs to know of a customer."""

    def measure_keys(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Key paths at which measures are named."""
        return [
            ((*key, "measure"), part.measure)
            for key, part in parts(self)
            if isinstance(part, SubjectParams) and part.measure is not None
        ]

    def needs(self) -> tuple[Need, ...]:
        """Every column that the rule asks for, each once, in the order of the file."""
        return needs_of(self)


def parts(node: object, key: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], BaseModel]]:
    """``node`` and every parameter model inside it, each with its key path."""
    if isinstance(node, BaseModel):
        yield key, node
        steps = [(name, getattr(node, name)) for name in type(node).model_fields]
    elif isinstance(node, dict):
        steps = list(node.items())
    elif isinstance(node, tuple):
        steps = list(enumerate(node))
    else:
        return
    for name, value in steps:
        yield from parts(value, (*key, name))


def needs_of(node: object) -> tuple[Need, ...]:
    """Columns that ``node`` and the models inside it ask for, each once."""
    found = [need for _, part in parts(node) if hasattr(part, "own_needs") for need in part.own_needs()]
    return tuple(dict.fromkeys(found))
