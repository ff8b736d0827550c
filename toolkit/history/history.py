"""The checked history of a company, and the two ways to get one: its files, or a simulated world."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr import operations as ops

from toolkit.history.admission import Admitted, admit
from toolkit.history.canonical import TABLES
from toolkit.history.checks import Limits
from toolkit.history.intake import Intake
from toolkit.history.ledger import complete, strangers
from toolkit.history.mapping import table_missing
from toolkit.history.memory import enough_memory
from toolkit.history.quarters import covered_quarters, unfinished_quarters
from toolkit.history.raw import SPARK, FileRecord, Raw, cell_name, distinct_names, drop
from toolkit.history.source import connect, engine_of_transactions, read_raw
from toolkit.params.history import FilesParams, SimulatedParams, TableParams
from toolkit.shown import shown
from toolkit.window import Quarter


@shown("first_day", "last_day", "quarters", "tables", "currency")
@dataclass(frozen=True, slots=True)
class History:
    """What is known about the customers of one company, after the checks.

    Attributes
    ----------
    transactions : ibis Table, one row per accepted transaction
        ``customer_id`` str, ``order_id`` str (never missing), ``paid_at`` naive local timestamp, ``amount``
        in ``currency`` (a return is negative), ``is_return`` bool; and those the company has of
        ``quantity``, ``product_id`` str, ``category`` str, ``channel`` str, ``margin`` in ``currency``,
        ``is_promotion`` bool. Held once in an embedded engine.
    quarantine : mapping of table name to ibis Table
        Rows turned away: ``reason`` (code, see ``ledger``) and every column of the file as text.
    tables : dict of table name to DataFrame
        The other tables, checked, rows in the order of their columns: the standard columns the company
        has (days and times as datetime64, numbers as float, flags as bool, as object where some are
        missing), then attributes of ``customers``.
    ledger : mapping of table name to Intake
        What became of every row, transactions first.
    first_day, last_day : date
        Of the accepted transactions.
    quarters : tuple of Quarter
        Every quarter from first to last day, also empty ones.
    unfinished : tuple of Quarter
        Those of them that the history covers only in part; see :mod:`toolkit.history.quarters`.
    files : tuple of FileRecord
        Every file that was read; empty for a simulated history.
    currency : str
    returns : str
        ``netted`` or ``separate``, as the study says.
    mapped : mapping of table name to frozenset of str
        Columns that the company has; an assumed margin counts.
    """

    transactions: ibis.Table
    quarantine: Mapping[str, ibis.Table]
    tables: dict[str, pd.DataFrame]
    ledger: Mapping[str, Intake]
    first_day: date
    last_day: date
    quarters: tuple[Quarter, ...]
    unfinished: tuple[Quarter, ...]
    files: tuple[FileRecord, ...]
    currency: str
    returns: Literal["netted", "separate"]
    mapped: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def quarantined(self) -> ibis.Table:
        """Transactions that were turned away."""
        return self.quarantine["transactions"]

    def has(self, column: str, table: str = "transactions") -> bool:
        """Whether the company has ``column`` in ``table``.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> company = toolkit.simulate(100, seed=1)
        >>> history = toolkit.from_tables({"transactions": company.tables["transactions"]}, study.params.history)
        >>> history.has("margin"), history.has("kind", "contacts")
        (True, False)
        """
        return column in self.mapped.get(table, frozenset())

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """Another table than the transactions, refused where it or one of ``columns`` is missing.

        Raises
        ------
        HistoryError

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> company = toolkit.simulate(100, seed=1)
        >>> tables = {name: company.tables[name] for name in ("transactions", "customers")}
        >>> history = toolkit.from_tables(tables, study.params.history)
        >>> history.table("customers", "region")["region"].value_counts().to_dict()
        {'east': 68, 'south': 47, 'north': 35, 'central': 27, 'southwest': 24, 'northeast': 15}
        """
        if name not in self.tables:
            raise table_missing(name)
        for column in columns:
            if not self.has(column, name):
                raise table_missing(name, column)
        return self.tables[name]


def read_history(
    params: FilesParams, data_folder: Path, *, today: date, fiscal_start_month: int = 1
) -> History:
    r"""Read and check the files of a company.

    Parameters
    ----------
    params : FilesParams
    data_folder : Path
        Folder that the paths in ``params`` start from.
    today : date
        Day of the run; later transactions are quarantined unless ``params.latest`` says otherwise.
    fiscal_start_month : int

    Raises
    ------
    HistoryError
        Files or columns are missing, unreadable, no row passes, or the memory does not suffice.
    ParameterError
        A column mapping, condition, format or time zone cannot be used.

    Examples
    --------
    >>> import datetime, pathlib, tempfile, toolkit
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "sales.csv").write_text("buyer,day,yuan\na,2025-01-05,100\nb,2025-04-20,oops\n")
    >>> columns = {"customer_id": "buyer", "paid_at": "day", "amount": "yuan"}
    >>> table, margin = {"path": "sales.csv", "columns": columns}, {"rate": 0.3, "source": "books"}
    >>> params = toolkit.FilesParams(kind="files", transactions=table, margin=margin)
    >>> history = toolkit.read_history(params, folder, today=datetime.date(2025, 12, 31))
    >>> [(reason.rows, reason.label.en) for reason in history.ledger["transactions"].reasons]
    [(1, 'amount cannot be read')]
    """
    spill = None if params.spill_folder is None else Path(data_folder) / params.spill_folder
    con = connect(params.time_zone, params.memory_limit, spill)
    engine = engine_of_transactions(params, con)
    limits = Limits(params.earliest, params.latest or today, params.duplicates == "drop")
    wanted = {"transactions": params.transactions, **params.tables}
    admitted, files = {}, []
    with enough_memory(params.memory_limit):
        for name, table in wanted.items():
            with tempfile.TemporaryDirectory(prefix="gradelab-") as scratch:
                its = engine if name == "transactions" else con
                raw = read_raw(its, table, Path(data_folder), Path(scratch))
                files += raw.files
                admitted[name] = _admit(its, raw, name, table, limits)
        return _assembled(engine, admitted, params, tuple(files), _Calendar(fiscal_start_month, today))


def from_tables(
    tables: dict[str, pd.DataFrame], params: SimulatedParams, *, fiscal_start_month: int = 1
) -> History:
    """Check tables that carry the standard column names already, as a simulated company gives them.

    Parameters
    ----------
    tables : dict of table name to DataFrame
        ``transactions`` and any others of :data:`toolkit.history.canonical.TABLES`; columns that are not
        standard are left out, except attributes of ``customers``.
    params : SimulatedParams
    fiscal_start_month : int

    Raises
    ------
    HistoryError
        As for files.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> rows = pd.DataFrame({"customer_id": ["a", "a", "b", None], "order_id": ["1", "2", "3", "4"],
    ...                      "paid_at": pd.to_datetime(["2025-01-05", "2025-04-20", "2025-06-30", "2025-05-01"]),
    ...                      "amount": [100.0, -20.0, 300.0, 5.0], "margin": [40.0, -8.0, 90.0, 2.0]})
    >>> params = toolkit.SimulatedParams(kind="simulated", customers=100, seed=1)
    >>> history = toolkit.from_tables({"transactions": rows}, params)
    >>> intake = history.ledger["transactions"]
    >>> intake.rows_in, intake.rows_accepted, [(reason.code, reason.rows) for reason in intake.reasons]
    (4, 3, [('missing_customer_id', 1)])
    >>> history.quarters, history.has("margin"), history.has("category")
    ((Quarter(2025Q1), Quarter(2025Q2)), True, False)
    """
    con = connect("UTC")
    if "transactions" not in tables:
        raise table_missing("transactions")
    admitted = {}
    for name in sorted(tables, key=lambda name: name != "transactions"):
        frame = tables[name]
        known = [str(column) for column in frame.columns if TABLES[name].column(str(column)) is not None]
        table = TableParams(path=name, columns={column: column for column in known})
        admitted[name] = _admit(con, _raw_of(con, frame, name), name, table, Limits())
    return _assembled(con, admitted, params, (), _Calendar(fiscal_start_month))


@dataclass(frozen=True, slots=True)
class _Calendar:
    """First month of the fiscal year, and the day the history was taken where that is known."""

    fiscal_start_month: int
    today: date | None = None


def _assembled(
    con: ibis.BaseBackend,
    admitted: dict[str, Admitted],
    params: FilesParams | SimulatedParams,
    files: tuple[FileRecord, ...],
    calendar: _Calendar,
) -> History:
    mapped = {name: table.mapped for name, table in admitted.items()}
    margin = params.margin if isinstance(params, FilesParams) else None
    ledger = {name: table.intake for name, table in admitted.items()}
    accepted = admitted["transactions"].accepted
    rows, notes = complete(accepted, margin)
    transactions = con.create_table(ibis.util.gen_name("transactions"), rows, temp=True)
    drop(con, accepted)
    mapped["transactions"] |= {"margin"} & set(rows.columns)
    ledger["transactions"] = replace(ledger["transactions"], notes=(*ledger["transactions"].notes, *notes))
    others = {name: table.accepted for name, table in admitted.items() if name != "transactions"}
    known = _customers(transactions) if others else transactions
    for name, table in others.items():
        found = (
            *ledger[name].notes,
            *(strangers(table, known) if "customer_id" in table.columns else ()),
        )
        ledger[name] = replace(ledger[name], notes=found)
    days = _selling_days(transactions)
    return History(
        transactions=transactions,
        quarantine={name: table.quarantined for name, table in admitted.items()},
        tables={name: table.order_by(table.columns).to_pandas() for name, table in others.items()},
        ledger=ledger,
        first_day=days[0],
        last_day=days[-1],
        quarters=covered_quarters(days[0], days[-1], calendar.fiscal_start_month),
        unfinished=unfinished_quarters(days, calendar.fiscal_start_month, calendar.today),
        files=files,
        currency=params.currency,
        returns=params.returns,
        mapped=mapped,
    )


def _customers(transactions: ibis.Table) -> ibis.Table:
    """Customers with an accepted transaction, where the engine of the other tables can look them up."""
    if transactions.get_backend().name != SPARK:
        return transactions
    return ibis.memtable(transactions.select("customer_id").distinct().to_pyarrow())


def _selling_days(transactions: ibis.Table) -> list[date]:
    """Days with at least one accepted transaction, in order."""
    days = transactions.select(day=transactions.paid_at.date()).distinct().order_by("day")
    return days.to_pyarrow()["day"].to_pylist()


def _admit(con: ibis.BaseBackend, raw: Raw, name: str, params: TableParams, limits: Limits) -> Admitted:
    admitted = admit(con, raw, TABLES[name], params, limits)
    if isinstance(raw.table.op(), ops.DatabaseTable):
        drop(con, raw.table)
    return admitted


def _raw_of(con: ibis.BaseBackend, frame: pd.DataFrame, name: str) -> Raw:
    cells = pa.Table.from_pandas(frame, preserve_index=False)
    typed = [_plain(column) for column in cells.columns]
    cells = pa.table(typed, [cell_name(place) for place in range(len(typed))])
    rows = con.create_table(ibis.util.gen_name("frame"), ibis.memtable(cells), temp=True)
    return Raw(name, distinct_names(str(column) for column in frame.columns), rows)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column without categories, and text where nothing says what it is."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return column.cast(pa.string() if pa.types.is_null(kind) else kind)
