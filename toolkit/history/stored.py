"""Tables that are no files here, known by a digest of what they hold: of PostgreSQL, and what only Spark can open."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from toolkit.history import postgres
from toolkit.history.vault import database_of, opened
from toolkit.params.engine import is_remote
from toolkit.params.history import FilesParams, TableParams

SEEN = "GRADELAB_SEEN"
"""Digests that a run hands to its chapters, so that they need not ask again."""


def tables_of(history: FilesParams) -> tuple[TableParams, ...]:
    """The tables of ``history`` that lie in a database, in a store or in Spark's catalogue.

    Raises
    ------
    ParameterError
        Where a reference stands for nothing.
    """
    every = (history.transactions, *history.tables.values())
    return tuple(one for one in every if is_remote(opened(one.path)) or database_of(one.path))


def fingerprint(table: TableParams, history: FilesParams) -> str:
    """Digest of ``table`` as it is now.

    Raises
    ------
    HistoryError, ParameterError
    """
    if not is_remote(opened(table.path)):
        return postgres.fingerprint(table)
    from toolkit.history.spark_session import quiet, refuse_missing

    refuse_missing()
    with quiet():
        from toolkit.history.spark_source import fingerprint_on_spark

        return fingerprint_on_spark(table, history.spark)


def seen(table: TableParams, history: FilesParams) -> str:
    """The digest that the run of this chapter found; without one, the digest of ``table`` as it is now."""
    told = json.loads(os.environ.get(SEEN) or "{}").get(named(table))
    return told or fingerprint(table, history)


def handed_down(digests: Mapping[str, str | None]) -> dict[str, str]:
    """The environment in which :func:`seen` finds ``digests``, by name of the table."""
    return {SEEN: json.dumps({name: digest for name, digest in digests.items() if digest})}


def named(table: TableParams) -> str:
    """A table as records name it."""
    return f"{table.path}#{table.table}"
