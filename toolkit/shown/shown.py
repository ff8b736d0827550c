"""The decorator that gives a result its short line and its tables.

A result says which of its attributes belong into its line; the notebook shows all that can be read at a glance.
Nothing is computed for it beyond the attributes named, and no result draws itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from toolkit.terms import language

Result = TypeVar("Result", bound=type)


def shown(*line: str) -> Callable[[Result], Result]:
    """Let a dataclass print as one line and show itself in a notebook.

    Parameters
    ----------
    line : str
        Attributes, properties or methods without arguments that stand in the line, in this order; those that are
        None are left out. A class may instead say its line itself by a method ``_repr_short_(lang)``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @shown("policy", "customers")
    ... @dataclass(frozen=True)
    ... class Moved:
    ...     policy: str
    ...     customers: int
    >>> Moved("spend_a", 5012)
    Moved(spend_a, 5,012 customers)
    """

    def given(cls: Result) -> Result:
        cls._repr_line_ = line
        cls.__repr__ = _repr
        cls._repr_html_ = _repr_html
        return cls

    return given


def _repr(self: object) -> str:
    from toolkit.shown.line import line

    return line(self)


def _repr_html(self: object) -> str:
    """The result as HTML in the language of the reader; every text escaped."""
    from toolkit.shown.page import page

    return page(self, language())
