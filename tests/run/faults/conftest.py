"""The lab in which faults are let loose: one finished project, copied for each fault."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from faultlab import Lab, Zygote


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """A project with one good run."""
    return Lab(tmp_path_factory.mktemp("faults") / "base").build().folder


@pytest.fixture
def lab(finished, tmp_path) -> Callable[..., Lab]:
    """Maker of copies of it, in which chapter 02_b must be executed again unless told otherwise."""

    def make(name: str, *, idle: bool = False) -> Lab:
        folder = tmp_path / name
        shutil.copytree(finished, folder, symlinks=True)
        made = Lab(folder)
        if not idle:
            made.change("02_b", "changed")
        return made

    return make


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Processes that may be killed."""
    made = Zygote()
    yield made
    made.close()
