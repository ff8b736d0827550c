"""What two runs were made of, where that differs: data, code, lock, packages, fonts, notebooks, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.run import provenance
from toolkit.run.files import digest
from toolkit.terms import Label, Lang

SHORT = 12
DIGEST_LENGTH = 64
NONE = "–"


@dataclass(frozen=True, slots=True)
class Traced:
    """One ingredient that is not the same.

    Attributes
    ----------
    what : Label
    name : str
        File, table, package or font; empty where there is one only.
    before, after : str or None
        Digest, number of rows or version; None where there was or is none.
    """

    what: Label
    name: str
    before: str | None
    after: str | None

    def line(self, lang: Lang) -> str:
        """The ingredient with what it was and is; digests shortened."""
        name = f" {self.name}" if self.name else ""
        return f"{self.what.text(lang)}{name}: {short(self.before)} → {short(self.after)}"

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        words = {"zh": self.what.zh, "en": self.what.en}
        return {**words, "name": self.name, "before": self.before, "after": self.after}


def provenance_differences(
    before: Mapping[str, Any], after: Mapping[str, Any], root: Path
) -> tuple[Traced, ...]:
    """Ingredients of two runs, from their manifests, that differ.

    ``root`` is the project of the second run; its commit and its parameter files of today are compared with
    those of the first.
    """
    told = [*_data(before, after), *_code(before, after, provenance.code(root)), *_machine(before, after)]
    return (*told, *_files(before, after), *_parameters(before, root))


def typeset_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Traced, ...]:
    """Code, fonts and look that two reports were made with, where they differ."""
    return (*_package(before, after), *_typeset(before, after))


def recorded_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Traced, ...]:
    """Ingredients of two runs that differ by their manifests alone, without those of the parameters."""
    code = _code(before, after, after.get("code") or {})
    return (*_data(before, after), *code, *_machine(before, after), *_files(before, after))


def _data(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    first, last = (side.get("data") or {} for side in (before, after))
    yield from _keyed(Label("数据文件", "data file"), _by(first, "files"), _by(last, "files"), "sha256")
    yield from _keyed(
        Label("数据文件行数", "rows of the data file"), _by(first, "files"), _by(last, "files"), "rows"
    )
    tables = [side.get("tables") or {} for side in (first, last)]
    for key, label in (
        ("rows_in", Label("读入行数", "rows read of")),
        ("rows_accepted", Label("采用行数", "rows accepted of")),
        ("rows_quarantined", Label("隔离行数", "rows quarantined of")),
    ):
        yield from _keyed(label, *tables, key)


def _code(before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Traced]:
    first, last = before.get("code") or {}, after.get("code") or {}
    yield from _package(before, after)
    yield from _one(Label("版本", "version"), first.get("toolkit"), last.get("toolkit"))
    yield from _one(Label("提交", "commit"), first.get("commit"), now.get("commit"))
    yield from _one(Label("锁定文件", "lock"), first.get("lock"), now.get("lock"))


def _package(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    yield from _one(Label("代码", "code"), before.get("package"), after.get("package"))


def _machine(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    first, last = before.get("python") or {}, after.get("python") or {}
    yield from _one(Label("解释器", "interpreter"), first.get("version"), last.get("version"))
    yield from _one(Label("系统", "system"), first.get("system"), last.get("system"))
    packages = [side.get("packages") or {} for side in (first, last)]
    yield from _all(Label("软件包", "package"), *packages)
    yield from _typeset(before, after)


def _typeset(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    fonts = [{font["name"]: font["sha256"] for font in side.get("fonts") or ()} for side in (before, after)]
    yield from _all(Label("字体", "font"), *fonts)
    looks = [{one["file"]: one["sha256"] for one in side.get("brand") or ()} for side in (before, after)]
    yield from _all(Label("样式", "look"), *looks)


def _files(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    chapters = [
        {one["file"]: one["sha256"] for one in side.get("chapters") or ()} for side in (before, after)
    ]
    yield from _all(Label("笔记本", "notebook"), *chapters)
    extensions = [
        {one["name"]: one["sha256"] for one in side.get("extensions") or ()} for side in (before, after)
    ]
    yield from _all(Label("扩展", "extension"), *extensions)
    earlier = [
        {quarter: str(one.get("outputs")) for quarter, one in (side.get("earlier") or {}).items()}
        for side in (before, after)
    ]
    yield from _all(Label("以前季度的报告", "earlier report"), *earlier)


def _parameters(before: Mapping[str, Any], root: Path) -> Iterator[Traced]:
    """Parameter files that have been changed since; the second run used those of the first."""
    was = {one["file"]: one["sha256"] for one in before.get("parameters") or ()}
    inside = {name: root / name for name in was if (root / name).is_relative_to(root)}
    now = {name: digest(path) for name, path in inside.items() if path.is_file()}
    label = Label(
        "此后改动的参数文件（重做时用的是当时的）", "parameter file changed since (run again as it was)"
    )
    yield from _all(label, was, now)


def _by(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {one["name"]: one for one in data.get(key) or ()}


def _keyed(label: Label, before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> Iterator[Traced]:
    yield from _all(
        label,
        {name: one.get(key) for name, one in before.items()},
        {name: one.get(key) for name, one in after.items()},
    )


def _all(label: Label, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Traced]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Traced(label, name, _text(before.get(name)), _text(after.get(name)))


def _one(label: Label, before: Any, after: Any) -> Iterator[Traced]:
    if before != after:
        yield Traced(label, "", _text(before), _text(after))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def short(text: str | None) -> str:
    """What an ingredient was, for people: a digest shortened, a dash where there was none."""
    if text is None:
        return NONE
    return text[:SHORT] if len(text) == DIGEST_LENGTH else text
