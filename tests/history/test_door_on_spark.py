"""The same rows at the door of both engines: accepted, turned away and counted alike."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history import cells, dates, read_history, write_quarantine
from toolkit.history.source import connect, on_spark
from toolkit.history.stored import fingerprint, handed_down, seen, tables_of

TODAY = date(2026, 9, 30)
ZONE = "Asia/Shanghai"
LATE = datetime(2026, 3, 31, 23, 30)
SPELLINGS = (
    "", "  ", " a ", "\u3000甲\u3000", "\u00a0x", "17850.0", "17850.00", "017850", "1e5", "1.23E+11", "inf", "-Infinity", "nan",
    "null", "N/A", "\\N", "12%", "¥1,234.50", "(50)", "1.2万", "3亿", "-3", "+4.5", ".5", "5.", "1,5", "1.234,50", "2,55", "−7",
    "－8", "1 234,5", "1'234", "US$ 5", "5-", "0x10", "1d", "1f", "12\n", "\t12", "true", "T", "是", "否", "no", "1e309", "1e-400",
    "123456789012345678901234567890", "😀", "2026-09-30", "2026/9/30 14:05", "2026年9月30日", "20260930", "2026-09-30 14:05:07.123456789",
    "2026-09-30T14:05:07Z", "2026-09-30 14:05:07+08:00", "2026-09-30 14:05:07 +0800", "2026-09-30 14:05+08", "2026-9-3", "2026-02-30",
    "2026-13-01", "20261301", "2026.9.3", "2026-09-30  10:00", "2026-09-30 9:05", "2026-09-30 24:00", "2026-12-31 24:00:00",
    "2026-09-30 24:01", "2026-09-30 14:60", "2026-09-30 14:05:60", "40513", "40513.5", "9999999", "03/04/2026", "3/4/26",
    "31.12.2010 08:26", "12/31/10 8:26", "Dec 31 2010", "9/30/2026 2:05 PM", "9/30/2026 下午 2:05", "1899-12-31", "0999-01-01",
    "9999-12-31", "2026-09-30 14:05:07-0330", "2026-09-30 14:05:07+19:00", "2026/9/30 24:00", "2026-09-30Z", "1500-01-01",
)  # fmt: skip
FORMATS = (
    "%d/%m/%Y",
    "%m/%d/%y %H:%M",
    "%d.%m.%Y %H:%M",
    "%b %d %Y",
    "%m/%d/%Y %I:%M %p",
    "excel",
    "year_first",
)


def readings(words: ibis.Value) -> dict[str, ibis.Value]:
    """Every way in which the door reads a cell of text."""
    plain = {
        "words": words, "absent": cells.absent(words), "id": cells.identifier(words), "scientific": cells.scientific(words),
        "formatted": cells.formatted(words), "flag": cells.flag(words), "serial": dates.looks_like_serial(words),
    }  # fmt: skip
    numbers = {name: cells.number(words, name) for name in ("plain", "marked", "decimal_comma")}
    return plain | numbers | {one: dates.timestamp(words, one) for one in FORMATS}


def test_every_spelling_is_read_alike(spark) -> None:
    rows = pa.table({"place": range(len(SPELLINGS)), "cell": pa.array(SPELLINGS, pa.string())})
    found = []
    for engine in (connect(ZONE), on_spark(spark, ZONE)):
        table = engine.create_table("spellings", ibis.memtable(rows), temp=True)
        table = table.mutate(cell=cells.trimmed(table.cell))
        read = table.select("place", **{f"r_{k}": v for k, v in enumerate(readings(table.cell).values())})
        found.append(read.order_by("place").to_pyarrow().to_pylist())
    for one, other, said in zip(*found, SPELLINGS, strict=True):
        assert one == other, said


@pytest.fixture
def both(tmp_path, files_params, spark) -> Callable[..., tuple]:
    """The history of the same files read on DuckDB and on Spark."""

    def _both(table=None, **history) -> tuple:
        params = [files_params(table, engine=engine, **history) for engine in ("duckdb", "spark")]
        params[1] = params[1].model_copy(update={"spark": spark})
        return tuple(read_history(one, tmp_path, today=TODAY) for one in params)

    return _both


def same(here, there, tmp_path) -> None:
    """Ledger, days, files, other tables, accepted rows and the files of the quarantine."""
    assert here.ledger == there.ledger and here.files == there.files
    for part in ("first_day", "last_day", "quarters", "unfinished", "mapped", "currency", "returns"):
        assert getattr(here, part) == getattr(there, part)
    names = sorted(here.transactions.columns)
    accepted = [one.transactions.select(names).order_by(names).to_pyarrow() for one in (here, there)]
    assert accepted[0].to_pylist() == accepted[1].to_pylist()
    assert list(here.tables) == list(there.tables)
    assert all(here.tables[name].equals(there.tables[name]) for name in here.tables)
    written = [write_quarantine(one, tmp_path / f"quarantine_{k}") for k, one in enumerate((here, there))]
    assert [p.name for p in written[0]] == [p.name for p in written[1]]
    for one, other in zip(*written, strict=True):
        assert one.suffix == ".parquet" or one.read_text("utf-8") == other.read_text("utf-8")
        assert one.suffix == ".csv" or pq.read_table(one).equals(pq.read_table(other))


COLUMNS = {
    "customer_id": "customer",
    "paid_at": "day",
    "amount": "price * pieces",
    "quantity": "pieces",
    "category": "kind",
}
LINES = (
    "customer,order,day,price,pieces,kind\n甲,1,2026-03-31,10.5,2,茶\n甲,1,2026-03-31,10.5,2,茶\n乙,2,2026/4/1 9:05,3,-1,\n,3,2026-04-02,1,1,x\n"
    '丙 ,4,soon,1,1,x\n"丁, 戊",5,2026-04-03,"1,5",1,x\n庚,C6,2026-04-04,1,1,x\n辛,7,2026-04-05,1,1\n壬,8,2026-04-05,1,1,x,y\n'
    '癸,9,2099-01-01,1,1,x\n子,10,2026-04-06,1,1,"two\nlines"\n丑,11,2026-04-06,1e400,1,"a ""b"" c"\n1E+11,12,2026-04-06,1,1,""\n'
    "寅,13,2026-04-07,1,0,x\n17850.0,14,2026-04-08 24:00,0.1,3,NULL\n"
)
KEEP = [
    {
        "column": "order",
        "rule": "not_starts_with",
        "value": "C",
        "reason": {"zh": "取消单", "en": "cancelled"},
    },
    {
        "column": "price / pieces",
        "rule": "above",
        "value": 0,
        "reason": {"zh": "单价不为正", "en": "no price"},
    },
]


@pytest.mark.parametrize("duplicates", ["keep", "drop"])
def test_delimited_text(both, tmp_path, duplicates) -> None:
    (tmp_path / "sales.csv").write_text(LINES, "utf-8")
    (tmp_path / "people.csv").write_text("customer,region\n甲,north\n卯,south\n", "utf-8")
    people = {"customers": {"path": "people.csv", "columns": {"customer_id": "customer", "region": "region"}}}
    table = {"columns": COLUMNS | {"order_id": "order"}, "keep": KEEP}
    here, there = both(table, duplicates=duplicates, tables=people)
    same(here, there, tmp_path)
    codes = {count.code for count in there.ledger["transactions"].reasons}
    assert {"keep_1", "broken_row", "missing_customer_id", "unreadable_paid_at", "late_paid_at"} <= codes
    assert there.ledger["customers"].note("no_transactions") == 1


def test_many_files_packed_and_in_another_encoding(both, tmp_path) -> None:
    """Columns in another order, gzip, GBK, a margin that is assumed, orders that are made."""
    (tmp_path / "s 日报1.csv.gz").write_bytes(
        gzip.compress("customer;day;price;pieces;kind\n甲;01/04/2026;1,5;2;茶\n".encode("gbk"))
    )
    (tmp_path / "s2.csv.gz").write_bytes(
        gzip.compress("kind;day;customer;pieces;price\n杯;02/04/2026;乙;1;2,5\n".encode("gbk"))
    )
    table = {"path": "s*.csv.gz", "columns": COLUMNS, "encoding": "gbk", "delimiter": ";", "date_format": "%d/%m/%Y",
             "numbers": "decimal_comma"}  # fmt: skip
    here, there = both(table, margin={"rate": 0.3, "source": "x"})
    same(here, there, tmp_path)
    assert there.transactions.count().execute() == 2


def typed() -> pa.Table:
    """Columns of every type that transactions come in."""
    cents = [Decimal("10.10"), Decimal("-0.10"), None, Decimal("3.00"), Decimal("4.00")]
    moments = [LATE, LATE, LATE, None, datetime(1970, 1, 1)]
    return pa.table({
        "customer": pa.array([12345678.0, 1e7, 3.0, 4.0, None], pa.float64()),
        "order": pa.array([2**40, 1, 2, 3, 4], pa.int64()),
        "day": pa.array(moments, pa.timestamp("us")),
        "instant": pa.array(moments, pa.timestamp("us", "UTC")),
        "date": pa.array([m and m.date() for m in moments], pa.date32()),
        "amount": pa.array(cents, pa.decimal128(12, 2)),
        "pieces": pa.array([1.0, float("nan"), float("inf"), 2.0, 1.0]),
        "promotion": pa.array([True, False, None, True, True]),
        "kind": pa.array(["\u3000茶 ", "", "nan", "x", "y"]),
    })  # fmt: skip


@pytest.mark.parametrize("day", ["day", "instant", "date"])
def test_typed_columns(both, tmp_path, day) -> None:
    """Exact money, whole ids kept as doubles, times with and without a zone."""
    rows = typed() if day == "instant" else typed().drop_columns("instant")
    pq.write_table(rows, tmp_path / "sales.parquet")
    columns = {"customer_id": "customer", "order_id": "order", "paid_at": day, "amount": "amount", "category": "kind",
               "quantity": "pieces", "is_promotion": "promotion"}  # fmt: skip
    here, there = both({"path": "sales.parquet", "columns": columns})
    kept = there.transactions.to_pandas()
    expected = {"day": LATE, "instant": datetime(2026, 4, 1, 7, 30), "date": datetime(2026, 3, 31)}[day]
    assert sorted(kept.customer_id) == ["10000000", "12345678"] and set(kept.paid_at) == {expected}
    if day == "instant":
        assert here.ledger == there.ledger
    else:
        same(here, there, tmp_path)


def test_a_table_of_the_catalogue_and_a_store_are_read_and_known_by_digest(
    files_params, spark, tmp_path
) -> None:
    pq.write_table(typed().slice(0, 1), tmp_path / "part.parquet")
    engine = on_spark(spark, ZONE)
    session = engine._session
    session.read.parquet(str(tmp_path / "part.parquet")).createOrReplaceGlobalTempView("sold")
    columns = {"customer_id": "customer", "paid_at": "instant", "amount": "amount"}
    catalogue = {"path": "catalogue", "table": "global_temp.sold", "columns": columns}
    store = {"path": f"file://{tmp_path}/part.parquet", "columns": columns}
    for table in (catalogue, store):
        params = files_params(table, engine="spark").model_copy(update={"spark": spark})
        history = read_history(params, tmp_path, today=TODAY)
        assert history.transactions.to_pandas().customer_id.tolist() == ["12345678"]
        (file,) = history.files
        before = fingerprint(params.transactions, params)
        assert (file.rows, file.sha256) == (1, before)
        pq.write_table(typed().slice(0, 1).append_column("more", pa.array(["x"])), tmp_path / "part.parquet")
        session.catalog.refreshByPath(str(tmp_path))
        assert fingerprint(params.transactions, params) != before
    rows = session.createDataFrame([("a", 1), ("b", 2)], "customer string, amount int")
    known = []
    for frame in (rows, rows.orderBy("customer", ascending=False), rows.filter("amount > 1")):
        frame.createOrReplaceGlobalTempView("sold")
        known.append(
            fingerprint(
                params.transactions.model_copy(update={"path": "catalogue", "table": "global_temp.sold"}),
                params,
            )
        )
    assert known[0] == known[1] != known[2]


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"path": "sales.csv", "encoding": "utf-8"}, "encoding"),
        ({"path": "none.parquet"}, "missing"),
        ({"path": "catalogue", "table": "none.sales"}, "NOT_FOUND"),
        ({"path": "file:///none/sales.parquet"}, "PATH_NOT_FOUND"),
        ({"path": "damaged.parquet"}, "cannot"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    both, files_params, spark, tmp_path, table, word
) -> None:
    (tmp_path / "sales.csv").write_bytes("customer,day,amount\n甲,2026-04-01,1\n".encode("gbk"))
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 nothing")
    params = files_params(table, engine="spark").model_copy(update={"spark": spark})
    with pytest.raises(HistoryError) as refusal:
        read_history(params, tmp_path, today=TODAY)
    assert word in refusal.value.en and "Traceback" not in refusal.value.en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.value.zh)


def test_a_master_that_does_not_answer_is_named_at_once(spark) -> None:
    silent = spark.model_copy(update={"master": "spark://127.0.0.1:1"})
    with pytest.raises(HistoryError, match=r"spark://127\.0\.0\.1:1 does not answer"):
        on_spark(silent, ZONE)


def test_what_a_run_found_is_not_asked_for_again(files_params, monkeypatch) -> None:
    params = files_params(
        {"path": "catalogue", "table": "sales", "columns": COLUMNS | {"amount": "a"}}, engine="spark"
    )
    monkeypatch.setattr("toolkit.history.stored.fingerprint", lambda *_: "asked")
    assert seen(params.transactions, params) == "asked"
    for name, value in handed_down({"catalogue#sales": "found", "other#t": None}).items():
        monkeypatch.setenv(name, value)
    assert seen(params.transactions, params) == "found"
    assert tables_of(params) == (params.transactions,)


def test_java_and_pyspark_are_asked_for_by_name(monkeypatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(ParameterError, match="openjdk-17-jre-headless"):
        on_spark(None, ZONE)
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    with pytest.raises(ParameterError, match=r"gradelab\[spark\]"):
        on_spark(None, ZONE)
