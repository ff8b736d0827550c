"""What was due and what was paid: one row per order and per return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.clock import DAY, days
from toolkit.synthetic.codes import chosen
from toolkit.synthetic.population import Population
from toolkit.synthetic.traits import Traits
from toolkit.synthetic.transactions import Documents
from toolkit.synthetic.world import chance

TERMS_DAYS = np.array([0, 30, 60])
LATE_BASE, LATE_LOYALTY = -1.4, -0.6
LATE_DAYS = 14.0
EARLY_DAYS = 6
REFUND_DAYS = 5
NEVER_PAID = 0.001


@dataclass(frozen=True, slots=True)
class Payments:
    """When documents are due and paid; one entry per document, in their order.

    Attributes
    ----------
    due, paid : int array
        Seconds since 1970.
    never : bool array
        Not paid at all, whatever ``paid`` says.
    """

    due: np.ndarray
    paid: np.ndarray
    never: np.ndarray


def pay(documents: Documents, population: Population, traits: Traits, rng: np.random.Generator) -> Payments:
    """Individuals pay on the spot, small firms within 30 and large firms within 60 days.

    The disloyal pay late more often; refunds follow within five days.
    """
    customer, back = documents.customer, documents.cents < 0
    term = np.where(back, 0, TERMS_DAYS[traits.type[customer]])
    never, late, early, refund = rng.random((4, len(customer)))
    delay = np.ceil(LATE_DAYS * rng.standard_exponential(len(customer)))
    is_late = late < chance(LATE_BASE + LATE_LOYALTY * population.latent.loyalty[customer])
    shift = np.where(is_late, delay, -np.floor(early * np.minimum(term, EARLY_DAYS)))
    shift = np.where(term > 0, shift, 0)
    shift = np.where(back, np.floor(refund * (REFUND_DAYS + 1)), shift)
    due = documents.paid_at + term * DAY
    return Payments(due, due + shift.astype(np.int64) * DAY, (never < NEVER_PAID) & (term > 0))


def payments_table(payments: Payments, documents: Documents, ids: pa.Array, as_of: int) -> pd.DataFrame:
    """One row per document, in their order; what is not paid before second ``as_of`` is open."""
    paid_on = days(payments.paid)
    paid_on[payments.never | (payments.paid >= as_of)] = np.datetime64("NaT")
    return pd.DataFrame(
        {
            "customer_id": chosen(ids, documents.customer),
            "order_id": chosen(documents.ids, np.arange(len(paid_on))),
            "due_on": days(payments.due),
            "paid_on": paid_on,
            "amount": documents.cents / 100,
        }
    )
