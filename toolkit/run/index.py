"""The index of all runs: one static page, made from manifests and facts, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from toolkit.run.facts import FACTS, VERDICT
from toolkit.run.files import write_whole
from toolkit.run.folder import LATEST, MANIFEST
from toolkit.run.signing import signed_roles
from toolkit.terms import LANGS, Label

INDEX = "index.html"
KEY_FACTS = 6
FRONT = "front.figures"
STATES = {
    "succeeded": Label("完成", "succeeded"),
    "failed": Label("失败", "failed"),
    "interrupted": Label("中断", "interrupted"),
    "abandoned": Label("未完成", "abandoned"),
    "running": Label("进行中", "running"),
    "planned": Label("进行中", "running"),
}
HEADS = (
    Label("研究", "Study"),
    Label("季度", "Quarter"),
    Label("状态", "State"),
    Label("结论", "Verdict"),
    Label("关键数字", "Key figures"),
    Label("报告", "Reports"),
)
STYLE = """
:root{color-scheme:light dark;--line:#c9ccd1;--soft:#5f6670;--bad:#a4262c;--paper:#fff;--ink:#1d2733}
@media(prefers-color-scheme:dark){:root{--line:#4a4f57;--soft:#a9b0ba;--bad:#ff8f8f;--paper:#12171e;--ink:#e8ecf1}}
html{background:var(--paper);color:var(--ink)}a{color:inherit}
body{font:16px/1.55 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem auto;
max-width:76rem;padding:0 1rem}
h1{font-size:1.5rem}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.6rem .8rem;border-bottom:1px solid var(--line)}
small,.en{color:var(--soft)}.en{display:block}ul{margin:0;padding:0;list-style:none}.bad{color:var(--bad)}
@media print{a{color:inherit;text-decoration:none}}
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run, as the index shows it.

    Attributes
    ----------
    folder : Path
        Relative to the folder of all reports.
    manifest, facts : dict
    latest : bool
        Whether ``latest.json`` points here.
    signed : Label or None
        Who signed it as it lies there.
    """

    folder: Path
    manifest: dict[str, Any]
    facts: dict[str, Any]
    latest: bool
    signed: Label | None = None


def write_index(out: Path) -> Path:
    """Write ``index.html`` below ``out``: the newest run first."""
    rows = "\n".join(_row(entry) for entry in entries(out)) or _nothing()
    heads = "".join(f"<th scope=col>{_both(label)}</th>" for label in HEADS)
    page = (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>报告目录 · Reports</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>报告目录 <span lang=en>Reports</span></h1>\n<div class=scroll>\n<table>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n</main>\n</body>\n</html>\n"
    )
    return write_whole(out / INDEX, page)


def entries(out: Path) -> list[Entry]:
    """All runs below ``out`` that are no longer at work, newest first; what cannot be read is left out."""
    found = [
        entry
        for path in (*out.glob(f"*/*/{MANIFEST}"), *out.glob(f"*/*/*/{MANIFEST}"))
        if not path.parent.name.startswith(".")
        for entry in _entry(out, path.parent)
    ]
    return sorted(found, key=lambda entry: str(entry.manifest["started"]), reverse=True)


def _entry(out: Path, folder: Path) -> Iterator[Entry]:
    manifest = _read(folder / MANIFEST)
    if {"run", "state", "study", "started", "title"} <= manifest.keys():
        latest = _read(folder.parent / LATEST).get("run") == folder.name
        signed = signed_roles(folder)
        yield Entry(folder.relative_to(out), manifest, _read(folder / FACTS), latest, signed)


def _row(entry: Entry) -> str:
    manifest = entry.manifest
    cells = [
        f"<strong>{_both(_label(manifest['title']))}</strong>",
        escape(str(manifest.get("quarter") or "–"))
        + (f"<br><small>{_both(Label('最新', 'latest'))}</small>" if entry.latest else "")
        + _scenario(manifest.get("scenario")),
        _state(manifest)
        + f"<br><small>{escape(str(manifest['run']))}</small>"
        + (f"<br><small>{_both(entry.signed)}</small>" if entry.signed else ""),
        _fact(entry.facts.get(VERDICT)),
        _figures(entry.facts),
        _links(entry),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _scenario(name: Any) -> str:
    if not name:
        return ""
    return f"<br><small>{_both(Label(f'情景 {name}', f'what-if {name}'))}</small>"


def _state(manifest: dict[str, Any]) -> str:
    words = _both(STATES.get(manifest["state"], Label(str(manifest["state"]), "")))
    reason = manifest.get("reason")
    if not reason:
        return words
    return f"<span class=bad>{words}</span><br><small>{_both(_label(reason))}</small>"


def _figures(facts: dict[str, Any]) -> str:
    """The figures of page one; the first ones recorded where no page one was made."""
    given = {name: fact for name, fact in facts.items() if isinstance(fact, dict) and name != VERDICT}
    named = str((given.get(FRONT) or {}).get("value", "")).split()
    on_page_one = [given[name] for name in named if name in given]
    shown = on_page_one or [fact for fact in given.values() if fact.get("unit") != "text"]
    items = [
        f"<li>{escape(str(fact.get('zh', '')))} {_fact(fact, 'zh')}"
        f"<span class=en lang=en>{escape(str(fact.get('en', '')))} {_fact(fact, 'en')}</span></li>"
        for fact in shown[:KEY_FACTS]
    ]
    return f"<ul>{''.join(items)}</ul>" if items else "–"


def _fact(fact: Any, lang: str = "") -> str:
    if not isinstance(fact, dict):
        return "–"
    text = fact.get("text") if isinstance(fact.get("text"), dict) else {}
    told = {each: str(text.get(each, fact.get("value", "–"))) for each in LANGS}
    return escape(told[lang]) if lang else _both(_label(told))


def _links(entry: Entry) -> str:
    names = [name for name in entry.manifest.get("outputs", {}) if name.startswith("report.")]
    if entry.manifest["state"] != "succeeded":
        names = [MANIFEST]
    links = [
        f'<li><a href="{quote((entry.folder / name).as_posix())}">{escape(name)}</a></li>' for name in names
    ]
    return f"<ul>{''.join(links)}</ul>"


def _both(label: Label) -> str:
    return f"{escape(label.zh)}<span class=en lang=en>{escape(label.en)}</span>"


def _label(words: Any) -> Label:
    given = words if isinstance(words, dict) else {}
    return Label(str(given.get("zh", "")), str(given.get("en", "")))


def _nothing() -> str:
    words = Label("还没有运行记录。", "There is no run yet.")
    return f"<tr><td colspan={len(HEADS)}>{_both(words)}</td></tr>"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
