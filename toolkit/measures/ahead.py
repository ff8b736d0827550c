"""Work in two hands: the next piece is made while the one at hand is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in the same order; each is made in another thread while the one before it is used.

    An error in making one is raised where that one would have come.

    >>> list(one_ahead(n * n for n in range(4)))
    [0, 1, 4, 9]
    """
    source, end = iter(items), object()
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, source, end)
        while (item := coming.result()) is not end:
            coming = beside.submit(next, source, end)
            yield item
            del item
