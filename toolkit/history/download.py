"""One file brought from its owner: resumed where it broke off, and complete or not there at all."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from toolkit.errors import HistoryError
from toolkit.terms import Label

Progress = Callable[[Label, int, int | None], None]
"""Called with the step, what is done, and what there is to do where that is known."""

_CHUNK = 1 << 18
_PATIENCE = 60.0
_DOWNLOADING = Label("下载", "downloading")
_PARTIAL, _BEYOND_END = 206, 416
_BROKEN = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError)


def download(address: str, target: Path, progress: Progress) -> Path:
    """Bring ``address`` to ``target``; what an earlier attempt left in ``<target>.part`` is continued.

    Raises
    ------
    HistoryError
        Where the address cannot be reached or the transfer breaks off.
    OSError
        Where the folder of ``target`` cannot be written.
    """
    part = target.with_name(target.name + ".part")
    try:
        _transfer(address, part, progress)
    except _BROKEN as error:
        raise _unreachable(address, target, error) from None
    return part.replace(target)


def _transfer(address: str, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(address, headers={"User-Agent": "gradelab"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer = urllib.request.urlopen(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != _BEYOND_END or not have:
            raise
        part.unlink()
        return _transfer(address, part, progress)
    with answer:
        continued = getattr(answer, "status", None) == _PARTIAL
        _receive(answer, part, have if continued else 0, progress)


def _receive(answer: http.client.HTTPResponse, part: Path, have: int, progress: Progress) -> None:
    length = answer.headers.get("Content-Length")
    total = have + int(length) if length else None
    with part.open("ab" if have else "wb") as stream:
        while chunk := answer.read(_CHUNK):
            stream.write(chunk)
            have += len(chunk)
            progress(_DOWNLOADING, have, total)
    if total is not None and have < total:
        raise http.client.IncompleteRead(b"", total - have)


def _unreachable(address: str, target: Path, error: Exception) -> HistoryError:
    cause = getattr(error, "reason", None) or getattr(error, "code", None) or type(error).__name__
    return HistoryError(
        zh=f"无法下载 {address}（{cause}）。请检查网络或代理后重试，已下载的部分会接着下载；"
        f"也可以用浏览器下载后存为 {target}，再运行一次。",
        en=f"Cannot download {address} ({cause}). Check the network or proxy and try again; what has arrived is "
        f"continued. Or download it in a browser, save it as {target} and run the command once more.",
    )
