"""One thing that was found about a machine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from toolkit.terms import Label

OK, WARNING, PROBLEM = "ok", "warning", "problem"
NAMELESS = Label("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes
    ----------
    level : "ok", "warning" or "problem"
        With a problem a run would fail; with a warning it may.
    found : Label
    advice : Label or None
        What to do.
    name : Label
        What was looked at.
    """

    level: str
    found: Label
    advice: Label | None = None
    name: Label = NAMELESS

    def named(self, name: Label) -> Finding:
        """The same under ``name``."""
        return replace(self, name=name)
