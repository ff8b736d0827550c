"""Parameters of kinds that hold other schemes: gates, matrices, overrides, lists, judgements, versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from toolkit.params.schemes.bounds import Floor, check_ladder
from toolkit.params.schemes.condition import When
from toolkit.params.schemes.needs import JudgedNeed, JudgedTable, ListNeed, Need, ReviewDayNeed
from toolkit.params.schemes.subject import RuleParams
from toolkit.params.schemes.table import check_grades, in_order
from toolkit.params.strict import Several, Strict, Text, Words, described, refuse

if TYPE_CHECKING:
    from toolkit.params.schemes.union import Branch, SchemeParams


class FixedParams(RuleParams):
    """One grade for everybody; a bare grade name where a scheme is expected means this."""

    kind: Literal["fixed"] = described("固定等级", "one grade for everybody")
    grade: Text = described("等级", "grade")

    @property
    def grades(self) -> tuple[str, ...]:
        return (self.grade,)

    @property
    def ordered(self) -> bool:
        return True


class GateParams(RuleParams):
    """First who is eligible, then one scheme inside the gate and another outside."""

    kind: Literal["gate"] = described("准入门", "gate before the scheme")
    when: When = described("须全部成立的准入条件", "conditions of entry that must all hold", min_length=1)
    inside: Branch = described("门内的方案，或一个等级名", "scheme inside the gate, or one grade")
    outside: Branch = described("门外的等级名，或另一方案", "grade outside the gate, or another scheme")
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则门内在先",
        "grades, best first; left out, those inside come first",
        None,
    )
    reason: Words | None = described("准入的理由", "reason given for being inside", None)

    @model_validator(mode="after")
    def grades_cover_both_sides(self) -> GateParams:
        given = (*self.inside.grades, *self.outside.grades)
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self

    @property
    def ordered(self) -> bool:
        return self.inside.ordered and self.outside.ordered


class CellParams(Strict):
    """Cells of a matrix that share a grade; an axis that is left out means all of it."""

    at: dict[str, Text | Several[Text]] = described(
        "轴: 等级或若干等级", "axis: a grade or several grades of it"
    )
    grade: Text = described("这些格子的等级", "grade of these cells")


class MatrixParams(RuleParams):
    """Grade each axis on its own, then map every cell to a grade."""

    kind: Literal["matrix"] = described("多维矩阵", "cross of two or more axes")
    axes: dict[str, SchemeParams] = described("轴: 方案", "axis: scheme", min_length=2)
    cells: Several[CellParams] = described(
        "格子到等级的对应，从上往下取第一条", "cells to grades, first fit from the top", ()
    )
    keep_cell_label: bool = described(
        "以格子本身为类别（如 大客户 × 高潜力），不做对应", "keep the cell itself as the class", False
    )
    default: Text | None = described(
        "没有对应到的格子的等级；不写或 null 则每个格子都须对应",
        "grade of cells that are not mapped; left out or null, every cell must be",
        None,
    )
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则按出现次序",
        "grades, best first; left out, in the order of the file",
        None,
    )
    ordered: bool = described("等级是否有高低之分", "whether the grades have an order", True)

    @model_validator(mode="after")
    def every_cell_has_a_grade(self) -> MatrixParams:
        self._refuse_unknown()
        if self.keep_cell_label and (self.cells or self.default):
            raise refuse(
                "keep_cell_label 与 cells、default 不能同用", "keep_cell_label excludes cells and default"
            )
        unmapped = self.unmapped()
        if unmapped and self.default is None and not self.keep_cell_label:
            first = " × ".join(unmapped[0])
            raise refuse(
                f"有 {len(unmapped)} 个格子没有对应等级（第一个：{first}）；请补上，或写 default",
                f"{len(unmapped)} cell(s) have no grade (first: {first}); add them, or write a default",
            )
        cells = self.cell_grades()
        given = (
            tuple(cells.values()) if self.keep_cell_label else (*(c.grade for c in self.cells), self.default)
        )
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self

    def _refuse_unknown(self) -> None:
        for cell in self.cells:
            for axis, wanted in cell.at.items():
                known = self.axes[axis].grades if axis in self.axes else None
                if known is None:
                    raise refuse(f"没有名为 {axis} 的轴", f"there is no axis {axis}")
                strange = [g for g in _several(wanted) if g not in known]
                if strange:
                    raise refuse(
                        f"轴 {axis} 没有等级 {strange[0]}；有 {list(known)}",
                        f"axis {axis} has no grade {strange[0]}; it has {list(known)}",
                    )

    def cell_grades(self) -> dict[tuple[str, ...], str | None]:
        """Grade of every cell, in the order of the axes; None where it is neither mapped nor has a default."""
        return {cell: self._grade_of(cell) or self.default for cell in self._cells()}

    def unmapped(self) -> list[tuple[str, ...]]:
        """Cells that no entry of the file names."""
        return [cell for cell in self._cells() if self._grade_of(cell) is None]

    def _cells(self) -> list[tuple[str, ...]]:
        return list(product(*(scheme.grades for scheme in self.axes.values())))

    def _grade_of(self, cell: tuple[str, ...]) -> str | None:
        if self.keep_cell_label:
            return " × ".join(cell)
        place = dict(zip(self.axes, cell, strict=True))
        fits = (c.grade for c in self.cells if all(place[a] in _several(w) for a, w in c.at.items()))
        return next(fits, None)


class OverrideParams(Strict):
    """One reason to depart from the computed grade."""

    reason: Words = described("理由", "reason")
    when: When | None = described("须全部成立的条件", "conditions that must all hold", None, min_length=1)
    customers: Several[Text] | None = described("点名的客户编号", "customers by id", None, min_length=1)
    before: bool = described(
        "先于计算：该客户直接得 pin 的等级，不参加计算",
        "before the computed grade: the customer takes the pinned grade and is no part of the base scheme",
        False,
    )
    pin: Text | None = described("定为该级", "grade that is given", None)
    up: int | None = described("升几级", "grades up", None, ge=1)
    down: int | None = described("降几级", "grades down", None, ge=1)
    not_below: Text | None = described("不低于该级", "grade below which the customer does not fall", None)
    not_above: Text | None = described("不高于该级", "grade above which the customer does not rise", None)
    author: Text | None = described("谁决定的", "who decided", None)
    from_on: date | None = described("自何日起有效", "first day on which it applies", None)
    until: date | None = described("到期日（当日起失效）", "day from which it no longer applies", None)
    limit: int | None = described(
        "最多适用多少位客户，超过则拒绝", "most customers it may touch; more are refused", None, ge=0
    )

    @model_validator(mode="after")
    def one_action(self) -> OverrideParams:
        given = [n for n in ("pin", "up", "down", "not_below", "not_above") if getattr(self, n) is not None]
        if len(given) != 1:
            raise refuse(
                "pin、up、down、not_below、not_above 应恰好写一个",
                f"exactly one of pin, up, down, not_below, not_above must be given, got {given}",
            )
        if self.before and self.pin is None:
            raise refuse("before 只能与 pin 同用", "before needs pin")
        if (self.when is None) == (self.customers is None):
            raise refuse("when 与 customers 应恰好写一个", "exactly one of when and customers must be given")
        return self


class OverridesParams(RuleParams):
    """A base scheme, and rules that raise, lower or pin what it gives, with reasons."""

    kind: Literal["overrides"] = described("调整规则", "overrides of a base scheme")
    base: SchemeParams = described("基础方案", "base scheme")
    rules: Several[OverrideParams] = described("从上往下判断", "tried from the top", min_length=1)
    apply: Literal["first", "all"] = described(
        "first 只用第一条符合的，all 依次全用", "only the first rule that fits, or all in turn", "first"
    )
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则同基础方案", "grades, best first; left out, those of the base", None
    )

    @model_validator(mode="after")
    def rules_name_grades(self) -> OverridesParams:
        names = in_order(self.grades, self.base.grades)
        given = [g for r in self.rules for g in (r.pin, r.not_below, r.not_above)]
        check_grades(names, (*self.base.grades, *given))
        object.__setattr__(self, "grades", names)
        steps = [r for r in self.rules if r.pin is None]
        if steps and not self.base.ordered:
            raise refuse(
                "基础方案的类别没有高低之分，只能用 pin", "the base has no order, so rules can only pin"
            )
        return self

    @property
    def ordered(self) -> bool:
        return self.base.ordered

    def own_needs(self) -> tuple[Need, ...]:
        """The day, where a rule begins or expires."""
        return (ReviewDayNeed(),) if any(r.from_on or r.until for r in self.rules) else ()


class ListedParams(Strict):
    """One list and the grade of whoever is on it."""

    list: Text = described("名单（lists 表）", "list of the table lists")
    grade: Text = described("在名单上的客户的等级", "grade of customers on it")


class ListsParams(RuleParams):
    """Membership of dated lists; the first list that holds the customer decides, else the other scheme."""

    kind: Literal["lists"] = described("名单法（红名单、黑名单）", "membership of lists")
    lists: Several[ListedParams] = described(
        "名单，先写的优先", "lists, the first has precedence", min_length=1
    )
    otherwise: Branch = described("不在任何名单上的客户：等级名或方案", "grade or scheme of everybody else")
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则名单在先",
        "grades, best first; left out, those of the lists come first",
        None,
    )

    @model_validator(mode="after")
    def grades_cover_the_lists(self) -> ListsParams:
        given = (*(entry.grade for entry in self.lists), *self.otherwise.grades)
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self

    @property
    def ordered(self) -> bool:
        return self.otherwise.ordered

    def own_needs(self) -> tuple[Need, ...]:
        """Membership of every list."""
        return tuple(ListNeed(entry.list) for entry in self.lists)


JUDGED_COLUMNS: dict[str, tuple[str, ...]] = {
    "grades": ("decided_by", "from_on"),
    "judgements": ("author", "judged_on", "reason"),
}


class JudgedParams(RuleParams):
    """Grades or scores set by people (table ``grades`` or ``judgements``), with author and date."""

    kind: Literal["judged"] = described("人工评定", "grades set by people")
    table: JudgedTable = described(
        "取自哪张表：grades 等级记录，judgements 人工评定（带理由）",
        "where they stand: the record of grades, or the table of judgements with reasons",
        "grades",
    )
    require_reason: bool = described(
        "没有评定人或理由的评定不作数，客户不定级并计数（只用于 judgements）",
        "a judgement without author or reason is set aside: the customer is left ungraded and counted "
        "(for judgements)",
        False,
    )
    grades: Several[Text] = described("等级次序，从最好的写起", "grades, best first")
    floors: dict[str, Floor] | None = described(
        "按评分 score 定级的门槛；不写则用评定的等级 grade",
        "floors on the judged score; left out, the judged grade itself counts",
        None,
    )
    names: dict[str, Text] | None = described(
        "评定表里的叫法: 本方案的等级", "grade as written in the table: grade of this scheme", None
    )
    valid_quarters: int | None = described(
        "评定几个季度后失效；不写则一直有效", "quarters after which a judgement expires", None, ge=1
    )
    otherwise: Branch | None = described(
        "没有评定的客户：等级名或方案；null 为不定级",
        "grade or scheme of customers without a judgement; null leaves ungraded",
    )
    compare: SchemeParams | None = described(
        "并列计算、用来比较的方案", "scheme that is computed beside it for comparison", None
    )
    ordered: bool = described("等级是否有高低之分", "whether the grades have an order", True)

    @model_validator(mode="after")
    def grades_are_known(self) -> JudgedParams:
        given = [
            *(self.floors or ()),
            *(self.names or {}).values(),
            *(self.otherwise.grades if self.otherwise else ()),
            *(self.compare.grades if self.compare else ()),
        ]
        check_grades(self.grades, given)
        if self.floors is not None:
            check_ladder(self.floors, "higher", "评分门槛", "score floors")
        if self.require_reason and self.table != "judgements":
            raise refuse(
                "require_reason 只用于 table: judgements；等级记录没有理由一列",
                "require_reason needs table: judgements; the record of grades has no reasons",
            )
        return self

    def own_needs(self) -> tuple[Need, ...]:
        """The latest judgement, its author and its day, and its reason where the table has one."""
        what = "score" if self.floors is not None else "grade"
        columns = (what, *JUDGED_COLUMNS[self.table])
        return tuple(JudgedNeed(part, self.valid_quarters, self.table) for part in columns)


class VersionParams(Strict):
    """One version of a scheme and the day from which it applies."""

    from_on: date = described("自何日起的复评适用", "applies to reviews from this day on")
    scheme: SchemeParams = described("该版本的方案", "scheme of this version")


class VersionsParams(RuleParams):
    """One scheme per period: weights and floors that change every year."""

    kind: Literal["versions"] = described("分年度版本", "versions by date")
    versions: Several[VersionParams] = described(
        "各版本，先早后晚；早于第一版的复评用第一版",
        "versions, earliest first; reviews before the first use the first",
        min_length=1,
    )
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则按版本中出现的次序",
        "grades, best first; left out, in the order of the versions",
        None,
    )

    @model_validator(mode="after")
    def versions_follow_each_other(self) -> VersionsParams:
        days = [version.from_on for version in self.versions]
        if days != sorted(set(days)):
            raise refuse("各版本应先早后晚", "versions must follow each other in time")
        given = [grade for version in self.versions for grade in version.scheme.grades]
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self

    @property
    def ordered(self) -> bool:
        return all(version.scheme.ordered for version in self.versions)

    def own_needs(self) -> tuple[Need, ...]:
        """The day of the review."""
        return (ReviewDayNeed(),)


def _several(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else wanted


def as_fixed(written: Any) -> Any:
    """A bare grade name as the scheme that gives it to everybody."""
    return {"kind": "fixed", "grade": written} if isinstance(written, str) else written


def rebuild(names: Mapping[str, Any]) -> None:
    """Complete the models that hold other schemes, once the union of all kinds is known."""
    for model in (
        GateParams,
        MatrixParams,
        OverridesParams,
        ListsParams,
        JudgedParams,
        VersionParams,
        VersionsParams,
    ):
        model.model_rebuild(_types_namespace=dict(names))
