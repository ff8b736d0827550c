"""What a transaction comes to: a column, quantity times price, or a total that every line repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis

from toolkit.history import cells
from toolkit.history.proposal.matching import Match, beside, rivals
from toolkit.history.proposal.pages import Page
from toolkit.history.proposal.vocabulary import header, units
from toolkit.history.raw import cell_name
from toolkit.terms import Label

_AGREES = 0.9
_UNSURE = 0.6
_GUESSED = 0.5
_CLOSE = 0.011
_ALIKE = 0.01
_COSTED = 0.85
_MOSTLY_BELOW = 0.7


def amount_of(page: Page, found: dict[str, Match]) -> Match | None:
    """The amount of a row, where ``found`` are the other matches of the page."""
    named = found.get("amount")
    quantity, price = found.get("quantity"), beside(page, "unit_price", {named.text} if named else ())
    if not (quantity and price and price.number >= _UNSURE):
        return _alone(page, named, found)
    text = f"{written(quantity.text)} * {written(price.name)}"
    if named is None:
        reason = Label("没有金额列，取数量乘单价", "there is no amount; quantity times price")
        confidence = round(min(quantity.confidence, price.number), 3)
        return Match("amount", text, confidence, reason, price.number, price.examples)
    if _share_equal(page, named.text, quantity.text, price.name) >= _AGREES:
        reason = Label(
            f"{named.reason.zh}；与数量乘单价一致", f"{named.reason.en}; equals quantity times price"
        )
        return replace(named, confidence=max(named.confidence, 0.95), reason=reason)
    order = found.get("order_id")
    if order and _repeats(page, order.text, named.text) >= _AGREES:
        reason = Label(
            f"“{named.text}”在同一订单的每一行重复，是整单合计；按行应取数量乘单价",
            f"{named.text!r} is repeated on every line of an order, so it is the total of the order; "
            "a line comes to quantity times price",
        )
        return Match("amount", text, _UNSURE, reason, price.number, price.examples)
    reason = Label(
        f"{named.reason.zh}；与数量乘单价不一致，请核对是否含折扣",
        f"{named.reason.en}; differs from quantity times price",
    )
    return replace(_doubted(page, named), reason=reason)


def margin_of(page: Page, found: dict[str, Match]) -> Match | None:
    """Margin as the amount less a cost that stands beside it; None where no cost fits below the amounts."""
    amount = found.get("amount")
    if amount is None or amount.text not in page.raw.names:
        return None
    cost = beside(page, "cost", [one.text for one in found.values()])
    if cost is None or cost.number < _AGREES or factor_of(cost.name) != factor_of(amount.text):
        return None
    fits = _share(page, _number(page, cost.name).between(0, _number(page, amount.text)))
    if fits < _MOSTLY_BELOW:
        return None
    reason = Label(
        f"没有毛利列，取金额减“{cost.name}”；{fits:.0%} 的行成本在 0 与金额之间",
        f"there is no margin; the amount less {cost.name!r}, which lies between 0 and the amount in {fits:.0%} of the rows",
    )
    text = f"{written(amount.text)} - {written(cost.name)}"
    return Match(
        "margin", text, round(min(amount.confidence, _COSTED), 3), reason, cost.number, cost.examples
    )


def factor_of(name: str) -> tuple[str, str]:
    """What a column is multiplied with to be in units of the currency, and the word that says so; ``1`` where none does.

    >>> factor_of("金额（万元）"), factor_of("amount_cents"), factor_of("金额")
    (('10000', '万元'), ('0.01', 'cents'), ('1', ''))
    """
    told = header(name)
    for factor, words in units().items():
        for word in words:
            inside = word in told.parts or (not word.isascii() and len(word) > 1 and word in told.joined)
            if told.aside == word or word in told.aside.split() or inside:
                return factor, word
    return "1", ""


def written(name: str) -> str:
    """A column as an expression names it."""
    plain = bool(name) and all(sign.isalnum() or sign == "_" for sign in name) and not name[0].isdigit()
    return name if plain else f"`{name}`"


def cost_in(text: str, amount: str, names: Sequence[str]) -> str | None:
    """The column that is taken from ``amount`` in ``text``; None where ``text`` is anything but one column less another."""
    cost = text.removeprefix(f"{written(amount)} - ")
    return next((name for name in names if cost == written(name)), None) if cost != text else None


def _doubted(page: Page, named: Match | None) -> Match | None:
    """The match, less sure where another column would do as well."""
    if named is None:
        return None
    cost = beside(page, "cost", (named.text,))
    apart = (named.text, cost.name) if cost else (named.text,)
    others = [one for one in rivals(page, "transactions", "amount") if one.text not in apart]
    if others and others[0].confidence > named.confidence - _ALIKE:
        reason = Label(
            f"{named.reason.zh}；“{others[0].text}”也可能是金额",
            f"{named.reason.en}; {others[0].text!r} could be the amount as well",
        )
        return replace(named, confidence=min(named.confidence, _UNSURE), reason=reason)
    return named


def _alone(page: Page, named: Match | None, found: dict[str, Match]) -> Match | None:
    """The match where nothing else says what a line comes to."""
    order = found.get("order_id")
    if named and order and _repeats(page, order.text, named.text) >= _AGREES:
        reason = Label(
            f"“{named.text}”在同一订单的每一行重复，像是整单合计，会被重复计入；请改用行金额，或导入订单头表",
            f"{named.text!r} is repeated on every line of an order, so it looks like the total of the order and would count "
            "several times; name the amount of a line, or import the table of order heads",
        )
        return replace(named, confidence=min(named.confidence, _GUESSED), reason=reason)
    return _doubted(page, named)


def _number(page: Page, name: str) -> ibis.Value:
    return cells.number(page.sample[cell_name(page.raw.names.index(name))], page.column(name).style)


def _share_equal(page: Page, amount: str, quantity: str, price: str) -> float:
    """Share of rows in which the amount is quantity times price, to the cent."""
    left, right = _number(page, amount), _number(page, quantity) * _number(page, price)
    return _share(page, (left.abs() - right.abs()).abs() <= _CLOSE)


def _share(page: Page, holds: ibis.Value) -> float:
    """Share of the sampled rows in which something holds."""
    return float(
        page.sample.aggregate(share=holds.fill_null(False).mean()).to_pyarrow()["share"][0].as_py() or 0.0
    )


def _repeats(page: Page, order: str, amount: str) -> float:
    """Share of orders of several rows in which the amount is one and the same; 0 where there are none."""
    rows = page.raw.table
    order_cell = rows[cell_name(page.raw.names.index(order))]
    amount_cell = rows[cell_name(page.raw.names.index(amount))]
    orders = rows.group_by(order=order_cell).aggregate(rows=rows.count(), amounts=amount_cell.nunique())
    several = orders.filter((orders.rows > 1) & orders.order.notnull())
    return float(
        several.aggregate(share=(several.amounts == 1).mean()).to_pyarrow()["share"][0].as_py() or 0.0
    )
