"""Measures and attributes: accepted transactions, aggregated once into a cube, and the other tables become
one number, or one class, per customer and quarter.

``toolkit.measures.aggregation.build_cube`` makes the cube; it is not imported here because
it loads the query engine.
"""

from __future__ import annotations

from toolkit.measures import (
    breadth,
    contacts,
    file,
    growth,
    lists,
    loyalty,
    mix,
    payments,
    profile,
    returns,
    rhythm,
    service,
    spending,
    states,
    value,
)
from toolkit.measures.attributes import ATTRIBUTES, Attribute, attribute, find_attribute
from toolkit.measures.coverage import factor_coverage
from toolkit.measures.cube import Cube
from toolkit.measures.factors import FACTORS
from toolkit.measures.reading import read_cube
from toolkit.measures.registry import MEASURES, About, Measure, find, measure, names

__all__ = [
    "ATTRIBUTES",
    "FACTORS",
    "MEASURES",
    "About",
    "Attribute",
    "Cube",
    "Measure",
    "attribute",
    "breadth",
    "contacts",
    "factor_coverage",
    "file",
    "find",
    "find_attribute",
    "growth",
    "lists",
    "loyalty",
    "measure",
    "mix",
    "names",
    "payments",
    "profile",
    "read_cube",
    "returns",
    "rhythm",
    "service",
    "spending",
    "states",
    "value",
]
