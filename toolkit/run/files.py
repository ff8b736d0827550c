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


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write ``content`` to ``path`` so that a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def write_json(path: Path, content: Any) -> Path:
    """Write ``content`` as readable JSON, Chinese kept, infinities refused."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(path, text + "\n")


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
