"""Whether a report can print what a parameter file says; asked before a kernel starts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Key, Source, read_source

LONGEST = {"title": 80, "company": 80, "floors": 40, "service": 40, "grades": 40}
NAMED_BY_KEY = ("floors", "service")
TONGUES = ("zh", "en")
NOT_PRINTED = {"path", "columns", "column", "value", "query", "template", "hooks"}
TURNS_LINES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
EXCERPT = 3
YAML = (".yaml", ".yml")


def refuse_unprintable(files: Iterable[Path]) -> None:
    """Refuse parameter files with names that no report could show.

    Raises
    ------
    FileProblems
        With every character that the typeface lacks or that would turn a line around, and every title, company and
        grade that is longer than a table or a chart can hold.
    """
    written = (file for file in files if file.suffix in YAML)
    found = [problem for file in written for problem in unprintable(read_source(file))]
    if found:
        raise FileProblems(found)


def unprintable(source: Source) -> Iterator[Problem]:
    """Every problem of one file."""
    for key, text in _texts(source.data, ()):
        lost = _lost(text)
        if lost:
            named = " ".join(f"{one} (U+{ord(one):04X})" for one in lost[:EXCERPT])
            yield source.problem(
                key, text,
                f"有 {len(lost)} 个字符报告印不出来：{named}；请改用别的字符",
                f"has {len(lost)} character(s) that the report cannot print: {named}; use others",
            )  # fmt: skip
        most = _most(key)
        if most and len(text) > most:
            yield source.problem(
                key, text,
                f"名称最多 {most} 个字符，这里有 {len(text)} 个；请用简称",
                f"a name may have at most {most} characters, this one has {len(text)}; use a short form",
            )  # fmt: skip


def _texts(data: Any, key: Key) -> Iterator[tuple[Key, str]]:
    """Every text that a reader may meet, with its place; grades are keys of their tables."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in NOT_PRINTED:
                if isinstance(name, str) and key and key[-1] in NAMED_BY_KEY:
                    yield (*key, name), name
                yield from _texts(value, (*key, name))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _texts(value, (*key, place))
    elif isinstance(data, str):
        yield key, data


def _most(key: Key) -> int:
    """Greatest length of the text at ``key``; 0 where any length will do."""
    names = [part for part in key if isinstance(part, str) and part not in TONGUES]
    if len(names) > 1 and names[-2] in NAMED_BY_KEY:
        return LONGEST[names[-2]]
    return LONGEST.get(names[-1], 0) if names and names[-1] not in NAMED_BY_KEY else 0


def _lost(text: str) -> list[str]:
    from toolkit.reporting.fonts import missing_glyphs

    turning = {one for one in text if ord(one) in TURNS_LINES or _is_control(one)}
    return sorted(missing_glyphs(text) | turning)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"
