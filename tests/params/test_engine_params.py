"""Which engine, and what it may be told: refusals in both languages, with file and line."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from toolkit.errors import GradelabError
from toolkit.measures import names
from toolkit.params.engine import SparkParams
from toolkit.params.history import FilesParams
from toolkit.params.study_files import read_study
from toolkit.run.check import check

SALES = {"path": "sales.parquet", "columns": {"customer_id": "c", "paid_at": "d", "amount": "a"}}


def history(transactions=None, **changed) -> FilesParams:
    return FilesParams.model_validate(
        {"kind": "files", "transactions": {**SALES, **(transactions or {})}, **changed}
    )


def test_duckdb_is_the_default_and_spark_needs_one_word():
    assert history().engine == "duckdb" and history().spark is None
    assert (
        SparkParams(options={"spark.executor.cores": 4, "spark.executor.memory": "4g"}).options[
            "spark.executor.cores"
        ]
        == 4
    )
    assert SparkParams().master == "local[*]" and history(engine="spark").engine == "spark"


@pytest.mark.parametrize(
    "master", ["local", "local[4]", "local[2,3]", "spark://n1:7077", "spark://n1:7077,n2:7077", "yarn", "k8s://https://n1:443",
               "${env:SPARK_MASTER}"],
)  # fmt: skip
def test_masters_that_spark_knows(master):
    assert SparkParams(master=master).master == master


@pytest.mark.parametrize(
    ("transactions", "changed", "word"),
    [
        ({}, {"engine": "polars"}, "duckdb"),
        ({}, {"engine": "spark", "spark": {"master": "n1:7077"}}, "spark://host:port"),
        ({}, {"spark": {"master": "yarn"}}, "engine: spark"),
        ({}, {"engine": "spark", "spark": {"options": {"executor.memory": "4g"}}}, "begin with spark."),
        ({}, {"engine": "spark", "spark": {"options": {"spark.hadoop.fs.s3a.secret.key": "hunter2"}}}, "is a secret"),
        ({"path": "sales.xlsx"}, {"engine": "spark"}, "Parquet or CSV"),
        ({"path": "postgresql://bi@db/sales", "table": "t"}, {"engine": "spark"}, "Parquet or CSV"),
        ({"path": "hdfs://n1/sales"}, {}, "engine: spark"),
        ({"path": "catalogue", "table": "sales"}, {}, "engine: spark"),
        ({"path": "catalogue"}, {"engine": "spark"}, "name the table"),
        ({}, {"engine": "spark", "tables": {"customers": {"path": "s3a://b/c.parquet", "columns": {"customer_id": "c"}}}}, "Spark only"),
    ],
)  # fmt: skip
def test_what_an_engine_cannot_do_is_refused_before_any_data_are_read(transactions, changed, word):
    with pytest.raises(ValidationError) as refusal:
        history(transactions, **changed)
    (problem,) = refusal.value.errors()
    assert word in problem["msg"] and "hunter2" not in problem["msg"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.get("ctx", {}).get("zh", "中"))


@pytest.mark.parametrize(
    "path", ["sales.csv", "s/*.csv.gz", "sales.parquet", "hdfs://n1/sales", "s3a://b/s.csv", "${env:SALES}"]
)
def test_what_spark_reads(path):
    assert history({"path": path}, engine="spark").transactions.path == path
    assert (
        history({"path": "catalogue", "table": "sales.orders"}, engine="spark").transactions.table
        == "sales.orders"
    )


def test_a_study_is_checked_without_spark_and_a_mistake_has_its_line(root, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    text = (
        (root / "params" / "studies" / "online_retail.yaml")
        .read_text("utf-8")
        .replace("../", f"{root}/params/")
    )
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(text.replace("  kind: files\n", "  kind: files\n  engine: spark\n"), "utf-8")
    assert check([good], names()) == len(read_study(good).files)
    bad.write_text(text.replace("  kind: files\n", "  kind: files\n  spark: {master: yarn}\n"), "utf-8")
    with pytest.raises(GradelabError) as refusal:
        check([bad], names())
    place = 1 + bad.read_text("utf-8").splitlines().index("  spark: {master: yarn}")
    assert (
        str(place) in refusal.value.en
        and "engine: spark" in refusal.value.en
        and "engine: spark" in refusal.value.zh
    )
