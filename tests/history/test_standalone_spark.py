"""A master and two workers on loopback: real rows and ten million drawn ones make the cube that DuckDB makes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import numpy as np
import pytest
from ruamel.yaml import YAML

from toolkit.history import read_history
from toolkit.measures.aggregation import build_cube
from toolkit.params.engine import SparkParams
from toolkit.params.history import FilesParams

pytestmark = [pytest.mark.published, pytest.mark.slow]
ROWS = 10_000_000
TODAY = date(2026, 9, 30)


def of_benchmark(root, folder: str, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, root / "benchmarks" / folder / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def standalone(pytestconfig, spark, root, tmp_path_factory) -> Iterator[SparkParams]:
    """A cluster of the module's own, in the full validation only; elsewhere skipped with a counted reason."""
    if pytestconfig.getoption("--published") != "all":
        pytest.skip("a standalone Spark is started by make validate only")
    from toolkit.history.spark_session import stop

    with of_benchmark(root, "spark", "cluster").Standalone(
        tmp_path_factory.mktemp("cluster"), memory="2g"
    ) as cluster:
        yield SparkParams(
            master=cluster.master, options={"spark.executor.memory": "1g", "spark.driver.memory": "3g"}
        )
        stop()
    assert not cluster.processes


def cubes(params: FilesParams, spark: SparkParams, folder) -> tuple:
    """History and cube of both engines."""
    found = []
    for changed in ({}, {"engine": "spark", "spark": spark}):
        history = read_history(params.model_copy(update=changed), folder, today=TODAY)
        found.append(
            (history, build_cube(history.transactions, quarters=history.quarters, returns=history.returns))
        )
    return tuple(found)


def assert_same(here, there) -> None:
    """Ledgers, customers, counts and days alike; money to the cent."""
    assert here[0].ledger == there[0].ledger and here[0].files == there[0].files
    assert here[1].customers.equals(there[1].customers) and list(here[1].cells) == list(there[1].cells)
    for name, cell in here[1].cells.items():
        other = there[1].cells[name]
        if cell.dtype == np.int32:
            assert np.array_equal(cell, other), name
        else:
            np.testing.assert_allclose(cell, other, rtol=0, atol=0.005, err_msg=name)


def test_online_retail_on_two_workers(standalone, root, data_folder) -> None:
    told = YAML(typ="safe").load((root / "params" / "studies" / "online_retail.yaml").read_text("utf-8"))
    assert_same(*cubes(FilesParams.model_validate(told["history"]), standalone, data_folder))


def test_ten_million_rows_on_two_workers(standalone, root, tmp_path) -> None:
    path = of_benchmark(root, "history", "generate").history(ROWS, tmp_path)
    columns = {name: name for name in ("customer_id", "order_id", "paid_at", "amount")}
    table = {"path": path.name, "columns": columns}
    params = FilesParams.model_validate({"kind": "files", "time_zone": "UTC", "transactions": table})
    assert_same(*cubes(params, standalone, tmp_path))
