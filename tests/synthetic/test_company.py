"""The books of a simulated company against slow recounts, and its oracle against what happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.company import Company, simulate
from toolkit.synthetic.dictionary import ORACLE, TABLES
from toolkit.synthetic.lists import lists_table
from toolkit.synthetic.service import RATES
from toolkit.synthetic.world import World
from toolkit.window import Quarter

AS_OF = pd.Timestamp("2026-11-22")


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(customers=4000)


@pytest.fixture(scope="module")
def sales(company) -> pd.DataFrame:
    rows = company.tables["transactions"]
    ordinal = 4 * rows["paid_at"].dt.year + rows["paid_at"].dt.quarter - 1
    return rows.assign(quarter=ordinal)


def purchases(sales: pd.DataFrame) -> pd.DataFrame:
    """Customer x quarter, True where the customer bought."""
    bought = sales[sales["amount"] > 0]
    return bought.groupby(["customer_id", "quarter"]).size().unstack(fill_value=0) > 0


def recomputed_scores(rows: pd.DataFrame) -> pd.Series:
    """Net spend of the four quarters before each review, of those who bought in its quarter, by hand."""
    parts = {}
    for year in range(2022, 2027):
        start, middle, end = (pd.Timestamp(year + d, m, 1) for d, m in ((-1, 10), (0, 7), (0, 10)))
        window = rows[(rows["paid_at"] >= start) & (rows["paid_at"] < end)]
        active = window.loc[(window["paid_at"] >= middle) & (window["amount"] > 0), "customer_id"].unique()
        parts[end] = window.groupby("customer_id")["amount"].sum().round(2).loc[sorted(active)]
    return pd.concat(parts, names=["from_on", "customer_id"])


def graded_scores(company: Company) -> pd.Series:
    return company.tables["grades"].set_index(["from_on", "customer_id"])["score"].sort_index()


def test_anyone_can_add_up_the_scores_from_the_transactions(company):
    """Slow twin in pandas, on rows in another order; equal to the cent, for the same customers."""
    shuffled = company.tables["transactions"].sample(frac=1, random_state=1)
    by_hand, used = recomputed_scores(shuffled), graded_scores(company)
    assert by_hand.index.equals(used.index)
    assert (by_hand == used).all()


def test_scores_add_up_in_a_world_with_pushing_too():
    pushed = simulate(customers=1500, world=World(manip=0.4))
    assert (recomputed_scores(pushed.tables["transactions"]) == graded_scores(pushed)).all()
    lifted = pushed.oracle[pushed.oracle["pushed"] > 0]
    assert len(lifted) > 20 and lifted["eligible"].all() and lifted["x"].max() <= 0.0401
    rows = pushed.tables["transactions"].merge(
        lifted.assign(end=pd.PeriodIndex(lifted["review"], freq="Q").end_time)[
            ["customer_id", "end", "pushed"]
        ],
        left_on=["customer_id", "amount"],
        right_on=["customer_id", "pushed"],
    )
    before = rows["end"] - rows["paid_at"]
    assert ((before > pd.Timedelta(0)) & (before < pd.Timedelta(days=5))).sum() == len(lifted)


def test_an_order_belongs_to_one_customer_and_its_lines_are_counted(sales):
    orders = sales.groupby("order_id")
    assert (orders["customer_id"].nunique() == 1).all() and (orders["paid_at"].nunique() == 1).all()
    assert (orders["line"].max() == orders.size()).all() and not sales.duplicated(["order_id", "line"]).any()
    assert sales["paid_at"].is_monotonic_increasing
    assert orders["paid_at"].first().filter(like="O").sort_index().is_monotonic_increasing


def test_returns_take_back_one_line_of_an_earlier_order_in_the_same_quarter(sales):
    returns = sales[sales["order_id"].str.startswith("R")]
    assert ((sales["amount"] < 0) == sales["order_id"].str.startswith("R")).all()
    assert (sales["returns_order_id"].notna() == (sales["amount"] < 0)).all()
    share = returns["order_id"].nunique() / sales["order_id"].nunique()
    assert 0.02 < share < 0.06
    pairs = returns.merge(sales, left_on="returns_order_id", right_on="order_id", suffixes=("", "_sold"))
    same = (pairs["product_id"] == pairs["product_id_sold"]) & (pairs["amount"] == -pairs["amount_sold"])
    found = pairs[
        same & (pairs["margin"] == -pairs["margin_sold"]) & (pairs["quantity"] == -pairs["quantity_sold"])
    ]
    assert set(found["order_id"]) == set(returns["order_id"])
    assert (pairs["customer_id"] == pairs["customer_id_sold"]).all()
    assert (pairs["paid_at"] >= pairs["paid_at_sold"]).all() and (
        pairs["quarter"] == pairs["quarter_sold"]
    ).all()


def test_payments_are_the_orders(company, sales):
    payments = company.tables["payments"].set_index("order_id")
    orders = sales.groupby("order_id").agg(amount=("amount", "sum"), customer_id=("customer_id", "first"))
    orders = orders.loc[payments.index]
    assert payments.index.is_unique and len(payments) == sales["order_id"].nunique()
    assert (payments["amount"] == orders["amount"].round(2)).all()
    assert (payments["customer_id"] == orders["customer_id"]).all()
    assert payments["paid_on"].max() < AS_OF and 0 < payments["paid_on"].isna().mean() < 0.05


def test_customers_buy_in_every_quarter_until_they_leave_for_good(sales):
    bought = purchases(sales[sales["paid_at"] < "2026-10-01"])
    changes = bought.astype(int).diff(axis=1)
    assert ((changes == -1).sum(axis=1) <= 1).all() and ((changes == 1).sum(axis=1) <= 1).all()
    spells = bought.sum(axis=1)
    positions = np.arange(bought.shape[1])
    first = bought.to_numpy().argmax(axis=1)
    last = np.where(bought.to_numpy(), positions, -1).max(axis=1)
    assert (spells == last - first + 1).all()


def test_the_first_quarter_is_whole_and_the_last_one_is_not(sales):
    assert sales["paid_at"].min().date() == Quarter.parse("2021Q4").start()
    assert pd.Timestamp("2026-11-20") < sales["paid_at"].max() < AS_OF
    rows = sales.groupby("quarter").size()
    assert len(rows) == 21
    assert rows.iloc[:20].min() > 0.85 * rows.iloc[:20].mean()
    assert 0.4 < rows.iloc[-1] / rows.iloc[-2] < 0.75


def test_joiners_keep_the_base_stationary(sales):
    active = purchases(sales).sum().iloc[:20]
    assert active.iloc[0] == 4000
    assert np.abs(active / 4000 - 1).max() < 0.15


def test_the_oracle_knows_who_bought_in_the_fourth_quarter_after_the_review(company, sales):
    bought = purchases(sales)
    for review, rows in company.oracle[company.oracle["outcome_shown"]].groupby("review"):
        ordinal = Quarter.parse(review).ordinal
        active = bought.index[bought[ordinal]]
        assert sorted(rows["customer_id"]) == active.tolist()
        after = bought.loc[rows["customer_id"], ordinal + 4].to_numpy()
        assert (after == rows["retained"].to_numpy()).all()
    assert set(company.oracle["review"]) == {f"{year}Q3" for year in range(2022, 2027)}
    shown = company.oracle.groupby("review")["outcome_shown"].first()
    assert shown.tolist() == [True, True, True, True, False]


def test_what_happens_is_what_the_oracle_expects(company):
    """Retained minus the probability of the grade held; 4 binomial standard errors, by grade and review."""
    oracle = company.oracle
    expected = np.where(oracle["treated"], oracle["p1"], oracle["p0"])
    surplus, variance = oracle["retained"] - expected, pd.Series(expected * (1 - expected))
    for column in ("treated", "review", "segment"):
        total = surplus.groupby(oracle[column]).sum().abs()
        assert (total < 4 * np.sqrt(variance.groupby(oracle[column]).sum())).all()
    moved = (oracle["treated_above"] & ~oracle["treated_below"]) - oracle["complier"]
    error = np.sqrt((oracle["complier"] * (1 - oracle["complier"])).sum())
    assert abs(moved.sum()) < 4 * error


def test_the_raw_gap_is_far_above_the_truth(company):
    """The reason the product exists: about 15 points by grade, of which the grade causes less than a third."""
    bar = company.truth["bar"]
    assert bar["raw_gap"] > 0.11
    assert 0 < bar["att"] < 0.05 and 0.03 < bar["late"] < 0.06
    assert bar["raw_gap"] > bar["late"] + 0.06
    assert bar["itt"] == pytest.approx(bar["late"] * bar["first_stage"])
    assert company.truth["world"]["late"] == pytest.approx(0.0495, abs=0.001)


def test_grades_say_what_the_oracle_knows(company):
    grades, oracle = company.tables["grades"], company.oracle
    assert (grades["customer_id"] == oracle["customer_id"]).all() and (
        grades["score"] == oracle["score"]
    ).all()
    assert ((grades["grade"] == "VIP") == oracle["treated"]).all()
    entitled = grades["score"] >= 100_000
    assert (entitled == oracle["eligible"]).all()
    words = {
        (True, True): "rule",
        (False, False): "rule",
        (False, True): "override",
        (True, False): "refusal",
    }
    expected = [words[pair] for pair in zip(entitled, grades["grade"] == "VIP", strict=True)]
    assert grades["decided_by"].tolist() == expected
    first_days = sorted(grades["from_on"].unique())
    assert [str(day)[:10] for day in first_days] == [f"{year}-10-01" for year in range(2022, 2027)]


def test_service_costs_are_rates_times_quantities(company, sales):
    """Row by row for what is paid by hour and delivery; in total within 1% of the documented rates."""
    service = company.tables["service"]
    rates = {(rate.grade, rate.kind): rate for rate in RATES}
    for (grade, kind), rows in service.groupby(["grade", "kind"]):
        rate = rates.pop((grade, kind))
        if rate.spend_share == 0:
            by_hand = rows["hours"] * rate.cost_per_hour + rate.cost_per_delivery
            assert rows["cost"].to_numpy() == pytest.approx(by_hand.to_numpy(), abs=0.006)
    assert not rates
    whole = sales[sales["paid_at"] < "2026-10-01"]
    cells = whole.groupby(["customer_id", "quarter"])["amount"].sum().reset_index()
    grades = company.tables["grades"].assign(review=lambda t: 4 * t["from_on"].dt.year + 2)
    cells["review"] = (cells["quarter"] - 3) // 4 * 4 + 2
    cells = cells.merge(grades[["customer_id", "review", "grade"]], how="left").fillna({"grade": "普通"})
    expected = 0.0
    for grade, held in cells.groupby("grade"):
        expected += sum(r.expected_cost(len(held), held["amount"].sum()) for r in RATES if r.grade == grade)
    actual = service.loc[service["delivered_on"] < "2026-10-01", "cost"].sum()
    assert actual == pytest.approx(expected, rel=0.01)


def test_margin_is_three_tenths_of_spend(company):
    rows = company.tables["transactions"]
    assert rows["margin"].sum() / rows["amount"].sum() == pytest.approx(0.30, abs=0.005)
    by_category = rows.groupby("category")[["margin", "amount"]].sum()
    assert np.ptp(by_category["margin"] / by_category["amount"]) > 0.1


def test_every_table_knows_only_customers_on_file_within_the_time_shown(company):
    file = company.tables["customers"].set_index("customer_id")
    buyers = set(company.tables["transactions"]["customer_id"])
    prospects = file[file.index.str.startswith("P")]
    assert file.index.is_unique and set(file.index) == buyers | set(prospects.index)
    assert len(prospects) == 200 and not buyers & set(prospects.index)
    assert prospects["since"].between("2021-10-01", "2026-11-21").all()
    file = file.drop(prospects.index)
    first = company.tables["transactions"].groupby("customer_id")["paid_at"].min().dt.normalize()
    starters = first.index[:4000]
    assert (file["since"].drop(starters) == first.drop(starters)).all()
    assert (file["since"] <= first).all()
    for name, day in (
        ("contacts", "at"),
        ("service", "delivered_on"),
        ("lists", "from_on"),
        ("payments", "due_on"),
    ):
        table = company.tables[name]
        known = file["since"].reindex(table["customer_id"])
        assert known.notna().all() and (table[day].to_numpy() >= known.to_numpy()).all()
        assert name == "payments" or table[day].max() < AS_OF


def test_contacts_repeat_what_was_delivered_and_rate_only_where_they_should(company):
    contacts, service = company.tables["contacts"], company.tables["service"]
    for kind, delivered in (("visit", "visit"), ("call", "hotline"), ("event", "event")):
        said = contacts.loc[contacts["kind"] == kind, ["customer_id", "at"]]
        done = service.loc[service["kind"] == delivered, ["customer_id", "delivered_on"]]
        said = sorted(zip(said["customer_id"], said["at"].dt.normalize(), strict=True))
        assert said == sorted(zip(done["customer_id"], done["delivered_on"], strict=True))
    assert (contacts["score"].notna() == (contacts["kind"] == "survey")).all()
    assert contacts["score"].dropna().isin(range(6)).all()
    assert (contacts["justified"].notna() == (contacts["kind"] == "complaint")).all()


def test_lists_name_reasons_and_end_after_they_begin(company):
    lists = company.tables["lists"]
    assert (
        set(lists["list"]) == {"red", "black", "follow_up", "mailed", "not_mailed"}
        and not lists.duplicated(["customer_id", "list"]).any()
    )
    ended = lists["to_on"].dropna()
    assert (ended >= lists.loc[ended.index, "from_on"]).all() and len(ended) > 0
    assert ended.max() < AS_OF


def test_an_invoice_open_for_90_days_lists_its_customer_once():
    """By hand: two bad invoices of a, one of b paid on day 90, one of c paid on day 91, one of d too recent."""
    payments = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c", "d"],
            "order_id": ["O1", "O2", "O3", "O4", "O5"],
            "due_on": pd.to_datetime(["2024-03-01", "2024-01-01", "2024-01-01", "2024-01-01", "2024-12-01"]),
            "paid_on": pd.to_datetime([None, None, "2024-03-30", "2024-04-01", None]),
        }
    )
    nobody = pd.DataFrame({"customer_id": [], "industry_position": [], "since": pd.to_datetime([])})
    shown = (date(2024, 1, 1), date(2025, 1, 1))
    lists = lists_table(nobody, payments, shown, np.random.default_rng(1)).set_index("customer_id")
    assert lists["from_on"].to_dict() == dict.fromkeys("ac", pd.Timestamp("2024-03-31"))
    assert lists.loc["c", "to_on"] == pd.Timestamp("2024-04-01") and (lists["list"] == "black").all()


def test_a_history_may_end_with_a_whole_quarter():
    """The outcome of the review of 2025Q3 is then one quarter short of being shown."""
    whole = simulate(customers=300, calendar=Calendar(last=Quarter.parse("2026Q2"), as_of=date(2026, 7, 1)))
    paid_at = whole.tables["transactions"]["paid_at"]
    assert pd.Timestamp("2026-06-29") < paid_at.max() < pd.Timestamp("2026-07-01")
    shown = whole.oracle.groupby("review")["outcome_shown"].first()
    assert shown.to_dict() == {"2022Q3": True, "2023Q3": True, "2024Q3": True, "2025Q3": False}


def test_the_same_seed_gives_the_same_company_and_another_one_does_not(company):
    again, other = simulate(customers=4000), simulate(customers=4000, seed=1)
    for name, table in company.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name], check_exact=True)
        assert not table.equals(other.tables[name])
    pd.testing.assert_frame_equal(company.oracle, again.oracle, check_exact=True)
    assert company.truth == again.truth


def test_the_switches_of_the_world_reach_the_company():
    null = simulate(customers=300, world=World(null=True, sharp=True))
    assert (null.oracle["p0"] == null.oracle["p1"]).all() and null.truth["spend_lift"] == 0
    assert (null.tables["grades"]["decided_by"] == "rule").all()
    heaped = simulate(customers=300, world=World(heap=5000.0)).tables["grades"]["score"]
    assert (heaped % 5000 == 0).all()
    pilot = simulate(customers=300, world=World(rct=0.5))
    assert ((pilot.tables["grades"]["decided_by"] == "pilot") == pilot.oracle["randomised"]).all()
    late = simulate(customers=300, calendar=Calendar(launch=Quarter.parse("2024Q3")))
    assert late.tables["grades"]["from_on"].min() == pd.Timestamp("2024-10-01")
    assert not late.oracle.loc[~late.oracle["launched"], "treated"].any()
    assert set(late.oracle["review"]) == {f"{year}Q3" for year in range(2022, 2027)}
    for wrong in ({"customers": 0}, {"world": World(outcome_quarters=5)}):
        with pytest.raises(ValueError, match="at least 1"):
            simulate(**wrong)


def test_tables_have_the_columns_the_dictionary_describes(company):
    for made in (company, simulate(customers=60)):
        assert {t.name: [c.name for c in t.columns] for t in TABLES} == {
            table.name: list(made.tables[table.name].columns) for table in TABLES
        }
        assert [column.name for column in ORACLE.columns] == list(made.oracle.columns)
        assert set(made.tables) == {table.name for table in TABLES}
    kinds = {
        "text": "str",
        "whole": "int64",
        "number": "float64",
        "date": "datetime64[us]",
        "moment": "datetime64[us]",
    }
    for table in (*TABLES, ORACLE):
        frame = company.oracle if table is ORACLE else company.tables[table.name]
        for column in table.columns:
            if column.kind == "yes_no":
                assert str(frame[column.name].dtype) in ("bool", "boolean")
            else:
                assert str(frame[column.name].dtype) == kinds[column.kind], column.name
        for name in table.of_kind("date"):
            assert (frame[name].dropna() == frame[name].dropna().dt.normalize()).all()


def test_appeals_agree_with_the_grades_that_followed(company):
    """Who was granted the best grade holds it below the bar from the next review on; nobody turned down does."""
    appeals, grades = company.tables["appeals"], company.tables["grades"]
    after = appeals.merge(grades, on="customer_id", suffixes=("_asked", ""))
    granted = after[(after["decision"] == "granted") & (after["from_on"] > after["decided_on"])]
    first = granted.sort_values("from_on").drop_duplicates(["customer_id", "filed_on"])
    assert len(first) == (appeals["decision"] == "granted").sum() > 50
    assert (first["grade"] == "VIP").all() and (first["decided_by"] == "override").all()
    assert (first["grade_asked"] == "VIP").all() and (
        first["from_on"] - first["decided_on"]
    ).dt.days.max() <= 15
    refused = after[(after["decision"] != "granted") & (after["from_on"] < after["filed_on"])]
    last = refused.sort_values("from_on").drop_duplicates(["customer_id", "filed_on"], keep="last")
    assert (last["grade"] == "普通").all() and last["grade_asked"].isna().all()
    pending = appeals["decided_on"].isna()
    assert 0 < pending.sum() < 100 and appeals.loc[pending, ["decision", "author"]].isna().all(axis=None)
    assert (appeals.loc[~pending, "decided_on"] > appeals.loc[~pending, "filed_on"]).all()


def test_judgements_precede_the_grade_that_follows_them(company):
    judged, grades = company.tables["judgements"], company.tables["grades"]
    after = judged.merge(grades, on="customer_id", suffixes=("_judged", ""))
    after = after[after["from_on"] > after["judged_on"]].sort_values("from_on")
    first = after.drop_duplicates(["customer_id", "judged_on"])
    assert len(first) == len(judged) and (first["grade_judged"] == first["grade"]).all()
    assert (first["from_on"] - first["judged_on"]).dt.days.between(1, 30).all()
    assert judged["score"].between(0, 100).all()
    assert 0 < judged["reason"].isna().mean() < 0.1 and 0 < judged["author"].isna().mean() < 0.1
