"""Docstrings as Markdown has them: examples without a heading under one, roles of the old markup left away."""

from __future__ import annotations

import re
from typing import Any

import griffe

DOCTEST = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)
ROLE = re.compile(r":\w+:`~?([^`]+)`")


HEAD = "Examples\n--------\n"


class Docstrings(griffe.Extension):
    """Rewrites every docstring before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """The docstring of ``obj`` in place of the one in the file."""
        if obj.docstring is not None:
            obj.docstring.value = readable(obj.docstring.value)


def readable(text: str) -> str:
    """``text`` with its roles as code and its loose examples at the end.

    >>> print(readable("See :mod:`a.b`.").replace("`", "'"))
    See 'a.b'.
    """
    text = ROLE.sub(r"`\1`", text)
    loose = DOCTEST.findall(text)
    if not loose or HEAD in text:
        return text
    return DOCTEST.sub("", text).rstrip() + f"\n\n{HEAD}" + "\n\n".join(loose)
