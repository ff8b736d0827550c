"""A study on the files of a company, once on each engine: what is opened is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from toolkit.history.canonical import TABLES
from toolkit.study import open_study
from toolkit.synthetic import company

CUSTOMERS = 400


@pytest.fixture(scope="module")
def project(root, tmp_path_factory) -> Path:
    """A small company's tables as files, and its study on each engine."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(root / "params", folder / "params")
    (folder / "notebooks").mkdir()
    made = company.simulate(CUSTOMERS, 7)
    company.write(made, folder / "data")
    text = YAML(typ="safe")
    study = text.load((root / "params" / "studies" / "demo.yaml").read_text("utf-8"))
    tables = {name: table_of(name, frame) for name, frame in made.tables.items()}
    for engine in ("duckdb", "spark"):
        history = {"kind": "files", "engine": engine, "time_zone": "UTC", "transactions": tables["transactions"],
                   "tables": {name: one for name, one in tables.items() if name != "transactions"}}  # fmt: skip
        if engine == "spark":
            history["spark"] = {
                "master": "local[2]",
                "options": {"spark.driver.memory": "1g", "spark.sql.shuffle.partitions": 2},
            }
        text.dump(study | {"history": history}, folder / "params" / "studies" / f"{engine}.yaml")
    return folder


def table_of(name: str, frame) -> dict:
    known = [str(column) for column in frame.columns if TABLES[name].column(str(column)) is not None]
    return {"path": f"tables/{name}.parquet", "columns": {column: column for column in known}}


def test_a_study_is_the_same_on_both_engines(project, spark, facts_of) -> None:
    """The cube in every bit, the record of the intake, the quarantine, and every fact of the first two chapters."""
    here, there = (
        open_study(project / "params" / "studies" / f"{engine}.yaml", data=project / "data")
        for engine in ("duckdb", "spark")
    )
    one, other = here.history.panel.cube, there.history.panel.cube
    assert one.customers.equals(other.customers) and list(one.cells) == list(other.cells)
    assert all(cell.tobytes() == other.cells[name].tobytes() for name, cell in one.cells.items())
    for part in ("intakes", "files", "first_day", "last_day", "unfinished", "currency"):
        assert getattr(here.history, part) == getattr(there.history, part)
    written = [sorted(path.name for path in one.history.quarantine.iterdir()) for one in (here, there)]
    assert written[0] == written[1]
    assert here.quarter == there.quarter and here.provenance() == there.provenance()
