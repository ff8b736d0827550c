"""Online Retail at the door.

Expected figures: SOURCE.md beside the data (541,909 rows as published by UCI; clean = id present, no "C"
invoice, quantity and price above zero: 397,884 rows, 4,338 customers, 18,532 invoices, 8,911,407.90; after
removing exact duplicates 392,692 rows, 8,887,208.89; 5,268 exact duplicates in the file).
"""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from toolkit.history import read_history
from toolkit.params.history import FilesParams
from toolkit.window import Quarter


def keep(column, rule, en, value=None):
    return {"column": column, "rule": rule, "value": value, "reason": {"zh": f"不符：{en}", "en": en}}


KEEP = [
    keep("CustomerID", "present", "no customer id"),
    keep("InvoiceNo", "not_starts_with", "cancelled", "C"),
    keep("Quantity", "above", "quantity not above zero", 0),
    keep("UnitPrice", "above", "price not above zero", 0),
]
COLUMNS = {
    "customer_id": "CustomerID",
    "order_id": "InvoiceNo",
    "paid_at": "InvoiceDate",
    "amount": "Quantity * UnitPrice",
    "quantity": "Quantity",
    "product_id": "StockCode",
    "channel": "Country",
}


def study(name: str, **history) -> FilesParams:
    table = {"path": f"online_retail_2010_2011/{name}", "columns": COLUMNS, "keep": KEEP}
    given = {
        "kind": "files",
        "currency": "GBP",
        "time_zone": "Europe/London",
        "transactions": table,
        **history,
    }
    return FilesParams.model_validate(given)


@pytest.fixture(scope="module", params=["online_retail.csv.gz", "online_retail.parquet"])
def history(request, data_folder):
    return read_history(study(request.param), data_folder, today=date(2026, 11, 22))


def test_rows_customers_invoices_and_sum_are_the_published_ones(history):
    rows = history.transactions
    facts = rows.aggregate(
        rows=rows.count(),
        customers=rows.customer_id.nunique(),
        invoices=rows.order_id.nunique(),
        amount=rows.amount.sum(),
        returns=rows.is_return.sum(),
    ).to_pandas()
    assert facts.iloc[0, :3].astype(int).tolist() == [397_884, 4_338, 18_532]
    assert facts["amount"][0] == pytest.approx(8_911_407.90, abs=0.005)
    assert facts["returns"][0] == 0


def test_every_row_is_accounted_for(history):
    intake = history.ledger["transactions"]
    assert intake.rows_in == 541_909
    assert [(count.label.en, count.rows) for count in intake.reasons] == [
        ("no customer id", 135_080),
        ("cancelled", 8_905),
        ("quantity not above zero", 0),
        ("price not above zero", 40),
    ]
    assert intake.rows_quarantined == 144_025 == history.quarantined.count().execute()
    assert (intake.note("equal_rows"), intake.note("shared_orders")) == (5_268, 0)
    assert intake.note("equal_rows_kept") == 397_884 - 392_692


def test_both_outer_quarters_are_unfinished(history):
    assert (history.first_day, history.last_day) == (date(2010, 12, 1), date(2011, 12, 9))
    assert history.unfinished == (Quarter.parse("2010Q4"), Quarter.parse("2011Q4"))
    assert len(history.quarters) == 5


def test_the_history_says_what_it_has_and_where_it_is_from(history, data_folder):
    assert history.has("channel") and not history.has("category") and not history.has("margin")
    (file,) = history.files
    content = (data_folder / file.name).read_bytes()
    assert (file.sha256, file.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (file.rows, history.currency, history.returns) == (541_909, "GBP", "netted")


def test_dropping_duplicates_leaves_the_published_rest(data_folder):
    params = study("online_retail.parquet", duplicates="drop", margin={"rate": 0.3, "source": "assumed"})
    history = read_history(params, data_folder, today=date(2026, 11, 22))
    rows = history.transactions
    sums = rows.aggregate(n=rows.count(), amount=rows.amount.sum(), margin=rows.margin.sum()).to_pandas()
    assert sums["n"][0] == 392_692
    assert sums["amount"][0] == pytest.approx(8_887_208.89, abs=0.005)
    assert sums["margin"][0] == pytest.approx(0.3 * 8_887_208.894, abs=0.005)
    assert history.ledger["transactions"].reasons[-1].rows == 5_192
    assert history.has("margin")
