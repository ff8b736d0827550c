"""How a text file is written: its encoding and what stands between its columns."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import HistoryError

_HEAD = 1 << 18
_LINES = 50
_SIGNS = (",", ";", "\t", "|")
_PAIRED = 0.8


@dataclass(frozen=True, slots=True)
class Written:
    """How a text file is written, as a study says it.

    Attributes
    ----------
    encoding, delimiter : str
        The tab is written ``\\\\t``.
    """

    encoding: str
    delimiter: str

    @property
    def sign(self) -> str:
        """What stands between the columns."""
        return "\t" if self.delimiter == "\\t" else self.delimiter

    def open(self, path: Path) -> io.TextIOBase:
        """The beginning of a file, as text."""
        codec = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        return io.StringIO(_head(path).decode(codec, errors="ignore"), newline="")


def written(path: Path) -> Written:
    """How ``path`` is written, by its beginning.

    Raises
    ------
    HistoryError
        Where it is empty or cannot be opened.
    """
    head = _head(path)
    encoding = _encoding(head)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    if not text.strip():
        raise HistoryError(
            zh=f"{path.name} 是空文件。请检查导出是否成功。",
            en=f"{path.name} is empty. Check whether the export succeeded.",
        )
    sign = _sign(text)
    return Written(encoding, "\\t" if sign == "\t" else sign)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            return stream.read(_HEAD)
    except (OSError, EOFError) as error:
        raise HistoryError(
            zh=f"{path.name} 无法读取（{type(error).__name__}）。文件可能损坏、被占用或没有读取权限；请重新导出后再试。",
            en=f"{path.name} cannot be read ({type(error).__name__}). It may be damaged, in use or not permitted; export it again.",
        ) from None


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _decodes(head, "utf-8"):
        return "utf-8"
    if not _in_pairs(head):
        return "cp1252"
    return next((one for one in ("gbk", "gb18030", "big5") if _decodes(head, one)), "gb18030")


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the beginning can be decoded; it may end inside a character."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _in_pairs(head: bytes) -> bool:
    """Whether bytes beyond ASCII come in twos, as Chinese text in GBK or Big5 has them, and not one by one."""
    place = single = paired = 0
    while place < len(head):
        if head[place] < 0x80:
            place += 1
            continue
        following = head[place + 1] if place + 1 < len(head) else 0xFF
        if following >= 0x80:
            paired += 2
            place += 2
        else:
            single += 1
            place += 1
    return paired >= _PAIRED * (single + paired)


def _sign(text: str) -> str:
    """What splits the first lines into the most columns of one number."""
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    best = {sign: _columns(lines, sign) for sign in _SIGNS}
    return max(_SIGNS, key=lambda sign: (best[sign], -_SIGNS.index(sign)))


def _columns(lines: list[str], sign: str) -> float:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, times = Counter(widths).most_common(1)[0]
    if widths[0] < 2:
        return width * times / len(widths) if width > 1 else 0.0
    return width * times / len(widths) if width == widths[0] else widths[0] / len(widths)
