"""Kinds of scheme that an extension adds, and what the result of one is held to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.grades import Grading, Scale
from toolkit.params.extensions import declare
from toolkit.params.schemes import KINDS, Need, OwnParams, kind_of
from toolkit.schemes.scheme import Names, Rule, Scheme
from toolkit.terms import Label

Build = Callable[[OwnParams, Names], Scheme]
Made = TypeVar("Made", bound=Build)
BUILDERS: dict[str, Build] = {}


@dataclass(frozen=True, slots=True)
class OwnRule(Rule):
    """What a scheme of an extension may begin with: scale and needs follow from its parameters.

    Attributes
    ----------
    params : OwnParams
    names : mapping of measure id to Label
        What each measure is called in reasons.
    """

    params: OwnParams
    names: Names

    @property
    def scale(self) -> Scale:
        """The grades of the parameters."""
        return Scale(tuple(self.params.grades), self.params.ordered)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every column that the parameters ask for."""
        return self.params.needs()


def scheme(model: type[OwnParams]) -> Callable[[Made], Made]:
    """Register the decorated class, or function (params, names) -> Scheme, for the kind of ``model``.

    Raises
    ------
    ValueError
        If the model has no kind of one word, or no method words.
    """

    def register(build: Made) -> Made:
        kind = kind_of(model)
        declare("scheme", kind, (*BUILT_IN, *BUILDERS), lambda: _forget(kind))
        KINDS[kind], BUILDERS[kind] = model, build
        return build

    return register


def _forget(kind: str) -> None:
    KINDS.pop(kind, None)
    BUILDERS.pop(kind, None)


BUILT_IN = (
    "thresholds", "scored", "pareto", "cascade", "table", "states", "attribute", "matrix", "groups", "gate",
    "overrides", "lists", "judged", "versions", "fixed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guarded(Rule):
    """A scheme of an extension whose every result is held to what a grading must be.

    Attributes
    ----------
    kind : str
    inner : Scheme
    """

    kind: str
    inner: Scheme

    @property
    def scale(self) -> Scale:
        """As the extension says."""
        return self.inner.scale

    @property
    def needs(self) -> tuple[Need, ...]:
        """As the extension says."""
        return self.inner.needs

    def freeze(self, reference: pd.DataFrame) -> Guarded:
        """The scheme of the extension, frozen."""
        return replace(self, inner=self.inner.freeze(reference.copy()))

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row, twice.

        Raises
        ------
        ParameterError
            If the result is no grading of these customers, or not the same both times.
        """
        first, second = self.inner.grade(known.copy()), self.inner.grade(known.copy())
        wrong = _wrong(first, self.scale, known)
        if wrong is None and not _same(first, second):
            wrong = Label(
                "两次计算的结果不同；不得用随机数或时钟", "two calls differ; use no random draw and no clock"
            )
        if wrong is not None:
            raise ParameterError(
                zh=f"扩展的方案种类 {self.kind} 不合规矩：{wrong.zh}。请改正扩展文件，用 gradelab check 核对。",
                en=f"The kind of scheme {self.kind!r} of an extension breaks its promise: {wrong.en}. "
                "Mend the extension and try gradelab check.",
            )
        return first


def _wrong(grading: object, scale: Scale, known: pd.DataFrame) -> Label | None:
    """What is wrong with a result, None where nothing is."""
    if not isinstance(grading, Grading):
        kind = type(grading).__name__
        return Label(
            f"grade 应返回 Grading，返回了 {kind}", f"grade must return a Grading, it returned {kind}"
        )
    if grading.scale != scale:
        return Label("返回的等级序列与方案的不同", "the scale returned is not that of the scheme")
    for name, part in (("grade", grading.grade), ("because", grading.because), ("detail", grading.detail)):
        if not part.index.equals(known.index):
            return Label(
                f"{name} 应有 {len(known)} 行，与客户逐一对应，现在有 {len(part)} 行",
                f"{name} must have one row per customer, {len(known)} in their order; it has {len(part)}",
            )
    if grading.because.isna().any():
        bare = int(grading.because.isna().sum())
        return Label(f"{bare} 位客户没有理由", f"{bare} customer(s) have no reason")
    for code in grading.because.cat.remove_unused_categories().cat.categories:
        words = grading.reasons.get(code)
        if words is None or not words.zh or not words.en:
            return Label(f"理由 {code} 缺中文或英文", f"the reason {code!r} lacks Chinese or English words")
    return None


def _same(first: Grading, second: Grading) -> bool:
    grades = np.array_equal(first.grade.cat.codes, second.grade.cat.codes)
    return grades and first.because.astype(str).equals(second.because.astype(str))
