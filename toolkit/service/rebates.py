"""Discounts and rebates: what they give away, what they bring, and what they would have to bring.

A discount d on spend that comes anyway is margin given away; of spend that it brings it leaves m − d.
It pays for itself at an uplift of d / (m − d), and never where d is not below m.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.service.bill import amounts_of, margin_share
from toolkit.service.plan import ServicePlan
from toolkit.service.volumes import Volumes


def break_even_uplift(discount: float, margin: float) -> float:
    """Spend that must come on top, as a share of spend; NaN where nothing is enough.

    >>> from toolkit.service import break_even_uplift
    >>> round(break_even_uplift(0.1, 0.3), 9)
    0.5
    """
    return discount / (margin - discount) if margin > discount else np.nan


def rebates(plan: ServicePlan, volumes: Volumes) -> pd.DataFrame:
    """Every discount of a plan in one quarter.

    Returns
    -------
    DataFrame, one row per grade and discount
        columns ``grade``, ``cost``, ``spend`` (money on which it is given), ``share`` (0..1), ``margin`` (share of
        spend), ``given`` (margin given away on that spend), ``uplift`` (assumed, share), ``brought`` (margin on what
        it brings, after the discount), ``net`` (given less brought), ``break_even`` (uplift; NaN where none is enough).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> plan = toolkit.service.service_plan(study.baseline.params)
    >>> counted = toolkit.service.volumes(plan, study.registers["vip"], study.panel, study.quarter)
    >>> found = toolkit.service.rebates(plan, counted)
    >>> study.baseline.params.service["VIP"].discount_share
    0.01
    >>> round(float(found["given"].sum() / found["spend"].sum()), 4)
    0.01
    """
    rows = []
    for line in plan.lines:
        if not line.is_discount:
            continue
        mine = volumes.grade == line.grade
        spend = line.quantity * float(volumes.of("revenue")[mine].sum())
        margin, share = margin_share(volumes, line.grade), line.price.value
        net = float(amounts_of(line, volumes).sum())
        given = spend * line.money
        even = break_even_uplift(share, margin)
        rows.append(
            (
                line.grade,
                line.cost,
                spend,
                share,
                margin,
                given,
                line.uplift,
                round(given - net, 6) + 0.0,
                net,
                even,
            )
        )
    columns = ["grade", "cost", "spend", "share", "margin", "given", "uplift", "brought", "net", "break_even"]
    return pd.DataFrame(rows, columns=columns)
