"""What the total hangs on: every unit cost at either end of its range, all else as planned."""

from __future__ import annotations

import pandas as pd

from toolkit.service.bill import price
from toolkit.service.plan import ServicePlan
from toolkit.service.volumes import Volumes


def sensitivity(plan: ServicePlan, volumes: Volumes) -> pd.DataFrame:
    """Change of the total of a quarter when one unit cost lies at an end of its range.

    Returns
    -------
    DataFrame, one row per unit cost with a range, the widest first
        columns ``cost`` (measure, pool or ``managers``), ``part`` (``unit``, ``each``, ``head`` or ``leader``), ``low``,
        ``high`` (change of the total; money), ``width`` (high less low).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> plan = toolkit.service.service_plan(study.baseline.params)
    >>> counted = toolkit.service.volumes(plan, study.registers["vip"], study.panel, study.quarter)
    >>> found = toolkit.service.sensitivity(plan, counted)
    >>> found[["cost", "part", "low", "high"]].head(1)
           cost  part      low     high
    0  managers  head -24000.0  24000.0
    """
    total = price(plan, volumes).total
    rows = []
    for key in plan.unit_costs:
        low, high = (round(price(plan.at(key, end), volumes).total - total, 2) for end in (0, 1))
        rows.append((*key, low, high, high - low))
    frame = pd.DataFrame(rows, columns=["cost", "part", "low", "high", "width"])
    return frame.sort_values("width", ascending=False, key=abs, kind="stable", ignore_index=True)
