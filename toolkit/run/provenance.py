"""What produced a run: code, interpreter, packages, lock, fonts and parameter files, by digest."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit import __version__
from toolkit.run.files import Places, digest

LOCK = "requirements.lock"
CODE_FOLDERS = ("toolkit", "notebooks", "params", "pyproject.toml")
GIT_SECONDS = 10


def code(root: Path) -> dict[str, Any]:
    """Version of the toolkit, commit and cleanness of the project, digest of the lock."""
    commit = _git(root, "rev-parse", "HEAD")
    changed = _git(
        root, "status", "--porcelain", "--", *(name for name in CODE_FOLDERS if (root / name).exists())
    )
    lock = root / LOCK
    return {
        "toolkit": __version__,
        "commit": commit,
        "dirty": bool(changed) if commit else None,
        "lock": digest(lock) if lock.is_file() else None,
    }


@cache
def interpreter() -> dict[str, Any]:
    """Python and every installed package with its version."""
    packages = {package.name: package.version for package in metadata.distributions()}
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": dict(sorted(packages.items(), key=lambda item: item[0].lower())),
    }


def digests(paths: Iterable[Path], places: Places) -> list[dict[str, str]]:
    """Name and SHA-256 of each file."""
    return [{"file": places.name(path), "sha256": digest(path)} for path in paths]


def _git(root: Path, *words: str) -> str | None:
    """What git says about the project, or None where there is no git or no commit yet."""
    command = ["git", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
