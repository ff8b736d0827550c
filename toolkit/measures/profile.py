"""What the file of a customer says in numbers.

Figures without a date are as recorded today and the same at every quarter (``dated`` is False);
only those made from the date ``since`` are as of the quarter's end.
"""

from __future__ import annotations

import numpy as np

from toolkit.measures.cube import Cube
from toolkit.measures.dated import NEVER, day_numbers, of_customers, quarter_places
from toolkit.measures.needs import Tables
from toolkit.measures.registry import About, Better, measure
from toolkit.measures.rhythm import DAYS_PER_MONTH
from toolkit.terms import Label

TODAY = Label(
    "客户名册中今天的记录，没有日期，各季度相同",
    "As recorded in the customers table today, undated and the same at every quarter",
)
Entry = tuple[str, str, str, str, str, Better]

RECORDED: tuple[Entry, ...] = (
    ("credit_score", "F19", "信用评分", "credit score", "points", "higher"),
    ("ability_to_pay", "F20", "付费能力", "ability to pay", "money", "higher"),
    ("potential", "F21", "发展潜力", "potential", "index", "higher"),
    ("market_share", "F22", "客户的市场份额", "the customer's market share", "share", "higher"),
    ("willingness", "F26", "合作意愿", "willingness to cooperate", "index", "higher"),
    ("points_prev_year", "F37", "上一年度积分", "points of last year", "points", "higher"),
    ("firm_size", "F43", "企业规模", "size of the firm", "count", "higher"),
    ("deposit_balance", "F44", "存款", "deposits", "money", "higher"),
    ("loan_balance", "F45", "借贷额度", "loans", "money", "higher"),
    ("wealth_aum", "F46", "理财投资额", "wealth under management", "money", "higher"),
    ("latent_need", "F49", "潜在需求", "latent need", "index", "higher"),
    ("supply_capacity", "F57", "受电容量", "supply capacity", "kva", "higher"),
    ("plant_cost", "F75", "供货工厂成本", "cost of the supplying plant", "money", "lower"),
    ("freight_cost", "F75", "运输成本", "freight cost", "money", "lower"),
    ("hazard_count", "F68", "隐患数", "hazards found", "count", "lower"),
    ("incident_count", "F68", "事故数", "incidents", "count", "lower"),
    ("record_completeness", "F71", "档案完整度", "completeness of the file", "share", "higher"),
    ("relationship_depth", "F74", "关系层次", "depth of the relationship", "index", "higher"),
)
"""Column and id, factor, name in both languages, unit and direction."""


def _register(*entry: str) -> None:
    column, factor, zh, en, unit, better = entry

    def recorded(cube: Cube, window: int, tables: Tables) -> np.ndarray:
        table = tables["customers"]
        cells = table[column].astype("Float64").to_numpy(np.float64, na_value=np.nan)
        return np.repeat(of_customers(cube, table, cells, np.nan)[:, None], cube.shape[1], axis=1)

    recorded.__name__, recorded.__doc__ = column, f"Column ``{column}`` of the customers, as recorded today."
    note = Label(f"{TODAY.zh}：{zh}。", f"{TODAY.en}: {en}.")
    about = About(factor, note, (f"customers.{column}:number",), dated=False)
    measure(Label(zh, en), unit, better, about)(recorded)


for _entry in RECORDED:
    _register(*_entry)


@measure(
    Label("建档月数", "months on file"),
    "months",
    "higher",
    About(
        "F16",
        Label(
            "建档日期到窗口最后一天的月数（每月 365.25/12 天），可早于数据开始；没有或晚于该日则缺失。",
            "Months of 365.25/12 days from the day the relation began, also before the history, to the last day of the "
            "window; missing without a day or before it.",
        ),
        needs=("customers.since",),
    ),
)
def months_on_file(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Months since the relation began, by the file of the customer."""
    table = tables["customers"]
    since = of_customers(cube, table, day_numbers(table["since"]), NEVER)[:, None]
    known = since <= cube.last_days()
    return np.where(known, (cube.last_days() - np.where(known, since, 0)) / DAYS_PER_MONTH, np.nan)


@measure(
    Label("推荐来的客户数", "customers referred"),
    "customers",
    "higher",
    About(
        "F28",
        Label(
            "到季末为止由本客户推荐并已建档的客户数；窗口长度不起作用。",
            "Customers on file by the end of the quarter whom this one referred; the window does not matter.",
        ),
        needs=("customers.referred_by", "customers.since"),
    ),
)
def referrals(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Customers referred so far, counted from the day each of them came on file."""
    table = tables["customers"]
    referrer = cube.customers.get_indexer(table["referred_by"])
    quarter = quarter_places(cube, day_numbers(table["since"]))
    counted = (referrer >= 0) & (quarter < cube.shape[1])
    out = np.zeros(cube.shape, dtype=np.int64)
    np.add.at(out, (referrer[counted], np.maximum(quarter[counted], 0)), 1)
    return np.cumsum(out, axis=1)


@measure(
    Label("已填项占比", "share of fields filled"),
    "share",
    "higher",
    About(
        "F71",
        Label(
            "客户名册中已填列的比例，今天的记录，各季度相同；代替核实过的档案完整度。",
            "Share of the columns of the customers table that are filled, as recorded today and the same at every "
            "quarter; stands in for verified completeness.",
        ),
        needs=("customers.customer_id",),
        proxy=True,
        dated=False,
    ),
)
def fields_filled(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Share of the customer's columns that hold a value; missing for who is not in the table."""
    table = tables["customers"]
    filled = table.notna().mean(axis=1).to_numpy(np.float64)
    return np.repeat(of_customers(cube, table, filled, np.nan)[:, None], cube.shape[1], axis=1)
