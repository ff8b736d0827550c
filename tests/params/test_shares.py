"""Shares as people type them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from toolkit.params.answers import AnswersParams
from toolkit.params.shares import meant, share_of


@pytest.mark.parametrize("written", ["28%", "28 %", "28％", " 0.28 ", ".28", "２８％"])
def test_every_way_to_write_a_share_is_read(written):
    assert share_of(written) == 0.28
    assert AnswersParams(margin=written, tax=written).model_dump()["margin"] == 0.28


@pytest.mark.parametrize("written", ["28", "0", "1", "100%", "0%", "-5%", "28%%", "about 28%", "", "nan"])
def test_anything_else_is_none(written):
    assert share_of(written) is None


def test_a_bare_number_is_asked_back():
    assert meant("28").zh == "28 是指 28% 吗？请写 28% 或 0.28" and "28% or 0.28" in meant("28").en
    assert "12.5% or 0.125" in meant("12.5").en
    assert meant("28%") is None and meant("0.28") is None and meant("280") is None and meant("x") is None
    for field in ("margin", "tax"):
        with pytest.raises(ValidationError, match=r"28% or 0\.28"):
            AnswersParams(**{field: 28})
    assert AnswersParams(margin="none", tax=None).margin == "none"
