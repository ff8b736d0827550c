"""Text files: packed or not, in whatever encoding, proved readable by decoding every byte once."""

from __future__ import annotations

import codecs
import gzip
import io
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from toolkit.errors import HistoryError, ParameterError

_CHUNK = 1 << 20
_GUESSES = ("utf-8", "gbk", "gb18030", "big5", "cp1252")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that holds text.

    Attributes
    ----------
    path : Path
    where : str
        The file as the study names it.
    encoding : str
        Any text encoding that Python knows.
    """

    path: Path
    where: str
    encoding: str

    def codec(self) -> str:
        """The encoding as Python calls it; UTF-8 may start with a byte order mark.

        Raises
        ------
        ParameterError
        """
        try:
            "a".encode(self.encoding)
            name = codecs.lookup(self.encoding).name
            codecs.getincrementaldecoder(name)
        except (LookupError, ValueError):
            raise ParameterError(
                zh=f"没有名为“{self.encoding}”的文本编码（{self.where}）；常用的有 utf-8、gbk、gb18030、big5、utf-16。",
                en=f"There is no text encoding called {self.encoding!r} ({self.where}); "
                "common ones are utf-8, gbk, gb18030, big5 and utf-16.",
            ) from None
        return "utf-8-sig" if name == "utf-8" else name

    def packed(self) -> bool:
        """Whether the file is packed with gzip."""
        with self.path.open("rb") as stream:
            return stream.read(2) == b"\x1f\x8b"

    def open(self) -> io.TextIOWrapper:
        """The text, line endings as they are."""
        return io.TextIOWrapper(self._bytes(), encoding=self.codec(), newline="")

    def copy(self, target: Path) -> None:
        """Write the text to ``target``, unpacked, in UTF-8, each line ended by a line feed."""
        with (
            io.TextIOWrapper(self._bytes(), encoding=self.codec(), newline=None) as text,
            target.open("w", encoding="utf-8", newline="\n") as copy,
        ):
            shutil.copyfileobj(text, copy, _CHUNK)

    def prove(self) -> bool:
        """Decode the whole file; whether it is UTF-8 with line endings of one kind.

        Raises
        ------
        HistoryError
            Where it is empty, breaks off, or is written in another encoding.
        ParameterError
            Where there is no such encoding.
        """
        codec = self.codec()
        decoder = codecs.getincrementaldecoder(codec)("strict")
        filled, chunk, endings = False, b"", _Endings()
        for following in self._chunks():
            chunk = following
            try:
                filled = bool(decoder.decode(chunk).strip()) or filled
            except UnicodeDecodeError:
                raise self._undecodable(chunk) from None
            endings.see(chunk)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise self._undecodable(chunk) from None
        if not filled:
            raise HistoryError(
                zh=f"{self.where} 是空文件。请检查导出是否成功。",
                en=f"{self.where} is empty. Check whether the export succeeded.",
            )
        return codec == "utf-8-sig" and endings.alike()

    def _bytes(self) -> IO[bytes]:
        return gzip.open(self.path, "rb") if self.packed() else self.path.open("rb")

    def _chunks(self) -> Iterator[bytes]:
        try:
            with self._bytes() as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise HistoryError(
                zh=f"{self.where} 不完整：压缩文件在中途断开或已损坏。请重新下载或重新导出。",
                en=f"{self.where} is incomplete: the packed file breaks off or is damaged. "
                "Download or export it again.",
            ) from None

    def _undecodable(self, chunk: bytes) -> HistoryError:
        guesses = ("utf-16", *_GUESSES) if b"\x00" in chunk else _GUESSES
        likely = next((g for g in guesses if g != self.encoding.lower() and _decodes(chunk, g)), None)
        zh, en = "请确认文件的编码并写在 encoding 里。", "find out its encoding and write it as encoding."
        if likely:
            zh = f"很可能是 {likely}，请在该表下写 encoding: {likely}。"
            en = f"it is probably {likely}, write encoding: {likely} for this table."
        return HistoryError(
            zh=f"{self.where} 不是 {self.encoding} 编码的文本；{zh}",
            en=f"{self.where} is not text in {self.encoding}; {en}",
        )


class _Endings:
    """Counts of line ends of the three kinds, over chunks that may part a pair."""

    def __init__(self) -> None:
        self.feeds = self.returns = self.pairs = 0
        self.last = b""

    def see(self, chunk: bytes) -> None:
        self.feeds += chunk.count(b"\n")
        self.returns += chunk.count(b"\r")
        self.pairs += chunk.count(b"\r\n") + (self.last == b"\r" and chunk[:1] == b"\n")
        self.last = chunk[-1:]

    def alike(self) -> bool:
        return self.returns == 0 or self.returns == self.pairs == self.feeds


def _decodes(chunk: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
