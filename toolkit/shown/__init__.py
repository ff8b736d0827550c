"""How a result shows itself: one short line where it is printed, a heading with tables in a notebook."""

from toolkit.shown.shown import shown

__all__ = ["shown"]
