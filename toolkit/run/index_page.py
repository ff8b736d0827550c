"""What the index shows: studies, their quarters with verdict, key figures and their change, and links."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from toolkit.reporting.difference import BETTER, differences
from toolkit.reporting.moving import change_text, direction_text, side_text
from toolkit.run.facts import VERDICT, flipped
from toolkit.run.folder import MANIFEST
from toolkit.run.index import FRONT, STATES, Entry, Shelf
from toolkit.run.page import both, page, row, table
from toolkit.terms import Label

TITLE = Label("报告目录", "Reports")
KEY_FACTS = 6
SETS = "sets"
DASH = "–"
REPORT_WORDS = {
    "report.zh.html": Label("中文网页", "HTML in Chinese"),
    "report.zh.pdf": Label("中文 PDF", "PDF in Chinese"),
    "report.en.html": Label("英文网页", "HTML in English"),
    "report.en.pdf": Label("英文 PDF", "PDF in English"),
}
COMPARE = Label("与上一份报告比较", "compared with the report before")
FLIPPED = Label("结论变了", "the verdict is another")
UNKNOWN = Label("季度未知", "quarter not known")
NO_REPORT = Label("这个季度还没有报告。", "There is no report of this quarter yet.")
NO_RUN = Label("还没有运行记录。", "There is no run yet.")
WHAT_IFS = Label("情景比较", "what-ifs compared")
ARROWS = {True: "▲", False: "▼"}


def index_page(out: Path, studies: dict[str, list[Shelf]]) -> str:
    """The page of ``studies``; ``out`` is the folder it will lie in."""
    told = [_study(out, study, shelves) for study, shelves in studies.items()]
    return page(TITLE, "\n".join(told) or f"<p>{both(NO_RUN)}</p>")


def _study(out: Path, study: str, shelves: list[Shelf]) -> str:
    newest = next(one.report or one.others[0] for one in shelves)
    title = _words(newest.manifest["title"])
    quarters = "\n".join(_quarter(out, study, shelf) for shelf in shelves)
    return f"<section>\n<h2>{both(title)} <small>{escape(study)}</small></h2>\n{quarters}\n</section>"


def _quarter(out: Path, study: str, shelf: Shelf) -> str:
    name = escape(shelf.quarter) if shelf.quarter else both(UNKNOWN)
    told = _report(shelf, shelf.report) if shelf.report else f"<p>{both(NO_REPORT)}</p>"
    others = _others(shelf.others, _sets(out, study, shelf.quarter))
    return f"<article class=quarter>\n<h3>{name}</h3>\n{told}\n{others}\n</article>"


def _report(shelf: Shelf, entry: Entry) -> str:
    state = Label("最新", "latest") if entry.latest else STATES[entry.manifest["state"]]
    about = [both(state), escape(str(entry.manifest["run"]))]
    if entry.signed:
        about.append(both(entry.signed))
    told = f"<p class=verdict>{_verdict(entry)}</p>"
    if shelf.before and flipped(entry.facts, shelf.before.facts):
        was = _printed(shelf.before.facts.get(VERDICT))
        quarter = str(shelf.before.manifest.get("quarter"))
        words = Label(
            f"⚠ {FLIPPED.zh}：{quarter} 是“{was.zh}”。", f"⚠ {FLIPPED.en}: in {quarter} it was “{was.en}”."
        )
        told += f"\n<p class=flip>{both(words)}</p>"
    figures = _figures(shelf, entry)
    return "\n".join(
        [told, figures, _links(shelf, entry), f"<p class=line><small>{' · '.join(about)}</small></p>"]
    )


def _verdict(entry: Entry) -> str:
    verdict, policy = _printed(entry.facts.get(VERDICT)), _printed(entry.facts.get(f"{VERDICT}.policy"))
    named = f" <small>{both(policy)}</small>" if policy.zh != DASH else ""
    return f"{both(verdict)}{named}"


def _figures(shelf: Shelf, entry: Entry) -> str:
    shown = _key_facts(entry.facts)
    if not shown:
        return ""
    before = shelf.before.facts if shelf.before else {}
    since = str(shelf.before.manifest.get("quarter")) if shelf.before else ""
    head = [Label("关键数字", "Key figures"), Label("现在", "Now")]
    head += [Label(f"{since}", f"{since}"), Label("变化", "Change")] if since else []
    rows = []
    for id in shown:
        fact = entry.facts[id]
        cells = [both(_printed(fact))]
        cells += [both(_printed(before.get(id))), _change(id, before, entry.facts)] if since else []
        rows.append(row(both(_words(fact)), *cells))
    caption = Label(f"{shelf.quarter} 的关键数字", f"Key figures of {shelf.quarter}")
    return table(caption, tuple(head), rows)


def _key_facts(facts: dict[str, Any]) -> list[str]:
    """The figures of page one; the first ones recorded where no page one was made."""
    named = str((facts.get(FRONT) or {}).get("value", "")).split()
    on_page_one = [id for id in named if id in facts]
    figures = [id for id, fact in facts.items() if fact.get("unit") != "text" and id != VERDICT]
    return (on_page_one or figures)[:KEY_FACTS]


def _change(id: str, before: dict[str, Any], facts: dict[str, Any]) -> str:
    """By how much, with an arrow and words, so that no colour is needed."""
    moved = differences({id: before[id]}, {id: facts[id]}).moved if id in before else ()
    if not moved or not moved[0].change:
        return DASH
    [one] = moved
    told = change_text(one, str(facts[id].get("currency", "")))
    way = direction_text(one)
    said = Label(f"{told.zh} {way.zh}".strip(), f"{told.en} {way.en}".strip())
    bad = one.direction not in (None, BETTER)
    arrow = f"<span aria-hidden=true>{ARROWS[one.change > 0]}</span>"
    return f"<span{' class=bad' if bad else ''}>{arrow} {both(said)}</span>"


def _links(shelf: Shelf, entry: Entry) -> str:
    outputs = entry.manifest.get("outputs")
    names = [name for name in outputs if name.startswith("report.")] if isinstance(outputs, dict) else []
    named = {
        name: REPORT_WORDS.get(name, Label(name, name)) for name in (*REPORT_WORDS, *names) if name in names
    }
    links = [_link(entry.folder / name, label) for name, label in named.items()]
    if shelf.compared:
        links.append(_link(shelf.compared, COMPARE))
    return f"<ul class=links>{''.join(f'<li>{link}</li>' for link in links)}</ul>" if links else ""


def _others(others: tuple[Entry, ...], sets: list[Path]) -> str:
    """Failed runs, what-ifs and older runs, folded."""
    told = [f"<li>{_other(entry)}</li>" for entry in others]
    told += [f"<li>{_link(path, WHAT_IFS)} <small>{escape(path.stem)}</small></li>" for path in sets]
    if not told:
        return ""
    bad = sum(entry.manifest["state"] != "succeeded" for entry in others)
    count = Label(
        f"其他运行 {len(told)} 项" + (f"，其中 {bad} 次没有完成" if bad else ""),
        f"{len(told)} other run(s)" + (f", {bad} of them did not finish" if bad else ""),
    )
    return f"<details><summary>{both(count)}</summary>\n<ul>{''.join(told)}</ul></details>"


def _other(entry: Entry) -> str:
    manifest = entry.manifest
    state = STATES.get(str(manifest["state"]), Label(str(manifest["state"]), str(manifest["state"])))
    told = [f"<span{'' if manifest['state'] == 'succeeded' else ' class=bad'}>{both(state)}</span>"]
    if scenario := manifest.get("scenario"):
        told.append(both(Label(f"情景 {scenario}", f"what-if {scenario}")))
    if VERDICT in entry.facts and manifest["state"] == "succeeded":
        told.append(both(_printed(entry.facts[VERDICT])))
    if manifest.get("reason"):
        told.append(f"<small>{both(_words(manifest['reason']))}</small>")
    if entry.signed:
        told.append(f"<small>{both(entry.signed)}</small>")
    links = _links(Shelf("", None, ()), entry) if manifest["state"] == "succeeded" else ""
    record = _link(entry.folder / MANIFEST, Label("运行记录", "record")) if not links else ""
    return f"<small>{escape(str(manifest['run']))}</small> {' '.join(told)} {links}{record}"


def _sets(out: Path, study: str, quarter: str) -> list[Path]:
    """Tables of what-ifs of this quarter."""
    found = sorted((out / study / SETS).glob("*.html")) if quarter and "/" not in study else []
    return [path.relative_to(out) for path in found if path.stem.endswith(f".{quarter}")]


def _link(path: Path, label: Label) -> str:
    return f'<a href="{quote(path.as_posix())}">{both(label)}</a>'


def _printed(fact: Any) -> Label:
    return side_text(fact if isinstance(fact, dict) else None)


def _words(told: Any) -> Label:
    """Words that a record holds in both languages."""
    given = told if isinstance(told, dict) else {}
    return Label(str(given.get("zh", "")), str(given.get("en", "")))
