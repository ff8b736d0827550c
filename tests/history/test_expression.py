"""Expressions of a study file."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from toolkit.errors import ParameterError
from toolkit.history.expression import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", 2 + 3 * 2),
        ("(a + b) * 2", (2 + 3) * 2),
        ("a - b - 1", 2 - 3 - 1),
        ("a / b / 2", 2 / 3 / 2),
        ("-a * -b", 6),
        ("a - -b", 5),
        ("1.5*a + .5", 3.5),
        ("`单价 (元)` * 数量", 4 * 5),
    ],
)
def test_arithmetic_follows_the_rules_of_school(text, expected):
    """Expected values are the same arithmetic done by Python."""
    row = ibis.memtable(pd.DataFrame({"a": [2.0], "b": [3.0], "单价 (元)": [4.0], "数量": [5.0]}))
    value = parse(text, row.columns).value(lambda name: row[name])
    assert row.select(value=value).to_pandas()["value"].tolist() == pytest.approx([expected])


def test_a_column_named_like_an_expression_is_that_column():
    assert parse("a - b", ["a - b"]).column == "a - b"
    assert parse("a - b", ["a", "b"]).columns == ("a", "b")


def test_a_column_written_almost_right_is_suggested():
    with pytest.raises(ParameterError, match="Did you mean the column 'Unit Price'"):
        parse("Unit price", ["Quantity", "Unit Price"])


@pytest.mark.parametrize(
    "text",
    [
        "a +",
        "a b",
        "(a",
        "a)",
        "* a",
        "a $ b",
        "2 * 3",
        "a.b",
        "__import__('os')",
        "+".join("a" * 100),
        "(" * 55 + "a",
    ],
)
def test_what_is_no_expression_is_refused_in_both_languages(text):
    with pytest.raises(ParameterError) as refusal:
        parse(text)
    assert "Quantity * UnitPrice" in refusal.value.zh and "Quantity * UnitPrice" in refusal.value.en
