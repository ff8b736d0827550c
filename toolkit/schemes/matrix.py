"""Grade each axis on its own, then map every cell (多维矩阵)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import MatrixParams, Need
from toolkit.schemes.build import build_scheme
from toolkit.schemes.scheme import Names, Rule, Scheme, assemble
from toolkit.terms import Label

TIMES = " × "
NO_PLACE = "no_place"


@dataclass(frozen=True, slots=True)
class MatrixScheme(Rule):
    """The grades on the axes name a cell, the cell has a grade.

    Attributes
    ----------
    axes : mapping of axis to Scheme
    cells : mapping of cell to grade
        One entry per combination, in the order of the axes, best grades first.
    unmapped : tuple of cells
        Those that take the default.
    """

    scale: Scale
    needs: tuple[Need, ...]
    axes: Mapping[str, Scheme]
    cells: Mapping[tuple[str, ...], str]
    unmapped: tuple[tuple[str, ...], ...] = ()

    def freeze(self, reference: pd.DataFrame) -> MatrixScheme:
        """Every axis measured against ``reference``."""
        return replace(self, axes={axis: scheme.freeze(reference) for axis, scheme in self.axes.items()})

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the grade on each axis, what it rests on, and ``mapped``.

        A customer without a grade on one of the axes has none.
        """
        gradings = {axis: scheme.grade(known) for axis, scheme in self.axes.items()}
        shape = [len(grading.scale) for grading in gradings.values()]
        codes = np.array([g.grade.cat.codes.to_numpy(dtype=int) for g in gradings.values()])
        placed = (codes >= 0).all(axis=0)
        best_first = np.array(shape)[:, None] - 1 - np.where(placed, codes, 0)
        cell = np.ravel_multi_index(tuple(best_first), shape)
        names = [*self.cells]
        grade = self.scale.codes(list(self.cells.values())).astype(int)
        mapped = np.array([name not in self.unmapped for name in names])
        reasons = {f"cell:{TIMES.join(name)}": self._words(name) for name in names}
        reasons[NO_PLACE] = Label("有的维度没有等级，未定级", "no grade on one of the axes; not graded")
        detail = pd.concat([g.detail for g in gradings.values()], axis=1)
        detail = detail.loc[:, ~detail.columns.duplicated()]
        detail = detail.assign(
            **{axis: g.grade for axis, g in gradings.items()}, mapped=mapped[cell] & placed
        )
        because = np.where(placed, cell, len(names))
        return assemble(self.scale, np.where(placed, grade[cell], -1), because, reasons, detail)

    def _words(self, cell: tuple[str, ...]) -> Label:
        pairs = list(zip(self.axes, cell, strict=True))
        zh = TIMES.join(f"{axis}：{grade}" for axis, grade in pairs)
        en = TIMES.join(f"{axis}: {grade}" for axis, grade in pairs)
        return (
            Label(f"{zh}（未列出的格子）", f"{en} (cell not listed)")
            if cell in self.unmapped
            else Label(zh, en)
        )


def build(params: MatrixParams, names: Names) -> MatrixScheme:
    """The scheme of a policy file."""
    return MatrixScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        axes={axis: build_scheme(scheme, names) for axis, scheme in params.axes.items()},
        cells=params.cell_grades(),
        unmapped=tuple(params.unmapped()),
    )
