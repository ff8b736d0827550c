"""All pages in one folder: those written by hand, filled where they say so, and those generated from the code."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import executed
import formulas
import methods
import reference

from toolkit.terms import HAN

MARK = re.compile(r"^<!-- show: (\w+)(?: (.*?))? -->$", re.MULTILINE)
LINK = re.compile(r"\[([^\]\n]+)\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)")

CODE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
BROKEN = re.compile(rf"(?<=[{HAN}])\n *(?=[{HAN}])")


def gather(root: Path, docs: Path, folder: Path) -> list[str]:
    """Write every page of ``docs`` and the generated ones into ``folder``; the pages of the rooms by path."""
    shutil.copytree(
        docs, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("making", "*.ipynb", "*.json")
    )
    for name, text in reference.pages(root).items():
        _write(folder / name, text)
    for notebook in sorted(docs.rglob("*.ipynb")):
        for lang, text in executed.pages(root, notebook).items():
            _write(folder / notebook.relative_to(docs).with_suffix(suffix(lang)), text)
    for page in sorted(folder.rglob("*.md")):
        lang = "zh" if page.name.endswith(".zh.md") else "en"
        page.write_text(_filled(page.read_text("utf-8"), root, page.relative_to(folder), lang), "utf-8")
    pages = {page: page.read_text("utf-8") for page in sorted(folder.rglob("*.md"))}
    typeset, style = formulas.set_in(pages)
    for page, text in typeset.items():
        page.write_text(text, "utf-8")
    _write(folder / "assets" / "formulas.css", style)
    rooms = sorted(str(one.relative_to(folder)) for one in (folder / "reference" / "python").glob("*.md"))
    return [room for room in rooms if not room.endswith(("index.md", ".zh.md"))]


def suffix(lang: str) -> str:
    """End of a page's file name."""
    return ".md" if lang == "en" else f".{lang}.md"


def with_rooms(nav: list[Any], rooms: list[str]) -> list[Any]:
    """``nav`` with the pages of the rooms under Python."""
    for tab in nav:
        for item in tab.get("Reference", ()):
            if isinstance(item, dict):
                item["Python"] = [*item["Python"], *rooms]
    return nav


def present(nav: list[Any], folder: Path) -> list[Any]:
    """``nav`` without the pages that are not there."""
    kept = []
    for item in nav:
        if isinstance(item, dict):
            [(title, below)] = item.items()
            kept.append({title: present(below, folder) if isinstance(below, list) else below})
        elif (folder / item).is_file():
            kept.append(item)
    return kept


def _filled(text: str, root: Path, page: Path, lang: str) -> str:
    """``text`` of ``page`` with what its marks ask for, and the names of files in place of links out of the documentation."""
    text = MARK.sub(lambda match: methods.shown(root, match[1], match[2] or "", lang), text)

    def inside(match: re.Match[str]) -> str:
        target = os.path.normpath(page.parent / match[2])
        return f"{match[1]} (`{target.removeprefix('../')}`)" if target.startswith("..") else match[0]

    return LINK.sub(inside, _joined(text) if lang == "zh" else text)


def _joined(text: str) -> str:
    """Chinese ``text`` whose lines may break anywhere, without the blanks that a browser would make of the breaks."""
    parts = CODE.split(text)
    return "".join(part if n % 2 else BROKEN.sub("", part) for n, part in enumerate(parts))


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
