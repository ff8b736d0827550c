"""The panel: who is active, what is shown of whom, and the proof that nothing looks ahead."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.measures import MEASURES, About, measure
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.panel import panel as panel_module
from toolkit.terms import Label
from toolkit.window import Quarter

Q1, Q2, Q3, Q4 = QUARTERS = [Quarter.parse("2024Q1") + i for i in range(4)]
LEDGER = [
    ("ann", "2024-01-10", 100.0),
    ("ann", "2024-09-30", 40.0),
    ("bob", "2024-02-20", 10.0),
    ("bob", "2024-05-20", -4.0),
    ("cat", "2024-12-30", 7.0),
]


def panel_of(rows: list[tuple[str, str, float]]) -> Panel:
    customer, day, amount = zip(*rows, strict=True)
    frame = pd.DataFrame({"customer_id": customer, "paid_at": pd.to_datetime(list(day)), "amount": amount})
    frame = frame.assign(order_id=[f"o{i}" for i in range(len(frame))], is_return=frame["amount"] < 0)
    return Panel(build_cube(ibis.memtable(pa.Table.from_pandas(frame)), quarters=QUARTERS))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return panel_of(LEDGER)


@pytest.fixture
def peeking():
    """A measure that uses the spend of the quarter after."""
    before = dict(MEASURES)

    @measure(Label("偷看", "peeking"), "money", "higher", About("F01", Label("偷看", "peeking")))
    def peeking(cube, window):
        gross = cube.cells["gross"]
        return np.concatenate([gross[:, 1:], gross[:, -1:]], axis=1)

    yield "peeking"
    MEASURES.clear()
    MEASURES.update(before)


def test_active_looks_back_so_many_quarters(panel) -> None:
    """Ann bought in Q1 and Q3, Bob in Q1 (his return in Q2 is no purchase), Cat in Q4."""
    assert panel.customers.tolist() == ["ann", "bob", "cat"] and panel.customers.name == "customer_id"
    assert panel.active(Q2, 1).tolist() == [False, False, False]
    assert panel.active(Q2, 2).tolist() == [True, True, False]
    assert panel.active(Q4, 3).tolist() == [True, False, True]
    assert panel.active(Q1).tolist() == [True, True, False]
    assert panel.bought(Q3).tolist() == [True, False, False]


def test_at_holds_the_active_customers(panel) -> None:
    """By hand: window of two quarters at Q2, floor of netted spend, recency to 30 June."""
    found = panel.at(Q2, ["spend", "recency_days"], window=2, active_quarters=2)
    expected = pd.DataFrame(
        {"spend": [100.0, 6.0], "recency_days": [172.0, 131.0]},
        index=pd.Index(["ann", "bob"], name="customer_id", dtype="str"),
    )
    pd.testing.assert_frame_equal(found, expected)
    assert panel.at(Q2, ["spend"], window=2, active_quarters=1).empty


def test_frame_has_every_customer_and_quarter(panel) -> None:
    """The long form says the same as the arrays."""
    frame = panel.frame(["spend", "recency_days"], window=4)
    assert frame.index.names == ["customer_id", "quarter"] and len(frame) == 12
    assert frame.loc[("ann", "2024Q4"), "spend"] == 140
    assert np.isnan(frame.loc[("cat", "2024Q3"), "recency_days"])
    wide = frame["spend"].unstack().to_numpy()
    np.testing.assert_array_equal(wide, panel.values("spend", 4))


def test_spend_of_one_quarter(panel) -> None:
    """Bob returned 4 in Q2 and bought nothing there: 0, not -4."""
    assert panel.spend_in(Q1).tolist() == [100, 10, 0]
    assert panel.spend_in(Q2).tolist() == [0, 0, 0]


def test_windows_at_the_beginning_are_said_to_be_short(panel) -> None:
    """Four quarters fit for the first time at Q4."""
    assert [panel.covers(q, 4) for q in QUARTERS] == [False, False, False, True]
    assert panel.covers(Q1, 1) and panel.quarters == tuple(QUARTERS)


def test_quarter_outside_the_history_is_refused(panel) -> None:
    """The message names the range."""
    calls = [
        lambda q: panel.active(q),
        lambda q: panel.bought(q),
        lambda q: panel.at(q, ["spend"], 4),
        lambda q: panel.spend_in(q),
        lambda q: panel.latest_day("spend", q),
    ]
    for call in calls:
        for quarter in (Q1 - 1, Q4 + 1):
            with pytest.raises(HistoryError, match="runs from 2024Q1 to 2024Q4"):
                call(quarter)


def test_unknown_measure_is_refused(panel) -> None:
    """A slip in a name is a parameter mistake."""
    with pytest.raises(ParameterError, match="Did you mean 'spend'"):
        panel.values("spent", 4)


def test_values_are_kept_and_cannot_be_written(panel, monkeypatch) -> None:
    """The same array comes back until room is needed; nobody can change it."""
    own = Panel(panel.cube)
    first = own.values("spend", 4)
    assert own.values("spend", 4) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1
    monkeypatch.setattr(panel_module, "KEPT_BYTES", 2 * first.nbytes)
    for name in ("orders", "activity"):
        own.values(name, 4)
    assert own.values("spend", 4) is not first


@pytest.mark.parametrize("name", [n for n in MEASURES if not MEASURES[n].needs])
def test_as_of_audit_passes_every_measure(panel, name) -> None:
    """The latest day that enters lies in the quarter or before: 10 Jan and 20 Feb, then Bob's return, and so on."""
    days = [date(2024, 2, 20), date(2024, 5, 20), date(2024, 9, 30), date(2024, 12, 30)]
    assert [panel.latest_day(name, quarter) for quarter in QUARTERS] == days


