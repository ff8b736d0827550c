"""A register as a file. Expected: read back equal; nothing that a spreadsheet would run (OWASP, CSV injection)."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.errors import UsageError
from toolkit.run.register_file import write_register

REGISTER = pd.DataFrame(
    {
        "customer_id": ["c1", "=cmd|'/c calc'!A1", "007"],
        "quarter": pd.Categorical(["2026Q2", "2026Q3", "2026Q3"]),
        "grade": pd.Categorical(["VIP", "普通", "普通"]),
        "reason": ["+1", "达到门槛", "-"],
        "held": [True, False, False],
    }
)


def test_parquet_comes_back(tmp_path):
    """Text columns, identifiers with their zeros."""
    assert write_register(REGISTER, tmp_path / "a.parquet") == 3
    back = pd.read_parquet(tmp_path / "a.parquet")
    assert back.columns.tolist() == ["customer_id", "quarter", "grade", "reason"]
    assert back.astype(str).values.tolist() == REGISTER[back.columns].astype(str).values.tolist()


def test_csv_is_safe_in_a_spreadsheet(tmp_path):
    """Formulas get an apostrophe; Excel knows UTF-8 by the mark in front."""
    write_register(REGISTER, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines() == [
        '"customer_id","quarter","grade","reason"',
        '"c1","2026Q2","VIP","\'+1"',
        '"\'=cmd|\'/c calc\'!A1","2026Q3","普通","达到门槛"',
        '"007","2026Q3","普通","\'-"',
    ]
    write_register(REGISTER, tmp_path / "b.csv", excel=True)
    assert (tmp_path / "b.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "a.csv").read_bytes()


def test_a_carriage_return_in_an_id_begins_no_row(tmp_path):
    """Unquoted it would: what follows it would then be the first cell of a row, and run."""
    write_register(REGISTER.assign(customer_id=["c1\r=1+1", "c2", "c3"]), tmp_path / "a.csv")
    assert b'"c1\r=1+1"' in (tmp_path / "a.csv").read_bytes()


def test_another_suffix_is_refused(tmp_path):
    """Before any work is done."""
    with pytest.raises(UsageError):
        write_register(REGISTER, tmp_path / "a.xls")
