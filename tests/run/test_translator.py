"""Parameters on their way into a notebook. Expected: Python's own parser reads back what was given."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.run.translator import ReadableTranslator

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)


@settings(max_examples=80, deadline=None)
@given(JSON)
def test_values_come_back_as_they_went(value):
    """A literal is read back with value and type."""
    back = ast.literal_eval(ReadableTranslator.translate(value))
    assert back == value and type(back) is type(value)


def test_chinese_stays_readable_and_tricks_do_not():
    """Characters that a reader cannot see are escaped (a right-to-left override can hide code)."""
    assert ReadableTranslator.translate("重要客户，“甲”") == '"重要客户，“甲”"'
    assert ReadableTranslator.translate('a"b\\c\n\u202e') == '"a\\"b\\\\c\\n\\u202e"'


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        Path("a"),
        Decimal("1"),
        date(2026, 9, 30),
        np.int64(3),
        np.float64(0.5),
        {1: "a"},
        {"a": {2}},
        float("nan"),
        float("inf"),
        [float("-inf")],
    ],
    ids=repr,
)
def test_other_types_are_refused(value):
    """papermill turns these into text or breaks on them (papermill#484, #586, #784)."""
    with pytest.raises(ParameterError) as refused:
        ReadableTranslator.translate(value)
    assert refused.value.exit_code == 3


def test_the_parameters_cell_is_read_by_python():
    """papermill's own reading loses unions and stumbles over ``==`` in a comment (papermill#695, #806)."""
    cell = {"source": 'a: int | None = None  # a == b\nb: dict[str, float] = {\n  "x": 1.0}\nc = 3\nprint(c)'}
    found = {p.name: (p.inferred_type_name, p.default) for p in ReadableTranslator.inspect(cell)}
    assert found == {"a": ("int | None", "None"), "b": ("dict[str, float]", "{'x': 1.0}"), "c": ("None", "3")}
    assert ReadableTranslator.inspect({"source": "a ="}) == []
