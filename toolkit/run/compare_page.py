"""A comparison as a static page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from toolkit.reporting.difference import BETTER, Moved
from toolkit.reporting.moving import side_text
from toolkit.run.compare import Comparison, Part
from toolkit.run.compare_told import alarm, change, counted
from toolkit.run.files import write_whole
from toolkit.run.page import both, page, row, table
from toolkit.run.provenance_difference import NONE, Traced, short
from toolkit.terms import Label

TITLE = Label("两次运行的比较", "Two runs compared")
FACT_HEADS = (
    Label("数据要点", "Fact"),
    Label("之前", "Before"),
    Label("之后", "After"),
    Label("变化", "Change"),
)
MADE_HEADS = (Label("是什么", "What"), Label("之前", "Before"), Label("之后", "After"))
PARAMETERS = Label("参数的不同", "Parameters that differ")
PROVENANCE = Label("来源的不同", "Differences in provenance")
MOVED = Label("变动的数据要点", "Facts that moved")
ARROWS = {True: "▲", False: "▼"}


def write_comparison(found: Comparison, path: Path) -> Path:
    """Write the page of ``found`` to ``path``."""
    return write_whole(path, comparison_page(found))


def comparison_page(found: Comparison, about: str = "") -> str:
    """The page of ``found``; same comparison, same text."""
    parts = [_part(found, part) for part in found.parts if part.moved or part.added or part.gone]
    made = [
        _made(head, traced)
        for head, traced in ((PARAMETERS, found.parameters), (PROVENANCE, found.provenance))
        if traced
    ]
    runs = f"<p>{escape(found.before.name)} → {escape(found.after.name)}</p>"
    return page(
        TITLE, "\n".join([runs, _flips(found), f"<p>{both(counted(found))}</p>", *parts, *made]), about=about
    )


def changed(found: Comparison, moved: Moved) -> str:
    """The cell that says by how much; an arrow and words, so that no colour is needed."""
    told = change(found, moved)
    if not told.zh:
        return NONE
    arrow = f"<span aria-hidden=true>{ARROWS[(moved.change or 0) > 0]}</span> " if moved.change else ""
    bad = moved.direction not in (None, BETTER)
    return f"<span{' class=bad' if bad else ''}>{arrow}{both(told)}</span>"


def _flips(found: Comparison) -> str:
    if not found.flips:
        return f"<p>{both(alarm(found))}</p>"
    told = "\n".join(f"<li>{both(flip.sentence)}</li>" for flip in found.flips)
    return f"<section class=flip>\n<h2>{both(alarm(found))}</h2>\n<ul>\n{told}\n</ul>\n</section>"


def _part(found: Comparison, part: Part) -> str:
    rows = [
        row(_named(one), both(side_text(one.before)), both(side_text(one.after)), changed(found, one))
        for one in part.moved
    ]
    told = [f"<h2>{both(part.name)}</h2>"]
    if rows:
        told.append(
            table(Label(f"{MOVED.zh}（{part.chapter}）", f"{MOVED.en} ({part.chapter})"), FACT_HEADS, rows)
        )
    for words, ones in ((Label("新增", "Added"), part.added), (Label("消失", "Gone"), part.gone)):
        if ones:
            listed = "".join(
                f"<li>{_named(one)} {both(side_text(one.after or one.before))}</li>" for one in ones
            )
            count = Label(f"{words.zh} {len(ones)} 个", f"{words.en}: {len(ones)}")
            told.append(f"<details><summary>{both(count)}</summary><ul>{listed}</ul></details>")
    return "\n".join(told)


def _named(moved: Moved) -> str:
    return f"{both(moved.label)}<small>{escape(moved.id)}</small>"


def _made(head: Label, traced: tuple[Traced, ...]) -> str:
    rows = [
        row(
            both(Label(f"{one.what.zh} {one.name}", f"{one.what.en} {one.name}")),
            escape(short(one.before)),
            escape(short(one.after)),
        )
        for one in traced
    ]
    return f"<h2>{both(head)}</h2>\n{table(head, MADE_HEADS, rows)}"
