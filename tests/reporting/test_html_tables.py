"""Tables of pandas, its Styler and great-tables, and rows that never slip."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.reporting.blocks import Cell
from toolkit.reporting.columns import laid_out
from toolkit.reporting.html_tables import parse, tables
from toolkit.reporting.nodes import Text, plain


def only(html: str):
    found = tables(parse(html))
    assert len(found) == 1
    return found[0]


def words(rows) -> list[list[str]]:
    return [[plain(cell.children) for cell in row] for row in rows]


def test_a_multiindex_keeps_its_spans_and_its_names_join_the_head():
    index = pd.MultiIndex.from_product([["华东", "华南"], ["金", "银"]], names=["大区", "等级"])
    table = only(pd.DataFrame({"客户数": [1, 2, 3, 4]}, index=index).to_html())
    assert words(table.head) == [["大区", "等级", "客户数"]]
    assert words(table.body) == [["华东", "金", "1"], ["银", "2"], ["华南", "金", "3"], ["银", "4"]]
    assert [cell.rows for cell in table.body[0]] == [2, 1, 1]
    assert [cell.at for cell in table.body[1]] == [1, 2]
    assert table.aligns == ("left", "left", "right")


def test_names_are_shown_as_they_are_even_when_nothing_escaped_them():
    """The Styler does not escape by default: the tag must come out as text."""
    names = ["<script>alert(1)</script>", "$x_1$", "甲 & 乙", "a<b"]
    frame = pd.DataFrame({"客户": names})
    for html in (frame.to_html(), frame.style.format(escape="html").to_html(), frame.style.to_html()):
        assert [row[1] for row in words(only(html).body)] == names


def test_colours_and_bars_of_the_styler_are_read():
    frame = pd.DataFrame({"变化": [-2.0, 4.0]})
    bars = only(frame.style.bar(align="zero", color=["#d65f5f", "#5fba7d"]).to_html())
    (colour, start, end), (_, other, last) = (row[1].bar for row in bars.body)
    assert colour == "#d65f5f" and start < end == pytest.approx(other) and last == 1.0
    heat = only(frame.style.highlight_max(color="yellow").to_html())
    assert [row[1].fill for row in heat.body] == [None, "#ffff00"]
    assert heat.body[1][1].ink, "words on a colour of their own keep a colour of their own in dark mode"


def test_great_tables_title_groups_and_sources_find_their_places():
    great_tables = pytest.importorskip("great_tables")
    frame = pd.DataFrame({"g": ["A", "A", "B"], "n": ["x", "y", "z"], "v": [1, 2, 3]})
    made = great_tables.GT(frame, rowname_col="n", groupname_col="g")
    table = only(made.tab_header("客户数", "按组").tab_source_note("来源").as_raw_html())
    assert (table.caption, table.note) == ("客户数：按组", "来源")
    assert words(table.body) == [["A"], ["x", "1"], ["y", "2"], ["B"], ["z", "3"]]
    assert table.body[0][0].columns == 2


def cells(draw_row) -> list[Cell]:
    return [Cell((Text(str(i)),), columns=columns, rows=rows) for i, (columns, rows) in enumerate(draw_row)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=4), min_size=1, max_size=6)
)
def test_every_row_fills_every_column_exactly_once(spans):
    """Property: whatever spans a source states, the laid-out cells tile the grid, so no cell slips."""
    table = laid_out([], [cells(row) for row in spans])
    count = len(table.aligns)
    seen = [
        (i + down, cell.at + right)
        for i, row in enumerate(table.body)
        for cell in row
        for down in range(cell.rows)
        for right in range(cell.columns)
    ]
    assert sorted(seen) == [(i, j) for i in range(len(spans)) for j in range(count)]
