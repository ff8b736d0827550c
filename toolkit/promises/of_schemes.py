"""Promises of a kind of scheme, put to one scheme and what is known of some customers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from toolkit.errors import ParameterError
from toolkit.grades import Grading
from toolkit.params.schemes import OwnParams, RuleParams, SchemeParams
from toolkit.schemes.nested_words import scheme_words
from toolkit.schemes.scheme import Names, Scheme
from toolkit.terms import Label

MOST_SHOWN = 3


def graded_or_told_why(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """Everybody stands in the grading once, with a reason in both languages; counts add up; the scale is kept."""
    grading = scheme.freeze(known).grade(known)
    if not grading.grade.index.equals(known.index) or not grading.detail.index.equals(known.index):
        return Label("结果与客户不是逐一对应", "the result does not have one row per customer")
    if grading.because.isna().any():
        return Label("有客户没有理由", "somebody has no reason")
    counts = grading.counts()
    if counts.sum() + len(grading.ungraded()) != len(known) or list(counts.index) != list(
        scheme.scale.grades
    ):
        return Label("各等级人数与总数不符", "customers per grade do not add up")
    for lang in ("zh", "en"):
        if not (grading.reason_text(lang).str.len() > 1).all():
            return Label("有理由缺中文或英文", "a reason lacks Chinese or English words")
    return None


def blind_to_row_order(scheme: Scheme, known: pd.DataFrame, order: Sequence[object]) -> Label | None:
    """The same customers in another ``order`` have the same grades for the same reasons."""
    mixed = known.loc[list(order)]
    first, second = scheme.freeze(known).grade(known), scheme.freeze(mixed).grade(mixed)
    if _same(first, second, known.index):
        return None
    return Label("客户的排列次序改变了等级", "the order of the customers decides something")


def same_again(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """Freezing and grading twice give the same, and leave what is known as it was."""
    before = known.copy()
    first, second = (scheme.freeze(known).grade(known) for _ in range(2))
    if not known.equals(before):
        return Label("定级改动了数据", "grading changes what is known")
    if _same(first, second, known.index):
        return None
    return Label("两次定级的结果不同", "two gradings of the same customers differ")


def equals_share_a_grade(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """Two customers of whom the same is known have the same grade."""
    twin = known.set_axis([f"{id}~twin" for id in known.index]).rename_axis(known.index.name)
    grade = scheme.freeze(both := pd.concat([known, twin])).grade(both).grade.cat.codes.to_numpy()
    apart = grade[: len(known)] != grade[len(known) :]
    if not apart.any():
        return None
    return Label(
        f"{int(apart.sum())} 位客户与条件相同的人等级不同",
        f"{int(apart.sum())} customer(s) differ from their equals",
    )


def nobody_gives_nothing(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """A frozen scheme grades no customers without a word."""
    grading = scheme.freeze(known).grade(known.iloc[:0])
    return Label("没有客户时仍有结果", "nobody is given a grade") if len(grading.grade) else None


def missing_is_answered(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """Where a number is missing the scheme refuses in words, or grades all the same; it never fails."""
    frozen = scheme.freeze(known)
    for need in scheme.needs:
        if not pd.api.types.is_float_dtype(known[need.column]):
            continue
        bare = known.copy()
        bare.loc[bare.index[:: max(len(bare) // 5, 1)], need.column] = np.nan
        try:
            grading = frozen.grade(bare)
        except ParameterError:
            continue
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            return Label(
                f"{need.column} 缺失时出错（{told}）", f"fails where {need.column} is missing ({told})"
            )
        if grading.because.isna().any():
            return Label(f"{need.column} 缺失的客户没有理由", f"no reason where {need.column} is missing")
    return None


def more_is_never_worse(
    scheme: Scheme, known: pd.DataFrame, rises: Sequence[str], gains: Sequence[float]
) -> Label | None:
    """For each of ``rises``: one customer's value grows by each of ``gains``, everybody else's stays, and the grade is no worse."""
    frozen = scheme.freeze(known)
    before = frozen.grade(known).grade.cat.codes
    for column in rises:
        if column not in known:
            return Label(
                f"rises 写了 {column}，方案并不看这一列",
                f"rises names {column}, which the scheme does not look at",
            )
        for place in range(0, len(known), max(len(known) // 8, 1)):
            for gain in gains:
                better = known.copy()
                better.iloc[place, better.columns.get_loc(column)] += gain
                if frozen.grade(better).grade.cat.codes.iloc[place] < before.iloc[place]:
                    return Label(
                        f"{column} 增加 {gain:g}，等级反而变差",
                        f"{gain:g} more of {column} means a worse grade",
                    )
    return None


def others_decide_nothing(scheme: Scheme, known: pd.DataFrame) -> Label | None:
    """Once frozen, grading half of the customers gives the same as grading all."""
    frozen, half = scheme.freeze(known), known.iloc[::2]
    if _same(frozen.grade(known), frozen.grade(half), half.index):
        return None
    return Label(
        "等级取决于一同定级的还有谁；如属本意，写 alone = False",
        "the grade depends on who else is graded; if meant, write alone = False",
    )


def described(params: RuleParams, names: Names) -> Label | None:
    """What the scheme does, in Chinese and in English."""
    words = scheme_words(params, names)
    if not any("\u4e00" <= c <= "\u9fff" for c in words.zh) or not words.en.strip():
        return Label("说明缺中文或英文", "the description lacks Chinese or English")
    return None


def fields_described(params: RuleParams) -> Label | None:
    """Every key of the parameters has its meaning in both languages."""
    for key, field in type(params).model_fields.items():
        more = field.json_schema_extra
        if not field.description or not (isinstance(more, dict) and more.get("zh")):
            return Label(
                f"{key} 没有用 described 写明中英文含义", f"{key} is not described in both languages"
            )
    return None


def written_and_read_back(params: RuleParams) -> Label | None:
    """The parameters, written to a file and read back, are the same."""
    written = params.model_dump(mode="json", exclude_unset=True)
    if TypeAdapter(SchemeParams).validate_python(params.model_dump(exclude_unset=True)) == params and written:
        return None
    return Label("参数写出再读回后不同", "the parameters differ when written and read back")


def _same(first: Grading, second: Grading, customers: pd.Index) -> bool:
    """Whether two gradings say the same of ``customers``."""
    one, other = (
        pd.DataFrame({"g": grading.grade.astype(object), "w": grading.reason_text("en")}).loc[customers]
        for grading in (first, second)
    )
    return one.equals(other)


Promise = Callable[[Scheme, OwnParams, pd.DataFrame, Names], Label | None]
SEED = 20261122
GAINS = (0.01, 1.0, 1_000.0, 1_000_000.0)

PROMISES: dict[str, tuple[Label, Promise]] = {
    "described": (
        Label("方案与参数的说明中英文齐全", "scheme and keys described in both languages"),
        lambda scheme, params, known, names: described(params, names) or fields_described(params),
    ),
    "reasons": (
        Label("每位客户一个等级或无等级的理由", "a grade, or a reason for none, for everybody"),
        lambda scheme, params, known, names: graded_or_told_why(scheme, known),
    ),
    "same_again": (
        Label("两次定级相同，不改动数据", "the same every time, and changes nothing"),
        lambda scheme, params, known, names: same_again(scheme, known),
    ),
    "rows": (
        Label("与客户的排列无关", "blind to the order of customers"),
        lambda scheme, params, known, names: blind_to_row_order(scheme, known, mixed(known)),
    ),
    "equals": (
        Label("条件相同则等级相同", "equals share a grade"),
        lambda scheme, params, known, names: equals_share_a_grade(scheme, known),
    ),
    "nobody": (
        Label("没有客户时没有结果", "nobody gives nothing"),
        lambda scheme, params, known, names: nobody_gives_nothing(scheme, known),
    ),
    "missing": (
        Label("数值缺失时有交代", "a missing value is answered"),
        lambda scheme, params, known, names: missing_is_answered(scheme, known),
    ),
    "rises": (
        Label("所声明的指标越高，等级不会越差", "more of what is declared never means worse"),
        lambda scheme, params, known, names: more_is_never_worse(scheme, known, params.rises, GAINS),
    ),
    "alone": (
        Label("定基之后与别人无关", "once frozen, others decide nothing"),
        lambda scheme, params, known, names: others_decide_nothing(scheme, known) if params.alone else None,
    ),
    "round_trip": (
        Label("参数写出读回不变", "parameters written and read back"),
        lambda scheme, params, known, names: written_and_read_back(params),
    ),
}


def mixed(known: pd.DataFrame) -> list[object]:
    """The customers in another order, the same every time."""
    return list(known.index[np.random.default_rng(SEED).permutation(len(known))])
