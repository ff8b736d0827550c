"""The table of a set: printed, and kept as HTML, CSV and JSON below ``sets/``."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from toolkit.run.files import write_whole
from toolkit.run.index import STATES
from toolkit.run.page import both, heads, page
from toolkit.run.sets import Result, SetRun, printed
from toolkit.spreadsheet import formula_safe
from toolkit.terms import Label, Lang

FOLDER = "sets"
FORMATS = ("html", "csv", "json")
SHOWN = 12
COLUMNS = (
    "member",
    "state",
    "verdict",
    "fact",
    "zh",
    "en",
    "unit",
    "base",
    "value",
    "change",
    "direction",
    "flip",
)
HEADS = (
    Label("情景", "What-if"),
    Label("状态", "State"),
    Label("结论", "Verdict"),
    Label("变了的数据要点", "Facts that moved"),
)


def write_set(found: SetRun, out: Path) -> list[Path]:
    """Write the table of ``found`` below ``out``, the folder of all reports, as HTML, CSV and JSON."""
    folder = out / found.study / FOLDER
    texts = {"html": _page(found, folder), "csv": _csv(found), "json": as_json(found)}
    stem = f"{found.id}.{found.quarter}"
    return [write_whole(folder / f"{stem}.{kind}", texts[kind]) for kind in FORMATS]


def lines(found: SetRun, lang: Lang) -> Iterator[str]:
    """One line for each member, then what moved in it."""
    yield f"{found.title.text(lang)} {found.study} {found.quarter}"
    for one in found.results:
        told = one.reason.text(lang) if one.reason else _figures(found, one, lang)
        yield f"{one.name or '–'} {one.title.text(lang)}: {_state(one).text(lang)}  {one.verdict.text(lang)}  {told}"
        yield from (f"    {moved.line(lang)}" for moved in one.moved.moved[:SHOWN])


def as_json(found: SetRun) -> str:
    """The whole result, for a program."""
    results = [
        {
            "member": one.name,
            "title": _words(one.title),
            "state": one.state,
            "reason": _words(one.reason) if one.reason else None,
            "run": one.run.name if one.run else None,
            "quarter": one.quarter,
            "verdict": _words(one.verdict),
            "facts": {id: one.facts[id] for id in found.key_facts if id in one.facts},
            "moved": [moved.as_json() for moved in one.moved.moved],
        }
        for one in found.results
    ]
    about = {"set": found.id, "title": _words(found.title), "study": found.study, "quarter": found.quarter}
    told = {**about, "exit_code": found.exit_code, "results": results}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _csv(found: SetRun) -> str:
    """A row for each member and fact that moved; a member in which nothing moved has one row."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found.results:
        start = [one.name, one.state, one.verdict.en]
        rows = [
            [
                m.id,
                m.label.zh,
                m.label.en,
                m.unit,
                _value(m.before),
                _value(m.after),
                m.change,
                m.direction,
                m.flip,
            ]
            for m in one.moved.moved
        ]
        for row in rows or [[None] * (len(COLUMNS) - len(start))]:
            writer.writerow([formula_safe("" if cell is None else cell) for cell in [*start, *row]])
    return stream.getvalue()


def _page(found: SetRun, folder: Path) -> str:
    rows = "\n".join(_row(found, one, folder) for one in found.results)
    return page(
        found.title,
        f"<p>{escape(found.study)} {escape(found.quarter)}</p>\n"
        f"<div class=scroll>\n<table>\n{heads(HEADS)}\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>",
    )


def _row(found: SetRun, one: Result, folder: Path) -> str:
    name = both(one.title)
    if one.run:
        place = quote(Path(os.path.relpath(one.run, folder)).as_posix())
        name = f'<a href="{place}/">{name}</a>'
    why = f"<br><small>{both(one.reason)}</small>" if one.reason else ""
    figures = "".join(
        f"<li>{escape(str(one.facts[id].get('zh', '')))} {escape(printed(one.facts[id]).zh)}"
        f"<span class=en lang=en>{escape(str(one.facts[id].get('en', '')))} {escape(printed(one.facts[id]).en)}</span></li>"
        for id in found.key_facts
        if id in one.facts
    )
    moved = "".join(
        f"<li>{escape(m.line('zh'))}<span class=en lang=en>{escape(m.line('en'))}</span></li>"
        for m in one.moved.moved
    )
    cells = [name, both(_state(one)) + why, f"{both(one.verdict)}<ul>{figures}</ul>", f"<ul>{moved}</ul>"]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _figures(found: SetRun, one: Result, lang: Lang) -> str:
    told = [
        f"{one.facts[id].get(lang, id)} {printed(one.facts[id]).text(lang)}"
        for id in found.key_facts
        if id in one.facts
    ]
    return "; ".join(told)


def _state(one: Result) -> Label:
    return STATES[one.state]


def _value(side: dict[str, Any] | None) -> Any:
    return None if side is None else side.get("value")


def _words(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
