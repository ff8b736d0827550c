from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError

LINES = {"A": 70, "B": 90, "C": 100}  # per cent of the total
whole_yuan = st.lists(st.integers(-3, 100), min_size=1, max_size=25)


def spending(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"spend": values}, index=[f"c{i + 1}" for i in range(len(values))], dtype=float)


def abc(make_scheme, **lines: float):
    return make_scheme(kind="pareto", measure="spend", upto=lines or {g: p / 100 for g, p in LINES.items()})


@given(spend=whole_yuan)
@example(spend=[0, 1])
@example(spend=[0, 0])
@example(spend=[-1])
@example(spend=[70, 10, 10, 5, 5])  # 10 starts on the 70 line, 5 on the 90 line
@example(spend=[7, 2, 1])
@example(spend=[-3, 70, 20, 10])
@settings(max_examples=150, deadline=None)
def test_abc_agrees_with_a_slow_reading_of_its_own_sentence(make_scheme, spend):
    """The sentence in whole numbers: the customer who carries the running share over a line
    belongs above it; zero and negative spend is no part of the total and gets the last grade."""
    total = sum(s for s in spend if s > 0)
    by_hand = []
    for mine in spend:
        above = sum(other for other in spend if other > mine and other > 0)
        by_hand.append(next((g for g, p in LINES.items() if mine > 0 and 100 * above < p * total), "C"))
    assert abc(make_scheme).grade(spending(spend)).grade.tolist() == by_hand


@pytest.mark.parametrize("line", [0.1, 0.3, 0.55, 0.58, 0.7, 0.9])
def test_a_customer_who_starts_exactly_on_a_line_is_below_it(make_scheme, line):
    """Of 100 yuan, the first ``line`` × 100 come from customers of 1 yuan, the rest from customers of 0.5:
    the larger ones together end on the line, so the smaller ones all start on it."""
    first = round(100 * line)
    scheme = abc(make_scheme, A=line, B=1.0)
    top, rest = [1.0] * first, [0.5] * (2 * (100 - first))
    assert scheme.grade(spending(top + rest)).counts().tolist() == [first, len(rest)]


def test_sums_of_fractions_meet_a_line_as_money_does(make_scheme):
    """0.7 + 0.5 of 1.5 is a little less than 80% in binary; as money it is exactly 80%, so the third
    customer starts on the line. Likewise 0.6 of 1.5 and 40%."""
    scheme = abc(make_scheme, A=0.8, B=1.0)
    assert scheme.grade(spending([0.7, 0.5, 0.3])).grade.tolist() == ["A", "A", "B"]
    assert abc(make_scheme, A=0.4, B=1.0).grade(spending([0.6, 0.5, 0.4])).grade.tolist() == ["A", "B", "B"]


def test_a_million_customers_are_cut_without_drift(make_scheme):
    """999,999 customers of 0.1 and one of 99,999.9 share the total equally: the line of 50% lies
    exactly between them."""
    spend = np.full(1_000_000, 0.1)
    spend[123_456] = 0.1 * 999_999
    assert abc(make_scheme, A=0.5, B=1.0).grade(spending(list(spend))).counts().tolist() == [1, 999_999]


def test_the_reasons_say_why(make_scheme):
    grading = abc(make_scheme).grade(spending([70, 20, 10, 0]))
    assert grading.reason_text("zh").tolist() == [
        "按消费额从高到低累计，位于前 70% 之内",
        "按消费额从高到低累计，位于前 90% 之内",
        "按消费额从高到低累计，位于前 100% 之内",
        "消费额为零或负数",
    ]
    assert grading.reason_text("en").iloc[0] == "within the first 70% of total spend, largest first"
    assert grading.detail["taken"].tolist() == pytest.approx([0, 0.7, 0.9, 1.0])


def test_missing_values_are_refused_or_last_and_no_part_of_the_total(make_scheme):
    with pytest.raises(ParameterError, match=r"1 customer\(s\).*c2"):
        abc(make_scheme).grade(spending([70, np.nan, 30]))
    lenient = make_scheme(
        kind="pareto", measure="spend", upto={"A": 0.7, "B": 0.9, "C": 1.0}, missing="last_grade"
    )
    grading = lenient.grade(spending([70, np.nan, 20, 10]))
    assert grading.grade.tolist() == ["A", "C", "B", "C"]
    assert grading.reason_text("en").iloc[1] == "spend is missing"


def test_online_retail_whole_period(make_scheme, data_folder):
    """Online Retail (UCI 352), customers with an id, no cancellations, quantity and price above 0: 4,338
    customers as in the data folder's SOURCE.md. The counts are those of a plain sort and running sum."""
    rows = pd.read_parquet(data_folder / "online_retail_2010_2011" / "online_retail.parquet")
    kept = rows[
        rows["CustomerID"].notna()
        & ~rows["InvoiceNo"].astype(str).str.startswith("C")
        & (rows["Quantity"] > 0)
        & (rows["UnitPrice"] > 0)
    ]
    spend = (kept["Quantity"] * kept["UnitPrice"]).groupby(kept["CustomerID"]).sum()
    assert len(spend) == 4_338
    grading = abc(make_scheme, A=0.8, B=0.95, C=1.0).grade(pd.DataFrame({"spend": spend}))
    falling = spend.sort_values(ascending=False)
    started = (falling.cumsum() - falling) / falling.sum()
    assert [(started < 0.8).sum(), ((started >= 0.8) & (started < 0.95)).sum()] == [1_133, 1_469]
    assert grading.counts().tolist() == [1_133, 1_469, 1_736]
