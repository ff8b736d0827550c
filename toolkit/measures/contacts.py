"""What passed between a customer and the company beside purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.arrays import trailing_sum
from toolkit.measures.cube import Cube
from toolkit.measures.dated import placed
from toolkit.measures.needs import Tables, says
from toolkit.measures.registry import About, Better, measure, ratio
from toolkit.terms import Label

if TYPE_CHECKING:
    import pandas as pd

SURVEYS_NEEDED, RATINGS_NEEDED = 1, 3
PER_ORDERS = 100


def _counted(name: str, word: str, label: Label, better: Better, factor: tuple[str, Label | None]) -> None:
    """Register the number of contacts of one kind; with a proxy's factor comes what it stands in for."""
    zh, en = f"窗口内种类为 {word} 的接触次数", f"Contacts of kind {word} in the window"
    proxied = factor[1]
    if proxied is not None:
        zh, en = f"{zh}；代替{proxied.zh}", f"{en}; stands in for {proxied.en}"

    def count(cube: Cube, window: int, tables: Tables) -> np.ndarray:
        table = tables["contacts"]
        return _number(cube, window, table[says(table["kind"], word)])

    count.__name__, count.__doc__ = name, f"{en}."
    about = About(
        factor[0], Label(f"{zh}。", f"{en}."), ("contacts.at", f"contacts.kind={word}"), proxied is not None
    )
    measure(label, "count", better, about)(count)


_counted("complaints", "complaint", Label("投诉次数", "complaints"), "lower", ("F32", None))
_counted("repairs", "repair", Label("返修次数", "repairs"), "lower", ("F33", None))
_counted("events_joined", "event", Label("参与活动次数", "events joined"), "higher", ("F31", None))
_counted(
    "visits",
    "visit",
    Label("拜访次数", "visits"),
    "higher",
    ("F74", Label("关系层次", "depth of the relationship")),
)
_counted(
    "calls", "call", Label("来电次数", "calls"), "higher", ("F47", Label("客户需求", "the customer's need"))
)
_counted(
    "survey_answers",
    "survey",
    Label("调查答复数", "survey answers"),
    "higher",
    ("F26", Label("合作意愿", "willingness to cooperate")),
)


@measure(
    Label("成立的投诉次数", "justified complaints"),
    "count",
    "lower",
    About(
        "F32",
        Label(
            "窗口内被认定成立的投诉次数；未认定的不计。",
            "Complaints of the window found justified; those without a finding do not count.",
        ),
        needs=("contacts.at", "contacts.kind=complaint", "contacts.justified"),
    ),
)
def justified_complaints(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Complaints of the window that were found justified."""
    table = tables["contacts"]
    just = table["justified"].astype("boolean").fillna(False).to_numpy(bool)
    return _number(cube, window, table[says(table["kind"], "complaint") & just])


@measure(
    Label("投诉率（每百单）", "complaints per 100 orders"),
    "index",
    "lower",
    About(
        "F32",
        Label(
            "窗口内每 100 张订单的投诉次数；没有订单则缺失。",
            "Complaints per 100 orders of the window; missing without an order.",
        ),
        needs=("contacts.at", "contacts.kind=complaint"),
    ),
)
def complaint_rate(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Complaints per 100 orders of the same window; missing without an order."""
    table = tables["contacts"]
    number = _number(cube, window, table[says(table["kind"], "complaint")])
    return PER_ORDERS * ratio(number, cube.trailing_sum("orders", window))


@measure(
    Label("客户满意度", "satisfaction"),
    "points",
    "higher",
    About(
        "F29",
        Label(
            "窗口内满意度调查评分的平均，按公司自己的评分尺度；没有答复则缺失；只有答复者有分。",
            "Mean score of the window's surveys on the company's own scale; missing without an answer; only those who answer have one.",
        ),
        needs=("contacts.at", "contacts.kind=survey", "contacts.score:number"),
    ),
)
def satisfaction(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Mean survey score of the window; missing with fewer than ``SURVEYS_NEEDED`` answers."""
    table = tables["contacts"]
    return _mean_score(cube, window, table[says(table["kind"], "survey")], SURVEYS_NEEDED)


@measure(
    Label("服务评价", "service rating"),
    "points",
    "higher",
    About(
        "F30",
        Label(
            "窗口内各种接触评分的平均；评分少于 3 个则缺失。",
            "Mean of all scores given in contacts of the window; missing with fewer than three.",
        ),
        needs=("contacts.at", "contacts.score:number"),
    ),
)
def service_rating(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Mean of all scores of the window; missing with fewer than ``RATINGS_NEEDED``."""
    return _mean_score(cube, window, tables["contacts"], RATINGS_NEEDED)


@measure(
    Label("接触次数", "contacts"),
    "count",
    "higher",
    About(
        "F74",
        Label(
            "窗口内各种接触的次数；代替关系层次。",
            "Contacts of any kind in the window; stands in for the depth of the relationship.",
        ),
        needs=("contacts.at",),
        proxy=True,
    ),
)
def contact_count(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Contacts of any kind in the window."""
    return _number(cube, window, tables["contacts"])


@measure(
    Label("接触时长", "minutes of contact"),
    "minutes",
    "lower",
    About(
        "F63",
        Label(
            "窗口内接触时长之和；未记时长按 0 计；代替服务成本。",
            "Minutes of the window's contacts, 0 where not recorded; stands in for cost to serve.",
        ),
        needs=("contacts.at", "contacts.minutes:number"),
        proxy=True,
    ),
)
def contact_minutes(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Minutes of the window's contacts."""
    table = tables["contacts"]
    rows = placed(cube, table, "at")
    minutes = table["minutes"].to_numpy(np.float64, na_value=np.nan)[rows.row]
    return trailing_sum(rows.sums(cube, np.nan_to_num(minutes)), window)


@measure(
    Label("面对面接触占比", "share of contacts in person"),
    "share",
    "higher",
    About(
        "F74",
        Label(
            "窗口内接触中面对面的比例；没有接触则缺失；代替关系层次。",
            "Share of the window's contacts in person; missing without one; stands in for the depth of the relationship.",
        ),
        needs=("contacts.at", "contacts.channel=in_person"),
        proxy=True,
    ),
)
def in_person_share(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Share of the window's contacts that took place in person; missing without a contact."""
    table = tables["contacts"]
    met = _number(cube, window, table[says(table["channel"], "in_person")])
    return ratio(met, _number(cube, window, table))


def _number(cube: Cube, window: int, contacts: pd.DataFrame) -> np.ndarray:
    return trailing_sum(placed(cube, contacts, "at").sums(cube), window)


def _mean_score(cube: Cube, window: int, contacts: pd.DataFrame, least: int) -> np.ndarray:
    scored = contacts[contacts["score"].notna()]
    rows = placed(cube, scored, "at")
    total = trailing_sum(rows.sums(cube, scored["score"].to_numpy(np.float64)[rows.row]), window)
    number = trailing_sum(rows.sums(cube), window)
    return np.where(number >= least, ratio(total, number), np.nan)
