"""One piece is made while the one before it is used; nothing is lost on the way, errors neither."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, current_thread

import pytest

from toolkit.measures.ahead import one_ahead

SOON = 30


def test_the_next_piece_is_made_while_one_is_used() -> None:
    """Each use waits for the making of the next to have begun: one after the other it would wait for ever."""
    begun = [Event() for _ in range(4)]

    def pieces() -> Iterator[int]:
        for number, event in enumerate(begun):
            event.set()
            yield number

    for number in one_ahead(pieces()):
        assert number + 1 == len(begun) or begun[number + 1].wait(SOON)
        assert number + 2 >= len(begun) or not begun[number + 2].is_set()


def test_pieces_are_made_in_another_thread_and_come_in_order() -> None:
    """Of nothing comes nothing."""
    found = list(one_ahead((number, current_thread()) for number in range(20)))
    assert [number for number, _ in found] == list(range(20))
    assert current_thread() not in {thread for _, thread in found}
    assert not list(one_ahead([]))


def test_an_error_comes_where_its_piece_would_have_come() -> None:
    """What was made before it is used first."""

    def pieces() -> Iterator[int]:
        yield 1
        raise LookupError("second")

    found = one_ahead(pieces())
    assert next(found) == 1
    with pytest.raises(LookupError, match="second"):
        next(found)


def test_whoever_stops_early_leaves_no_thread_at_work() -> None:
    """The piece under way is finished, no other is begun."""
    made = []
    found = one_ahead(made.append(number) or number for number in range(9))
    assert next(found) == 0
    found.close()
    assert made == [0, 1]
