"""The transactions table: one row per line of an order and per returned line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic import assortment
from toolkit.synthetic.clock import moments
from toolkit.synthetic.codes import chosen, numbered, picked
from toolkit.synthetic.orders import Lines, Orders
from toolkit.synthetic.traits import Traits

FAVOURITE_SHARE = 0.5
PROMOTION_SHARE = 0.15
PROMOTION_DISCOUNT = 0.08
MARGIN_NOISE = 0.02


@dataclass(frozen=True, slots=True)
class Documents:
    """Orders and returns in the order of time; one entry per document in every array.

    Attributes
    ----------
    ids : Array of text
        ``O`` and ``R`` with a running number each.
    customer : int array
        Place in the population.
    paid_at : int array
        Seconds since 1970.
    cents : int array
        Sum of the lines, 1/100 yuan; negative for returns.
    """

    ids: pa.Array
    customer: np.ndarray
    paid_at: np.ndarray
    cents: np.ndarray


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the table in their order; one entry per row in every array.

    Attributes
    ----------
    source : int array
        Place in ``Lines``.
    document, original : int array
        Place in ``Documents``; that of the order a return takes back, 0 for sales.
    back : bool array
        The row takes a line back.
    """

    source: np.ndarray
    document: np.ndarray
    original: np.ndarray
    back: np.ndarray


@dataclass(frozen=True, slots=True)
class Goods:
    """What the lines are about; one entry per line in every array.

    Attributes
    ----------
    product, category, quantity : int array
    margin_cents : int array
    promotion : bool array
    """

    product: np.ndarray
    category: np.ndarray
    quantity: np.ndarray
    margin_cents: np.ndarray
    promotion: np.ndarray


def choose_goods(
    customer: np.ndarray, cents: np.ndarray, traits: Traits, margin: float, rng: np.random.Generator
) -> Goods:
    """Products for lines of given amounts; margin is ``margin`` of spend on average."""
    count = len(cents)
    loyal, other, product, bargain = rng.random((4, count))
    usual = picked(assortment.SHARES, other)
    category = np.where(loyal < FAVOURITE_SHARE, traits.favourite[customer], usual)
    item = category * assortment.PRODUCTS_EACH + np.floor(product * assortment.PRODUCTS_EACH).astype(np.int64)
    promotion = bargain < traits.bargains[customer]
    rate = assortment.margin_rates(margin)[category] + MARGIN_NOISE * rng.standard_normal(count)
    rate += PROMOTION_DISCOUNT * (PROMOTION_SHARE - promotion)
    quantity = np.maximum(1, np.rint(cents / 100 / assortment.prices()[item])).astype(np.int64)
    return Goods(item, category, quantity, np.rint(cents * rate).astype(np.int64), promotion)


def file_documents(
    orders: Orders, lines: Lines, returned_at: np.ndarray, as_of: int
) -> tuple[Documents, Rows]:
    """Number orders and returns before second ``as_of`` in the order of time.

    Parameters
    ----------
    returned_at : int array
        Second at which each order's returned line is taken back; one per order.
    """
    placed = np.flatnonzero(orders.paid_at < as_of)
    sold = np.flatnonzero(orders.paid_at[lines.order] < as_of)
    taken = np.flatnonzero(lines.returned & (returned_at[lines.order] < as_of))
    paid_at = np.concatenate([orders.paid_at[placed], returned_at[lines.order[taken]]])
    by_time = np.argsort(paid_at, kind="stable")
    rank = np.empty(len(by_time), np.int64)
    rank[by_time] = np.arange(len(by_time))
    of_order = np.zeros(len(orders), np.int64)
    of_order[placed] = rank[: len(placed)]
    source = np.concatenate([sold, taken])
    back = np.arange(len(source)) >= len(sold)
    document = np.concatenate([of_order[lines.order[sold]], rank[len(placed) :]])
    by_row = np.argsort(document, kind="stable")
    source, back, document = source[by_row], back[by_row], document[by_row]
    cents = np.bincount(document, weights=np.where(back, -1, 1) * lines.cents[source])
    customer = np.concatenate([orders.customer[placed], orders.customer[lines.order[taken]]])[by_time]
    documents = Documents(
        _identifiers(by_time >= len(placed)), customer, paid_at[by_time], cents.astype(np.int64)
    )
    return documents, Rows(source, document, np.where(back, of_order[lines.order[source]], 0), back)


def transactions_table(
    documents: Documents, rows: Rows, lines: Lines, goods: Goods, details: tuple[pa.Array, np.ndarray]
) -> pd.DataFrame:
    """One row per entry of ``rows``; ``details`` are the customers' identifiers and the orders' channels."""
    ids, channel = details
    source, sign = rows.source, np.where(rows.back, -1, 1)
    return pd.DataFrame(
        {
            "customer_id": chosen(ids, documents.customer[rows.document]),
            "order_id": chosen(documents.ids, rows.document),
            "line": np.where(rows.back, 1, lines.line[source]),
            "paid_at": moments(documents.paid_at[rows.document]),
            "product_id": chosen(assortment.products(), goods.product[source]),
            "category": chosen(assortment.CATEGORIES, goods.category[source]),
            "channel": chosen(assortment.CHANNELS, channel[lines.order[source]]),
            "quantity": sign * goods.quantity[source],
            "amount": sign * lines.cents[source] / 100,
            "margin": sign * goods.margin_cents[source] / 100,
            "is_promotion": goods.promotion[source],
            "returns_order_id": chosen(documents.ids, rows.original, missing=~rows.back),
        }
    )


def _identifiers(back: np.ndarray) -> pa.Array:
    """Identifiers of documents in their order: orders and returns are numbered apart."""
    orders, returns = numbered("O", int((~back).sum())), numbered("R", int(back.sum()))
    place = np.where(back, len(orders) + np.cumsum(back) - 1, np.cumsum(~back) - 1)
    return pa.concat_arrays([orders, returns]).take(pa.array(place))
