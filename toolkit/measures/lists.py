"""Whether a customer stands on a dated list of the company."""

from __future__ import annotations

import numpy as np

from toolkit.measures.attributes import Classes, attribute
from toolkit.measures.cube import Cube
from toolkit.measures.dated import NEVER, column_or, day_numbers, placed, quarter_places
from toolkit.measures.needs import Tables, says
from toolkit.measures.registry import About, measure
from toolkit.terms import Label

NEEDS = ("lists.from_on", "lists.list")


@measure(
    Label("在黑名单上", "on the black list"),
    "count",
    "lower",
    About(
        "F72",
        Label(
            "季末在黑名单上为 1，否则为 0；移出当日起不再算。",
            "1 on the black list at the end of the quarter, else 0; not from the day of removal.",
        ),
        needs=("lists.from_on", "lists.list=black"),
    ),
)
def on_black_list(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """1 for who is on the black list at the end of the quarter."""
    return listed(cube, tables, "black")


@measure(
    Label("在红名单上", "on the red list"),
    "count",
    "higher",
    About(
        "F72",
        Label(
            "季末在红名单上为 1，否则为 0；移出当日起不再算。",
            "1 on the red list at the end of the quarter, else 0; not from the day of removal.",
        ),
        needs=("lists.from_on", "lists.list=red"),
    ),
)
def on_red_list(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """1 for who is on the red list at the end of the quarter."""
    return listed(cube, tables, "red")


@attribute(
    Label("名单", "list"),
    About(
        "F72",
        Label(
            "季末所在的名单；同时在两份名单上的算黑名单。",
            "The list on which the customer stands at the end of the quarter; black if on both.",
        ),
        needs=NEEDS,
    ),
    Classes(
        {
            "black": Label("黑名单", "black list"),
            "none": Label("不在名单", "on none"),
            "red": Label("红名单", "red list"),
        },
        "higher",
    ),
)
def list_flag(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """black, red or none at the end of the quarter."""
    black, red = (listed(cube, tables, word)[:, place] > 0 for word in ("black", "red"))
    return np.select([black, red], ["black", "red"], "none").astype(object)


def listed(cube: Cube, tables: Tables, word: str) -> np.ndarray:
    """Whether each customer stands on the list ``word`` at the end of each quarter; int64, (customers, quarters)."""
    table = tables["lists"]
    table = table[says(table["list"], word)]
    rows = placed(cube, table, "from_on")
    ends = day_numbers(column_or(table, "to_on", None))[rows.row]
    first = np.maximum(rows.quarter, 0)
    last = np.maximum(np.where(ends == NEVER, cube.shape[1], quarter_places(cube, ends)), first)
    change = np.zeros((cube.shape[0], cube.shape[1] + 1), dtype=np.int64)
    np.add.at(change, (rows.customer, first), 1)
    np.subtract.at(change, (rows.customer, last), 1)
    return (np.cumsum(change, axis=1)[:, :-1] > 0).astype(np.int64)
