"""Where papermill reads and writes: notebooks are addressed by run, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from papermill.iorw import papermill_io

from toolkit.run.files import write_whole

SCHEME = "gradelab://"


class NotebookStorage:
    """A papermill I/O handler for addresses ``gradelab://<name>/<path below the folder of that name>``.

    papermill writes its addresses into the notebook, so they must not hold a folder of this machine.
    """

    def __init__(self) -> None:
        self._folders: dict[str, Path] = {}

    @contextmanager
    def holding(self, folders: dict[str, Path]) -> Iterator[None]:
        """Know ``folders`` by name for a while."""
        self._folders.update(folders)
        try:
            yield
        finally:
            for name in folders:
                self._folders.pop(name, None)

    def read(self, path: str) -> str:
        """Text of a notebook."""
        return self._file(path).read_text("utf-8")

    def write(self, buf: str, path: str) -> None:
        """Replace a notebook."""
        write_whole(self._file(path), buf)

    def listdir(self, path: str) -> list[str]:
        """Addresses of the notebooks in a folder."""
        return [f"{path.rstrip('/')}/{file.name}" for file in sorted(self._file(path).iterdir())]

    def pretty_path(self, path: str) -> str:
        """The address itself."""
        return path

    def _file(self, path: str) -> Path:
        name, _, rest = path.removeprefix(SCHEME).partition("/")
        return self._folders[name] / rest


@cache
def storage() -> NotebookStorage:
    """The storage of this process, made known to papermill on first use."""
    found = NotebookStorage()
    papermill_io.register(SCHEME, found)
    return found
