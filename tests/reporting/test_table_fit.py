"""How the columns of a table share a sheet. Expected: widths worked by hand from the em of each cell."""

from __future__ import annotations

from toolkit.reporting.blocks import Cell
from toolkit.reporting.columns import laid_out
from toolkit.reporting.nodes import Text
from toolkit.reporting.table_fit import PADDING_EM, UPRIGHT_PT, set_table


def table(*rows: tuple[str, ...]):
    return laid_out([], [[Cell((Text(text),)) for text in row] for row in rows])


def test_short_words_keep_their_width_beside_long_ones():
    """Words of 6 em beside 80 em: an even share is over 20 em, so the short column is never broken."""
    short, figure = "客户名册甲乙", "1,234"
    made = set_table(table(*[("说" * 80, short, figure)] * 3))
    assert [track["fixed"] for track in made["tracks"]] == [False, True, True]
    assert made["tracks"][1]["size"] == PADDING_EM + 6


def test_what_keeps_its_width_leaves_room_for_the_rest():
    """Ten columns of words: those below the even share keep their width, the long ones share no less than it."""
    made = set_table(table(*[(*("甲" * n for n in (2, 3, 4, 5, 6, 7, 30, 40)),)] * 3))
    room = UPRIGHT_PT / made["size"]
    kept = [track for track in made["tracks"] if track["fixed"]]
    others = len(made["tracks"]) - len(kept)
    assert not made["flipped"] and others >= 2
    left = room - sum(track["size"] for track in kept)
    assert left / others >= max(track["size"] for track in kept)


def test_a_table_that_fits_fills_the_line():
    made = set_table(table(("甲", "乙丙")))
    assert not any(track["fixed"] for track in made["tracks"])
