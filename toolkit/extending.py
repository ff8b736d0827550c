"""All that a file of the company's own needs to add measures and kinds of scheme.

>>> from toolkit.extending import About, Label, measure
>>> from toolkit.extending import OwnParams, OwnRule, scheme

See ``docs/extensions.md``; ``gradelab check FILE.py`` holds a file to the promises of the built-in ones.
"""

from __future__ import annotations

from toolkit.errors import ParameterError
from toolkit.grades import Grading, Scale
from toolkit.measures.attributes import attribute
from toolkit.measures.cube import Cube
from toolkit.measures.dated import within
from toolkit.measures.registry import About, measure, ratio
from toolkit.params.schemes import AttributeNeed, EventNeed, Floor, ListNeed, MeasureNeed, OwnParams
from toolkit.params.strict import Several, Share, Text, described, refuse
from toolkit.schemes.extended import OwnRule, scheme
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.scheme import Names, assemble
from toolkit.terms import Label

__all__ = [
    "About",
    "AttributeNeed",
    "Cube",
    "EventNeed",
    "Floor",
    "Grading",
    "Label",
    "Ladder",
    "ListNeed",
    "MeasureNeed",
    "Names",
    "OwnParams",
    "OwnRule",
    "ParameterError",
    "Scale",
    "Several",
    "Share",
    "Text",
    "assemble",
    "attribute",
    "described",
    "measure",
    "ratio",
    "refuse",
    "refuse_missing",
    "scheme",
    "within",
]
