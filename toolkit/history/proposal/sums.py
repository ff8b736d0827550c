"""What the transactions come to, and whether the totals that a file carries agree with its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ibis
import numpy as np

from toolkit.history import cells
from toolkit.history.admission import Judged
from toolkit.history.expression import parse
from toolkit.history.raw import Raw, cell_name
from toolkit.history.total_rows import CODE
from toolkit.terms import Label

MOST_ROWS = 5_000_000
_CENT = 0.011
_ALIKE = 1e-9
BASES = (
    Label("各行按原样相加", "the sum of its rows as written"),
    Label("各行相加（不含未成交的行）", "the sum of its rows without those that are no sale"),
    Label("各行相加（退货记为负）", "the sum of its rows with returns below zero"),
    Label(
        "净额（退货记为负，不含未成交的行）",
        "its net sum, returns below zero and rows that are no sale left out",
    ),
)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the transactions come to, in units of the currency as the study reads them.

    Attributes
    ----------
    purchases, returns : float
        Of the accepted rows, both above zero; their difference is the net sum.
    purchase_rows, return_rows : int
    left_out : float
        Of the rows that are no sale.
    left_out_rows : int
    left_out_orders : int or None
        None where the file has no order id.
    """

    purchases: float
    returns: float
    purchase_rows: int
    return_rows: int
    left_out: float
    left_out_rows: int
    left_out_orders: int | None

    @property
    def net(self) -> float:
        """Purchases less returns."""
        return self.purchases - self.returns


@dataclass(frozen=True, slots=True)
class Compared:
    """The last total of a sheet or file beside what was read of it, as the file writes its amounts.

    Attributes
    ----------
    part : str
        Sheet or file.
    figure, read : float
        What the file says, and the sum that comes nearest.
    basis : Label
        What that sum is of.
    others, differing : int
        Further totals of the part, and those of them that differ.
    """

    part: str
    figure: float
    read: float
    basis: Label
    others: int = 0
    differing: int = 0

    @property
    def agrees(self) -> bool:
        """Whether they are equal to the cent."""
        return _equal(self.figure, self.read)


def sums_of(judged: Judged, left_out: str | None) -> Sums:
    """Sums of the judged transactions; ``left_out`` is the code of rows that are no sale."""
    rows, amount = judged.table, judged.value("amount")
    bought, back = rows.why.isnull() & (amount >= 0), rows.why.isnull() & (amount < 0)
    dropped = (rows.why == (left_out or "")).fill_null(False)
    asked = {"bought": bought, "back": back, "dropped": dropped}
    wanted = {name: ibis.ifelse(which, amount.round(4), 0.0).sum() for name, which in asked.items()}
    wanted |= {f"{name}_rows": which.sum() for name, which in asked.items()}
    if "order_id" in judged.standard:
        wanted["orders"] = judged.value("order_id").nunique(where=dropped)
    told = rows.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    orders = int(told["orders"]) if "orders" in told else None
    money = (float(told["bought"] or 0), abs(float(told["back"] or 0)))
    return Sums(*money, int(told["bought_rows"] or 0), int(told["back_rows"] or 0),
                float(told["dropped"] or 0), int(told["dropped_rows"] or 0), orders)  # fmt: skip


def compared(
    judged: Judged, raw: Raw, amount: str, style: cells.Numbers, left_out: str | None
) -> tuple[Compared, ...]:
    """The totals of every sheet or file beside its rows; empty where there are none, or the rows have no order.

    Parameters
    ----------
    judged : Judged
    raw : Raw
    amount : str
        The amount as the file has it, a column or arithmetic.
    style : str
        How the file writes its numbers.
    left_out : str or None
        Code of the rows that are no sale.
    """
    many = sum(rows for _, rows in raw.parts)
    if not many or many > MOST_ROWS or not judged.table.filter(judged.table.why == CODE).count().execute():
        return ()
    figures, totals, running = _read(judged, raw, amount, style, left_out)
    found, start = [], 0
    for name, rows in raw.parts:
        places = [
            one for one in np.flatnonzero(totals[start : start + rows]) + start if np.isfinite(figures[one])
        ]
        if places:
            found.append(_of_part(name, (start, start + rows), places, figures, running))
        start += rows
    return tuple(found)


def _read(
    judged: Judged, raw: Raw, amount: str, style: cells.Numbers, left_out: str | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Amounts as written (row), whether a row is a total (row), and running sums (basis x row + 1)."""
    rows = judged.table
    cell = {name: cells.trimmed(rows[cell_name(place)]) for place, name in enumerate(raw.names)}
    written = parse(amount, raw.names).value(lambda name: cells.number(cell[name], style))
    turned = ((judged.value("amount") < 0) & (written > 0)).fill_null(False)
    table = rows.select(
        place=ibis.row_number(),
        written=written.cast("float64"),
        turned=turned,
        total=(rows.why == CODE).fill_null(False),
        dropped=(rows.why == (left_out or "")).fill_null(False),
    )
    told = table.order_by("place").to_pyarrow()
    figures = told["written"].to_numpy(zero_copy_only=False).astype(float)
    turned, totals, dropped = (
        told[name].to_numpy(zero_copy_only=False) for name in ("turned", "total", "dropped")
    )
    plain = np.where(totals, 0.0, np.nan_to_num(figures))
    signed = np.where(turned, -plain, plain)
    bases = np.vstack([plain, np.where(dropped, 0.0, plain), signed, np.where(dropped, 0.0, signed)])
    return figures, totals, np.hstack([np.zeros((len(bases), 1)), bases.cumsum(axis=1)])


def _of_part(
    name: str, span: tuple[int, int], places: Sequence[int], figures: np.ndarray, running: np.ndarray
) -> Compared:
    before = [span[0], *(place + 1 for place in places[:-1])]
    nearest = [
        _nearest(figures[place], running, ((since, place), (span[0], place), span))
        for since, place in zip(before, places, strict=True)
    ]
    differing = sum(
        not _equal(figures[place], read) for place, (read, _) in zip(places[:-1], nearest, strict=False)
    )
    read, basis = nearest[-1]
    return Compared(name, float(figures[places[-1]]), read, basis, len(places) - 1, differing)


def _nearest(figure: float, running: np.ndarray, spans: Sequence[tuple[int, int]]) -> tuple[float, Label]:
    """The sum that comes nearest to ``figure``, the plainest of equals, and what it is of."""

    def _sums() -> Iterator[tuple[float, Label]]:
        for basis, label in enumerate(BASES):
            yield from ((float(running[basis, end] - running[basis, start]), label) for start, end in spans)

    return min(_sums(), key=lambda pair: 0.0 if _equal(figure, pair[0]) else abs(figure - pair[0]))


def _equal(figure: float, read: float) -> bool:
    return abs(figure - read) <= max(_CENT, _ALIKE * abs(figure))
