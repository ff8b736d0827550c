"""Table cells for a web page: tag, scope and classes."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.reporting.blocks import Cell, Table
from toolkit.reporting.columns import em
from toolkit.reporting.nodes import plain
from toolkit.reporting.table_fit import WHOLE_EM

LONG, DENSE = 40, 10


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its scope and classes."""

    cell: Cell
    scope: str
    classes: str


@dataclass(frozen=True, slots=True)
class Laid:
    """A table ready to be written row by row."""

    head: list[list[Placed]]
    body: list[list[Placed]]
    long: bool
    dense: bool


@dataclass(slots=True)
class Colours:
    """Class names for colours that a table brings along; a strict page has no style attributes."""

    rules: dict[str, str] = field(default_factory=dict)

    def name(self, cell: Cell) -> str:
        """The class of a cell with colours of its own."""
        declared = []
        if cell.fill:
            declared.append(f"background-color:{cell.fill}")
        if cell.ink:
            declared.append(f"color:{cell.ink}")
        if cell.bar:
            colour, start, end = cell.bar
            tint = f"color-mix(in srgb,{colour} 45%,transparent)"
            edges = f"transparent {start:.1%},{tint} {start:.1%},{tint} {end:.1%},transparent {end:.1%}"
            declared.append(f"background-image:linear-gradient(90deg,{edges})")
        rule = ";".join(declared)
        return self.rules.setdefault(rule, f"k{len(self.rules)}") if rule else ""

    def css(self) -> str:
        """All rules so far."""
        return "".join(f".{name}{{{rule}}}\n" for rule, name in self.rules.items())


def placed(table: Table, colours: Colours) -> Laid:
    """The cells of ``table`` with their scopes (for screen readers) and classes (for the style sheet)."""
    count = len(table.aligns)
    return Laid(
        head=[_row(row, table, "col", colours) for row in table.head],
        body=[_row(row, table, "row", colours) for row in table.body],
        long=len(table.body) > LONG,
        dense=count > DENSE,
    )


def _row(row: tuple[Cell, ...], table: Table, scope: str, colours: Colours) -> list[Placed]:
    made = []
    last = len(table.aligns) - 1
    for cell in row:
        default = "center" if cell.columns > 1 and scope == "col" else table.aligns[cell.at]
        is_group = scope == "row" and cell.columns > 1 and cell.columns > last
        align = cell.align or ("left" if is_group else default)
        spans = cell.columns if scope == "col" else cell.rows
        names = {
            align: align != "left",
            "whole": align == "right" and em(plain(cell.children)) <= WHOLE_EM,
            "first": cell.at == 0,
            "last": cell.at + cell.columns > last,
            "strong": cell.strong,
            "group": is_group,
            "filled": bool(cell.fill or cell.bar),
        }
        classes = " ".join([*(name for name, holds in names.items() if holds), colours.name(cell)]).strip()
        made.append(Placed(cell, _scope(scope, spans, is_group), classes))
    return made


def _scope(scope: str, spans: int, is_group: bool) -> str:
    return "rowgroup" if is_group else f"{scope}group" if spans > 1 else scope
