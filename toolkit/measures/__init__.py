"""Measures: accepted transactions, aggregated once into a cube, become one number per customer and quarter.

``toolkit.measures.aggregation.build_cube`` makes the cube; it is not imported here because
it loads the query engine.
"""

from __future__ import annotations

from toolkit.measures import breadth, growth, returns, rhythm, spending
from toolkit.measures.cube import Cube, read_cube
from toolkit.measures.registry import MEASURES, About, Measure, find, measure, names

__all__ = [
    "MEASURES",
    "About",
    "Cube",
    "Measure",
    "breadth",
    "find",
    "growth",
    "measure",
    "names",
    "read_cube",
    "returns",
    "rhythm",
    "spending",
]
