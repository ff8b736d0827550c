"""A comparison for a terminal and for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.reporting.conclusions import Flip
from toolkit.reporting.difference import Moved
from toolkit.reporting.moving import change_text, direction_text, side_text
from toolkit.run.compare import Comparison, Part, Side
from toolkit.terms import Label, Lang

NO_ALARM = Label("没有结论翻转。", "No conclusion flipped.")
PARAMETERS = Label("参数的不同：", "Parameters that differ:")
PROVENANCE = Label("来源的不同：", "Differences in provenance:")
SHOWN = 40


def lines(found: Comparison, lang: Lang) -> list[str]:
    """What to print: the alarm, what moved by chapter, counts, what differs underneath."""
    made = [f"{found.before.name} → {found.after.name}", "", alarm(found).text(lang)]
    made += [f"  ! {flip.sentence.text(lang)}" for flip in found.flips]
    for part in found.parts:
        if part.moved or part.added or part.gone:
            made += ["", f"{part.chapter}  {part.title.text(lang)}".rstrip()]
            made += [f"  {line}" for line in _part(found, part, lang)]
    made += ["", counted(found).text(lang)]
    for head, traced in ((PARAMETERS, found.parameters), (PROVENANCE, found.provenance)):
        told = [f"  {one.line(lang)}" for one in traced]
        more = Label(f"  ……另有 {len(told) - SHOWN} 项", f"  … and {len(told) - SHOWN} more")
        if told:
            made += ["", head.text(lang), *told[:SHOWN]]
            made += [more.text(lang)] if len(told) > SHOWN else []
    return made


def alarm(found: Comparison) -> Label:
    """How many conclusions flipped."""
    count = len(found.flips)
    return Label(f"警报：{count} 个结论翻转", f"Alarm: {count} conclusion(s) flipped") if count else NO_ALARM


def counted(found: Comparison) -> Label:
    """How many facts moved, stayed, came and went."""
    counts = found.counts
    return Label(
        f"数据要点：变动 {counts['moved']}，未变 {counts['same']}，新增 {counts['added']}，消失 {counts['gone']}。",
        f"Facts: {counts['moved']} moved, {counts['same']} did not, {counts['added']} added, {counts['gone']} gone.",
    )


def change(found: Comparison, moved: Moved) -> Label:
    """By how much, for better or worse; empty where neither can be said."""
    size, way = change_text(moved, found.currency(moved.id)), direction_text(moved)
    return Label(
        "，".join(filter(None, (size.zh, way.zh))),
        ", ".join(filter(None, (size.en, way.en))),
    )


def as_json(found: Comparison) -> dict[str, Any]:
    """The whole comparison, for a program."""
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "flips": [_flip(flip) for flip in found.flips],
        "counts": found.counts,
        "chapters": [
            {
                "chapter": part.chapter,
                "title": _words(part.title),
                "same": part.same,
                **{
                    kind: [one.as_json() for one in getattr(part, kind)]
                    for kind in ("moved", "added", "gone")
                },
            }
            for part in found.parts
        ],
        "parameters": [one.as_json() for one in found.parameters],
        "provenance": [one.as_json() for one in found.provenance],
    }


def _part(found: Comparison, part: Part, lang: Lang) -> Iterator[str]:
    for moved in part.moved:
        before, after = side_text(moved.before), side_text(moved.after)
        told = change(found, moved).text(lang)
        wrapped = Label(f"（{told}）", f" ({told})").text(lang) if told else ""
        yield f"{moved.id} {moved.label.text(lang)}: {before.text(lang)} → {after.text(lang)}{wrapped}"
    for one in part.added:
        yield f"+ {one.id} {one.label.text(lang)}: {side_text(one.after).text(lang)}"
    for one in part.gone:
        yield f"- {one.id} {one.label.text(lang)}: {side_text(one.before).text(lang)}"


def _flip(flip: Flip) -> dict[str, Any]:
    return {"id": flip.moved.id, "kinds": list(flip.kinds), **_words(flip.sentence)}


def _side(side: Side) -> dict[str, Any]:
    named = ("study", "quarter", "scenario", "state", "started")
    return {"run": side.run, **{name: side.manifest.get(name) for name in named}}


def _words(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
