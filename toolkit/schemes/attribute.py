"""Class by the value of one attribute (按属性归类)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import AttributeParams, Need
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, label_of, listed
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class AttributeScheme(Rule):
    """Every value of the attribute belongs to one class, all others to the default.

    Attributes
    ----------
    classes : mapping of class to tuple of values
    default : str or None
        None leaves customers with other values without a class.
    refuse : bool
        Whether a missing value is refused; otherwise it takes the default.
    """

    scale: Scale
    needs: tuple[Need, ...]
    subject: Subject
    classes: Mapping[str, tuple[object, ...]]
    default: str | None
    refuse: bool = True

    def grade(self, known: pd.DataFrame) -> Grading:
        """Class of every row; ``detail`` holds the attribute."""
        values, name = self.subject.column(known), self.subject.name
        if self.refuse:
            refuse_missing(values.isna().to_numpy(), known.index, name)
        place = np.full(len(known), len(self.classes))
        for position, wanted in enumerate(self.classes.values()):
            place[values.isin(list(wanted)).to_numpy()] = position
        given = [*self.classes, self.default]
        codes = np.array([-1 if g is None else self.scale.codes([g])[0] for g in given])[place]
        reasons = {
            f"value:{own}": Label(f"{name.zh}为{listed(wanted).zh}", f"{name.en}: {listed(wanted).en}")
            for own, wanted in self.classes.items()
        }
        reasons["value:other"] = Label(f"{name.zh}为其他值或缺失", f"another value of {name.en}, or none")
        return assemble(self.scale, codes, place, reasons, values.to_frame())


def build(params: AttributeParams, names: Names) -> AttributeScheme:
    """The scheme of a policy file."""
    (need,) = params.own_needs()
    return AttributeScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        subject=Subject(need, label_of(need, names)),
        classes=dict(params.classes),
        default=params.default,
        refuse=params.missing == "refuse",
    )
