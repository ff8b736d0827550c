"""Tables beside the transactions, and histories that come as tables."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history import from_tables, table_missing
from toolkit.history.canonical import TABLES
from toolkit.params.history import SimulatedParams
from toolkit.window import Quarter

SALES = "customer,day,amount\nc1,2026-01-05,10.5\nc2,2026-02-06,20\n"
SIMULATED = SimulatedParams(kind="simulated", returns="separate")


def table(path: str, *columns: str, **mapped: str) -> dict:
    return {"path": path, "columns": {**{column: column for column in columns}, **mapped}}


@pytest.fixture
def company(read, tmp_path):
    """A company with one more table."""

    def _company(name: str, content: str, columns: dict[str, str]):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        return read(SALES, tables={name: {"path": f"{name}.csv", "columns": columns}})

    return _company


def same(*columns: str, **others: str) -> dict[str, str]:
    return {**{column: column for column in columns}, **others}


def test_customers_keep_their_attributes(company):
    content = (
        "customer_id,since,region,staff,postcode,key_person\n"
        "c1,2020-05-01,华东,120,0101,是\nc2,2021-06-01,,80,100083,否\nc3,,华北,,,\n"
    )
    columns = same("customer_id", "since", "region", "postcode", "key_person", firm_size="staff")
    history = company("customers", content, columns)
    customers = history.table("customers", "region").set_index("customer_id")
    assert customers["firm_size"].tolist()[:2] == [120.0, 80.0]
    assert customers["postcode"].tolist()[:2] == ["0101", "100083"]
    assert customers["key_person"].tolist()[:2] == [True, False]
    assert customers["since"]["c1"] == pd.Timestamp(2020, 5, 1)
    assert customers["region"].isna().tolist() == [False, True, False]
    assert history.ledger["customers"].note("no_transactions") == 1
    assert history.has("firm_size", "customers") and not history.has("brand", "customers")


def test_a_customer_with_two_different_rows_is_quarantined_and_equal_rows_are_one(company, reasons):
    content = "customer_id,type\nc1,factory\nc1,shop\nc2,shop\nc2,shop \nc3,shop\n"
    history = company("customers", content, same("customer_id", "type"))
    assert reasons(history, "customers") == {"conflict": 2, "duplicate": 1}
    assert history.tables["customers"]["customer_id"].tolist() == ["c2", "c3"]
    assert history.quarantine["customers"].count().execute() == 3


def test_payments_may_be_due_later_than_today_but_not_paid_later(company, reasons):
    content = "customer_id,due_on,paid_on,amount\nc1,2026-12-31,,5\nc1,2026-05-01,2027-01-01,5\nc2,2026-05-01,2026-05-02,\n"
    history = company("payments", content, same("customer_id", "due_on", "paid_on", "amount"))
    assert reasons(history, "payments") == {"late_paid_on": 1, "missing_amount": 1}
    assert history.tables["payments"]["paid_on"].isna().tolist() == [True]


def test_optional_cells_may_be_empty_but_not_unreadable(company, reasons):
    content = (
        "customer_id,at,kind,minutes,justified\n"
        "c1,2026-01-05 10:00,complaint,,\nc1,2026-01-05,call,ten,\nc1,2026-01-05,complaint,5,perhaps\nc1,2026-01-05,,5,是\n"
    )
    history = company("contacts", content, same("customer_id", "at", "kind", "minutes", "justified"))
    expected = {"unreadable_minutes": 1, "unreadable_justified": 1, "missing_kind": 1}
    assert reasons(history, "contacts") == expected
    assert history.tables["contacts"]["minutes"].isna().all()


def test_a_table_without_a_required_column_is_refused_with_what_it_takes(company):
    with pytest.raises(HistoryError) as refusal:
        company("grades", "customer_id,grade\nc1,VIP\n", same("customer_id", "grade"))
    assert "from_on" in refusal.value.zh and "history.tables.grades" in refusal.value.en


def test_attributes_that_differ_by_case_only_are_refused(company):
    with pytest.raises(ParameterError, match="only by case"):
        company("customers", "customer_id,a,b\nc1,1,2\n", same("customer_id", vip="a", VIP="b"))


def test_what_is_missing_is_named_with_what_it_would_take(read):
    history = read(SALES)
    with pytest.raises(HistoryError) as refusal:
        history.table("payments")
    assert all(
        word in text for word in ("customer_id", "due_on", "amount", "paid_on") for text in refusal.value.args
    )
    for name in TABLES:
        for error in (table_missing(name), table_missing(name, "score")):
            assert name in error.zh and name in error.en and error.exit_code == 7


def orders(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(20261122)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 690, n), unit="D")
    return pd.DataFrame(
        {
            "customer_id": rng.integers(1, 60, n),
            "order_id": np.arange(n),
            "paid_at": days,
            "amount": np.round(rng.normal(100, 60, n), 2),
            "category": pd.Categorical(rng.choice(["茶", "瓷器"], n)),
            "margin": np.where(rng.random(n) < 0.5, 10.0, np.nan),
            "is_promotion": rng.random(n) < 0.2,
        }
    )


def test_tables_of_a_simulated_company_become_a_history():
    """The history must give back what went in; it ends on 21 November 2026 at the latest."""
    frame = orders()
    grades = pd.DataFrame(
        {
            "customer_id": ["1", "2"],
            "from_on": [date(2026, 1, 1)] * 2,
            "grade": ["金卡", "银卡"],
            "score": [None, None],
        }
    )
    history = from_tables({"grades": grades, "transactions": frame}, SIMULATED)
    rows = history.transactions.to_pandas().sort_values("order_id", key=lambda ids: ids.astype(int))
    assert rows["amount"].tolist() == frame["amount"].tolist()
    assert rows["customer_id"].tolist() == frame["customer_id"].astype(str).tolist()
    assert rows["is_return"].tolist() == (frame["amount"] < 0).tolist()
    assert rows["category"].tolist() == frame["category"].tolist()
    assert rows["margin"].isna().tolist() == frame["margin"].isna().tolist()
    assert history.unfinished == (Quarter.parse("2026Q4"),)
    assert (history.returns, history.currency, history.files) == ("separate", "CNY", ())
    assert history.tables["grades"]["grade"].tolist() == ["金卡", "银卡"]
    assert list(history.ledger) == ["transactions", "grades"]
    # a column that the company does not have is not there, one that is always empty is
    assert "quantity" not in rows.columns and "decided_by" not in history.tables["grades"].columns
    assert history.has("score", "grades") and history.tables["grades"]["score"].isna().all()


def test_the_same_checks_stand_before_tables():
    frame = orders(50).assign(customer_id=lambda rows: rows["customer_id"].astype(str))
    frame.loc[:2, "customer_id"] = None
    frame.loc[3, "amount"] = np.inf
    frame.loc[4, "paid_at"] = pd.NaT
    intake = from_tables({"transactions": frame}, SIMULATED).ledger["transactions"]
    found = {count.code: count.rows for count in intake.reasons}
    assert found == {"missing_customer_id": 3, "missing_paid_at": 1, "infinite_amount": 1}
    with pytest.raises(HistoryError, match="transactions is missing"):
        from_tables({}, SIMULATED)
