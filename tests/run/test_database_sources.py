"""A run that reads a database: its rows are known by digest, and must stand still."""

from __future__ import annotations

import pytest

from toolkit.errors import HistoryError
from toolkit.params.history import FilesParams, TableParams
from toolkit.params.references import Reference
from toolkit.run.files import Places
from toolkit.run.keys import Keys, make_sources
from toolkit.run.secrets import scan
from toolkit.run.sources import Sources, data_files, data_tables
from toolkit.run.store import step_key

COLUMNS = {"customer_id": "customer", "paid_at": "day", "amount": "amount"}
PAID = TableParams(path="${env:RUN_URL}", table="paid", columns=COLUMNS)


@pytest.fixture
def paid(postgres, monkeypatch):
    """A table of payments in a database."""
    postgres.run(
        "DROP TABLE IF EXISTS paid", "CREATE TABLE paid (customer text, day date, amount numeric)",
        "INSERT INTO paid VALUES ('c1', '2026-01-05', 5), ('c2', '2026-01-06', 6)",
    )  # fmt: skip
    monkeypatch.setenv("RUN_URL", postgres.url())
    return postgres


def sources(root) -> Sources:
    return Sources([], [], [], Places(root), code=root / "tests" / "run" / "faults", databases=[PAID])


def test_a_table_that_stands_still_is_accepted_and_one_that_moves_is_refused(paid, root):
    read = sources(root)
    paid.run("CREATE INDEX ON paid (day)", "ANALYZE paid")
    read.refuse_changed()
    paid.run("UPDATE paid SET amount = 7 WHERE customer = 'c2'")
    with pytest.raises(HistoryError) as refusal:
        read.refuse_changed()
    for text in (refusal.value.zh, refusal.value.en):
        assert "${env:RUN_URL}#paid" in text and paid.PASSWORD not in text and "127.0.0.1" not in text


def test_steps_depend_on_the_rows_of_the_database(paid, root):
    before = sources(root).stored()
    assert sources(root).stored() == before
    paid.run("INSERT INTO paid VALUES ('c3', '2026-01-07', 1)")
    after = sources(root).stored()
    assert list(after) == list(before) == ["${env:RUN_URL}#paid"] and after != before


def test_a_database_is_no_file_and_may_be_absent(root, monkeypatch, tmp_path):
    monkeypatch.setenv("RUN_URL", "postgresql://bi:word@127.0.0.1:1/sales")
    history = FilesParams(kind="files", transactions=PAID)
    assert data_files(history, tmp_path) == [] and data_tables(history) == (PAID,)
    assert sources(root).stored() == {"${env:RUN_URL}#paid": None}
    monkeypatch.delenv("RUN_URL")
    assert data_tables(history) == ()


def test_the_password_inside_an_address_is_searched_for_on_its_own(tmp_path):
    (tmp_path / "report.html").write_text("<p>hunter2&amp;co</p>", "utf-8")
    address = Reference("env", "RUN_URL")
    leaks = scan(tmp_path, {address: "postgresql://bi:hunter2&co@db/sales"})
    assert [(leak.file, leak.reference) for leak in leaks] == [("report.html", address)]
    assert not scan(tmp_path, {address: "postgresql://bi:other-word@db/sales"})


def test_the_step_that_reads_the_data_is_done_again_when_a_row_changes(paid, project):
    """The key that decides over reuse, on a study that reads the database."""
    project.chapter("01_a", "x = 1")
    text = project.study.read_text("utf-8")
    told = "history: {kind: files, transactions: {path: '${env:RUN_URL}', table: paid, columns: {customer_id: customer, paid_at: day, amount: amount}}}"
    lines = [told if line.startswith("history:") else line for line in text.splitlines()]
    start, end = lines.index("programme:"), lines.index("hotline:")
    project.study.write_text("\n".join([*lines[:start], *lines[end:]]) + "\n", "utf-8")

    def key() -> str:
        plan = project.plan()
        return step_key("data", Keys(plan, make_sources(plan, Places(plan.root)), [], {}).data())

    before = key()
    assert key() == before
    paid.run("UPDATE paid SET amount = amount + 0.01 WHERE customer = 'c1'")
    assert key() != before
