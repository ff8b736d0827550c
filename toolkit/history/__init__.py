"""The door: files or simulated tables come in, checked transactions go on, the rest is kept with its reason."""

from toolkit.history.fetch import fetch_online_retail
from toolkit.history.history import History, from_tables, read_history
from toolkit.history.mapping import table_missing
from toolkit.history.quarantine import write_quarantine

__all__ = [
    "History",
    "fetch_online_retail",
    "from_tables",
    "read_history",
    "table_missing",
    "write_quarantine",
]