def test_as_of_audit_catches_a_measure_that_looks_ahead(panel, peeking) -> None:
    """At Q2 it needs Ann's purchase of 30 September, at Q3 Cat's of December."""
    assert panel.latest_day(peeking, Q2) == date(2024, 9, 30)
    assert panel.latest_day(peeking, Q3) == date(2024, 12, 30)


@pytest.fixture(scope="module")
def served(panel) -> Panel:
    """The ledger with contacts, receivables and a file of customers."""
    at = pd.to_datetime(["2024-02-25", "2024-06-30", "2024-07-01", "2024-11-11"])
    due, paid = pd.to_datetime(["2024-01-31", "2024-06-15"]), pd.to_datetime(["2024-08-08", None])
    tables = {
        "contacts": pd.DataFrame(
            {"customer_id": ["ann", "bob", "ann", "bob"], "at": at, "kind": "complaint"}
        ),
        "payments": pd.DataFrame(
            {"customer_id": "ann", "due_on": due, "paid_on": paid, "amount": [50.0, 60.0]}
        ),
        "customers": pd.DataFrame({"customer_id": ["ann", "bob"], "potential": [0.2, 0.7]}),
    }
    return Panel(panel.cube, tables)


def test_as_of_audit_covers_the_other_tables(served) -> None:
    """The last complaint by the end of each quarter; the payment of 8 August is unknown in June."""
    days = [date(2024, 2, 25), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 30)]
    assert [served.latest_day("complaints", quarter) for quarter in QUARTERS] == days
    assert served.latest_day("arrears", Q2) == date(2024, 6, 15)
    assert served.values("arrears", 1)[0].tolist() == [50, 110, 60, 60]
    assert served.latest_day("spend", Q2) == date(2024, 5, 20)


def test_as_of_audit_catches_a_table_that_is_read_ahead(served, peeking) -> None:
    """All complaints ever, at every quarter: at Q2 those of November enter."""

    @measure(Label("全部", "all"), "count", "lower", About("F32", Label("全部", "all"), ("contacts.at",)))
    def ever(cube, window, tables):
        number = tables["contacts"].groupby("customer_id").size().reindex(cube.customers).fillna(0)
        return np.repeat(number.to_numpy(float)[:, None], cube.shape[1], axis=1)

    assert served.latest_day("ever", Q2) == date(2024, 12, 30)
    assert served.latest_day("complaints", Q2) == date(2024, 6, 30)


def test_undated_figures_never_pass_the_audit(served) -> None:
    """The file of a customer says what is known today: the last day, and at the last quarter the day after it."""
    assert served.latest_day("potential", Q2) == date(2024, 12, 30)
    assert served.latest_day("potential", Q4) == Q4.end()


def test_attributes_of_the_panel(served) -> None:
    """By name and quarter, on the panel's own cube and tables."""
    assert served.attribute("lapsed", Q2, 1).to_dict() == {"ann": "yes", "bob": "yes", "cat": None}
    with pytest.raises(HistoryError, match="column brand of table customers"):
        served.attribute("brand", Q2)


def test_factors_of_the_panel(served) -> None:
    """The panel's own tables decide: receivables are there, lists are not."""
    table = served.factor_coverage()
    assert len(table) == 77 and table.loc["F17", "available"]
    assert table.loc["F72", "missing"].startswith("lists.from_on")


def test_as_of_audit_without_any_transaction() -> None:
    """Before the first row there is no day to name."""
    with pytest.raises(HistoryError, match="No transaction is dated"):
        panel_of(LEDGER[-1:]).latest_day("spend", Q2)


def test_online_retail_buyers_and_their_return(data_folder) -> None:
    """Reference: 2010Q4 to 2011Q4 of Online Retail (UCI 352), rows with a customer, quantity and price above 0."""
    rows = pq.read_table(data_folder / "online_retail_2010_2011" / "online_retail.parquet").to_pandas()
    kept = rows[rows.CustomerID.notna() & (rows.Quantity > 0) & (rows.UnitPrice > 0)]
    kept = kept[~kept.InvoiceNo.str.startswith("C")]
    ledger = pd.DataFrame(
        {
            "customer_id": kept.CustomerID.astype("int64").astype("str"),
            "order_id": kept.InvoiceNo,
            "paid_at": kept.InvoiceDate,
            "amount": kept.Quantity * kept.UnitPrice,
            "is_return": False,
        }
    )
    quarters = [Quarter.parse("2010Q4") + i for i in range(5)]
    retail = Panel(
        build_cube(ibis.memtable(pa.Table.from_pandas(ledger, preserve_index=False)), quarters=quarters)
    )
    buyers = [retail.active(q, 1) for q in quarters]
    again = [100 * (now & later).sum() / now.sum() for now, later in pairwise(buyers)]
    assert [int(b.sum()) for b in buyers] == [885, 1776, 1991, 2161, 2560]
    assert np.round(again, 2).tolist() == [59.55, 58.73, 60.82, 62.70]
    assert retail.cube.cells["orders"].sum() == 18_532
    assert retail.cube.cells["gross"].sum() == pytest.approx(8_911_407.90, abs=0.005)
    assert len(retail.customers) == 4_338
