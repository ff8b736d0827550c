"""Tables of a DuckDB file and of a PostgreSQL server at the door."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date

import duckdb
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history import read_history
from toolkit.history.postgres import fingerprint, tables_in

TODAY = date(2026, 9, 30)
COLUMNS = {"customer_id": "customer", "paid_at": "at", "amount": "amount"}
URL = "${env:SHOP_URL}"
ORDERS = (
    "DROP SCHEMA IF EXISTS sales CASCADE",
    "CREATE SCHEMA sales",
    "CREATE TABLE sales.orders (customer text, at timestamptz, amount numeric(12,2), paid money, note jsonb)",
    "INSERT INTO sales.orders VALUES ('甲', '2026-03-31 23:30+00', 1234.50, 1234.50, '{}'), "
    "('乙', '2026-04-02 08:00+00', -0.10, -0.10, NULL), (NULL, '2026-04-02 08:00+00', 7, 7, NULL)",
)


@pytest.fixture
def shop(postgres, monkeypatch):
    """A database with orders, its address in the environment."""
    postgres.run(*ORDERS)
    monkeypatch.setenv("SHOP_URL", postgres.url())
    return postgres


def rows(history) -> list[tuple]:
    frame = history.transactions.select("customer_id", "paid_at", "amount").to_pandas()
    return sorted((c, str(t), a) for c, t, a in frame.itertuples(index=False, name=None))


def table(**changed):
    return {"path": URL, "table": "sales.orders", "columns": COLUMNS, **changed}


def refused(files_params, tmp_path, **changed) -> tuple[str, str]:
    with pytest.raises((HistoryError, ParameterError)) as refusal:
        read_history(files_params(table(**changed)), tmp_path, today=TODAY)
    return refusal.value.zh, refusal.value.en


def test_a_table_is_read_in_the_time_zone_of_the_study_with_exact_amounts(shop, files_params, tmp_path):
    history = read_history(files_params(table()), tmp_path, today=TODAY)
    assert rows(history) == [("乙", "2026-04-02 16:00:00", -0.1), ("甲", "2026-04-01 07:30:00", 1234.5)]
    (file,) = history.files
    assert (file.name, file.rows) == (f"{URL}#sales.orders", 3)
    assert history.quarantined.to_pandas()["paid"].tolist() == ["$7.00"]


def test_money_is_read_as_the_server_writes_it(shop, files_params, tmp_path):
    params = table(columns={**COLUMNS, "amount": "paid"}, numbers="marked")
    assert [r[2] for r in rows(read_history(files_params(params), tmp_path, today=TODAY))] == [-0.1, 1234.5]


def test_the_digest_follows_the_rows_and_not_their_order(shop, files_params):
    before = fingerprint(files_params(table()).transactions)
    shop.run(
        "CREATE TABLE sales.turned AS SELECT * FROM sales.orders ORDER BY amount", "DROP TABLE sales.orders",
        "ALTER TABLE sales.turned RENAME TO orders",
    )  # fmt: skip
    assert fingerprint(files_params(table()).transactions) == before
    shop.run("UPDATE sales.orders SET amount = 1234.51 WHERE customer = '甲'")
    assert fingerprint(files_params(table()).transactions) != before


def test_nothing_can_be_written_through_the_door(shop, files_params, tmp_path):
    shop.run(
        "CREATE FUNCTION sales.spoil() RETURNS text LANGUAGE plpgsql VOLATILE AS "
        "$$BEGIN DELETE FROM sales.orders; RETURN 'gone'; END$$",
        "CREATE VIEW sales.trap AS SELECT customer, at, amount, sales.spoil() AS spoilt FROM sales.orders",
    )
    _, en = refused(files_params, tmp_path, table="sales.trap")
    assert "25006" in en
    assert len(rows(read_history(files_params(table()), tmp_path, today=TODAY))) == 2


def test_tables_are_listed_with_their_schema(shop):
    assert "sales.orders" in tables_in(URL)


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"table": None}, "table", "sales.orders"),
        ({"table": "sales.order"}, "改正 table", "sales.orders. Correct table"),
        ({"columns": {**COLUMNS, "amount": "sum"}}, "缺少 1 列", "it has customer"),
    ],
)
def test_what_is_missing_is_named(shop, files_params, tmp_path, changed, zh, en):
    found = refused(files_params, tmp_path, **changed)
    assert zh in found[0] and en in found[1]


@pytest.mark.parametrize(
    ("changed", "en"),
    [
        ({"password": "wr0ng-word"}, "user or password"),
        ({"database": "nowhere"}, "no such database"),
        ({"user": "reader", "password": "reader-word"}, "SELECT"),
    ],
)
def test_a_refusal_repeats_nothing_of_the_address(shop, files_params, tmp_path, monkeypatch, changed, en):
    shop.run("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN PASSWORD 'reader-word'",
             "GRANT USAGE ON SCHEMA sales TO reader")  # fmt: skip
    monkeypatch.setenv("SHOP_URL", shop.url(**changed))
    found = refused(files_params, tmp_path)
    shop.run("REVOKE USAGE ON SCHEMA sales FROM reader", "DROP ROLE reader")
    assert en in found[1]
    for text in found:
        assert URL in text
        assert not any(
            word in text for word in ("127.0.0.1", "wr0ng", "reader-word", "nowhere", str(shop.port))
        )


def test_a_server_that_does_not_answer_is_refused(postgres, files_params, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_URL", "postgresql://bi:word@127.0.0.1:1/postgres")
    assert "no connection" in refused(files_params, tmp_path)[1]


@pytest.fixture
def duck(tmp_path):
    """A DuckDB file with two tables in two schemas and a view."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute(
            'CREATE TABLE orders (customer INTEGER, "at" TIMESTAMP, amount DECIMAL(10,2), tags VARCHAR[])'
        )
        con.execute(
            "INSERT INTO orders VALUES (7, '2026-03-31 10:00', 1234.50, ['x']), (8, '2026-04-01 00:00', 2, NULL)"
        )
        con.execute("CREATE SCHEMA old")
        con.execute('CREATE TABLE old."order""s" AS SELECT * FROM orders')
        con.execute("CREATE VIEW paid AS SELECT * FROM orders WHERE amount > 100")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("orders", [2.0, 1234.5]),
        ("main.orders", [2.0, 1234.5]),
        ('old.order"s', [2.0, 1234.5]),
        ("paid", [1234.5]),
    ],
)
def test_tables_and_views_of_a_duckdb_file_are_read_and_the_file_untouched(duck, files_params, name, amounts):
    before = (duck / "shop.duckdb").read_bytes()
    history = read_history(files_params(table(path="shop.duckdb", table=name)), duck, today=TODAY)
    assert sorted(r[2] for r in rows(history)) == amounts
    assert (duck / "shop.duckdb").read_bytes() == before
    assert not (duck / "shop.duckdb.wal").exists()


