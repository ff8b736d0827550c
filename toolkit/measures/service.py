"""What serving a customer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.arrays import trailing_sum
from toolkit.measures.cube import Cube
from toolkit.measures.dated import placed
from toolkit.measures.needs import Tables
from toolkit.measures.registry import About, measure
from toolkit.terms import Label

if TYPE_CHECKING:
    import pandas as pd


@measure(
    Label("服务成本", "cost to serve"),
    "money",
    "lower",
    About(
        "F63",
        Label(
            "窗口内交付的服务费用之和；未记费用的行按 0 计。",
            "Cost of the services delivered in the window; a row without a cost counts as 0.",
        ),
        needs=("service.delivered_on", "service.cost:number"),
    ),
)
def service_cost(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Cost of the services delivered in the window."""
    return _delivered(cube, window, tables["service"], "cost")


@measure(
    Label("服务工时", "hours of service"),
    "hours",
    "lower",
    About(
        "F63",
        Label(
            "窗口内交付的服务工时之和；代替服务成本。",
            "Hours of service delivered in the window; stands in for its cost.",
        ),
        needs=("service.delivered_on", "service.hours:number"),
        proxy=True,
    ),
)
def service_hours(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Hours of the services delivered in the window; a row without hours counts as 0."""
    return _delivered(cube, window, tables["service"], "hours")


def _delivered(cube: Cube, window: int, service: pd.DataFrame, column: str) -> np.ndarray:
    rows = placed(cube, service, "delivered_on")
    amounts = service[column].to_numpy(np.float64, na_value=np.nan)[rows.row]
    return trailing_sum(rows.sums(cube, np.nan_to_num(amounts)), window)
