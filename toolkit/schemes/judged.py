"""Grades set by people, with author and date (人工评定)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.grades import Grading, Scale
from toolkit.params.schemes import JudgedParams, Need
from toolkit.schemes.build import build_scheme
from toolkit.schemes.gate import explained, some_of
from toolkit.schemes.known import refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import step_reasons
from toolkit.schemes.scheme import Names, Rule, Scheme, assemble, combine
from toolkit.schemes.subject import Subject
from toolkit.schemes.thresholds import Steps
from toolkit.terms import Label

JUDGED = Label("人工评定（评定人和日期见明细）", "set by people (author and day in the detail)")
SCORE = Label("评定得分", "judged score")
NOT_JUDGED = Label("没有有效的人工评定", "no valid judgement")
NO_REASON = Label("人工评定缺少评定人或理由，未定级", "judgement without author or reason; not graded")


@dataclass(frozen=True, slots=True)
class JudgedScheme(Rule):
    """The latest valid judgement decides: its grade, or its score against floors.

    Attributes
    ----------
    subject, author, day : Subject
        Judged grade or score, who judged and when.
    called : mapping of grade as written in the table to grade of the scale
    steps : Steps or None
        Floors on the judged score.
    otherwise : Scheme or None
        For customers without a judgement; None leaves them without a grade.
    compare : Scheme or None
        Computed beside the judgement.
    why : Subject or None
        Reason of the judgement, where the table has one.
    require_reason : bool
        Whether a judgement without author or reason leaves the customer without a grade.
    """

    scale: Scale
    needs: tuple[Need, ...]
    subject: Subject
    author: Subject
    day: Subject
    called: Mapping[str, str]
    steps: Steps | None = None
    otherwise: Scheme | None = None
    compare: Scheme | None = None
    why: Subject | None = None
    require_reason: bool = False

    def freeze(self, reference: pd.DataFrame) -> JudgedScheme:
        """The other schemes with their reference fixed."""
        without = self.subject.column(reference).isna().to_numpy()
        return replace(
            self,
            otherwise=self.otherwise and self.otherwise.freeze(some_of(reference, without)),
            compare=self.compare and self.compare.freeze(reference),
        )

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row.

        ``detail`` holds the judgement, ``judged_by``, ``judged_on``, ``judged_for`` (its reason, where the
        table has one), and ``computed`` where the file names a scheme to compare with.

        Raises
        ------
        ParameterError
            If a judged grade is none of the scale's, or a score is below the last floor.
        """
        judged = self.subject.column(known).notna().to_numpy()
        bare = judged & self._bare(known)
        parts = [
            ("judged", judged & ~bare, self._judged(known[judged & ~bare])),
            ("other", ~judged, self._other(known[~judged])),
        ]
        if self.require_reason:
            parts.append(("set_aside", bare, _ungraded(self.scale, known[bare], NO_REASON)))
        grading = combine(self.scale, known.index, parts)
        detail = grading.detail.assign(
            **{self.subject.need.column: self.subject.column(known)},
            judged_by=self.author.column(known),
            judged_on=self.day.column(known),
        )
        if self.why is not None:
            detail = detail.assign(judged_for=self.why.column(known))
        if self.compare is not None:
            detail = detail.assign(computed=self.compare.grade(known).grade)
        return replace(grading, detail=detail)

    def _judged(self, known: pd.DataFrame) -> Grading:
        detail = pd.DataFrame(index=known.index)
        if self.steps is not None:
            values = self.subject.numbers(known)
            codes = self.steps.codes(values, self.scale)
            refuse_ungraded(codes < 0, known.index, SCORE)
            reasons = step_reasons(SCORE, self.steps.grades, self.steps.ladder)
            return assemble(self.scale, codes, self.steps.ladder.place(values), reasons, detail)
        names = self.subject.words(known).map(lambda word: self.called.get(word, word))
        strange = ~names.isin(self.scale.grades).to_numpy()
        if strange.any():
            first = names.iloc[int(strange.argmax())]
            raise ParameterError(
                zh=f"有 {int(strange.sum()):,} 位客户的人工等级不在方案的等级之中（第一个：{first}）。"
                "请在 names 中写明它对应哪一级。",
                en=f"{int(strange.sum()):,} customer(s) have a judged grade that the scheme does not know "
                f"(first: {first}). Say under names which grade it is.",
            )
        codes = self.scale.codes(names.astype(object))
        return assemble(self.scale, codes, np.zeros(len(codes), dtype=int), {"judged": JUDGED}, detail)

    def _other(self, known: pd.DataFrame) -> Grading:
        if self.otherwise is not None:
            return explained(self.otherwise.grade(known), self.otherwise, NOT_JUDGED)
        return _ungraded(self.scale, known, Label(f"{NOT_JUDGED.zh}，未定级", f"{NOT_JUDGED.en}; not graded"))

    def _bare(self, known: pd.DataFrame) -> np.ndarray:
        """Judgements that must have an author and a reason and do not, array of bool."""
        if not self.require_reason:
            return np.zeros(len(known), dtype=bool)
        told = [
            subject.column(known).fillna("").astype(str).str.strip() for subject in (self.author, self.why)
        ]
        return ((told[0] == "") | (told[1] == "")).to_numpy(bool)


def _ungraded(scale: Scale, known: pd.DataFrame, words: Label) -> Grading:
    none = np.full(len(known), -1)
    return assemble(scale, none, none + 1, {"none": words}, pd.DataFrame(index=known.index))


def build(params: JudgedParams, names: Names) -> JudgedScheme:
    """The scheme of a policy file."""
    what, author, day, *why = params.own_needs()
    floors = params.floors
    return JudgedScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        subject=Subject(what, SCORE if floors else JUDGED),
        author=Subject(author, Label("评定人", "author")),
        day=Subject(day, Label("评定日期", "day of the judgement")),
        called=dict(params.names or {}),
        steps=None if floors is None else Steps(tuple(floors), Ladder.of(floors)),
        otherwise=None if params.otherwise is None else build_scheme(params.otherwise, names),
        compare=None if params.compare is None else build_scheme(params.compare, names),
        why=Subject(why[0], Label("理由", "reason")) if why else None,
        require_reason=params.require_reason,
    )
