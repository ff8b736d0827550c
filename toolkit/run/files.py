"""Files of a run: written whole or not at all, known by digest, named without the machine they lie on."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

SHORTEST_FOLDER = 4
KERNEL_PROCESS = re.compile(r"ipykernel_\d+")


def write_whole(path: Path, content: str | bytes, *, lasting: bool = False) -> Path:
    """Write ``content`` to ``path`` so that a reader sees the old file or the new one, never half of it.

    With ``lasting`` that also holds after a power cut: the bytes are on the disk before the name is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        Path(name).chmod(0o666 & ~_umask())
        os.replace(name, path)
        if lasting:
            make_lasting(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def write_json(path: Path, content: Any, *, lasting: bool = False) -> Path:
    """Write ``content`` as readable JSON, Chinese kept, infinities refused."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(path, text + "\n", lasting=lasting)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``; empty where it is missing, damaged or no object."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def make_lasting(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_place(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``, for good."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
    make_lasting(target.parent)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Places:
    """Folders of this machine, which no record may name.

    Parameters
    ----------
    root : Path
        The project; everything below it is written relative to it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        code = Path(__file__).resolve().parents[2]
        words = {
            sys.base_prefix: "<python>",
            sys.prefix: "<python>",
            tempfile.gettempdir(): "<tmp>",
            str(Path.home()): "~",
            str(code): "<gradelab>",
            str(root): ".",
        }
        known = [(folder, word) for folder, word in words.items() if len(folder) >= SHORTEST_FOLDER]
        self._words = sorted(known, key=lambda pair: -len(pair[0]))

    def name(self, path: str | Path) -> str:
        """``path`` relative to the project, or its last part where it lies elsewhere.

        >>> Places(Path("/srv/grading")).name("/srv/grading/params/studies/demo.yaml")
        'params/studies/demo.yaml'
        >>> Places(Path("/srv/grading")).name("/home/somebody/data")
        '…/data'
        """
        written = Path(os.path.abspath(path))
        for found in (written, written.resolve()):
            if found.is_relative_to(self.root):
                return found.relative_to(self.root).as_posix()
        return f"…/{written.name}"

    def cleaned(self, value: Any) -> Any:
        """A copy of ``value`` (text, or lists and dicts of text) that names no folder or process of this machine."""
        if isinstance(value, str):
            for folder, word in self._words:
                value = value.replace(folder, word)
            return KERNEL_PROCESS.sub("ipykernel", value)
        if isinstance(value, dict):
            return {key: self.cleaned(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.cleaned(item) for item in value]
        return value


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
