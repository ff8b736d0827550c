"""Measures and kinds of scheme of a company's own: one Python file each, named by a study or by an installed package.

A file declares what it adds with the decorators of :mod:`toolkit.extending`. It is loaded before parameters are
checked, so that its names are known to them, from the very bytes whose digest goes on record. It must be complete in
itself: besides installed packages it imports nothing, so that one digest says all.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from toolkit.errors import ParameterError
from toolkit.params.extension_refusals import failed, says_nothing, taken, unreadable
from toolkit.terms import Label

GROUPS = {"gradelab.measures": "measure", "gradelab.schemes": "scheme"}


@dataclass(frozen=True, slots=True)
class Extension:
    """One file and what it declared.

    Attributes
    ----------
    name : str
        File name, or name of the installed module.
    path : Path
    sha256 : str
        Of the bytes that were run.
    declared : tuple of (kind, name)
        ``measure``, ``scheme`` or ``attribute`` with its name, in the order of the file.
    installed : bool
        Whether it came with a package (entry point), so that every study has it.
    """

    name: str
    path: Path
    sha256: str
    declared: tuple[tuple[str, str], ...]
    installed: bool = False

    def names(self, kind: str) -> tuple[str, ...]:
        """What it declared of one kind."""
        return tuple(name for of, name in self.declared if of == kind)

    def as_json(self) -> dict[str, object]:
        """What goes on record of it."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "installed": self.installed,
            "declares": [f"{kind} {name}" for kind, name in self.declared],
        }


@dataclass(slots=True)
class _Loading:
    """The file that is being run, and how to take back what it has declared so far."""

    file: str
    declared: list[tuple[str, str]] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class _Shelf:
    """What this process has loaded: by digest, for a copy of a file is the same extension, and which file has which."""

    loading: _Loading | None = None
    loaded: dict[str, tuple[Extension, _Loading, ModuleType]] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)
    installed: tuple[Extension, ...] | None = None
    owners: dict[tuple[str, str], str] = field(default_factory=dict)


_SHELF = _Shelf()


def declare(kind: str, name: str, known: Iterable[str], forget: Callable[[], None]) -> bool:
    """Enter that the file being loaded declares ``name``; outside a loading nothing happens.

    Called by the decorators before they register.

    Parameters
    ----------
    kind : {"measure", "scheme", "attribute"}
    name : str
    known : iterable of str
        Names of that kind that are taken.
    forget : callable
        Takes the registration back.

    Returns
    -------
    bool
        Whether a file is being loaded.

    Raises
    ------
    ParameterError
        If the name is taken.
    """
    loading = _SHELF.loading
    if loading is None:
        return False
    if name in known:
        own = (kind, name) in loading.declared
        raise taken(loading.file, kind, name, None if own else _SHELF.owners.get((kind, name), ""))
    loading.declared.append((kind, name))
    loading.undo.append(forget)
    return True


def load(path: Path) -> Extension:
    """Run the file ``path`` and keep what it declares; a file that is as it was is not run again.

    Raises
    ------
    ParameterError
        If it cannot be read or run, takes a name that is taken, or declares nothing.
    """
    path = path.resolve()
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()
    if _SHELF.places.get(path, digest) != digest:
        forget(path)
    if digest in _SHELF.loaded:
        _SHELF.places[path] = digest
        return replace(_SHELF.loaded[digest][0], name=path.name, path=path)
    module = ModuleType(f"gradelab_extension_{path.stem}_{digest[:8]}")
    module.__file__ = str(path)

    def run() -> ModuleType:
        sys.modules[module.__name__] = module
        exec(compile(content, str(path), "exec"), module.__dict__)
        return module

    try:
        loading, _ = _declared(path.name, run)
    except ParameterError:
        sys.modules.pop(module.__name__, None)
        raise
    extension = Extension(path.name, path, digest, tuple(loading.declared))
    _keep(extension, loading, module)
    return extension


def load_installed() -> tuple[Extension, ...]:
    """Load what installed packages offer under the entry points ``gradelab.measures`` and ``gradelab.schemes``, once.

    Raises
    ------
    ParameterError
        As :func:`load`; the package is named.
    """
    if _SHELF.installed is None:
        found: dict[str, Extension] = {}
        for group, kind in GROUPS.items():
            for point in sorted(entry_points(group=group), key=lambda one: (one.module, one.name)):
                if point.module not in found:
                    found[point.module] = _installed(point)
                if not found[point.module].names(kind):
                    raise says_nothing(point.module, kind)
        _SHELF.installed = tuple(found.values())
    return _SHELF.installed


def loaded() -> tuple[Extension, ...]:
    """Every extension that this process has loaded, those of installed packages first."""
    return (*(_SHELF.installed or ()), *(kept[0] for kept in _SHELF.loaded.values()))


def forget(path: Path) -> None:
    """Take back what the file ``path`` declared, if it is loaded."""
    kept = _SHELF.loaded.pop(_SHELF.places.pop(path.resolve(), ""), None)
    if kept is None:
        return
    extension, loading, module = kept
    _take_back(loading)
    sys.modules.pop(module.__name__, None)
    for declared in extension.declared:
        _SHELF.owners.pop(declared, None)


def forget_all() -> None:
    """Take back what every file declared; installed packages stay."""
    for path in list(_SHELF.places):
        forget(path)


def known_to(kind: str, names: Collection[str], extensions: Sequence[Extension]) -> Collection[str]:
    """``names``, or words by name, without those of files which are not among ``extensions``, and with all that do.

    >>> known_to("measure", ("spend", "orders"), ())
    ('spend', 'orders')
    """
    mine = [name for extension in extensions for name in extension.names(kind)]
    others = {name for of, name in _SHELF.owners if of == kind} - set(mine)
    found = dict.fromkeys([*(name for name in names if name not in others), *mine])
    if isinstance(names, Mapping):
        return {name: names.get(name, Label(name, name)) for name in found}
    return tuple(found)


def _installed(point: EntryPoint) -> Extension:
    loading, module = _declared(point.module, lambda: import_module(point.module))
    path = Path(str(module.__file__))
    extension = Extension(
        point.module, path, hashlib.sha256(_read(path)).hexdigest(), tuple(loading.declared), True
    )
    for declared in extension.declared:
        _SHELF.owners[declared] = extension.name
    return extension


def _declared(name: str, run: Callable[[], ModuleType]) -> tuple[_Loading, ModuleType]:
    """What ``run`` declares; all of it is taken back where anything goes wrong."""
    loading, before = _Loading(name), _SHELF.loading
    _SHELF.loading = loading
    try:
        module = run()
        if not loading.declared:
            raise says_nothing(name)
    except ParameterError:
        _take_back(loading)
        raise
    except Exception as error:
        _take_back(loading)
        raise failed(name, error) from None
    finally:
        _SHELF.loading = before
    return loading, module


def _take_back(loading: _Loading) -> None:
    for undo in reversed(loading.undo):
        undo()


def _keep(extension: Extension, loading: _Loading, module: ModuleType) -> None:
    _SHELF.loaded[extension.sha256] = extension, loading, module
    _SHELF.places[extension.path] = extension.sha256
    for declared in extension.declared:
        _SHELF.owners[declared] = extension.name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path.name, error.strerror) from None