def test_a_duckdb_file_of_several_tables_needs_a_name_and_lists_them(duck, files_params):
    for name in (None, "ordres"):
        for text in refused(files_params, duck, path="shop.duckdb", table=name):
            assert "orders" in text and 'old.order"s' in text and "paid" in text


def test_a_damaged_or_empty_duckdb_file_is_refused(tmp_path, files_params):
    (tmp_path / "shop.duckdb").write_bytes(b"no database at all" * 500)
    assert "cannot be read" in refused(files_params, tmp_path, path="shop.duckdb")[1]
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    assert "no table" in refused(files_params, tmp_path, path="empty.duckdb")[1]


def test_a_table_is_for_databases_and_a_sheet_for_workbooks(files_params):
    with pytest.raises(ValueError, match="give one of them"):
        files_params(table(sheet="订单"))


def test_ctrl_c_ends_a_question_after_a_database_was_read(shop, tmp_path, files_params):
    """The driver takes the signal for its own calls; whoever waits for an answer afterwards must be interrupted."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    read_history(files_params(table()), tmp_path, today=TODAY)
    answers, typing = os.pipe()
    here = threading.main_thread().ident
    hands = [
        threading.Timer(0.2, signal.pthread_kill, (here, signal.SIGINT)),
        typist := threading.Timer(5, os.write, (typing, b"late")),
    ]
    for hand in hands:
        hand.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            os.read(answers, 4)
        assert typist.is_alive(), "the interruption was heard only once something was typed"
    finally:
        for hand in hands:
            hand.cancel()
            hand.join()
        os.close(answers)
        os.close(typing)
        signal.signal(signal.SIGINT, before)
