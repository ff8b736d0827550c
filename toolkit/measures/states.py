"""Where a customer stands with the company, from purchases and contacts up to the quarter's end."""

from __future__ import annotations

import numpy as np

from toolkit.measures.attributes import YES_NO, Classes, attribute, flags
from toolkit.measures.categories import Categories
from toolkit.measures.contacts import justified_complaints
from toolkit.measures.cube import Cube
from toolkit.measures.dated import placed
from toolkit.measures.growth import growth
from toolkit.measures.needs import Tables
from toolkit.measures.registry import About
from toolkit.terms import Label

GROWTH_BAND = 0.2
STATUS = {
    "prospect": Label("潜在客户", "prospect"),
    "new": Label("新客户", "new"),
    "existing": Label("老客户", "existing"),
}
STAGES = {
    "prospect": Label("潜在期", "prospect"),
    "new": Label("新客户", "new"),
    "growing": Label("成长期", "growing"),
    "stable": Label("稳定期", "stable"),
    "declining": Label("衰退期", "declining"),
    "dormant": Label("沉睡期", "dormant"),
}


@attribute(
    Label("客户关系状态", "relationship status"),
    About(
        "F64",
        Label(
            "尚未购买为潜在客户；首购在窗口内为新客户，但数据首季已购买的一律算老客户；其余为老客户。",
            "prospect before the first purchase; new where it lies in the window, though who bought in the first quarter "
            "of the history is existing; existing otherwise.",
        ),
    ),
    Classes(STATUS),
)
def relationship_status(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """prospect, new or existing at the end of the quarter."""
    since = cube.quarters_since_joining()[:, place]
    fresh = (since > 0) & (since <= window) & (since < place + 1)
    return np.select([since == 0, fresh], ["prospect", "new"], "existing").astype(object)


@attribute(
    Label("新客户标志", "new customer"),
    About(
        "F64",
        Label("客户关系状态为新客户。", "Whether the relationship status is new."),
    ),
    Classes(YES_NO),
)
def new_customer(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Whether the first purchase lies in the window and after the first quarter of the history."""
    return flags(relationship_status(cube, place, window, tables) == "new")


@attribute(
    Label("生命周期阶段", "stage of the life cycle"),
    About(
        "F56",
        Label(
            "尚未购买为潜在期；窗口内无购买为沉睡期；新客户按客户关系状态；其余按消费增长：高于 0.2 成长，低于 −0.2 "
            "衰退，之间或尚不可比为稳定。",
            "prospect before the first purchase, dormant without a purchase in the window, new by the relationship "
            "status, else by growth of spend: growing above 0.2, declining below −0.2, stable between or not comparable yet.",
        ),
    ),
    Classes(STAGES),
)
def lifecycle_stage(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """State by first purchase, purchases in the window and growth against the window before."""
    status = relationship_status(cube, place, window, tables)
    change = growth(cube, window)[:, place]
    states = {
        "prospect": status == "prospect",
        "dormant": cube.trailing_sum("lines", window)[:, place] == 0,
        "new": status == "new",
        "growing": change > GROWTH_BAND,
        "declining": change < -GROWTH_BAND,
    }
    return np.select(list(states.values()), list(states), "stable").astype(object)


@attribute(
    Label("一次性合作", "one-off customer"),
    About(
        "F62",
        Label(
            "到季末为止只有一张订单，且不在本季度；尚未购买则无法判断。",
            "Exactly one order by the end of the quarter, and not in that quarter; cannot be said before the first purchase.",
        ),
    ),
    Classes({"yes": YES_NO["yes"], "no": YES_NO["no"]}, "higher"),
)
def one_off(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Whether the customer has bought once, in an earlier quarter, and never again."""
    since = cube.quarters_since_joining()[:, place]
    number = cube.cells["orders"][:, : place + 1].sum(axis=1)
    return flags((number == 1) & (since > 1), since > 0)


@attribute(
    Label("流失标志（久未购买）", "lapsed"),
    About(
        "F73",
        Label(
            "曾经购买而窗口内没有购买；尚未购买则无法判断；代替合同终止。",
            "Bought before but not in the window; cannot be said before the first purchase; stands in for the end of a contract.",
        ),
        proxy=True,
    ),
    Classes({"yes": YES_NO["yes"], "no": YES_NO["no"]}, "higher"),
)
def lapsed(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Whether a customer who has bought did not buy in the window."""
    since = cube.quarters_since_joining()[:, place]
    return flags(cube.trailing_sum("lines", window)[:, place] == 0, since > 0)


@attribute(
    Label("无不良成交记录", "no bad record"),
    About(
        "F65",
        Label(
            "首购不在本季度，且到季末为止没有成立的投诉；尚未购买则无法判断；按公司而非按工厂，代替各工厂的合作记录。",
            "First bought before this quarter and no justified complaint by its end; cannot be said before the first "
            "purchase; by company, not by plant, stands in for the record at each plant.",
        ),
        needs=("contacts.at", "contacts.kind=complaint", "contacts.justified"),
        proxy=True,
    ),
    Classes(YES_NO, "higher"),
)
def prior_supplier_ok(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Whether there was business before this quarter and no justified complaint so far."""
    since = cube.quarters_since_joining()[:, place]
    disputes = justified_complaints(cube, place + 1, tables)[:, place]
    return flags((since > 1) & (disputes == 0), since > 0)


@attribute(
    Label("主要渠道", "main channel"),
    About(
        "F12",
        Label(
            "窗口内购买行最多的渠道，并列取字母在前者；没有则缺失。",
            "Channel with most purchase lines of the window, the first by name of equals; missing without one.",
        ),
        needs=("transactions.channel",),
    ),
)
def main_channel(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Channel with most purchase lines of the window."""
    return _main(cube.channels, cube, place, window)


@attribute(
    Label("主要品类（偏好）", "main category (preference)"),
    About(
        "F50",
        Label(
            "窗口内购买行最多的品类，并列取字母在前者；没有则缺失。",
            "Category with most purchase lines of the window, the first by name of equals; missing without one.",
        ),
        needs=("transactions.category",),
    ),
)
def main_category(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Category with most purchase lines of the window."""
    return _main(cube.categories, cube, place, window)


@attribute(
    Label("主要接触原因", "main reason of contact"),
    About(
        "F61",
        Label(
            "窗口内次数最多的接触种类，并列取字母在前者；没有接触则缺失。",
            "Most frequent kind of contact of the window, the first by name of equals; missing without a contact.",
        ),
        needs=("contacts.at", "contacts.kind"),
    ),
)
def main_contact_kind(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Most frequent kind of contact of the window."""
    table = tables["contacts"]
    table = table[table["kind"].notna()]
    rows = placed(cube, table, "at")
    kinds = table["kind"].astype("str").to_numpy(object)[rows.row]
    names, kind = np.unique(kinds.astype(str), return_inverse=True)
    inside = (rows.quarter > place - window) & (rows.quarter <= place) & (rows.quarter >= 0)
    keys, number = np.unique(
        np.stack([rows.customer[inside], kind[inside]], axis=1), axis=0, return_counts=True
    )
    out = np.full(cube.shape[0], None, dtype=object)
    order = np.lexsort((-keys[:, 1], number, keys[:, 0]))
    out[keys[order, 0]] = names[keys[order, 1]]
    return out


def _main(entries: Categories, cube: Cube, place: int, window: int) -> np.ndarray:
    category, _ = entries.main(place, window, cube.shape[0])
    words = np.array([*entries.names, None], dtype=object)
    return words[category]
