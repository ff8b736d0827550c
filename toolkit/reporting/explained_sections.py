"""What is said of one customer's grade, as headed tables: the same for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.explanation import Explanation
from toolkit.explanation.explanation import Line, Turn
from toolkit.schemes.wording import say
from toolkit.terms import Label

EMPTY = Label("", "")
MARKS = {True: Label("✓", "✓"), False: Label("✗", "✗"), None: EMPTY}
NO_GRADE = Label("无等级", "no grade")
KEPT = Label("（保级）", " (held)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a table and what is said below it.

    Attributes
    ----------
    title : Label
    heads : tuple of Label
    rows : tuple of tuple of Label
    notes : tuple of Label
    """

    title: Label
    heads: tuple[Label, ...]
    rows: tuple[tuple[Label, ...], ...]
    notes: tuple[Label, ...] = ()


def headline(told: Explanation) -> tuple[Label, ...]:
    """Who, when, by which policy, and the grade."""
    grade = NO_GRADE if told.grade is None else Label(told.grade, told.grade)
    review = "—" if told.review is None else str(told.review)
    return (
        say("{c} {q} 的等级：{g}{k}", "Grade of {c} in {q}: {g}{k}", c=told.customer, q=str(told.quarter), g=grade, k=KEPT if told.held else EMPTY),
        say("{co} · 方案：{t}（{p}）", "{co} · policy: {t} ({p})", co=told.company, t=told.title, p=told.policy),
        say(
            "依据 {r} 的复评，观察期 {w} 个季度；等级从好到差：{all}",
            "Decided by the review of {r} on a window of {w} quarter(s); grades, best first: {all}",
            r=review,
            w=str(told.window),
            all=Label("、".join(told.grades), ", ".join(told.grades)),
        ),
    )  # fmt: skip


def sections(told: Explanation) -> tuple[Section, ...]:
    """Everything else, in the order in which a hearing would ask; what there is nothing to say of is left out."""
    found = [_way(told), *_behind(told), _regains(told), _rises(told), _falls(told), _history(told)]
    found += [
        Section(
            Label("申诉", "Appeals"),
            _heads("申诉", "Appeal", "结论", "Decision", "", ""),
            _lines(told.appeals),
        ),
        Section(
            Label("公司记录的等级", "Grades on record"),
            _heads("起始", "Since", "等级", "Grade", "决定人", "Decided by"),
            _lines(told.recorded),
        ),
        Section(
            Label("数据", "Rows behind the figures"),
            _heads("表", "Table", "该客户的行数", "Rows of this customer"),
            tuple((line.what, line.figure) for line in told.records),
        ),
        Section(Label("方案全文与说明", "The policy in words, and notes"), (), (), (told.rule, *told.notes)),
    ]
    return tuple(one for one in found if one.rows or one.notes)


def _way(told: Explanation) -> Section:
    return Section(
        Label("等级怎样得出", "How the grade came about"),
        _heads("步骤", "Step", "等级", "Grade"),
        tuple((line.what, line.figure) for line in told.steps),
    )


def _behind(told: Explanation) -> Iterator[Section]:
    """One table for each scheme: the outermost first."""
    if told.part is None:
        return
    heads = _heads("", "", "依据", "What", "数值", "Value", "说明", "Note")
    for part in told.part.every():
        yield Section(
            say("依据：{t}", "What stands behind it: {t}", t=part.title),
            heads,
            tuple(_row(line) for line in part.lines),
        )


def _row(line: Line) -> tuple[Label, ...]:
    return MARKS[line.met], line.what, line.figure, line.note


def _rises(told: Explanation) -> Section:
    title = (
        Label("怎样升级", "What would raise it")
        if told.next is None
        else say("怎样升到{g}或更高", "What would raise it to {g} or better", g=told.next)
    )
    note = Label(
        "每行只变动一项，其他不变；数值取能使规则改判的最小变动。",
        "Each row changes one figure and nothing else, by the least that makes the rule decide otherwise.",
    )
    return Section(title, _turn_heads(), _turns(told.rises), (note,) if told.rises else ())


def _regains(told: Explanation) -> Section:
    title = Label("现有等级靠保级：怎样重新达到", "The grade is held: what would earn it again")
    return Section(title, _turn_heads(), _turns(told.regains))


def _falls(told: Explanation) -> Section:
    return Section(Label("离降级有多远", "How near it is to falling"), _turn_heads(), _turns(told.falls))


def _history(told: Explanation) -> Section:
    rows, before = [], None
    for one in told.history:
        same = before is not None and (one.in_force, one.held, one.reason) == before
        before = one.in_force, one.held, one.reason
        if same and not one.by.zh:
            continue
        grade = NO_GRADE if one.in_force is None else Label(one.in_force, one.in_force)
        shown = Label(f"{grade.zh}{KEPT.zh}", f"{grade.en}{KEPT.en}") if one.held else grade
        rows.append((Label(str(one.quarter), str(one.quarter)), one.by, shown, one.reason))
    heads = _heads("季度", "Quarter", "决定", "Decided", "等级", "Grade", "理由", "Reason")
    note = Label(
        "没有决定、等级也没有变化的季度略去。", "Quarters without a decision or a change are left out."
    )
    return Section(Label("历季等级", "Quarter by quarter"), heads, tuple(rows), (note,) if rows else ())


def _turn_heads() -> tuple[Label, ...]:
    return _heads(
        "指标", "Figure", "现在", "Now", "变为", "Becomes", "相差", "Apart", "规则给出", "Rule gives"
    )


def _turns(turns: Sequence[Turn]) -> tuple[tuple[Label, ...], ...]:
    return tuple(
        (
            one.name,
            one.shown[0],
            one.shown[1],
            one.by,
            NO_GRADE if one.grade is None else Label(one.grade, one.grade),
        )
        for one in turns
    )


def _lines(lines: Sequence[Line]) -> tuple[tuple[Label, ...], ...]:
    return tuple((line.what, line.figure, line.note) for line in lines)


def _heads(*words: str) -> tuple[Label, ...]:
    """Pairs of Chinese and English words."""
    return tuple(Label(zh, en) for zh, en in zip(words[::2], words[1::2], strict=True))
